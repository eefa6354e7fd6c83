"""The files of a survey: all there or no result, the same bytes for the same inputs, and readable by others."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.compute import local
from amur.methods.coverage.census import Counted
from amur.methods.filing.results import hash_of
from amur.methods.surveys.asked import Source
from amur.methods.surveys.files import Filing, filed
from amur.methods.surveys.maps import simpler
from amur.methods.surveys.surveying import Survey
from tests.methods.surveys.making import asked

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NAMES = {
    "answers.csv", "between.csv", "counties.geojson", "flips.csv", "people.parquet", "shares.csv", "shares.parquet",
    "signal.tif", "sites.geojson", "summary.json", "villages.csv", "villages.geojson", "villages.parquet",
}  # fmt: skip


def here(work, source):
    return local.run(work, source, workers=1)


def backwards(work, source):
    """Run tiles from the last to the first, as a cluster may."""
    return local.run(work, list(source)[::-1], workers=1)


def given(folder, **said):
    sources = (Source("heights", "a survey", "2000", "public domain", "1.7 km"),)
    return asked(
        folder,
        sources=sources,
        simulated=(Text(zh="基站是编的。", en="The sites are made up."),),
        titles={"edge": {"en": "Edge"}},
        **said,
    )


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("land")
    said = given(folder)
    found = filed(Survey(said, side=32), here, Filing(folder / "to", NOON))
    return folder / "to", found, said


def told(folder, name):
    return json.loads((folder / name).read_text("utf-8"))


def test_all_files_are_there_and_the_manifest_knows_each(result):
    folder, _, said = result
    manifest = told(folder, "manifest.json")
    assert {one.name for one in folder.iterdir()} == NAMES | {"manifest.json"}
    assert manifest["results"] == {name: hash_of(folder / name) for name in sorted(NAMES)}
    assert manifest["parameters"]["pixel_m"] == said.parameters.pixel_m
    assert manifest["parameters"]["definitions"][1]["threshold_dbm"] == -100
    assert {"numba", "rasterio", "amur"} <= set(manifest["versions"])


def test_the_same_inputs_give_the_same_bytes_in_whatever_order_tiles_come(result, tmp_path):
    folder, _, said = result
    filed(Survey(said, side=32), backwards, Filing(tmp_path / "to", NOON))
    for one in sorted(folder.iterdir()):
        assert one.read_bytes() == (tmp_path / "to" / one.name).read_bytes(), one.name


def test_tables_say_the_same_as_csv_and_as_parquet(result):
    folder, found, _ = result
    for name, table in (("shares", found.shares), ("villages", found.places)):
        assert pq.read_table(folder / f"{name}.parquet").equals(table)
        rows = list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text("utf-8"))))
        assert [row["county"] for row in rows] == table["county"].to_pylist()
    people = pq.read_table(folder / "people.parquet")
    assert sum(people["people"].to_pylist()) == 1501
    assert people.column_names[-6:] == ["signal_dbm", "edge_dbm", "server", "buffer", "edge", "rule"]


def test_the_raster_lies_where_the_ground_does_and_says_what_it_is(result):
    folder, found, _ = result
    with rasterio.open(folder / "signal.tif") as file:
        assert (file.count, file.dtypes[0], file.crs.to_epsg()) == (2, "float32", 32652)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        tags = file.tags()
        assert tags["simulated"] == "The sites are made up."
        assert "signals are computed at 300 m, coarser than 100 m" in tags["coarse"]
        assert "against p1812 on 60 ways" in tags["error"]
        assert "median" in file.descriptions[0]
        row = next(row for row in found.places.to_pylist() if row["id"] == "v1")
        place = rasterio.warp.transform("EPSG:4326", file.crs, [row["longitude"]], [row["latitude"]])
        (said,) = file.sample([(place[0][0], place[1][0])])
        np.testing.assert_allclose(said, [row["signal_dbm"], row["edge_dbm"]], atol=1e-4)
        assert (file.read(1) == -200).any()


def test_maps_hold_shapes_points_and_shares(result):
    folder, found, _ = result
    counties = told(folder, "counties.geojson")["features"]
    assert [one["properties"]["code"] for one in counties] == ["1", "2"]
    by_edge = {
        row["county"]: row["share"]
        for row in found.shares.to_pylist()
        if (row["definition"], row["measure"]) == ("edge", "people")
    }
    assert {one["properties"]["code"]: one["properties"]["edge:people"] for one in counties} == {
        "1": by_edge["1"],
        "2": by_edge["2"],
    }
    assert counties[0]["properties"]["people"] == 1000
    assert [one["properties"]["id"] for one in told(folder, "sites.geojson")["features"]] == ["mast 0", "mast 1"]
    places = {one["properties"]["id"]: one for one in told(folder, "villages.geojson")["features"]}
    assert places["v1"]["geometry"]["coordinates"] == [129.06, 46.05]
    assert places["v3"]["geometry"] is None


def test_the_summary_says_what_is_simulated_coarse_unplaced_and_how_far_off(result):
    folder, _, _ = result
    summary = told(folder, "summary.json")
    assert summary["people"] == {"total": 1600, "placed": 1501, "unplaced": 99}
    assert [one["code"] for one in summary["unplaced"]] == ["9"]
    assert summary["settlements_outside"] == ["far"]
    assert summary["simulated"] == [{"zh": "基站是编的。", "en": "The sites are made up."}]
    assert summary["coarse"][-1]["zh"] == "每个站点只计算4 km以内的信号，更远处不计入"
    assert summary["coarse"][-1]["en"] == "sites are followed for 4 km: what one reaches beyond is not counted"
    assert [one["kind"] for one in summary["definitions"]] == ["site_within", "signal_at", "any_of"]
    assert summary["definitions"][1]["title"] == {"en": "Edge"}
    assert summary["error_db"]["ways"] == 60
    assert 0 < summary["error_db"]["rms"] <= summary["error_db"]["p95"]
    assert summary["bounds"] == [129.0, 46.0, 129.2, 46.1]
    assert summary["sources"][0]["from"] == "a survey"


def test_a_run_that_fails_leaves_the_result_before_it_and_no_new_folder(result, tmp_path):
    folder, _, said = result
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    for to in (folder, tmp_path / "new"):
        with pytest.raises(AmurError, match="did not come back"):
            filed(Survey(said), lambda _work, _source: iter(()), Filing(to, NOON))
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before
    assert not (tmp_path / "new").exists()


def test_a_report_is_made_of_a_whole_result_and_is_in_the_manifest(result, tmp_path):
    _, _, said = result
    seen = []

    def report(folder):
        seen.append(set(told(folder, "manifest.json")["results"]))
        return b"%PDF-"

    filed(Survey(said), here, Filing(tmp_path / "to", NOON, report))
    assert seen == [NAMES]
    assert set(told(tmp_path / "to", "manifest.json")["results"]) == NAMES | {"report.pdf"}


def test_a_folder_that_cannot_be_is_refused(result, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(AmurError, match="cannot be made"):
        filed(Survey(result[2]), here, Filing(tmp_path / "file" / "to", NOON))


def test_people_who_do_not_add_up_end_the_run(result, monkeypatch):
    from amur.methods.surveys import surveying

    whole = surveying.spread

    def short(census, *rest):
        return whole([replace(census[0], people=census[0].people - 1, households=1), *census[1:]], *rest)

    monkeypatch.setattr(surveying, "spread", short)
    with pytest.raises(AmurError, match="county 1, people: found 999, and 1000 were counted"):
        Survey(result[2])


def test_borders_of_neighbours_stay_common_when_bends_go():
    spots = [(0.5 + 0.0004 * (at % 2), at / 100) for at in range(101)]
    west = shapely.Polygon([(0, 0), *spots, (0, 1)])
    east = shapely.Polygon([(1, 0), (1, 1), *spots[::-1]])
    found = simpler(np.array([west, east], dtype=object), 300)
    assert shapely.get_num_coordinates(found).sum() < 80  # of 208
    assert shapely.intersection(*found).area == 0
    assert shapely.union_all(found).area == pytest.approx(1)
    assert [len(simpler(np.array([west, east], dtype=object), 0))] == [2]


def test_a_county_that_nobody_is_counted_in_has_no_share(tmp_path):
    land = asked(tmp_path)
    empty = (Counted("1", "West", 0, 0), *land.census[1:])
    settlements = replace(land.settlements, people=np.array([-1, -1, -1]))
    filed(Survey(replace(land, census=empty, settlements=settlements)), here, Filing(tmp_path / "to", NOON))
    first = told(tmp_path / "to", "counties.geojson")["features"][0]["properties"]
    assert (first["edge:people"], first["people"]) == (None, 0)
