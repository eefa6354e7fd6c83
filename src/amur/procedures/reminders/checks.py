"""Checks of reminders: a rung lies within the period of its clock, tells somebody who is known, and says one thing."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.base.legal_time import amount
from amur.procedures.clocks import Clock, Message
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Known, Locate, Path, fault

_MOST_WORKING_DAYS = {"days": 1, "months": 31, "years": 366}
"""A unit holds at most so many working days, whatever the calendar says."""


def check_reminders(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of the ladders of all clocks."""
    for place, clock in enumerate(definition.clocks):
        seen: set[tuple[int, str]] = set()
        for number, rung in enumerate(clock.remind):
            at: Path = ("clocks", place, "remind", number)
            if rung.to != APPLICANT and rung.to not in known.roles:
                yield fault(
                    locate, (*at, "to"), "reminder.role", f"unknown role {rung.to!r}", {*known.roles, APPLICANT}
                )
            if is_outside(clock, rung.at):
                given = amount(clock.period.amount, clock.period.unit, "en")
                found = f"the rung {rung.at} lies before the period of {given} begins"
                yield Fault(*locate((*at, "at")), "reminder.outside", found, "remind within the period, or after it")
            if (rung.at, rung.to) in seen:
                found = f"{rung.to!r} is reminded twice at {rung.at}"
                yield Fault(*locate(at), "reminder.twice", found, "write one rung for each addressee and day")
            seen.add((rung.at, rung.to))
            yield from check_places(Message(subject=rung.subject, body=rung.body), at, locate)


def is_outside(clock: Clock, at: int) -> bool:
    """Say whether a rung surely lies before its period has begun.

    >>> from tests.procedures.samples import LICENCE
    >>> [is_outside(LICENCE.clocks[0], at) for at in (-20, -19, 400)]
    [True, False, False]
    """
    return -at >= clock.period.amount * _MOST_WORKING_DAYS.get(clock.period.unit, 1)
