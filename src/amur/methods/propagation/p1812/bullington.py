"""Diffraction over the one edge that stands for all of a path: Bullington's construction.

Rec. ITU-R P.1812-8, Annex, § 4.3.1, equations (12) to (21).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import NOTHING_YET, compiled, swept
from amur.methods.propagation.p1812.ground import Ground, Link
from amur.methods.propagation.paths import Numbers

_CLEAR = -0.78
"""From this diffraction parameter downwards an edge loses nothing, (12)."""


@swept
def find_slopes(ground: Ground, tops_m: Numbers, link: Link) -> tuple[float, float, float]:
    """Return the steepest slopes from both ends, (13) and (17), and how close any point comes to the line, (15).

    The closest is squared, with its sign kept, and without the factor that all points share.
    """
    near_share, far_share = link.near_m / link.length_km, link.far_m / link.length_km
    bulge = 500.0 / link.radius_km
    slope_t = slope_r = closest = NOTHING_YET
    for point in range(1, len(ground.distances_km) - 1):
        to_t_km, to_r_km, apart = ground.distances_km[point], ground.back_km[point], ground.apart[point]
        top_m = tops_m[point] + bulge * to_t_km * to_r_km
        over_m = top_m - (near_share * to_r_km + far_share * to_t_km)
        slope_t = max(slope_t, (top_m - link.near_m) * apart * to_r_km)
        slope_r = max(slope_r, (top_m - link.far_m) * apart * to_t_km)
        closest = max(closest, over_m * abs(over_m) * apart)
    return slope_t, slope_r, closest


@compiled
def lose_over_edge(parameter: float) -> float:
    """Return what one edge loses, in decibels, (12).

    >>> lose_over_edge(-1.0), round(lose_over_edge(0.0), 2)
    (0.0, 6.03)
    """
    if parameter <= _CLEAR:
        return 0.0
    beyond = parameter - 0.1
    return 6.9 + 20.0 * math.log10(math.sqrt(beyond * beyond + 1.0) + beyond)


@compiled
def lose_along(edge_db: float, length_km: float) -> float:
    """Return Bullington's loss of a path whose edge loses so much, (21)."""
    return edge_db + (1.0 - math.exp(-edge_db / 6.0)) * (10.0 + 0.02 * length_km)


@compiled
def meet(slope_t: float, slope_r: float, link: Link) -> float:
    """Return the diffraction parameter of the point where both horizons meet, (18) to (20)."""
    near_m, far_m, length_km = link.near_m, link.far_m, link.length_km
    both = slope_t + slope_r
    at_km = (far_m - near_m + slope_r * length_km) / both if both > 0.0 else 0.5 * length_km
    # The point lies between the ends; where the line of sight just touches the ground, rounding may say otherwise.
    at_km = min(max(at_km, 1e-9 * length_km), (1.0 - 1e-9) * length_km)
    beyond_km = length_km - at_km
    over_m = near_m + slope_t * at_km - (near_m * beyond_km + far_m * at_km) / length_km
    return over_m * math.sqrt(0.002 * length_km / (link.wave_m * at_km * beyond_km))


@compiled
def lose_by_bullington(ground: Ground, tops_m: Numbers, link: Link) -> float:
    """Return the Bullington loss in decibels over tops, (12) to (21)."""
    slope_t, slope_r, closest = find_slopes(ground, tops_m, link)
    if slope_t < (link.far_m - link.near_m) / link.length_km:
        parameter = math.copysign(math.sqrt(abs(closest) * 0.002 * link.length_km / link.wave_m), closest)
    else:
        parameter = meet(slope_t, slope_r, link)
    return lose_along(lose_over_edge(parameter), link.length_km)
