"""Whatever is split, merged, taken back, joined and reopened: no case is lost, nobody sees another party's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError, NotFound
from amur.ledger.models import Entry
from amur.procedures import acts, reads
from amur.procedures.models import Case, ClockRun
from amur.procedures.ties.engine import Share, lead_of
from amur.procedures.ties.models import Tie
from tests.procedures.conftest import Officer
from tests.procedures.enumerated import OUTSIDERS, told
from tests.procedures.pack import fill, sync
from tests.procedures.ties.conftest import ANNA, BORIS, doing
from tests.procedures.ties.samples import body

pytestmark = [pytest.mark.django_db, pytest.mark.either]

HANDLER, DECIDER = Officer("11", "handler"), Officer("22", "decider")
FIELDS = ("name", "colour", "region", "number", "indoors")
PARTIES = {"71": ANNA, "72": BORIS}
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
VERBS = ("merge", "undo", "split", "join", "leave", "refuse", "reopen", "accept")
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 5), st.integers(0, 5), st.integers(0, 2)), min_size=4, max_size=14
)


def step(verb: str, case: Case, other: Case, now: datetime) -> None:
    """Try one act; what is refused is no fault."""
    of = {"expected_version": case.version}
    if verb == "merge":
        acts.merge_case(case.id, other.number, **doing(HANDLER, now, **of))
    elif verb == "undo":
        acts.undo_merge(case.id, **doing(HANDLER, now))
    elif verb == "split":
        acts.split_case(case.id, [Share("licence", FIELDS)], **doing(HANDLER, now, **of))
    elif verb == "join":
        acts.join_case(case.id, other.number, **doing(HANDLER, now))
    elif verb == "leave":
        acts.leave_incident(case.id, **doing(HANDLER, now))
    elif verb == "reopen":
        acts.reopen_case(case.id, "reopened", **doing(DECIDER, now, **of))
    elif verb == "refuse":
        DECIDER.fire(case, "refuse", now, reason="no")
    else:
        HANDLER.fire(case, "accept", now)


def check(now: datetime) -> None:
    """See that everything holds that must hold at any moment."""
    ties = list(Tie.objects.filter(ended_at=None).select_related("case", "lead"))
    merged = {row.case.number: row.lead.number for row in ties if row.kind == "merged"}
    joined = [row for row in ties if row.kind == "joined"]
    for case in Case.objects.all():
        lead = lead_of(merged, case.number)
        assert (case.state == "merged") == (case.number in merged)
        assert (case.closed_at is None) == (case.state in {"submitted", "accepted"})
        assert reads.case_for_desk(HANDLER.scope, lead).number == lead
        for account, scope in PARTIES.items():
            if case.account_id != account:
                with pytest.raises(NotFound):
                    reads.ties_of(scope, case.id, on=now.date())
            else:
                view = told(reads.ties_of(scope, case.id, on=now.date()).merged)
                others = Case.objects.exclude(account_id=account).values_list("number", flat=True)
                assert not [number for number in others if number in view]
        open_runs = list(ClockRun.objects.filter(case=case, ended_on=None))
        assert bool(open_runs) == (case.state == "accepted")
        assert case.due_on == min((run.due_on for run in open_runs), default=None)
        for clock in reads.case_for_desk(HANDLER.scope, case.number, on=now.date()).clocks:
            assert clock.explain()
            if clock.run.ended_on is None:
                assert clock.run.due_on == clock.running.due(clock.calendar).on
    leads = {row.lead_id for row in joined}
    assert not leads & {row.case_id for row in joined}
    assert len({row.case_id for row in joined}) == len(joined)
    entries = set(Entry.objects.values_list("leaf", flat=True))
    assert entries.issuperset(row.entry for row in ties)
    assert entries.issuperset(row.lead_entry for row in ties if row.lead_id)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_case_is_lost_and_nobody_sees_anothers(steps):
    run(steps)


@pytest.mark.deep
@pytest.mark.timeout(3600)  # on PostgreSQL, beside other work, it takes more than the ten minutes of the others
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_no_case_is_lost_and_nobody_sees_anothers_in_a_long_run(steps):
    run(steps)


def run(steps) -> None:
    """Do random acts on four cases of two parties, and look after each."""
    with transaction.atomic():
        sync(NOW, {("procedure", "licence"): body(split=_split())})
        for account in ("71", "71", "71", "72"):
            by = Officer(account, "").by
            case = acts.submit(fill(NOW, by=by, account_id=account, plan=b"%PDF-1.7\n%%EOF\n").id, by=by, now=NOW)
            HANDLER.fire(case, "accept", NOW)
        now = NOW
        for verb, one, other, days in steps:
            now += timedelta(days=days)
            cases = list(Case.objects.order_by("number"))
            try:
                with transaction.atomic():
                    step(verb, cases[one % len(cases)], cases[other % len(cases)], now)
            except AmurError:
                continue
            check(now)
        transaction.set_rollback(True)


def _split() -> dict:
    return {"by": ["handler"], "into": ["licence"], "basis": body()["ties"]["split"]["basis"]}


def test_whoever_may_not_know_of_a_case_ties_nothing_to_it(accepted, now):
    gone = OUTSIDERS["whoever stepped back"].account_id
    case, lead = accepted("71"), accepted("71")
    Case.objects.update(recused=[gone])
    before = Tie.objects.count(), Entry.objects.count()
    tried = {
        "merge_case": {"into": lead.number, "expected_version": 2},
        "undo_merge": {},
        "split_case": {"shares": [Share("licence", FIELDS)], "expected_version": 2},
        "join_case": {"lead": lead.number},
        "leave_incident": {},
        "reopen_case": {"event": "reopened", "expected_version": 2},
        "say_likeness": {"earlier": lead.number, "is_same": True},
        "answer_joined": {"event": "refuse", "key": "k"},
    }
    for name, more in tried.items():
        for who, scope in OUTSIDERS.items():
            by = Officer(scope.account_id or "0", "").by
            with pytest.raises(AmurError) as found:
                getattr(acts, name)(case.id, by=by, scope=scope, now=now, reason="x", **more)
            assert isinstance(found.value, NotFound), (name, who, found.value)
            assert lead.number not in str(found.value)
    assert (Tie.objects.count(), Entry.objects.count()) == before
