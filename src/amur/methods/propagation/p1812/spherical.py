"""Diffraction over a smooth Earth.

Rec. ITU-R P.1812-8, Annex: § 4.3.2 and § 4.3.3, equations (22) to (36); and the attachment with the alternative that
gives Bullington's loss over a smooth Earth without a profile (the reference calls it Attachment 4).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.bullington import lose_along, lose_over_edge, meet
from amur.methods.propagation.p1812.ground import Link
from amur.methods.propagation.p1812.inputs import VERTICAL

_LAND_PERMITTIVITY, _LAND_SIEMENS_M = 22.0, 0.003
_SEA_PERMITTIVITY, _SEA_SIEMENS_M = 80.0, 5.0
_HIGH, _FAR = 2.0, 1.6
"""From these normalised heights and distances on, another formula holds."""


@compiled
def reach_sight(link: Link) -> float:
    """Return how far both antennas just see each other over a smooth Earth, in kilometres, (22)."""
    return math.sqrt(2.0 * link.radius_km) * (math.sqrt(0.001 * link.near_m) + math.sqrt(0.001 * link.far_m))


@compiled
def find_least_clearance(link: Link) -> tuple[float, float]:
    """Return the least height of the ray over a smooth Earth, in metres, and how far along it is, (23) and (24)."""
    length_km, radius_km = link.length_km, link.radius_km
    both_m = link.near_m + link.far_m
    uneven = (link.near_m - link.far_m) / both_m
    bent = 250.0 * length_km * length_km / (radius_km * both_m)
    cosine = 1.5 * uneven * math.sqrt(3.0 * bent / (bent + 1.0) ** 3)
    turned = math.pi / 3.0 + math.acos(min(max(cosine, -1.0), 1.0)) / 3.0
    shifted = 2.0 * math.sqrt((bent + 1.0) / (3.0 * bent)) * math.cos(turned)
    near_km = 0.5 * length_km * (1.0 + shifted)
    far_km = length_km - near_km
    over_near = (link.near_m - 500.0 * near_km * near_km / radius_km) * far_km
    over_far = (link.far_m - 500.0 * far_km * far_km / radius_km) * near_km
    return (over_near + over_far) / length_km, near_km


@compiled
def gain_by_height(height: float, admittance: float) -> float:
    """Return the gain by the height of an antenna, in decibels, from its normalised height times beta, (35)."""
    if height > _HIGH:
        gain = 17.6 * math.sqrt(height - 1.1) - 5.0 * math.log10(height - 1.1) - 8.0
    else:
        gain = 20.0 * math.log10(height + 0.1 * height**3)
    return max(gain, 2.0 + 20.0 * math.log10(admittance))


@compiled
def lose_over_ground(link: Link, radius_km: float, permittivity: float, siemens_m: float) -> float:
    """Return the first term of diffraction over one sort of ground, in decibels, (29) to (36)."""
    frequency_ghz = link.frequency_ghz
    conducted = (18.0 * siemens_m / frequency_ghz) ** 2
    admittance = 0.036 / ((radius_km * frequency_ghz) ** (1.0 / 3.0) * ((permittivity - 1.0) ** 2 + conducted) ** 0.25)
    if link.polarisation == VERTICAL:
        admittance *= math.sqrt(permittivity**2 + conducted)
    squared = admittance * admittance
    ground = (1.0 + 1.6 * squared + 0.67 * squared**2) / (1.0 + 4.5 * squared + 1.53 * squared**2)
    far = 21.88 * ground * (frequency_ghz / radius_km**2) ** (1.0 / 3.0) * link.length_km
    per_m = 0.9575 * ground * ground * (frequency_ghz**2 / radius_km) ** (1.0 / 3.0)
    by_distance_db: float = -20.0 * math.log10(far) - 5.6488 * far**1.425
    if far >= _FAR:
        by_distance_db = 11.0 + 10.0 * math.log10(far) - 17.6 * far
    by_height_db = gain_by_height(per_m * link.near_m, admittance) + gain_by_height(per_m * link.far_m, admittance)
    return -by_distance_db - by_height_db


@compiled
def lose_first_term(link: Link, radius_km: float) -> float:
    """Return the first term of diffraction over a path of land and sea, in decibels, (28)."""
    over_land = over_sea = 0.0
    if link.sea_share < 1.0:
        over_land = lose_over_ground(link, radius_km, _LAND_PERMITTIVITY, _LAND_SIEMENS_M)
    if link.sea_share > 0.0:
        over_sea = lose_over_ground(link, radius_km, _SEA_PERMITTIVITY, _SEA_SIEMENS_M)
    return link.sea_share * over_sea + (1.0 - link.sea_share) * over_land


@compiled
def lose_over_sphere(link: Link) -> float:
    """Return the loss by diffraction over a smooth Earth, in decibels, (22) to (27)."""
    length_km = link.length_km
    if length_km >= reach_sight(link):
        return lose_first_term(link, link.radius_km)
    clear_m, near_km = find_least_clearance(link)
    needed_m = 17.456 * math.sqrt(near_km * (length_km - near_km) * link.wave_m / length_km)
    if clear_m > needed_m:
        return 0.0
    just_km = 500.0 * (length_km / (math.sqrt(link.near_m) + math.sqrt(link.far_m))) ** 2
    return (1.0 - clear_m / needed_m) * max(lose_first_term(link, just_km), 0.0)


@compiled
def lose_without_profile(link: Link) -> float:
    """Return Bullington's loss over a smooth Earth in closed form, in decibels: the alternative attachment."""
    length_km = link.length_km
    if length_km < reach_sight(link):
        clear_m, near_km = find_least_clearance(link)
        parameter = -clear_m * math.sqrt(0.002 * length_km / (link.wave_m * near_km * (length_km - near_km)))
    else:
        bulge = 500.0 / link.radius_km
        slope_t = bulge * length_km - 2.0 * math.sqrt(bulge * link.near_m)
        slope_r = bulge * length_km - 2.0 * math.sqrt(bulge * link.far_m)
        parameter = meet(slope_t, slope_r, link)
    return lose_along(lose_over_edge(parameter), length_km)
