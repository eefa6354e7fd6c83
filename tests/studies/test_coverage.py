"""Coverage as a study: two small counties on level ground, one mast, and a rule that needs no signal."""

from __future__ import annotations

import io
import json

import pytest

from amur.studies import catalogue, running
from amur.studies.tables import read_rows

WEST, SOUTH = 129.0, 46.0
SURVEY = "heights: flat\ndefinitions:\n  - {id: near, source: a rule, site_within_km: 3}\n"


def _county(code, west):
    east, north = west + 0.1, SOUTH + 0.1
    ring = [[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code, "name": f"C{code}"}, "geometry": shape}


@pytest.fixture
def survey(tmp_path):
    """Return what surveys the two counties by a declaration, with parameters."""
    counties = {"type": "FeatureCollection", "features": [_county("1", WEST), _county("2", WEST + 0.1)]}
    files = {
        "counties.geojson": json.dumps(counties),
        "census.csv": "code,name,people,households\n1,C1,1000,400\n2,C2,2000,800\n",
        "sites.csv": "site,longitude,latitude,height_m,frequency_mhz,power_dbm,gain_dbi\na,129.05,46.05,40,780,46,15\n",
    }

    def run(declaration, **parameters):
        inputs = {}
        for name, content in (files | {"survey.yaml": declaration}).items():
            (tmp_path / name).write_text(content)
            inputs[name.partition(".")[0]] = {"path": str(tmp_path / name), "file": name}
        running.Job("coverage", parameters, inputs, "2026-03-10T02:00:00+00:00").write(tmp_path)
        return running.run(tmp_path, out=io.StringIO())

    return run


def test_a_survey_is_written_with_what_it_came_of(survey, tmp_path):
    """Both counties hold 3,000 people; the one mast stands in the west, and reaches nobody of the east within 3 km."""
    told = survey(SURVEY, pixel_m=500.0, radius_m=8000.0, bands="28", processes=1.0, report="none")
    assert told.failed == ""
    figures, results = told.figures, tmp_path / "results"
    assert (figures["people"], figures["households"], figures["sites"], figures["counties"]) == (3000, 1200, 1, 2)
    east = read_rows(results / "shares.csv", {"county": "2", "measure": "people"}, 0, 9).as_dicts()
    assert [(one["definition"], float(one["covered"])) for one in east] == [("near", 0.0)]
    whole = read_rows(results / "shares.parquet", {"county": "", "measure": "people"}, 0, 9).as_dicts()
    assert float(whole[0]["share"]) == pytest.approx(figures["people_near"])
    assert all(catalogue.model("coverage").figure(name) for name in figures)
    assert {one.name for one in results.iterdir()} >= {*catalogue.model("coverage").files}
    assert any("level everywhere" in one["en"] and "地形" in one["zh"] for one in told.simulated)
    assert not any("apart" in one["en"] for one in json.loads((results / "summary.json").read_text())["coarse"])
    assert json.loads((results / "summary.json").read_text())["simulated_of"] == ["heights"]
    said = json.loads((results / "manifest.json").read_text())
    assert {one["file"] for one in said["inputs"]} == {"counties.geojson", "census.csv", "sites.csv", "survey.yaml"}
    assert (said["parameters"]["pixel_m"], said["parameters"]["model"]) == (500.0, "coverage")
    assert "shares.csv" in said["results"]


def test_a_declaration_names_no_file_of_its_own(survey):
    """What a file held that no study knows by its hash could not be told afterwards."""
    for more in (
        "villages: /etc/passwd",
        "villages: {file: villages.csv}",
        "villages: {simulate: /etc/passwd}",
        "villages: {simulate: {file: counts.csv}}",
    ):
        assert survey(f"{SURVEY}{more}\n").code == "file_in_survey"
    for heights in ("[n45.tif]", "[{file: /n45.tif}]"):
        assert survey(SURVEY.replace("flat", heights)).code == "file_in_survey"
    assert survey("heights: flat\ndefinitions: rules.yaml\n").code == "file_in_survey"
