"""The signal of one tile of ground, as a kernel that any runner runs: a tile's number in, its pixels out.

A tile is worked on with as much ground around it as the radius is wide, so that it does not matter to a pixel how the
ground was cut. Pixels come as bytes, row after row from north-west: the median as 32-bit numbers, the antenna that
serves, and whether another, of which nothing is known because of a hole, might be stronger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from amur.base.faults import AmurError
from amur.compute.kernel import Kernel, Transform
from amur.methods.coverage.antennas import pattern_loss_db
from amur.methods.coverage.budgets import ELEMENTS
from amur.methods.coverage.deviations import Sample
from amur.methods.coverage.discs import Single
from amur.methods.coverage.grounds import RANGES, Flags, Ground, Heights, Link, Sites, sites
from amur.methods.coverage.rays import Servers
from amur.methods.coverage.signals import gain_table
from amur.methods.coverage.sites import Antennas
from amur.methods.coverage.sweeping import NO_SERVER, best_server
from amur.methods.coverage.villages import Numbers, Rows, Words
from amur.methods.surveys.asked import Asked, HeightFile, Parameters
from amur.methods.surveys.grids import Tile, Tiling, heights_on, turned_by
from amur.methods.terrain import Mosaic

TILE = pa.schema([("tile", pa.int64())])
PIXELS = pa.schema(
    [
        ("tile", pa.int64()),
        ("median_dbm", pa.binary()),
        ("servers", pa.binary()),
        ("is_at_least", pa.binary()),
    ]
)
_FEW = Sample(ways=1)
"""The error of the whole survey is measured once for itself, not tile by tile."""


@dataclass(frozen=True, slots=True, eq=False)
class Masts:
    """Antennas on a grid: their pixels, what they send, and the table of each one's antenna by its number.

    ``patterns`` are rows of horizontal and vertical beamwidth and tilt, the first NaN where an antenna sends all
    around. ``names`` and ``lines`` say whose they are and in which row of their file, for errors.
    """

    names: Words
    lines: Rows
    sites: Sites
    frequencies_mhz: Numbers
    patterns: Numbers

    def taken(self, numbers: Rows, row: int, column: int) -> Sites:
        """Return some of them as they stand on a part of the grid that begins in a row and a column."""
        some = self.sites.taken(numbers)
        return sites(
            some.rows - row, some.columns - column, some.antennas_m, some.eirp_dbm,
            patterns=some.patterns, azimuths_deg=some.azimuths_deg,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Sky:
    """All that a process needs to work on tiles: the files of heights, the grid, antennas and the link."""

    heights: tuple[HeightFile, ...]
    tiling: Tiling
    masts: Masts
    parameters: Parameters


@dataclass(frozen=True, slots=True, eq=False)
class Pixels:
    """The signal of a tile: medians in dBm, who serves, and where another might be stronger."""

    median_dbm: Single
    servers: Servers
    is_at_least: Flags


def masts_of(antennas: Antennas, tiling: Tiling) -> Masts:
    """Return antennas on a grid; what one sends is the power of one resource element of reference.

    Raises:
        AmurError: if an antenna cannot be, or sends on a frequency that no model covers; it says which.
    """
    _hold_frequencies(antennas)
    rows, columns = tiling.pixels_of(antennas.longitudes, antennas.latitudes)
    is_round = np.isnan(antennas.azimuths_deg)
    told = np.column_stack(
        [np.where(is_round, np.nan, antennas.beamwidths_deg), antennas.verticals_deg, antennas.tilts_deg]
    )
    patterns, of = np.unique(told, axis=0, return_inverse=True, equal_nan=True)
    turned = turned_by(tiling.grid.projection, antennas.longitudes, antennas.latitudes)
    placed = sites(
        rows, columns, antennas.heights_m,
        antennas.powers_dbm - antennas.losses_db + antennas.gains_dbi - 10 * np.log10(ELEMENTS * antennas.blocks),
        patterns=of.reshape(-1),
        azimuths_deg=np.where(is_round, 0.0, (antennas.azimuths_deg - turned) % 360),
    )  # fmt: skip
    return Masts(antennas.sites, antennas.rows, placed, antennas.frequencies_mhz, patterns)


def _hold_frequencies(antennas: Antennas) -> None:
    least, most = RANGES["frequency_mhz"]
    mhz = antennas.frequencies_mhz
    for row in np.flatnonzero(~((mhz >= least) & (mhz <= most)))[:1].tolist():
        raise AmurError(
            "out_of_range",
            f"row {antennas.rows[row]}, site {antennas.sites[row]}, frequency_mhz: found {mhz[row]:g}; models cover "
            f"{least:g} to {most:g}, so leave it out (--band)",
            name=f"{antennas.sites[row]}: frequency_mhz",
            found=f"{mhz[row]:g}",
            least=f"{least:g}",
            most=f"{most:g}",
        )


def sky_of(asked: Asked, antennas: Antennas, tiling: Tiling) -> Sky:
    """Return what processes need of a survey."""
    return Sky(asked.heights, tiling, masts_of(antennas, tiling), asked.parameters)


def kernel_of(sky: Sky) -> Kernel[Sky]:
    """Return the kernel that works on tiles."""
    return Kernel("coverage", TILE, PIXELS, sky, _opened)


def batches_of(tiles: Sequence[Tile]) -> list[pa.RecordBatch]:
    """Return tiles as batches, one in each, so that processes share them."""
    return [pa.record_batch({"tile": pa.array([one.number], pa.int64())}, schema=TILE) for one in tiles]


def pixels_of(batch: pa.RecordBatch, row: int, tile: Tile) -> Pixels:
    """Return what a kernel gave for a tile."""
    shape = (tile.rows, tile.columns)
    of = {name: batch.column(name)[row].as_py() for name in PIXELS.names[1:]}
    return Pixels(
        np.frombuffer(of["median_dbm"], np.float32).reshape(shape),
        np.frombuffer(of["servers"], np.int32).reshape(shape),
        np.frombuffer(of["is_at_least"], np.bool_).reshape(shape),
    )


def link_of(parameters: Parameters, frequency_mhz: float, latitude_deg: float = 46.0) -> Link:
    """Return the link at a frequency."""
    return Link(
        frequency_mhz=frequency_mhz,
        radius_m=parameters.radius_m,
        receiver_m=parameters.receiver_m,
        delta_n=parameters.delta_n,
        refractivity_n0=parameters.refractivity_n0,
        latitude_deg=latitude_deg,
    )


def ground_at(sky: Sky, mosaic: Mosaic, part: tuple[int, int, int, int]) -> Ground:
    """Return the ground on a part of the grid: first row and column, and how many of each."""
    return Ground(heights_on(mosaic, sky.tiling.grid.part(*part)), sky.tiling.grid.step_x)


def pixels(sky: Sky, mosaic: Mosaic, tile: Tile) -> Pixels:
    """Return the signal of a tile.

    Raises:
        AmurError: if an antenna stands where no height is known; it says which and in which row of its file.
    """
    shape = (tile.rows, tile.columns)
    best = Pixels(np.full(shape, -np.inf, np.float32), np.full(shape, NO_SERVER, np.int32), np.zeros(shape, bool))
    steps = link_of(sky.parameters, 1000.0).steps(sky.tiling.grid.step_x)
    of = sky.masts.sites
    near = (of.rows >= tile.row - steps) & (of.rows < tile.row + tile.rows + steps)
    near &= (of.columns >= tile.column - steps) & (of.columns < tile.column + tile.columns + steps)
    if not near.any():
        return best
    row, column = tile.row - steps, tile.column - steps
    ground = ground_at(sky, mosaic, (row, column, tile.rows + 2 * steps, tile.columns + 2 * steps))
    _stand(sky.masts, np.flatnonzero(near), ground.heights_m, (row, column))
    for frequency in np.unique(sky.masts.frequencies_mhz[near]).tolist():
        numbers = np.flatnonzero(near & (sky.masts.frequencies_mhz == frequency))
        _add(best, sky, ground, numbers, (row, column, frequency))
    takes = sky.parameters.clutter_db + sky.parameters.building_db
    best.median_dbm[...] -= np.float32(takes)
    best.median_dbm[(best.servers == NO_SERVER) & best.is_at_least] = np.nan
    return best


def _add(best: Pixels, sky: Sky, ground: Ground, numbers: Rows, at: tuple[int, int, float]) -> None:
    """Keep the signals of the antennas of one frequency wherever they are stronger."""
    row, column, frequency = at
    link = link_of(sky.parameters, frequency)
    steps = link.steps(ground.pixel_m)
    kinds, patterns = np.unique(sky.masts.sites.patterns[numbers], return_inverse=True)
    placed = sky.masts.taken(numbers, row, column)
    some = sites(
        placed.rows,
        placed.columns,
        placed.antennas_m,
        placed.eirp_dbm,
        patterns=patterns.reshape(-1),
        azimuths_deg=placed.azimuths_deg,
    )
    gains = np.stack([_gains(*sky.masts.patterns[kind].tolist()) for kind in kinds.tolist()])
    found = best_server(ground, some, link, gains_db=gains, window=(steps, steps, *best.servers.shape), sample=_FEW)
    is_better = found.signal_dbm > best.median_dbm  # what is not known is no better
    best.median_dbm[is_better] = found.signal_dbm[is_better]
    best.servers[is_better] = numbers[found.servers[is_better]]
    best.is_at_least[...] |= found.unknown_sites > 0


def _gains(beamwidth_deg: float, vertical_deg: float, tilt_deg: float) -> Single:
    is_round = np.isnan(beamwidth_deg)
    loss = partial(
        pattern_loss_db, azimuth_deg=np.nan if is_round else 0.0, beamwidth_deg=70.0 if is_round else beamwidth_deg,
        vertical_deg=vertical_deg, tilt_deg=tilt_deg,
    )  # fmt: skip
    return gain_table(lambda azimuths, elevations: -loss(azimuths, -elevations))


def _stand(masts: Masts, near: Rows, heights: Heights, corner: tuple[int, int]) -> None:
    """Hold that antennas stand on known ground."""
    unknown = near[np.isnan(heights[masts.sites.rows[near] - corner[0], masts.sites.columns[near] - corner[1]])]
    refuse_in_hole(masts, unknown)


def refuse_in_hole(masts: Masts, unknown: Rows) -> None:
    """Refuse antennas that stand where no height is known.

    Raises:
        AmurError: if there is one; it says which is the first, and what to do.
    """
    if len(unknown):
        first = unknown[0]
        more = f"; and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise AmurError(
            "site_in_hole",
            f"row {masts.lines[first]}, site {masts.names[first]}: the terrain has no height where it stands; fill the "
            f"hole, add a file of heights, or leave the site out{more}",
            site=str(masts.names[first]),
        )


def _opened(sky: Sky) -> Transform:
    mosaic = Mosaic(tuple(sheet for one in sky.heights for sheet in one.sheets()))

    def worked(batch: pa.RecordBatch) -> pa.RecordBatch:
        rows: dict[str, list[Any]] = {name: [] for name in PIXELS.names}
        for number in batch.column("tile").to_pylist():
            found = pixels(sky, mosaic, sky.tiling.tile(number))
            rows["tile"].append(number)
            for name in PIXELS.names[1:]:
                rows[name].append(getattr(found, name).tobytes())
        return pa.record_batch(rows, schema=PIXELS)

    return worked
