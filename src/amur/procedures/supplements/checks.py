"""Checks of requests for a supplement: an official asks, the party waits there and can answer, and a law is named."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.declarations import APPLICANT, MACHINE, ProcedureDeclaration
from amur.registers.checks import Locate, Path, fault


def check_supplements(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of all arrows that ask for a supplement."""
    states = {state.id: state for state in definition.every_state}
    for place, arrow in enumerate(definition.transitions):
        if arrow.supplement is None:
            continue
        at: Path = ("transitions", place)
        if arrow.by in {APPLICANT, MACHINE}:
            found = f"{arrow.event!r} asks for a supplement and is fired by {arrow.by!r}"
            yield Fault(*locate((*at, "by")), "supplement.by", found, "let an official list what is missing")
        if arrow.sign_off is not None:
            found = f"{arrow.event!r} asks for a supplement and is signed by a chain"
            yield Fault(*locate((*at, "sign_off")), "supplement.signed", found, "let one official ask")
        near = definition.near(arrow.target)
        answers = {one.event for one in definition.transitions if one.by == APPLICANT and near & {*one.sources}}
        if arrow.supplement.answer not in answers:
            found = f"the party cannot fire {arrow.supplement.answer!r} in {arrow.target!r}"
            yield fault(locate, (*at, "supplement", "answer"), "supplement.answer", found, answers)
        if arrow.target in states and not states[arrow.target].needs_applicant:
            found = f"{arrow.target!r} does not say that it waits for the applicant"
            yield Fault(*locate((*at, "to")), "supplement.waits", found, "mark the state with needs_applicant")
