"""Until when a decision can be contested, whether it can at all, and what an event may mean for an appeal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.legal_time import Due
from amur.procedures.appeals.declarations import ON_MERITS, AppealPeriod
from amur.procedures.appeals.engine import clock_of, is_late, why_not_act, why_not_contest
from tests.procedures.contests import CONTESTED
from tests.procedures.samples import CALENDAR, LICENCE

DAYS = st.dates(date(2026, 1, 1), date(2026, 9, 1))


@given(DAYS, st.integers(1, 90))
def test_the_last_day_is_never_a_day_of_rest_and_never_too_soon(begun, days):
    due = clock_of(AppealPeriod(days=days, last_day="next_working_day"), begun).due(CALENDAR)
    assert due.on >= begun + timedelta(days=days)
    assert CALENDAR.is_working_day(due.on)
    assert not is_late(due, due.on)
    assert is_late(due, due.on + timedelta(days=1)) != due.provisional


def test_nobody_is_late_for_what_has_not_begun():
    assert not is_late(None, date(2030, 1, 1))
    assert not is_late(Due(date(2026, 1, 1), provisional=True), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("earlier", "code"),
    [
        ([], None),
        (["withdrawn"], None),
        ([""], "appeal_open"),
        (["changed"], "decision_gone"),
        (["upheld"], "appeal_judged"),
    ],
)
def test_a_decision_is_contested_once_at_a_time_and_judged_once(earlier, code):
    refusal = why_not_contest(CONTESTED.appeal, earlier)
    assert (refusal.code if refusal else None) == code
    again = CONTESTED.appeal.model_copy(update={"again": True})
    assert why_not_contest(again, ["upheld"]) is None


def test_what_no_procedure_hears_is_contested_elsewhere():
    assert why_not_contest(LICENCE.appeal, []).code == "appeal_elsewhere"


@pytest.mark.parametrize("act", ON_MERITS)
def test_a_late_appeal_is_not_judged_before_it_was_admitted(act):
    asked = {"suspends": "no", "is_late": True}
    assert why_not_act(act, is_admitted=False, **asked).code == "appeal_not_admitted"
    assert why_not_act(act, is_admitted=True, **asked) is None
    assert why_not_act("inadmissible", is_admitted=False, **asked) is None


@pytest.mark.parametrize(("suspends", "allowed"), [("on_order", True), ("yes", False), ("no", False)])
def test_only_where_the_law_leaves_it_to_the_body_does_it_order_a_suspension(suspends, allowed):
    found = why_not_act("suspended", suspends=suspends, is_late=False, is_admitted=True)
    assert (found is None) == allowed
