"""Definitions of coverage: each as it is published, judged by brute force, and honest about what is not known."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import (
    COVERED,
    NOT_COVERED,
    NOT_KNOWN,
    AnyOf,
    SignalAt,
    SiteWithin,
    judged_ground,
    judged_villages,
    nearest_site_m,
)
from amur.methods.coverage.probabilities import Signal
from amur.methods.coverage.reasons import reasons_of, said
from amur.methods.coverage.villages import KINDS, Place, Points, villages

BUFFER = SiteWithin("buffer", "a planner", 5)
FOUR_PLACES = SignalAt("four_places", "a guide", -105, 0.5, KINDS, 20)
RULE = AnyOf("rule", "a guide", (BUFFER, FOUR_PLACES))
EDGE = SignalAt("edge", "a regulator", -105, 0.9, ("committee",))
ALL_FOUR = ("committee", "school", "clinic")


def points(*pairs):
    return Points(np.array([one for one, _ in pairs], float), np.array([other for _, other in pairs], float))


def village(*sizes, kinds=ALL_FOUR, without=()):
    """Return one village with a point of each kind, and settlements of sizes."""
    places = [Place("a", kind, 45, 126) for kind in kinds] + [Place("a", "settlement", 45, 126, one) for one in sizes]
    return villages(["a"], ["1"], [100], places, without=[("a", kind) for kind in without])


def dbm(*medians, sigma=0.0):
    return Signal(np.array(medians, float), np.full(len(medians), sigma))


def judge(definition, of, **given_):
    found = judged_villages([definition], of, **given_)[definition.id]
    return found.states[0], said(found.why()[0], "en")


NEAR, FAR = points((45.0, 126.05)), points((45.0, 126.5))


def test_a_village_is_within_reach_of_a_site_by_its_committee():
    assert judge(BUFFER, village(), sites=NEAR) == (COVERED, "the nearest site is 3.94 km away")
    assert judge(BUFFER, village(), sites=FAR) == (NOT_COVERED, "the nearest site is 39.42 km away, too far")


def test_without_any_site_nothing_is_near_one():
    assert judge(BUFFER, village(), sites=points()) == (NOT_COVERED, "there is no site")


def test_a_village_whose_committee_is_not_known_is_not_taken_for_covered():
    said = (NOT_KNOWN, "it is not known where the committee is")
    assert judge(BUFFER, village(kinds=("school",)), sites=NEAR) == said


def test_each_of_the_four_places_has_to_have_signal():
    assert judge(FOUR_PLACES, village(30), signal=dbm(-100, -101, -99, -104))[0] == COVERED
    for row in range(4):
        medians = [-100.0] * 4
        medians[row] = -106
        told = f"the {KINDS[row]} has -106.0 dBm, too weak"
        assert judge(FOUR_PLACES, village(30), signal=dbm(*medians)) == (NOT_COVERED, told)


def test_the_weakest_point_is_named():
    assert judge(FOUR_PLACES, village(30), signal=dbm(-100, -101, -104, -99))[1] == (
        "all points have signal, the clinic the weakest: -104.0 dBm"
    )
    assert (
        judge(FOUR_PLACES, village(30), signal=dbm(-100, -110, -120, -99))[1] == "the clinic has -120.0 dBm, too weak"
    )


def test_a_settlement_under_the_size_may_lack_signal_and_one_of_the_size_may_not():
    assert judge(FOUR_PLACES, village(30, 19), signal=dbm(-90, -90, -90, -90, -130))[0] == COVERED
    assert judge(FOUR_PLACES, village(30, 20), signal=dbm(-90, -90, -90, -90, -130))[0] == NOT_COVERED


def test_a_settlement_of_unknown_size_without_signal_leaves_it_open():
    assert judge(FOUR_PLACES, village(None), signal=dbm(-90, -90, -90, -130)) == (
        NOT_KNOWN,
        "a settlement without signal is of a size that is not known",
    )
    assert judge(FOUR_PLACES, village(None), signal=dbm(-90, -90, -90, -90))[0] == COVERED
    assert judge(FOUR_PLACES, village(None), signal=dbm(-90, -130, -90, -130))[0] == NOT_COVERED
    everywhere = SignalAt("all", "nobody", -105, 0.5)
    assert judge(everywhere, village(None), signal=dbm(-90, -90, -90, -130))[0] == NOT_COVERED


def test_a_school_that_nobody_knows_of_leaves_it_open_and_one_that_is_not_there_does_not():
    kinds = ("committee", "clinic")
    assert judge(FOUR_PLACES, village(30, kinds=kinds), signal=dbm(-90, -90, -90)) == (
        NOT_KNOWN,
        "it is not known where the school is, or whether there is one",
    )
    assert judge(FOUR_PLACES, village(30, kinds=kinds, without=["school"]), signal=dbm(-90, -90, -90))[0] == COVERED


def test_what_is_not_known_does_not_save_what_is_too_weak():
    of = village(30, kinds=("committee", "clinic"))
    assert judge(FOUR_PLACES, of, signal=dbm(-90, -130, -90)) == (NOT_COVERED, "the clinic has -130.0 dBm, too weak")
    assert judge(FOUR_PLACES, village(30), signal=dbm(-90, np.nan, -130, -90))[0] == NOT_COVERED


def test_a_signal_that_is_not_known_leaves_it_open():
    said = (NOT_KNOWN, "the signal at the school is not known")
    assert judge(FOUR_PLACES, village(30), signal=dbm(-90, np.nan, -90, -90)) == said


def test_a_point_that_no_site_reaches_is_told_as_such_and_not_by_a_number():
    told = (NOT_COVERED, "no site within reach sends a signal to the school")
    assert judge(FOUR_PLACES, village(30), signal=dbm(-90, -np.inf, -90, -90)) == told
    ground = judged_ground([EDGE], points((45, 126)), signal=dbm(-np.inf))["edge"]
    assert ground.why() == ["no_signal:point:"]


def test_a_village_of_which_nothing_is_asked_is_not_taken_for_covered():
    settlements = SignalAt("settlements", "nobody", -105, 0.5, ("settlement",), 20)
    said = (NOT_KNOWN, "there is nothing that had to have signal")
    assert judge(settlements, village(5), signal=dbm(-90, -90, -90, -90)) == said
    assert judge(settlements, village(without=["settlement"]), signal=dbm(-90, -90, -90)) == said
    empty = villages(["a"], ["1"], [1], [], without=[("a", kind) for kind in KINDS])
    assert judge(FOUR_PLACES, empty, signal=dbm()) == said


def test_of_the_villages_rule_either_half_is_enough():
    weak, strong = dbm(-130, -90, -90, -90), dbm(-90, -90, -90, -90)
    assert judge(RULE, village(30), sites=NEAR, signal=weak) == (COVERED, "the nearest site is 3.94 km away")
    assert judge(RULE, village(30), sites=FAR, signal=strong)[0] == COVERED
    assert judge(RULE, village(30), sites=FAR, signal=weak) == (
        NOT_COVERED,
        "the nearest site is 39.42 km away, too far; the committee has -130.0 dBm, too weak",
    )


def test_a_half_that_is_not_known_is_only_needed_where_the_other_does_not_decide():
    of = village(30, kinds=("committee", "clinic"))
    strong = dbm(-90, -90, -90)
    assert judge(RULE, of, sites=NEAR, signal=strong)[0] == COVERED
    assert judge(RULE, of, sites=FAR, signal=strong) == (
        NOT_KNOWN,
        "it is not known where the school is, or whether there is one",
    )


def test_the_edge_of_a_cell_asks_for_more_than_the_median():
    median = SignalAt("median", "nobody", -105, 0.5, ("committee",))
    said = dbm(-100, -90, -90, sigma=8.0)
    assert judge(median, village(), signal=said)[0] == COVERED
    assert judge(EDGE, village(), signal=said) == (NOT_COVERED, "the committee has -110.3 dBm, too weak")
    assert judge(EDGE, village(), signal=dbm(-94.7, -90, -90, sigma=8.0))[0] == COVERED


def test_a_signal_may_be_what_computes_it():
    asked = []

    def computed(at):
        asked.append(len(at))
        return dbm(*[-90.0] * len(at))

    found = judged_villages([EDGE, FOUR_PLACES], village(30), signal=computed)
    assert (found["edge"].states[0], found["four_places"].states[0], asked) == (COVERED, COVERED, [4])


def test_ground_is_judged_by_itself():
    ground = points((45.0, 126.0), (45.0, 126.5), (45.0, 127.0))
    found = judged_ground([RULE, BUFFER, EDGE], ground, sites=NEAR, signal=dbm(-130, -90, -130))
    assert found["rule"].states.tolist() == [COVERED, COVERED, NOT_COVERED]
    assert found["buffer"].states.tolist() == [COVERED, NOT_COVERED, NOT_COVERED]
    assert found["edge"].states.tolist() == [NOT_COVERED, COVERED, NOT_COVERED]
    assert said(found["edge"].why()[0], "en") == "the point has -130.0 dBm, too weak"
    assert found["edge"].is_covered.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: SiteWithin("a", "b", -1), "kilometres: found -1"),
        (lambda: SiteWithin("a", "b", float("nan")), "kilometres: found nan"),
        (lambda: SiteWithin("a", "", 5), "needs an id and a source"),
        (lambda: SignalAt("", "b", -100, 0.5), "needs an id and a source"),
        (lambda: SignalAt("a", "b", float("-inf"), 0.5), "threshold_dbm: found -inf"),
        (lambda: SignalAt("a", "b", -100, 1.0), "probability: found 1.0"),
        (lambda: SignalAt("a", "b", -100, 0.5, ("temple",)), "kinds: found"),
        (lambda: SignalAt("a", "b", -100, 0.5, ()), "kinds: found"),
        (lambda: SignalAt("a", "b", -100, 0.5, KINDS, float("nan")), "least_households: found nan"),
        (lambda: AnyOf("a", "b", ()), "there is none"),
        (lambda: judged_villages([BUFFER, BUFFER], village(), sites=NEAR), "two definitions are called 'buffer'"),
        (lambda: judged_villages([BUFFER], village()), "buffer asks how far sites are"),
        (lambda: judged_villages([RULE], village(), sites=NEAR), "four_places asks for the signal at 3 points"),
        (lambda: judged_villages([EDGE], village(), signal=dbm(-90)), "a signal at 1 points, and 3 are asked for"),
        (lambda: Points(np.array([45.0, 126.0]), np.array([126.0, 45.0]), "sites"), "sites, row 1, north: found 126"),
    ],
)
def test_what_makes_no_sense_is_refused(make, told):
    with pytest.raises(AmurError, match=told):
        make()


SPOT = st.tuples(st.floats(43, 54), st.floats(121, 136))


@given(st.lists(SPOT, min_size=1, max_size=12), st.lists(SPOT, min_size=1, max_size=12))
def test_the_nearest_site_is_that_of_geodesics_tried_one_by_one(ground, sites):
    geod = Geod(ellps="WGS84")
    found, rows = nearest_site_m(points(*ground), points(*sites))
    for (north, east), metres, row in zip(ground, found, rows, strict=True):
        tried = [geod.inv(east, north, site[1], site[0])[2] for site in sites]
        assert metres == pytest.approx(min(tried), rel=5e-3, abs=1e-3)
        assert tried[row] == pytest.approx(min(tried), rel=5e-3, abs=1e-3)
        if min(tried) < 100_000:
            assert metres == pytest.approx(min(tried), rel=4e-6, abs=1e-3)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(45, 45.2), st.floats(126, 126.2)), min_size=1, max_size=12),
    st.lists(st.tuples(st.floats(45, 45.2), st.floats(126, 126.2)), max_size=5),
    st.floats(0, 30),
    st.floats(0, 30),
)
def test_a_larger_buffer_never_covers_fewer(ground, sites, kilometres, more):
    rules = [SiteWithin("small", "x", kilometres), SiteWithin("large", "x", kilometres + more)]
    found = judged_ground(rules, points(*ground), sites=points(*sites))
    assert not (found["small"].is_covered & ~found["large"].is_covered).any()


DBM = st.floats(-140, -60) | st.just(float("nan")) | st.just(float("-inf"))


@st.composite
def some_villages(draw):
    count = draw(st.integers(1, 5))
    ids = [str(row) for row in range(count)]
    places, without = [], []
    for one in ids:
        for kind in ALL_FOUR:
            chosen = draw(st.sampled_from(["there", "unknown", "none"]))
            if chosen == "there":
                places.append(Place(one, kind, 45, 126))
            elif chosen == "none":
                without.append((one, kind))
        sizes = draw(st.lists(st.none() | st.integers(0, 40), max_size=3))
        places += [Place(one, "settlement", 45, 126, size) for size in sizes]
        if not sizes and draw(st.booleans()):
            without.append((one, "settlement"))
    medians = draw(st.lists(DBM, min_size=len(places), max_size=len(places)))
    return villages(ids, ids, [1] * count, places, without=without), places, without, medians


def by_hand(one, places, without, medians, threshold):
    """Say what the rule of the four places says of a village, place by place."""
    answers = []
    for kind in KINDS:
        of_kind = [
            (place, dbm_)
            for place, dbm_ in zip(places, medians, strict=True)
            if (place.village, place.kind) == (one, kind)
        ]
        if not of_kind and (one, kind) not in without:
            answers.append(NOT_KNOWN)
        for place, dbm_ in of_kind:
            if kind == "settlement" and place.households is not None and place.households < 20:
                continue
            answer = NOT_KNOWN if np.isnan(dbm_) else COVERED if dbm_ >= threshold else NOT_COVERED
            if kind == "settlement" and place.households is None and answer == NOT_COVERED:
                answer = NOT_KNOWN
            answers.append(answer)
    if NOT_COVERED in answers:
        return NOT_COVERED
    return COVERED if answers and NOT_KNOWN not in answers else NOT_KNOWN


@given(some_villages(), st.floats(-130, -70))
def test_the_rule_of_four_places_is_that_of_looking_at_each(drawn, threshold):
    of, places, without, medians = drawn
    rule = SignalAt("four", "x", threshold, 0.5, KINDS, 20)
    found = judged_villages([rule], of, signal=dbm(*medians))["four"]
    assert found.states.tolist() == [by_hand(one, places, without, medians, threshold) for one in of.ids]
    assert all(reasons_of(one) for one in found.why())


@given(some_villages(), st.floats(-130, -70), st.floats(0, 30), st.floats(0.5, 0.99))
def test_a_lower_threshold_or_probability_never_covers_fewer(drawn, threshold, less, probability):
    of, _, _, medians = drawn
    said = Signal(np.array(medians, float), np.full(len(medians), 7.0))
    strict = SignalAt("strict", "x", threshold, probability, KINDS, 20)
    lower = SignalAt("lower", "x", threshold - less, probability, KINDS, 20)
    median = SignalAt("median", "x", threshold, 0.5, KINDS, 20)
    found = judged_villages([strict, lower, median], of, signal=said)
    assert (found["strict"].states <= found["lower"].states).all()
    assert (found["strict"].states <= found["median"].states).all()


@given(some_villages(), st.floats(-130, -70))
def test_any_of_several_is_the_best_of_them_for_each_village(drawn, threshold):
    of, _, _, medians = drawn
    four = SignalAt("four", "x", threshold, 0.5, KINDS, 20)
    both = AnyOf("both", "x", (BUFFER, four))
    found = judged_villages([both, BUFFER, four], of, sites=NEAR, signal=dbm(*medians))
    assert found["both"].states.tolist() == np.maximum(found["buffer"].states, found["four"].states).tolist()


def test_a_province_of_villages_and_cells_takes_seconds():
    random = np.random.default_rng(1)
    count = 14_000
    ids = [str(row) for row in range(count)]
    north, east = random.uniform(44, 53, count), random.uniform(122, 134, count)
    places = [
        Place(ids[row], kind, north[row], east[row], 30 if kind == "settlement" else None)
        for row in range(count)
        for kind in KINDS
    ]
    of = villages(ids, ["1"] * count, [40] * count, places)
    sites = Points(random.uniform(44, 53, 20_000), random.uniform(122, 134, 20_000))
    ground = Points(random.uniform(44, 53, 100_000), random.uniform(122, 134, 100_000))

    def computed(at):
        return Signal(np.full(len(at), -100.0), np.full(len(at), 8.0))

    started = time.process_time()
    judged_villages([RULE, BUFFER, EDGE], of, sites=sites, signal=computed)
    judged_ground([RULE, BUFFER, EDGE], ground, sites=sites, signal=computed)
    assert time.process_time() - started < 5
