"""Many cases of one incident are answered together, each party its own; cases that are alike are found on every way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import Actor, Scope
from amur.base.faults import NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.acts.opening import open_with
from amur.procedures.models import Case
from amur.procedures.ties.models import Likeness, Mark, Tie
from amur.procedures.ties.reads import tied_among
from tests.procedures.conftest import Officer
from tests.procedures.pack import fill
from tests.procedures.ties.conftest import ANNA, BORIS, doing

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def join(case, lead, officer, now, **more):
    return acts.join_case(case.id, lead.number, **doing(officer, now, **more))


def test_others_join_a_lead_and_each_party_reads_its_own(accepted, handler, now):
    lead, mine, theirs = accepted("71"), accepted("72", lit_on="2026-5-1"), accepted("73", lit_on="2026-5-2")
    for case in (mine, theirs):
        join(case, lead, handler, now)
    desk = reads.ties_of(handler.scope, lead.id, on=now.date())
    assert {one.number for one in desk.joined} == {mine.number, theirs.number}
    assert desk.counted == {"all": 2, "open": 2}
    assert "answer" in desk.may
    own = reads.ties_of(BORIS, mine.id, on=now.date())
    assert (own.incident.number, own.joined) == ("", ())
    assert reads.ties_of(ANNA, lead.id, on=now.date()).joined == ()
    assert reads.ties_of(ANNA, lead.id, on=now.date()).counted == {"all": 2, "open": 2}
    with pytest.raises(NotFound):
        reads.ties_of(BORIS, theirs.id, on=now.date())
    assert mine.due_on is not None


def test_a_case_of_the_same_incident_joins_by_rule_once_somebody_leads_it(file, accepted, handler, now):
    lead, other = accepted("71"), accepted("72")
    assert not Tie.objects.exists()
    join(other, lead, handler, now)
    third = file("73", days=5)
    row = Tie.objects.get(case=third)
    assert (row.lead_id, row.by_rule, row.made_by) == (lead.id, True, "system:ties")
    assert not Tie.objects.filter(case=file("73", days=5, lit_on="2026-6-1"))
    assert not Tie.objects.filter(case=file("73", days=40))


def test_all_are_answered_at_once_each_with_its_own_notice(accepted, handler, now):
    lead = accepted("71")
    cases = [accepted(str(account), lit_on=f"2026-5-{account - 70}") for account in (72, 73)]
    for case in cases:
        join(case, lead, handler, now)
    both = doing(handler, now, reason="a storm") | {"key": "k"}
    (batch,) = acts.answer_joined(lead.id, "request_supplement", **both)
    acts.go_on_with_many(batch.id, scope=handler.scope, now=now)
    assert acts.answer_joined(lead.id, "request_supplement", **both) == (batch,)
    for case in cases:
        case.refresh_from_db()
        assert case.state == "supplement"
        assert case.events.last().reason == "a storm"
    lead.refresh_from_db()
    assert lead.state == "accepted"


def test_a_case_belongs_to_one_incident_and_leads_none_beside(accepted, handler, decider, now):
    lead, one, other = accepted("71"), accepted("72"), accepted("73")
    first = join(one, lead, handler, now, key="k")
    assert join(one, lead, handler, now).pk == first.pk == join(one, lead, handler, now, key="k").pk
    for case, into, code in (
        (one, other, "joined_already"),
        (other, one, "lead_is_led"),
        (lead, other, "leads_others"),
        (other, other, "same_case"),
    ):
        with pytest.raises(Refused) as found:
            join(case, into, handler, now)
        assert found.value.code == code
    with pytest.raises(Refused) as found:
        acts.merge_case(lead.id, other.number, **doing(handler, now, expected_version=2))
    assert found.value.code == "leads_others"
    with pytest.raises(Refused) as found:
        acts.answer_joined(other.id, "refuse", **doing(handler, now, key="x"))
    assert found.value.code == "leads_none"
    acts.leave_incident(one.id, **doing(handler, now))
    assert acts.leave_incident(one.id, **doing(handler, now)).ended_at is not None
    assert reads.ties_of(handler.scope, lead.id, on=now.date()).joined == ()
    with pytest.raises(Refused) as found:
        acts.leave_incident(other.id, **doing(handler, now))
    assert found.value.code == "not_joined"
    decider.fire(one, "refuse", now, reason="no")
    with pytest.raises(Refused) as found:
        join(one, other, handler, now)
    assert found.value.code == "case_closed"


def test_the_party_is_told_of_its_earlier_case_before_it_submits(file, tied, now):
    first = file("71")
    draft = fill(now, by=Actor("71"), account_id="71", name="移动灯 一号")
    assert [case.number for case in reads.alike_before(ANNA, draft.id, now=now)] == [first.number]
    assert reads.alike_before(ANNA, draft.id, now=now + timedelta(days=61)) == ()
    other = fill(now, by=Actor("72"), account_id="72")
    assert reads.alike_before(BORIS, other.id, now=now) == ()
    with pytest.raises(NotFound):
        reads.alike_before(BORIS, draft.id, now=now)
    nobody = fill(now)
    assert reads.alike_before(Scope("public"), nobody.id, now=now) == ()


def test_the_desk_is_told_which_cases_are_alike_and_why(file, handler, now):
    first, second, stranger = file("71"), file("71", days=2), file("72", days=3)
    found = reads.ties_of(handler.scope, second.id, on=now.date()).alike
    assert [(one.number, one.is_earlier, [field.id for field in one.fields]) for one in found] == [
        (first.number, True, ["name"]),
        (stranger.number, False, ["number", "name"]),
    ]
    assert reads.ties_of(ANNA, second.id, on=now.date()).alike == ()
    assert tied_among([second.id])[second.id] == ("alike",)


@pytest.mark.parametrize("channel", ["portal", "api", "window", "open311"])
def test_every_way_by_which_a_case_begins_is_looked_at(file, now, channel):
    file("71")
    draft = fill(now, by=Actor("71"), account_id="71")
    type(draft).objects.filter(pk=draft.pk).update(channel=channel)
    case = acts.submit(draft.id, by=Actor("71"), now=now)
    assert Likeness.objects.filter(case=case).count() == 1


def test_a_case_that_another_opens_is_looked_at_too(file, now):
    first = file("71")
    data = {name: value for name, value in first.data.items() if name != "plan"}
    opened = open_with(first, first.declaration_hash, data, by=Actor("11"), now=now)
    assert Likeness.objects.get(case=opened).earlier_id == first.id


def test_what_is_said_of_two_is_kept_and_told_in_both(file, handler, decider, now):
    first, second, third = file("71"), file("71"), file("72", name="another")
    said = doing(handler, now) | {"reason": "another lamp post"}
    row = acts.say_likeness(second.id, first.number, is_same=False, **said)
    assert (row.says, row.reason) == ("other", "another lamp post")
    assert acts.say_likeness(second.id, first.number, is_same=False, **said).entry == row.entry
    assert second.id not in tied_among([second.id])
    for case, earlier, officer, error in (
        (second, first, decider, Refused),
        (second, third, handler, NotFound),
        (second, first, Officer("9", "handler", "elsewhere"), NotFound),
    ):
        with pytest.raises(error):
            acts.say_likeness(case.id, earlier.number, is_same=True, **doing(officer, now))


def test_merging_two_that_are_alike_says_that_they_are_the_same(file, handler, now):
    first, second = file("71"), file("71")
    acts.merge_case(second.id, first.number, **doing(handler, now, expected_version=1))
    assert Likeness.objects.get().says == "same"
    acts.undo_merge(second.id, **doing(handler, now))
    assert Likeness.objects.get().says == ""


def test_marks_say_nothing_of_what_was_entered_and_go_with_the_case(file, handler, now):
    case = file("71")
    assert Mark.objects.filter(case=case).count() == 3
    assert all(len(one.mark) == 64 for one in Mark.objects.all())
    second = file("71")
    acts.say_likeness(second.id, case.number, is_same=False, **doing(handler, now))
    second = acts.fire(second.id, "withdraw", by=Actor("71"), scope=ANNA, now=now, expected_version=1)
    acts.tidy(now + timedelta(days=366 * 11))
    assert not Mark.objects.filter(case=second).exists()
    assert Likeness.objects.get().reason == ""
    assert Case.objects.get(pk=second.pk).erased_at is not None
