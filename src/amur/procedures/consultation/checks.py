"""The checks of a declared consultation: what it names exists, and its texts are in the languages of the pack."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.registers.checks import Known, Locate, fault, missing_texts


def check_consultation(
    declared: ConsultationDeclaration, known: Known, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    """Yield all faults of a consultation."""
    if declared.body_id not in bodies:
        yield fault(locate, ("body",), "consultation.body", f"unknown body {declared.body_id!r}", bodies)
    for place, role in enumerate(declared.by):
        if role not in known.roles:
            yield fault(locate, ("by", place), "consultation.role", f"unknown role {role!r}", known.roles)
    yield from missing_texts(declared, known, locate)
