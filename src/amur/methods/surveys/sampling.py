"""Before a survey: whether antennas stand on known ground, and how far the fast mode is from the full model there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Errors, Sample, errors_of
from amur.methods.coverage.errors import MOST_SITES, compared
from amur.methods.coverage.villages import Numbers, Rows
from amur.methods.surveys.grids import NOWHERE
from amur.methods.surveys.tiles import Sky, ground_at, link_of, refuse_in_hole
from amur.methods.terrain import Box, Mosaic
from amur.methods.terrain.grids import DEGREES, period_of, transformer
from amur.methods.terrain.walking import heights_into

_AROUND_DEGREES = 0.01


@dataclass(frozen=True, slots=True)
class Misses:
    """How far the fast mode is off, in decibels, and within how many for 95 % of ways; NaN where none was compared."""

    errors: Errors
    quantile_95_db: float


def missed(sky: Sky, mosaic: Mosaic) -> Misses:
    """Return the error of the fast mode against the full model, on ways around antennas that are drawn by a seed.

    Raises:
        AmurError: if an antenna stands where no height is known, or the full model refuses a way.
    """
    sample, of = sky.parameters.sample, sky.masts.sites
    if sample.ways < 1:
        raise AmurError("no_sample", f"a sample of {sample.ways} ways says nothing; every survey carries its error")
    chosen = np.random.default_rng(sample.seed).permutation(len(of))[: min(MOST_SITES, sample.ways)]
    shares = np.diff(np.linspace(0, sample.ways, len(chosen) + 1).astype(np.int64)) if len(chosen) else chosen
    parts = [
        _around(sky, mosaic, mast, replace(sample, ways=share, seed=sample.seed + mast))
        for mast, share in zip(chosen.tolist(), shares.tolist(), strict=True)
    ]
    fast, full = (np.concatenate([part[at] for part in parts]) if parts else np.zeros(0) for at in range(2))
    apart = np.abs(fast - full)
    known = apart[~np.isnan(apart)]
    return Misses(errors_of(fast, full, sample), float(np.quantile(known, 0.95)) if len(known) else float("nan"))


def _around(sky: Sky, mosaic: Mosaic, mast: int, sample: Sample) -> tuple[Numbers, Numbers]:
    """Return what both modes lose on ways around one antenna."""
    of = sky.masts.sites
    row, column = int(of.rows[mast]), int(of.columns[mast])
    north = _degrees(sky, np.array([row]), np.array([column]))[1]
    link = link_of(sky.parameters, float(sky.masts.frequencies_mhz[mast]), float(north[0]))
    steps = link.steps(sky.tiling.grid.step_x)
    side = 2 * steps + 1
    ground = ground_at(sky, mosaic, (row - steps, column - steps, side, side))
    numbers = np.array([mast])
    refuse_in_hole(sky.masts, numbers[np.isnan(ground.heights_m[[steps], [steps]])])
    alone = sky.masts.taken(numbers, row - steps, column - steps)
    return compared(ground, alone, link, sample)


def hold_on_ground(sky: Sky, mosaic: Mosaic) -> None:
    """Hold that every antenna stands where a height is known.

    Raises:
        AmurError: if one does not; it says which, in which row of its file, and what to do.
    """
    of = sky.masts.sites
    tiles = sky.tiling.tiles_of(of.rows, of.columns)
    unknown = np.zeros(0, np.int64)
    for tile in np.unique(tiles).tolist():
        numbers = np.flatnonzero(tiles == tile)
        # Those outside of the grid may lie far apart, and so each has a window of its own.
        for some in np.split(numbers, len(numbers)) if tile == NOWHERE else (numbers,):
            unknown = np.r_[unknown, some[~np.isfinite(_heights(sky, mosaic, some))]]
    refuse_in_hole(sky.masts, np.sort(unknown))


def _heights(sky: Sky, mosaic: Mosaic, numbers: Rows) -> Numbers:
    """Return the height of the middle of the pixel of each antenna; no number where none is known."""
    east, north = _degrees(sky, sky.masts.sites.rows[numbers], sky.masts.sites.columns[numbers])
    box = Box(
        max(east.min() - _AROUND_DEGREES, -180.0), max(north.min() - _AROUND_DEGREES, -90.0),
        min(east.max() + _AROUND_DEGREES, 180.0), min(north.max() + _AROUND_DEGREES, 90.0),
    )  # fmt: skip
    found = np.full(len(numbers), np.nan)
    try:
        terrain = mosaic.window(box)
    except AmurError as error:
        if error.code != "no_overlap":
            raise
        return found
    grid = terrain.grid
    xs, ys = transformer(DEGREES, grid.projection).transform(east, north)
    heights_into(terrain.heights, xs, ys, (grid.x, grid.y), (grid.step_x, grid.step_y), period_of(grid), found)
    return found


def _degrees(sky: Sky, rows: Rows, columns: Rows) -> tuple[Numbers, Numbers]:
    """Return the degrees east and north of the middles of pixels."""
    grid = sky.tiling.grid
    xs, ys = grid.x + grid.step_x * columns, grid.y - grid.step_y * rows
    east, north = transformer(grid.projection, DEGREES).transform(xs, ys)
    return np.asarray(east), np.asarray(north)
