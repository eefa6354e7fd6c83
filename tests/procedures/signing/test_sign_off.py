"""A decision that is drafted, signed step by step, and happens with the last signature."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, Actor, Grant, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import reads as ledger
from amur.procedures import acts, reads
from amur.procedures.models import Case, CaseEvent, Decision
from amur.procedures.signing.models import SignOff, SignOffLine

pytestmark = pytest.mark.django_db
WHY = "It stands where ships see it."


def lines(draft):
    return [(line.verb, line.step, line.actor_id) for line in draft.lines.order_by("number")]


@pytest.mark.both
def test_the_last_signature_lets_it_happen_in_the_same_transaction(at_decision):
    office = at_decision()
    office.drafts(reason=WHY, extra={"term_years": "3"})
    assert (office.draft.step, office.draft.role) == ("chief", "chief")
    office.signs("chief", "lawyer")
    assert (Case.objects.get().state, Decision.objects.count()) == ("decide", 0)
    draft = office.signs("leader")
    case, decision = Case.objects.get(), Decision.objects.get()
    assert (case.state, case.data["term_years"]) == ("granted", 3)
    assert (decision.outcome, decision.reason, decision.by) == ("granted", WHY, "41")
    assert (draft.ended, draft.ended_at) == ("decided", office.now)
    event = CaseEvent.objects.get(case=case, event="grant")
    assert (event.actor_id, event.role) == ("41", "leader")
    entry = next(one for one in ledger.entries_of(SYSTEM, case.key_subject) if one.leaf == event.entry_hash)
    assert entry.body["signed"]["entries"] == [line.entry_hash for line in draft.lines.order_by("number")]


def test_nothing_that_needs_signatures_happens_without_them(at_decision):
    office = at_decision()
    with pytest.raises(Refused) as error:
        office["handler"].fire(office.case, "grant", office.now)
    assert error.value.code == "needs_sign_off"
    with pytest.raises(Refused) as error:
        office.drafts("request_supplement")
    assert error.value.code == "no_sign_off"


def test_a_step_of_another_body_sees_the_case_while_it_is_there_and_what_it_signed(at_decision):
    office = at_decision()
    lawyer = office["lawyer"].scope
    office.drafts()
    with pytest.raises(NotFound):
        reads.case_for_desk(lawyer, office.case.number)
    office.signs("chief")
    assert reads.case_for_desk(lawyer, office.case.number).case == office.case
    assert [one.draft.step for one in reads.waiting(lawyer, on=office.now.date()).rows] == ["legal"]
    office.signs("lawyer")
    assert reads.case_for_desk(lawyer, office.case.number).case == office.case
    assert reads.waiting(lawyer, on=office.now.date()).rows == ()


def test_a_returned_draft_is_drafted_again_and_everybody_signs_again(at_decision):
    office = at_decision()
    office.drafts(reason=WHY)
    office.signs("chief", "lawyer")
    office.acts(acts.return_draft, "leader", reason="Say more.")
    assert (office.draft.step, office.draft.role) == ("", "handler")
    office.drafts(reason="Much more.")
    office.signs("chief", "lawyer", "leader")
    assert Decision.objects.get().reason == "Much more."
    verbs = [verb for verb, _, _ in lines(office.draft)]
    assert verbs == ["drafted", "signed", "signed", "returned", "drafted", "signed", "signed", "signed"]


def test_a_draft_returns_to_a_step_that_it_came_through_and_goes_on_from_there(at_decision):
    office = at_decision()
    office.drafts()
    office.signs("chief", "lawyer")
    with pytest.raises(Invalid) as error:
        office.acts(acts.return_draft, "leader", reason="Look again.", to="council")
    assert "to" in error.value.fields
    office.acts(acts.return_draft, "leader", reason="Look again.", to="chief")
    assert office.draft.step == "chief"
    office.signs("chief", "lawyer", "leader")
    assert Case.objects.get().state == "granted"


def test_a_refusal_can_be_drafted_when_a_grant_came_back(at_decision):
    office = at_decision()
    office.drafts()
    office.acts(acts.return_draft, "chief", reason="It is not safe.")
    office.drafts("refuse", reason="It is not safe.")
    office.signs("chief", "lawyer", "leader")
    assert (Case.objects.get().state, Decision.objects.get().outcome) == ("refused", "refused")


def test_whoever_signs_may_change_the_draft_and_both_texts_stay(at_decision):
    office = at_decision()
    office.drafts(reason=WHY, extra={"term_years": "3"})
    office.acts(acts.sign_draft, "chief", reason="Shorter.", extra={"term_years": "5"}, remark="Too long.")
    line = SignOffLine.objects.get(verb="changed", case=office.case, sign_off=office.draft)
    assert (line.before, line.after, line.text, line.changes) == (WHY, "Shorter.", "Too long.", {"term_years": [3, 5]})
    office.signs("lawyer", "leader")
    assert (Decision.objects.get().reason, Case.objects.get().data["term_years"]) == ("Shorter.", 5)


def test_a_change_that_changes_nothing_is_a_signature(at_decision):
    office = at_decision()
    office.drafts(reason=WHY)
    office.acts(acts.sign_draft, "chief", reason=WHY)
    assert lines(office.draft)[-1][0] == "signed"


def test_nobody_signs_what_changed_after_they_saw_it(at_decision):
    office = at_decision()
    office.drafts()
    office.signs("chief")
    seen = office.draft.version
    office.acts(acts.return_draft, "lawyer", reason="Look again.", to="chief")
    office.acts(acts.sign_draft, "chief", reason="Other words.")
    with pytest.raises(Conflict) as error:
        office.acts(acts.sign_draft, "lawyer", expected_version=seen)
    assert error.value.details["version"] == office.draft.version


def test_nobody_takes_two_steps_of_one_chain(at_decision, offices):
    office = at_decision()
    office.drafts()
    both = offices["chief"]
    both.scope = type(both.scope)("office", "11", grants=(*offices["handler"].scope.grants, *both.scope.grants))
    both.by = offices["handler"].by
    with pytest.raises(Refused) as error:
        office.acts(acts.sign_draft, "chief")
    assert (error.value.code, error.value.details["taken"]) == ("separation_of_duties", "")


def test_a_step_is_kept_from_whoever_did_what_it_names(at_decision, offices):
    office = at_decision()
    handler = offices["handler"]
    deputy = type(handler)("11", "lawyer", "law_bureau")
    office.people["deputy"], office.people["second"] = deputy, type(handler)("12", "handler")
    office.drafts(who="second")
    office.signs("chief")
    with pytest.raises(Refused) as error:
        office.acts(acts.sign_draft, "deputy")
    assert error.value.details["earlier"] == "accept"


@pytest.mark.parametrize("who", ["leader", "far_chief", "handler"])
def test_only_the_office_whose_turn_it_is_signs(who, at_decision):
    office = at_decision()
    office.drafts()
    with pytest.raises((Refused, NotFound)):
        office.acts(acts.sign_draft, who)
    assert office.draft.step == "chief"


def test_the_same_key_again_does_nothing_more(at_decision):
    office = at_decision()
    first = office.drafts(key="a")
    assert office.drafts(key="a") == first
    office.acts(acts.sign_draft, "chief", key="b")
    office.acts(acts.sign_draft, "chief", key="b", expected_version=0)
    assert [verb for verb, _, _ in lines(office.draft)] == ["drafted", "signed"]


def test_one_draft_of_a_chain_is_under_way_at_a_time(at_decision):
    office = at_decision()
    office.drafts()
    with pytest.raises(Conflict) as error:
        office.drafts("refuse", reason="No.")
    assert error.value.code == "under_way"
    with pytest.raises(Conflict) as error:
        office.drafts(expected_version=1)
    assert error.value.code == "stale"


def test_a_case_that_moves_sends_the_draft_back_to_its_drafter(office):
    office = office()
    handler, now = office["handler"], office.now
    case = handler.fire(office.case, "ask", now)
    office.drafts("water_answers")
    handler.fire(case, "fire_answers", now)
    draft = office.draft_of("water")
    assert (draft.step, draft.ended_at, lines(draft)[-1][0]) == ("", None, "overtaken")
    with pytest.raises(Refused) as error:
        office.acts(acts.sign_draft, "chief", chain="water")
    assert error.value.code == "with_the_drafter"
    office.drafts("water_answers")
    office.signs("chief", chain="water")
    assert Case.objects.get().state == "decide"


def test_what_nothing_is_left_of_ends(at_decision):
    office = at_decision()
    office.drafts()
    office["handler"].fire(Case.objects.get(), "request_supplement", office.now, reason="A plan.")
    assert (office.draft.ended, office.draft.ended_at) == ("void", office.now)
    with pytest.raises(Refused) as error:
        office.signs("chief")
    assert error.value.code == "not_under_way"


def test_a_draft_is_given_up_by_whoever_drafts(at_decision):
    office = at_decision()
    office.drafts()
    with pytest.raises(Refused) as error:
        office.acts(acts.withdraw_draft, "handler", reason="Not now.")
    assert error.value.code == "with_others"
    office.acts(acts.return_draft, "chief", reason="Not yet.")
    with pytest.raises(Refused):
        office.acts(acts.withdraw_draft, "chief", reason="Not now.")
    office.acts(acts.withdraw_draft, "handler", reason="Not now.", key="w")
    office.acts(acts.withdraw_draft, "handler", reason="Not now.", key="w")
    assert office.draft.ended == "withdrawn"
    office.drafts()
    assert SignOff.objects.filter(chain="decision").count() == 2


def test_the_holder_is_urged_once_a_day_by_those_before(at_decision):
    office = at_decision()
    office.drafts()
    office.signs("chief")
    office.acts(acts.urge_draft, "handler", remark="Please.", key="u")
    office.acts(acts.urge_draft, "handler", remark="Please.", key="u")
    with pytest.raises(Refused) as error:
        office.acts(acts.urge_draft, "handler")
    assert error.value.code == "urged_today"
    office.acts(acts.urge_draft, "chief")
    office.acts(acts.urge_draft, "handler", now=office.now + timedelta(days=1))
    with pytest.raises(Refused) as error:
        office.acts(acts.urge_draft, "other_chief")
    assert error.value.code == "no_part"
    assert [one.urged for one in reads.waiting(office["lawyer"].scope, on=office.now.date()).rows] == [3]
    office.acts(acts.return_draft, "lawyer", reason="Again.")
    with pytest.raises(Refused) as error:
        office.acts(acts.urge_draft, "handler", now=office.now + timedelta(days=2))
    assert error.value.code == "holds_it"


def test_a_step_has_its_time_and_is_late_after_it(at_decision):
    office = at_decision()
    office.drafts()
    due = office.draft.due_on
    chief = office["chief"].scope
    assert [one.is_late for one in reads.waiting(chief, on=due).rows] == [False]
    assert [one.is_late for one in reads.waiting(chief, on=due + timedelta(days=1)).rows] == [True]


def test_a_lapsed_clock_comes_before_a_signature_and_the_clock_runs_on(at_decision):
    office = at_decision()
    run = office.case.clock_runs.get(clock="decision")
    office.drafts()
    office.signs("chief", now=office.now + timedelta(days=3))
    assert (run.paused_on, run.ended_on) == (None, None)
    run.refresh_from_db()
    assert (run.paused_on, run.ended_on) == (None, None)


def test_what_a_chain_decided_was_done_by_all_who_had_a_part(at_decision):
    from amur.procedures.facts import actors_of

    office = at_decision()
    office.drafts()
    office.signs("chief", "lawyer", "leader")
    assert actors_of(office.case, ["grant"])["grant"] == {"11", "21", "31", "41"}


def test_whoever_stepped_back_signs_no_more_and_nothing_waits_for_them(at_decision):
    office = at_decision()
    office.drafts()
    chief = office["chief"]
    acts.step_back(office.case.id, by=chief.by, scope=chief.scope, now=office.now, reason="my cousin's")
    with pytest.raises((Refused, NotFound)):
        office.signs("chief")
    assert reads.waiting(chief.scope, on=office.now.date()).rows == ()
    office.signs("other_chief")
    assert office.draft.step == "legal"


def test_a_stand_in_signs_in_the_office_of_another(at_decision):
    office = at_decision()
    office.drafts()
    lent = Grant("chief", "bureau", "230000", procedure="licence", holder="21")
    stand_in = Scope("office", "71", grants=(lent,))
    assert len(reads.waiting(stand_in, on=office.now.date()).rows) == 1
    draft = acts.sign_draft(
        office.case.id, "decision", by=Actor("71"), scope=stand_in, now=office.now, expected_version=1
    )
    assert draft.step == "legal"
    entry = ledger.entries_of(SYSTEM, office.case.key_subject)[-1]
    assert (entry.act["actor_id"], entry.act["on_behalf_of"], entry.act["role"]) == ("71", "21", "chief")
