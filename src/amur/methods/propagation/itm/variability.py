"""Variability: how much more or less is lost for a part of the time, of the locations and of the situations."""

from __future__ import annotations

import math
from typing import NamedTuple

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.geometry import THIRD, WAVES, Terrain
from amur.methods.propagation.itm.terrain import roughness_at

SINGLE_MESSAGE = 0
ACCIDENTAL = 1
MOBILE = 2
BROADCAST = 3
WITHOUT_LOCATION = 10
WITHOUT_SITUATION = 20
MOST_USUAL = 3.10
"""Deviates farther out than this lie where the curves were not measured."""
_EARTH_M = 9_000e3

Curve = tuple[float, float, float, float, float]
_MEDIAN: tuple[Curve, ...] = (
    (-9.67, 12.7, 144.9e3, 190.3e3, 133.8e3),
    (-0.62, 9.19, 228.9e3, 205.2e3, 143.6e3),
    (1.26, 15.5, 262.6e3, 185.2e3, 99.8e3),
    (-9.21, 9.05, 84.1e3, 101.1e3, 98.6e3),
    (-0.62, 9.19, 228.9e3, 205.2e3, 143.6e3),
    (-0.39, 2.86, 141.7e3, 315.9e3, 167.4e3),
    (3.15, 857.9, 2222.0e3, 164.8e3, 116.3e3),
)
"""Of each climate. Source: Algorithm, table 5.1; it describes TN-101, fig. 10.13."""
_BELOW: tuple[Curve, ...] = (
    (2.13, 159.5, 762.2e3, 123.6e3, 94.5e3),
    (2.66, 7.67, 100.4e3, 172.5e3, 136.4e3),
    (6.11, 6.65, 138.2e3, 242.2e3, 178.6e3),
    (1.98, 13.11, 139.1e3, 132.7e3, 193.5e3),
    (2.68, 7.16, 93.7e3, 186.8e3, 133.5e3),
    (6.86, 10.38, 187.8e3, 169.6e3, 108.9e3),
    (8.51, 169.8, 609.8e3, 119.9e3, 106.6e3),
)
_ABOVE: tuple[Curve, ...] = (
    (2.11, 102.3, 636.9e3, 134.8e3, 95.6e3),
    (6.87, 15.53, 138.7e3, 143.7e3, 98.6e3),
    (10.08, 9.60, 165.3e3, 225.7e3, 129.7e3),
    (3.68, 159.3, 464.4e3, 93.1e3, 94.2e3),
    (4.75, 8.12, 93.2e3, 135.9e3, 113.4e3),
    (8.58, 13.97, 216.0e3, 152.0e3, 122.7e3),
    (8.43, 8.19, 136.2e3, 188.5e3, 122.9e3),
)
_DUCTING = (
    (1.224, 1.282),
    (0.801, 2.161),
    (1.380, 1.282),
    (1.000, 20.0),
    (1.224, 1.282),
    (1.518, 1.282),
    (1.518, 1.282),
)
"""How much steeper the time deviates far out, and from which deviate on."""
_FLAT = (1.0, 0.0, 0.0)
_FREQUENCY_BELOW = (_FLAT, _FLAT, _FLAT, _FLAT, (0.92, 0.25, 1.77), _FLAT, _FLAT)
_FREQUENCY_ABOVE = (_FLAT, (0.93, 0.31, 2.0), _FLAT, (0.93, 0.19, 1.79), (0.93, 0.31, 2.0), _FLAT, _FLAT)
"""How the frequency changes the deviation over time."""


class Asked(NamedTuple):
    """Standard normal deviates of the quantiles that are asked for, and the mode of variability."""

    time: float
    location: float
    situation: float
    mdvar: int


@compiled
def deviate(fraction: float) -> float:
    """Return the standard normal deviate that a fraction lies above, to 4.5e-4.

    Source: Abramowitz and Stegun, eq. 26.2.23.
    """
    tail = fraction if fraction <= 0.5 else 1.0 - fraction  # noqa: PLR2004 – the middle
    t = math.sqrt(-2.0 * math.log(tail))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515516) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0)
    return z if fraction <= 0.5 else -z  # noqa: PLR2004 – likewise


@compiled
def asked_of(time: float, location: float, situation: float, mdvar: int) -> Asked:
    """Return the deviates of percentages; what a kind of variability does not tell apart has the same one.

    Source: listing, section 37; NTIA 82-100, section 3.
    """
    kind = mdvar % 10
    z_situation = deviate(situation / 100.0)
    z_time = z_situation if kind == SINGLE_MESSAGE else deviate(time / 100.0)
    z_location = z_time if kind == MOBILE else z_situation
    if kind == BROADCAST:
        z_location = deviate(location / 100.0)
    return Asked(z_time, z_location, z_situation, mdvar)


@compiled
def effective_distance(terrain: Terrain, frequency_mhz: float) -> float:
    """Return the distance in metres that the curves are asked for. Source: Algorithm, eqs. 5.3 and 5.4."""
    near = (
        math.sqrt(2.0 * _EARTH_M * terrain.effective_m[0])
        + math.sqrt(2.0 * _EARTH_M * terrain.effective_m[1])
        + math.pow(575.7e12 * WAVES / frequency_mhz, THIRD)
    )
    if terrain.distance_m < near:
        return 130e3 * terrain.distance_m / near
    return 130e3 + terrain.distance_m - near


@compiled
def _curve(curve: Curve, distance_m: float) -> float:
    """Return what a curve says at an effective distance. Source: Algorithm, eqs. 5.5 and 5.7."""
    share = distance_m * distance_m / (curve[2] * curve[2])
    away = (distance_m - curve[3]) / curve[4]
    return (curve[0] + curve[1] / (1.0 + away * away)) * share / (1.0 + share)


@compiled
def _sigma_of_time(row: int, effective_m: float, frequency_mhz: float, z: float) -> float:
    """Return the deviation over time in dB, to that side of the median which the deviate lies on.

    Source: Algorithm, eqs. 5.7 and 5.8.
    """
    log_wave = math.log(0.133 * frequency_mhz / WAVES)
    if z < 0.0:
        g, more, scale = _FREQUENCY_BELOW[row]
        return _curve(_BELOW[row], effective_m) * (g + more / ((scale * log_wave) ** 2 + 1.0))
    g, more, scale = _FREQUENCY_ABOVE[row]
    sigma = _curve(_ABOVE[row], effective_m) * (g + more / ((scale * log_wave) ** 2 + 1.0))
    steeper, begins = _DUCTING[row]
    return sigma if z <= begins else sigma * (steeper + (1.0 - steeper) * begins / z)


@compiled
def _sigma_of_location(terrain: Terrain, frequency_mhz: float) -> float:
    """Return the deviation over locations in dB. Source: Algorithm, eq. 5.9."""
    rough = frequency_mhz / WAVES * roughness_at(terrain.distance_m, terrain.delta_h_m)
    return 10.0 * rough / (rough + 13.0)


@compiled
def _less(asked: Asked, time: float, location: float, situation: float) -> float:
    """Return by how many dB less than in the median is lost, of the three deviations.

    Source: Algorithm, eq. 5.11; listing, section 39.
    """
    kind, square = asked.mdvar % 10, asked.situation * asked.situation
    y_time, y_location = time * asked.time, location * asked.location
    spread = situation**2 + y_time**2 / (7.8 + square) + y_location**2 / (24.0 + square)
    if kind == SINGLE_MESSAGE:
        return math.sqrt(time**2 + location**2 + spread) * asked.situation
    if kind == ACCIDENTAL:
        return y_time + math.sqrt(location**2 + spread) * asked.situation
    if kind == MOBILE:
        return math.sqrt(time**2 + location**2) * asked.time + math.sqrt(spread) * asked.situation
    return y_time + y_location + math.sqrt(spread) * asked.situation


@compiled
def attenuation(reference_db: float, terrain: Terrain, frequency_mhz: float, climate: int, asked: Asked) -> float:
    """Return the attenuation in dB that is not exceeded for the quantiles; it is never far below that of free space.

    Source: Algorithm, eqs. 5.1 and 5.10; its eq. 5.2 bends what comes out below 0.
    """
    row = climate - 1
    effective = effective_distance(terrain, frequency_mhz)
    situation = 0.0 if asked.mdvar >= WITHOUT_SITUATION else 5.0 + 3.0 * math.exp(-effective / 100e3)
    location = 0.0 if asked.mdvar // WITHOUT_LOCATION % 2 == 1 else _sigma_of_location(terrain, frequency_mhz)
    time = _sigma_of_time(row, effective, frequency_mhz, asked.time)
    left = reference_db - _curve(_MEDIAN[row], effective) - _less(asked, time, location, situation)
    return left * (29.0 - left) / (29.0 - 10.0 * left) if left < 0.0 else left
