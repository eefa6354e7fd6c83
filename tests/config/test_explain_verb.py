"""``amur explain-village``: files in, why a village has signal or none and what would mend it out."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest
from typer.testing import CliRunner

from amur import cli
from tests.methods.explaining.test_remedies import PRICES
from tests.methods.explaining.worlds import SITE, north_of, terrain
from tests.methods.terrain.making import tiff

FAR = north_of(SITE, 8.0)
SITES = f"site,longitude,latitude,height_m,frequency_mhz,power_dbm,gain_dbi,loss_db\nA,{SITE[0]},{SITE[1]},30,1850,46,15,2\n"
VILLAGES = f"id,name,county,longitude,latitude,households,people,without\nv1,向阳村,1,{FAR[0]},{FAR[1]},40,90,clinic\n"
PLACES = f"village,kind,longitude,latitude,households\nv1,school,{FAR[0] + 0.01},{FAR[1]},\nv1,settlement,{FAR[0]},{FAR[1]},25\n"
CENSUS = "code,name,people,households,urban,rural\n1,One,1000,400,600,400\n"
WEST, SOUTH, EAST, NORTH = 126.45, 45.6, 126.75, 45.82
SQUARE = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
COUNTY = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "1", "name": "One"},
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
        }
    ],
}


@pytest.fixture
def land(tmp_path):
    for name, text in (("sites", SITES), ("villages", VILLAGES), ("places", PLACES), ("census", CENSUS)):
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    (tmp_path / "counties.geojson").write_text(json.dumps(COUNTY), "utf-8")
    (tmp_path / "costs.json").write_text(json.dumps(PRICES), "utf-8")
    heights = terrain(ridge_m=40).heights.astype("int16")
    tiff(tmp_path / "n45.tif", heights, corner=(126.399, 45.851), step=0.002, crs="EPSG:4326", nodata=-9999)
    return tmp_path


def run(*said):
    return CliRunner().invoke(cli.app, [str(one) for one in said])


def explained(land, *more, village="向阳村"):
    files = ("--sites", land / "sites.csv", "--terrain", land / "n45.tif", "--villages", land / "villages.csv")
    return run("explain-village", village, *files, "--places", land / "places.csv", "--to", land / "to", *more)


def document(land, name="explanation.json"):
    return json.loads((land / "to" / name).read_text("utf-8"))


def test_files_go_in_and_an_explanation_with_its_profile_remedies_and_report_comes_out(land):
    done = explained(land, "--costs", land / "costs.json", "--highest-m", 120)
    assert done.exit_code == 0, done.output
    said = document(land)
    assert said["subject"]["id"] == "v1"
    assert said["ways"][0]["state"] == "blocked"
    assert 3.6 < said["ways"][0]["ridge"]["km"] < 4.5
    assert [one["kind"] for one in said["points"]] == ["committee", "school", "settlement"]
    names = {one.name for one in (land / "to").iterdir()}
    assert names == {
        "explanation.json",
        "explanation.pdf",
        "profile.svg",
        "profile.csv",
        "remedies.csv",
        "manifest.json",
    }
    with (land / "to" / "remedies.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert float(table[0]["cost"]) == min(float(row["cost"]) for row in table if row["kind"] != "satellite")
    assert "the cheapest that suffices is" in done.output
    assert (land / "to" / "explanation.pdf").read_bytes().startswith(b"%PDF-")


def test_the_manifest_says_what_it_came_of_and_the_same_files_give_the_same_explanation(land):
    explained(land, "--report", "none")
    first = document(land, "manifest.json")
    explained(land, "--report", "none", village="v1")
    again = document(land, "manifest.json")
    assert first["results"] == again["results"]
    assert [one["file"] for one in first["inputs"]] == ["n45.tif", "places.csv", "sites.csv", "villages.csv"]
    for name, found in first["results"].items():
        assert hashlib.sha256((land / "to" / name).read_bytes()).hexdigest() == found
    assert first["parameters"]["terms"]["reach_km"] == 30.0
    assert str(land) not in json.dumps(first)


def test_nothing_is_left_of_an_explanation_that_was_there_before(land):
    (land / "sites.csv").write_text(f"{SITES}B,{SITE[0] + 0.05},{SITE[1]},30,1850,46,15,2\n", "utf-8")
    explained(land, "--report", "none")
    assert (land / "to" / "profile-2.svg").exists()
    (land / "sites.csv").write_text(SITES, "utf-8")
    explained(land, "--report", "none")
    names = {one.name for one in (land / "to").iterdir()}
    assert names == {*document(land, "manifest.json")["results"], "manifest.json"}
    assert "profile-2.svg" not in names


def test_options_of_the_radio_and_of_the_point_count(land):
    explained(land, "--report", "none", "--point", "committee")
    before = document(land)["points"][0]
    done = explained(
        land, "--report", "none", "--point", "school", "--building-db", 10, "--clutter-db", 5, "--deviation-db", 8,
        "--edge", 0.95,
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    after = document(land)
    assert after["subject"]["point"] == 1
    assert after["points"][0]["median_dbm"] == pytest.approx(before["median_dbm"] - 15)
    spread = after["points"][0]["median_dbm"] - after["points"][0]["edge_dbm"]
    assert spread == pytest.approx(1.6448536 * 8, abs=1e-4)


def test_a_declaration_says_it_all_and_places_of_its_files_begin_beside_it(land):
    said = {
        "sites": "sites.csv", "heights": ["n45.tif"], "villages": {"file": "villages.csv"}, "places": "places.csv",
        "definitions": [{"id": "near", "source": "a rule", "site_within_km": 9}], "radio": {"building_db": 3},
    }  # fmt: skip
    (land / "survey.yaml").write_text(json.dumps(said), "utf-8")
    done = run("explain-village", "v1", "--survey", land / "survey.yaml", "--to", land / "to", "--report", "en")
    assert done.exit_code == 0, done.output
    assert [(one["definition"], one["answer"]) for one in document(land)["answers"]] == [("near", "covered")]
    assert document(land)["remedies"] == []


def test_a_survey_lends_its_radio_and_definitions_and_is_compared(land):
    rules = [{"id": "edge", "source": "a rule", "threshold_dbm": -118, "probability": 0.9},
             {"id": "any", "source": "a rule",
              "any_of": [{"id": "a", "site_within_km": 1},
                         {"id": "b", "threshold_dbm": -150, "kinds": ["committee"]}]}]  # fmt: skip
    (land / "rules.json").write_text(json.dumps(rules), "utf-8")
    columns = {"urban": "urban", "rural": "rural"}
    whole = ("--counties", land / "counties.geojson", "--census",
             json.dumps({"file": str(land / "census.csv"), "columns": columns}))  # fmt: skip
    done = run(
        "cover", land / "sites.csv", "--terrain", land / "n45.tif", *whole, "--villages", land / "villages.csv",
        "--places", land / "places.csv", "--definitions", land / "rules.json", "--building-db", 4, "--pixel-m", 400,
        "--radius-km", 9, "--report", "none", "--workers", 1, "--to", land / "cover",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    done = explained(land, "--like", land / "cover", "--report", "none")
    assert done.exit_code == 0, done.output
    said = document(land)
    assert [one["definition"] for one in said["answers"]] == ["edge", "any"]
    assert said["terms"]["receiver"]["penetration_db"] == 4.0
    notes = [one["en"] for one in said["notes"]]
    assert any(one.startswith("The survey's fast mode has a median of -1") for one in notes)
    assert not [one for one in notes if "others than the survey's" in one]
    (land / "places.csv").write_text(PLACES.replace(",25", ",26"), "utf-8")
    explained(land, "--like", land / "cover", "--report", "none")
    assert "These inputs are others than the survey's: places.csv." in [one["en"] for one in document(land)["notes"]]


def test_sites_that_are_made_up_say_so(land):
    columns = {"urban": "urban", "rural": "rural"}
    said = {
        "sites": {"simulate": 5, "seed": 1}, "heights": "flat", "villages": "villages.csv",
        "counties": {"file": "counties.geojson", "code": "code", "name": "name"},
        "census": {"file": "census.csv", "columns": columns},
    }  # fmt: skip
    (land / "survey.yaml").write_text(json.dumps(said), "utf-8")
    done = run("explain-village", "v1", "--survey", land / "survey.yaml", "--to", land / "to", "--report", "none")
    assert done.exit_code == 0, done.output
    assert done.output.count("SIMULATED: ") == 2
    assert "Partly simulated" not in (land / "to" / "profile.svg").read_text("utf-8")
    assert "含模拟内容" in (land / "to" / "profile.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("village", "more", "said"),
    [
        ("向前村", (), "there is no village '向前村'; the nearest are 向阳村"),
        ("v1", ("--point", "clinic"), "has no point 'clinic'; it has 1 committee, 2 school, 3 settlement"),
        ("v1", ("--reach-km", 0), "reach_km is 0, not 0.5 to 200"),
        ("v1", ("--low-mhz", 9), "low_mhz is 9, not 400 to 6000"),
        ("v1", ("--band", "28"), "no antenna sends in a band that is asked for"),
        ("v1", ("--terrain", "nowhere.tif"), "there is no"),
        ("v1", ("--sites", '{"file": 1'), "--sites: this is no JSON object"),
        ("v1", ("--sites", '{"simulate": 5}'), "say counties and census too, or a file"),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_is_written(land, village, more, said):
    done = explained(land, *more, village=village)
    assert done.exit_code == 1
    assert said in str(done.exception)
    assert not (land / "to").exists()


def test_what_is_not_said_at_all_is_told(land):
    done = run("explain-village", "v1", "--to", land / "to", "--sites", land / "sites.csv")
    assert "villages, settlements: nothing is said; name a file of either" in str(done.exception)
    done = run("explain-village", "v1", "--to", land / "to", "--sites", land / "sites.csv", "--villages",
               land / "villages.csv")  # fmt: skip
    assert "heights: nothing is said; name a file" in str(done.exception)


def test_ground_that_lies_elsewhere_is_told(land):
    tiff(land / "n45.tif", terrain().heights.astype("int16"), corner=(100.0, 30.0), step=0.002, crs="EPSG:4326")
    assert "ask there, or add files" in str(explained(land).exception)


@pytest.mark.parametrize(
    ("text", "said"), [("{", "--costs: costs.json is neither JSON nor YAML"), ("{}", "costs, currency: found None")]
)
def test_costs_that_are_none_are_told(land, text, said):
    (land / "costs.json").write_text(text, "utf-8")
    assert said in str(explained(land, "--costs", land / "costs.json").exception)


def test_a_folder_that_is_no_survey_is_told(land):
    assert "there is no result of a survey" in str(explained(land, "--like", land).exception)
    (land / "manifest.json").write_text('{"parameters": {}}', "utf-8")
    assert "is no manifest of a survey: KeyError" in str(explained(land, "--like", land).exception)
