"""What is made up lies where people live, adds up, is the same for the same seed, and says of itself what it is."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box, mapping

from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN, Counted
from amur.methods.coverage.counties import OUTSIDE, cells_of, counties_of, read_counties
from amur.methods.coverage.people import Rule, Settlements, spread
from amur.methods.coverage.sites import read_antennas
from amur.methods.coverage.villages import KINDS, Points
from amur.methods.surveys.inputs import marked_rows
from amur.methods.surveys.reading.references import reference_of
from amur.methods.surveys.reading.villages import read_villages
from amur.methods.surveys.simulated import (
    ASSUMPTIONS,
    Assumptions,
    VillageCount,
    made_up_sites,
    made_up_villages,
)

COUNTIES = read_counties(
    json.loads(
        json.dumps(
            {
                "features": [
                    {"properties": {"code": code, "name": code}, "geometry": mapping(box(west, 45, west + 1, 46))}
                    for code, west in (("a", 126), ("b", 127))
                ]
            }
        )
    ),
    code="code",
    name="name",
)
TOWN = (45.5, 126.5)


@cache
def people():
    """Return a town of 200,000, two small places, and countryside in two counties."""
    north, east = np.array([TOWN[0], 45.8, 45.2]), np.array([TOWN[1], 126.8, 127.4])
    settlements = Settlements(
        np.array(["t", "s", "u"]),
        Points(north, east),
        np.array([200_000, 900, UNKNOWN]),
        np.array([True, False, False]),
    )
    census = [Counted("a", "A", 260_000, 100_000), Counted("b", "B", 40_000, 15_000)]
    return spread(census, COUNTIES, settlements, cells_of(COUNTIES, 5), Rule(0.2, 1)).table


def inside(points):
    return counties_of(COUNTIES, points) != OUTSIDE


def test_sites_stand_inside_counties_and_more_of_them_where_more_people_live():
    made = made_up_sites(2_000, people(), COUNTIES, seed=3).antennas
    assert len(made) == 3 * 2_000
    points = Points(made.latitudes, made.longitudes)
    assert inside(points).all()
    near_town = np.hypot(made.latitudes - TOWN[0], (made.longitudes - TOWN[1]) * 0.7) < 0.1
    assert near_town.mean() > 10 * np.pi * 0.1**2 / 0.7 / 2
    of = counties_of(COUNTIES, points)
    assert (of == 0).mean() > 2 * (of == 1).mean()
    assert (of == 1).any()


def test_a_share_of_sites_stands_between_settlements():
    ends = np.array([[45.5, 126.5], [45.8, 126.8], [45.2, 127.4]])

    def on_ways(share):
        said = Assumptions(ways=share, town_bands={1850: 1}, other_bands={780: 1}, sectors=1)
        made = made_up_sites(500, people(), COUNTIES, seed=3, assumed=said).antennas
        spots = np.column_stack([made.latitudes, made.longitudes])
        distances = []
        for one, other in ((0, 1), (0, 2), (1, 2)):
            along = ends[other] - ends[one]
            part = np.clip(((spots - ends[one]) @ along) / (along @ along), 0, 1)
            distances.append(np.linalg.norm(spots - ends[one] - part[:, None] * along, axis=1))
        return (np.min(distances, axis=0) < 0.01).mean()

    assert on_ways(1.0) == 1
    assert on_ways(0.0) < 0.6


def test_the_same_seed_makes_the_same_sites_and_another_makes_others():
    one, again, other = (made_up_sites(50, people(), COUNTIES, seed=seed).csv() for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_every_row_of_made_up_sites_says_so_and_they_are_read_as_any_other(tmp_path):
    made = made_up_sites(40, people(), COUNTIES, seed=1)
    (tmp_path / "sites.csv").write_text(made.csv(), encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(made.csv())))
    assert len(rows) == 120
    assert all(row["site"].startswith("SIM-") and row["simulated"] == "yes" for row in rows)
    assert "made up (seed 1)" in made.said.en
    read = read_antennas(tmp_path / "sites.csv").whole()
    for name in ("sites", "longitudes", "latitudes", "heights_m", "azimuths_deg", "frequencies_mhz", "gains_dbi"):
        assert np.array_equal(getattr(read, name), getattr(made.antennas, name)), name
    assert marked_rows(tmp_path / "sites.csv") == 120


def test_heights_bands_and_sectors_are_those_that_are_assumed():
    made = made_up_sites(300, people(), COUNTIES, seed=5).antennas
    assert set(made.frequencies_mhz) == {*ASSUMPTIONS.town_bands, *ASSUMPTIONS.other_bands}
    assert (made.heights_m.min(), made.heights_m.max()) >= (22, 30)
    assert made.heights_m.max() <= 52
    assert set(np.diff(made.azimuths_deg.reshape(-1, 3), axis=1).ravel() % 360) == {120}
    around = made_up_sites(9, people(), COUNTIES, seed=5, assumed=Assumptions(
        town_bands={780: 1}, other_bands={780: 1}, sectors=1)).antennas  # fmt: skip
    assert np.isnan(around.azimuths_deg).all()
    with pytest.raises(AmurError, match="no band is assumed"):
        made_up_sites(9, people(), COUNTIES, seed=5, assumed=Assumptions())


@pytest.mark.parametrize("count", [0, -1, 1_000_001])
def test_a_number_of_sites_that_makes_no_sense_is_refused(count):
    with pytest.raises(AmurError, match=f"found {count}, wanted 1 to 1,000,000"):
        made_up_sites(count, people(), COUNTIES, seed=1)


def test_where_nobody_lives_nothing_is_made_up():
    nobody = people().set_column(people().schema.get_field_index("people"), "people", [[0] * people().num_rows])
    with pytest.raises(AmurError, match="nobody lives anywhere"):
        made_up_sites(1, nobody, COUNTIES, seed=1)
    with pytest.raises(AmurError, match="z: villages are counted there, and nobody lives there"):
        made_up_villages([VillageCount("z", 1, 1)], people(), COUNTIES, seed=1)


COUNTS = st.integers(0, 12).flatmap(
    lambda villages: st.tuples(st.just(villages), st.integers(villages, 5_000), st.integers(0, 9_000))
)


@settings(deadline=None, max_examples=25)  # each makes villages
@given(COUNTS, COUNTS, st.integers(0, 2**32))
def test_villages_are_as_many_as_are_counted_and_add_up_to_their_county(one, other, seed):
    counts = [VillageCount("a", *one), VillageCount("b", *other)]
    made = made_up_villages(counts, people(), COUNTIES, seed=seed).villages
    for count in counts:
        here = made.counties == count.county
        assert here.sum() == count.villages
        if count.villages:
            assert (made.households[here].sum(), made.people[here].sum()) == (count.households, count.people)
    assert (made.households >= 1).all()
    settlements = made.kinds == KINDS.index("settlement")
    sums = np.zeros(len(made))
    np.add.at(sums, made.of[settlements], made.dwellings[settlements])
    assert np.array_equal(sums, made.households)
    of = counties_of(COUNTIES, made.points)
    assert (of != OUTSIDE).all()
    seats = made.kinds == 0
    assert np.array_equal(COUNTIES.codes[of[seats]], made.counties[made.of[seats]])


def test_villages_that_are_made_up_are_read_as_any_other_and_say_so(tmp_path):
    made = made_up_villages([VillageCount("a", 60, 9_000, 20_000)], people(), COUNTIES, seed=1)
    for name, text in zip(("villages.csv", "places.csv"), made.csv(), strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert {row["simulated"] for row in csv.DictReader(io.StringIO(text))} == {"yes"}
    of = [reference_of(name, tmp_path, "villages") for name in ("villages.csv", "places.csv")]
    read = read_villages(*of, counties=COUNTIES).villages
    for name in ("ids", "counties", "households", "people", "of", "kinds", "has_none"):
        assert np.array_equal(getattr(read, name), getattr(made.villages, name)) or name in {"of", "kinds"}, name
    counted = Counter(zip(made.villages.ids[made.villages.of].tolist(), made.villages.kinds.tolist(), strict=True))
    assert counted == Counter(zip(read.ids[read.of].tolist(), read.kinds.tolist(), strict=True))
    assert "60 villages are made up (seed 1)" in made.said.en
    again = made_up_villages([VillageCount("a", 60, 9_000, 20_000)], people(), COUNTIES, seed=1)
    assert again.csv() == made.csv()


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([("a", 3, 2)], "a, households: found 2, wanted 3 or more"),
        ([("a", -1, 2)], "a, villages: found -1"),
        ([("a", 1, 2, -1)], "a, people: found -1"),
        ([("a", 1, 2), ("a", 1, 2)], "a: its villages are counted twice"),
        ([("a", 10**7, 10**8)], "found 10000000, wanted 1,000,000 or less"),
    ],
)
def test_counts_of_villages_that_make_no_sense_are_refused(counts, words):
    with pytest.raises(AmurError, match=words):
        made_up_villages([VillageCount(*one) for one in counts], people(), COUNTIES, seed=1)
