"""Cells of OpenCellID."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
import shapely

from amur.base.faults import AmurError
from amur.methods.coverage.sites import read_cells

HEADERS = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal"
GOOD = "LTE,460,0,17922,46345091,0,126.63,45.75,1000,5,1,1459813819,1459813819,0"


def found(tmp_path, *lines, **said):
    path = tmp_path / "460.csv"
    path.write_text("\n".join(lines), "utf-8")
    return read_cells(path, **said)


@pytest.mark.parametrize("lines", [(HEADERS, GOOD), (GOOD,)])
def test_a_file_is_read_with_its_headers_and_without(tmp_path, lines):
    cells = found(tmp_path, *lines).whole()
    assert cells.radios.tolist() == ["LTE"]
    assert cells.keys.tolist() == [[460, 0, 17922, 46345091]]
    assert (cells.longitudes[0], cells.latitudes[0], cells.ranges_m[0], cells.samples[0]) == (126.63, 45.75, 1000, 5)
    assert cells.rows.tolist() == [len(lines)]


def test_a_packed_file_is_read(tmp_path):
    path = tmp_path / "460.csv.gz"
    path.write_bytes(gzip.compress(f"{HEADERS}\n{GOOD}\n".encode()))
    assert len(read_cells(path).whole()) == 1


def test_what_the_format_leaves_open_may_be_empty(tmp_path):
    cells = found(tmp_path, GOOD.replace("1000,5,", ",,")).whole()
    assert np.isnan(cells.ranges_m[0])
    assert np.isnan(cells.samples[0])


@pytest.mark.parametrize(
    ("before", "after", "field", "said"),
    [
        ("LTE", "WIFI", "radio", "found 'WIFI'"),
        ("460,0", "46000,0", "mcc", "found 46000"),
        ("46345091", "4.5", "cell", "found 4.5"),
        ("46345091", "", "cell", "nothing stands there"),
        ("126.63", "NaN", "lon", "found 'NaN'"),
        ("45.75", "95", "lat", "found 95"),
        (",5,", ",-5,", "samples", "found -5"),
        ("126.63,45.75", "0,0", "longitude", "found 0.000000 E, 0.000000 N, which lies outside the area"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_field(tmp_path, before, after, field, said):
    bad = GOOD.replace(before, after, 1)
    read = found(tmp_path, HEADERS, GOOD, bad, GOOD.replace("46345091", "7"), area=shapely.box(121, 43, 135, 54))
    assert [(one.line, one.check, one.found) for one in read.faults] == [(3, field, said)]
    assert read.found.rows.tolist() == [2, 4]


def test_a_cell_that_stands_twice_is_told(tmp_path):
    other = GOOD.replace("LTE", "GSM")
    read = found(tmp_path, GOOD, other, GOOD.replace("126.63", "126.64"))
    assert [(one.line, one.found) for one in read.faults] == [(3, "this cell stands in row 1 already")]
    assert read.found.radios.tolist() == ["LTE", "GSM"]


def test_a_file_with_other_columns_is_refused(tmp_path):
    with pytest.raises(AmurError, match="found 3 columns without headers, wanted 14"):
        found(tmp_path, "LTE,460,0")
    with pytest.raises(AmurError, match="no header for cell"):
        found(tmp_path, "radio,mcc,net,area", "LTE,460,0,1")


def test_a_hundred_thousand_cells_are_read_without_a_fault(tmp_path):
    read = found(tmp_path, HEADERS, *(GOOD.replace("46345091", str(at)) for at in range(100_000)))
    assert len(read.whole()) == 100_000
