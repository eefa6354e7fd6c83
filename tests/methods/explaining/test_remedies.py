"""Remedies: that they suffice, that less does not, and that the cheapest is named where there are prices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import SignalAt, SiteWithin
from amur.methods.coverage.villages import Place
from amur.methods.explaining import Terms, costs_of, explain
from amur.methods.explaining.costs import cost_of
from amur.methods.explaining.placing import rings
from tests.methods.explaining.worlds import EDGE, GEOD, SITE, antennas, north_of, question, terrain

LOW = terrain(ridge_m=40)
HIGH = Terms(highest_m=120)
TENDER = {"source": "a tender made up for tests", "verified": False}
PRICES = {
    "currency": "CNY",
    "years": 10,
    "items": {
        "band": {"build": 60_000, "yearly": 2_000, **TENDER},
        "mast_metre": {"build": 4_000, **TENDER},
        "site": {"build": 300_000, "yearly": 10_000, **TENDER},
        "backhaul_km": {"build": 30_000, **TENDER},
        "satellite_household": {"build": 3_000, "yearly": 300, **TENDER},
    },
}


def of_kind(found, kind, name):
    return next((one for one in found.remedies if one.kind == kind and name in one.mends), None)


@pytest.fixture(scope="module")
def hindered():
    return explain(question(ground=LOW), "v", HIGH)


def masts_of(height, mhz=1850.0):
    return antennas(("A", *SITE, height), frequencies_mhz=mhz)


def answer(name, sites, ground=LOW, **said):
    found = explain(question(ground=ground, sites=sites, **said), "v", HIGH)
    return {one.definition: one.answer for one in found.answers}[name], found


@pytest.mark.parametrize("name", ["edge", "rule"])
def test_one_metre_less_of_a_mast_does_not_suffice(hindered, name):
    mast = of_kind(hindered, "mast", name)
    assert mast.raised_m == mast.height_m - 30 > 1
    enough, then = answer(name, masts_of(mast.height_m))
    assert enough == "covered"
    assert answer(name, masts_of(mast.height_m - 1))[0] == "not covered"
    assert mast.median_dbm == pytest.approx(then.points[0].median_dbm)
    assert mast.edge_dbm == pytest.approx(then.points[0].edge_dbm)
    assert mast.answers == {one.definition: one.answer for one in then.answers}


def test_the_signal_of_a_lower_band_is_that_of_antennas_of_that_band(hindered):
    band = of_kind(hindered, "band", "rule")
    said, then = answer("rule", masts_of(30.0, mhz=780.0))
    assert (said, band.raised_m, band.height_m) == ("covered", 0.0, 30.0)
    assert band.median_dbm == pytest.approx(then.points[0].median_dbm)


def test_a_band_and_a_mast_together_are_told_where_the_band_alone_is_not_enough():
    found = explain(question(ground=terrain(ridge_m=50)), "v", HIGH)
    assert of_kind(found, "band", "edge") is None
    both, mast = of_kind(found, "band_and_mast", "edge"), of_kind(found, "mast", "edge")
    assert 30 < both.height_m < mast.height_m
    ground = terrain(ridge_m=50)
    old = ("A", *SITE, both.height_m)
    assert answer("edge", antennas(old, old, frequencies_mhz=[1850.0, 780.0]), ground)[0] == "covered"
    less = ("A", *SITE, both.height_m - 1)
    assert answer("edge", antennas(less, less, frequencies_mhz=[1850.0, 780.0]), ground)[0] == "not covered"


def test_a_band_that_is_there_already_is_not_told_again():
    found = explain(question(ground=terrain(ridge_m=50), sites=masts_of(30.0, mhz=780.0)), "v", HIGH)
    assert {one.kind for one in found.remedies} == {"mast", "site", "satellite"}


@pytest.mark.parametrize("name", ["near", "edge", "rule"])
def test_a_new_site_suffices_when_it_is_built(hindered, name):
    new = of_kind(hindered, "site", name)
    _, _, away = GEOD.inv(*north_of(SITE, 8.0), new.longitude, new.latitude)
    _, _, join = GEOD.inv(*SITE, new.longitude, new.latitude)
    assert away <= 5000.001
    assert new.km == pytest.approx(join / 1000)
    both = antennas(("A", *SITE, 30.0), ("B", new.longitude, new.latitude, new.height_m))
    said, then = answer(name, both)
    assert said == "covered"
    assert then.points[0].median_dbm == pytest.approx(new.median_dbm, abs=0.01)


def test_of_new_sites_that_suffice_the_one_nearest_to_what_is_there_is_taken(hindered):
    new = of_kind(hindered, "site", "near")
    joins = []
    for lon, lat in rings(*north_of(SITE, 8.0), 5.0):
        _, _, metres = GEOD.inv(lon, lat, *north_of(SITE, 8.0))
        joins.append(GEOD.inv(*SITE, lon, lat)[2] if metres <= 5000.01 else np.inf)
    assert new.km == pytest.approx(min(joins) / 1000, abs=1e-3)


def test_places_for_sites_fill_the_disc():
    places = rings(126.0, 45.0, 5.0)
    _, _, metres = GEOD.inv(np.full(331, 126.0), np.full(331, 45.0), *places.T)
    assert (metres[0], metres.max()) == (0.0, pytest.approx(5000.0))
    assert (metres < 2500.1).mean() == pytest.approx(0.25, abs=0.03)


def test_no_new_site_stands_in_a_hole_or_beyond_the_terrain():
    heights = LOW.heights.copy()
    heights[:, :] = np.nan
    heights[39, 100] = 150.0
    found = explain(question(ground=replace(LOW, heights=heights)), "v", HIGH)
    assert "site" not in {one.kind for one in found.remedies}


def test_without_prices_what_builds_least_is_first_and_that_is_said(hindered):
    kinds = [one.kind for one in hindered.remedies]
    raised = [one.raised_m for one in hindered.remedies if one.kind not in {"site", "satellite"}]
    assert raised == sorted(raised)
    assert kinds.index("site") == len(raised)
    assert (kinds[0], kinds[-1]) == ("band", "satellite")
    assert [one.rank for one in hindered.remedies] == list(range(1, len(kinds) + 1))
    assert not hindered.has_costs
    assert any("which is no price" in one["en"] for one in hindered.notes)


def test_the_cheapest_that_suffices_is_named_for_each_definition():
    found = explain(question(ground=LOW), "v", HIGH, costs=costs_of(PRICES))
    for name in found.unmet:
        mends = {one.rank: one.cost.present for one in found.remedies if name in one.mends}
        assert found.chosen[name] == min(mends, key=mends.get)
    assert found.for_all.kind == "site"
    mast = of_kind(found, "mast", "edge")
    assert mast.cost.present == 4_000 * mast.raised_m
    assert (mast.cost.left_out, mast.cost.is_verified) == (("mast",), False)
    new = found.for_all
    assert new.cost.present == pytest.approx(300_000 + 10 * 10_000 + 30_000 * new.km)
    assert found.remedies[-1].cost.present == 40 * (3_000 + 10 * 300)
    said = {one["en"] for one in found.notes}
    assert "Price of each metre of a mast more: a tender made up for tests (not verified)." in said
    assert any(one["en"].startswith("Without a price, and so not counted: work on a mast") for one in found.notes)


def test_prices_change_what_is_chosen():
    dear = {**PRICES, "items": {**PRICES["items"], "band": {"build": 1e9, **TENDER}}}
    cheap = explain(question(ground=LOW), "v", HIGH, costs=costs_of(PRICES))
    other = explain(question(ground=LOW), "v", HIGH, costs=costs_of(dear))
    kinds = [found.remedies[found.chosen["rule"] - 1].kind for found in (cheap, other)]
    assert kinds == ["band", "mast"]
    assert "band" in other.remedies[-2].kind


def test_satellite_mends_no_definition_and_stays_where_nothing_else_does():
    impossible = SignalAt("impossible", "made up for tests", 0.0, 0.9)
    found = explain(question(definitions=(impossible,)), "v", HIGH)
    assert [one.kind for one in found.remedies] == ["satellite"]
    assert (found.chosen, found.for_all) == ({"impossible": None}, None)
    assert found.remedies[0].answers == {"impossible": "not covered"}


def test_a_mast_does_not_bring_a_site_nearer():
    far = SiteWithin("within", "made up for tests", 1.0)
    found = explain(question(definitions=(far,)), "v", HIGH)
    new, _ = found.remedies
    assert [one.kind for one in found.remedies] == ["site", "satellite"]
    _, _, metres = GEOD.inv(*north_of(SITE, 8.0), new.longitude, new.latitude)
    assert metres <= 1000.001


def test_all_points_of_a_village_have_to_be_mended():
    east = north_of(north_of(SITE, 8.0), 3.0, bearing=90.0)
    north = north_of(SITE, 8.0)
    places = [Place("v", "committee", north[1], north[0]), Place("v", "settlement", east[1], east[0], 30.0)]
    asked = question(ground=LOW, places=places, definitions=(EDGE,))
    mast = of_kind(explain(asked, "v", HIGH), "mast", "edge")
    alone = of_kind(explain(question(ground=LOW, definitions=(EDGE,)), "v", HIGH), "mast", "edge")
    assert mast.height_m > alone.height_m
    assert mast.weakest_dbm >= -105
    assert answer("edge", masts_of(mast.height_m - 1), places=places)[0] == "not covered"


def test_what_a_change_takes_away_is_counted():
    near, far = north_of(SITE, 1.0), north_of(SITE, 8.0)
    places = [Place("v", "committee", near[1], near[0]), Place("v", "settlement", far[1], far[0], 30.0)]
    only = SignalAt("only", "made up for tests", -116.0, 0.5, kinds=("settlement",))
    beam = {"verticals_deg": 2.0, "tilts_deg": 1.6}  # the committee lies in its middle, from 30 m
    asked = question(ground=LOW, sites=antennas(("A", *SITE, 30.0), **beam), places=places, definitions=(only,))
    before = explain(asked, "v", HIGH, point="committee")
    mast = of_kind(before, "mast", "only")
    raised = replace(asked, antennas=antennas(("A", *SITE, mast.height_m), **beam))
    after = explain(raised, "v", HIGH, point="committee")
    assert mast.median_dbm == pytest.approx(after.points[0].median_dbm)
    assert mast.median_dbm < before.points[0].median_dbm - 3


def test_a_single_metre_is_told_where_it_suffices(hindered):
    levels = [answer("edge", masts_of(height))[1].points[0].median_dbm for height in (30.0, 31.0)]
    just = SignalAt("just", "made up for tests", sum(levels) / 2, 0.5)
    found = explain(question(ground=LOW, definitions=(just,)), "v", HIGH)
    assert hindered.points[0].median_dbm == pytest.approx(levels[0])
    assert of_kind(found, "mast", "just").height_m == 31.0


@settings(max_examples=6)
@given(ridge=st.integers(5, 45), mhz=st.sampled_from([1850.0, 2600.0]))
def test_no_lower_whole_metre_suffices_whatever_the_ridge(ridge, mhz):
    ground = terrain(ridge_m=ridge)
    asked = question(ground=ground, sites=masts_of(20.0, mhz), definitions=(EDGE,))
    mast = of_kind(explain(asked, "v", Terms(highest_m=60, new_site_km=0.5)), "mast", "edge")
    if mast is None:
        return
    assert answer("edge", masts_of(mast.height_m, mhz), ground)[0] == "covered"
    assert answer("edge", masts_of(mast.height_m - 1, mhz), ground)[0] == "not covered"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "costs: found list"),
        ({"items": {"band": {}}}, "costs, currency: found None"),
        ({"currency": "CNY"}, "costs, items: found None, wanted some of band"),
        ({"currency": "CNY", "items": {"tower": {}}}, "costs, items: found tower; known are"),
        ({"currency": "CNY", "items": {"band": 5}}, "costs, band: found 5"),
        ({"currency": "CNY", "items": {"band": {"build": 5, "verified": True}}}, "costs, band, source: found None"),
        ({"currency": "CNY", "items": {"band": {"build": 5, "source": "x"}}}, "costs, band, verified: found None"),
        ({"currency": "CNY", "items": {"band": {"build": -5, **TENDER}}}, "costs, band, build: found -5"),
        ({"currency": "CNY", "items": {"band": {"build": True, **TENDER}}}, "costs, band, build: found True"),
        ({"currency": "CNY", "items": {"band": {"build": float("nan"), **TENDER}}}, "costs, band, build: found nan"),
        ({"currency": "CNY", "items": {"band": {**TENDER}}}, "costs, band: found neither build nor yearly"),
        ({"currency": "CNY", "items": {"band": {"price": 5, **TENDER}}}, "costs, band: found price; known are build"),
        ({**PRICES, "years": "ten"}, "costs, years: found 'ten'"),
        ({**PRICES, "colour": 1}, "costs: found colour"),
    ],
)
def test_costs_that_are_none_are_told_by_their_member(wrong, said):
    with pytest.raises(AmurError) as error:
        costs_of(wrong)
    assert str(error.value).startswith(said)


def test_a_remedy_whose_main_item_has_no_price_has_no_cost():
    prices = costs_of(PRICES)
    assert cost_of(prices, {"satellite": 1.0}) is None
    assert cost_of(None, {"band": 1.0}) is None
    assert cost_of(prices, {"band": 1.0, "mast": 1.0, "mast_metre": 0.0}).present == 80_000


def test_years_are_discounted_at_the_rate():
    found = cost_of(costs_of({**PRICES, "years": 2, "rate": 0.1}), {"band": 1.0})
    assert found.present == pytest.approx(60_000 + 2_000 / 1.1 + 2_000 / 1.21)
