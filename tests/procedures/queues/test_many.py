"""P25: one act on many chosen cases. Each is an act of its own; what broke off goes on; nothing happens twice."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Grant, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.ledger.models import Entry, SubjectKey
from amur.procedures import acts
from amur.procedures.models import Case, CaseEvent
from amur.procedures.queues import reads
from amur.procedures.queues.acts import many
from amur.procedures.queues.acts.many import What
from amur.procedures.queues.models import Batch, BatchLine
from tests.procedures.conftest import Officer
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCE_BODY, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
REASON = "all of them hold"
SECOND = LICENCE_BODY | {"id": "second", "series": "SEC", "title": text("Another licence")}


@pytest.fixture
def three(submitted):
    return [submitted(name=f"灯 {number}") for number in range(3)]


@pytest.fixture
def accepted(three, handler, now):
    return [handler.fire(case, "accept", now) for case in three]


def pairs(*cases):
    return [(case.pk, case.version) for case in cases]


def begin(who, what, cases, now, *, key="k", reason=REASON):
    return acts.begin_many(what, pairs(*cases), by=who.by, scope=who.scope, now=now, reason=reason, key=key)


def do(who, what, cases, now, **options):
    batch = begin(who, what, cases, now, **options)
    while acts.go_on_with_many(batch.pk, scope=who.scope, now=now):
        pass
    return reads.batch_of(who.scope, batch.pk)


def outcomes(found):
    return [(case.outcome, case.code) for case in found.cases]


def test_each_case_is_an_act_of_its_own_with_its_event_and_its_entry(three, handler, now):
    found = do(handler, What("accept"), three, now)
    assert outcomes(found) == [("done", "")] * 3
    assert [case.state.id for case in found.cases] == ["accepted"] * 3
    for case in three:
        event = case.events.get(event="accept")
        assert (event.actor_id, event.role) == ("11", "handler")
        entry = Entry.objects.get(leaf=event.entry_hash)
        assert (entry.subject, entry.kind) == (f"case:{case.pk}", "case.accept")
    begun = Entry.objects.get(kind="cases.many_begun")
    (told,) = ledger.entries_of(SYSTEM, begun.subject)
    assert told.body == {"procedure": "licence", "event": "accept", "cases": 3}


def test_one_reason_stands_in_every_case_and_nowhere_else_when_all_had_their_turn(accepted, decider, now):
    batch = begin(decider, What("refuse"), accepted, now)
    assert REASON not in Batch.objects.values_list("reason", flat=True)
    assert Batch.objects.get().reason == REASON
    assert acts.go_on_with_many(batch.pk, scope=decider.scope, now=now) == 0
    assert {case.events.get(event="refuse").reason for case in accepted} == {REASON}
    assert Batch.objects.get().reason == ""
    assert not SubjectKey.objects.filter(subject=f"batch:{batch.pk}", destroyed_at=None).exists()


def test_what_moved_meanwhile_and_what_a_rule_holds_back_hold_up_no_other(three, handler, now):
    both = Officer("11", "handler")
    both.scope = Scope("office", "11", grants=(Grant("handler", "bureau"), Grant("decider", "bureau")))
    own, moved, free = three
    own = handler.fire(own, "accept", now)
    free = Officer("12", "handler").fire(free, "accept", now)
    seen = pairs(own, moved, free)
    Officer("12", "handler").fire(moved, "accept", now)
    batch = acts.begin_many(What("grant"), seen, by=both.by, scope=both.scope, now=now, key="k")
    assert acts.go_on_with_many(batch.pk, scope=both.scope, now=now) == 0
    found = reads.batch_of(both.scope, batch.pk)
    assert outcomes(found) == [("refused", "separation_of_duties"), ("moved", "stale"), ("done", "")]
    assert (found.count("done"), found.count("moved"), found.count("refused")) == (1, 1, 1)


def test_the_same_click_twice_acts_once_and_shows_the_same(three, handler, now):
    first = do(handler, What("accept"), three, now)
    second = do(handler, What("accept"), three, now + timedelta(minutes=1))
    assert first == second
    assert CaseEvent.objects.filter(event="accept").count() == 3
    assert Batch.objects.count() == 1


@pytest.mark.both
@pytest.mark.parametrize("breaks_before", ["act", "note"])
def test_what_a_power_cut_left_over_the_machine_finishes_and_nothing_is_done_twice(
    three, handler, now, monkeypatch, breaks_before
):
    account = _official("11", now)
    by = Officer(account, "handler")
    batch = begin(by, What("accept"), three, now)
    assert acts.go_on_with_many(batch.pk, scope=by.scope, now=now, at_most=1) == 2
    if breaks_before == "note":
        BatchLine.objects.update(outcome="")  # the act was committed and what became of it was not
    monkeypatch.setattr(many.people, "scope_of", lambda *_: by.scope)
    job = Job.objects.get(kind=acts.GO_ON)
    assert job.run_at == now + timedelta(seconds=5)
    later = now + timedelta(minutes=1)
    acts.go_on_by_itself(job.payload, later, "")
    acts.go_on_by_itself(job.payload, later, "")
    assert outcomes(reads.batch_of(by.scope, batch.pk)) == [("done", "")] * 3
    assert CaseEvent.objects.filter(event="accept").count() == 3
    assert Batch.objects.get().ended_at == later
    assert not Job.objects.filter(kind=acts.GO_ON, state="queued").exists()


def _official(name, now):
    from amur.people.models import Account

    del now
    return str(Account.objects.create_user(f"official-{name}").pk)


def test_the_machine_goes_on_with_the_rights_that_the_official_has_then(three, now):
    by = Officer(_official("gone", now), "handler")
    batch = begin(by, What("accept"), three, now)
    acts.go_on_by_itself({"batch": str(batch.pk)}, now, "")  # the account holds no office
    assert outcomes(reads.batch_of(by.scope, batch.pk)) == [("refused", "no_case")] * 3
    acts.go_on_by_itself({"batch": str(uuid.uuid4())}, now, "")


def test_a_busy_database_leaves_the_rest_for_later(three, handler, now, monkeypatch):
    batch = begin(handler, What("accept"), three, now)

    def busy(*_, **__):
        raise Conflict("busy", "the database is busy")

    monkeypatch.setattr(many, "fire", busy)
    with pytest.raises(Conflict):
        acts.go_on_with_many(batch.pk, scope=handler.scope, now=now)
    assert outcomes(reads.batch_of(handler.scope, batch.pk)) == [("", "")] * 3


def test_a_period_is_made_longer_in_many_cases(accepted, decider, now):
    found = do(decider, What(clock="decision", amount=5), accepted, now)
    assert outcomes(found) == [("done", "")] * 3
    assert found.title.en == "Decision"
    assert {case.events.get(event="clock_extended").role for case in accepted} == {"decider"}
    again = [Case.objects.get(pk=case.pk) for case in accepted]
    twice = do(decider, What(clock="decision", amount=5), again, now, key="k2")
    assert {outcome for outcome, _ in outcomes(twice)} == {"refused"}


class TestRefusals:
    def test_more_than_two_hundred(self, three, handler, now):
        chosen = [(uuid.uuid4(), 1) for _ in range(201)]
        with pytest.raises(Refused, match="201 cases"):
            acts.begin_many(What("accept"), chosen, by=handler.by, scope=handler.scope, now=now, key="k")

    def test_none(self, handler, now):
        with pytest.raises(Invalid) as found:
            acts.begin_many(What("accept"), [], by=handler.by, scope=handler.scope, now=now, key="k")
        assert found.value.fields["cases"][0] == "required"

    def test_cases_of_different_procedures(self, submitted, three, handler, now):
        sync(now, {("procedure", "second"): SECOND}, version="1.1.0")
        other = three[0]
        other.procedure = "second"
        other.save(update_fields=["procedure"])
        with pytest.raises(Refused) as found:
            begin(handler, What("accept"), three, now)
        assert found.value.code == "different_procedures"

    @pytest.mark.parametrize(
        "more",
        [
            {"asks": [{"id": "remark", "type": "text", "title": text("Remark")}]},
            {"supplement": {"answer": "supply"}},
        ],
    )
    def test_an_event_that_asks_for_more_than_a_reason(self, submitted, handler, now, more):
        transitions = [one | more if one["event"] == "accept" else one for one in LICENCE_BODY["transitions"]]
        sync(now, {("procedure", "licence"): LICENCE_BODY | {"transitions": transitions}}, version="1.1.0")
        case = submitted()
        with pytest.raises(Refused) as found:
            begin(handler, What("accept"), [case], now)
        assert found.value.code == "asks_for_fields"
        offered = reads.chosen_cases(handler.scope, {case.pk: 1})
        assert (offered.events, [one.en for one in offered.asking]) == ((), ["Accept"])

    @pytest.mark.parametrize(
        ("what", "reason", "fault"),
        [
            (What("refuse"), "  ", "reason"),
            (What("refuse"), "x" * 5_001, "reason"),
            (What(clock="decision", amount=5), "", "reason"),
            (What(clock="decision", amount=11), "why", "amount"),
            (What(clock="decision"), "why", "amount"),
        ],
    )
    def test_a_reason_or_an_amount_that_is_missing_or_wrong(self, accepted, decider, what, reason, fault):
        with pytest.raises(Invalid) as found:
            begin(decider, what, accepted, accepted[0].changed_at, reason=reason)
        assert [*found.value.fields] == [fault]

    @pytest.mark.parametrize("what", [What("withdraw"), What("nothing"), What("grant"), What(clock="other", amount=1)])
    def test_what_is_no_step_of_the_office_in_any_of_them(self, three, handler, now, what):
        with pytest.raises(Refused):
            begin(handler, what, three, now)

    def test_a_case_that_is_not_there_or_not_ones_own(self, three, submitted, handler, now):
        with pytest.raises(NotFound):
            acts.begin_many(What("accept"), [(uuid.uuid4(), 1)], by=handler.by, scope=handler.scope, now=now, key="k")
        with pytest.raises(NotFound):
            begin(Officer("1", "handler", region="230200"), What("accept"), three, now)

    def test_a_batch_is_its_beginners_alone(self, three, handler, decider, now):
        batch = begin(handler, What("accept"), three, now)
        for scope in (decider.scope, Scope("public")):
            with pytest.raises(NotFound):
                reads.batch_of(scope, batch.pk)
            with pytest.raises(NotFound):
                acts.go_on_with_many(batch.pk, scope=scope, now=now)


def test_what_can_be_done_together_is_what_the_reader_may_do_in_some_of_them(three, handler, decider, now):
    first = handler.fire(three[0], "accept", now)
    seen = {case.pk: 1 for case in three}
    found = reads.chosen_cases(handler.scope, seen)
    assert [(one.event, one.fits) for one in found.events] == [("request_supplement", 1), ("accept", 2)]
    assert [(case.seen, case.version) for case in found.cases] == [(1, 2), (1, 1), (1, 1)]
    theirs = reads.chosen_cases(decider.scope, seen)
    assert [(one.clock, one.at_most, one.fits) for one in theirs.extensions] == [("decision", 10, 1)]
    assert reads.chosen_cases(Officer("1", "handler", region="230200").scope, {first.pk: 1}).cases == ()


def test_what_became_of_them_is_forgotten_a_month_later(three, handler, now):
    do(handler, What("accept"), three, now)
    assert acts.forget_many(now + timedelta(days=30)) == 0
    assert acts.forget_many(now + timedelta(days=31)) > 0
    assert CaseEvent.objects.filter(event="accept").count() == 3


def test_nothing_personal_is_left_of_a_batch_when_its_cases_are_erased(accepted, decider, now):
    """The reason is gone with the batch's end; a line holds a version and a code."""
    found = do(decider, What("refuse"), accepted, now)
    assert found.ended_at == now
    assert all(not line.details for line in BatchLine.objects.all())
    assert REASON not in str(list(Batch.objects.values_list()))
