"""How opinions are counted: the order says nothing, and more answers never take a quorum away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from amur.procedures.opinions.declarations import Choice, OpinionRound, Quorum
from amur.procedures.opinions.engine import Given, needed, tally
from tests.procedures.opinions.samples import EXPERTS, LAND

BODIES = ["a", "b", "c", "d", "e"]
ANSWERS = st.lists(
    st.builds(
        Given,
        st.sampled_from([*BODIES, "stranger"]),
        st.sampled_from(["agree", "conditions", "object"]),
        st.integers(1, 9),
        st.booleans(),
    ),
    unique_by=lambda one: (one.body, one.turn),
    max_size=12,
)
SILENCE = st.sampled_from(["none", "no_objection"])


@given(ANSWERS, st.randoms(use_true_random=False), SILENCE, st.booleans())
def test_the_order_of_answers_never_changes_the_result(answers, random, silence, closed):
    shuffled = [*answers]
    random.shuffle(shuffled)
    assert tally(BODIES, answers, 3, silence, closed=closed) == tally(BODIES, shuffled, 3, silence, closed=closed)


@given(ANSWERS, ANSWERS, st.integers(1, 5), SILENCE, st.booleans())
def test_an_answer_more_never_takes_a_quorum_away(answers, more, quorum, silence, closed):
    taken = {(one.body, one.turn) for one in answers}
    joined = [*answers, *(one for one in more if (one.body, one.turn) not in taken)]
    before = tally(BODIES, answers, quorum, silence, closed=closed)
    after = tally(BODIES, joined, quorum, silence, closed=closed)
    assert after.answered >= before.answered
    assert after.quorum_met >= before.quorum_met


@given(ANSWERS, st.integers(1, 5), SILENCE)
def test_every_asked_body_is_counted_once(answers, quorum, silence):
    found = tally(BODIES, answers, quorum, silence, closed=True)
    assert found.agree + found.conditions + found.objections + found.silent == len(BODIES)
    assert found.no_objection + found.objections + (0 if silence == "no_objection" else found.silent) == len(BODIES)
    still_open = tally(BODIES, answers, quorum, silence, closed=False)
    assert set(still_open.values) < set(found.values)
    assert still_open.quorum_met <= found.quorum_met


@given(st.integers(1, 200), st.integers(1, 100))
def test_a_share_asks_for_at_least_that_share_and_for_no_more_than_all(asked, share):
    least = needed(asked, share=share)
    assert least * 100 >= asked * share > (least - 1) * 100
    assert 1 <= least <= asked


@pytest.mark.parametrize("said", [{}, {"count": 2, "share": 50}])
def test_a_quorum_says_one_of_both(said):
    with pytest.raises(ValidationError, match="either count or share"):
        Quorum(**said)


def test_a_choice_asks_for_no_fewer_than_it_allows():
    with pytest.raises(ValidationError, match="least cannot be more than most"):
        Choice(field="x", least=3, most=2)


@pytest.mark.parametrize("said", [{"working_days": None}, {"days": 5}])
def test_a_round_says_how_long_in_one_way(said):
    with pytest.raises(ValidationError, match="either working_days or days"):
        OpinionRound.model_validate(LAND | said)


def test_a_choice_counts_as_the_fewest_that_it_allows():
    assert OpinionRound.model_validate(EXPERTS).fewest == 1
