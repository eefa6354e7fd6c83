"""The checks of ties: what they name exists, their events are arrows of theirs, and a rule finds what it looks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from amur.base.faults import Fault
from amur.procedures.declarations import TIE, ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.ties.declarations import Ties
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Known, Locate, Path, fault

_Use = tuple[Path, str, str, Collection[str]]


def check_ties(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of how cases of a procedure belong together."""
    ties = definition.ties
    named = ties.events if ties else frozenset()
    for place, arrow in enumerate(definition.transitions):
        if arrow.by == TIE and arrow.event not in named:
            found = f"{arrow.event!r} is by: {TIE}, and ties never name it"
            yield Fault(*locate(("transitions", place, "by")), "ties.event", found, "name it in ties")
    if ties is None:
        return
    for path, what, name, choices in _uses(definition, ties, known, beside):
        if name not in choices:
            yield fault(locate, path, f"ties.{what}", f"unknown {what} {name!r}", choices)
    yield from _leads_well(definition, ties, locate)
    yield from _files_compared(definition, ties, locate)
    for name in ("split", "merge", "mass"):
        said = getattr(ties, name)
        if said and said.notice:
            yield from check_places(said.notice, ("ties", name, "notice"), locate)
    for place, one in enumerate(ties.reopen):
        if one.notice:
            yield from check_places(one.notice, ("ties", "reopen", place, "notice"), locate)


def _uses(definition: ProcedureDeclaration, ties: Ties, known: Known, beside: Beside) -> Iterator[_Use]:
    fields = {one.id for one in definition.fields}
    events = {one.event for one in definition.transitions if one.by == TIE}
    tying: list[tuple[Path, Any]] = [
        (("ties", name), getattr(ties, name)) for name in ("split", "merge", "mass", "duplicates")
    ]
    tying += [(("ties", "reopen", place), one) for place, one in enumerate(ties.reopen)]
    for at, one in tying:
        yield from (((*at, "by", n), "role", name, known.roles) for n, name in enumerate(one.by if one else ()))
        if one and getattr(one, "event", None):
            yield (*at, "event"), "event", one.event, events
    if ties.split:
        procedures = {*beside.procedures, definition.id}
        into = enumerate(ties.split.into)
        yield from ((("ties", "split", "into", n), "procedure", name, procedures) for n, name in into)
    for where, same in _compared(ties):
        yield from (((*where, n), "field", name, fields) for n, name in enumerate(same))


def _compared(ties: Ties) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield where fields are compared, with their names."""
    if ties.merge:
        yield ("ties", "merge", "same"), ties.merge.same
    if ties.mass:
        yield ("ties", "mass", "same"), ties.mass.same
    for place, rule in enumerate(ties.duplicates.rules if ties.duplicates else ()):
        yield ("ties", "duplicates", "rules", place, "same"), rule.same


def _leads_well(definition: ProcedureDeclaration, ties: Ties, locate: Locate) -> Iterator[Fault]:
    """Find a merge that does not end a case, and a reopening that does not begin where one has ended."""
    final = {state.id for state in definition.states if state.final}
    arrows = [one for one in definition.transitions if one.by == TIE]
    for arrow in arrows:
        if ties.merge and arrow.event == ties.merge.event and arrow.target not in final:
            found = f"a case that is merged goes on in {arrow.target!r}"
            yield Fault(*locate(("ties", "merge", "event")), "ties.end", found, "lead the arrow to a final state")
        for place, one in enumerate(ties.reopen):
            if arrow.event == one.event and (not final.issuperset(arrow.sources) or arrow.target in final):
                found = f"{arrow.event!r} does not lead out of the end of a case back into it"
                at: Path = ("ties", "reopen", place, "event")
                yield Fault(*locate(at), "ties.end", found, "lead the arrow from final states to one that is not")


def _files_compared(definition: ProcedureDeclaration, ties: Ties, locate: Locate) -> Iterator[Fault]:
    """Find a rule that compares files: no two of them are one, so it would find nothing."""
    held = {one.id for one in definition.fields if one.type == "file"}
    for at, same in _compared(ties):
        for n, name in enumerate(same):
            if name in held:
                found = f"{name!r} is a file, and no two files are the same one"
                yield Fault(*locate((*at, n)), "ties.field", found, "compare another field")
