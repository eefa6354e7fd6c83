"""Checks of what follows from an event: what it names exists, and what it writes fits where it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from amur.base.expressions import Kind
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.effects import (
    ChangeState,
    CloseRecord,
    CorrectRecord,
    IssueDocument,
    Notify,
    OpenCase,
    RecordEffect,
    StartClock,
    WriteRecord,
)
from amur.procedures.opinions.declarations import AskOpinions
from amur.procedures.sourcechecks import Sources
from amur.procedures.wordingchecks import check_places
from amur.registers.checks import Known, Locate, Path, fault
from amur.registers.declarations import RegisterDeclaration


@dataclass(frozen=True, slots=True)
class Beside:
    """What else a pack declares that an effect may name."""

    registers: Mapping[str, RegisterDeclaration] = field(default_factory=dict)
    procedures: Mapping[str, ProcedureDeclaration] = field(default_factory=dict)
    drawn: frozenset[str] = frozenset()
    """The procedures of which a draw opens cases."""


def check_effects(
    definition: ProcedureDeclaration,
    transition: Transition,
    at: Path,
    *,
    known: Known,
    beside: Beside,
    locate: Locate,
) -> Iterator[Fault]:
    """Yield the faults of all effects of a transition."""
    sources = Sources(definition, known, locate)
    named = {"clock": {one.id for one in definition.clocks}, "document": {one.id for one in definition.documents}}
    for place, effect in enumerate(transition.effects):
        where: Path = (*at, "effects", place)
        if isinstance(effect, Notify):
            yield from check_places(effect, where, locate)
        elif isinstance(effect, StartClock | IssueDocument):
            what = "clock" if isinstance(effect, StartClock) else "document"
            if (name := getattr(effect, what)) not in named[what]:
                yield fault(locate, (*where, what), f"effect.{what}", f"unknown {what} {name!r}", named[what])
        elif isinstance(effect, OpenCase):
            yield from _opening(effect, sources, beside.procedures, where)
        elif not isinstance(effect, AskOpinions):  # ``opinions.checks`` looks at rounds as a whole
            yield from _writing(effect, sources, beside.registers.get(effect.register_id), where)
            yield from _decided(transition, effect, beside.registers, where, locate)


def _decided(
    transition: Transition,
    effect: RecordEffect,
    registers: Mapping[str, RegisterDeclaration],
    at: Path,
    locate: Locate,
) -> Iterator[Fault]:
    """Find a register that nobody declares, and one that only a decision writes where none is made."""
    register = registers.get(effect.register_id)
    if register is None:
        found = f"unknown register {effect.register_id!r}"
        yield fault(locate, (*at, "register"), "effect.register", found, registers)
    elif register.entry == "constitutive" and transition.outcome == "none":
        found = f"only a decision writes {register.id!r}, and {transition.event!r} decides nothing"
        yield Fault(*locate((*at, "register")), "effect.entry", found, "give the event an outcome")


def _writing(effect: RecordEffect, sources: Sources, register: RegisterDeclaration | None, at: Path) -> Iterator[Fault]:
    yield from sources.of_kind(effect.key, Kind.TEXT, (*at, "key"))
    for option in ("valid_from", "until", "valid_to"):
        if source := getattr(effect, option, ""):
            yield from sources.day(source, (*at, option))
    if register is None or isinstance(effect, CloseRecord):
        return
    if isinstance(effect, ChangeState):
        events = {event.event for event in register.record_events}
        if effect.event not in events:
            found = f"{register.id!r} has no event {effect.event!r}"
            yield fault(sources.locate, (*at, "event"), "effect.event", found, events)
    elif isinstance(effect, WriteRecord | CorrectRecord):
        yield from _required(effect.values, register.fields, register.id, (*at, "values"), sources.locate)
    targets = {declared.id: declared for declared in register.fields}
    yield from sources.into(effect.values, targets, register.id, (*at, "values"))


def check_opened(definition: ProcedureDeclaration, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Find a procedure that nobody applies for and nothing opens."""
    opened = {
        effect.procedure_id
        for one in beside.procedures.values()
        for arrow in one.transitions
        for effect in arrow.effects
        if isinstance(effect, OpenCase)
    } | {one.appeal.procedure_id for one in beside.procedures.values()}
    opened |= beside.drawn
    for one in beside.procedures.values():
        opened |= {child.procedure_id for child in one.one_thing.children} if one.one_thing else set()
    if definition.opened_only and definition.id not in opened:
        found = f"nothing opens {definition.id!r}, and nobody applies for it"
        yield Fault(
            *locate(("opened_only",)),
            "procedure.opened",
            found,
            "add an open_case effect, an appeal or a draw that opens it, or take it away",
        )


def _opening(
    effect: OpenCase, sources: Sources, procedures: Mapping[str, ProcedureDeclaration], at: Path
) -> Iterator[Fault]:
    """Find a procedure that nobody declares, and an opened form that would not be whole."""
    opened = procedures.get(effect.procedure_id)
    if opened is None:
        found = f"unknown procedure {effect.procedure_id!r}"
        yield fault(sources.locate, (*at, "procedure"), "effect.procedure", found, procedures)
        return
    yield from check_whole(effect.values, opened, (*at, "values"), sources.locate)
    targets = {one.id: one for one in opened.fields if one.type not in {"file", "computed"}}
    yield from sources.into(effect.values, targets, opened.id, (*at, "values"))


def check_whole(values: Mapping[str, str], opened: ProcedureDeclaration, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find what the form of an opened case always asks and what gets no value."""
    always = tuple(one for page in opened.pages if not page.when for one in page.fields if not one.when)
    yield from _required(values, always, opened.id, at, locate)


def _required(
    values: Mapping[str, str], fields: tuple[FieldDeclaration, ...], of: str, at: Path, locate: Locate
) -> Iterator[Fault]:
    for target in fields:
        if target.required and target.type != "computed" and target.id not in values:
            found = f"{of!r} requires {target.id!r}, which gets no value"
            yield Fault(*locate(at), "effect.value", found, "give it one")
