"""What follows from a procedure for the guide of its item: steps, papers, limits; pure."""

from __future__ import annotations

from dataclasses import dataclass

from amur.base.declared import Text
from amur.procedures.clocks import Clock
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.declarations.transitions import NO_OFFICE


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that is asked for: in the form, or at the window."""

    title: Text
    required: bool


def steps(definition: ProcedureDeclaration) -> int:
    """Return how many acts lead from handing in to a grant at the least, the handing in being the first.

    >>> from tests.procedures.samples import LICENCE
    >>> steps(LICENCE)
    3
    """
    reached, waiting = {definition.initial: 1}, [definition.initial]
    for state in waiting:
        near = definition.near(state)
        for arrow in definition.transitions:
            if not near.intersection(arrow.sources) or (arrow.by in NO_OFFICE and arrow.by != APPLICANT):
                continue
            if arrow.outcome == "granted":
                return reached[state] + 1
            if arrow.target not in reached:
                reached[arrow.target] = reached[state] + 1
                waiting.append(arrow.target)
    return len(reached)


def papers(definition: ProcedureDeclaration) -> tuple[Paper, ...]:
    """Return the papers that the form and the window ask for.

    >>> from tests.procedures.samples import LICENCE
    >>> [(one.title.en, one.required) for one in papers(LICENCE)]
    [('Plan', True)]
    """
    of_form = [Paper(one.title, one.required and not one.when) for one in definition.fields if one.type == "file"]
    of_window = [Paper(one.title, one.required) for one in definition.window.materials] if definition.window else []
    return (*of_form, *of_window)


def limit(definition: ProcedureDeclaration) -> Clock | None:
    """Return the clock that says when all is done: the one with the longest period.

    >>> from tests.procedures.samples import LICENCE
    >>> limit(LICENCE).id
    'decision'
    """
    return max(clocks_to_decision(definition), key=lambda one: one.rough_days, default=None)


def clocks_to_decision(definition: ProcedureDeclaration) -> list[Clock]:
    """Return the clocks that can run between submission and decision; what may follow a decision is another story.

    >>> from tests.procedures.samples import LICENCE
    >>> [one.id for one in clocks_to_decision(LICENCE)]
    ['decision']
    """
    reached, waiting = {definition.initial}, [definition.initial]
    for state in waiting:
        near = definition.near(state)
        for arrow in definition.transitions:
            if near.intersection(arrow.sources) and arrow.outcome == "none" and arrow.target not in reached:
                reached.add(arrow.target)
                waiting.append(arrow.target)
    entered = {name for state in reached for name in definition.near(state)}
    return [one for one in definition.clocks if not one.until and entered.intersection(one.start)]
