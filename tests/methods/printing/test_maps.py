"""Maps: areas on them are as large as on Earth, borders stay shared, and nothing is told by colour alone."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely.geometry.polygon import orient

from amur.base.faults import AmurError
from amur.methods.printing.classes import SHARES, Classes
from amur.methods.printing.maps import Area, Frame, Kind, Mark, areas_of, map_svg
from amur.methods.printing.outlines import FINE
from amur.methods.printing.projections import around
from amur.methods.printing.svg import FINE_HATCH, SCALE
from tests.methods.printing.making import SVG, drawn_areas, fills, parsed, patchwork, texts

EARTH = Geod(ellps="WGS84")
SHARE = Classes(SHARES, is_share=True)
KINDS = [Kind("yes", "Yes", "dot", "#0b4f5c"), Kind("no", "No", "cross", "#9c2617")]


def on_earth(shape):
    return abs(EARTH.geometry_area_perimeter(orient(shape))[0])


def test_areas_are_in_proportion_to_those_on_earth_within_a_hundredth():
    for degrees in ((14.0, 10.0), (60.0, 35.0)):
        areas = patchwork(degrees=degrees)
        drawn = drawn_areas(map_svg(areas, classes=SHARE))
        ratios = np.array([drawn[one.code].area / on_earth(one.shape) for one in areas])
        assert np.abs(ratios / ratios.mean() - 1).max() < 0.01


def test_mercator_keeps_angles_and_not_areas():
    areas = patchwork(bends=2)
    drawn = drawn_areas(map_svg(areas, frame=Frame(projection="mercator"), classes=SHARE))
    ratios = [drawn[one.code].area / on_earth(one.shape) for one in areas]
    assert max(ratios) / min(ratios) > 1.2
    plane = around((121.0, 43.0, 135.0, 53.0), "mercator")
    east, north = (plane.plane(np.array([[128.0, 52.0], there])) for there in ([128.01, 52.0], [128.0, 52.01]))
    lengths = [np.hypot(*np.diff(one, axis=0)[0]) for one in (east, north)]
    truths = [EARTH.inv(128.0, 52.0, *there)[2] for there in ((128.01, 52.0), (128.0, 52.01))]
    assert lengths[0] / truths[0] == pytest.approx(lengths[1] / truths[1], rel=1e-3)


@pytest.mark.parametrize("bends", [2, 600])
def test_borders_that_are_shared_stay_shared_and_nothing_lies_between(bends):
    areas = patchwork(3, 3, bends=bends)
    drawn = list(drawn_areas(map_svg(areas, classes=SHARE)).values())
    before, after = (sum(map(shapely.get_num_coordinates, shapes)) for shapes in ([one.shape for one in areas], drawn))
    assert after == before if bends == 2 else after < before / 2
    whole = shapely.union_all(drawn)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert sum(one.area for one in drawn) == pytest.approx(whole.area, rel=1e-9)


def test_a_map_of_many_areas_with_long_borders_stays_small():
    areas = patchwork(11, 11, bends=260, ripple=40.0)
    assert sum(shapely.get_num_coordinates(one.shape) for one in areas) > 120_000
    svg = map_svg(areas, classes=SHARE)
    assert len(svg.encode()) < 400_000
    assert len(drawn_areas(svg)) == 121


def test_a_value_has_the_tint_of_its_class_and_what_is_not_known_is_hatched():
    values = [0.0, 0.5, 0.85, 0.95, 1.0, None]
    areas = [Area(f"{at}", "", shapely.box(126 + at, 45, 127 + at, 46), value) for at, value in enumerate(values)]
    svg = map_svg(areas, classes=SHARE)
    assert fills(svg) == {f"{at}": fill for at, fill in enumerate([*SCALE, f"url(#{FINE_HATCH})"])}
    patterns = {one.get("id") for one in parsed(svg).iter(f"{SVG}pattern")}
    assert {one[5:-1] for one in re.findall(r"url\(#[\w-]+\)", svg)} <= {f"{one}" for one in patterns} | patterns


def test_tints_are_told_apart_without_colour():
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    steps = [light(colour) + 0.05 for colour in SCALE]
    assert all(before / after > 1.3 for before, after in pairwise(steps))


def test_an_area_with_room_has_the_number_of_its_class_and_the_legend_has_it_too():
    svg = map_svg(patchwork(2, 2, bends=5), classes=Classes((0.1, 0.2, 0.3, 0.4)))
    legend, areas = "12345", "1335"
    assert sorted(one for one in texts(svg) if one in legend) == sorted(legend + areas)


def test_a_label_stands_in_its_area():
    areas = [Area(one.code, one.name, one.shape, one.value, f"{one.code}!") for one in patchwork(bends=9)]
    svg = map_svg(areas, classes=SHARE)
    drawn = drawn_areas(svg)
    said = {
        "".join(one.itertext()): (float(one.get("x")), float(one.get("y"))) for one in parsed(svg).iter(f"{SVG}text")
    }
    assert all(drawn[one.code].contains(shapely.Point(np.array(said[one.label]) * FINE)) for one in areas)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_classes_have_open_ends_in_both_languages(language):
    said = texts(map_svg(patchwork(bends=2), classes=SHARE, frame=Frame(language=language)))
    for label in SHARE.labels(language):
        assert label in said
    assert ("情况不明" if language == "zh" else "not known") in said


def test_points_are_drawn_where_they_are_in_the_shape_of_their_kind_and_counted():
    marks = [Mark(126.0, 45.0, "yes"), Mark(127.0, 45.0, "no"), Mark(126.5, 46.0, "no")]
    svg = map_svg([], marks, KINDS, frame=Frame(language="en"), is_choropleth=False)
    groups = {one.get("data-kind"): one[0].get("d") for one in parsed(svg).iter(f"{SVG}g") if one.get("data-kind")}
    assert groups["no"].count("M") == 2
    assert groups["yes"].count("M") == 1
    assert {"Yes (1)", "No (2)"} <= set(texts(svg))
    (x, y), *_ = [tuple(map(float, one)) for one in re.findall(r"M([\d.]+) ([\d.]+)", groups["no"])]
    (third_x, third_y) = [tuple(map(float, one)) for one in re.findall(r"M([\d.]+) ([\d.]+)", groups["no"])][1]
    assert (third_x < x, third_y < y) == (True, True)


def test_a_map_of_many_points_stays_small():
    random = np.random.default_rng(1)
    places = random.uniform((121, 43), (135, 53), (9000, 2))
    marks = [Mark(*at, ("yes", "no")[number % 2]) for number, at in enumerate(places)]
    svg = map_svg([], marks, KINDS, frame=Frame(language="en"), is_choropleth=False)
    assert len(svg.encode()) < 300_000
    assert {"Yes (4,500)", "No (4,500)"} <= set(texts(svg))


def test_the_scale_is_as_long_as_it_says():
    marks = [Mark(126.0, 45.0, "no"), Mark(126.0, 46.0, "no")]
    svg = map_svg([], marks, KINDS, frame=Frame(language="en"), is_choropleth=False)
    d = next(one[0].get("d") for one in parsed(svg).iter(f"{SVG}g") if one.get("data-kind"))
    (_, low), (_, high) = [tuple(map(float, one)) for one in re.findall(r"M([\d.]+) ([\d.]+)", d)]
    metres = EARTH.inv(126.0, 45.0, 126.0, 46.0)[2]
    half = next(float(one.get("width")) for one in parsed(svg).iter(f"{SVG}rect") if one.get("class") == "scale")
    said = next(float(one.removesuffix(" km")) for one in texts(svg) if one.endswith(" km"))
    assert 2 * half / (abs(low - high) / metres) / 1000 == pytest.approx(said, rel=0.001)


def test_the_arrow_points_north_from_where_it_stands():
    svg = map_svg(patchwork(bends=2), classes=SHARE)
    turn = next(one.get("transform") for one in parsed(svg).iter(f"{SVG}g") if one.get("class") == "north")
    # At the right of a map meridians lean to the left: the pole is above its middle.
    assert -10 < float(re.search(r"rotate\(([-\d.]+)\)", turn)[1]) < -2


def test_what_is_simulated_is_stamped_on_the_map_and_told_under_it():
    frame = Frame("覆盖", source="某处", notice="示意图", simulated="站址是模拟的。")
    svg = map_svg(patchwork(bends=2), classes=SHARE, frame=frame)
    marks = [one for one in parsed(svg).iter(f"{SVG}g") if one.get("class") == "simulated"]
    assert len(marks) == 2
    assert {"覆盖", "来源：某处", "示意图", "站址是模拟的。"} <= set(texts(svg))
    assert "simulated" not in map_svg(patchwork(bends=2), classes=SHARE)


def test_a_drawing_says_what_is_on_it_to_who_does_not_see_it():
    root = parsed(map_svg(patchwork(2, 2, bends=2), classes=SHARE, frame=Frame("Map", language="en")))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Map"
    assert "under 50%: 3 areas" in root.findtext(f"{SVG}desc")


def test_the_same_map_is_drawn_the_same():
    assert map_svg(patchwork(), classes=SHARE) == map_svg(patchwork(), classes=SHARE)


def test_hostile_names_are_text(hostile):
    areas = [Area(hostile, hostile, shapely.box(126, 45, 127, 46), 0.5)]
    kinds = [Kind("a", hostile, "dot")]
    svg = map_svg(areas, [Mark(126.5, 45.5, "a")], kinds, frame=Frame(hostile, "zh", hostile, hostile, hostile))
    allowed = {"svg", "g", "path", "rect", "text", "title", "desc", "defs", "pattern"}
    assert {one.tag.removeprefix(SVG) for one in parsed(svg).iter()} <= allowed


def test_areas_that_touch_in_points_holes_and_islands_are_drawn():
    ring = shapely.box(126, 45, 128, 47).difference(shapely.box(126.5, 45.5, 127, 46))
    both = shapely.MultiPolygon([shapely.box(126.5, 45.5, 127, 46), shapely.box(130, 45, 130.0001, 45.0001)])
    drawn = drawn_areas(map_svg([Area("ring", "", ring, 0.1), Area("both", "", both, 0.2)], classes=SHARE))
    assert len(drawn["ring"].interiors) == 1
    assert drawn["ring"].intersection(drawn["both"]).area == 0


@pytest.mark.parametrize(
    ("collection", "said"),
    [
        ([], "found no collection of features"),
        ({"features": [{}]}, "areas, feature 1: its geometry cannot be read"),
        ({"features": [{"geometry": None}]}, "areas, feature 1"),
        ({"features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}, "found Point, wanted a polygon"),
    ],
)
def test_what_is_no_area_is_told_with_its_number(collection, said):
    with pytest.raises(AmurError, match=re.escape(said)):
        areas_of(collection)


@pytest.mark.parametrize("value", ["much", True, math.inf])
def test_a_value_that_is_no_number_is_told(value):
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    with pytest.raises(AmurError, match=r"feature 1, share: found .*, wanted a number, or null"):
        areas_of({"features": [{"geometry": square, "properties": {"share": value}}]}, "share")


@pytest.mark.parametrize(
    ("areas", "marks", "said"),
    [
        ([], [], "there is no area and no point"),
        ([], [Mark(math.nan, 45, "yes")], "is no place"),
        ([], [Mark(190, 45, "yes")], "wanted west, south, east, north"),
        ([], [Mark(-80, 45, "yes"), Mark(130, 45, "yes")], "more than 150 degrees wide"),
        ([], [Mark(126, 45, "other")], "of the kind 'other'"),
    ],
)
def test_what_cannot_be_drawn_is_told(areas, marks, said):
    with pytest.raises(AmurError, match=re.escape(said)):
        map_svg(areas, marks, KINDS, is_choropleth=False)


def test_mercator_does_not_reach_the_pole():
    with pytest.raises(AmurError, match="draw them equal-area"):
        map_svg([], [Mark(20, 88, "yes")], KINDS, frame=Frame(projection="mercator"), is_choropleth=False)
