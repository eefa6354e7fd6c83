"""A village explained: the same numbers as the parts give one by one, and what is said where something is missing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.budgets import Receiver
from amur.methods.coverage.definitions import SignalAt
from amur.methods.coverage.villages import Place
from amur.methods.explaining import Question, Terms, explain
from amur.methods.propagation import itm, p1812
from amur.methods.terrain import heights_at, profiles, warped
from tests.methods.explaining.worlds import EDGE, GEOD, NEAR_SITE, SITE, antennas, north_of, question, terrain


@pytest.fixture(scope="module")
def behind():
    return explain(question(), "v")


def test_the_ridge_between_is_found_where_it_stands(behind):
    (way,) = behind.ways
    assert (way.state, way.site) == ("blocked", "A")
    assert way.km == pytest.approx(8.0, abs=1e-6)
    ridge = way.ridge
    assert 3.6 < ridge.km < 4.4
    assert ridge.height_m == pytest.approx(270.0)
    _, _, metres = GEOD.inv(*SITE, ridge.longitude, ridge.latitude)
    assert metres / 1000 == pytest.approx(ridge.km, abs=1e-6)
    assert float(heights_at(terrain(), np.array([[ridge.longitude, ridge.latitude]]))[0]) == pytest.approx(270, abs=0.1)
    line = 180 + (151.5 - 180) * ridge.km / way.km
    assert ridge.over_m == pytest.approx(
        270 + 1e6 * ridge.km * (way.km - ridge.km) / (2 * behind.terms["earth_m"]) - line
    )
    assert ridge.free_share == pytest.approx(-ridge.over_m / ridge.zone_m)


def test_both_models_say_what_they_say_when_they_are_asked_directly(behind):
    (way,) = behind.ways
    far = north_of(SITE, 8.0)
    paths = profiles(terrain(), np.array([SITE]), np.array([far]), spacing_m=100.0)
    middle = (SITE[1] + far[1]) / 2
    first = p1812.losses(
        paths,
        p1812.Inputs(
            frequency_ghz=1.85, antenna_t_m=30.0, antenna_r_m=1.5, latitude_deg=middle, refractivity_n0=320.0,
            delta_n=45.0,
        ),
    ).loss_db[0]  # fmt: skip
    told = itm.Inputs(frequency_mhz=1850.0, transmitter_m=30.0, receiver_m=1.5, n_0=320.0)
    second = itm.losses(paths, told).loss_db[0]
    assert (way.loss_db, way.itm_loss_db) == (pytest.approx(first, abs=1e-3), pytest.approx(second, abs=1e-6))
    assert way.difference_db == pytest.approx(second - first, abs=1e-3)
    assert sum(way.parts_db.values()) == pytest.approx(way.loss_db)
    assert way.parts_db["diffraction"] > way.ridge.edge_db - 1


def test_the_budget_ends_at_the_edge_and_before_it_at_the_median(behind):
    (way,) = behind.ways
    start = 46 - 10 * math.log10(1200) - 2 + 15
    assert way.median_dbm == pytest.approx(start - way.loss_db, abs=0.01)
    assert way.median_dbm == pytest.approx(sum(one.adds_db for one in way.terms[:-1]))
    deviation = float(p1812.location_deviations_db(1.85, terrain().resolution_m))
    assert way.edge_dbm == pytest.approx(way.median_dbm - 1.2815516 * deviation, abs=1e-4)
    (point,) = behind.points
    assert (point.median_dbm, point.edge_dbm) == (pytest.approx(way.median_dbm), pytest.approx(way.edge_dbm))
    assert way.itm_median_dbm == pytest.approx(way.median_dbm - way.difference_db)


def test_what_is_around_the_phone_counts_in_the_budget_and_in_the_signal(behind):
    indoors = Terms(receiver=Receiver(penetration_db=12, clutter_db=5, body_db=3, probability=0.95), deviation_db=8)
    found = explain(question(), "v", indoors)
    assert found.ways[0].median_dbm == pytest.approx(behind.ways[0].median_dbm - 20)
    assert found.points[0].median_dbm == pytest.approx(found.ways[0].median_dbm)
    assert found.ways[0].edge_dbm == pytest.approx(found.ways[0].median_dbm - 1.6448536 * 8)
    assert found.points[0].edge_dbm == pytest.approx(found.ways[0].edge_dbm)


def test_levels_spread_over_places_as_the_square_that_is_said_has_it():
    found = explain(question(), "v", Terms(place_m=50.0)).points[0]
    deviation = float(p1812.location_deviations_db(1.85, 50.0))
    assert found.median_dbm - found.edge_dbm == pytest.approx(1.2815516 * deviation, abs=1e-4)


def test_each_definition_says_what_it_says_and_why_in_both_languages(behind):
    said = {one.definition: one for one in behind.answers}
    assert [one.answer for one in behind.answers] == ["not covered"] * 3
    assert said["near"].why == {
        "zh": "最近的基站在 8.00 公里外，太远",
        "en": "the nearest site is 8.00 km away, too far",
    }
    assert said["edge"].why["en"] == f"the committee has {behind.points[0].edge_dbm:.1f} dBm, too weak"
    assert "；" in said["rule"].why["zh"]
    assert {*said["rule"].source.values()} == {"a rule made up for tests"}
    assert behind.unmet == ("near", "edge", "rule")


def test_the_point_that_is_worst_off_is_looked_at_and_another_may_be_asked_for():
    near, far = north_of(SITE, 2.0), north_of(SITE, 8.0)
    places = [Place("v", "committee", near[1], near[0]), Place("v", "school", far[1], far[0])]
    asked = question(places=places)
    assert explain(asked, "v").subject.point == 1
    assert explain(asked, "v", point="committee").subject.point == 0
    assert explain(asked, "v", point="2").ways[0].km == pytest.approx(8.0)
    with pytest.raises(AmurError, match="has no point 'clinic'; it has 1 committee, 2 school"):
        explain(asked, "v", point="clinic")


def test_the_best_sites_are_shown_first_and_the_nearest_is_always_among_them():
    east = [north_of(SITE, km, bearing=90.0) for km in (1.0, 2.0, 3.0)]
    masts = antennas(*((f"E{at}", *place, 40.0) for at, place in enumerate(east)), ("A", *SITE, 2.0))
    found = explain(question(sites=masts), "v", Terms(sites=2))
    assert [one.site for one in found.ways] == ["E0", "A"]
    assert (found.nearest_site, round(found.nearest_km, 3)) == ("A", 8.0)
    assert found.ways[0].median_dbm > found.ways[1].median_dbm


def test_the_strongest_antenna_of_a_site_stands_for_it():
    both = antennas(("A", *SITE, 30.0), ("A", *SITE, 30.0), azimuths_deg=[180.0, 10.0])
    (way,) = explain(question(sites=both), "v").ways
    assert way.antenna == 3
    assert {one.name: one.adds_db for one in way.terms}["pattern of the antenna"] == pytest.approx(-0.29, abs=0.02)


def test_ground_in_metres_says_the_same_as_ground_in_degrees():
    found = explain(question(ground=warped(terrain(), "EPSG:32652", 150.0)), "v")
    (way,) = found.ways
    (plain,) = explain(question(), "v").ways
    assert way.ridge.km == pytest.approx(plain.ridge.km, abs=0.2)
    assert way.loss_db == pytest.approx(plain.loss_db, abs=1.0)


def test_a_hole_on_the_way_is_told_with_its_place_and_the_answer_is_not_known():
    found = explain(question(ground=terrain(holes=[(40, 100)])), "v")
    (way,) = found.ways
    assert (way.state, way.loss_db, way.profile) == ("unknown", None, None)
    assert "no height is known 7." in way.unknown["en"]
    assert found.points[0].median_dbm is None
    assert [one.answer for one in found.answers] == ["not covered", "not known", "not known"]
    assert any("Of site A the signal is not known" in one["en"] for one in found.notes)


def test_a_site_beyond_the_terrain_is_told_and_another_may_be_stronger():
    out = north_of(SITE, 25.0, bearing=180.0)
    found = explain(question(sites=antennas(("A", *SITE, 30.0), ("far", *out, 30.0)), ground=terrain()), "v",
                    Terms(reach_km=40))  # fmt: skip
    assert [one.state for one in found.ways] == ["blocked", "unknown"]
    assert "the way leaves the terrain 0.0 km from the site" in found.ways[1].unknown["en"]
    assert found.points[0].is_at_least
    assert [one.answer for one in found.answers] == ["not covered", "not known", "not known"]
    assert any(one["en"].endswith("what is not reached without them is not known: far.") for one in found.notes)
    assert found.remedies[-1].kind == "satellite"


def test_a_village_without_a_site_in_reach_has_no_signal_and_is_told_how_far_the_nearest_is():
    found = explain(question(), "v", Terms(reach_km=5))
    assert (found.ways, found.points[0].median_dbm) == ((), -math.inf)
    assert found.answers[1].why == {
        "zh": "附近没有基站的信号到达村委会",
        "en": "no site within reach sends a signal to the committee",
    }
    assert found.answers[0].why["en"] == "the nearest site is 8.00 km away, too far"
    assert any(one["en"] == "No site stands within 5 km; the nearest is 8.0 km away." for one in found.notes)
    assert {one.kind for one in found.remedies} == {"site", "satellite"}


def test_a_village_beside_the_mast_is_in_free_space():
    close = north_of(SITE, 0.1)
    found = explain(question(places=[Place("v", "committee", close[1], close[0])]), "v")
    (way,) = found.ways
    slant = math.hypot(100.0, 28.5) / 1000
    assert (way.state, way.profile) == ("near", None)
    assert way.loss_db == pytest.approx(20 * math.log10(1850) + 20 * math.log10(slant) + 32.4)
    assert way.itm_loss_db == way.loss_db


def test_a_phone_under_the_antenna_is_no_infinite_signal():
    low = antennas(("A", *SITE, 1.5))
    found = explain(question(sites=low, places=[Place("v", "committee", SITE[1], SITE[0])]), "v")
    assert found.ways[0].median_dbm < 0


def test_an_unknown_village_is_told_with_the_names_most_like_it():
    there = [Place(one, "committee", 45.7, 126.6) for one in ("230102001", "230102002", "230102003")]
    asked = question(places=there, names={"230102001": "向阳村", "230102002": "红旗村", "230102003": "向阳村"})
    assert explain(asked, "红旗村").subject.id == "230102002"
    with pytest.raises(AmurError, match=r"there is no village '向前村'; the nearest are .*向阳村"):
        explain(asked, "向前村")
    with pytest.raises(AmurError, match=r"2 villages are called 向阳村: 230102001 \(county 230102\), 230102003"):
        explain(asked, "向阳村")
    with pytest.raises(AmurError, match="there is no village 'zzz'; there are 3 others"):
        explain(asked, "zzz")


def test_a_village_of_which_no_place_is_known_is_told():
    asked = question()
    lost = replace(asked.villages, ids=np.array(["v", "w"]), counties=np.array(["1", "1"]),
                   households=np.ones(2), people=np.ones(2), has_none=np.zeros((2, 4), bool))  # fmt: skip
    with pytest.raises(AmurError, match="village w has no point"):
        explain(replace(asked, villages=lost), "w")


@pytest.mark.parametrize(
    ("what", "said"),
    [({"antennas": antennas()}, "there are no sites"), ({"definitions": ()}, "there are no definitions")],
)
def test_a_question_that_lacks_something_is_refused(what, said):
    asked = question()
    parts = {"terrain": asked.terrain, "antennas": asked.antennas, "villages": asked.villages,
             "definitions": asked.definitions}  # fmt: skip
    with pytest.raises(AmurError, match=said):
        Question(**{**parts, **what})


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"reach_km": 0}, "reach_km is 0, not 0.5 to 200"),
        ({"receiver_m": 0.2}, "receiver_m is 0.2"),
        ({"highest_m": math.nan}, "highest_m is nan"),
        ({"new_mast_m": 900}, "new_mast_m is 900, not 1 to 400"),
    ],
)
def test_terms_out_of_their_range_are_refused(terms, said):
    with pytest.raises(AmurError, match=said):
        Terms(**terms)


def test_an_antenna_that_sends_higher_than_any_model_knows_is_told_by_its_row_where_it_counts():
    high = antennas(("A", *SITE, 30.0), ("B", *SITE, 30.0), frequencies_mhz=[1850.0, 6700.0])
    with pytest.raises(AmurError, match=r"sites, row 3: B sends at 6700 MHz, and ITU-R P.1812 ends at 6000"):
        explain(question(sites=high), "v")
    far = antennas(("A", *SITE, 30.0), ("B", 100.0, 30.0, 30.0), frequencies_mhz=[1850.0, 6700.0])
    assert explain(question(sites=far), "v").ways[0].site == "A"


def test_simulated_and_coarse_ground_says_so():
    ground = replace(terrain(), is_simulated=True, filled=7, notes=("a note of the file",))
    found = explain(
        replace(
            question(ground=ground),
            simulated=(Text(zh="基站：模拟", en="sites: made up"),),
            notes=(Text(zh="一句话", en="a word"),),
        ),
        "v",
    )
    assert [one["en"] for one in found.simulated] == [
        "Heights between measurements were made up by chance.",
        "sites: made up",
    ]
    assert found.simulated[1]["zh"] == "基站：模拟"
    said = [one["en"] for one in found.notes]
    assert {"zh": "一句话。", "en": "A word."} in found.notes
    assert any(one.startswith("7 holes") for one in said)
    assert "a note of the file" in said


def test_a_village_that_all_definitions_cover_needs_no_remedy():
    close = north_of(SITE, 1.0)
    asked = question(places=[Place("v", "committee", close[1], close[0])], definitions=(NEAR_SITE, EDGE))
    found = explain(asked, "v")
    assert (found.remedies, found.chosen, found.for_all) == ((), {}, None)


def test_several_villages_are_judged_each_by_its_own_points():
    near, far = north_of(SITE, 1.0), north_of(SITE, 8.0)
    places = [Place("w", "committee", near[1], near[0]), Place("v", "committee", far[1], far[0])]
    strict = SignalAt("strict", "made up for tests", -100.0, 0.5)
    asked = question(places=places, definitions=(strict,))
    assert [explain(asked, one).answers[0].answer for one in ("w", "v")] == ["covered", "not covered"]
