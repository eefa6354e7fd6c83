"""Checks of stored phrases: what they name in braces is filled, and the events that they are for exist."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.wording import PLACES
from amur.procedures.wordingchecks import unfilled
from amur.registers.checks import Locate, Path, fault

FILLED = PLACES - {"reason"}
"""What a phrase may name in braces: it becomes part of a reason, so it cannot name that."""


def check_phrases(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of the phrases of a procedure."""
    events = {arrow.event for arrow in definition.transitions if arrow.reason != "none"}
    for place, phrase in enumerate(definition.phrases):
        at: Path = ("phrases", place)
        yield from unfilled(phrase.text, FILLED, "phrase.place", (*at, "text"), locate)
        for number, name in enumerate(phrase.events):
            if name not in events:
                found = f"no event {name!r} asks for a reason"
                yield fault(locate, (*at, "events", number), "phrase.event", found, events)
