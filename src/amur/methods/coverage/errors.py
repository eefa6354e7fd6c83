"""How far the fast mode is from a full model, measured on ways of the very run: a sample by a seed, told with it.

This is the error of the short cut, over the same ground with the same points; what the full model itself is off from
what would be measured, and what the ground is off from the real one, comes on top.
"""

from __future__ import annotations

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.deviations import Errors, Sample, errors_of
from amur.methods.coverage.discs import disc_of
from amur.methods.coverage.excess import scene_of
from amur.methods.coverage.full import SHORTEST_M, Ways, losses_to
from amur.methods.coverage.grounds import Ground, Link, Numbers, Sites
from amur.methods.coverage.rays import OUTSIDE, room_for, see_one

MOST_SITES = 25
"""From how many sites the ways of a sample begin at most; each is swept once more for it."""


def measured(
    ground: Ground, of: Sites, link: Link, sample: Sample, window: tuple[int, int, int, int] | None = None
) -> Errors:
    """Return the error of the fast mode on ways drawn from sites to pixels of a window.

    Raises:
        AmurError: if no way is asked for, or the model refuses one.
    """
    return errors_of(*compared(ground, of, link, sample, window), sample)


def compared(
    ground: Ground, of: Sites, link: Link, sample: Sample, window: tuple[int, int, int, int] | None = None
) -> tuple[Numbers, Numbers]:
    """Return what the fast mode and what the full model lose on each drawn way, for samples of several grounds.

    Raises:
        AmurError: if no way is asked for, or the model refuses one.
    """
    if sample.ways < 1:
        raise AmurError("no_sample", f"a sample of {sample.ways} ways says nothing; every result carries its error")
    ways, fast_db = _drawn(ground, of, link, sample, window or (0, 0, *ground.shape))
    return fast_db, losses_to(ground, of, ways, link, sample.model)


def _drawn(
    ground: Ground, of: Sites, link: Link, sample: Sample, window: tuple[int, int, int, int]
) -> tuple[Ways, Numbers]:
    """Return ways by site, row and column, each with its loss by the fast mode."""
    disc = disc_of(link.steps(ground.pixel_m), ground.pixel_m)
    scene, room = scene_of(ground, link), room_for(disc, ground.pixel_m)
    numbers = np.random.default_rng(sample.seed)
    chosen = numbers.permutation(len(of))[: min(MOST_SITES, sample.ways)]
    shares = np.diff(np.linspace(0, sample.ways, len(chosen) + 1).astype(np.int64))
    first_row, first_column, height, width = window
    parts = []
    for site, share in zip(chosen, shares, strict=True):
        mast = of.mast(site)
        see_one(scene, mast, disc, room)
        rows, columns = mast.row + disc.rows.astype(np.int64), mast.column + disc.columns.astype(np.int64)
        may = (room.losses != OUTSIDE) & (disc.distances_m >= SHORTEST_M)
        may &= (rows >= first_row) & (rows < first_row + height)
        may &= (columns >= first_column) & (columns < first_column + width)
        open_ = np.flatnonzero(may)
        drawn = numbers.choice(open_, min(share, len(open_)), replace=False)
        parts.append((np.full(len(drawn), site), rows[drawn], columns[drawn], room.losses[drawn].astype(np.float64)))
    if not parts:
        empty = np.zeros(0, np.int64)
        return Ways(empty, empty, empty), np.zeros(0)
    found = [np.concatenate([part[at] for part in parts]) for at in range(4)]
    return Ways(found[0], found[1], found[2]), found[3]
