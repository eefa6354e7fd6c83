from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.base.acting import SYSTEM, Scope, system
from amur.base.faults import AmurError, Conflict, Refused
from amur.jobs import acts as jobs
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.procedures import acts, lapses, reads
from amur.procedures.acts.clocks import LAPSE
from amur.procedures.acts.events import lapse
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Notice
from amur.registers.models import Record
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, CALENDAR_BODY, LICENCE_BODY, text
from tests.procedures.test_checks import faults_of

OVER = datetime(2026, 4, 8, 16, 0, tzinfo=UTC)
"""The midnight in Beijing that ends the last day of the period, 8 April."""
GRANTED = {
    "event": "granted_by_silence",
    "title": text("Granted by silence", "逾期视为许可"),
    "from": ["accepted"],
    "to": "granted",
    "by": "machine",
    "on_lapse": "decision",
    "outcome": "granted",
    "basis": [BASIS],
    "effects": [
        *copy.deepcopy(LICENCE_BODY["transitions"][3]["effects"][:1]),
        {"do": "notify", "subject": text("Granted by silence"), "body": text("{number} is granted.")},
    ],
}


def silent(**changes) -> dict:
    body = copy.deepcopy(LICENCE_BODY)
    body["transitions"].append(GRANTED | changes)
    return body


@pytest.fixture
def accepted(pack, submitted, handler, now) -> Case:
    sync(now, {("procedure", "licence"): silent()}, "2.0.0")
    return handler.fire(submitted(), "accept", now)


def work(at: datetime) -> None:
    """Let a worker run what is due."""
    jobs.run_due({LAPSE: acts.HANDLERS[LAPSE]}, at, 50)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_silence_grants_at_the_end_of_the_last_day_and_not_before(accepted):
    work(OVER - timedelta(seconds=1))
    accepted.refresh_from_db()
    assert accepted.state == "accepted"
    work(OVER)
    work(OVER + timedelta(days=1))
    accepted.refresh_from_db()
    assert (accepted.state, accepted.version, accepted.decided_at) == ("granted", 3, OVER)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.by, decision.basis[0]["article"]) == ("granted", "system:clocks", "7")
    assert Record.objects.filter(register="licences").count() == 1
    assert Notice.objects.order_by("id").last().body == f"【{accepted.number} is granted.】"
    assert not ClockRun.objects.filter(ended_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_was_away_records_late_what_holds_since_the_legal_instant(accepted):
    late = OVER + timedelta(days=7)
    work(late)
    event = CaseEvent.objects.get(event="granted_by_silence")
    assert event.happened_at == late
    entry = next(one for one in ledger.entries_of(SYSTEM, f"case:{accepted.pk}") if one.leaf == event.entry_hash)
    assert entry.body["lapse"] == {"clock": "decision", "took_effect_at": "2026-04-09T00:00:00+08:00"}
    line = reads.timeline(SYSTEM, accepted.pk)[-1]
    assert (line.lapsed_at, line.role, line.actor_id, line.title.en) == (OVER, "", "", "Granted by silence")


@pytest.mark.django_db
def test_whoever_came_in_time_was_first(accepted, decider):
    decider.fire(accepted, "grant", OVER - timedelta(seconds=1))
    assert lapse(accepted.pk, by=system("clocks"), now=OVER) is None
    assert Decision.objects.get().by == "22"


@pytest.mark.django_db
@pytest.mark.parametrize("event", ["grant", "refuse"])
def test_whoever_comes_after_the_lapse_is_told_so_before_it_is_recorded(accepted, decider, event):
    with pytest.raises(Conflict) as fault:
        decider.fire(accepted, event, OVER, reason="too late")
    assert fault.value.code == "lapsed"
    assert lapse(accepted.pk, by=system("clocks"), now=OVER).state == "granted"
    with pytest.raises(Conflict) as fault:
        decider.fire(accepted, event, OVER, reason="too late")
    assert fault.value.code == "stale"


@pytest.mark.django_db
def test_nobody_fires_a_lapse_by_hand(accepted, decider, now):
    for scope in (decider.scope, SYSTEM):
        decider.scope = scope
        with pytest.raises(Refused) as refused:
            decider.fire(accepted, "granted_by_silence", now)
        assert refused.value.code == "only_by_lapse"


@pytest.mark.django_db(transaction=True)
def test_a_waiting_clock_does_not_lapse_and_goes_on_with_its_new_end(accepted, handler, now):
    case = handler.fire(accepted, "request_supplement", now + timedelta(days=1), reason="?")
    work(OVER + timedelta(days=30))
    case.refresh_from_db()
    assert case.state == "supplement"
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    back = OVER + timedelta(days=31)
    case = acts.fire(case.id, "answer", by=handler.by, scope=party, now=back, expected_version=3, extra={"remark": "x"})
    over = lapses.end_of(case.due_on, None, OVER.tzinfo) - timedelta(hours=8)
    work(over - timedelta(seconds=1))
    case.refresh_from_db()
    assert case.state == "accepted"
    work(over)
    case.refresh_from_db()
    assert case.state == "granted"


@pytest.mark.django_db(transaction=True)
def test_an_extension_moves_the_lapse(accepted, decider, now):
    acts.extend_clock(
        accepted.id, "decision", 10, by=decider.by, scope=decider.scope, now=now, expected_version=2, reason="hard"
    )
    work(OVER)
    accepted.refresh_from_db()
    assert (accepted.state, accepted.due_on) == ("accepted", date(2026, 4, 22))
    work(OVER + timedelta(days=14))
    accepted.refresh_from_db()
    assert accepted.state == "granted"


@pytest.mark.django_db(transaction=True)
def test_a_provisional_date_waits_for_its_calendar_however_late(pack, submitted, handler, decider, now):
    short = CALENDAR_BODY | {"published_to": "2026-03-31", "holidays": [], "workdays": []}
    changes = {("procedure", "licence"): silent(), ("calendar", "calendar"): short}
    sync(now, changes, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    assert case.due_provisional
    work(OVER + timedelta(days=9))
    case.refresh_from_db()
    assert case.state == "accepted"
    sync(OVER + timedelta(days=10), {("procedure", "licence"): silent()}, "3.0.0")
    acts.recount(now=OVER + timedelta(days=10))
    work(OVER + timedelta(days=10))
    case.refresh_from_db()
    assert case.state == "granted"


@pytest.mark.django_db
def test_the_same_lapse_twice_and_a_case_that_is_not_there_are_nothing(accepted):
    assert Job.objects.filter(kind=LAPSE).count() == 1
    assert lapse(accepted.pk, by=system("clocks"), now=OVER).version == 3
    assert lapse(accepted.pk, by=system("clocks"), now=OVER) is None
    assert lapse(accepted.draft_id, by=system("clocks"), now=OVER) is None
    assert Decision.objects.count() == 1


@pytest.mark.django_db
def test_a_lapse_that_cannot_be_carried_out_leaves_no_trace(pack, submitted, handler, now):
    broken = silent(
        effects=[{"do": "write_record", "register": "licences", "key": "form.lit_on", "values": {"x": "1"}}]
    )
    sync(now, {("procedure", "licence"): broken}, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    with pytest.raises(AmurError):
        lapse(case.pk, by=system("clocks"), now=OVER)
    case.refresh_from_db()
    assert (case.state, Decision.objects.count(), ClockRun.objects.filter(ended_on=None).count()) == ("accepted", 0, 1)


def add(**changes):
    return lambda body: body["transitions"].append(GRANTED | changes)


def test_a_declared_lapse_has_no_faults():
    assert [str(fault) for fault in faults_of(add())] == []


@pytest.mark.parametrize(
    ("change", "at", "kind"),
    [
        (add(on_lapse="nothing"), "transitions.7.on_lapse", "lapse.clock"),
        (add(basis=[], outcome="none"), "transitions.7", "lapse.basis"),
        (add(**{"from": ["submitted"]}), "transitions.7.from.0", "lapse.never"),
        (add(**{"from": ["accepted", "supplement"]}), "transitions.7.from.1", "lapse.never"),
        (add(to="supplement", outcome="none", effects=[]), "transitions.7.to", "lapse.end"),
        (lambda body: (add()(body), add(event="again")(body)), "transitions.8.from.0", "lapse.two"),
    ],
)
def test_the_check_finds_a_lapse_that_cannot_be(change, at, kind):
    assert (at, kind) in {(fault.file, fault.check) for fault in faults_of(change)}


@pytest.mark.parametrize(
    "changes",
    [{"by": "handler"}, {"on_lapse": None}, {"reason": "optional"}, {"not_by_actor_of": ["accept"]}],
)
def test_a_lapse_is_by_the_machine_and_asks_nobody(changes):
    with pytest.raises(ValidationError, match=r"on_lapse|asks nobody"):
        ProcedureDeclaration.model_validate(silent(**changes))


def test_the_machine_is_no_role_of_the_procedure():
    definition = ProcedureDeclaration.model_validate(silent())
    assert definition.roles == {"handler", "decider"}


@given(st.lists(st.tuples(st.sampled_from(["pause", "on", "extend", "work", "work"]), st.integers(0, 40)), max_size=9))
@settings(max_examples=200)
def test_of_several_ends_the_first_counts(moves):
    ends = {f"{name}{place}": OVER + timedelta(days=days) for place, (name, days) in enumerate(moves)}
    arrow = ProcedureDeclaration.model_validate(silent()).transition("granted_by_silence", "accepted")
    arrows = [arrow.model_copy(update={"on_lapse": name}) for name in ends]
    found = lapses.first(arrows, ends)
    assert (found.at if found else None) == min(ends.values(), default=None)


@pytest.mark.django_db
def test_a_clock_that_ends_with_a_day_of_the_form_lapses_with_that_day(pack, submitted, handler, now):
    body = silent(on_lapse="term")
    term = {"id": "term", "title": text("Term"), "days": 60, "last_day": "as_is", "until": "lit_on"}
    rest = {"start": ["accepted"], "stop": ["granted", "refused", "withdrawn"], "basis": [BASIS]}
    body["clocks"].append({**term, **rest})
    assert not faults_of(lambda whole: whole.update(body))
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    case = handler.fire(submitted(), "accept", now)
    run = ClockRun.objects.get(case=case, clock="term")
    assert (run.due_on, case.due_on) == (date(2026, 4, 1), date(2026, 4, 1))
    work(datetime(2026, 4, 1, 15, 59, tzinfo=UTC))
    case.refresh_from_db()
    assert case.state == "accepted"
    work(datetime(2026, 4, 1, 16, 0, tzinfo=UTC))
    case.refresh_from_db()
    assert case.state == "granted"


def test_a_clock_ends_with_a_date_of_the_form_and_no_other_field():
    body = copy.deepcopy(LICENCE_BODY)
    body["clocks"][0] |= {"working_days": None, "days": 20, "last_day": "as_is", "until": "name"}
    body["clocks"][0].pop("pause", None)
    body["clocks"][0].pop("extension", None)
    assert [(one.check, one.found) for one in faults_of(lambda whole: whole.update(body))] == [
        ("clock.until", "'name' is no date of the form")
    ]
    with pytest.raises(ValidationError, match="neither waits nor is extended"):
        ProcedureDeclaration.model_validate({**body, "clocks": [{**body["clocks"][0], "pause": ["supplement"]}]})
