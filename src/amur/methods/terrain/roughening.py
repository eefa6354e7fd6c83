"""Coarse terrain made finer by chance, so that what is computed on it is not smoother than the ground is."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from scipy.ndimage import uniform_filter

from amur.base.faults import AmurError
from amur.methods.terrain.grids import HIGHEST_M, LOWEST_M, MOST_PIXELS, Heights, Numbers, Terrain

_SMOOTHEST, _ROUGHEST = 0.95, 0.3
_NEAR = 9
"""Over how many pixels each way roughness is averaged: it is a matter of the place, hills here and a plain there."""


def roughened(terrain: Terrain, *, times: int, seed: int, hurst: float | None = None) -> Terrain:
    """Return the terrain with ``times`` as many pixels each way, those between measurements made up; simulated.

    Between measurements heights go on as a fractional Brownian surface: the mean squared difference of heights a
    distance ``d`` apart is ``v * d ** (2 * hurst)``. ``v`` is that of neighbouring measurements, averaged over 9 by 9
    of them, so that plains stay plains; ``hurst`` is found from differences over one pixel and over two, within 0.3 and
    0.95, unless it is said. Points are put between points by midpoint displacement in two steps, centres of squares and
    then centres of their sides, each normal around the mean of its neighbours with the variance that such a surface
    leaves, on the outermost sides with less (B. B. Mandelbrot, J. W. Van Ness, SIAM Review 10 (1968), 422-437;
    A. Fournier, D. Fussell, L. Carpenter, Communications of the ACM 25 (1982), 371-384). Measurements stay as they
    are, to the digit; what was made up is cut off where no land is lower or higher.

    The same terrain, seed and numbers give the same heights; a window of another size gives others. No ridge of it is
    real: it serves to see how much a result depends on what was not measured, and whoever shows it says so.

    Raises:
        AmurError: if ``times`` is no power of two from 2, the result were too large, or ``hurst`` not between 0 and 1.

    >>> from amur.methods.terrain.grids import Grid
    >>> slope = np.arange(9, dtype=np.float32).reshape(3, 3)
    >>> coarse = Terrain(Grid("EPSG:32652", 5e5, 5e6, 1650, 1650, 3, 3), slope, ("a survey",), 1650)
    >>> found = roughened(coarse, times=2, seed=1)
    >>> found.is_simulated, found.heights[::2, ::2].tolist() == slope.tolist(), found.heights.shape, found.measured_m
    (True, True, (5, 5), 1650)
    """
    grid = terrain.grid
    rows, columns = (grid.rows - 1) * times + 1, (grid.columns - 1) * times + 1
    if times < 2 or times & (times - 1) or rows * columns > MOST_PIXELS:  # noqa: PLR2004 -- once is as it was
        raise AmurError(
            "bad_refinement",
            f"found {times} times, which is {rows} x {columns} pixels; wanted a power of two from 2, and {MOST_PIXELS} "
            "pixels at most",
        )
    if min(grid.rows, grid.columns) < 3:  # noqa: PLR2004 -- differences over two pixels
        raise AmurError("small_terrain", f"found {grid.rows} x {grid.columns} pixels, wanted 3 x 3 or more")
    exponent = _hurst(terrain.heights) if hurst is None else hurst
    if not 0 < exponent < 1:
        raise AmurError("bad_hurst", f"found an exponent of {hurst}, wanted more than 0 and less than 1")
    heights, squares = terrain.heights.astype(np.float64), _squares(terrain.heights)
    chance = np.random.default_rng(seed)
    for _ in range(int(math.log2(times))):
        heights = _finer(heights, squares, exponent, chance)
        squares = _finer(squares, None, exponent, chance) * 2 ** (-2 * exponent)
    note = (
        f"simulated: heights between measurements, {terrain.measured_m:.0f} m apart, were made up "
        f"(seed {seed}, exponent {exponent:.2f}, {times} times finer)"
    )
    return replace(
        terrain,
        grid=replace(grid, rows=rows, columns=columns, step_x=grid.step_x / times, step_y=grid.step_y / times),
        heights=np.clip(heights, LOWEST_M, HIGHEST_M).astype(np.float32),
        is_simulated=True,
        notes=(*terrain.notes, note),
    )


def _hurst(heights: Heights) -> float:
    """Return the exponent that differences over one pixel and over two say; half where all is flat."""
    one, two = (np.concatenate([_differences(heights, by, axis).ravel() for axis in (0, 1)]) for by in (1, 2))
    one, two = (np.nansum(found) / max(1, np.count_nonzero(~np.isnan(found))) for found in (one, two))
    if not (one > 0 and two > 0):
        return 0.5
    return float(np.clip(math.log2(two / one) / 2, _ROUGHEST, _SMOOTHEST))


def _differences(heights: Heights, by: int, axis: int) -> Numbers:
    table = np.moveaxis(heights, axis, 0).astype(np.float64)
    return np.asarray((table[by:] - table[:-by]) ** 2)


def _squares(heights: Heights) -> Numbers:
    """Return for each pixel the mean squared difference of neighbours around it; 0 where none is known."""
    total, known = np.zeros(heights.shape), np.zeros(heights.shape)
    for axis in (0, 1):
        found = np.moveaxis(_differences(heights, 1, axis), 0, axis)
        is_known = ~np.isnan(found)
        for end in (slice(None, -1), slice(1, None)):
            place = (end, slice(None)) if axis == 0 else (slice(None), end)
            total[place] += np.where(is_known, found, 0.0)
            known[place] += is_known
    total, known = (uniform_filter(table, _NEAR, mode="nearest") for table in (total, known))
    return np.where(known > 0, np.maximum(total, 0) / np.maximum(known, 1e-9), 0.0)


def _finer(heights: Numbers, squares: Numbers | None, hurst: float, chance: np.random.Generator) -> Numbers:
    """Return twice as many points each way; with squared differences at one step, they are displaced by chance."""
    made = np.zeros((2 * heights.shape[0] - 1, 2 * heights.shape[1] - 1))
    made[::2, ::2] = heights
    of_square = 2**-hurst - 0.25 - 2**hurst / 8
    of_side = of_square * 2**-hurst
    spread = None if squares is None else np.sqrt(_finer(squares, None, hurst, chance))
    _put(made, (slice(1, None, 2), slice(1, None, 2)), _mean_of_corners(heights), spread, of_square, chance)
    for axis in (0, 1):
        ends = np.moveaxis(made, axis, 0)
        mean = (ends[0:-2:2, ::2] + ends[2::2, ::2]) / 2
        beside = ends[1::2, 1::2]
        mean[:, 1:-1] = mean[:, 1:-1] / 2 + (beside[:, :-1] + beside[:, 1:]) / 4
        place = (slice(1, None, 2), slice(0, None, 2))
        _put(ends, place, mean, None if spread is None else np.moveaxis(spread, axis, 0), of_side, chance)
    return made


def _put(  # noqa: PLR0917 -- one step of one scheme
    table: Numbers,
    place: tuple[slice, slice],
    mean: Numbers,
    spread: Numbers | None,
    variance: float,
    chance: np.random.Generator,
) -> None:
    table[place] = mean
    if spread is not None:
        table[place] += chance.standard_normal(mean.shape) * spread[place] * math.sqrt(max(variance, 0.0))


def _mean_of_corners(table: Numbers) -> Numbers:
    return np.asarray((table[:-1, :-1] + table[:-1, 1:] + table[1:, :-1] + table[1:, 1:]) / 4)
