"""``amur cover``: files in, a whole result out; or a clear error with row and field, and nothing written."""

from __future__ import annotations

import csv
import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from amur import cli
from amur.config import cover_verb
from tests.methods.surveys.making import EAST, MIDDLE, NORTH, SOUTH, WEST, heights
from tests.methods.terrain.making import tiff

SITES = """site,longitude,latitude,height_m,azimuth_deg,frequency_mhz,power_dbm,gain_dbi
A,129.05,46.05,40,,780,46,15
B,129.17,46.08,40,90,1850,46,15
B,129.17,46.08,40,270,1850,46,15
"""
CENSUS = (
    "code,name,people,households,urban,rural\n1,West,1000,400,600,400\n2,East,501,200,100,401\n9,Nowhere,99,33,0,99\n"
)
SETTLEMENTS = "id,name,longitude,latitude,people,urban\ns1,One,129.02,46.03,300,yes\ns2,Two,129.18,46.08,,no\ns3,Three,129.18,46.3,7,no\n"
VILLAGES = "id,name,county,longitude,latitude,households,people\nv1,Vee one,1,129.06,46.05,40,100\nv2,Vee two,2,129.14,46.01,50,120\n"
FILES = {"sites.csv": SITES, "census.csv": CENSUS, "settlements.csv": SETTLEMENTS, "villages.csv": VILLAGES}
QUICK = ("--pixel-m", 300, "--radius-km", 4, "--report", "none", "--workers", 1)


def county(code, name, west, east):
    ring = [[west, SOUTH], [east, SOUTH], [east, NORTH], [west, NORTH], [west, SOUTH]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def land(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    features = [county("1", "West", WEST, MIDDLE), county("2", "East", MIDDLE, EAST)]
    (tmp_path / "counties.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    heights(tmp_path / "heights.tif")
    return tmp_path


def cover(land, *more, sites="sites.csv", terrain="heights.tif"):
    columns = {"urban": "urban", "rural": "rural"}
    arguments = [
        "cover", land / sites, "--terrain", land / terrain, "--counties", land / "counties.geojson", "--census",
        json.dumps({"file": str(land / "census.csv"), "columns": columns}), "--settlements", land / "settlements.csv",
        "--to", land / "to", *QUICK, *more,
    ]  # fmt: skip
    return CliRunner().invoke(cli.app, [str(one) for one in arguments])


def refused(done, land):
    """Return what is said of an error, after which there is no result."""
    assert done.exit_code != 0
    assert not (land / "to").exists()
    return str(done.exception)


def rows(land, name):
    with (land / "to" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_go_in_and_a_whole_result_comes_out(land):
    done = cover(land, "--villages", land / "villages.csv")
    assert done.exit_code == 0, done.output
    assert {one.name for one in (land / "to").iterdir()} >= {
        "manifest.json",
        "summary.json",
        "signal.tif",
        "shares.csv",
    }
    manifest = json.loads((land / "to" / "manifest.json").read_text("utf-8"))
    assert {one["file"] for one in manifest["inputs"]} == {*FILES, "counties.geojson", "heights.tif"}
    whole = [row for row in rows(land, "shares.csv") if not row["county"] and row["measure"] == "people"]
    assert [row["definition"] for row in whole] == ["village_rule", "edge_90", "buffer_5km"]
    assert {float(row["total"]) for row in whole} == {1600}
    assert [row["id"] for row in rows(land, "villages.csv")] == ["v1", "v2"]
    said = " ".join(done.output.split())
    for words in (
        "buffer_5km",
        "of 2 villages flip",
        "Fast mode against p1812 on 1000 ways",
        "99 people have no place",
        "1 settlements lie in no county: Three",
        "Heights of heights.tif lie 167 m apart",
        "Signals are computed at 300 m, coarser than 100 m.",
    ):
        assert words in said


def test_what_is_simulated_is_said(land):
    done = cover(land, "--band", "700-3000", sites=json.dumps({"simulate": 5, "seed": 3}))
    assert done.exit_code != 0  # a path is put before it, which leads nowhere
    arguments = [
        "cover",
        '{"simulate": 5, "seed": 3}',
        "--terrain",
        "flat",
        "--counties",
        land / "counties.geojson",
        "--census",
        land / "census.csv",
        "--to",
        land / "to",
        *QUICK,
    ]
    done = CliRunner().invoke(cli.app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    assert "5 base stations are made up (seed 3)" in done.output
    assert "The ground is made up" in done.output
    assert len(json.loads((land / "to" / "summary.json").read_text("utf-8"))["simulated"]) == 2


def test_a_declaration_says_it_all_and_options_stand_instead(land):
    said = {
        "sites": {"file": "sites.csv"}, "heights": [{"file": "heights.tif"}], "counties": {"file": "counties.geojson"},
        "census": {"file": "census.csv"}, "settlements": {"file": "settlements.csv"},
        "radio": {"pixel_m": 1000, "radius_m": 3000, "clutter_db": 3, "sample": {"ways": 20}},
    }  # fmt: skip
    (land / "survey.json").write_text(json.dumps(said), "utf-8")
    (land / "definitions.yaml").write_text("- {id: near, source: a rule, site_within_km: 3}\n", "utf-8")
    arguments = [
        "cover",
        "--survey",
        land / "survey.json",
        "--pixel-m",
        500,
        "--building-db",
        4,
        "--radio",
        "counts_errors=false",
        "--definitions",
        land / "definitions.yaml",
        "--to",
        land / "to",
        "--report",
        "none",
        "--workers",
        1,
    ]
    done = CliRunner().invoke(cli.app, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    parameters = json.loads((land / "to" / "manifest.json").read_text("utf-8"))["parameters"]
    assert (parameters["pixel_m"], parameters["radius_m"], parameters["clutter_db"]) == (500, 3000, 3)
    assert (parameters["building_db"], parameters["counts_errors"]) == (4, False)
    assert [one["id"] for one in parameters["definitions"]] == ["near"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("sites.csv", SITES + "C,100,46.05,40,,780,46,15\n", r"5\b.*longitude"),
        ("sites.csv", SITES + "B,129.17,46.08,40,270,1850,46,15\n", r"5\b.*this antenna of this site stands in row 4"),
        ("sites.csv", SITES.replace("46.05,40,", "46.05,4000,"), r"2\b.*height_m.* found 4000"),
        ("sites.csv", SITES.replace("46.05,40,", "46.05,,"), r"2\b.*height_m"),
        ("census.csv", CENSUS.replace("1000,400,600", "1000,400,601"), r"2\b.*601 of town and 400 of country are not 1000"),
        ("settlements.csv", SETTLEMENTS.replace("300", "-300"), r"row 2, people: found '?-300"),
        ("villages.csv", VILLAGES.replace(",40,100", ",,100"), r"row 2, households"),
        ("villages.csv", VILLAGES.replace("129.06", "nan"), r"row 2, longitude"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_told_with_row_and_field(land, name, text, told):
    (land / name).write_text(text, "utf-8")
    assert re.search(told, refused(cover(land, "--villages", land / "villages.csv"), land))


def test_a_site_in_a_hole_of_the_terrain_is_named(land):
    heights(land / "holed.tif", holes=((130, 160, 12, 12),))
    assert "row 2, site A: the terrain has no height where it stands" in refused(cover(land, terrain="holed.tif"), land)


def test_heights_without_projection_of_elsewhere_or_none_are_refused(land):
    table = np.zeros((9, 9), np.int16)
    tiff(land / "far.tif", table, corner=(10, 50), step=0.01, crs="EPSG:4326")
    assert "asked for 129 to 129.2 E, 46 to 46.1 N, and there is far.tif" in refused(
        cover(land, terrain="far.tif"), land
    )
    tiff(land / "bare.tif", table, crs=None)
    assert "names no projection" in refused(cover(land, terrain="bare.tif"), land)
    assert "there is no" in refused(cover(land, terrain="none.tif"), land)


def test_a_band_that_nobody_sends_in_an_odd_object_and_a_lone_master_are_refused(land):
    assert "there are 780, 1850 MHz" in refused(cover(land, "--band", "78"), land)
    assert "--villages: this is no JSON object" in refused(cover(land, "--villages", "{a"), land)
    assert "--radio: found 'receiver_m=much', wanted NAME=NUMBER" in refused(
        cover(land, "--radio", "receiver_m=much"), land
    )
    assert "clutter" in refused(cover(land, "--radio", "clutter=6"), land)
    assert "--master belongs to --engine spark" in refused(cover(land, "--master", "spark://x"), land)


def test_a_report_is_among_the_files(land):
    done = cover(land, "--report", "en")
    assert done.exit_code == 0, done.output
    assert (land / "to" / "report.pdf").read_bytes()[:5] == b"%PDF-"
    assert "report.pdf" in json.loads((land / "to" / "manifest.json").read_text("utf-8"))["results"]


def test_a_log_hears_how_far_a_survey_is(land, monkeypatch):
    monkeypatch.setattr(cover_verb, "_EVERY_SECONDS", 0.0)
    assert re.search(r"1 of 1 tiles, [\d.]+/s, 0 s left", cover(land).output)


@pytest.mark.deep
def test_a_cluster_finds_what_this_machine_finds(land):
    assert cover(land).exit_code == 0
    here = json.loads((land / "to" / "manifest.json").read_text("utf-8"))["results"]
    done = cover(land, "--engine", "spark")
    assert done.exit_code == 0, done.output
    assert json.loads((land / "to" / "manifest.json").read_text("utf-8"))["results"] == here
