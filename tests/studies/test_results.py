"""What models write is said in words: every column of every table, and every code that stands in one."""

from __future__ import annotations

import io
import json

import pytest

from amur.methods.coverage.definitions import WORDS
from amur.studies import catalogue, results, running
from amur.studies.tables import read_rows
from tests.studies.test_models import CENTRES, DELAYS, PLACES, POSTS

AT = "2026-03-10T02:00:00+00:00"
_HOUSES = """id,longitude,latitude,households,county,served,fallback_cost
1,126.0,45,4,k,no,
2,126.002,45,1,k,yes,
3,126.3,45,2,k,no,1
4,126.5,45,3,m,no,
"""
_VENUES = "id,longitude,latitude,opens,closes\na,126.001,45,22,6\nb,126.1,45,8,18\n"
_POINTS = "id,longitude,latitude,inside,opens,closes\np,126.0,45,no,4,20\n"
_RING = [[129.0, 46.0], [129.1, 46.0], [129.1, 46.1], [129.0, 46.1], [129.0, 46.0]]
_SHAPE = {"type": "Polygon", "coordinates": [_RING]}
_COUNTIES = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "properties": {"code": "1", "name": "C1"}, "geometry": _SHAPE}],
}
_SURVEY = """heights: flat
definitions:
  - {id: near, source: a rule, site_within_km: 3}
  - {id: far, source: another rule, site_within_km: 30}
"""
_VILLAGES = "id,county,households,name,longitude,latitude\nv,1,40,V,129.01,46.01\nw,1,40,W,129.05,46.05\n"
_SITES = "site,longitude,latitude,height_m,frequency_mhz,power_dbm,gain_dbi\na,129.05,46.05,40,780,46,15\n"
ASKED: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "siting": ({"radius_km": 0.2, "gap": 0.0, "budgets": "50"}, {"places.csv": _HOUSES, "candidates.csv": POSTS}),
    "facilities": ({"within_ms": 10.0}, {"places.csv": PLACES, "candidates.csv": CENTRES, "delays.csv": DELAYS}),
    "concentration": ({}, {"firms.csv": "id,size,market\na,3,north\nb,2,south\n"}),
    "wifi_reach": ({"inside_m": 50.0, "outside_m": 100.0}, {"venues.csv": _VENUES, "points.csv": _POINTS}),
    "coverage": (
        {"pixel_m": 500.0, "radius_m": 8000.0, "bands": "28", "processes": 1.0, "report": "none"},
        {
            "survey.yaml": _SURVEY,
            "counties.geojson": json.dumps(_COUNTIES),
            "census.csv": "code,name,people,households\n1,C1,1000,400\n",
            "villages.csv": _VILLAGES,
            "sites.csv": _SITES,
        },
    ),
}
_DEFINITIONS = {"near", "far"}


@pytest.fixture(params=sorted(catalogue.MODELS))
def written(request, tmp_path):
    """Return a model with the tables that it wrote, by the names of their files."""
    parameters, files = ASKED[request.param]
    inputs = {}
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        inputs[name.partition(".")[0]] = {"path": str(tmp_path / name), "file": name}
    running.Job(request.param, parameters, inputs, AT).write(tmp_path)
    told = running.run(tmp_path, out=io.StringIO())
    assert told.failed == ""
    tables = [one for one in (tmp_path / "results").iterdir() if one.suffix in {".csv", ".parquet"}]
    return request.param, {one.name: read_rows(one, {}, 0, 1000) for one in tables}


def test_every_column_of_every_table_has_both_titles_and_no_other_is_declared(written):
    model, tables = written
    assert {name: results.table(model, name) is not None for name in tables} == dict.fromkeys(tables, True)
    for name, found in tables.items():
        declared = results.table(model, name)
        own = {one for one in found.columns if one not in _DEFINITIONS}
        assert (name, own) == (name, set(declared.columns))
        columns = [declared.column(one) for one in found.columns]
        assert all(one.title.zh and one.title.en for one in columns), name
        titles = [one.title.en for one in declared.columns.values()]
        assert len(titles) == len({*titles}), f"{name}: two columns would be told alike"
    assert {name.rpartition(".")[0] for name in tables} == {*results.TABLES[model]}


def test_every_code_that_stands_in_a_table_has_words(written):
    model, tables = written
    for name, found in tables.items():
        declared = results.table(model, name)
        for column in found.columns:
            shape = declared.column(column)
            if shape.holds == "code":
                said = {row[column] for row in found.as_dicts()}
                if column == "served":
                    assert said == {*shape.codes}, "each way of being served stands in it"
                assert (name, column, said - {*shape.codes}) == (name, column, set())


def test_every_answer_that_a_model_can_give_has_words():
    for name in ("answers", "villages", "people"):
        table = results.TABLES["coverage"][name]
        assert {*WORDS.values()} == {*(table.columns.get("answer") or table.column("any definition")).codes}, name


def test_a_survey_says_what_stands_in_its_columns_of_definitions():
    villages = results.table("coverage", "villages.csv")
    assert villages.column("near").codes["not covered"].zh == "未覆盖"
    assert results.table("coverage", "2-shares.parquet") is results.TABLES["coverage"]["shares"]
    assert results.table("coverage", "summary.json") is None
