"""Sites and their antennas, and cells of OpenCellID, from text files: each row looked at, each fault told.

A row that something is wrong with is left out, and each of its faults told with its number, its field, what was found
and what to do; who reads decides whether what is left is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
import shapely

from amur.base.faults import AmurError, Fault
from amur.methods.coverage.datums import DATUMS, Datum, to_wgs84
from amur.methods.filing.columns import Column, named, plain
from amur.methods.filing.tables import Flags, Numbers, Rows, Table, TableError, read_table
from amur.methods.filing.worded import Worded, worded

Texts = np.ndarray[Any, np.dtype[np.str_]]
Found = TypeVar("Found")

NAME = Column(
    "site", ("site_id", "site_name", "station", "站点", "站点名称", "站名", "基站", "基站名称", "基站编号", "站号")
)
EAST = Column("longitude", ("lon", "lng", "long", "x", "经度", "东经"), ("°", "deg", "度"), -180, 180)
NORTH = Column("latitude", ("lat", "y", "纬度", "北纬"), ("°", "deg", "度"), -90, 90)
DATUM = Column("datum", ("crs", "coordinate_system", "坐标系", "坐标系统"), is_needed=False)
COLUMNS = (
    Column("height_m", ("height", "antenna_height", "挂高", "天线挂高", "天线高度"), ("m", "米"), 1, 400),
    Column("azimuth_deg", ("azimuth", "bearing", "方位角"), ("°", "deg", "度"), 0, 360, is_needed=False),
    Column(
        "beamwidth_deg", ("beamwidth", "水平波瓣", "水平波瓣宽度", "半功率角", "水平半功率角"),
        ("°", "deg", "度"), 1, 360, 65.0,
    ),
    Column(
        "vertical_deg", ("vertical_beamwidth", "垂直波瓣", "垂直波瓣宽度", "垂直半功率角"),
        ("°", "deg", "度"), 1, 90, 10.0,
    ),
    Column("tilt_deg", ("tilt", "downtilt", "下倾角", "总下倾角"), ("°", "deg", "度"), -15, 45, 0.0),
    Column("frequency_mhz", ("frequency", "band_mhz", "频率", "中心频率", "频段"), ("MHz", "兆赫"), 400, 7125),
    Column("power_dbm", ("power", "tx_power", "发射功率", "功率", "小区功率"), ("dBm",), 10, 60),
    Column("gain_dbi", ("gain", "antenna_gain", "天线增益", "增益"), ("dBi",), -5, 35),
    Column("loss_db", ("feeder_loss", "cable_loss", "馈线损耗", "馈损"), ("dB",), 0, 20, 0.0),
    Column("blocks", ("resource_blocks", "n_rb", "资源块", "资源块数"), (), 1, 275, 100.0),
)  # fmt: skip
"""What a row may say of an antenna: headers in English and Chinese, units, and from what to what it may go.

No mast is lower than 1 m or higher than 400 m; a radio of a mobile network gives 10 mW to 1 kW; bands of terrestrial
networks below millimetres lie between 400 and 7,125 MHz (3GPP TS 38.104, FR1). An antenna without an azimuth sends all
around. A carrier without resource blocks is one of LTE with 20 MHz.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Antennas:
    """Antennas, one a row: where and how high it hangs, where it points, what it sends.

    Degrees are of WGS 84; heights in metres above the ground; azimuths clockwise from north, NaN for all around; tilts
    downwards. ``rows`` are those of the file. ``assumed`` counts for each field how often nothing was said.
    """

    sites: Texts
    longitudes: Numbers
    latitudes: Numbers
    heights_m: Numbers
    azimuths_deg: Numbers
    beamwidths_deg: Numbers
    verticals_deg: Numbers
    tilts_deg: Numbers
    frequencies_mhz: Numbers
    powers_dbm: Numbers
    gains_dbi: Numbers
    losses_db: Numbers
    blocks: Numbers
    rows: Rows
    assumed: Mapping[str, int]

    def __len__(self) -> int:
        """Return how many antennas there are."""
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells of OpenCellID, one a row: what names a cell, and where its signal was measured on average.

    That is not where its antenna stands: ``ranges_m`` says how far from there it was heard at most, and ``samples`` how
    often; NaN where the file does not say it. ``keys`` are country, network, area and cell.
    """

    radios: Texts
    keys: Rows
    longitudes: Numbers
    latitudes: Numbers
    ranges_m: Numbers
    samples: Numbers
    rows: Rows

    def __len__(self) -> int:
        """Return how many cells there are."""
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class Read(Generic[Found]):
    """What was read; what is wrong with rows, the first thousand faults word for word; how many were left out."""

    found: Found
    faults: tuple[Fault, ...]
    fault_count: int
    left_out: int

    def whole(self) -> Found:
        """Return what was read if nothing was wrong with any row.

        Raises:
            TableError: with every row and field that is wrong.
        """
        if self.left_out:
            raise TableError(self.faults[0].file, self.faults, self.fault_count)
        return self.found


def read_antennas(
    path: Path,
    *,
    area: shapely.Geometry | None = None,
    datum: Datum = "WGS84",
    defaults: Mapping[str, float] | None = None,
    headers: Mapping[str, str] | None = None,
    where: Mapping[str, str] | None = None,
) -> Read[Antennas]:
    """Return the antennas of a text file with a row of headers, English or Chinese ones (``COLUMNS``).

    Places are of ``datum`` unless a column says another for a row. ``area`` is a geometry in degrees (WGS 84) that all
    have to lie in. ``defaults`` are numbers for fields that the file does not say; how often each was taken is told.
    ``headers`` are those of the file by the fields that they fill, where it has none of ours; only rows are read that
    have what ``where`` says under a header. An antenna is repeated where site, azimuth, frequency and height are those
    of an earlier row.

    Raises:
        AmurError: if the file cannot be read as a table, a field is needed that neither it nor ``defaults`` say, or
            ``defaults`` or ``headers`` are of a field that there is not.
    """
    unknown = set(defaults or {}) - {column.field for column in COLUMNS}
    if unknown:
        raise AmurError("no_such_field", f"found defaults for {', '.join(sorted(unknown))}, which no column fills")
    columns = [replace(one, default=(defaults or {}).get(one.field, one.default)) for one in COLUMNS]
    table = read_table(path, named((NAME, EAST, NORTH, DATUM, *columns), headers or {}), where=where)
    names = table.texts(NAME)
    lons, lats = placed(table, datum)
    _outside(table, lons, lats, area)
    said = {column.field: table.numbers(column) for column in columns}
    table.refuse_repeated([names, said["azimuth_deg"], said["frequency_mhz"], said["height_m"]], worded("antenna"))
    right = ~table.faults.is_wrong
    parts: dict[str, Any] = dict(zip(_PARTS, (said[column.field][right] for column in columns), strict=True))
    assumed = {column.field: table.unsaid(column.field, right) for column in columns if column.default is not None}
    made = Antennas(
        sites=names.to_numpy(zero_copy_only=False)[right].astype(str), longitudes=lons[right], latitudes=lats[right],
        rows=table.faults.rows[right], assumed={name: count for name, count in assumed.items() if count}, **parts,
    )  # fmt: skip
    return _read(made, table)


_PARTS = (
    "heights_m", "azimuths_deg", "beamwidths_deg", "verticals_deg", "tilts_deg", "frequencies_mhz", "powers_dbm",
    "gains_dbi", "losses_db", "blocks",
)  # fmt: skip
"""What the numbers of each column are called of many antennas."""

_RADIOS = ("GSM", "CDMA", "UMTS", "LTE", "NR")
_CELLID = (
    "radio", "mcc", "net", "area", "cell", "unit", "lon", "lat", "range", "samples", "changeable", "created", "updated",
    "averagesignal",
)  # fmt: skip
_CELLS = (
    Column("radio"),
    Column("mcc", ("mnc_country",), (), 1, 999),
    Column("net", ("mnc",), (), 0, 32767),
    Column("area", ("lac", "tac"), (), 0, 2**24),
    Column("cell", ("cellid", "cid"), (), 0, 2**36),
    Column("lon", ("longitude",), ("°",), -180, 180),
    Column("lat", ("latitude",), ("°",), -90, 90),
    Column("range", (), ("m",), 0, 1e6, is_needed=False),
    Column("samples", (), (), 0, 1e9, is_needed=False),
)


def read_cells(path: Path, *, area: shapely.Geometry | None = None) -> Read[Cells]:
    """Return the cells of a file of OpenCellID, with its row of headers or without, also as it is packed (.csv.gz).

    Columns are those that OpenCellID's documentation names: radio, mcc, net, area, cell, unit, lon, lat, range,
    samples, changeable, created, updated, averageSignal. A cell is repeated where the first five are those of an
    earlier row.

    Raises:
        AmurError: if the file cannot be read as a table, or a column is missing.
    """
    table = read_table(path, _CELLS, headless=_CELLID)
    radios = table.texts(_CELLS[0])
    is_known = np.isin(radios.to_numpy(zero_copy_only=False).astype(str), _RADIOS)
    table.faults.add(
        ~is_known,
        "radio",
        lambda at: worded("text", typed=radios[at].as_py()[:40]),
        worded("write_one_of", names=", ".join(_RADIOS)),
    )
    said = {column.field: table.numbers(column) for column in _CELLS[1:]}
    for name in ("mcc", "net", "area", "cell"):
        values = said[name]
        table.faults.add(values % 1 > 0, name, partial(_number, values), worded("write_whole"))
    _outside(table, said["lon"], said["lat"], area)
    keys = np.column_stack([np.nan_to_num(said[name]) for name in ("mcc", "net", "area", "cell")]).astype(np.int64)
    table.refuse_repeated([radios, *keys.T], worded("cell"))
    right = ~table.faults.is_wrong
    made = Cells(
        radios.to_numpy(zero_copy_only=False)[right].astype(str), keys[right], said["lon"][right], said["lat"][right],
        said["range"][right], said["samples"][right], table.faults.rows[right],
    )  # fmt: skip
    return _read(made, table)


def _number(values: Numbers, at: int) -> Worded:
    return worded("number", typed=f"{values[at]:g}")


def _text(typed: str, _: int) -> Worded:
    return worded("text", typed=typed[:80])


def _read(made: Found, table: Table) -> Read[Found]:
    faults = table.faults
    return Read(made, faults.in_order(), faults.count, faults.left_out + int(faults.is_wrong.sum()))


def placed(table: Table, datum: Datum, *, is_needed: bool = True) -> tuple[Numbers, Numbers]:
    """Return longitudes and latitudes in WGS 84, whatever datum the file or a row says; NaN where none is needed."""
    lons, lats = (table.numbers(replace(one, is_needed=is_needed)) for one in (EAST, NORTH))
    said = table.columns.get(DATUM.field, pa.array([""] * len(table)))
    for name in said.unique().to_pylist():
        of = DATUMS.get(plain(name)) if name else datum
        is_so: Flags = np.asarray(said.to_numpy(zero_copy_only=False) == name, dtype=bool)
        if of is None:
            fix = worded("write_one_of", names="WGS84, CGCS2000, GCJ-02, BD-09")
            table.faults.add(is_so, DATUM.field, partial(_text, name), fix)
        else:
            lons[is_so], lats[is_so] = to_wgs84(lons[is_so], lats[is_so], of)
    return lons, lats


def _outside(table: Table, lons: Numbers, lats: Numbers, area: shapely.Geometry | None) -> None:
    """Tell of places outside the area, and of those that would be inside the other way round."""
    if area is None:
        return
    shapely.prepare(area)
    is_place = (np.abs(lons) <= EAST.most) & (np.abs(lats) <= NORTH.most)
    is_out = is_place & ~shapely.intersects_xy(area, lons, lats)
    is_swapped = is_out & shapely.intersects_xy(area, lats, lons)
    west, south, east, north = area.bounds

    def found(at: int) -> Worded:
        return worded("outside_area", east=f"{lons[at]:.6f}", north=f"{lats[at]:.6f}")

    table.faults.add(is_swapped, "longitude", found, worded("swap"))
    wanted = worded("look_at_area", west=f"{west:.2f}", east=f"{east:.2f}", south=f"{south:.2f}", north=f"{north:.2f}")
    table.faults.add(is_out & ~is_swapped, "longitude", found, wanted)
