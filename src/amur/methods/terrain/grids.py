"""A grid of heights and where on Earth its pixels lie."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyproj
from pyproj.exceptions import CRSError, ProjError
from rasterio.transform import Affine

from amur.base.faults import AmurError

Heights = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
DEGREES = "EPSG:4326"
"""Longitude and latitude in degrees, WGS 84."""
LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""No dry land is lower, and none is higher."""
COARSE_M = 100.0
"""Maps of the FCC's Broadband Data Collection are computed at 100 m or finer; what is coarser is called so."""
MOST_PIXELS = 300_000_000
"""How many pixels are held at once: 1.2 gigabytes, or 14 by 12 degrees at 3 seconds of arc."""
MOST_EAST, MOST_NORTH = 180.0, 90.0
EARTH = pyproj.Geod(ellps="WGS84")


@cache
def transformer(of: str, to: str) -> pyproj.Transformer:
    """Return what turns places of one projection into those of another, east before north.

    Raises:
        AmurError: if there is no such projection.
    """
    try:
        return pyproj.Transformer.from_crs(of, to, always_xy=True)
    except (CRSError, ProjError) as error:
        raise AmurError(
            "unknown_projection", f"no way from {of[:80]} to {to[:80]}: {error}; name an EPSG code", projection=of[:80]
        ) from None


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the Earth between two meridians and two parallels, in degrees; none goes over the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Refuse what is no part of the Earth.

        Raises:
            AmurError: it says what was found.
        """
        if not (
            -MOST_EAST <= self.west < self.east <= MOST_EAST and -MOST_NORTH <= self.south < self.north <= MOST_NORTH
        ):
            raise AmurError(
                "no_box", f"found {self}; wanted west below east within 180 degrees, south below north within 90"
            )

    def __str__(self) -> str:
        """Print as people write it.

        >>> print(Box(121, 43, 135, 53.5))
        121 to 135 E, 43 to 53.5 N
        """
        return f"{self.west:.6g} to {self.east:.6g} E, {self.south:.6g} to {self.north:.6g} N"


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the pixels of a table lie: rows go south, columns east, ``x`` and ``y`` are the centre of the first.

    Steps are in units of the projection, degrees or metres, and positive.

    >>> Grid(DEGREES, 126.0, 46.0, 0.5, 0.5, 3, 5).edges
    (125.75, 44.75, 128.25, 46.25)
    """

    projection: str
    x: float
    y: float
    step_x: float
    step_y: float
    rows: int
    columns: int

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Return the outer edges: least x, least y, greatest x, greatest y."""
        west, north = self.x - self.step_x / 2, self.y + self.step_y / 2
        return west, north - self.rows * self.step_y, west + self.columns * self.step_x, north

    @property
    def transform(self) -> Affine:
        """Return what rasterio needs to know of where the pixels lie."""
        return Affine(self.step_x, 0, self.x - self.step_x / 2, 0, -self.step_y, self.y + self.step_y / 2)

    @property
    def resolution_m(self) -> float:
        """Return how far apart neighbouring pixels are on the ground in the middle, the longer way, in metres."""
        x, y = self.x + self.step_x * (self.columns - 1) / 2, self.y - self.step_y * (self.rows - 1) / 2
        xs = np.array([x - self.step_x / 2, x + self.step_x / 2, x, x])
        ys = np.array([y, y, y - self.step_y / 2, y + self.step_y / 2])
        east, north = transformer(self.projection, DEGREES).transform(xs, ys)
        _, _, metres = EARTH.inv(east[::2], north[::2], east[1::2], north[1::2])
        return float(np.max(metres))

    @property
    def said(self) -> str:
        """Say where it lies, in degrees."""
        west, south, east, north = bounds_in(self.edges, self.projection, DEGREES)
        return f"{west:.6g} to {east:.6g} E, {south:.6g} to {north:.6g} N"

    def part(self, row: int, column: int, rows: int, columns: int) -> Grid:
        """Return the grid of a part, or of more: rows and columns count from this one's first and may be negative."""
        x, y = self.x + column * self.step_x, self.y - row * self.step_y
        return replace(self, x=x, y=y, rows=rows, columns=columns)


def bounds_in(edges: tuple[float, float, float, float], of: str, to: str) -> tuple[float, float, float, float]:
    """Return the least rectangle of another projection around a rectangle of one.

    Raises:
        AmurError: if the rectangle lies where the other projection does not reach.
    """
    if of == to:
        return edges
    west, south, east, north = transformer(of, to).transform_bounds(*edges)
    if not all(map(math.isfinite, (west, south, east, north))):
        raise AmurError(
            "outside_projection", f"{edges} of {of[:80]} lies where {to[:80]} does not reach; check the projection"
        )
    return west, south, east, north


def period_of(grid: Grid) -> float:
    """Return after how far east a grid comes back to itself: 360 degrees, and 0 for grids of metres, which do not."""
    return 360.0 if grid.projection == DEGREES else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Heights of the ground in metres above the sea, as the source counts them; NaN where none is known.

    Heights are 32-bit numbers: whole metres are exact, and no height is off by more than half a millimetre.
    ``sources`` are the words of who measured; ``measured_m`` is how far apart measurements lie, which is more than the
    resolution where a grid was made finer. ``is_simulated`` says that heights between measurements were made up:
    whoever shows a map or a figure of it says so. ``filled`` counts the holes that were filled from around them;
    ``notes`` are sentences for whoever looks at the result.
    """

    grid: Grid
    heights: Heights
    sources: tuple[str, ...]
    measured_m: float
    is_simulated: bool = False
    filled: int = 0
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse heights that no land has.

        Raises:
            AmurError: it says how many there are, where the first is, and what to do.
        """
        if self.heights.shape != (self.grid.rows, self.grid.columns):
            raise AmurError("uneven_terrain", f"{self.heights.shape} heights on {self.grid.rows} x {self.grid.columns}")
        check_heights(self.heights, "terrain")

    @property
    def resolution_m(self) -> float:
        """Return how far apart pixels are on the ground, in metres."""
        return self.grid.resolution_m

    @property
    def is_coarse(self) -> bool:
        """Say whether measurements lie farther apart than maps of coverage need.

        >>> far, near = (Grid("EPSG:32652", 5e5, 5e6, step, step, 3, 3) for step in (1650.0, 30.0))
        >>> flat = np.zeros((3, 3), np.float32)
        >>> Terrain(far, flat, ("a survey",), 1650).is_coarse, Terrain(near, flat, ("a survey",), 30).is_coarse
        (True, False)
        """
        return self.measured_m > COARSE_M

    @property
    def holes(self) -> int:
        """Return how many pixels have no height."""
        return int(np.isnan(self.heights).sum())


def check_heights(heights: Heights, where: str, row: int = 0, column: int = 0) -> None:
    """Refuse heights that no land has; ``row`` and ``column`` are where the table begins.

    Raises:
        AmurError: it says how many there are, where the first is, and what to do.

    >>> check_heights(np.array([[5, -9999]], np.float32), "a.tif")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    amur.base.faults.AmurError: a.tif, row 0, column 1: found a height of -9999 m, wanted -500 to 9000; ...
    """
    if not heights.size:
        return
    lowest, highest = np.fmin.reduce(heights, axis=None), np.fmax.reduce(heights, axis=None)
    if not (lowest < LOWEST_M or highest > HIGHEST_M):
        return
    wrong = (heights < LOWEST_M) | (heights > HIGHEST_M)
    down, across = (int(places[0]) for places in np.nonzero(wrong))
    raise AmurError(
        "absurd_height",
        f"{where}, row {row + down}, column {column + across}: found a height of {heights[down, across]:g} m, wanted "
        f"{LOWEST_M:g} to {HIGHEST_M:g}; {wrong.sum()} of {heights.size} pixels are so: if they stand for nothing "
        "known, say so in the file (nodata); else look at its units",
        where=where,
        found=f"{heights[down, across]:g}",
        least=f"{LOWEST_M:g}",
        most=f"{HIGHEST_M:g}",
    )
