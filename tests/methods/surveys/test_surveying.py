"""A survey from what is asked to its result: who is covered, that everybody is counted, and on what it does not hang."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from amur.base.faults import AmurError
from amur.compute import local
from amur.methods.coverage.census import Counted, Join
from amur.methods.coverage.definitions import SignalAt
from amur.methods.coverage.people import Settlements
from amur.methods.coverage.villages import Points
from amur.methods.surveys.asked import HeightFile
from amur.methods.surveys.grids import Tiling
from amur.methods.surveys.sampling import hold_on_ground, missed
from amur.methods.surveys.surveying import Survey
from amur.methods.surveys.tiles import masts_of, pixels
from amur.methods.terrain import Grid, Mosaic
from tests.methods.surveys.making import EAST, RULES, SOUTH, WEST, antennas, asked, heights
from tests.methods.terrain.making import tiff


def alone(work, source):
    return local.run(work, source, workers=1)


def surveyed(given, **said):
    """Return what a survey finds, and its raster."""
    survey = Survey(given, **said)
    grid = survey.sky.tiling.grid
    raster = np.full((2, grid.rows, grid.columns), np.nan)

    def keep(tile, median, edge):
        raster[:, tile.row : tile.row + tile.rows, tile.column : tile.column + tile.columns] = median, edge

    return survey.run(alone, keep=keep), raster


def share(found, **said):
    rows = [one for one in found.shares.to_pylist() if all(one[name] == value for name, value in said.items())]
    assert len(rows) == 1
    return rows[0]


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    return asked(tmp_path_factory.mktemp("land"))


@pytest.fixture(scope="module")
def whole(land):
    return surveyed(land)


def test_everybody_who_is_counted_is_counted_here(whole):
    found, _ = whole
    for definition in ("buffer", "edge", "rule"):
        for measure, total in (("people", 1600), ("households", 633)):
            of = {"definition": definition, "measure": measure}
            assert share(found, county="", **of)["total"] == total
            parts = [
                one["total"]
                for one in found.shares.to_pylist()
                if one["county"] and (one["definition"], one["measure"]) == (definition, measure)
            ]
            assert sum(parts) == total
        assert share(found, county="1", definition=definition, measure="people")["total"] == 1000
        assert share(found, county="9", definition=definition, measure="people")["not_known"] == 99
    assert sum(found.people_table["people"].to_pylist()) == 1501


def test_definitions_differ_and_who_flips_is_told(whole):
    found, _ = whole
    near, edge = (share(found, county="", definition=one, measure="people")["share"] for one in ("buffer", "edge"))
    assert 0 < edge < near < 1
    by_id = {row["id"]: row for row in found.places.to_pylist()}
    assert (by_id["v1"]["buffer"], by_id["v2"]["buffer"], by_id["v3"]["buffer"]) == (
        "covered",
        "not covered",
        "not known",
    )
    assert by_id["v1"]["nearest_site"] == "mast 0"
    why = {(row["id"], row["definition"]): row["why"] for row in found.answers.to_pylist()}
    assert why["v2", "edge"] == "no site within reach sends a signal to the committee"
    assert by_id["v1"]["edge_dbm"] < by_id["v1"]["signal_dbm"] < -50
    assert {(row["id"], row["first"], row["second"]) for row in found.flips.to_pylist()} >= {("v1", "buffer", "edge")}


def test_signal_is_at_points_what_it_is_in_the_raster(land, whole):
    found, (median, edge) = whole
    tiling = Survey(land).sky.tiling
    for row in found.people_table.slice(0, 6).to_pylist():
        at = tuple(int(one[0]) for one in tiling.pixels_of(np.array([row["east"]]), np.array([row["north"]])))
        if row["signal_dbm"] is None:
            assert median[at] == -np.inf
        else:
            assert (median[at], edge[at]) == (row["signal_dbm"], row["edge_dbm"])


def test_a_ridge_stands_in_the_way(tmp_path):
    one = antennas(places=((WEST + 0.05, SOUTH + 0.05),), frequencies=(780.0,))
    level = tiff(
        tmp_path / "level.tif",
        np.full((300, 400), 150, np.int16),
        corner=(WEST - 0.2, SOUTH + 0.25),
        step=0.0015,
        crs="EPSG:4326",
    )
    said = {"antennas": one, "radius_m": 9000}
    _, (over_ridge, _) = surveyed(asked(tmp_path, **said))
    _, (over_plain, _) = surveyed(asked(tmp_path, heights=(HeightFile(level, "geotiff"),), **said))
    lost = over_plain[19, :43] - over_ridge[19, :43]
    assert np.abs(lost[:30]).max() < 0.1  # the ridge begins in column 31
    assert lost[36:42].min() > 10
    # 46 dBm and 15 dBi, less 2 dB and a part of 1200; free space at 780 MHz over 3 km is 99.8 dB.
    assert 46 + 15 - 2 - 30.8 - 99.8 - 6 < over_plain[19, 13 + 10] < 46 + 15 - 2 - 30.8 - 99.8 + 0.2


def test_what_stands_around_and_walls_take_their_part(tmp_path, whole):
    found, (median, _) = surveyed(asked(tmp_path, clutter_db=8, building_db=12))
    heard = np.isfinite(whole[1][0])
    np.testing.assert_allclose(median[heard], whole[1][0][heard] - 20, atol=1e-4)
    assert share(found, county="", definition="edge", measure="people")["share"] < 0.6


def test_an_antenna_points_by_true_north_where_the_grid_is_turned():
    one = antennas(places=((134.9, 48.0),))
    two = replace(one, azimuths_deg=np.array([90.0]))
    tiling = Tiling(Grid("EPSG:32652", 900_000.0, 5_400_000.0, 100.0, 100.0, 2000, 2000))
    assert masts_of(two, tiling).sites.azimuths_deg == pytest.approx(90 - 4.39, abs=0.01)
    west = replace(antennas(places=((123.1, 48.0),)), azimuths_deg=np.array([359.0]))
    assert masts_of(west, tiling).sites.azimuths_deg == pytest.approx(3.39, abs=0.01)
    assert masts_of(one, tiling).patterns.tolist() == [[pytest.approx(np.nan, nan_ok=True), 10, 2]]


def test_how_the_ground_is_cut_into_tiles_changes_nothing(land, whole):
    found, raster = surveyed(land, side=16)
    assert len(Survey(land, side=16).tiles) == 12
    np.testing.assert_allclose(raster, whole[1], atol=0.02)  # heights between pixels, rounded apart
    assert found.shares.equals(whole[0].shares)


def test_processes_find_what_one_finds_to_the_byte(land):
    survey = Survey(land, side=32)
    here, there = [], []
    survey.run(alone, keep=lambda tile, *bands: here.append((tile, *(band.tobytes() for band in bands))))
    survey.run(
        lambda work, source: local.run(work, source, workers=2),
        keep=lambda tile, *bands: there.append((tile, *(band.tobytes() for band in bands))),
    )
    assert here == there


def test_without_villages_settlements_answer(land, tmp_path):
    found, _ = surveyed(asked(tmp_path, villages=None, village_names=None, heights=land.heights))
    assert found.places_are == "settlements"
    assert found.places["id"].to_pylist() == ["s1", "s2"]
    assert found.places["name"].to_pylist() == ["One", "Two"]
    assert found.people.outside == ("far",)
    assert {row["measure"] for row in found.shares.to_pylist()} == {"people", "households", "area_km2", "settlements"}
    because = found.answers["why"].to_pylist()
    assert [one for one in because if one.startswith("the settlement has signal: ")]
    assert not [one for one in because if "the point" in one or "committee" in one]


def test_bands_count_alone_or_together(land, tmp_path):
    low, raster = surveyed(asked(tmp_path, bands_mhz=((700, 800),), heights=land.heights))
    assert set(low.people_table["server"].to_pylist()) == {"mast 0", None}
    assert np.isfinite(raster[0]).sum() > 0
    with pytest.raises(AmurError, match="there are 780, 1850 MHz"):
        Survey(asked(tmp_path, bands_mhz=((2000, 2100),), heights=land.heights))


def test_what_lies_behind_a_hole_is_not_known_and_not_called_uncovered(tmp_path):
    one = antennas(places=((WEST + 0.05, SOUTH + 0.05),), frequencies=(780.0,))
    path = heights(tmp_path / "holed.tif", holes=((0, 180, 300, 6),))
    found, raster = surveyed(asked(tmp_path, antennas=one, radius_m=9000, heights=(HeightFile(path, "geotiff"),)))
    said = share(found, county="", definition="edge", measure="area_km2")
    assert said["not_known"] > 0
    assert said["share"] < said["share_at_most"]
    assert np.isnan(raster[0]).any()
    answers = {row["edge"] for row in found.people_table.to_pylist()}
    assert answers == {"covered", "not covered", "not known"}


def test_a_signal_that_may_be_stronger_is_not_called_too_weak(tmp_path):
    """A hole hides the near mast from those behind it, who hear the far one, and weakly."""
    two = antennas(places=((WEST + 0.05, SOUTH + 0.05), (EAST - 0.02, SOUTH + 0.05)), frequencies=(780.0,))
    path = heights(tmp_path / "holed.tif", holes=((0, 200, 300, 4),))
    strict = (SignalAt("edge", "a strict regulator", -60, 0.9),)
    said = {"antennas": two, "radius_m": 15_000, "definitions": strict}
    found, _ = surveyed(asked(tmp_path, heights=(HeightFile(path, "geotiff"),), **said))
    rows = found.people_table.to_pylist()
    weak = [row for row in rows if row["signal_dbm"] is not None and row["edge_dbm"] < -60]
    assert len(weak) > 5
    assert {row["edge"] for row in weak} == {"not known"}
    assert {row["edge"] for row in rows if row["signal_dbm"] is not None and row["edge_dbm"] >= -60} <= {"covered"}
    plain, _ = surveyed(asked(tmp_path, **said))
    assert "not covered" in {row["edge"] for row in plain.people_table.to_pylist()}


def test_each_look_at_the_ground_finds_a_site_in_a_hole(land, tmp_path):
    path = heights(tmp_path / "holed.tif", holes=((130, 160, 12, 12),))
    sky = replace(Survey(land).sky, heights=(HeightFile(path, "geotiff"),))
    mosaic = Mosaic(sky.heights[0].sheets())
    told = "row 2, site mast 0: the terrain has no height where it stands"
    with pytest.raises(AmurError, match=told):
        hold_on_ground(sky, mosaic)
    with pytest.raises(AmurError, match=told):
        missed(sky, mosaic)
    with pytest.raises(AmurError, match=told):
        pixels(sky, mosaic, sky.tiling.tile(0))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"antennas": antennas(places=((WEST + 0.7, SOUTH),))}, "row 2, site mast 0: the terrain has no height"),
        ({"definitions": (*RULES, RULES[0])}, "two definitions are called 'buffer'"),
        ({"definitions": (type(RULES[0])("people", "me", 5),)}, "called 'people', as a column"),
        ({"census": (Counted("1", "West", 1000, 400),)}, "2: on the map and not counted"),
        ({"joins": (Join("9", "1", ""),)}, "a reason given"),
        ({"antennas": antennas(frequencies=(780.0, 6500.0))}, "row 3, site mast 1, frequency_mhz: found 6500"),
        ({"pixel_m": 0}, "pixel_m is 0"),
        ({"pixel_m": 0.01}, "take larger ones"),
        ({"radius_m": 100}, "radius_m is 100, which is 0 pixels"),
    ],
)
def test_what_no_survey_can_be_made_of_is_refused_before_it_is_made(land, tmp_path, said, told):
    with pytest.raises(AmurError, match=told):
        Survey(asked(tmp_path, **{"heights": land.heights} | said))


def test_heights_of_elsewhere_are_refused(tmp_path):
    path = tiff(tmp_path / "elsewhere.tif", np.zeros((9, 9), np.int16), corner=(10, 50), step=0.01, crs="EPSG:4326")
    with pytest.raises(AmurError, match=r"asked for 129 to 129.2 E, 46 to 46.1 N, and there is elsewhere.tif"):
        Survey(asked(tmp_path, heights=(HeightFile(path, "geotiff"),)))


def test_tiles_that_do_not_come_back_end_the_survey(land):
    with pytest.raises(AmurError, match="1 of 1 tiles did not come back"):
        Survey(land).run(lambda _work, _source: iter(()))


def test_a_district_that_is_joined_is_counted_where_it_lies(land, tmp_path):
    found, _ = surveyed(asked(tmp_path, heights=land.heights, joins=(Join("9", "1", "it lies there"),)))
    assert share(found, county="1", definition="edge", measure="people")["total"] == 1099
    assert share(found, county="", definition="edge", measure="people")["total"] == 1600


def test_without_any_site_nobody_is_covered_and_everybody_is_counted(land, tmp_path):
    found, (median, _) = surveyed(asked(tmp_path, antennas=antennas(places=()), heights=land.heights))
    for definition in ("buffer", "edge", "rule"):
        said = share(found, county="", definition=definition, measure="people")
        assert (said["covered"], said["total"]) == (0, 1600)
    assert set(found.places["nearest_site"].to_pylist()) == {None}
    assert np.isneginf(median).all()


def test_no_settlement_is_needed_to_spread_people(land, tmp_path):
    none = Settlements(np.zeros(0, np.str_), Points(np.zeros(0), np.zeros(0)), np.zeros(0, np.int64), np.zeros(0, bool))
    said = {"settlements": none, "settlement_names": np.zeros(0, np.str_), "villages": None, "village_names": None}
    found, _ = surveyed(asked(tmp_path, heights=land.heights, **said))
    assert share(found, county="", definition="edge", measure="people")["total"] == 1600
    assert (len(found.places), len(found.flips)) == (0, 0)
