"""What a rule gives; held against what was paid in programmes that were published."""

from __future__ import annotations

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.methods.siting.subsidies import Rule, per_household, present_costs, subsidies


def test_years_at_the_border_are_more():
    given = subsidies(Rule(0.3, 6, 10), np.full(2, 200.0), np.full(2, 20.0), np.array([False, True]))
    assert given == pytest.approx([0.3 * 320, 0.3 * 400])


def test_the_share_of_a_province_that_was_published_is_that_of_the_rule():
    # 665 sites in Shandong: 75.07 million yuan from the central budget, at least 150 million from operators
    # (weishan.cc, 2022): a third, and the rule gives 30 % where it is told of all costs.
    central, operators = 75.07, 150.0
    share = central / (central + operators)
    assert 0.30 <= share <= 0.34
    a_site = (central + operators) / 665 * 1e6
    given = subsidies(Rule(0.3, 6, 10), np.array([a_site]), np.zeros(1), np.array([False]))[0]
    assert given == pytest.approx(central / 665 * 1e6, rel=0.15)


def test_a_cost_of_today_is_what_an_annuity_is_worth():
    # The factor of 6 years at 5 % is 5.0757, as tables of annuities print it.
    assert present_costs(np.zeros(1), np.ones(1), 6, 0.05) == pytest.approx([5.0757], abs=5e-5)
    assert present_costs(np.array([7.0]), np.ones(1), 0, 0.05) == pytest.approx([7.0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rule(1.3, 6, 10),
        lambda: Rule(0.3, -1, 10),
        lambda: Rule(0.3, 6, float("nan")),
        lambda: present_costs(np.zeros(1), np.zeros(1), -1, 0.0),
        lambda: present_costs(np.zeros(1), np.zeros(1), 1, -1.0),
    ],
)
def test_what_is_no_rule_is_refused(make):
    with pytest.raises(AmurError, match="found"):
        make()


def test_nobody_newly_reached_is_no_price():
    assert per_household(10.0, 0) is None
    # China Telecom in Heilongjiang: 398.346 million yuan for 1,515 villages (hljszw.org.cn, 2018).
    assert per_household(398_346_000, 1_515) == pytest.approx(262_935, abs=1)
