"""Why there is no plan is told by codes, each with what fills its sentence."""

from __future__ import annotations

from string import Formatter

import pytest

from amur.methods.siting import Goal, NoPlan, Question, least_cost
from amur.methods.siting.inputs import candidates, places, reach
from amur.methods.siting.reasons import SAID, because


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_reason_says_each_of_its_values(code):
    names = {name for _, name, _, _ in Formatter().parse(SAID[code]) if name}
    reason = because(code, **{name: f"<{name}>" for name in names})
    assert (reason.code, set(reason.details)) == (code, names)
    assert all(f"<{name}>" in str(reason) for name in names)
    with pytest.raises(KeyError):
        because(code, **dict.fromkeys(sorted(names)[1:], "x")) if names else because("gone")


def test_several_reasons_are_told_one_by_one_and_in_one_sentence():
    question = Question(places([10, 30], ["a", "b"], must=[False, True]), candidates([1]), reach([[0], []], 1))
    with pytest.raises(NoPlan) as caught:
        least_cost(question, Goal(0.9, {"c": 0.5}))
    found = caught.value.reasons
    assert [one.code for one in found] == ["must_unreached", "share_unreachable", "floor_nowhere"]
    assert found[1].details == {"asked": "90.0", "all": "40", "most": "25.0"}
    assert str(caught.value) == f"there is no such plan: {'; '.join(map(str, found))}"


def test_of_many_places_the_first_are_named_and_the_others_counted():
    names = [f"village {name}" for name in "abcdefgh"]
    question = Question(places([1] * 8, must=[True] * 8, names=names), candidates([1]), reach([[]] * 8, 1))
    with pytest.raises(NoPlan) as caught:
        least_cost(question, Goal())
    (reason,) = caught.value.reasons
    assert (reason.code, reason.details) == ("many_must_unreached", {"places": ", ".join(names[:5]), "more": 3})


def test_households_of_a_province_are_not_rounded():
    question = Question(places([31_850_088, 1]), candidates([1]), reach([[], [0]], 1))
    with pytest.raises(NoPlan, match="of 31850089 households"):
        least_cost(question, Goal(0.5))
