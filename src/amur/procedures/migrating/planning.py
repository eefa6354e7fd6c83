"""What a migration would make of a case, or why it cannot: told by a dry run, and done by the act, from one plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from amur.base.canonical import Json
from amur.base.expressions import Kind, Struct, type_of
from amur.base.faults import Refused
from amur.base.fields import FieldDeclaration, FieldError, FileField, Lookups
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import conditions, declared, moments, runs
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import Position
from amur.procedures.facts import position_of
from amur.procedures.migrating import engine
from amur.procedures.migrating.beside import under_way, without_words
from amur.procedures.migrating.declarations import MigrationDeclaration
from amur.procedures.migrating.engine import Obstacle, Staying
from amur.procedures.models import Case, ClockRun
from amur.procedures.standing import around
from amur.procedures.supplements.models import SupplementRequest
from amur.registers.lookups import as_pinned, lookups


@dataclass(frozen=True, slots=True)
class Edition:
    """A map and where it leads: the hash of the map, the edition of now and what that is pinned together with."""

    map_hash: str
    declared: MigrationDeclaration
    declaration_hash: str
    closure_hash: str
    definition: ProcedureDeclaration


@dataclass(frozen=True, slots=True)
class RunMove:
    """What becomes of one open run of a clock; ``row`` is as it would be stored."""

    row: ClockRun
    before: str
    due_before: date | None
    ends: bool = False


@dataclass(slots=True)
class Plan:
    """What becomes of a case that moves."""

    case: Case
    old: ProcedureDeclaration
    edition: Edition
    position: Position
    stands: tuple[str, ...]
    data: dict[str, Json]
    answers: engine.Answers
    clocks: tuple[RunMove, ...]
    begun: tuple[Clock, ...]
    kept: Mapping[str, Json] = field(default_factory=dict)


def edition_of(migration_id: str) -> Edition:
    """Return a map of the active pack and the edition to which it leads.

    Raises:
        NotFound: if the active pack has no such map, or no such procedure.
    """
    map_hash, body = policy.declaration("migration", migration_id)
    said = MigrationDeclaration.model_validate(body)
    content_hash, definition = declared.active(said.procedure)
    return Edition(map_hash, said, content_hash, policy.closure("procedure", said.procedure), definition)


def planned(case: Case, edition: Edition, now: datetime) -> Plan | Staying | tuple[Obstacle, ...]:
    """Return what becomes of a case that runs by an earlier edition: nothing is stored."""
    said, new = edition.declared, edition.definition
    old = declared.pinned(case.declaration_hash)
    open_runs = list(ClockRun.objects.filter(case=case, ended_on=None).order_by("id"))
    position = engine.moved(said, old, new, position_of(case, old))
    if isinstance(position, Staying):
        return position
    found = [*under_way(case, old, now, open_runs), *without_words(case, old, new)]
    if isinstance(position, Obstacle):
        return (*found, position)
    stands = around(new, position.innermost)
    found += _final(new, position.state)
    answers = engine.answers(said.fields, old, new, case.data)
    if isinstance(answers, Obstacle):
        return (*found, answers)
    data, faults = _data(case, old, edition, answers, day_of(now))
    found += [*faults, *_supplement(case, new, answers, position.state)]
    kept = {"clocks": [_kept(run) for run in open_runs]}
    clocks, stopped = _clocks(open_runs, old, edition, stands, now)
    found += stopped
    if found:
        return tuple(found)
    taken = {one.row.clock for one in clocks if not one.ends}
    begun = tuple(clock for clock in engine.begins(said, new, stands) if clock.id not in taken)
    return Plan(case, old, edition, position, stands, data, answers, clocks, begun, kept)


def _final(new: ProcedureDeclaration, state: str) -> Iterator[Obstacle]:
    if new.state(state).final:
        yield Obstacle("state.final", state, f"{state!r} ends the case, which only an event may do")


def _supplement(case: Case, new: ProcedureDeclaration, answers: engine.Answers, state: str) -> Iterator[Obstacle]:
    """Find a request to the party that could not be answered any more."""
    asked = SupplementRequest.objects.filter(case=case, ended_at=None).first()
    if asked is None:
        return
    if new.transition(asked.answer, state) is None:
        yield Obstacle("open.supplement", asked.answer, f"the party could not do {asked.answer!r} any more")
    changed = {*answers.renamed, *answers.dropped}
    for part in asked.items.values_list("part", flat=True):
        if part in changed:
            yield Obstacle("open.supplement", part, f"the party is asked for {part!r}, which changes")


def _data(
    case: Case, old: ProcedureDeclaration, edition: Edition, answers: engine.Answers, today: date
) -> tuple[dict[str, Json], list[Obstacle]]:
    """Return the answers as the new edition keeps them. What is wrong is told without what was answered."""
    new, faults = edition.definition, []
    found = as_pinned(lookups(day_of(case.submitted_at)), edition.closure_hash)
    data, fields = dict(answers.kept), {one.id: one for one in new.data_fields}
    old_moment = moments.of_case(case, old, today)
    for name, source in answers.computed.items():
        kind = type_of(fields[name].cel_column()) if name in fields else Kind.TEXT
        try:
            data[name] = conditions.taken(source, kind if not isinstance(kind, Struct) else Kind.TEXT, old_moment)
        except (Refused, ValueError) as error:
            faults.append(Obstacle("field.no_value", name, getattr(error, "code", "no_value")))
    same = _same_fields(case, old, edition, answers)
    for name in [name for name in data if name in fields and name not in same]:
        try:
            data[name] = _checked(fields[name], data[name], found)
        except FieldError as error:
            faults.append(Obstacle("field.does_not_fit", name, error.code))
    data = {name: value for name, value in data.items() if value is not None}
    moment = moments.of_case(case, new, today).with_form(data)
    try:
        data = conditions.computed(new.data_fields, moment, found)
    except Refused as error:
        faults.append(Obstacle("field.no_value", str(error.details.get("field", "")), error.code))
    lacking = engine.missing(conditions.asked(new, moment.with_form(data)), data)
    before = set(engine.missing(old.fields, case.data))
    faults += [Obstacle("field.missing", name, "it must be answered") for name in lacking if name not in before]
    return data, faults


def _checked(declared_field: FieldDeclaration, value: Json, found: Lookups) -> Json:
    if isinstance(declared_field, FileField) or value is None:
        return value
    return declared_field.validate_value(value, found)


def _same_fields(case: Case, old: ProcedureDeclaration, edition: Edition, answers: engine.Answers) -> frozenset[str]:
    """Return the fields whose values fit as they are: nothing that they are checked by is another."""
    parts = ("codelist", "scheme")
    pins = [
        {kind: policy.pinned(one, kind) if one else {} for kind in parts}
        for one in (case.closure_hash, edition.closure_hash)
    ]
    if pins[0] != pins[1]:
        return frozenset()
    before = {one.id: one for one in old.data_fields}
    back = {new: name for name, new in answers.renamed.items()}
    return frozenset(
        one.id
        for one in edition.definition.data_fields
        if (was := before.get(back.get(one.id, one.id)))
        and one.id not in answers.computed
        and was.model_copy(update={"id": one.id, "title": one.title, "hint": one.hint}) == one
    )


def _clocks(
    open_runs: list[ClockRun], old: ProcedureDeclaration, edition: Edition, stands: tuple[str, ...], now: datetime
) -> tuple[tuple[RunMove, ...], list[Obstacle]]:
    """Return what becomes of the open runs; each keeps what it has used."""
    found: list[RunMove] = []
    faults: list[Obstacle] = []
    for run in open_runs:
        name, due = run.clock, run.due_on
        clock = engine.clock_of(edition.declared.clocks, edition.definition, name)
        if isinstance(clock, Obstacle):
            faults.append(clock)
        elif not isinstance(clock, tuple):
            run.ended_on, run.ended_at = day_of(now), now
            _go_on(run, old.clock(name), now)
            found.append(RunMove(run, name, due, ends=True))
        elif said := engine.why_not_become(
            old, old.clock(name), clock[0], clock[1], stands=stands, extension=run.extension
        ):
            faults.append(said)
        else:
            _become(run, clock[0], edition, stands, now)
            found.append(RunMove(run, name, due))
    names = [one.row.clock for one in found if not one.ends]
    faults += [
        Obstacle("clock.twice", name, "two clocks would become one") for name in {*names} if names.count(name) > 1
    ]
    return tuple(found), faults


def _become(run: ClockRun, clock: Clock, edition: Edition, stands: tuple[str, ...], now: datetime) -> None:
    """Let a run go on as a clock of the new edition, waiting where that waits."""
    run.clock = clock.id
    names = {one.sources[0]: one.to[0] for one in edition.declared.states if len(one.sources) == 1 and one.to}
    run.waits = [[since, until, *(names.get(state, state) for state in rest)] for since, until, *rest in run.waits]
    waits = bool(set(stands) & set(clock.pause))
    if waits and run.paused_on is None:
        run.paused_on = day_of(now)
        run.waits = [*run.waits, [runs.text_of(runs.moment(clock, day_of(now), now)), None, stands[-1]]]
    elif not waits:
        _go_on(run, clock, now)
    runs.count(run, clock, edition.definition, declared.calendar())


def _go_on(run: ClockRun, clock: Clock, now: datetime) -> None:
    if run.paused_on is not None:
        run.paused_on = None
        since, _, *waited_in = run.waits[-1]
        run.waits = [*run.waits[:-1], [since, runs.text_of(runs.moment(clock, day_of(now), now)), *waited_in]]


_ROW = ("clock", "waits", "paused_on", "due_on", "due_at", "promise_on", "provisional", "ended_on", "ended_at")
"""What a migration may change of a run."""


def _kept(run: ClockRun) -> dict[str, Json]:
    """Return a run as a migration keeps it, to bring it back."""
    return {"id": run.pk} | {
        name: value.isoformat() if isinstance(value := getattr(run, name), date) else value for name in _ROW
    }


def restore(run: ClockRun, kept: Mapping[str, Json]) -> None:
    """Set a run to what was kept of it."""
    for name in _ROW:
        value: Any = kept[name]
        if isinstance(value, str) and name.endswith("_on"):
            value = date.fromisoformat(value)
        elif isinstance(value, str) and name.endswith("_at"):
            value = datetime.fromisoformat(value)
        setattr(run, name, value)
