"""The fast mode: rays from a site to all sides, a pixel a step, and what is lost on the way to every pixel.

The loss is that of free space, of Bullington's edge over the samples of the ray that is nearest to the pixel, and of
what a smooth Earth loses beyond that edge (ITU-R P.1812-8, Annex 1, § 4.2, § 4.3.1, § 4.3.4 and § 5.6). Against the
full model it leaves out:

- ducting, reflection by layers, troposcatter, and what is better for less than half of the time: none of them matters
  at the half of the time within some tens of kilometres, which is what this mode is for;
- what stands on the ground, which ``signals`` takes off, and the sea: all is inland, polarisation is vertical;
- the way itself: its samples are those of the nearest ray, up to half a pixel aside at the rim;
- what a smooth Earth loses is taken in closed form (Attachment 4) instead of from the points of the way, which differs
  by up to some 2.5 dB where the way has few points, and read between the nodes of a table, which errs by up to 0.2 dB.

So every result carries its error against the full model, measured on ways of the same run. Work for a pixel grows with
how many samples lie before it: twice the radius is about eight times the work for a site, less what the processor does
at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Errors, Sample
from amur.methods.coverage.discs import Single, disc_of
from amur.methods.coverage.errors import measured
from amur.methods.coverage.excess import scene_of
from amur.methods.coverage.grounds import NO_PATTERN, Flags, Ground, Link, LossMap, Mast, Sites, sites, stand_on
from amur.methods.coverage.rays import OUTSIDE, Best, Counts, Servers, room_for, see_all, see_one

Window: TypeAlias = tuple[int, int, int, int]
"""A part of the ground: its first row and column, and how many rows and columns it has."""
AZIMUTHS, ELEVATIONS = 360, 181
NO_SERVER = -1
AT_ONCE = 256
"""How many sites are swept before an interruption is heard."""


def swept(ground: Ground, mast: Mast, link: Link, sample: Sample | None = None) -> LossMap:
    """Return what is lost from a site to each pixel around it by the fast mode, with its error.

    Raises:
        AmurError: if the site does not stand on known ground, or a number lies outside of its range.

    >>> flat = Ground(np.zeros((9, 9), np.float32), 100.0)
    >>> swept(flat, Mast(4, 4, 300.0), Link(frequency_mhz=800, radius_m=400)).loss_db[4, 4:].round().tolist()
    [80.0, 80.0, 82.0, 83.0, 84.0]
    """
    row, column, antenna_m = mast
    site = sites([row], [column], antenna_m)
    stand_on(site, ground)
    disc = disc_of(link.steps(ground.pixel_m), ground.pixel_m)
    room = room_for(disc, ground.pixel_m)
    see_one(scene_of(ground, link), site.mast(0), disc, room)
    side = 2 * disc.steps + 1
    loss_db, is_asked = np.full((side, side), np.nan, np.float32), np.zeros((side, side), bool)
    loss_db[disc.rows + disc.steps, disc.columns + disc.steps] = np.where(room.losses == OUTSIDE, np.nan, room.losses)
    is_asked[disc.rows + disc.steps, disc.columns + disc.steps] = room.losses != OUTSIDE
    return LossMap(row, column, loss_db, is_asked, "fast", measured(ground, site, link, sample or Sample()))


@dataclass(frozen=True, slots=True, eq=False)
class BestServer:
    """The strongest signal at each pixel of a window, and whose it is.

    ``signal_dbm`` is minus infinity where no site is within the radius, and not a number where sites are and none of
    their signals is known. ``servers`` are numbers of sites, ``NO_SERVER`` where there is no known signal.
    ``unknown_sites`` counts the sites within the radius whose signal is not known there, because of a hole: where there
    are some, the signal is at least what is said.
    """

    signal_dbm: Single
    servers: Servers
    unknown_sites: Counts
    window: Window
    errors: Errors

    @property
    def is_unknown(self) -> Flags:
        """Say of each pixel whether sites are near and none of their signals is known."""
        found: Flags = np.isnan(self.signal_dbm)
        return found


def best_server(
    ground: Ground,
    of: Sites,
    link: Link,
    *,
    gains_db: np.ndarray[Any, Any] | None = None,
    window: Window | None = None,
    sample: Sample | None = None,
) -> BestServer:
    """Return the strongest signal of many sites at each pixel of the ground, or of a window of it.

    No map of a single site is kept: memory is that of the window and of one disc, however many sites there are.
    ``gains_db`` are tables of antennas by pattern, azimuth (360 degrees from where the antenna is turned to) and
    elevation (-90 to 90 degrees), against the strongest direction. A signal leaves the site towards the receiver or
    towards the horizon before it, whichever is higher.

    Raises:
        AmurError: if a site does not stand on known ground, a table has another shape or lacks, or the window does not
            lie on the ground.

    >>> flat = Ground(np.zeros((5, 9), np.float32), 100.0)
    >>> found = best_server(flat, sites([2, 2], [1, 7], 300.0, [40.0, 43.0]), Link(frequency_mhz=800, radius_m=600))
    >>> found.servers[2].tolist()
    [0, 0, 0, 1, 1, 1, 1, 1, 1]
    """
    stand_on(of, ground)
    tables = _tables(gains_db, of)
    first_row, first_column, height, width = asked = _window(window, ground)
    disc = disc_of(link.steps(ground.pixel_m), ground.pixel_m)
    best = Best(
        np.full((height, width), -np.inf, np.float32),
        np.full((height, width), NO_SERVER, np.int32),
        np.zeros((height, width), np.uint16),
        first_row,
        first_column,
    )
    near = np.flatnonzero(
        (of.rows + disc.steps >= first_row)
        & (of.rows - disc.steps < first_row + height)
        & (of.columns + disc.steps >= first_column)
        & (of.columns - disc.steps < first_column + width)
    )
    told = (of.rows, of.columns, np.arange(len(of)), of.eirp_dbm, of.patterns, of.azimuths_deg, of.antennas_m)
    stations = np.column_stack(told)[near].astype(np.float64)
    scene, room = scene_of(ground, link, tables), room_for(disc, ground.pixel_m)
    for at in range(0, len(near), AT_ONCE):
        see_all(scene, stations[at : at + AT_ONCE], disc, room, best)
    best.signals_dbm[(best.servers == NO_SERVER) & (best.unknown > 0)] = np.nan
    errors = measured(ground, of.taken(near), link, sample or Sample(), asked)
    return BestServer(best.signals_dbm, best.servers, best.unknown, asked, errors)


def _tables(gains_db: np.ndarray[Any, Any] | None, of: Sites) -> Single:
    """Return tables of gains as the kernel reads them, held against the sites that name them."""
    empty = np.zeros((0, AZIMUTHS, ELEVATIONS), np.float32)
    tables = np.ascontiguousarray(empty if gains_db is None else gains_db, dtype=np.float32)
    if tables.ndim != 3 or tables.shape[1:] != (AZIMUTHS, ELEVATIONS):  # noqa: PLR2004 – pattern, azimuth, elevation
        raise AmurError(
            "bad_gains", f"gains_db has the shape {tables.shape}; wanted patterns by {AZIMUTHS} by {ELEVATIONS} degrees"
        )
    wrong = np.argwhere(~np.isfinite(tables))
    if len(wrong):
        pattern, azimuth, elevation = wrong[0]
        raise AmurError(
            "bad_gains", f"gains_db: pattern {pattern}, azimuth {azimuth}, elevation {elevation - 90} is no number"
        )
    for site in np.flatnonzero((of.patterns < NO_PATTERN) | (of.patterns >= len(tables)))[:1]:
        raise AmurError(
            "no_pattern", f"site {site} has the antenna pattern {of.patterns[site]}; there are {len(tables)} tables"
        )
    return tables


def _window(window: Window | None, ground: Ground) -> Window:
    rows, columns = ground.shape
    row, column, height, width = window or (0, 0, rows, columns)
    if min(row, column) < 0 or min(height, width) < 1 or row + height > rows or column + width > columns:
        raise AmurError(
            "bad_window",
            f"the window begins in row {row}, column {column} and has {height} rows and {width} columns; the ground "
            f"has {rows} rows and {columns} columns",
        )
    return row, column, height, width
