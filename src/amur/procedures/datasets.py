"""Cases, their events, decisions and clocks as datasets: what happened when, and nothing of who or what was written.

No form, reason, name, account or official stands here. A case's rows follow from its events in their order, so a row
says what held after that event, however much has happened since. A clock has a row when it begins and a last one when
it ends, with the days it took: while it runs, its due date may still move, and so is told by no row.

A decision has a row when it is made, and another when it holds no more: it was voided as a mistake, a review took it
up, or the case was reopened. That row says ``stands: false``, since when and by what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from amur.base.acting import Scope
from amur.base.canonical import digest
from amur.base.datasets import Dataset, Row, chunks, dataset
from amur.base.legal_time import WorkCalendar
from amur.ledger import reads as ledger
from amur.ledger.reads import Place
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.policy.datasets import released
from amur.procedures import declared, engine
from amur.procedures.correcting.aside import set_aside_by
from amur.procedures.correcting.engine import CORRECTED, VOIDED
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.editions import edition_at
from amur.procedures.facts import clock_changes, entered_by
from amur.procedures.items.describing import described
from amur.procedures.migrating.engine import BY_EDITIONS
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision
from amur.procedures.ratings.reads import ratings_dataset
from amur.procedures.shapes import CASES, CLOCKS, DECISIONS, EVENTS, OF_CASES, SERVICES

_AT_ONCE = 200


@dataclass(slots=True)
class _Course:
    """A case as it is followed from event to event."""

    case: Case
    definition: ProcedureDeclaration
    decisions: Mapping[str, Decision]
    runs: Mapping[str, list[ClockRun]]
    clocks: dict[str, engine.ClockStatus] = field(default_factory=dict)
    begun: dict[str, int] = field(default_factory=dict)
    accepted_on: date | None = None
    decided_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    decided: list[tuple[int, Decision]] = field(default_factory=list)
    withdrawn: tuple[tuple[int, Decision], ...] = ()
    withdrawn_by: str = ""
    changes: tuple[engine.ClockChange, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """Return what every row of the case says."""
        case = self.case
        return {
            "number": case.number,
            "procedure": case.procedure,
            "body": case.body_id,
            "region": case.region or None,
            "channel": case.channel,
        }

    def follow(self, event: CaseEvent) -> None:
        """Move on by an event."""
        if self.case.editions:
            self.definition = edition_at(self.case, event.version)
        self.withdrawn = ()
        if event.event in {engine.EXTENDED, CORRECTED}:
            self.changes = ()
        elif event.event in BY_EDITIONS or event.event == VOIDED:
            self._goes_on_as(event.configuration["clocks"])
            self._stands_without(event)
        else:
            self._move(event)

    def _move(self, event: CaseEvent) -> None:
        on, state = day_of(event.happened_at), self.definition.state(event.target)
        self.changes = clock_changes(self.definition, self.clocks, event)
        for one in self.changes:
            if one.change == "stop":
                del self.clocks[one.clock]
            else:
                self.clocks[one.clock] = "waiting" if one.change == "pause" else "running"
            if one.change == "start":
                self.begun[one.clock] = self.begun.get(one.clock, 0) + 1
        started = any(one.change == "start" for one in self.changes)
        if self.accepted_on is None and engine.accepts(self.definition, *entered_by(event), clock_started=started):
            self.accepted_on = on
        if by := set_aside_by(self.definition, event):
            self._withdraw(by, tuple(self.decided))
        if decision := self.decisions.get(event.entry_hash):
            self.decided.append((event.version, decision))
        self._decided_by_what_stands()
        self.closed_on = on if state.final else None

    def _withdraw(self, by: str, gone: tuple[tuple[int, Decision], ...]) -> None:
        self.withdrawn, self.withdrawn_by = gone, by
        self.decided = [one for one in self.decided if one not in gone]

    def _decided_by_what_stands(self) -> None:
        last = self.decided[-1][1] if self.decided else None
        self.decided_on, self.outcome = (day_of(last.decided_at), last.outcome) if last else (None, None)

    def _goes_on_as(self, clocks: Mapping[str, Any]) -> None:
        """Take the clocks as another edition has them: one with another name is a run of that name from then on."""
        self.changes, self.clocks = (), dict(clocks["open"])
        for name in clocks.get("begun", ()):
            self.changes = (*self.changes, engine.ClockChange(name, "start"))
            self.begun[name] = self.begun.get(name, 0) + 1
        for before, after in clocks["renamed"].items():
            self.begun[before] = self.begun.get(before, 1) - 1
            self.begun[after] = self.begun.get(after, 0) + 1

    def _stands_without(self, event: CaseEvent) -> None:
        """Let the case be open, accepted and decided by what still stands, if an event voids another."""
        if event.event != VOIDED:
            return
        voids = event.configuration["voids"]
        self._withdraw(VOIDED, tuple(one for one in self.decided if one[0] == voids))
        self._decided_by_what_stands()
        self.accepted_on = self.accepted_on if event.configuration["accepted"] else None
        self.closed_on = None


def datasets(scope: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of this room; they are for the machine, which gives out what it computes from them."""
    if scope.kind != "system":
        return ()
    calendar = declared.calendar()
    given: Mapping[str, Callable[[_Course, CaseEvent], Iterable[dict[str, Any]]]] = {
        CASES.name: _case,
        EVENTS.name: _event,
        DECISIONS.name: _decision,
        CLOCKS.name: lambda course, _: _clocks(course, calendar),
    }
    basis = digest({name: found.hash for name, found in policy.declarations("calendar").items()})
    of_cases = (dataset(one, _rows_of(given[one.name]), basis if one is CLOCKS else "") for one in OF_CASES)
    return (*of_cases, ratings_dataset(scope), released(SERVICES, "procedure", described))


def _rows_of(
    tell: Callable[[_Course, CaseEvent], Iterable[dict[str, Any]]],
) -> Callable[[int, int], Iterator[Row]]:
    def rows(after: int, up_to: int) -> Iterator[Row]:
        for places in chunks(ledger.places(after, up_to, subjects="case:"), _AT_ONCE):
            told = dict(_told(places, tell))
            for place in places:
                for values in told.get(place.leaf, ()):
                    yield place.index, place.subject, values

    return rows


def _told(
    places: tuple[Place, ...], tell: Callable[[_Course, CaseEvent], Iterable[dict[str, Any]]]
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Follow the cases of some entries from their beginning, and give the rows of those entries."""
    wanted = {place.leaf for place in places}
    named = {place.subject.removeprefix("case:") for place in places}
    touched = CaseEvent.objects.filter(case_id__in=named, entry_hash__in=wanted).values("case_id")
    events = CaseEvent.objects.filter(case_id__in=touched).select_related("case").order_by("case_id", "version")
    courses: dict[Any, _Course] = {}
    decisions = {one.entry_hash: one for one in Decision.objects.filter(case_id__in=touched)}
    runs: dict[Any, dict[str, list[ClockRun]]] = {}
    for run in ClockRun.objects.filter(case_id__in=touched).order_by("id"):
        runs.setdefault(run.case_id, {}).setdefault(run.clock, []).append(run)
    for event in events:
        course = courses.get(event.case_id)
        if course is None:
            definition = declared.pinned(event.case.declaration_hash)
            course = _Course(event.case, definition, decisions, runs.get(event.case_id, {}))
            courses[event.case_id] = course
        course.follow(event)
        if event.entry_hash in wanted:
            yield event.entry_hash, list(tell(course, event))


def _case(course: _Course, event: CaseEvent) -> Iterator[dict[str, Any]]:
    yield course.plain | {
        "version": event.version,
        "state": event.target,
        "final": course.definition.state(event.target).final,
        "outcome": course.outcome,
        "changed_at": event.happened_at,
        "submitted_on": day_of(course.case.submitted_at),
        "accepted_on": course.accepted_on,
        "decided_on": course.decided_on,
        "closed_on": course.closed_on,
    }


def _event(course: _Course, event: CaseEvent) -> Iterator[dict[str, Any]]:
    yield course.plain | {
        "version": event.version,
        "event": event.event,
        "source": event.source or None,
        "target": event.target,
        "role": event.role or None,
        "happened_at": event.happened_at,
        "happened_on": day_of(event.happened_at),
        "voids": event.configuration["voids"] if event.event == VOIDED else None,
    }


def _decision(course: _Course, event: CaseEvent) -> Iterator[dict[str, Any]]:
    for version, decision in course.withdrawn:
        gone = {"stands": False, "withdrawn_on": day_of(event.happened_at), "withdrawn_by": course.withdrawn_by}
        yield course.plain | _said(version, decision) | gone
    if made := course.decisions.get(event.entry_hash):
        yield course.plain | _said(event.version, made) | {"stands": True}


def _said(version: int, decision: Decision) -> dict[str, Any]:
    at = decision.decided_at
    return {"version": version, "outcome": decision.outcome, "decided_at": at, "decided_on": day_of(at)}


def _clocks(course: _Course, calendar: WorkCalendar) -> Iterator[dict[str, Any]]:
    for one in course.changes:
        number, runs = course.begun.get(one.clock, 0), course.runs.get(one.clock, [])
        if one.change not in {"start", "stop"} or not 0 < number <= len(runs):
            continue
        run = runs[number - 1]
        values: dict[str, Any] = {"clock": one.clock, "run": number, "started_on": run.started_on}
        if one.change == "stop" and run.ended_on is not None:
            values |= {
                "ended_on": run.ended_on,
                "due_on": run.due_on,
                "promise_on": run.promise_on,
                "working_days": taken(run, calendar),
            }
        yield course.plain | values


def taken(run: ClockRun, calendar: WorkCalendar) -> int:
    """Return how many working days an ended run took: those after it began, up to its end, in which it did not wait."""
    ended = [(since, until) for since, until, *_ in run.waits if until]
    waits = [(date.fromisoformat(since[:10]), date.fromisoformat(until[:10])) for since, until in ended]
    ended_on = run.ended_on or run.started_on
    days = (run.started_on + timedelta(days=n + 1) for n in range((ended_on - run.started_on).days))
    return sum(calendar.is_working_day(day) for day in days if not any(since < day <= until for since, until in waits))
