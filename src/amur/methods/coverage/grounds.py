"""Ground on a grid of metres, the link that is asked about, and the map of what is lost around one site.

Rows go from north to south, columns from west to east, and a pixel is as wide as it is high. A height that is not a
number is a hole: of what lies in it or behind it nothing is known, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Errors

Heights = np.ndarray[Any, np.dtype[np.float32]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""Between these lies all ground; what does not is in another unit, or a mark for a hole that was not taken out."""
RANGES = {
    "pixel_m": (1.0, 10_000.0),
    "antenna_m": (1.0, 3000.0),
    "receiver_m": (1.0, 3000.0),
    "frequency_mhz": (30.0, 6000.0),
    "radius_m": (1.0, 200_000.0),
    "delta_n": (0.0, 150.0),
    "refractivity_n0": (200.0, 500.0),
    "latitude_deg": (-90.0, 90.0),
    "eirp_dbm": (-200.0, 200.0),
    "azimuth_deg": (-360.0, 360.0),
}
"""What may be asked. Of antennas, frequencies and air it is what ITU-R P.1812-8 covers; the others find wrong units."""
_EARTH_M, _NO_BEND = 6_371_000.0, 157.0
MOST_STEPS = 1000
"""How many pixels a radius has at most: what is kept for a disc grows with the square of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Heights above sea level in metres, north to south and west to east, and how wide a pixel is."""

    heights_m: Heights
    pixel_m: float

    def __post_init__(self) -> None:
        """Refuse what is no ground.

        Raises:
            AmurError: where there is no grid, or a height is none; it says in which row and column.
        """
        within("pixel_m", self.pixel_m)
        heights = np.ascontiguousarray(self.heights_m, dtype=np.float32)
        if heights.ndim != 2 or not heights.size:  # noqa: PLR2004 – rows and columns
            raise AmurError("no_grid", f"heights have the shape {heights.shape}; wanted rows and columns")
        with np.errstate(invalid="ignore"):
            wrong = np.argwhere(~((heights >= LOWEST_M) & (heights <= HIGHEST_M)) & ~np.isnan(heights))
        if len(wrong):
            row, column = wrong[0]
            raise AmurError(
                "bad_height",
                f"row {row}, column {column}: the height is {heights[row, column]} m, not {LOWEST_M:g} to "
                f"{HIGHEST_M:g}, nor nan for a hole{_others(len(wrong))}",
            )
        object.__setattr__(self, "heights_m", heights)

    @property
    def shape(self) -> tuple[int, int]:
        """Return how many rows and columns there are."""
        rows, columns = self.heights_m.shape
        return rows, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What is sent how far to whom, through which air.

    ``delta_n`` (N-units per kilometre) makes the effective Earth; ``refractivity_n0`` and ``latitude_deg`` are asked
    for by the full model only.

    >>> round(Link(frequency_mhz=800, radius_m=10_000).earth_m / 1000)
    8931
    """

    frequency_mhz: float
    radius_m: float
    receiver_m: float = 1.5
    delta_n: float = 45.0
    refractivity_n0: float = 320.0
    latitude_deg: float = 46.0

    def __post_init__(self) -> None:
        """Refuse what no model covers.

        Raises:
            AmurError: it says which number, what was found and what is allowed.
        """
        for name in ("frequency_mhz", "radius_m", "receiver_m", "delta_n", "refractivity_n0", "latitude_deg"):
            within(name, getattr(self, name))

    @property
    def earth_m(self) -> float:
        """Return the radius of the effective Earth in metres, ITU-R P.1812-8 § 4.2."""
        return _EARTH_M * _NO_BEND / (_NO_BEND - self.delta_n)

    @property
    def wave_m(self) -> float:
        """Return the wavelength in metres."""
        return 299.8 / self.frequency_mhz

    def steps(self, pixel_m: float) -> int:
        """Return how many pixels the radius has.

        Raises:
            AmurError: if that is none, or more than ``MOST_STEPS``.
        """
        found = int(self.radius_m / pixel_m + 1e-9)
        if not 1 <= found <= MOST_STEPS:
            raise AmurError(
                "bad_radius",
                f"radius_m is {self.radius_m:g}, which is {found} pixels of {pixel_m:g} m; wanted 1 to {MOST_STEPS}",
                radius=f"{self.radius_m:g}",
                pixel=f"{pixel_m:g}",
                most=MOST_STEPS,
            )
        return found


class Mast(NamedTuple):
    """Where one site stands, in the middle of a pixel, and how high its antenna is above the ground."""

    row: int
    column: int
    antenna_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Transmitters, each in the middle of a pixel: its antenna above ground, and how much it radiates at most.

    ``patterns`` say which table of gains an antenna has, ``NO_PATTERN`` that it radiates alike to all sides; a table is
    turned by ``azimuths_deg``, clockwise from north. Row ``i`` is site ``i``.
    """

    rows: Rows
    columns: Rows
    antennas_m: Numbers
    eirp_dbm: Numbers
    patterns: Rows
    azimuths_deg: Numbers

    def __len__(self) -> int:
        """Return how many sites there are."""
        return len(self.rows)

    def mast(self, site: int) -> Mast:
        """Return where a site stands."""
        return Mast(int(self.rows[site]), int(self.columns[site]), float(self.antennas_m[site]))

    def taken(self, numbers: Rows) -> Sites:
        """Return some of the sites, by their numbers."""
        return Sites(*(getattr(self, field.name)[numbers] for field in fields(self)))


NO_PATTERN = -1


def sites(
    rows: Sequence[int] | Rows,
    columns: Sequence[int] | Rows,
    antennas_m: float | Sequence[float] | Numbers,
    eirp_dbm: float | Sequence[float] | Numbers = 0.0,
    *,
    patterns: int | Sequence[int] | Rows = NO_PATTERN,
    azimuths_deg: float | Sequence[float] | Numbers = 0.0,
) -> Sites:
    """Return sites; a single number stands for all of them.

    Raises:
        AmurError: where there are not as many of one as of another, or a number lies outside of its range.

    >>> len(sites([3, 4], [5, 6], 30.0, [40.0, 43.0]))
    2
    """
    count = len(rows)
    found = Sites(
        _each("rows", rows, count, np.int64),
        _each("columns", columns, count, np.int64),
        _each("antennas_m", antennas_m, count, np.float64),
        _each("eirp_dbm", eirp_dbm, count, np.float64),
        _each("patterns", patterns, count, np.int64),
        _each("azimuths_deg", azimuths_deg, count, np.float64),
    )
    for name, values in (
        ("antenna_m", found.antennas_m),
        ("eirp_dbm", found.eirp_dbm),
        ("azimuth_deg", found.azimuths_deg),
    ):
        low, high = RANGES[name]
        for site in np.flatnonzero(~((values >= low) & (values <= high)))[:1]:
            raise AmurError(
                "out_of_range",
                f"site {site}: {name} is {values[site]:g}, not {low:g} to {high:g}",
                name=name,
                found=f"{values[site]:g}",
                least=f"{low:g}",
                most=f"{high:g}",
            )
    return found


def stand_on(found: Sites, ground: Ground) -> None:
    """Hold that sites stand on ground.

    Raises:
        AmurError: if one stands beside it or in a hole; it says which and where.
    """
    rows, columns = ground.shape
    outside = (found.rows < 0) | (found.rows >= rows) | (found.columns < 0) | (found.columns >= columns)
    for site in np.flatnonzero(outside)[:1]:
        raise AmurError(
            "site_outside",
            f"site {site} stands in row {found.rows[site]}, column {found.columns[site]}; there are rows 0 to "
            f"{rows - 1} and columns 0 to {columns - 1}{_others(int(outside.sum()))}",
        )
    holes = np.isnan(ground.heights_m[found.rows, found.columns])
    for site in np.flatnonzero(holes)[:1]:
        raise AmurError(
            "site_in_hole",
            f"site {site} stands in row {found.rows[site]}, column {found.columns[site]}, where no height is known"
            f"{_others(int(holes.sum()))}",
            site=str(site),
        )


@dataclass(frozen=True, slots=True, eq=False)
class LossMap:
    """What is lost from one site to the pixels around it, in decibels; its own pixel is in the middle.

    ``loss_db`` is not a number where nothing is asked or known: ``is_asked`` says of which pixels of the square the
    loss is asked, those of the disc that lie on the grid, and ``is_unknown`` of which of them it is not known, because
    of a hole there or on the way. ``errors`` are those against the full model; the full model itself has none.
    """

    row: int
    column: int
    loss_db: Heights
    is_asked: Flags
    model: str
    errors: Errors | None

    @property
    def is_unknown(self) -> Flags:
        """Say of each pixel whether its loss is asked and not known."""
        found: Flags = self.is_asked & np.isnan(self.loss_db)
        return found


def within(name: str, value: float) -> None:
    """Hold that a number lies in its range.

    Raises:
        AmurError: if not; it says which, what was found and what is allowed.
    """
    low, high = RANGES[name]
    if not low <= value <= high:
        raise AmurError(
            "out_of_range",
            f"{name} is {value:g}, not {low:g} to {high:g}",
            name=name,
            found=f"{value:g}",
            least=f"{low:g}",
            most=f"{high:g}",
        )


def _each(name: str, given: Any, wanted: int, kind: type[np.generic]) -> Any:
    values = np.asarray(given)
    if values.shape not in {(), (wanted,)}:
        raise AmurError("uneven_sites", f"{name} has {values.size} numbers; give one, or one for each of {wanted}")
    if np.issubdtype(kind, np.integer) and values.size and not np.issubdtype(values.dtype, np.integer):
        raise AmurError("no_pixel", f"{name} has numbers that are not whole; a site stands in the middle of a pixel")
    return np.ascontiguousarray(np.broadcast_to(values, (wanted,)), dtype=kind)


def _others(count: int) -> str:
    return f"; and {count - 1} more" if count > 1 else ""
