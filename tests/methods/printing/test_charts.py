"""Charts: lengths and places are what the numbers say, and what is not known is hatched."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.printing.charts import Bar, Point, bars_svg, frontier_svg, ticks
from amur.methods.printing.svg import HATCH
from tests.methods.printing.making import SVG, parsed, texts

FRONTIER = [Point(1e6, 100.0, 104.0), Point(3e6, 180.0, 181.0), Point(2e6, 150.0, 153.0)]


def bars(svg):
    return [one for one in parsed(svg).iter(f"{SVG}rect") if one.get("class") == "bar"]


def line(svg, name):
    d = next(one.get("d") for one in parsed(svg).iter(f"{SVG}path") if one.get("class") == name)
    return [tuple(map(float, one)) for one in re.findall(r"([\d.]+) ([\d.]+)", d)]


def test_bars_are_as_long_as_their_shares():
    svg = bars_svg([Bar("a", 0.25), Bar("b", 0.5, 0.5), Bar("c", 1.0)], "en")
    lengths = [float(one.get("width")) for one in bars(svg)]
    assert lengths[1] / lengths[0] == pytest.approx(2)
    assert lengths[2] / lengths[0] == pytest.approx(4)
    assert {"25.0%", "50.0%", "100.0%"} <= set(texts(svg))
    assert HATCH in svg
    assert f'"url(#{HATCH})"' not in svg


def test_what_may_be_covered_is_hatched_and_the_chart_says_what_hatching_is():
    svg = bars_svg([Bar("a", 0.25, 0.75)], "zh")
    (sure,) = bars(svg)
    maybe = next(one for one in parsed(svg).iter(f"{SVG}rect") if one.get("fill") == f"url(#{HATCH})")
    assert float(maybe.get("x")) == float(sure.get("width"))
    assert float(maybe.get("width")) == pytest.approx(2 * float(sure.get("width")))
    assert {"25.0–75.0%", "情况不明", "确定覆盖"} <= set(texts(svg))


def test_a_share_of_which_nothing_is_known_is_no_bar_of_length_nothing():
    svg = bars_svg([Bar("a", None)], "en")
    assert not bars(svg)
    assert "not known" in texts(svg)


@pytest.mark.parametrize(
    "bar", [Bar("a", 1.2), Bar("a", -0.1), Bar("a", 0.5, 0.4), Bar("a", math.nan), Bar("a", 0.5, 2)]
)
def test_what_is_no_share_is_told(bar):
    with pytest.raises(AmurError, match="'a': found"):
        bars_svg([bar])


def test_a_frontier_rises_with_money_whatever_the_order_of_its_plans():
    svg = frontier_svg(FRONTIER, "en", simulated="made up", note="a note")
    found, bound = line(svg, "frontier"), line(svg, "bound")
    assert [x for x, _ in found] == sorted(x for x, _ in found)
    assert [y for _, y in found] == sorted((y for _, y in found), reverse=True)
    assert all(above < y for (_, above), (_, y) in zip(bound, found, strict=True))
    (x1, _), (x2, _), (x3, _) = found
    assert x3 - x2 == pytest.approx(x2 - x1, abs=0.02)
    assert {"100", "150", "180", "made up", "a note", "proved bound: no plan reaches more"} <= set(texts(svg))


def test_bound_and_plans_differ_in_more_than_colour():
    svg = frontier_svg(FRONTIER)
    lines = {one.get("class"): one for one in parsed(svg).iter(f"{SVG}path") if one.get("class")}
    assert lines["bound"].get("stroke-dasharray")
    assert not lines["frontier"].get("stroke-dasharray")


def test_a_frontier_without_a_bound_in_households_has_none():
    svg = frontier_svg([Point(1e6, 100.0), Point(2e6, 120.0)], "en")
    assert 'class="bound"' not in svg
    assert "proved bound: no plan reaches more" not in texts(svg)


@pytest.mark.parametrize("points", [[], [Point(-1, 2, 3)], [Point(1, math.nan, 3)]])
def test_a_frontier_of_nothing_or_of_no_numbers_is_told(points):
    with pytest.raises(AmurError):
        frontier_svg(points)
    with pytest.raises(AmurError, match="no bar"):
        bars_svg([])


@given(st.floats(0, 1e15))
def test_ticks_begin_at_nothing_reach_the_most_and_are_few(most):
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-6)
    assert 2 <= len(found) <= 8


def test_hostile_names_are_text_in_charts(hostile):
    for svg in (bars_svg([Bar(hostile, 0.5)], title=hostile, simulated=hostile), frontier_svg(FRONTIER, note=hostile)):
        allowed = {"svg", "g", "path", "rect", "text", "title", "desc", "defs", "pattern", "circle"}
        assert {one.tag.removeprefix(SVG) for one in parsed(svg).iter()} <= allowed
