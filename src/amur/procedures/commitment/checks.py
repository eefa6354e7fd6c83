"""Checks of deciding on a promise: it is chosen in the form, decided sooner, and verified by a clock and two events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration
from amur.procedures.clockchecks import reached_from
from amur.procedures.commitment.declarations import Commitment
from amur.procedures.conditions import form_variables, is_plain
from amur.procedures.declarations import NO_OFFICE, ProcedureDeclaration
from amur.procedures.effectchecks import Beside
from amur.procedures.sourcechecks import Sources
from amur.registers.checks import Known, Locate, Path, check_expression, fault
from amur.registers.declarations import RegisterDeclaration

_AT: Path = ("commitment",)


def check_commitment(definition: ProcedureDeclaration, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield the faults of deciding on a promise."""
    rule = definition.commitment
    if rule is None:
        return
    yield from check_marks(definition, rule.waived, "commitment", (*_AT, "choice"), locate)
    yield from _named(definition, rule, locate)
    yield from _bars(definition, rule, beside, locate)
    yield from _verified(definition, rule, locate)
    if rule.verification.record is not None:
        yield from _record(definition, rule, Sources(definition, known, locate), beside)


def check_marks(
    definition: ProcedureDeclaration, waived: Collection[tuple[str, str]], check: str, at: Path, locate: Locate
) -> Iterator[Fault]:
    """Yield marks that are no yes-or-no fields of the form, and fields that are none of it or are asked before them."""
    names = [field.id for field in definition.fields]
    types = {field.id: field.type for field in definition.fields}
    marks = {name for name, kind in types.items() if kind == "yes_no"}
    for name, mark in waived:
        if mark not in marks:
            yield fault(locate, at, f"{check}.mark", f"{mark!r} is no yes-or-no field of the form", marks)
        elif name not in types:
            yield fault(locate, at, f"{check}.field", f"the form has no field {name!r}", names)
        elif names.index(name) < names.index(mark):
            found = f"{name!r} is asked before {mark!r}, by which it is not asked"
            yield Fault(*locate(at), f"{check}.order", found, f"ask {mark!r} first")
        if name in {definition.subject_field, definition.region_field}:
            found = f"{name!r} names what the case is about or where it lies"
            yield Fault(*locate(at), f"{check}.field", found, "ask for it always")


def _named(definition: ProcedureDeclaration, rule: Commitment, locate: Locate) -> Iterator[Fault]:
    """Find states and clocks that are none, and a promised case that is not decided sooner than the others."""
    clocks = {clock.id: clock for clock in definition.clocks}
    states = {state.id for state in definition.states}
    if rule.begins not in states:
        yield fault(locate, (*_AT, "begins"), "commitment.state", f"unknown state {rule.begins!r}", states)
    elif rule.begins == definition.initial:
        found = f"{rule.begins!r} is where every case begins"
        yield Fault(*locate((*_AT, "begins")), "commitment.state", found, "give promised cases a state of their own")
    if rule.clock not in clocks:
        yield fault(locate, (*_AT, "clock"), "commitment.clock", f"unknown clock {rule.clock!r}", clocks)
        return
    shorter = clocks[rule.clock]
    if rule.begins not in shorter.start:
        found = f"the clock {rule.clock!r} does not start in {rule.begins!r}"
        yield Fault(*locate((*_AT, "clock")), "commitment.clock", found, f"add {rule.begins!r} to what starts it")
    others = [one for one in clocks.values() if one.id not in {rule.clock, rule.verification.clock}]
    if others and shorter.rough_days >= max(one.rough_days for one in others):
        found = f"the clock {rule.clock!r} gives no less time than the others"
        yield Fault(*locate((*_AT, "clock")), "commitment.slow", found, "decide sooner on a promise")


def _bars(definition: ProcedureDeclaration, rule: Commitment, beside: Beside, locate: Locate) -> Iterator[Fault]:
    fields = {field.id: field for field in definition.fields}
    for place, bar in enumerate(rule.not_for):
        at: Path = (*_AT, "not_for", place)
        if bar.when:
            variables = form_variables(definition.fields)
            yield from check_expression(
                bar.when, variables, Kind.BOOLEAN, (*at, "when"), check="commitment.bar", locate=locate
            )
            continue
        register = beside.registers.get(bar.register_id or "")
        if register is None:
            found = f"unknown register {bar.register_id!r}"
            yield fault(locate, (*at, "register"), "commitment.register", found, beside.registers)
        else:
            yield from _of_enterprises(register, (*at, "register"), locate)
        yield from _number(bar.key, fields, (*at, "key"), locate)


def _verified(definition: ProcedureDeclaration, rule: Commitment, locate: Locate) -> Iterator[Fault]:
    """Find a verification that no clock limits, that no office does, or that cannot end a promise that was broken."""
    at: Path = (*_AT, "verification")
    clock = next((one for one in definition.clocks if one.id == rule.verification.clock), None)
    if clock is None:
        names = {one.id for one in definition.clocks}
        found = f"unknown clock {rule.verification.clock!r}"
        yield fault(locate, (*at, "clock"), "commitment.clock", found, names)
        return
    if not clock.remind:
        found = f"nobody is reminded of the clock {clock.id!r}"
        yield Fault(*locate((*at, "clock")), "commitment.reminded", found, "add rungs to its remind")
    arrows = {(source, one.target) for one in definition.transitions for source in one.sources}
    reached = reached_from({rule.begins}, arrows)
    granted = {one.target for one in definition.transitions if one.outcome == "granted" and reached & {*one.sources}}
    verified = granted & {*clock.start}
    if not verified:
        found = f"the clock {clock.id!r} does not start when a promised case is granted"
        yield Fault(*locate((*at, "clock")), "commitment.verified", found, "start it in the state that is granted")
    for option in ("holds", "broken"):
        name = getattr(rule.verification, option)
        arrow = next((one for one in definition.transitions if one.event == name and verified & {*one.sources}), None)
        if arrow is None:
            found = f"no event {name!r} leads out of the state in which it is verified"
            yield Fault(*locate((*at, option)), "commitment.event", found, "add the arrow")
        elif arrow.by in NO_OFFICE:
            found = f"{name!r} is fired by {arrow.by!r}"
            yield Fault(*locate((*at, option)), "commitment.by", found, "let an official verify")
        elif option == "broken" and arrow.outcome != "refused":
            found = f"{name!r} takes back what was granted and decides nothing"
            yield Fault(*locate((*at, option)), "commitment.revokes", found, "set outcome: refused, with its basis")


def _record(definition: ProcedureDeclaration, rule: Commitment, sources: Sources, beside: Beside) -> Iterator[Fault]:
    """Find a broken promise that would be written down of a person, or that does not fit its register."""
    left, at = rule.verification.record, (*_AT, "verification", "record")
    register = beside.registers.get(left.register_id) if left else None
    if left is None or register is None:
        found = f"unknown register {left.register_id if left else ''!r}"
        yield fault(sources.locate, (*at, "register"), "commitment.register", found, beside.registers)
        return
    yield from _of_enterprises(register, (*at, "register"), sources.locate)
    yield from _number(left.key, {field.id: field for field in definition.fields}, (*at, "key"), sources.locate)
    targets = {field.id: field for field in register.fields}
    for problem in sources.into(left.values, targets, register.id, (*at, "values")):
        # Nothing is written where the key is empty, so that it stands for sure wherever else it is written.
        if problem.check != "effect.required" or left.key not in problem.found:
            yield problem
    for field in register.fields:
        if field.required and field.type != "computed" and field.id not in left.values:
            found = f"{register.id!r} requires {field.id!r}, which gets no value"
            yield Fault(*sources.locate((*at, "values")), "effect.value", found, "give it one")


def _of_enterprises(register: RegisterDeclaration, at: Path, locate: Locate) -> Iterator[Fault]:
    personal = [field.id for field in register.fields if field.personal_class != "none"]
    if personal:
        found = f"{register.id!r} holds what is personal: {', '.join(personal)}"
        yield Fault(*locate(at), "commitment.person", found, "note broken promises of enterprises alone")


def _number(source: str, fields: Mapping[str, FieldDeclaration], at: Path, locate: Locate) -> Iterator[Fault]:
    """Find a key that is not the number of an enterprise, as an identifier of the form gives it."""
    name = source.removeprefix("form.")
    field = fields.get(name) if is_plain(source) and source.startswith("form.") else None
    if getattr(field, "type", "") != "identifier" or getattr(field, "personal_class", "none") != "none":
        known = {f"form.{one}" for one, field in fields.items() if getattr(field, "type", "") == "identifier"}
        yield fault(locate, at, "commitment.key", f"{source!r} is not the number of an enterprise", known)
