"""Checks of what is played: who plays, submits and fires is declared, and made-up identifiers are well formed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from amur.base.faults import Fault
from amur.base.identifiers import IdentifierScheme
from amur.exchange.declarations import BeginCase, ExchangeDeclaration, Inbound
from amur.indicators.declarations import IndicatorDeclaration
from amur.packs.declarations import DemonstrationDeclaration, ExampleDeclaration, Player, Step
from amur.packs.engine import Pack
from amur.packs.engine.source import Path, Source
from amur.packs.study_declarations import DemonstrationStudy, Studying
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration, RolesDeclaration
from amur.people.engine import ADMINISTRATORS
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.draws.declarations import DrawDeclaration
from amur.procedures.finders.declarations import FinderDeclaration
from amur.registers.declarations import RegisterDeclaration
from amur.studies.declarations import MethodDeclaration

Found = tuple[Path, str, str, str]
"""Where in the file, the check, what was found, what to do."""


@dataclass(frozen=True, slots=True)
class _Declared:
    """What steps may name, gathered once for all examples; None where a file could not be read."""

    roles: frozenset[str] | None
    bodies: frozenset[str] | None
    regions: frozenset[str] | None
    schemes: Mapping[str, IdentifierScheme]
    procedures: Mapping[str, ProcedureDeclaration]
    registers: Mapping[str, RegisterDeclaration]
    indicators: Mapping[str, IndicatorDeclaration]
    methods: Mapping[str, MethodDeclaration]
    draws: Mapping[str, DrawDeclaration]
    finders: Mapping[str, FinderDeclaration]
    exchanges: Mapping[str, ExchangeDeclaration]


_MOST_DRAWN = 50


def _declared(pack: Pack) -> _Declared:
    roles, bodies, regions = pack.one(RolesDeclaration), pack.one(BodiesDeclaration), pack.one(RegionsDeclaration)
    return _Declared(
        roles=frozenset({*(role.id for role in roles.roles), *ADMINISTRATORS}) if roles else None,
        bodies=frozenset(body.id for body in bodies.bodies) if bodies else None,
        regions=frozenset(region.code for region in regions.regions) if regions else None,
        schemes=pack.named(IdentifierScheme),
        procedures=pack.named(ProcedureDeclaration),
        registers=pack.named(RegisterDeclaration),
        indicators=pack.named(IndicatorDeclaration),
        methods=pack.named(MethodDeclaration),
        draws=pack.named(DrawDeclaration),
        finders=pack.named(FinderDeclaration),
        exchanges=pack.named(ExchangeDeclaration),
    )


def check(whole: Pack) -> Iterator[Fault]:
    """Yield the faults of examples and of the demonstration."""
    pack = _declared(whole)
    for found, example in whole.of(ExampleDeclaration):
        yield from _faults(found.source, _players(pack, example.cast))
        yield from _faults(found.source, _steps(pack, example.steps, ("steps",)))
    for found, demonstration in whole.of(DemonstrationDeclaration):
        yield from _faults(found.source, _players(pack, demonstration.cast))
        for place, case in enumerate(demonstration.cases):
            yield from _faults(found.source, _steps(pack, case.steps, ("cases", place, "steps")))
        yield from _faults(found.source, _studies(pack.methods, demonstration))


def _faults(source: Source, found: Iterator[Found]) -> Iterator[Fault]:
    for path, name, said, fix in found:
        yield Fault(*source.locate(path), name, said, fix)


def _players(pack: _Declared, cast: tuple[Player, ...]) -> Iterator[Found]:
    for place, player in enumerate(cast):
        at: Path = ("cast", place)
        for number, role in enumerate(player.roles):
            if pack.roles is not None and role not in pack.roles:
                yield (*at, "roles", number), "play.role", f"unknown role {role!r}", "declare it in roles.yaml"
        if player.roles and player.body_id is None:
            yield at, "play.body", f"{player.id!r} has a role in no body", "add body:"
        if player.body_id and pack.bodies is not None and player.body_id not in pack.bodies:
            yield (*at, "body"), "play.body", f"unknown body {player.body_id!r}", "declare it in bodies.yaml"
        if player.region and pack.regions is not None and player.region not in pack.regions:
            yield (*at, "region"), "play.region", f"unknown region {player.region!r}", "declare it in regions.yaml"
        yield from _enterprise(player, pack.schemes, at)


def _enterprise(player: Player, schemes: Mapping[str, IdentifierScheme], at: Path) -> Iterator[Found]:
    if player.enterprise is None:
        return
    where = (*at, "enterprise")
    scheme = schemes.get(player.enterprise.scheme)
    if scheme is None:
        yield (*where, "scheme"), "play.scheme", f"unknown scheme {player.enterprise.scheme!r}", "declare it"
        return
    try:
        scheme.parse(player.enterprise.identifier)
    except ValueError as error:
        said, _, fix = str(error).partition("; ")
        yield (*where, "identifier"), "play.identifier", said, fix or "correct it"


def _steps(pack: _Declared, steps: tuple[Step, ...], at: Path) -> Iterator[Found]:
    procedures, registers = pack.procedures, pack.registers
    opened: dict[str, ProcedureDeclaration] = {}
    for place, step in enumerate(steps):
        here = (*at, place)
        if step.submit is not None:
            if step.submit not in procedures:
                yield (*here, "submit"), "play.procedure", f"unknown procedure {step.submit!r}", "declare it"
                continue
            opened[step.case] = procedures[step.submit]
        yield from _exchanging(pack, step, here, opened)
        definition = opened.get(step.case)
        if definition is not None:
            yield from _against(definition, step, here)
        elif (step.fire or step.contest) and procedures:
            yield (
                (*here, "fire" if step.fire else "contest"),
                "play.case",
                f"no step before opens the case {step.case!r}",
                "submit first",
            )
        yield from _contesting(procedures, definition, step, here)
        review = definition.appeal.procedure_id if definition else None
        if step.contest and review is not None and review in procedures:
            opened[step.contest.opens] = procedures[review]
        name = step.then.opened if step.then else None
        if name is not None and name in procedures:
            opened[name] = procedures[name]
        if step.then and step.then.record and step.then.record.register_id not in registers:
            said = f"unknown register {step.then.record.register_id!r}"
            yield (*here, "then", "record", "register"), "play.register", said, "declare it"
        yield from _keeping(registers, step, here)
        yield from _indicators(pack, step, here)
        yield from _studying(pack.methods, step, here)
        yield from _drawing(pack.draws, step, here)
        opened |= _drawn(pack, step)
        yield from _finding(pack.finders, step, here)


def _exchanging(pack: _Declared, step: Step, at: Path, opened: dict[str, ProcedureDeclaration]) -> Iterator[Found]:
    """Find messages that no exchange declares; what opens a case opens it for the steps that follow."""
    named = [((*at, "exchange"), step.exchange.exchange_id)] if step.exchange else []
    if step.then and step.then.handed_over:
        named.append(((*at, "then", "handed_over"), step.then.handed_over.exchange_id))
    for where, name in named:
        if name not in pack.exchanges:
            yield (*where, "id"), "play.exchange", f"unknown exchange {name!r}", "declare it"
    said = step.exchange
    if said is None or said.exchange_id not in pack.exchanges:
        return
    declared = pack.exchanges[said.exchange_id]
    heard = {one.id: one for one in declared.inbound}
    sent = {one.id for one in declared.outbound}
    if said.receipt and said.receipt not in sent:
        yield (*at, "exchange", "receipt"), "play.exchange", f"it sends no message {said.receipt!r}", "declare it there"
    if said.receive and said.receive not in heard:
        yield (*at, "exchange", "receive"), "play.exchange", f"it takes no message {said.receive!r}", "declare it there"
        return
    if said.receive:
        yield from _received(pack, step, heard[said.receive], at, opened)


def _received(
    pack: _Declared, step: Step, message: Inbound, at: Path, opened: dict[str, ProcedureDeclaration]
) -> Iterator[Found]:
    """Find files that a message does not bring, and note the case that it begins."""
    for name in step.exchange.brings if step.exchange else ():
        if name not in [one.name for one in message.attachments]:
            found = f"{message.id!r} brings no file {name!r}"
            yield (*at, "exchange", "brings"), "play.exchange", found, "declare it there"
    if isinstance(message.does, BeginCase) and message.does.procedure_id in pack.procedures:
        opened.setdefault(step.case, pack.procedures[message.does.procedure_id])


def _contesting(
    procedures: Mapping[str, ProcedureDeclaration], definition: ProcedureDeclaration | None, step: Step, at: Path
) -> Iterator[Found]:
    """Yield what is contested and heard by no procedure, or before a body that does not hear it."""
    if step.contest is None or definition is None:
        return
    appeal, body = definition.appeal, step.contest.body_id
    if appeal.procedure_id not in procedures:
        said = f"no procedure hears appeals against decisions of {definition.id!r}"
        yield (*at, "contest"), "play.contest", said, "name one in its appeal"
    elif body is not None and body not in appeal.bodies:
        said = f"{body!r} does not hear it"
        yield (*at, "contest", "body"), "play.contest", said, f"choose from {', '.join(appeal.bodies)}"


def _keeping(registers: Mapping[str, RegisterDeclaration], step: Step, at: Path) -> Iterator[Found]:
    """Yield what a step keeps or expects of a register that its declaration does not know."""
    if step.keep is not None:
        kept = registers.get(step.keep.register_id)
        if kept is None:
            said = f"unknown register {step.keep.register_id!r}"
            yield (*at, "keep", "register"), "play.register", said, "declare it"
        elif step.keep.event and kept.event(step.keep.event) is None:
            known = ", ".join(sorted({event.event for event in kept.record_events}))
            said = f"unknown event {step.keep.event!r}"
            yield (*at, "keep", "event"), "play.event", said, f"choose from {known}"
    wanted = step.then.record if step.then else None
    declared = registers.get(wanted.register_id) if wanted else None
    if wanted and declared and wanted.state not in {None, "absent", *(state.id for state in declared.record_states)}:
        known = ", ".join(state.id for state in declared.record_states)
        said = f"unknown state {wanted.state!r}"
        yield (*at, "then", "record", "state"), "play.state", said, f"choose from absent, {known}"


def _drawing(draws: Mapping[str, DrawDeclaration], step: Step, at: Path) -> Iterator[Found]:
    """Yield draws that a step holds or expects and nobody declares."""
    wanted = step.then.drawn.draw_id if step.then and step.then.drawn else None
    for where, name in (((*at, "draw"), step.draw), ((*at, "then", "drawn", "id"), wanted)):
        if name is not None and name not in draws:
            yield where, "play.draw", f"unknown draw {name!r}", "declare it"


def _drawn(pack: _Declared, step: Step) -> dict[str, ProcedureDeclaration]:
    """Return what the steps after a draw may call its cases; how many there are, only the lists say."""
    drawing = pack.draws.get(step.draw or "")
    opens = drawing.opens if drawing else None
    followed = pack.procedures.get(opens.procedure_id) if opens else None
    return {f"drawn_{place}": followed for place in range(1, _MOST_DRAWN + 1)} if followed else {}


def _finding(finders: Mapping[str, FinderDeclaration], step: Step, at: Path) -> Iterator[Found]:
    """Yield what a step asks of a finder, or expects of it, that nobody declares."""
    if step.find is None:
        if step.then and step.then.found:
            yield (*at, "then", "found"), "play.finder", "a step finds nothing and expects to", "add find:"
        return
    declared = finders.get(step.find.finder)
    if declared is None:
        yield (*at, "find", "finder"), "play.finder", f"unknown finder {step.find.finder!r}", "declare it"
        return
    then = step.then.found if step.then else None
    questions, outcomes = {one.id for one in declared.questions}, {one.id for one in declared.outcomes}
    named: list[tuple[Path, str | None, set[str]]] = [
        *(((*at, "find", "answers", name), name, questions) for name in step.find.answers),
        ((*at, "then", "found", "asks"), then.asks if then else None, questions),
        ((*at, "then", "found", "outcome"), then.outcome if then else None, outcomes),
    ]
    for where, name, known in named:
        if name is not None and name not in known:
            said = f"the finder {declared.id!r} has no {name!r}"
            yield where, "play.finder", said, f"choose from {', '.join(sorted(known))}"


def _studying(methods: Mapping[str, MethodDeclaration], step: Step, at: Path) -> Iterator[Found]:
    """Yield what a step says of a method that is not declared so, and studies that would hold a demonstration up."""
    if step.study is None:
        return
    here: Path = (*at, "study")
    if at[0] == "cases":
        fix = "list it under studies, so that it is run after the start"
        yield here, "play.method", "a demonstration runs a study in a step", fix
        return
    yield from _of_method(methods, step.study, step.study.files, here)


def _studies(methods: Mapping[str, MethodDeclaration], declared: DemonstrationDeclaration) -> Iterator[Found]:
    for place, one in enumerate(declared.studies):
        yield from _of_method(methods, one, {}, ("studies", place))
        method = methods.get(one.method)
        if one.publish and method is not None and method.public is None:
            said = f"the method {one.method!r} publishes nothing"
            yield ("studies", place, "publish"), "play.method", said, "say publish: false, or declare what is public"


def _of_method(
    methods: Mapping[str, MethodDeclaration], asked: Studying | DemonstrationStudy, files: Collection[str], at: Path
) -> Iterator[Found]:
    """Yield parameters and files that a method does not have, and files that it lacks."""
    method = methods.get(asked.method)
    if method is None:
        yield (*at, "method"), "play.method", f"unknown method {asked.method!r}", "declare it"
        return
    wanted = {one.id: one for one in method.inputs if one.given}
    for part, names, known in (
        ("parameters", asked.parameters, {one.field.id for one in method.parameters}),
        ("files", files, wanted.keys()),
    ):
        for name in names:
            if name not in known:
                said = f"the method {asked.method!r} has no {name!r}"
                yield (*at, part, name), "play.method", said, f"choose from {', '.join(sorted(known)) or 'none'}"
    for name, one in wanted.items():
        if name not in files and not one.optional:
            yield at, "play.method", f"the method {asked.method!r} wants the file {name!r}", "add it under files"


def _indicators(pack: _Declared, step: Step, at: Path) -> Iterator[Found]:
    """Yield what a step expects of indicators that are not declared, or by dimensions that they do not have."""
    declared = pack.indicators
    if at[0] == "cases" and step.then and step.then.indicators:
        said = "a demonstration expects something of indicators"
        yield (*at, "then", "indicators"), "play.indicator", said, "expect it in an example"
        return
    for place, wanted in enumerate(step.then.indicators if step.then else ()):
        here: Path = (*at, "then", "indicators", place)
        if wanted.indicator_id not in declared:
            yield (*here, "id"), "play.indicator", f"unknown indicator {wanted.indicator_id!r}", "declare it"
            continue
        dimensions = {field.id for field in declared[wanted.indicator_id].dimensions}
        for name in wanted.of:
            if name not in dimensions:
                listed = ", ".join(sorted(dimensions)) or "none: leave it out"
                yield (*here, "of", name), "play.dimension", f"unknown dimension {name!r}", f"choose from {listed}"


def _against(definition: ProcedureDeclaration, step: Step, at: Path) -> Iterator[Found]:
    """Yield what a step says that its procedure does not know."""
    events = {transition.event for transition in definition.transitions}
    if step.fire is not None and step.fire not in events:
        yield (*at, "fire"), "play.event", f"unknown event {step.fire!r}", f"choose from {', '.join(sorted(events))}"
    if step.then and step.then.state and step.then.state not in {state.id for state in definition.every_state}:
        yield (*at, "then", "state"), "play.state", f"unknown state {step.then.state!r}", "declare it"
