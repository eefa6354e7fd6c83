"""Checks of the demonstration's year: what its files name is declared, forms can be filled in, courses walked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from amur.base.codelists import CodeList
from amur.base.faults import Fault
from amur.base.identifiers import IdentifierScheme
from amur.exchange.declarations import BeginCase, ExchangeDeclaration, Inbound
from amur.indicators.declarations import IndicatorDeclaration
from amur.packs.arrivals.declarations import APPLICANT, STRANGER, ArrivalsDeclaration, Course, CourseStep
from amur.packs.arrivals.engine.forms import Filler, filled, papers
from amur.packs.arrivals.engine.parties import Party, why_no_code, wrong_words
from amur.packs.declarations import DemonstrationDeclaration
from amur.packs.engine import Pack
from amur.packs.engine.source import Path, Source
from amur.packs.year.declarations import Held, LateRule, Pool
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration, RolesDeclaration
from amur.policy.declarations import PackDeclaration
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.draws.declarations import DrawDeclaration
from amur.registers.declarations import RegisterDeclaration

Found = tuple[Path, str, str, str]
"""Where in the file, the check, what was found, what to do."""
_MAIN = CourseStep.model_fields["case"].default
_DECLARE = "declare it"


@dataclass(frozen=True, slots=True)
class _Known:
    """What arrivals may name, gathered once for all files."""

    demonstration: DemonstrationDeclaration | None
    procedures: Mapping[str, ProcedureDeclaration]
    schemes: Mapping[str, IdentifierScheme]
    roles: frozenset[str]
    bodies: frozenset[str]
    regions: frozenset[str]
    causes: frozenset[str]
    exchanges: Mapping[str, ExchangeDeclaration]
    registers: frozenset[str]
    draws: Mapping[str, DrawDeclaration]

    @property
    def cast(self) -> frozenset[str]:
        """Return the people of the demonstration by their ids."""
        return frozenset(player.id for player in self.demonstration.cast) if self.demonstration else frozenset()

    @property
    def pools(self) -> Mapping[str, Pool]:
        """Return the pools of the year by their ids."""
        year = self.demonstration.year if self.demonstration else None
        return {pool.id: pool for pool in year.pools} if year else {}


def check(pack: Pack) -> Iterator[Fault]:
    """Yield the faults of the year and of all arrivals."""
    known = _known(pack)
    for found, declared in pack.of(PackDeclaration):
        if declared.late_causes and declared.late_causes not in pack.named(CodeList):
            said = f"unknown code list {declared.late_causes!r}"
            yield Fault(*found.source.locate(("late_causes",)), "arrivals.causes", said, _DECLARE)
    for found, demonstration in pack.of(DemonstrationDeclaration):
        yield from _faults(found.source, _year(demonstration, known))
        yield from _faults(found.source, _tour(demonstration, pack))
    for found, arrivals in pack.of(ArrivalsDeclaration):
        yield from _faults(found.source, _arrivals(arrivals, known))


def _known(pack: Pack) -> _Known:
    roles, bodies, regions = pack.one(RolesDeclaration), pack.one(BodiesDeclaration), pack.one(RegionsDeclaration)
    declared = pack.one(PackDeclaration)
    listed = pack.named(CodeList).get(declared.late_causes or "") if declared else None
    return _Known(
        demonstration=pack.one(DemonstrationDeclaration),
        procedures=pack.named(ProcedureDeclaration),
        schemes=pack.named(IdentifierScheme),
        roles=frozenset(role.id for role in roles.roles) if roles else frozenset(),
        bodies=frozenset(body.id for body in bodies.bodies) if bodies else frozenset(),
        regions=frozenset(region.code for region in regions.regions) if regions else frozenset(),
        causes=frozenset(one.code for one in listed.codes if not one.heading) if listed else frozenset(),
        exchanges=pack.named(ExchangeDeclaration),
        registers=frozenset(pack.named(RegisterDeclaration)),
        draws=pack.named(DrawDeclaration),
    )


def _faults(source: Source, found: Iterator[Found]) -> Iterator[Fault]:
    for path, name, said, fix in found:
        yield Fault(*source.locate(path), name, said, fix)


def _year(demonstration: DemonstrationDeclaration, known: _Known) -> Iterator[Found]:
    """Yield what the year names and nobody declares, and pools of which nobody can be made."""
    year = demonstration.year
    if year is None:
        return
    if year.late:
        yield from _late(year.late, known, ("year", "late"))
    for place, pool in enumerate(year.pools):
        at: Path = ("year", "pools", place)
        for region in pool.regions:
            if known.regions and region not in known.regions:
                yield (*at, "regions", region), "arrivals.region", f"unknown region {region!r}", _DECLARE
        for word in wrong_words(pool):
            said = f"the name has the word {word!r} and parts do not"
            yield at, "arrivals.pool", said, "give it a list in parts"
        if pool.holds:
            yield from _held(pool.holds, known, (*at, "holds"))
        scheme = known.schemes.get(pool.scheme or "")
        if pool.scheme and scheme is None:
            yield (*at, "scheme"), "arrivals.pool", f"unknown scheme {pool.scheme!r}", _DECLARE
        elif scheme and (said := why_no_code(pool, scheme)):
            yield (
                (*at, "code"),
                "arrivals.pool",
                said.partition("; ")[0],
                "write a pattern of the scheme, without its check character",
            )


def _held(held: Held, known: _Known, at: Path) -> Iterator[Found]:
    """Yield a register that nobody declares, and an official who is not in the cast."""
    if held.register_id not in known.registers:
        yield (*at, "register"), "arrivals.pool", f"unknown register {held.register_id!r}", _DECLARE
    if held.by not in known.cast:
        listed = ", ".join(sorted(known.cast))
        yield (*at, "as"), "arrivals.who", f"{held.by!r} is not in the cast", f"choose from {listed}"


def _late(rule: LateRule, known: _Known, at: Path) -> Iterator[Found]:
    for cause in rule.causes:
        if cause not in known.causes:
            listed = ", ".join(sorted(known.causes)) or "none: name a list in late_causes of pack.yaml"
            yield (*at, "causes", cause), "arrivals.causes", f"unknown cause {cause!r}", f"choose from {listed}"


def _tour(demonstration: DemonstrationDeclaration, pack: Pack) -> Iterator[Found]:
    """Yield stops of the tour that lead to nothing."""
    there = {
        "service": set(pack.named(ProcedureDeclaration)),
        "register": set(pack.named(RegisterDeclaration)),
        "indicator": set(pack.named(IndicatorDeclaration)),
        "case": {case.id for case in demonstration.cases},
    }
    for place, stop in enumerate(demonstration.tour):
        if stop.of and stop.of not in there[stop.page]:
            yield ("tour", place, "of"), "arrivals.tour", f"there is no {stop.page} {stop.of!r} to lead to", _DECLARE


def _arrivals(declared: ArrivalsDeclaration, known: _Known) -> Iterator[Found]:
    """Yield what is wrong with the arrivals of a procedure."""
    definition = known.procedures.get(declared.procedure)
    if definition is None:
        if known.procedures:
            said = f"unknown procedure {declared.procedure!r}"
            yield ("procedure",), "arrivals.procedure", said, f"choose from {', '.join(sorted(known.procedures))}"
        return
    if definition.opened_only and not (declared.message or declared.drawn):
        yield ("procedure",), "arrivals.procedure", f"nobody applies for {definition.id!r}", "let another case open it"
        return
    for name in declared.who:
        if name != STRANGER and name not in known.pools and name not in known.cast:
            listed = ", ".join(sorted({STRANGER, *known.pools, *known.cast}))
            yield ("who", name), "arrivals.who", f"unknown pool {name!r}", f"choose from {listed}"
    if declared.late:
        yield from _late(declared.late, known, ("late",))
    if declared.about and declared.about not in known.pools:
        said = f"unknown pool {declared.about!r}"
        yield ("about",), "arrivals.who", said, f"choose from {', '.join(sorted(known.pools)) or 'none: declare one'}"
    yield from _coming(declared, definition, known)
    for place, course in enumerate(declared.courses):
        yield from _course(course, definition, known, ("courses", place))


def _coming(declared: ArrivalsDeclaration, definition: ProcedureDeclaration, known: _Known) -> Iterator[Found]:
    """Yield what is wrong with how cases come: by a form, by the message of another system, or drawn."""
    if declared.drawn:
        drawn = known.draws.get(declared.drawn.draw_id)
        if drawn is None or drawn.opens is None or drawn.opens.procedure_id != definition.id:
            said = f"no draw {declared.drawn.draw_id!r} opens {definition.id!r}"
            yield ("drawn", "draw"), "arrivals.drawn", said, "name the draw that opens these cases"
        return
    if declared.message is None:
        yield from _filled_in(declared, {field.id for field in definition.fields})
        for name in sorted(_unfilled(declared, definition, known)):
            yield ("form",), "arrivals.field", f"nothing says what is entered into {name!r}", "say it in form or told"
        return
    heard = _heard(known, declared.message.exchange_id, declared.message.message)
    if heard is None or not isinstance(heard.does, BeginCase) or heard.does.procedure_id != definition.id:
        said = f"{declared.message.exchange_id!r} has no message {declared.message.message!r} that opens it"
        yield ("message",), "arrivals.message", said, "name a message whose does: open_case names this procedure"
        return
    yield from _filled_in(declared, {field.id for field in heard.fields})
    asked = {field.id for field in heard.fields if field.required}
    for told in declared.told or ({},):
        for course in declared.courses:
            for name in sorted(asked - {*declared.form, *told, *course.form}):
                yield ("form",), "arrivals.field", f"nothing says what {name!r} of the message is", "say it in form"


def _heard(known: _Known, exchange: str, message: str) -> Inbound | None:
    """Return a message of another system, or None."""
    found = known.exchanges.get(exchange)
    return next((one for one in found.inbound if one.id == message), None) if found else None


def _filled_in(declared: ArrivalsDeclaration, fields: Collection[str]) -> Iterator[Found]:
    """Yield fields that the form, or the message, does not have."""
    said: list[tuple[Path, Iterable[str]]] = [(("form",), declared.form), (("files",), declared.files)]
    said += [(("told", place), one) for place, one in enumerate(declared.told)]
    said += [(("bursts", place, "form"), one.form) for place, one in enumerate(declared.bursts)]
    for place, course in enumerate(declared.courses):
        said += [(("courses", place, "form"), course.form), (("courses", place, "files"), course.files)]
    for at, names in said:
        for name in names:
            if name not in fields:
                yield (
                    (*at, name),
                    "arrivals.field",
                    f"the form has no field {name!r}",
                    f"choose from {', '.join(sorted(fields))}",
                )


def _unfilled(declared: ArrivalsDeclaration, definition: ProcedureDeclaration, known: _Known) -> set[str]:
    """Return the fields that each case is asked and that stay empty in some."""
    asked = {
        field.id
        for field in definition.fields
        if field.required and not field.when and field.type not in {"computed", "group"}
    }
    asked -= {one.field for one in definition.prefill}
    schemes = {pool.scheme for name in declared.who if (pool := known.pools.get(name))}
    scheme = next(iter(schemes)) or "" if len(schemes) == 1 else ""
    somebody = Filler(Party("a", "a", "a", "a", "a", scheme, "a"), 1, Random(1))  # noqa: S311 - no secret
    missing: set[str] = set()
    for told in declared.told or ({},):
        for course in declared.courses:
            given = {name: "x" for one in (declared.form, told, course.form) for name in one}
            entered = filled(definition.fields, given, definition.sample, somebody)
            files = papers(definition.fields, {**declared.files, **course.files})
            missing |= asked - entered.keys() - files.keys()
    return missing


def _course(course: Course, definition: ProcedureDeclaration, known: _Known, at: Path) -> Iterator[Found]:
    """Walk a course as far as the declaration says where the case then stands, and yield what is not possible."""
    if course.who and course.who != STRANGER and course.who not in known.pools and course.who not in known.cast:
        yield (
            (*at, "who"),
            "arrivals.who",
            f"unknown pool {course.who!r}",
            "declare it in the year of demonstration.yaml",
        )
    if course.cause and course.cause not in known.causes:
        yield (*at, "cause"), "arrivals.causes", f"unknown cause {course.cause!r}", "choose from the list of causes"
    # A promise lets a case begin elsewhere, and a review or another case may move it: from there on nothing is known.
    state: str | None = None if definition.commitment else definition.initial
    for place, step in enumerate(course.steps):
        here: Path = (*at, "steps", place)
        yield from _named(step, known, here)
        if step.case != _MAIN:
            continue
        arrows = [arrow for arrow in definition.transitions if arrow.event == step.fire]
        if step.fire and not arrows:
            events = ", ".join(sorted({arrow.event for arrow in definition.transitions}))
            yield (*here, "fire"), "arrivals.event", f"unknown event {step.fire!r}", f"choose from {events}"
            return
        if step.fire and state is not None and (arrow := definition.transition(step.fire, state)) is None:
            yield (
                (*here, "fire"),
                "arrivals.course",
                f"{step.fire!r} is not possible in {state!r}",
                _possible(definition, state),
            )
            return
        if step.fire:
            arrow = definition.transition(step.fire, state) if state else arrows[0]
            yield from _given(step, arrow or arrows[0], here)
        if step.until_lapse and state is not None and _lapsing(definition, state) is None:
            said = f"no clock moves a case out of {state!r} when it lapses"
            yield here, "arrivals.course", said, "take until_lapse away, or declare on_lapse"
        state = _after(step, definition, state)


def _named(step: CourseStep, known: _Known, at: Path) -> Iterator[Found]:
    """Yield roles and bodies that a step names and nobody declares."""
    names = {APPLICANT, STRANGER, *known.cast, *known.roles}
    if step.by is not None and step.by not in names:
        yield (*at, "as"), "arrivals.role", f"unknown role {step.by!r}", f"choose from {', '.join(sorted(names))}"
    if step.body is not None and step.body not in known.bodies:
        yield (*at, "body"), "arrivals.body", f"unknown body {step.body!r}", "declare it in bodies.yaml"
    if step.exchange and step.exchange.receive:
        heard = _heard(known, step.exchange.exchange_id, step.exchange.receive)
        if heard is None:
            said = f"{step.exchange.exchange_id!r} has no message {step.exchange.receive!r}"
            yield (*at, "exchange"), "arrivals.message", said, "name an inbound message of an exchange"
            return
        listed = {field.id: field for field in heard.fields}
        for name in sorted({*step.exchange.values} - {*listed}):
            said = f"the message has no field {name!r}"
            yield (*at, "exchange"), "arrivals.field", said, f"choose from {', '.join(sorted(listed))}"
        for name in sorted({one for one, field in listed.items() if field.required} - {*step.exchange.values}):
            yield (*at, "exchange"), "arrivals.field", f"the message asks for {name!r}", "add it to values"


def _given(step: CourseStep, arrow: Transition, at: Path) -> Iterator[Found]:
    """Yield what an event asks for and a step does not give, and what it gives and nobody asks for."""
    if arrow.reason == "required" and not (step.reason or step.reasons or arrow.supplement):
        yield at, "arrivals.reason", f"{arrow.event!r} wants a reason", "add reason or reasons"
    asked = {field.id: field for field in arrow.asks}
    for name in (*step.form, *step.files):
        if name not in asked:
            listed = ", ".join(sorted(asked)) or "none: leave it out"
            yield at, "arrivals.field", f"{arrow.event!r} asks for no {name!r}", f"choose from {listed}"
    for name, field in asked.items():
        if field.required and not field.when and name not in step.form and name not in step.files:
            yield (
                at,
                "arrivals.field",
                f"{arrow.event!r} asks for {name!r} and nothing is given",
                "add it to form or files",
            )


def _possible(definition: ProcedureDeclaration, state: str) -> str:
    near = definition.near(state)
    events = sorted({arrow.event for arrow in definition.transitions if near & {*arrow.sources}})
    return f"choose from {', '.join(events) or 'none: it has ended'}"


def _lapsing(definition: ProcedureDeclaration, state: str) -> Transition | None:
    near = definition.near(state)
    return next((one for one in definition.transitions if one.on_lapse and near & {*one.sources}), None)


def _after(step: CourseStep, definition: ProcedureDeclaration, state: str | None) -> str | None:
    """Return where a case stands after a step, as far as the declaration says it."""
    if step.then and step.then.state:
        return step.then.state
    if state is None or step.contest or step.join or step.exchange or getattr(step, "tie", None):
        return None
    if step.until_lapse:
        arrow = _lapsing(definition, state)
    else:
        arrow = definition.transition(step.fire, state) if step.fire else None
        if step.fire is None:
            return state
    found = definition.state(arrow.target) if arrow else None
    return found.id if found and not found.states else None
