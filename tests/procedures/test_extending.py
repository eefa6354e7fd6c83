from __future__ import annotations

import copy
from datetime import date, timedelta

import pytest

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.models import Case, CaseEvent, ClockRun, Notice
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]


@pytest.fixture
def accepted(submitted, handler, now) -> Case:
    return handler.fire(submitted(), "accept", now)


def extend(who, case: Case, now, amount: int = 10, **options) -> Case:
    options = {"expected_version": case.version, "reason": "the case is difficult"} | options
    clock = options.pop("clock", "decision")
    return acts.extend_clock(case.id, clock, amount, by=who.by, scope=who.scope, now=now, **options)


def test_an_extension_moves_the_date_is_written_down_and_told(accepted, decider, now):
    assert accepted.due_on == date(2026, 4, 8)
    case = extend(decider, accepted, now + timedelta(days=1))
    assert (case.due_on, case.version, case.state) == (date(2026, 4, 22), 3, "accepted")
    run = ClockRun.objects.get()
    assert run.extension == {"amount": 10, "on": "2026-03-11", "version": 3}
    assert run.promise_on == date(2026, 3, 24)
    event = CaseEvent.objects.get(event="clock_extended")
    assert (event.source, event.target, event.role) == ("accepted", "accepted", "decider")
    assert event.given == {"clock": "decision", "amount": 10, "unit": "working_days"}
    entry = ledger.entries_of(SYSTEM, f"case:{case.pk}")[-1]
    assert (entry.kind, entry.leaf) == ("case.clock_extended", event.entry_hash)
    assert (entry.body["due_before"], entry.body["due_after"]) == ("2026-04-08", "2026-04-22")
    assert "difficult" not in str(entry.body)
    assert entry.act["basis"] == "灯塔条例7"
    notice = Notice.objects.order_by("id").last()
    assert (notice.version, notice.subject) == (3, "延长期限")
    assert notice.body == f"{case.number} 于 2026年4月22日 到期：the case is difficult"


def test_the_course_and_the_derivation_tell_of_it(accepted, decider, now):
    case = extend(decider, accepted, now + timedelta(days=1))
    line = reads.timeline(decider.scope, case.id)[-1]
    assert (line.title.en, line.title.zh) == ("Period extended: Decision", "延长期限：办理期限")
    assert (line.by_applicant, line.reason, line.actor_id) == (False, "the case is difficult", "22")
    (clock,) = reads.case_for_desk(decider.scope, case.number, on=date(2026, 3, 11)).clocks
    step = next(step for step in clock.explain().steps if step.why == "extended")
    assert (step.first, step.amount, step.name.en) == (date(2026, 3, 11), 10, "the case is difficult")
    assert clock.left == 29


def test_the_same_key_again_changes_nothing(accepted, decider, now):
    first = extend(decider, accepted, now, key="once")
    again = extend(decider, accepted, now, key="once")
    assert (first.version, again.version) == (3, 3)
    assert CaseEvent.objects.filter(event="clock_extended").count() == 1


def test_a_second_extension_is_refused_and_nothing_is_written(accepted, decider, now):
    case = extend(decider, accepted, now, 3)
    with pytest.raises(Refused, match="once only") as refused:
        extend(decider, case, now, 3)
    assert refused.value.code == "already_extended"
    assert CaseEvent.objects.filter(event="clock_extended").count() == 1
    assert ClockRun.objects.get().extension["amount"] == 3


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"amount": 11}, "extension_too_long"),
        ({"amount": 0}, "extension_too_long"),
        ({"amount": 5, "days": 60}, "clock_ended"),
        ({"amount": 5, "clock": "other"}, "clock_not_running"),
    ],
)
def test_what_the_pack_does_not_allow_is_refused(accepted, decider, now, asked, code):
    what = dict(asked)
    at = now + timedelta(days=what.pop("days", 0))
    with pytest.raises(Refused) as refused:
        extend(decider, accepted, at, **what)
    assert refused.value.code == code
    accepted.refresh_from_db()
    assert (accepted.version, accepted.due_on) == (2, date(2026, 4, 8))


def test_only_who_is_named_may(accepted, handler, now):
    with pytest.raises(Refused) as refused:
        extend(handler, accepted, now)
    assert refused.value.code == "wrong_role"


def test_whoever_may_not_know_of_the_case_finds_none(accepted, decider, now):
    decider.scope = Scope("public")
    with pytest.raises(NotFound):
        extend(decider, accepted, now)
    with pytest.raises(NotFound):
        acts.extend_clock(
            accepted.draft_id, "decision", 1, by=decider.by, scope=SYSTEM, now=now, expected_version=1, reason="x"
        )


def test_a_clock_that_nothing_lets_extend_cannot_be(submitted, handler, decider, now):
    body = copy.deepcopy(LICENCE_BODY)
    del body["clocks"][0]["extension"]
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    with pytest.raises(Refused) as refused:
        extend(decider, case, now)
    assert refused.value.code == "not_extendable"


def test_a_clock_that_has_stopped_cannot_be_extended(accepted, decider, now):
    case = decider.fire(accepted, "grant", now)
    with pytest.raises(Refused) as refused:
        extend(decider, case, now)
    assert refused.value.code == "clock_not_running"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 5001])
def test_a_reason_is_always_asked_for(accepted, decider, now, reason):
    with pytest.raises(Invalid) as fault:
        extend(decider, accepted, now, reason=reason)
    assert set(fault.value.fields) == {"reason"}


def test_a_stale_form_does_nothing(accepted, decider, now):
    with pytest.raises(Conflict):
        extend(decider, accepted, now, expected_version=1)


def test_a_waiting_clock_is_extended_and_has_its_date_when_it_goes_on(accepted, handler, decider, now):
    case = handler.fire(accepted, "request_supplement", now + timedelta(days=1), reason="?")
    case = extend(decider, case, now + timedelta(days=2), 5)
    assert case.due_on is None
    entry = ledger.entries_of(SYSTEM, f"case:{case.pk}")[-1]
    assert (entry.body["due_before"], entry.body["due_after"]) == (None, None)
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    case = acts.fire(
        case.id,
        "answer",
        by=handler.by,
        scope=party,
        now=now + timedelta(days=8),
        expected_version=case.version,
        extra={"remark": "x"},
    )
    assert case.due_on == date(2026, 4, 22)


def test_an_extension_does_not_start_or_stop_any_clock_in_the_datasets(accepted, decider, now):
    from amur.ledger import acts as ledger_acts
    from amur.procedures.datasets import datasets

    extend(decider, accepted, now + timedelta(days=1))
    ledger_acts.seal(now + timedelta(days=2))
    clocks = next(one for one in datasets(SYSTEM) if one.name == "clocks")
    assert clocks is not None
    assert len(list(clocks.batches(0, ledger.head().size))) == 1
