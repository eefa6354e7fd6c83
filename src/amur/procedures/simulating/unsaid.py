"""The scenario that nobody wrote: procedures with nothing but assumptions; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.simulating.declarations import ScenarioDeclaration


def unsaid(procedures: Mapping[str, ProcedureDeclaration], only: str = "") -> ScenarioDeclaration | None:
    """Return a scenario of one procedure or of all, None of none; the cases that theirs open come with them.

    >>> from tests.procedures.samples import LICENCE
    >>> [flow.procedure for flow in unsaid({"licence": LICENCE}).procedures], unsaid({}) is None
    (['licence'], True)
    """
    first = [only] if only else [name for name, one in sorted(procedures.items()) if not one.opened_only]
    flows: dict[str, dict[str, Any]] = {name: {"procedure": name} for name in first or sorted(procedures)}
    if only and procedures[only].opened_only:
        flows[only] |= {"arrivals": {"per_working_day": 1}}
    names = list(flows)
    for name in names:
        for other in _opens(procedures[name]):
            if other in procedures and other not in flows:
                flows[other] = {"procedure": other, "arrivals": "opened"}
                names.append(other)
    return ScenarioDeclaration.model_validate({"procedures": [*flows.values()]}) if flows else None


def _opens(definition: ProcedureDeclaration) -> Iterator[str]:
    for arrow in definition.transitions:
        yield from (effect.procedure_id for effect in arrow.effects if effect.do == "open_case")
    for child in definition.one_thing.children if definition.one_thing else ():
        yield child.procedure_id
