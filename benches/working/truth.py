"""What must be true of the database afterwards, whatever was killed: against what the clients hold in their hands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from people import Kept

if TYPE_CHECKING:
    from amur.procedures.models import Case

TELLS = {"accept", "not_accept", "request_supplement", "file", "refuse"}
"""Events that tell the applicant something, once."""
ISSUES = {
    "submitted": "receipt",
    "accept": "acceptance",
    "not_accept": "no_acceptance",
    "request_supplement": "supplement_notice",
    "file": "filing_notice",
    "refuse": "refusal_notice",
}
DECIDES = {"not_accept", "file", "refuse"}
OFFICES_TURN = {"received", "supplied", "under_review", "reopened", "change_reported", "end_reported"}
"""States in which an office has something to do; what is on file waits for nobody."""


def faults(kept: Kept) -> list[str]:
    """Do what a worker would still do, and return everything that is lost, doubled or half there."""
    from amur.config import worker
    from amur.procedures.models import Case

    now = datetime.now(UTC)
    while worker.turn(now):
        pass
    cases = {case.number: case for case in Case.objects.order_by("number")}
    wrong = [*_submissions(kept, cases), *_acts(kept), *_numbers(cases)]
    for case in cases.values():
        wrong += _halves(case)
    return [*wrong, *_jobs(now), *_deliveries(), *_counts(cases, now), *_ledger()]


def _submissions(kept: Kept, cases: dict[str, Case]) -> Iterator[str]:
    """Each draft that was acknowledged is one case, with the number of its receipt."""
    by_draft = Counter(str(case.draft_id) for case in cases.values())
    for draft, _ms, _measured in kept.sent_off:
        if by_draft[draft] != 1:
            yield f"the submission {draft} was acknowledged and is {by_draft[draft]} cases"
    for draft, number in kept.receipts:
        if number not in cases or str(cases[number].draft_id) != draft:
            yield f"the receipt {number} of {draft} is not true"
    if any(times > 1 for times in by_draft.values()):
        yield "a draft became several cases"
    if len({number for _, number in kept.receipts}) != len(kept.receipts):
        yield "one number was given to two people"


def _acts(kept: Kept) -> Iterator[str]:
    """What was acknowledged happened once; what was refused did not; what got no answer did once or not at all."""
    from amur.procedures.models import CaseEvent

    keys = [one.key for one in kept.acts]
    found = Counter(CaseEvent.objects.filter(key__in=keys).values_list("case__number", "event", "key"))
    for one in kept.acts:
        times = found[one.number, one.event, one.key]
        if times not in {True: {1}, False: {0}, None: {0, 1}}[one.done]:
            yield f"{one.event} of {one.number} was answered {one.done} and happened {times} times"
    if len(set(keys)) != len(keys):
        yield "two acts had the same key"


def _numbers(cases: dict[str, Case]) -> Iterator[str]:
    from amur.procedures.models import Document, Serial

    serials = sorted(int(number.rpartition("-")[2]) for number in cases)
    if serials != list(range(1, len(serials) + 1)):
        yield "numbers of cases are missing or were given twice"
    given = Counter(
        number.rpartition("-")[0] for number in [*cases, *Document.objects.values_list("number", flat=True)]
    )
    if given != Counter(dict(Serial.objects.values_list("series", "value"))):
        yield f"the serials do not agree with what is numbered: {given}"


def _halves(case: Case) -> Iterator[str]:
    """Return what of a case is there without the rest of its act: events, entries, decisions, papers, notices."""
    from amur.ledger.models import Entry
    from amur.procedures.models import CaseEvent, Decision, Document, Notice, Upload

    events = list(CaseEvent.objects.filter(case=case).order_by("version"))
    if [event.version for event in events] != list(range(1, case.version + 1)):
        yield f"{case.number} has the versions {[event.version for event in events]} and says {case.version}"
    entries = dict(Entry.objects.filter(subject=case.key_subject).values_list("leaf", "kind"))
    if any(entries.get(event.entry_hash) != f"case.{event.event}" for event in events):
        yield f"an event of {case.number} has no entry"
    kinds = Counter(entries.values())
    if any(kinds[f"case.{name}"] != times for name, times in Counter(event.event for event in events).items()):
        yield f"an entry of {case.number} has no event"
    told = [event.version for event in events if event.event in TELLS]
    if sorted(Notice.objects.filter(case=case).values_list("version", flat=True)) != told:
        yield f"{case.number} was not told of each event once"
    issued = sorted((event.version, ISSUES[event.event]) for event in events if event.event in ISSUES)
    if sorted(Document.objects.filter(case=case).values_list("version", "document")) != issued:
        yield f"{case.number} has other papers than events that issue one"
    if Decision.objects.filter(case=case).count() != sum(event.event in DECIDES for event in events):
        yield f"{case.number} has other decisions than events"
    if events and events[-1].target != case.state:
        yield f"{case.number} stands in {case.state} and its last event led to {events[-1].target}"
    if Upload.objects.filter(case=case, field="plan").count() != 1:
        yield f"{case.number} has not one plan"


def _jobs(now: datetime) -> Iterator[str]:
    from amur.jobs.models import Job

    for kind, error in Job.objects.filter(state=Job.State.DEAD).values_list("kind", "last_error"):
        yield f"a job is dead: {kind}: {error[:200]}"
    if due := Job.objects.filter(state=Job.State.QUEUED, run_at__lte=now).count():
        yield f"{due} jobs are due and wait"
    # A worker that was killed leaves its job to whoever comes when its lease is over.
    if stuck := Job.objects.filter(state=Job.State.RUNNING, lease_until__lte=now - timedelta(minutes=1)).count():
        yield f"{stuck} jobs are stuck"


def _deliveries() -> Iterator[str]:
    """A notice leaves the house once over each channel."""
    from amur.procedures.notices.models import Delivery

    ways = Counter(Delivery.objects.values_list("notice_id", "channel"))
    yield from (f"notice {notice} goes {times} times by {way}" for (notice, way), times in ways.items() if times > 1)
    if failed := Delivery.objects.filter(state=Delivery.State.FAILED).count():
        yield f"{failed} notices failed"


def _counts(cases: dict[str, Case], now: datetime) -> Iterator[str]:
    """What the tabs of the queue count is what the cases say."""
    from django.utils.timezone import localdate

    from amur.base.acting import Grant, Scope
    from amur.procedures import declared, reads

    everywhere = Scope("office", "bench", grants=(Grant("handler", "hlj_communications_administration", "230000"),))
    shown = reads.queue(everywhere, on=localdate(now), at=now).counts
    service = declared.everything().procedures["new_service_filing"]
    waiting = sum(service.state(case.state).needs_applicant for case in cases.values())
    closed = sum(case.closed_at is not None for case in cases.values())
    ours = sum(case.state in OFFICES_TURN for case in cases.values())
    counted = {"open": ours, "waiting": waiting, "closed": closed, "all": len(cases)}
    if any(shown[name] != number for name, number in counted.items()):
        yield f"the queue counts {shown}, the cases are {counted}"


def _ledger() -> Iterator[str]:
    from amur.ledger import acts, reads

    acts.seal(datetime.now(UTC))
    report = reads.verify_stored()
    yield from (f"ledger: {finding}" for finding in report.findings)
    if report.unsealed:
        yield f"{report.unsealed} entries are not sealed"
