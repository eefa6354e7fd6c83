"""Files of heights, each read in parts when a part is asked for: SRTM's HGT, GeoTIFF, and tiles of a web map."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import rasterio
from pyproj.exceptions import CRSError, ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from amur.base.faults import AmurError
from amur.methods.terrain.grids import DEGREES, HIGHEST_M, LOWEST_M, MOST_EAST, MOST_NORTH, Grid, Heights, check_heights

_HGT = re.compile(r"^([NS])(\d\d)([EW])(\d{3})(?:\.[A-Za-z0-9_]+)?\.hgt$", re.IGNORECASE)
_HGT_SIDES = {3601: "1 second of arc", 1201: "3 seconds of arc"}
_VOID = -32768
_LARGEST_BLOCK = 2**28
"""How many bytes one block of a file may unpack to: a whole degree at 1 second of arc has a tenth of it."""
_METRES = {"", "m", "metre", "metres", "meter", "meters"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file of heights: where its pixels lie, the words of its source, and how a part is read.

    ``read`` takes the first row and column and how many of each, and gives heights with NaN for holes.
    """

    grid: Grid
    name: str
    words: str
    read: Callable[[int, int, int, int], Heights]

    def part(self, row: int, column: int, rows: int, columns: int) -> Heights:
        """Return a part of the heights.

        Raises:
            AmurError: if the file cannot be read on, or holds a height that no land has.
        """
        found = self.read(row, column, rows, columns)
        check_heights(found, self.name, row, column)
        return found


def open_hgt(path: Path, words: str = "SRTM") -> Sheet:
    """Return the sheet of an HGT file, which has no header: its name says where it lies, its size how fine it is.

    Heights are signed 16-bit numbers, most significant byte first, north-west corner first; pixels of the border lie
    on the whole degree and stand in the neighbouring file too; -32768 is a hole (SRTM's own documentation, section 2).

    Raises:
        AmurError: if the name says no place or the size is another one.
    """
    said = _HGT.match(path.name)
    if said is None:
        raise AmurError(
            "no_hgt_name", f"{path.name}: the name says no place; wanted one such as N45E126.hgt", file=path.name
        )
    north, east = int(said[2]), int(said[4])
    north, east = (-north if said[1] in "Ss" else north), (-east if said[3] in "Ww" else east)
    if not (-MOST_NORTH <= north < MOST_NORTH and -MOST_EAST <= east < MOST_EAST):
        raise AmurError("no_hgt_name", f"{path.name}: found {north} N, {east} E, which is not on Earth", file=path.name)
    size = _size(path)
    side = next((side for side in _HGT_SIDES if 2 * side * side == size), None)
    if side is None:
        wanted = " or ".join(f"{2 * side * side} ({name})" for side, name in _HGT_SIDES.items())
        raise AmurError(
            "bad_hgt_size",
            f"{path.name}: found {size} bytes, wanted {wanted}; fetch it again, and unpack it if packed",
            file=path.name,
        )
    step = 1 / (side - 1)

    def read(row: int, column: int, rows: int, columns: int) -> Heights:
        try:
            table = np.memmap(path, dtype=">i2", mode="r", shape=(side, side))
        except (OSError, ValueError) as error:
            raise AmurError("unreadable_terrain", f"{path.name}: {error}; fetch it again", file=path.name) from None
        found = np.asarray(table[row : row + rows, column : column + columns]).astype(np.float32)
        found[found == _VOID] = np.nan
        return found

    return Sheet(Grid(DEGREES, float(east), north + 1.0, step, step, side, side), path.name, words, read)


def open_geotiff(path: Path, words: str = "", band: int = 1) -> Sheet:
    """Return the sheet of a GeoTIFF in any projection that it names, north up; heights in metres.

    What the file says is no data is a hole, and so is NaN; a scale and an offset that it declares are applied.

    Raises:
        AmurError: if it is no GeoTIFF, names no projection, is turned, counts in other units, or one of its blocks
            unpacks to more than a quarter of a gigabyte.
    """
    with _opened(path, "GTiff") as file:
        grid = _grid_of(path, file, band)
        scale, offset = file.scales[band - 1], file.offsets[band - 1]

    def read(row: int, column: int, rows: int, columns: int) -> Heights:
        with _opened(path, "GTiff") as again:
            found = again.read(band, window=Window(column, row, columns, rows), masked=True)
        heights: Heights = np.ma.filled(found.astype(np.float32), np.nan)
        heights[np.isinf(heights)] = np.nan
        return heights if (scale, offset) == (1, 0) else (heights * scale + offset).astype(np.float32)

    return Sheet(grid, path.name, words or path.name, read)


def _grid_of(path: Path, file: Any, band: int) -> Grid:
    if not 1 <= band <= file.count:
        raise AmurError("no_such_layer", f"{path.name}: found {file.count} bands, wanted number {band}")
    kind = np.dtype(file.dtypes[band - 1])
    if kind.kind not in "iuf":
        raise AmurError(
            "no_heights", f"{path.name}: found numbers of kind {kind}, wanted whole or real ones", file=path.name
        )
    if file.crs is None:
        raise AmurError(
            "no_projection", f"{path.name}: the file names no projection; write it in (gdal_edit -a_srs EPSG:…), "
            "as the source says", file=path.name
        )  # fmt: skip
    down, across = file.block_shapes[band - 1]
    size = (
        down * across * kind.itemsize * (file.count if file.interleaving and file.interleaving.name == "pixel" else 1)
    )
    if size > _LARGEST_BLOCK:
        raise AmurError(
            "huge_block", f"{path.name}: one block of {down} x {across} pixels unpacks to {size} bytes, more than "
            f"{_LARGEST_BLOCK}; write it in tiles (gdal_translate -co TILED=YES)", file=path.name
        )  # fmt: skip
    units = (file.units[band - 1] or "").strip().lower()
    if units not in _METRES:
        raise AmurError(
            "no_metres", f"{path.name}: found heights in {units}, wanted metres; turn them into metres", units=units
        )
    to = file.transform
    if to.b or to.d or to.a <= 0 or to.e >= 0:
        raise AmurError(
            "turned", f"{path.name}: rows do not go south, or columns not east; write it so (gdalwarp)", file=path.name
        )
    projection = _flat(path, file.crs.to_string())
    return Grid(projection, to.c + to.a / 2, to.f + to.e / 2, to.a, -to.e, file.height, file.width)


def _flat(path: Path, projection: str) -> str:
    """Return the projection without what a file says of heights in it; degrees of WGS 84 by one name."""
    try:
        found = pyproj.CRS.from_user_input(projection)
        found = found.to_2d() if found.is_compound else found
        pyproj.Transformer.from_crs(found, DEGREES)
    except (CRSError, ProjError) as error:
        raise AmurError(
            "unknown_projection",
            f"{path.name}: found {projection[:80]!r}, no way from there to degrees: {error}; write its EPSG code in",
            projection=projection[:80],
        ) from None
    if found.equals(pyproj.CRS(DEGREES), ignore_axis_order=True):
        return DEGREES
    return str(found.to_string())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise AmurError(
            "no_file", f"{path.name}: {error.strerror}; say where the file lies", name="heights", file=path.name
        ) from None


@contextmanager
def _opened(path: Path, driver: str) -> Iterator[Any]:
    """Open a file as what it has to be and nothing else: other formats of maps lead to files elsewhere."""
    _size(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            file = rasterio.open(path, driver=driver)
        with file:
            yield file
    except (RasterioError, OSError, ValueError, MemoryError) as error:
        said = str(error.__cause__ or error) or type(error).__name__
        raise AmurError(
            "unreadable_terrain",
            f"{path.name}: cannot be read as {driver}: {said[:300]}; fetch it again",
            file=path.name,
        ) from None


@dataclass(frozen=True, slots=True)
class Tiles:
    """What somebody's tiles of a web map are: their zoom, their size, their names, and how a colour says a height.

    Tiles cut the square of Web Mercator (EPSG:3857) into 2 ** zoom columns from west and rows from north. A height is
    red, green and blue (0 to 255), each times its weight, and ``offset_m``. Where ``bits`` is not 0, the weighted sum
    is a number of so many bits in two's complement. What is lower than ``lowest_m`` is raised to it, as the bottom of
    the sea to its surface. With ``impossible_is_hole`` colours that say a height no land has are holes: those that
    were mixed of two heights when tiles were made.
    """

    zoom: int
    red: float
    green: float
    blue: float
    offset_m: float = 0.0
    bits: int = 0
    lowest_m: float | None = None
    impossible_is_hole: bool = False
    size: int = 256
    name: str = "{z}/{x}/{y}.png"

    def heights(self, colours: np.ndarray[Any, Any]) -> Heights:
        """Return the heights that colours say: a table of three layers, red, green and blue.

        >>> said = np.array([[[16]], [[1]], [[0]]], np.uint8)
        >>> Tiles(6, red=1, green=256, blue=0).heights(said).tolist()
        [[272.0]]
        """
        red, green, blue = colours[:3].astype(np.float64)
        found = red * self.red + green * self.green + blue * self.blue
        if self.bits:
            found = np.where(found >= 2.0 ** (self.bits - 1), found - 2.0**self.bits, found)
        found += self.offset_m
        if self.lowest_m is not None:
            found = np.maximum(found, self.lowest_m)
        if self.impossible_is_hole:
            found[(found < LOWEST_M) | (found > HIGHEST_M)] = np.nan
        heights: Heights = found.astype(np.float32)
        return heights


_HALF_WORLD = 20037508.342789244
"""Half the side of the square of Web Mercator, in metres: pi times 6,378,137."""


def open_tiles(folder: Path, tiles: Tiles, words: str) -> tuple[Sheet, ...]:
    """Return the sheets of the tiles in a folder, by column and row; files with other names are left alone.

    Raises:
        AmurError: if there is no such tile, or one lies outside the square.
    """
    pattern = tiles.name.replace("{z}", str(tiles.zoom))
    named = re.compile(re.escape(pattern).replace(r"\{x\}", r"(?P<x>\d+)").replace(r"\{y\}", r"(?P<y>\d+)"))
    found = {}
    for path in folder.glob(pattern.replace("{x}", "*").replace("{y}", "*")):
        if said := named.fullmatch(path.relative_to(folder).as_posix()):
            found[int(said["x"]), int(said["y"])] = path
    if not found:
        raise AmurError(
            "no_tiles",
            f"{folder.name}: found no file named like {pattern}; say the folder and the names",
            file=folder.name,
        )
    return tuple(_tile(found[place], place, tiles, words) for place in sorted(found))


def _tile(path: Path, place: tuple[int, int], tiles: Tiles, words: str) -> Sheet:
    x, y = place
    across = 2**tiles.zoom
    if not (x < across and y < across):
        raise AmurError(
            "no_such_tile",
            f"{path.name}: at zoom {tiles.zoom} columns and rows go from 0 to {across - 1}",
            file=path.name,
        )
    step = 2 * _HALF_WORLD / (across * tiles.size)
    west, north = -_HALF_WORLD + x * tiles.size * step, _HALF_WORLD - y * tiles.size * step

    def read(row: int, column: int, rows: int, columns: int) -> Heights:
        with _opened(path, "PNG") as file:
            if (file.height, file.width) != (tiles.size, tiles.size) or file.count < 3 or file.dtypes[0] != "uint8":  # noqa: PLR2004 -- red, green and blue
                raise AmurError(
                    "bad_tile", f"{path.name}: found {file.width} x {file.height} pixels of {file.count} layers of "
                    f"{file.dtypes[0]}, wanted {tiles.size} x {tiles.size} of 3 or 4 of uint8; fetch it again",
                    file=path.name,
                )  # fmt: skip
            colours = file.read((1, 2, 3), window=Window(column, row, columns, rows))
        return tiles.heights(colours)

    grid = Grid("EPSG:3857", west + step / 2, north - step / 2, step, step, tiles.size, tiles.size)
    return Sheet(grid, path.name, words, read)
