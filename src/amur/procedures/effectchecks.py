"""Checks of what follows from an event: what it names exists, and what it writes fits where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.expressions import Kind, Struct, type_of
from amur.base.faults import Fault
from amur.base.fields import CodeField, FieldDeclaration, IdentifierField, TextField
from amur.procedures import engine
from amur.procedures.clocks import Message
from amur.procedures.conditions import is_plain, variables
from amur.procedures.declarations import (
    ChangeState,
    CloseRecord,
    CorrectRecord,
    Notify,
    ProcedureDeclaration,
    RecordEffect,
    StartClock,
    Transition,
    WriteRecord,
)
from amur.procedures.wording import PLACES, places_of
from amur.registers.checks import Known, Locate, Path, check_expression, fault
from amur.registers.declarations import RegisterDeclaration


def check_effects(
    definition: ProcedureDeclaration,
    transition: Transition,
    at: Path,
    *,
    known: Known,
    registers: Mapping[str, RegisterDeclaration],
    locate: Locate,
) -> Iterator[Fault]:
    """Yield the faults of all effects of a transition."""
    clocks = {clock.id for clock in definition.clocks}
    for place, effect in enumerate(transition.effects):
        where: Path = (*at, "effects", place)
        if isinstance(effect, Notify):
            yield from check_places(effect, where, locate)
        elif isinstance(effect, StartClock):
            if effect.clock not in clocks:
                yield fault(locate, (*where, "clock"), "effect.clock", f"unknown clock {effect.clock!r}", clocks)
        else:
            yield from _Writing(definition, effect, where, known, locate).faults(registers)
            register = registers.get(effect.register_id)
            if register is not None and register.entry == "constitutive" and transition.outcome == "none":
                found = f"only a decision writes {register.id!r}, and {transition.event!r} decides nothing"
                yield Fault(*locate((*where, "register")), "effect.entry", found, "give the event an outcome")


class _Writing:
    """One effect on a record, looked at from every side."""

    def __init__(
        self, definition: ProcedureDeclaration, effect: RecordEffect, at: Path, known: Known, locate: Locate
    ) -> None:
        self.definition, self.effect, self.at, self.locate = definition, effect, at, locate
        self.variables = variables(
            definition.data_fields, {name: known.values[name] for name in definition.values if name in known.values}
        )

    def faults(self, registers: Mapping[str, RegisterDeclaration]) -> Iterator[Fault]:
        effect, register = self.effect, registers.get(self.effect.register_id)
        if register is None:
            found = f"unknown register {effect.register_id!r}"
            yield fault(self.locate, (*self.at, "register"), "effect.register", found, registers)
        yield from self._source(effect.key, Kind.TEXT, (*self.at, "key"))
        for option in ("valid_from", "until", "valid_to"):
            if source := getattr(effect, option, ""):
                yield from self._day(source, (*self.at, option))
        if register is None or isinstance(effect, CloseRecord):
            return
        if isinstance(effect, ChangeState):
            events = {event.event for event in register.record_events}
            if effect.event not in events:
                found = f"{register.id!r} has no event {effect.event!r}"
                yield fault(self.locate, (*self.at, "event"), "effect.event", found, events)
        elif isinstance(effect, WriteRecord | CorrectRecord):
            yield from self._required(register)
        yield from self._values(register)

    def _required(self, register: RegisterDeclaration) -> Iterator[Fault]:
        for target in register.fields:
            is_entered = target.required and target.type != "computed"
            if is_entered and target.id not in getattr(self.effect, "values", {}):
                found = f"{register.id!r} requires {target.id!r}, which gets no value"
                yield Fault(*self.locate((*self.at, "values")), "effect.value", found, "give it one")

    def _values(self, register: RegisterDeclaration) -> Iterator[Fault]:
        targets = {declared.id: declared for declared in register.fields}
        for name, source in getattr(self.effect, "values", {}).items():
            where: Path = (*self.at, "values", name)
            if name not in targets:
                found = f"{register.id!r} has no field {name!r}"
                yield fault(self.locate, where, "effect.value", found, targets)
                continue
            problems = list(self._source(source, type_of(targets[name].cel_column()), where))
            yield from problems
            if is_plain(source) and not problems:
                yield from _fits(self.definition, source, targets[name], where, self.locate)

    def _day(self, source: str, at: Path) -> Iterator[Fault]:
        problems = list(self._source(source, Kind.DATE, at))
        yield from problems
        days = {f"form.{each.id}" for each in self.definition.data_fields if each.type == "date"}
        days |= {f"case.{name}" for name, kind in engine.CASE_VALUES.items() if kind == "date"}
        if is_plain(source) and not problems and source not in days:
            yield fault(self.locate, at, "effect.type", f"{source} is not a date", days)

    def _source(self, source: str, kind: object, at: Path) -> Iterator[Fault]:
        """Find a path that names nothing, and an expression that has no value of the kind."""
        form = {declared.id for declared in self.definition.data_fields}
        begin, _, name = source.partition(".")
        if is_plain(source):
            if begin == "form" and name not in form:
                yield fault(self.locate, at, "effect.path", f"the form has no field {name!r}", form)
        elif isinstance(kind, Struct):
            found = f"{source!r} fills a group of values"
            yield Fault(*self.locate(at), "effect.path", found, "copy a field of the same type by its path")
        else:
            yield from check_expression(source, self.variables, kind, at, check="effect.path", locate=self.locate)


def _fits(
    definition: ProcedureDeclaration, path: str, target: FieldDeclaration, at: Path, locate: Locate
) -> Iterator[Fault]:
    """Find a value whose type is not that of its field, and an optional one where a value is required."""
    source, _, name = path.partition(".")
    if source == "form":
        origin = next(declared for declared in definition.data_fields if declared.id == name)
        same = origin.type == target.type and _list_of(origin) == _list_of(target)
        found_type, is_sure = origin.type, origin.required
        too_long = (
            isinstance(origin, TextField) and isinstance(target, TextField) and origin.max_length > target.max_length
        )
    elif source == "case":
        found_type, is_sure, too_long = engine.CASE_VALUES[name], True, False
        same = found_type == target.type
    else:
        return
    if not same and target.type != "text":
        found = f"{path} is {found_type}, but {target.id!r} is {target.type} of another list or kind"
        yield Fault(*locate(at), "effect.type", found, "take a value of the same type")
    if too_long:
        found = f"{path} may be longer than {target.id!r} holds"
        yield Fault(*locate(at), "effect.length", found, "give both the same max_length")
    if target.required and not is_sure:
        found = f"{path} may be empty, but {target.id!r} is required"
        yield Fault(*locate(at), "effect.required", found, "require it in the form or not in the register")


def _list_of(field: FieldDeclaration) -> str:
    """Return the list or scheme out of which the values of a field come."""
    if isinstance(field, CodeField):
        return field.codelist
    return field.scheme if isinstance(field, IdentifierField) else ""


def check_places(effect: Notify | Message, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield the places in a notice that nothing fills."""
    for option in ("subject", "body"):
        text = getattr(effect, option)
        for language in ("zh", "en", "ru", "ja", "ko"):
            try:
                named = places_of(getattr(text, language))
            except ValueError as error:
                found = f"braces do not match in {language!r}: {error}"
                yield Fault(*locate((*at, option)), "effect.notice", found, "close each brace")
                continue
            for name in sorted(named - PLACES):
                found = f"nothing fills {{{name}}} in {language!r}"
                yield fault(locate, (*at, option), "effect.notice", found, PLACES)
