"""Checks of accepting with something missing: it is marked in the form, waited for, and needed by a decision."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.faults import Fault
from amur.procedures.commitment.checks import check_marks
from amur.procedures.declarations import APPLICANT, ProcedureDeclaration
from amur.procedures.missing.declarations import MayBeMissing
from amur.registers.checks import Locate, Path, fault

_AT: Path = ("may_be_missing",)


def check_missing(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of accepting with something missing."""
    rule = definition.may_be_missing
    if rule is None:
        return
    yield from check_marks(definition, rule.waived, "missing", (*_AT, "items"), locate)
    names = [one.mark for one in rule.items]
    for place, one in enumerate(rule.items):
        if names.count(one.mark) > 1:
            found = f"{one.mark!r} marks two things, and they come one by one"
            yield Fault(*locate((*_AT, "items", place)), "missing.mark", found, "give each a mark of its own")
    clocks = {clock.id: clock for clock in definition.clocks}
    for path, name in (((*_AT, "clock"), rule.clock), *(((*_AT, "waits"), name) for name in rule.waits)):
        if name not in clocks:
            yield fault(locate, path, "missing.clock", f"unknown clock {name!r}", clocks)
    if rule.clock in clocks:
        if not any(rung.to == APPLICANT for rung in clocks[rule.clock].remind):
            found = f"nobody reminds the party of the clock {rule.clock!r}"
            yield Fault(*locate((*_AT, "clock")), "missing.reminded", found, "add a rung to: applicant to its remind")
        yield from _brought(definition, rule, {*clocks[rule.clock].start}, locate)
    yield from _needed(definition, rule, locate)
    yield from _late(definition, rule, locate)


def _brought(definition: ProcedureDeclaration, rule: MayBeMissing, starts: set[str], locate: Locate) -> Iterator[Fault]:
    """Find an event of bringing that the party cannot fire while the clock runs, or that leads away."""
    arrows = [one for one in definition.transitions if one.event == rule.bring]
    if not any(starts & {*one.sources} for one in arrows):
        found = f"nothing can be brought by {rule.bring!r} where the clock {rule.clock!r} begins"
        yield Fault(*locate((*_AT, "bring")), "missing.bring", found, "lead the arrow out of that state")
    for one in arrows:
        if one.by != APPLICANT:
            found = f"{rule.bring!r} is fired by {one.by!r}"
            yield Fault(*locate((*_AT, "bring")), "missing.bring", found, "let the applicant bring it")
        if one.sources != (one.target,):
            found = f"{rule.bring!r} leads from one state to another, and it may happen more than once"
            yield Fault(*locate((*_AT, "bring")), "missing.bring", found, "lead it back to where it begins")


def _needed(definition: ProcedureDeclaration, rule: MayBeMissing, locate: Locate) -> Iterator[Fault]:
    granting = {one.event for one in definition.transitions if one.outcome == "granted"}
    for place, name in enumerate(rule.needed_by):
        if name not in granting:
            found = f"{name!r} grants nothing, so nothing has to be there for it"
            yield fault(locate, (*_AT, "needed_by", place), "missing.needed", found, granting)


def _late(definition: ProcedureDeclaration, rule: MayBeMissing, locate: Locate) -> Iterator[Fault]:
    """Find that what follows when the time is over is not what an arrow does."""
    lapses = [one for one in definition.transitions if one.on_lapse == rule.clock]
    where = locate((*_AT, "late"))
    if rule.late == "continue":
        if lapses:
            found = f"{lapses[0].event!r} follows when the time is over, so the case does not go on"
            yield Fault(*where, "missing.late", found, "take the arrow away, or say refuse or return")
        return
    if not lapses:
        found = f"nothing follows from the lapse of {rule.clock!r}"
        yield Fault(*where, "missing.late", found, f"add an arrow by: machine with on_lapse: {rule.clock}")
    for one in lapses:
        if (one.outcome == "refused") != (rule.late == "refuse"):
            found = f"{one.event!r} {'does not refuse' if rule.late == 'refuse' else 'decides'}"
            yield Fault(*where, "missing.late", found, "let late and the outcome of the arrow say the same")
