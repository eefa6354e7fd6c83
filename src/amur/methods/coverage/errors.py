"""How far the fast mode is from a full model, measured on ways of the very run: a sample by a seed, told with it.

This is the error of the short cut, over the same ground with the same points; what the full model itself is off from
what would be measured, and what the ground is off from the real one, comes on top.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from amur.base.faults import AmurError
from amur.methods.coverage.discs import disc_of
from amur.methods.coverage.excess import scene_of
from amur.methods.coverage.full import SHORTEST_M, Model, Ways, losses_to
from amur.methods.coverage.grounds import Ground, Link, Numbers, Sites
from amur.methods.coverage.rays import OUTSIDE, room_for, see_one

MOST_SITES = 25
"""From how many sites the ways of a sample begin at most; each is swept once more for it."""
FAR_OFF_DB = 6.0


@dataclass(frozen=True, slots=True)
class Sample:
    """How many ways are compared, which seed draws them, and which full model they are compared to."""

    ways: int = 1000
    seed: int = 20170101
    model: Model = "p1812"


@dataclass(frozen=True, slots=True)
class Errors:
    """Fast mode less full model, in decibels: a number above zero says that the fast mode loses too much.

    ``ways`` is how many were compared; where there were none, nothing is known and numbers are none. ``quantile_90_db``
    is of the size of errors, ``far_off`` the share of errors larger than ``FAR_OFF_DB``. ``only_one_knows`` is the
    share of drawn ways of which one mode knows the loss and the other does not, along the rim of a hole.
    """

    ways: int
    bias_db: float
    median_db: float
    quantile_90_db: float
    rms_db: float
    far_off: float
    only_one_knows: float
    sample: Sample

    def __str__(self) -> str:
        """Return the error in a line."""
        if not self.ways:
            return f"no way could be compared to {self.sample.model}"
        return (
            f"against {self.sample.model} on {self.ways} ways: bias {self.bias_db:+.2f} dB, median "
            f"{self.median_db:+.2f} dB, 90 % within {self.quantile_90_db:.2f} dB, RMS {self.rms_db:.2f} dB, "
            f"{self.far_off:.2%} over {FAR_OFF_DB:g} dB"
        )


def errors_of(fast_db: Numbers, full_db: Numbers, sample: Sample) -> Errors:
    """Return the error of one against the other, way by way; not a number is a loss that is not known.

    >>> print(errors_of(np.array([100.0, 101.0]), np.array([99.0, 110.0]), Sample(2)))
    against p1812 on 2 ways: bias -4.00 dB, median -4.00 dB, 90 % within 8.20 dB, RMS 6.40 dB, 50.00% over 6 dB
    """
    known = ~(np.isnan(fast_db) | np.isnan(full_db))
    alone = float(np.mean(np.isnan(fast_db) != np.isnan(full_db))) if len(fast_db) else math.nan
    apart = np.asarray(fast_db, dtype=np.float64)[known] - full_db[known]
    if not len(apart):
        return Errors(0, math.nan, math.nan, math.nan, math.nan, math.nan, alone, sample)
    return Errors(
        len(apart),
        float(np.mean(apart)),
        float(np.median(apart)),
        float(np.quantile(np.abs(apart), 0.9)),
        float(np.sqrt(np.mean(apart**2))),
        float(np.mean(np.abs(apart) > FAR_OFF_DB)),
        alone,
        sample,
    )


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
