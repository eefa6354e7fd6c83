"""What must hold of every case at every moment, worked out here from rows and declarations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from uuid import UUID

from django.apps import apps
from django.db import connection

from amur.base.acting import SYSTEM
from amur.base.legal_time import explain
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.people.reads import day_of
from amur.procedures import conditions, declared, engine, moments, reads
from amur.procedures.correcting.striking import voided_versions
from amur.procedures.declarations import APPLICANT, CASES, REVIEW, TIE, ProcedureDeclaration, State, Transition
from amur.procedures.facts import active_in, facts_of, history_of
from amur.procedures.joint.models import HandOver
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Notice
from amur.procedures.onething.engine import latest
from amur.procedures.opinions.models import AskedRound
from amur.procedures.queues.asked import Asked, View
from amur.registers.models import Record
from tests.procedures.everything.people import CAST, KNOWN, NEVER, WATCHER
from tests.procedures.everything.reaching import comes_to_an_end
from tests.procedures.everything.replay import BESIDE, Course

_FIRST = {engine.SUBMITTED, engine.OPENED}
_A_YEAR = timedelta(days=366)
_ALONE = {TIE, CASES, REVIEW}


def counts() -> tuple[tuple[str, int], ...]:
    """Return how many rows each table holds that an act may write, with one query."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return tuple(cursor.fetchall())


@cache
def _counting() -> str:
    models = [*apps.get_app_config("procedures").get_models(), Entry, Job, Record]
    return " UNION ALL ".join(f"SELECT '{one._meta.db_table}', count(*) FROM {one._meta.db_table}" for one in models)


def nothing_died() -> None:
    """Assert that the worker could do all that it was asked."""
    dead = list(Job.objects.filter(state=Job.State.DEAD).values_list("kind", "last_error"))
    assert not dead, f"jobs are dead: {dead}"


def whole(case: Case, today: date, courses: dict[UUID, Course]) -> None:
    """Assert everything of one case. ``courses`` keeps how far each was walked."""
    definition = declared.pinned(case.declaration_hash)
    events = list(CaseEvent.objects.filter(case=case).order_by("version"))
    _one_event_a_version(case, events)
    _proved(case, events)
    bodies = {case.body_id, *HandOver.objects.filter(case=case).values_list("from_body", flat=True)}
    for event in events:
        if event.event not in BESIDE:
            _by_whoever_may(case, definition, event, bodies)
    _decided(case, definition, events)
    _walked(case, events, courses)
    _told(case, events)
    _legal(case, definition)
    _explained(case, definition)
    if case.closed_at is None:
        assert any(_ways_on(case, definition, today)), f"{case.number} is stuck in {case.state} {case.configuration}"
        assert comes_to_an_end(case, definition), f"{case.number} never ends from {case.state} {case.configuration}"


def _one_event_a_version(case: Case, events: list[CaseEvent]) -> None:
    assert [event.version for event in events] == list(range(1, case.version + 1))
    assert events[0].event in _FIRST
    assert all(earlier.happened_at <= later.happened_at for earlier, later in pairwise(events))


def _proved(case: Case, events: list[CaseEvent]) -> None:
    """Each event has one entry in the chain of its case that says the same."""
    entries = {one.leaf: one for one in ledger.entries_of(SYSTEM, case.key_subject)}
    assert len({event.entry_hash for event in events}) == len(events)
    for event in events:
        entry = entries[event.entry_hash]
        assert entry.kind == f"case.{event.event}"
        if entry.body is not None and event.event not in BESIDE:
            said = (entry.body["from"], entry.body["to"], entry.body["version"])
            assert said == (event.source, event.target, event.version)


def _walked(case: Case, events: list[CaseEvent], courses: dict[UUID, Course]) -> None:
    """Walked anew by its events, it comes to where it stands."""
    if case.pk not in courses:
        courses[case.pk] = Course(case)
    stands = courses[case.pk].walk(events)
    assert (stands.state, stands.innermost) == (case.state, active_in(case)), f"{case.number} stands elsewhere"
    history = {name: tuple(held) for name, held in case.configuration.get("history", {}).items()}
    assert dict(stands.history) == history, f"{case.number} remembers otherwise"


def _by_whoever_may(case: Case, definition: ProcedureDeclaration, event: CaseEvent, bodies: set[str]) -> None:
    arrows = [one for one in definition.transitions if one.event == event.event]
    assert arrows, f"{event.event} is no event of {case.procedure}"
    assert any(_may_have(case, arrow, event, bodies) for arrow in arrows), f"{event.actor_id} did {event.event}"
    for earlier in arrows[0].not_by_actor_of:
        others = CaseEvent.objects.filter(case=case, event=earlier, actor_id=event.actor_id)
        assert not others.exists(), f"{event.actor_id} did {earlier} and {event.event}"


def _may_have(case: Case, arrow: Transition, event: CaseEvent, bodies: set[str]) -> bool:
    if arrow.on_lapse:
        return event.actor_id == "system:clocks"
    if arrow.by == APPLICANT:
        return event.actor_id not in KNOWN or event.actor_id == case.account_id
    if arrow.by == CASES:
        return True
    who = KNOWN.get(event.actor_id)
    if who is None or who in NEVER:
        return False
    if arrow.by in _ALONE:
        return who.role == "reviewer" if arrow.by == REVIEW else who.role in {"handler", "decider"}
    role = event.role if arrow.sign_off else arrow.by
    return who.role == role and (bool(arrow.sign_off) or who.body in bodies)


def _decided(case: Case, definition: ProcedureDeclaration, events: Iterable[CaseEvent]) -> None:
    outcomes = {(one.event): one.outcome for one in definition.transitions if one.outcome != "none"}
    wanted = Counter((event.entry_hash, outcomes[event.event]) for event in events if event.event in outcomes)
    found = list(Decision.objects.filter(case=case))
    assert Counter((one.entry_hash, one.outcome) for one in found) == wanted
    assert all(one.basis for one in found), f"a decision of {case.number} has no basis"
    voided = {event.entry_hash for event in events if event.version in voided_versions(case)}
    standing = {one.decided_at for one in found if one.entry_hash not in voided}
    assert case.decided_at is None or case.decided_at in standing, f"{case.number} is decided by what was voided"


def _told(case: Case, events: Iterable[CaseEvent]) -> None:
    happened = {event.version: event.happened_at for event in events}
    for notice in Notice.objects.filter(case=case):
        assert notice.version in happened, f"{case.number} was told of version {notice.version}, which is none"
        assert notice.created_at >= happened[notice.version]


def _legal(case: Case, definition: ProcedureDeclaration) -> None:
    """A case is in one outermost state; of each that is active one child is, or all where it is parallel."""
    innermost = set(case.configuration.get("active", ())) or {case.state}
    parents = {child.id: state.id for state in definition.every_state for child in state.states}
    active = set(innermost)
    for name in innermost:
        while name := parents.get(name, ""):
            active.add(name)
    outermost = [state for state in definition.states if state.id in active]
    assert len(outermost) == 1, f"{case.number} stands in {sorted(active)}"
    _legal_below(outermost[0], active, innermost)
    assert (case.closed_at is not None) == outermost[0].final
    assert case.state in active


def _legal_below(state: State, active: set[str], innermost: set[str]) -> None:
    inside = [child for child in state.states if child.id in active]
    if not state.states:
        assert state.id in innermost
    elif state.parallel:
        assert len(inside) == len(state.states)
    else:
        assert len(inside) == 1
    for child in inside:
        _legal_below(child, active, innermost)


def _explained(case: Case, definition: ProcedureDeclaration) -> None:
    """Every open clock is due when its derivation ends, by the calendar of now; none is open in a case that ended."""
    runs = list(ClockRun.objects.filter(case=case, ended_on=None))
    assert not (runs and case.closed_at), f"a clock of {case.number} runs on after its end"
    if not definition.clocks:
        children = Case.objects.filter(origin=case, closed_at=None).values_list("due_on", flat=True)
        due = latest(children) if definition.one_thing and case.closed_at is None else None
        assert case.due_on == due, f"{case.number} in {case.state} is due on {case.due_on}, and its cases on {due}"
        return
    if not runs:
        assert case.due_on is None
        return
    views, calendar = reads.why_due(SYSTEM, case.pk)
    seen = {view.run.pk: view for view in views}
    for run in runs:
        due = explain(seen[run.pk].running, calendar).due
        wanted = (due.on, due.at, due.provisional) if due else (None, None, False)
        assert (run.due_on, run.due_at, run.provisional) == wanted
        # A clock that waits has no date, unless it was over before that.
        assert due or run.paused_on
    assert case.due_on == min((run.due_on for run in runs if run.due_on), default=None)
    assert {run.clock for run in runs} <= {clock.id for clock in definition.clocks}


def leading(case: Case, definition: ProcedureDeclaration) -> list[Transition]:
    """Return the arrows out of all active states."""
    parents = {child.id: state.id for state in definition.every_state for child in state.states}
    active = set(case.configuration.get("active", ())) or {case.state}
    for name in list(active):
        while name := parents.get(name, ""):
            active.add(name)
    return [arrow for arrow in definition.transitions if not active.isdisjoint(arrow.sources)]


def _ways_on(case: Case, definition: ProcedureDeclaration, today: date) -> Iterator[bool]:
    """Yield of each arrow whether somebody, now or when its day has come, or the end of a period can let it happen."""
    facts = facts_of(case)
    now_and_then = [moments.of_case(case, definition, day) for day in (today, today + _A_YEAR)]
    running = set(ClockRun.objects.filter(case=case, ended_on=None, paused_on=None).values_list("clock", flat=True))
    waits = AskedRound.objects.filter(case=case, closed_at=None).exists()
    for arrow in leading(case, definition):
        if arrow.on_lapse:
            yield arrow.on_lapse in running
        elif arrow.by == CASES:
            yield Case.objects.filter(origin=case, closed_at=None).exists()
        elif arrow.by not in _ALONE:
            guarded = not waits and all(conditions.refusal(arrow, moment) for moment in now_and_then)
            history = history_of(case, arrow)
            people = (
                [True]
                if arrow.by == APPLICANT
                else [engine.may_fire(arrow, one.scope, one.account, facts, history) for one in CAST]
            )
            yield any(people) and not guarded


def queued(now: datetime) -> None:
    """Assert that the queue shows each case that waits for an office exactly once, and no other."""
    wanted: dict[View, list[str]] = {"open": [], "waiting": [], "closed": []}
    for case in Case.objects.all():
        definition = declared.pinned(case.declaration_hash)
        if case.closed_at is not None:
            wanted["closed"].append(case.number)
        elif definition.state(case.state).needs_applicant:
            wanted["waiting"].append(case.number)
        elif any(_is_of_an_office(arrow) for arrow in leading(case, definition)):
            wanted["open"].append(case.number)
    page = reads.queue(WATCHER, on=day_of(now), at=now, asked=Asked(size=100))
    assert sorted(row.number for row in page.rows) == sorted(wanted["open"])
    assert {view: page.counts[view] for view in wanted} == {view: len(numbers) for view, numbers in wanted.items()}


def _is_of_an_office(arrow: Transition) -> bool:
    return not arrow.on_lapse and arrow.by not in {APPLICANT, *_ALONE}
