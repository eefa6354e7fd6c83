"""The full mode: a model of propagation over the profile of each way, for every pixel of a disc or for some of them.

A profile runs straight from the middle of the site's pixel to the middle of the other, with a point for about every
pixel of it, heights taken between pixels (bilinear). The models begin at a quarter of a kilometre; nearer than that
there is free space, and of what stands in between nothing is said.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Model
from amur.methods.coverage.discs import disc_of
from amur.methods.coverage.grounds import Ground, Link, LossMap, Mast, Numbers, Rows, Sites, sites, stand_on
from amur.methods.propagation import itm, p1812
from amur.methods.propagation.paths import FEWEST, Paths

SHORTEST_M = 250.0
BATCH = 500_000
"""About how many points of profiles are in memory at once."""


def full(ground: Ground, mast: Mast, link: Link, model: Model = "p1812") -> LossMap:
    """Return what is lost from a site to each pixel around it by a full model, for half of the time and places.

    Raises:
        AmurError: if the site does not stand on known ground, or a number lies outside of its range.

    >>> flat = Ground(np.zeros((9, 9), np.float32), 100.0)
    >>> full(flat, Mast(4, 4, 300.0), Link(frequency_mhz=800, radius_m=400)).loss_db[4, 4:].round().tolist()
    [80.0, 80.0, 82.0, 83.0, 84.0]
    """
    row, column, antenna_m = mast
    site = sites([row], [column], antenna_m)
    stand_on(site, ground)
    disc = disc_of(link.steps(ground.pixel_m), ground.pixel_m)
    rows, columns = row + disc.rows.astype(np.int64), column + disc.columns.astype(np.int64)
    on_grid = (rows >= 0) & (rows < ground.shape[0]) & (columns >= 0) & (columns < ground.shape[1])
    rows, columns = rows[on_grid], columns[on_grid]
    found = losses_to(ground, site, Ways(np.zeros(len(rows), np.int64), rows, columns), link, model)
    side = 2 * disc.steps + 1
    loss_db, is_asked = np.full((side, side), np.nan, np.float32), np.zeros((side, side), bool)
    down, across = rows - row + disc.steps, columns - column + disc.steps
    loss_db[down, across], is_asked[down, across] = found, True
    return LossMap(row, column, loss_db, is_asked, model, None)


class Ways(NamedTuple):
    """Ways from sites, each said by its number, to pixels by their rows and columns."""

    numbers: Rows
    rows: Rows
    columns: Rows


def losses_to(ground: Ground, of: Sites, ways: Ways, link: Link, model: Model = "p1812") -> Numbers:
    """Return what is lost on ways; not a number where a hole is on one.

    Raises:
        AmurError: as the model does.
    """
    ends = np.cumsum(_points(of, ways))
    found = np.empty(len(ends))
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + BATCH, side="right")))
        part = slice(first, last)
        found[part] = _batch(ground, of, Ways(*(one[part] for one in ways)), link, model)
        first = last
    return found


def _points(of: Sites, ways: Ways) -> Rows:
    """Return how many points the profile of each way has."""
    apart = np.hypot(ways.rows - of.rows[ways.numbers], ways.columns - of.columns[ways.numbers])
    found: Rows = np.maximum(FEWEST, np.ceil(apart).astype(np.int64) + 1)
    return found


def _batch(ground: Ground, of: Sites, ways: Ways, link: Link, model: Model) -> Numbers:
    """Return the losses of as many ways as fit into memory at once."""
    rows, columns, antennas_m = of.rows[ways.numbers], of.columns[ways.numbers], of.antennas_m[ways.numbers]
    points, down, across = _points(of, ways), ways.rows - rows, ways.columns - columns
    length_m = np.hypot(down, across) * ground.pixel_m
    way = np.repeat(np.arange(len(points)), points)
    starts = np.concatenate([[0], np.cumsum(points)]).astype(np.int64)
    share = np.true_divide(np.arange(len(way)) - starts[way], points[way] - 1, dtype=np.float64)
    at_rows: Numbers = rows[way] + share * down[way]
    at_columns: Numbers = columns[way] + share * across[way]
    heights = between(ground, at_rows, at_columns)
    first, last = heights[starts[:-1]], heights[starts[1:] - 1]
    apart_m = last + link.receiver_m - first - antennas_m
    # The site's own pixel has no distance; half a pixel stands for it, as in the fast mode.
    flat_m = np.maximum(length_m, 0.5 * ground.pixel_m)
    loss_db: Numbers = 20.0 * np.log10(link.frequency_mhz) + 32.4 - 60.0 + 10.0 * np.log10(flat_m**2 + apart_m**2)
    is_known = ~np.isnan(np.add.reduceat(heights, starts[:-1]))
    loss_db[~is_known] = np.nan
    asked = is_known & (length_m >= SHORTEST_M)
    if asked.any():
        here = asked[way]
        kept = np.concatenate([[0], np.cumsum(points[asked])]).astype(np.int64)
        paths = Paths(kept, (share * length_m[way] / 1000.0)[here], heights[here])
        loss_db[asked] = _by_model(paths, antennas_m[asked], link, model)
    return loss_db


def between(ground: Ground, rows: Numbers, columns: Numbers) -> Numbers:
    """Return the heights of places between pixels, not a number beside a hole."""
    heights = ground.heights_m
    up, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    down, right = rows - up, columns - left
    # A place in the middle of a row or column does not ask the next one, which may be a hole or no pixel.
    below, beside = up + (down > 0), left + (right > 0)
    upper = (1 - right) * heights[up, left] + right * heights[up, beside]
    found: Numbers = (1 - down) * upper + down * ((1 - right) * heights[below, left] + right * heights[below, beside])
    return found


def _by_model(paths: Paths, antennas_m: Numbers, link: Link, model: Model) -> Numbers:
    if model == "p1812":
        asked = p1812.Inputs(
            frequency_ghz=link.frequency_mhz / 1000.0,
            antenna_t_m=antennas_m,
            antenna_r_m=link.receiver_m,
            latitude_deg=link.latitude_deg,
            refractivity_n0=link.refractivity_n0,
            delta_n=link.delta_n,
        )
        return p1812.losses(paths, asked).loss_db
    if model == "itm":
        told = itm.Inputs(
            frequency_mhz=link.frequency_mhz,
            transmitter_m=antennas_m,
            receiver_m=link.receiver_m,
            n_0=link.refractivity_n0,
        )
        return itm.losses(paths, told).loss_db
    raise AmurError("no_model", f"there is no model {model!r}; there are p1812 and itm")
