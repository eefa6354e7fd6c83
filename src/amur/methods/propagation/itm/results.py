"""What the model says of paths: losses, how the signal goes, cautions, and what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any

import numpy as np

from amur.methods.propagation.itm import reference
from amur.methods.propagation.paths import Numbers

Codes = np.ndarray[Any, np.dtype[np.int64]]
Table = np.ndarray[Any, np.dtype[np.float64]]


class Way(IntEnum):
    """By which way the signal goes."""

    LINE_OF_SIGHT = reference.LINE_OF_SIGHT
    """Nearer than one sees over a smooth earth; what of the terrain stands in the way counts as diffraction there."""
    DIFFRACTION = reference.DIFFRACTION
    TROPOSCATTER = reference.TROPOSCATTER


class Caution(IntFlag):
    """Why a loss is to be taken with care; the bits are those of the reference software of the NTIA."""

    TRANSMITTER_HEIGHT = 0x0001
    """The height above ground is less than 1 m or more than 1000 m."""
    RECEIVER_HEIGHT = 0x0002
    FREQUENCY = 0x0004
    """Less than 40 MHz or more than 10 GHz."""
    LONG = 0x0008
    """More than 1000 km."""
    VERY_LONG = 0x0010
    """More than 2000 km."""
    STEEP = 0x0020
    """The antennas differ in height by more than a fifth of the distance."""
    SHORT = 0x0040
    """Less than 1 km."""
    TRANSMITTER_ANGLE = 0x0080
    """The horizon is seen more than 0.2 rad up or down."""
    RECEIVER_ANGLE = 0x0100
    TRANSMITTER_NEAR_HORIZON = 0x0200
    """The horizon is nearer than a tenth of that of a smooth earth."""
    RECEIVER_NEAR_HORIZON = 0x0400
    TRANSMITTER_FAR_HORIZON = 0x0800
    """The horizon is farther than three times that of a smooth earth."""
    RECEIVER_FAR_HORIZON = 0x1000
    EXTREME_QUANTILE = 0x2000
    """A percentage lies farther out than 0.1 % or 99.9 %."""
    REFRACTIVITY = 0x4000
    """The refractivity where the path lies is less than 250."""
    NO_ROUND_EARTH = 0x8000
    """A horizon is so near that the formula of the round earth has no value; horizons are knife edges alone. This bit
    is ours: the reference software returns the loss of free space there, and says nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """What was found on the way, of each path; of two columns the first is the transmitter's."""

    reference_db: Numbers
    """The reference attenuation: what is lost beyond free space in the median of the least favourable hours."""
    free_space_db: Numbers
    delta_h_m: Numbers
    """The terrain irregularity."""
    angles: Table
    """By how many radians one looks up to the horizon."""
    horizons_m: Table
    """How far the horizon is."""
    effective_m: Table
    """How high the antenna stands over the terrain that it looks over."""
    refractivity: Numbers
    """The surface refractivity in N-units where the path lies."""


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """Basic transmission loss of each path in dB, the way of its signal and its cautions."""

    loss_db: Numbers
    ways: Codes
    """Each a number of :class:`Way`."""
    cautions: Codes
    """Each an or of :class:`Caution`."""
    details: Details | None = None

    def __len__(self) -> int:
        """Return of how many paths they are."""
        return len(self.loss_db)

    def way(self, path: int) -> Way:
        """Return by which way the signal of a path goes."""
        return Way(int(self.ways[path]))

    def caution(self, path: int) -> Caution:
        """Return why the loss of a path is to be taken with care."""
        return Caution(int(self.cautions[path]))


COLUMNS = 10
"""How many numbers the kernels write of each path where details are asked for."""


def details_of(table: Table) -> Details:
    """Return details of what the kernels wrote."""
    reference_db, free_space_db, delta_h_m, refractivity = (table[:, at] for at in (0, 1, 2, 9))
    return Details(
        reference_db,
        free_space_db,
        delta_h_m,
        angles=table[:, 3:5],
        horizons_m=table[:, 5:7],
        effective_m=table[:, 7:9],
        refractivity=refractivity,
    )
