"""A collective discussion: who votes, when it may be closed, what it decides, and that dissent stays."""

from __future__ import annotations

import pytest

from amur.base.faults import Invalid, Refused
from amur.procedures import acts, reads
from amur.procedures.models import Case

pytestmark = pytest.mark.django_db
LARGE = {"watts": "900"}


@pytest.fixture
def before_council(at_decision):
    """Return the office of a large matter that everybody but the council has signed."""
    office = at_decision(**LARGE)
    office.drafts(reason="It is needed.")
    office.signs("chief", "lawyer", "leader")
    assert (office.draft.step, Case.objects.get().state) == ("council", "decide")
    return office


def votes(office, **choices):
    for who, choice in choices.items():
        office.acts(acts.vote_on_draft, who, choice=choice, remark="Too bright." if choice == "against" else "")


def closes(office, who="one", minutes="We met and talked."):
    return office.acts(acts.conclude_vote, who, minutes=minutes)


@pytest.mark.both
def test_what_the_council_carries_happens_with_its_minutes(before_council):
    votes(before_council, one="for", two="against", three="for")
    draft = closes(before_council)
    assert (Case.objects.get().state, draft.ended) == ("granted", "decided")
    said = [(line.actor_id, line.choice, line.text) for line in draft.lines.filter(step="council").order_by("number")]
    assert said == [
        ("51", "for", ""),
        ("52", "against", "Too bright."),
        ("53", "for", ""),
        ("51", "carried", "We met and talked."),
    ]


def test_what_it_does_not_carry_goes_back_to_the_drafter(before_council):
    votes(before_council, one="for", two="abstain")
    draft = closes(before_council)
    assert (Case.objects.get().state, draft.step, draft.ended_at) == ("decide", "", None)
    assert draft.lines.latest("number").choice == "failed"


def test_it_is_not_closed_without_a_quorum(before_council):
    votes(before_council, one="for")
    with pytest.raises(Refused) as error:
        closes(before_council)
    assert error.value.details == {"cast": 1, "quorum": 2}


def test_each_member_votes_once_and_no_more_than_sit(before_council):
    votes(before_council, one="for")
    with pytest.raises(Refused) as error:
        votes(before_council, one="for")
    assert error.value.code == "voted"
    votes(before_council, two="for", three="for")
    with pytest.raises(Refused) as error:
        votes(before_council, four="for")
    assert error.value.code == "all_voted"


def test_a_dissent_says_why_and_a_vote_is_one_of_three(before_council):
    with pytest.raises(Invalid) as error:
        before_council.acts(acts.vote_on_draft, "one", choice="against")
    assert "remark" in error.value.fields
    with pytest.raises(Invalid) as error:
        before_council.acts(acts.vote_on_draft, "one", choice="maybe")
    assert "choice" in error.value.fields


def test_votes_count_for_the_draft_that_was_voted_on(before_council):
    votes(before_council, one="for")
    before_council.acts(acts.return_draft, "two", reason="Look again.", to="leader")
    before_council.signs("leader")
    votes(before_council, two="for")
    with pytest.raises(Refused) as error:
        closes(before_council, "two")
    assert error.value.details["cast"] == 1


def test_a_step_is_signed_or_voted_on_as_it_is_declared(before_council, at_decision):
    with pytest.raises(Refused) as error:
        before_council.signs("one")
    assert error.value.code == "by_vote"


def test_a_signature_is_no_vote(at_decision):
    office = at_decision()
    office.drafts()
    with pytest.raises(Refused) as error:
        office.acts(acts.vote_on_draft, "chief", choice="for")
    assert error.value.code == "not_by_vote"


def test_whoever_signed_a_step_has_no_vote(before_council, offices):
    leader = offices["leader"]
    before_council.people["also"] = type(leader)("41", "councillor")
    with pytest.raises(Refused) as error:
        votes(before_council, also="for")
    assert error.value.code == "separation_of_duties"


def seen_by(scope, office):
    views = reads.sign_offs(scope, office.case.id, now=office.now)
    return next(one for one in views if one.chain.id == "decision")


def test_what_waits_for_a_member_is_a_vote_until_they_gave_it(before_council):
    on, one = before_council.now.date(), before_council["one"].scope
    assert len(reads.waiting(one, on=on).rows) == 1
    view = seen_by(one, before_council)
    assert (view.may, view.tally.cast) == ({"vote", "return"}, 0)
    votes(before_council, one="for", two="for")
    view = seen_by(one, before_council)
    assert view.may == {"return", "conclude"}
    assert reads.waiting(one, on=on).rows == ()
