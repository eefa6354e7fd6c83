"""The real cases of an installation as a log, at an index of the ledger: what is sealed up to it, and nothing later.

No form, reason, name, account or official is in it. An enterprise is named by a pseudonym that only this installation
can make, a person by nothing; so are the keys of records, as a register may be keyed by what is personal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.ledger import reads as ledger
from amur.procedures import engine
from amur.procedures.correcting.engine import CORRECTED
from amur.procedures.editions import edition_at
from amur.procedures.eventlog.courses import Course
from amur.procedures.eventlog.log import ALWAYS, Log, LogEvent, LogObject
from amur.procedures.facts import clock_changes
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Document, Notice
from amur.procedures.notices.models import Delivery
from amur.registers.models import RecordVersion

_AT_ONCE = 500
_PSEUDONYM = 20
_Also = dict[Any, dict[int, list[LogObject]]]


def log_of_cases(scope: Scope, up_to: int) -> Log:
    """Return the log of all cases as it stood when the entry of an index was sealed.

    Raises:
        Refused: if it is not asked for by the machine, which sees all cases.
    """
    if scope.kind != "system":
        raise Refused("machine_only", "the log of all cases is written by the command only")
    sealed = {place.leaf for subjects in ("case:", "record:") for place in ledger.places(-1, up_to, subjects=subjects)}
    events: list[LogEvent] = []
    objects: dict[str, LogObject] = {}
    for case, course, others in _courses(sealed):
        events += course.events
        for one in (course.case, *course.clocks, *others, *_enterprise(case)):
            objects.setdefault(one.id, one)
    return Log(tuple(sorted(events, key=lambda event: (event.time, event.id))), tuple(objects.values()))


def _courses(sealed: set[str]) -> Iterator[tuple[Case, Course, list[LogObject]]]:
    """Yield the course of each case that has begun, with the other objects of it."""
    after = None
    while True:
        cases = Case.objects.order_by("id")
        some = list((cases.filter(pk__gt=after) if after else cases)[:_AT_ONCE])
        touched = _touched(some, sealed)
        decided = dict(Decision.objects.filter(case__in=some).values_list("entry_hash", "outcome"))
        happened: dict[Any, list[CaseEvent]] = {}
        for event in CaseEvent.objects.filter(case__in=some).order_by("case_id", "version"):
            if event.entry_hash in sealed:
                happened.setdefault(event.case_id, []).append(event)
        begun: dict[Any, set[tuple[str, datetime | None]]] = {}
        for case_id, clock, at in ClockRun.objects.filter(case__in=some).values_list("case_id", "clock", "started_at"):
            begun.setdefault(case_id, set()).add((clock, at))
        for case in some:
            if mine := happened.get(case.pk):
                touching, clocks = touched.get(case.pk, {}), _Clocks(case, begun.get(case.pk, set()))
                others = [one for event in mine for one in touching.get(event.version, ())]
                yield case, _course(case, mine, clocks, touching, decided), others
        if len(some) < _AT_ONCE:
            return
        after = some[-1].pk


def _course(
    case: Case,
    events: list[CaseEvent],
    clocks: _Clocks,
    touched: Mapping[int, list[LogObject]],
    decided: Mapping[str, str],
) -> Course:
    about = {"body": case.body_id, "region": case.region, "channel": case.channel}
    belongs = tuple((one.id, "applicant") for one in _enterprise(case))
    course = Course(case.procedure, case.number, about, belongs=belongs)
    for event in events:
        said = {"source": event.source, "role": event.role, "outcome": decided.get(event.entry_hash, "")}
        also = [(one.id, one.type) for one in touched.get(event.version, ())]
        # A tool drops an object that no event names, so the applicant stands at the submission too.
        also += belongs if event.version == 1 else ()
        course.happened(event.version, event.event, event.target, event.happened_at, said=said, also=also)
        course.clocks_changed(event.version, clocks.follow(event), event.happened_at)
    return course


class _Clocks:
    """The clocks of a case as its events change them, and those that an effect started."""

    def __init__(self, case: Case, begun: Collection[tuple[str, datetime | None]]) -> None:
        self._case, self._begun = case, begun
        self._open: dict[str, engine.ClockStatus] = {}

    def follow(self, event: CaseEvent) -> list[engine.ClockChange]:
        """Return what an event does to clocks."""
        if event.event in {engine.EXTENDED, CORRECTED}:
            return []
        if clocks := event.configuration.get("clocks"):
            self._open = dict(clocks["open"])
            return [engine.ClockChange(name, "start") for name in clocks.get("begun", ())]
        definition = edition_at(self._case, event.version)
        changes = list(clock_changes(definition, self._open, event))
        for one in changes:
            if one.change == "stop":
                del self._open[one.clock]
            else:
                self._open[one.clock] = "waiting" if one.change == "pause" else "running"
        for clock in definition.clocks:
            if clock.id not in self._open and (clock.id, event.happened_at) in self._begun:
                self._open[clock.id] = "running"
                changes.append(engine.ClockChange(clock.id, "start"))
        return changes


def _enterprise(case: Case) -> list[LogObject]:
    """Return the enterprise that applied; a person is no object of a log."""
    return [LogObject(_pseudonym("enterprise", case.enterprise_id), "enterprise")] if case.enterprise_id else []


def _pseudonym(what: str, name: str) -> str:
    return f"{what}:{salted_hmac('amur.eventlog', f'{what}:{name}', algorithm='sha256').hexdigest()[:_PSEUDONYM]}"


def _touched(cases: list[Case], sealed: set[str]) -> _Also:
    """Return what each event of the cases brought about: documents, notices, entries in registers."""
    found: _Also = {}
    for document in Document.objects.filter(case__in=cases).order_by("id").defer("content"):
        if document.entry_hash in sealed:
            about = [("document", document.document, ALWAYS)]
            one = LogObject(f"document:{document.number}", "document", about)
            found.setdefault(document.case_id, {}).setdefault(document.version, []).append(one)
    sent = Delivery.objects.filter(case__in=cases).order_by("-created_at", "-channel")
    channels = dict(sent.values_list("notice_id", "channel"))
    for notice in Notice.objects.filter(case__in=cases).order_by("id").only("id", "case_id", "version"):
        one = LogObject(f"notice:{notice.pk}", "notice", [("channel", channels.get(notice.pk, "portal"), ALWAYS)])
        found.setdefault(notice.case_id, {}).setdefault(notice.version, []).append(one)
    _records(cases, sealed, found)
    return found


def _records(cases: list[Case], sealed: set[str], found: _Also) -> None:
    """Add the entries in registers, each to the event of its case at the same instant."""
    by_number = {case.number: case.pk for case in cases}
    versions = RecordVersion.objects.filter(source__in=by_number).select_related("record").order_by("id")
    moments = {
        (case_id, at): version
        for case_id, at, version in CaseEvent.objects.filter(case__in=cases).values_list(
            "case_id", "happened_at", "version"
        )
    }
    for entry in versions:
        case_id = by_number[entry.source]
        version = moments.get((case_id, entry.recorded_at))
        if entry.entry_hash in sealed and version is not None:
            name = _pseudonym(f"record:{entry.record.register}", entry.record.key)
            one = LogObject(name, "record", [("register", entry.record.register, ALWAYS)])
            found.setdefault(case_id, {}).setdefault(version, []).append(one)
