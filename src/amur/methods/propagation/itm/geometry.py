"""What the formulas know of a path, in metres and radians; of two values the first is the transmitter's."""

from __future__ import annotations

from typing import NamedTuple

from amur.methods.propagation.compiling import compiled

Pair = tuple[float, float]
"""The value at the transmitter and the value at the receiver."""
WAVES = 47.7
"""The frequency in MHz over this is the wave number in 1/m."""
EARTH_M = 6_370e3
THIRD = 1.0 / 3.0


class Medium(NamedTuple):
    """What the wave goes through: the air where the path lies, the earth as rays see it, how the ground reflects."""

    frequency_mhz: float
    refractivity: float
    radius_m: float
    impedance: complex


class Terrain(NamedTuple):
    """What is left of a profile, or of what is known about an area, once it was looked over."""

    distance_m: float
    heights_m: Pair
    effective_m: Pair
    horizons_m: Pair
    angles: Pair
    delta_h_m: float
    is_known: bool
    """Whether it is that of one path, and not of an area."""


class Reach(NamedTuple):
    """How far one sees: over a smooth earth, over this terrain, and by which angle that is beyond the horizon."""

    smooth_m: float
    actual_m: float
    angle: float


class Line(NamedTuple):
    """Attenuation that grows evenly with the distance."""

    slope: float
    intercept: float


@compiled
def reach_of(terrain: Terrain, medium: Medium) -> Reach:
    """Return how far one sees.

    Source: Algorithm, eqs. 3.5 to 3.8.
    """
    smooth = (2.0 * terrain.effective_m[0] * medium.radius_m) ** 0.5 + (
        2.0 * terrain.effective_m[1] * medium.radius_m
    ) ** 0.5
    actual = terrain.horizons_m[0] + terrain.horizons_m[1]
    return Reach(smooth, actual, -max(terrain.angles[0] + terrain.angles[1], -actual / medium.radius_m))
