"""Where the horizons of both antennas are, and how rough the ground is between them.

Rec. ITU-R P.1812-8, Annex, Attachment 1: § 5.3 to § 5.5 horizons, (76) to (82); § 5.6.3 roughness, (93).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import NOTHING_YET, compiled, swept
from amur.methods.propagation.p1812.ground import Ground, Link, link_over
from amur.methods.propagation.p1812.values import Record
from amur.methods.propagation.paths import Numbers


@swept
def lift_horizon(reach_km: Numbers, ground: Ground, antenna_m: float, radius_km: float) -> float:
    """Mark how steep the way from an antenna to each point is, in radians, and return the steepest, (76) and (77)."""
    steepest = NOTHING_YET
    for point in range(1, len(reach_km) - 1):
        reach = reach_km[point]
        slope = (ground.heights_m[point] - antenna_m) / (1000.0 * reach) - reach / (2.0 * radius_km)
        ground.marks[point] = slope
        steepest = max(steepest, slope)
    return steepest


@swept
def close_sight(ground: Ground, link: Link) -> float:
    """Mark how close each point comes to the line of sight, and return the closest.

    It is the diffraction parameter of the point, squared with its sign kept and without what all points share: it
    orders them as the parameter does, and takes no root.
    """
    last = len(ground.distances_km) - 1
    near_share, far_share = link.near_m / link.length_km, link.far_m / link.length_km
    bulge = 500.0 / link.radius_km
    closest = NOTHING_YET
    for point in range(1, last):
        to_t_km, to_r_km = ground.distances_km[point], ground.back_km[point]
        line_m = near_share * to_r_km + far_share * to_t_km
        over_m = ground.heights_m[point] + bulge * to_t_km * to_r_km - line_m
        near = over_m * abs(over_m) * ground.apart[point]
        ground.marks[point] = near
        closest = max(closest, near)
    return closest


@compiled
def first_at(marks: Numbers, mark: float) -> int:
    """Return the first inner point that has a mark."""
    point = 1
    while marks[point] < mark:
        point += 1
    return point


@compiled
def last_at(marks: Numbers, mark: float) -> int:
    """Return the last inner point that has a mark."""
    point = len(marks) - 2
    while marks[point] < mark:
        point -= 1
    return point


@swept
def find_roughness(ground: Ground, first: int, last: int, base_m: float, slope: float) -> float:
    """Return how far the ground between both horizons rises above the smooth ground, (93)."""
    highest = NOTHING_YET
    for point in range(first, last + 1):
        highest = max(highest, ground.heights_m[point] - (base_m + slope * ground.distances_km[point]))
    return highest


@compiled
def find_horizons(asked: Record, values: Record, ground: Ground) -> None:
    """Find horizon angles and distances, (76) to (81a), the angular distance, (82), and the roughness, (93)."""
    length_km, radius_km = values["length_km"], values["radius_km"]
    near_m, far_m = values["antenna_t_m"], values["antenna_r_m"]
    direct, sunk = (far_m - near_m) / (1000.0 * length_km), length_km / (2.0 * radius_km)
    slope_t = lift_horizon(ground.distances_km, ground, near_m, radius_km)
    if slope_t > direct - sunk:
        first = first_at(ground.marks, slope_t)
        slope_r = lift_horizon(ground.back_km, ground, far_m, radius_km)
        last = last_at(ground.marks, slope_r)
    else:
        slope_t, slope_r = direct - sunk, -direct - sunk
        closest = close_sight(ground, link_over(asked, values, near_m, far_m, radius_km))
        first = last = last_at(ground.marks, closest)
    values["elevation_t_mrad"] = 1000.0 * math.atan(slope_t)
    values["elevation_r_mrad"] = 1000.0 * math.atan(slope_r)
    straight = 1000.0 * length_km / radius_km
    values["angle_mrad"] = straight + values["elevation_t_mrad"] + values["elevation_r_mrad"]
    values["horizon_t_km"] = ground.distances_km[first]
    values["horizon_r_km"] = ground.back_km[last]
    base_m = values["ducting_base_t_m"]
    slope = (values["ducting_base_r_m"] - base_m) / length_km
    values["roughness_m"] = find_roughness(ground, first, last, base_m, slope)
