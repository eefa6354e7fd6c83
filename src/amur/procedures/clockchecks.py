"""Checks of clocks: they end with the case, promise no more than the law gives, and are extended by known roles."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.base.legal_time import amount
from amur.procedures.clocks import Clock, ClockExtension
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Known, Locate, Path, fault

_LONGEST_DAYS = {"days": 1, "months": 31, "years": 366}
"""A promise in working days that is longer than this many a unit is later than the law, whatever the calendar says."""


def check_clocks(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of all clocks of a procedure."""
    names = [clock.id for clock in definition.clocks]
    for place, clock in enumerate(definition.clocks):
        where = locate(("clocks", place))
        if names.count(clock.id) > 1:
            yield Fault(*where, "clock.name", f"found clock {clock.id!r} twice", "give each one id")
        yield from _course(definition, clock, where)
        days = {field.id for field in definition.data_fields if field.type == "date"}
        if clock.until and clock.until not in days:
            yield fault(
                locate, ("clocks", place, "until"), "clock.until", f"{clock.until!r} is no date of the form", days
            )
        if promises_too_much(clock):
            given = amount(clock.period.amount, clock.period.unit, "en")
            found = f"promises {clock.promise_working_days} working days where the law gives {given}"
            yield Fault(*where, "clock.promise", found, "promise no more than the law gives")
        if clock.extension is not None:
            yield from _extension(clock.extension, known, ("clocks", place, "extension"), locate)


def promises_too_much(clock: Clock) -> bool:
    """Say whether what is promised is surely later than what the law gives."""
    if clock.promise_working_days is None:
        return False
    period = clock.period
    return clock.promise_working_days > period.amount * _LONGEST_DAYS.get(period.unit, 1)


def _course(definition: ProcedureDeclaration, clock: Clock, where: tuple[str, int]) -> Iterator[Fault]:
    """Find clocks that run although the case has come to rest."""
    arrows = {(source, t.target) for t in definition.transitions for source in t.sources}
    final = {state.id for state in definition.states if state.final}
    for state in sorted({*clock.start} & {*clock.stop}):
        yield Fault(*where, "clock.start", f"{state!r} both starts and stops the clock", "name it in one of them")
    for state in sorted({*clock.pause} & {*clock.stop}):
        yield Fault(*where, "clock.pause", f"{state!r} both pauses and stops the clock", "name it in one of them")
    if any(state.states for state in definition.states):
        return  # What runs through nested states is walked through in ``statechecks``.
    running = reached_from({*clock.start}, {(source, target) for source, target in arrows if source not in clock.stop})
    if not running & {*clock.stop}:
        yield Fault(*where, "clock.end", f"no case stops the clock {clock.id!r}", "name states that it reaches")
    for state in sorted((running & final) - {*clock.stop}):
        found = f"the case ends in {state!r} and does not stop the clock {clock.id!r}"
        yield Fault(*where, "clock.end", found, "add it to stop")


def reached_from(start: set[str], arrows: set[tuple[str, str]]) -> set[str]:
    """Return the states that arrows lead to from some, those among them.

    >>> sorted(reached_from({"a"}, {("a", "b"), ("b", "c"), ("x", "y")}))
    ['a', 'b', 'c']
    """
    reached = set(start)
    while fresh := {target for source, target in arrows if source in reached} - reached:
        reached |= fresh
    return reached


def _extension(extension: ClockExtension, known: Known, at: Path, locate: Locate) -> Iterator[Fault]:
    for place, role in enumerate(extension.by):
        if role not in known.roles:
            yield fault(locate, (*at, "by", place), "procedure.role", f"unknown role {role!r}", known.roles)
    yield from check_places(extension.notice, (*at, "notice"), locate)
