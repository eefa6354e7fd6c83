"""Area mode: terrain of which no more is known than how rough it is and how carefully sites were chosen."""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.geometry import Medium, Pair, Terrain
from amur.methods.propagation.itm.terrain import usual_angle, usual_horizon

RANDOM = 0
CAREFUL = 1
VERY_CAREFUL = 2


@compiled
def _effective(height_m: float, siting: int, delta_h_m: float) -> float:
    """Return how high an antenna stands over the terrain around it. Source: Algorithm, eqs. 3.1 and 3.2."""
    if siting == RANDOM:
        return height_m
    gain = 4.0 if siting == CAREFUL else 9.0
    if height_m < 5.0:  # noqa: PLR2004 – low antennas profit less from their site
        gain *= math.sin(0.1 * math.pi * height_m)
    return height_m + (1.0 + gain) * math.exp(-min(20.0, 2.0 * height_m / max(1e-3, delta_h_m)))


@compiled
def usual_terrain(
    distance_m: float, antennas_m: Pair, sitings: tuple[int, int], delta_h_m: float, medium: Medium
) -> Terrain:
    """Return what terrain of an area usually is. Source: Algorithm, section 3."""
    first, second = (
        _effective(antennas_m[0], sitings[0], delta_h_m),
        _effective(antennas_m[1], sitings[1], delta_h_m),
    )
    first_m = usual_horizon(first, medium.radius_m, delta_h_m)
    second_m = usual_horizon(second, medium.radius_m, delta_h_m)
    angles = (
        usual_angle(first, medium.radius_m, delta_h_m, first_m),
        usual_angle(second, medium.radius_m, delta_h_m, second_m),
    )
    return Terrain(distance_m, antennas_m, (first, second), (first_m, second_m), angles, delta_h_m, is_known=False)
