"""This room's checks of a pack: every procedure can run from its beginning to an end, and says what it must say.

Checks take parsed declarations and a function that finds the line of a path in the words of the file, such as
``("transitions", 2, "from", 0)``; they read no file themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from amur.base.faults import Fault
from amur.base.fields import CodeField, FieldDeclaration, FileField, IdentifierField, TextField
from amur.procedures import engine, sniffing
from amur.procedures.declarations import (
    APPLICANT,
    Notify,
    ProcedureDeclaration,
    Transition,
    WriteRecord,
)
from amur.procedures.wording import PLACES, places_of
from amur.registers.checks import Known, Locate, Path, check_fields, fault, missing_texts
from amur.registers.declarations import RegisterDeclaration


def check_procedure(
    definition: ProcedureDeclaration,
    known: Known,
    registers: Mapping[str, RegisterDeclaration],
    bodies: Collection[str],
    locate: Locate,
) -> list[Fault]:
    """Return all faults of a procedure, given the registers and the bodies of its pack."""
    faults = [
        *_names(definition, known, bodies, locate),
        *_states(definition, locate),
        *_clocks(definition, locate),
        *_fields(definition, known, locate),
        *missing_texts(definition, known, locate),
    ]
    for place, transition in enumerate(definition.transitions):
        at: Path = ("transitions", place)
        faults += _decides_well(transition, at, locate)
        faults += _effects(definition, transition, at, registers, locate)
    return sorted(faults)


def _names(definition: ProcedureDeclaration, known: Known, bodies: Collection[str], locate: Locate) -> Iterator[Fault]:
    """Find names of states, roles, events, bodies and fields that nothing declares."""
    states = {state.id for state in definition.states}
    events = {transition.event for transition in definition.transitions}
    roles = {*known.roles, APPLICANT}
    fields = {declared.id for declared in definition.fields}
    uses: list[tuple[Path, str, str, Collection[str]]] = [
        (("initial",), "state", definition.initial, states),
        (("body",), "body", definition.body_id, bodies),
        (("subject_field",), "field", definition.subject_field, fields),
    ]
    if definition.region_field:
        uses.append((("region_field",), "field", definition.region_field, fields))
    for place, transition in enumerate(definition.transitions):
        at: Path = ("transitions", place)
        uses += [((*at, "from", n), "state", name, states) for n, name in enumerate(transition.sources)]
        uses.append(((*at, "to"), "state", transition.target, states))
        uses.append(((*at, "by"), "role", transition.by, roles))
        earlier = enumerate(transition.not_by_actor_of)
        uses += [((*at, "not_by_actor_of", n), "event", name, events) for n, name in earlier]
    for place, clock in enumerate(definition.clocks):
        for option in ("start", "pause", "stop"):
            named = enumerate(getattr(clock, option))
            uses += [(("clocks", place, option, n), "state", name, states) for n, name in named]
    uses += [(("values", place), "value", name, known.values) for place, name in enumerate(definition.values)]
    for path, what, name, choices in uses:
        if name not in choices:
            yield fault(locate, path, f"procedure.{what}", f"unknown {what} {name!r}", choices)


def _states(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find states that no case reaches, and states from which no case comes to an end."""
    arrows = {(source, t.target) for t in definition.transitions for source in t.sources}
    reached = _closure({definition.initial}, arrows)
    final = {state.id for state in definition.states if state.final}
    ending = _closure(final, {(target, source) for source, target in arrows})
    leaving = {source for source, _ in arrows}
    if not final:
        yield Fault(*locate(("states",)), "procedure.end", "no state is final", "mark those in which the case is over")
    for place, state in enumerate(definition.states):
        where = locate(("states", place))
        if state.id not in reached:
            yield Fault(*where, "procedure.unreachable", f"no case reaches {state.id!r}", "lead an arrow to it")
        if state.final and state.id in leaving:
            yield Fault(*where, "procedure.final", f"an arrow leaves the final {state.id!r}", "take final or it away")
        elif not state.final and state.id not in leaving:
            yield Fault(*where, "procedure.dead_end", f"nothing leads out of {state.id!r}", "add an arrow or final")
        elif final and state.id not in ending:
            found = f"from {state.id!r} no case comes to an end"
            yield Fault(*where, "procedure.no_end", found, "lead an arrow towards a final state")
        if state.needs_applicant and not any(
            t.by == APPLICANT and state.id in t.sources for t in definition.transitions
        ):
            found = f"{state.id!r} waits for the applicant, who can do nothing there"
            yield Fault(*where, "procedure.waits", found, "add an arrow that the applicant fires")


def _closure(start: set[str], arrows: set[tuple[str, str]]) -> set[str]:
    reached = set(start)
    while fresh := {target for source, target in arrows if source in reached} - reached:
        reached |= fresh
    return reached


def _clocks(definition: ProcedureDeclaration, locate: Locate) -> Iterator[Fault]:
    """Find clocks that run although the case has come to rest."""
    arrows = {(source, t.target) for t in definition.transitions for source in t.sources}
    final = {state.id for state in definition.states if state.final}
    names = [clock.id for clock in definition.clocks]
    for place, clock in enumerate(definition.clocks):
        where = locate(("clocks", place))
        if names.count(clock.id) > 1:
            yield Fault(*where, "clock.name", f"found clock {clock.id!r} twice", "give each one id")
        for state in sorted({*clock.start} & {*clock.stop}):
            yield Fault(*where, "clock.start", f"{state!r} both starts and stops the clock", "name it in one of them")
        for state in sorted({*clock.pause} & {*clock.stop}):
            yield Fault(*where, "clock.pause", f"{state!r} both pauses and stops the clock", "name it in one of them")
        onward = {(source, target) for source, target in arrows if source not in clock.stop}
        running = _closure(set(clock.start), onward)
        if not running & {*clock.stop}:
            yield Fault(*where, "clock.end", f"no case stops the clock {clock.id!r}", "name states that it reaches")
        for state in sorted((running & final) - {*clock.stop}):
            found = f"the case ends in {state!r} and does not stop the clock {clock.id!r}"
            yield Fault(*where, "clock.end", found, "add it to stop")
        if clock.promise_working_days is not None and clock.promise_working_days > clock.working_days:
            found = f"promises {clock.promise_working_days} working days where the law gives {clock.working_days}"
            yield Fault(*where, "clock.promise", found, "promise no more than the law gives")


def _fields(definition: ProcedureDeclaration, known: Known, locate: Locate) -> Iterator[Fault]:
    form = {declared.id: declared for declared in definition.fields}
    for place, page in enumerate(definition.pages):
        at: Path = ("pages", place, "fields")
        yield from check_fields(page.fields, at, known, locate)
        yield from _files(page.fields, at, locate)
    for place, transition in enumerate(definition.transitions):
        at = ("transitions", place, "asks")
        yield from check_fields(transition.asks, at, known, locate)
        yield from _files(transition.asks, at, locate)
        for n, asked in enumerate(transition.asks):
            if asked.id in form and form[asked.id].type != asked.type:
                found = f"{asked.id!r} is {asked.type} here and {form[asked.id].type} in the form"
                yield Fault(*locate((*at, n, "type")), "field.type", found, "give it the same type or another id")
    region = form.get(definition.region_field or "")
    if region is not None and region.type != "region":
        where = locate(("region_field",))
        yield Fault(*where, "field.type", f"{region.id!r} is {region.type}, not a region", "name a field of that type")


def _files(fields: tuple[FieldDeclaration, ...], at: Path, locate: Locate) -> Iterator[Fault]:
    for place, declared in enumerate(fields):
        for n, media_type in enumerate(declared.media_types if isinstance(declared, FileField) else ()):
            if media_type not in sniffing.KNOWN:
                path = (*at, place, "media_types", n)
                yield fault(locate, path, "field.media_type", f"cannot recognise {media_type!r}", sniffing.KNOWN)


def _decides_well(transition: Transition, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find refusals without reason or basis, and decisions that the party takes itself."""
    if transition.outcome == "refused" and transition.reason != "required":
        found = f"{transition.event!r} refuses without asking for a reason"
        yield Fault(*locate((*at, "reason")), "procedure.reason", found, "set reason: required")
    if transition.outcome != "none" and not transition.basis:
        found = f"{transition.event!r} decides without a legal basis"
        yield Fault(*locate(at), "procedure.basis", found, "name the basis")
    if transition.outcome != "none" and transition.by == APPLICANT:
        found = f"{transition.event!r} lets the applicant decide"
        yield Fault(*locate((*at, "by")), "procedure.outcome", found, "name the role that decides")


def _effects(
    definition: ProcedureDeclaration,
    transition: Transition,
    at: Path,
    registers: Mapping[str, RegisterDeclaration],
    locate: Locate,
) -> Iterator[Fault]:
    for place, effect in enumerate(transition.effects):
        where: Path = (*at, "effects", place)
        if isinstance(effect, Notify):
            yield from _places(effect, where, locate)
            continue
        if effect.register_id not in registers:
            found = f"unknown register {effect.register_id!r}"
            yield fault(locate, (*where, "register"), "effect.register", found, registers)
        yield from _path(definition, effect.key, (*where, "key"), locate)
        if isinstance(effect, WriteRecord) and effect.register_id in registers:
            yield from _values(definition, effect, where, registers[effect.register_id], locate)


def _values(
    definition: ProcedureDeclaration, effect: WriteRecord, at: Path, register: RegisterDeclaration, locate: Locate
) -> Iterator[Fault]:
    targets = {declared.id: declared for declared in register.fields}
    for name, target in targets.items():
        if target.required and name not in effect.values:
            found = f"{register.id!r} requires {name!r}, which gets no value"
            yield Fault(*locate((*at, "values")), "effect.value", found, "give it one")
    for name, path in effect.values.items():
        where: Path = (*at, "values", name)
        if name not in targets:
            yield fault(locate, where, "effect.value", f"{register.id!r} has no field {name!r}", targets)
            continue
        problems = list(_path(definition, path, where, locate))
        yield from problems
        if not problems:
            yield from _fits(definition, path, targets[name], where, locate)


def _path(definition: ProcedureDeclaration, path: str, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find a path that names nothing."""
    form = {declared.id for declared in definition.data_fields}
    source, _, name = path.partition(".")
    if source == "form" and name not in form:
        yield fault(locate, at, "effect.path", f"the form has no field {name!r}", form)
    elif source != "form":
        try:
            engine.resolve(path, {}, engine.CaseFacts())
        except ValueError as error:
            choices = [f"case.{value}" for value in engine.CASE_VALUES]
            yield fault(locate, at, "effect.path", str(error), choices)


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


def _places(effect: Notify, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find places in a notice that nothing fills."""
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
