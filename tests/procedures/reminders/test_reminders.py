from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.acting import SYSTEM, Grant, Scope, system
from amur.base.declared import Text
from amur.jobs import acts as jobs
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.people.models import Account, Appointment, Body, Role
from amur.procedures import acts, reads
from amur.procedures.acts.reminding import MAIL
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, ClockRun, Notice
from amur.procedures.reminders.declarations import Rung
from amur.procedures.reminders.engine import Ladder
from amur.procedures.reminders.models import Reminder
from amur.procedures.reminders.watching import REMIND
from tests.procedures.pack import sync
from tests.procedures.reminders.ladder import LADDER, morning, reminding, rung, work
from tests.procedures.samples import CALENDAR_BODY
from tests.procedures.test_checks import faults_of
from tests.procedures.test_lapses import GRANTED, OVER

FIRST, DUE, LATE = morning(4, 2), morning(4, 8), morning(4, 10)
"""Three working days before 8 April, that day, and two after it; 6 April is a holiday."""


def accepted_under(body, submitted, handler, now, version="2.0.0", **changes) -> Case:
    sync(now, {("procedure", "licence"): body, **changes}, version)
    return handler.fire(submitted(), "accept", now)


@pytest.fixture
def accepted(pack, submitted, handler, now) -> Case:
    return accepted_under(reminding(), submitted, handler, now)


def fired() -> list[tuple[int, str]]:
    return [(row.step, row.addressee) for row in Reminder.objects.order_by("id")]


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_each_rung_fires_once_on_its_own_working_day_and_tells_whom_the_pack_names(accepted):
    work(FIRST - timedelta(seconds=1))
    assert fired() == []
    for at in (FIRST, FIRST, DUE - timedelta(seconds=1)):
        work(at)
    assert fired() == [(-3, "applicant"), (-3, "handler")]
    notice = Notice.objects.order_by("id").last()
    assert (notice.subject, notice.deliveries.get().channel) == ("【applicant -3】", "email")
    assert notice.body == f"【{accepted.number} (移动灯一号) is due on 2026年4月8日: 已受理】"
    run = ClockRun.objects.get()
    assert Job.objects.filter(key__startswith=f"notice:case:{accepted.pk}:rung:{run.pk}:-3:applicant").count() == 1
    work(DUE)
    work(LATE)
    work(LATE + timedelta(days=30))
    assert fired()[2:] == [(0, "handler"), (2, "decider")]
    assert Notice.objects.count() == 2, "officials have rows, the party has notices"
    assert not Job.objects.exclude(state="done").filter(kind=REMIND).exists()


@pytest.mark.django_db
def test_a_reminder_is_in_the_ledger_and_names_nobody(accepted):
    acts.remind(accepted.pk, by=system("clocks"), now=FIRST)
    entries = [one for one in ledger.entries_of(SYSTEM, f"case:{accepted.pk}") if one.kind == "case.reminded"]
    assert [(one.body["rung"], one.body["to"]) for one in entries] == [(-3, "applicant"), (-3, "handler")]
    assert [one.leaf for one in entries] == [row.entry_hash for row in Reminder.objects.order_by("id")]
    assert "移动灯" not in str([one.body for one in entries])
    accepted.refresh_from_db()
    assert accepted.version == 2, "a reminder moves nothing, so no open page becomes stale"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_away_fires_only_the_highest_rung_of_each_addressee(accepted):
    work(LATE + timedelta(days=1))
    assert sorted(fired()) == [(-3, "applicant"), (0, "handler"), (2, "decider")]
    assert acts.remind(accepted.pk, by=system("clocks"), now=LATE + timedelta(days=2)) == 0


@pytest.mark.django_db(transaction=True)
def test_a_waiting_clock_does_not_remind_and_the_rungs_move_with_its_new_date(accepted, handler, now):
    case = handler.fire(accepted, "request_supplement", now + timedelta(days=1), reason="?")
    work(LATE + timedelta(days=20))
    assert fired() == []
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    back = LATE + timedelta(days=21)
    case = acts.fire(case.id, "answer", by=handler.by, scope=party, now=back, expected_version=3, extra={"remark": "x"})
    work(back)
    assert fired() == []
    work(datetime(case.due_on.year, case.due_on.month, case.due_on.day, tzinfo=UTC))
    assert sorted(fired()) == [(-3, "applicant"), (0, "handler")]


@pytest.mark.django_db(transaction=True)
def test_an_extension_moves_what_has_not_fired_and_what_has_fired_stays(accepted, decider):
    work(FIRST)
    case = acts.extend_clock(
        accepted.id, "decision", 10, by=decider.by, scope=decider.scope, now=FIRST, expected_version=2, reason="hard"
    )
    assert case.due_on == date(2026, 4, 22)
    work(morning(4, 17))
    work(LATE)
    assert len(fired()) == 2
    work(morning(4, 22))
    assert fired()[2:] == [(0, "handler")]


@pytest.mark.django_db(transaction=True)
def test_a_new_calendar_moves_a_rung_although_the_due_date_stands(pack, submitted, handler, now):
    case = accepted_under(reminding(rung(2, "decider")), submitted, handler, now)
    work(DUE)
    holiday = CALENDAR_BODY | {"holidays": [*CALENDAR_BODY["holidays"], "2026-04-09"]}
    sync(DUE, {("procedure", "licence"): reminding(), ("calendar", "calendar"): holiday}, "3.0.0")
    acts.recount(now=DUE)
    case.refresh_from_db()
    assert case.due_on == date(2026, 4, 8)
    work(LATE)
    assert fired() == []
    work(morning(4, 13))
    assert fired() == [(2, "decider")]


@pytest.mark.django_db(transaction=True)
def test_a_provisional_date_reminds_of_nothing_until_it_is_sure(pack, submitted, handler, now):
    short = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": [], "workdays": []}
    sync(now, {("procedure", "licence"): reminding(), ("calendar", "calendar"): short}, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    assert case.due_provisional
    work(DUE)
    assert fired() == []
    sync(DUE, {("procedure", "licence"): reminding()}, "3.0.0")
    acts.recount(now=DUE)
    work(DUE)
    assert sorted(fired()) == [(-3, "applicant"), (0, "handler")]


@pytest.mark.django_db(transaction=True)
def test_a_case_that_moved_on_reminds_nobody(accepted, decider):
    decider.fire(accepted, "refuse", FIRST - timedelta(hours=1), reason="no")
    work(LATE)
    assert fired() == []
    assert acts.remind(accepted.draft_id, by=system("clocks"), now=LATE) == 0


@pytest.mark.django_db
def test_where_the_law_has_decided_nobody_is_reminded_of_the_period(pack, submitted, handler, now):
    body = reminding()
    body["transitions"].append(GRANTED)
    case = accepted_under(body, submitted, handler, now)
    assert acts.remind(case.pk, by=system("clocks"), now=OVER) == 0
    assert acts.remind(case.pk, by=system("clocks"), now=OVER - timedelta(seconds=1)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_clock_of_hours_has_rungs_in_hours(pack, submitted, handler, now):
    body = reminding(rung(-6, "handler"), rung(1, "decider"), hours=48)
    del body["clocks"][0]["working_days"], body["clocks"][0]["promise_working_days"]
    case = accepted_under(body, submitted, handler, now)
    assert case.due_at == now + timedelta(hours=48)
    work(now + timedelta(hours=42, seconds=-1))
    assert fired() == []
    work(now + timedelta(hours=42))
    work(now + timedelta(hours=49))
    assert fired() == [(-6, "handler"), (1, "decider")]


@pytest.mark.django_db
def test_the_role_that_is_told_sees_the_case_and_the_reminder_until_the_clock_ends(accepted, decider, now):
    acts.remind(accepted.pk, by=system("clocks"), now=LATE)
    desk = Scope("office", "22", grants=(Grant("decider", "bureau", "230000"),))
    (late, *others) = reads.reminders_of(desk, [accepted.pk], "en")
    assert (late.addressee, late.subject, late.is_mine, late.is_party) == ("decider", "decider 2", True, False)
    assert late.body == f"{accepted.number} (移动灯一号) is due on 8 April 2026: Accepted"
    assert [one.is_mine for one in others] == [False, False]
    elsewhere = Scope("office", "9", grants=(Grant("decider", "bureau", "440000"),))
    assert reads.reminders_of(elsewhere, [accepted.pk], "en") == ()
    party = Scope("party", parties=frozenset({f"case:{accepted.pk}"}))
    assert reads.reminders_of(party, [accepted.pk], "en") == ()
    decider.fire(accepted, "refuse", LATE, reason="no")
    assert not any(one.is_mine for one in reads.reminders_of(desk, [accepted.pk], "en"))


def test_a_role_that_is_only_told_works_on_the_case():
    definition = ProcedureDeclaration.model_validate(reminding(rung(3, "head")))
    assert definition.roles == {"handler", "decider", "head"}


@pytest.fixture
def official(now) -> Account:
    account = Account.objects.create(username="wang", email="wang@example.org")
    role = Role.objects.create(id="handler", titles={"zh": "经办", "en": "Handler"})
    body = Body.objects.create(id="bureau", titles={"zh": "局", "en": "Bureau"})
    Appointment.objects.create(account=account, role=role, body=body, valid_from=date(2026, 1, 1))
    return account


@pytest.mark.django_db(transaction=True)
def test_an_official_with_an_address_is_written_to_once_and_the_letter_names_nobody(accepted, official):
    for _ in range(2):
        jobs.run_due(acts.HANDLERS, FIRST, 50)
    (letter,) = [one for one in mail.outbox if one.to == ["wang@example.org"]]
    assert letter.subject == "【handler -3】"
    assert letter.body == f"【{accepted.number} ({accepted.number}) is due on 2026年4月8日: 已受理】"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_an_official_without_an_address_is_not_written_to(accepted, official, change):
    acts.remind(accepted.pk, by=system("clocks"), now=FIRST)
    assert Job.objects.filter(kind=MAIL).count() == 1
    Account.objects.filter(pk=official.pk).update(**change)
    jobs.run_due(acts.HANDLERS, FIRST, 50)
    assert Job.objects.get(kind=MAIL).state == "done"
    assert not [one for one in mail.outbox if one.to == ["wang@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_to_who_has_no_address_or_no_office_there(accepted, official):
    Account.objects.update(email="")
    work(FIRST)
    assert not Job.objects.filter(kind=MAIL).exists()


@pytest.mark.django_db
def test_whoever_may_not_see_the_case_is_not_written_to(accepted, official):
    Case.objects.filter(pk=accepted.pk).update(account_id=str(official.pk))
    acts.remind(accepted.pk, by=system("clocks"), now=FIRST)
    assert not Job.objects.filter(kind=MAIL).exists(), "it is their own case"


@pytest.mark.django_db
def test_an_erased_case_says_nothing_of_its_party_any_more(accepted, decider):
    acts.remind(accepted.pk, by=system("clocks"), now=FIRST)
    case = decider.fire(accepted, "refuse", FIRST, reason="no")
    acts.erase_due(FIRST + timedelta(days=365 * 12))
    case.refresh_from_db()
    assert case.erased_at
    assert all(one.body == "" for one in Notice.objects.all())
    assert "keeper@example.org" not in str(list(Reminder.objects.values()))


def clock(*rungs, **changes):
    return lambda body: body["clocks"][0].update({"remind": list(rungs)} | changes)


def test_a_declared_ladder_has_no_faults():
    assert [str(fault) for fault in faults_of(clock(*LADDER))] == []


@pytest.mark.parametrize(
    ("rungs", "at", "kind"),
    [
        ([rung(-1, "cook")], "clocks.0.remind.0.to", "reminder.role"),
        ([rung(-20, "handler")], "clocks.0.remind.0.at", "reminder.outside"),
        ([rung(0, "handler"), rung(0, "handler", body=LADDER[0]["body"])], "clocks.0.remind.1", "reminder.twice"),
        ([rung(0, "handler", body={"zh": "{人}", "en": "{man}"})], "clocks.0.remind.0.body", "effect.notice"),
    ],
)
def test_the_check_finds_a_rung_that_cannot_be(rungs, at, kind):
    assert (at, kind) in {(fault.file, fault.check) for fault in faults_of(clock(*rungs))}


@pytest.mark.parametrize("missing", ["subject", "body", "to", "at"])
def test_a_rung_without_words_a_day_or_an_addressee_is_none(missing):
    with pytest.raises(ValidationError, match=missing):
        ProcedureDeclaration.model_validate(reminding({k: v for k, v in rung(0, "handler").items() if k != missing}))


BEGAN = datetime(2026, 3, 10, tzinfo=UTC)
SAID = Text(zh="时", en="Time")


@given(
    st.lists(st.tuples(st.integers(-9, 9), st.sampled_from("ab")), unique=True, max_size=8),
    st.lists(st.one_of(st.integers(-12, 12), st.tuples(st.integers(-6, 6))), max_size=12),
)
@settings(max_examples=200)
def test_whatever_moves_each_rung_fires_at_most_once_and_ladders_only_go_up(rungs, moves):
    done: list[tuple[int, str]] = []
    due, now = 12, 0
    for move in moves:
        if isinstance(move, tuple):
            due += move[0]
            continue
        now = max(now, now + move)
        instants = {Rung(at=at, to=to, subject=SAID, body=SAID): BEGAN + timedelta(days=due + at) for at, to in rungs}
        found = Ladder.of(instants, BEGAN, done).due(BEGAN + timedelta(days=now))
        assert len({one.to for one in found}) == len(found)
        for one in found:
            assert 0 < due + one.at <= now
            assert all(one.at > at for at, to in done if to == one.to)
            done.append((one.at, one.to))
    assert len(set(done)) == len(done)
