"""Clutter loss by Recommendation ITU-R P.2108-1: what buildings and trees around an antenna take.

All values may be numbers or arrays; arrays are broadcast against each other.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.paths import Numbers

Value = float | np.ndarray[Any, np.dtype[Any]] | list[float]


class Surroundings(IntEnum):
    """What stands around an antenna, of table 3."""

    WATER = 1
    OPEN = 2
    SUBURBAN = 3
    URBAN = 4
    FOREST = 5
    DENSE_URBAN = 6


USUAL_HEIGHT_M = {
    Surroundings.WATER: 10.0,
    Surroundings.OPEN: 10.0,
    Surroundings.SUBURBAN: 10.0,
    Surroundings.URBAN: 15.0,
    Surroundings.FOREST: 15.0,
    Surroundings.DENSE_URBAN: 20.0,
}
"""How high what stands around usually is, where nothing better is known. Source: P.2108-1, table 3."""
STREET_M = 27.0
"""How wide a street usually is. Source: P.2108-1, section 3.1."""


def height_gain(
    frequency_ghz: Value, height_m: Value, surroundings: Value, *, clutter_m: Value, street_m: Value = STREET_M
) -> Numbers:
    """Return the median loss in dB that the surroundings of an antenna below their top cause, 0.03 to 3 GHz.

    >>> height_gain(0.8, [1.5, 30.0], Surroundings.URBAN, clutter_m=15.0).round(2).tolist()
    [22.06, 0.0]

    Source: P.2108-1, section 3.1, eqs. 2a to 2g.

    Raises:
        AmurError: where a value is out of its range.
    """
    frequency = _within("frequency_ghz", frequency_ghz, 0.03, 3.0)
    height = _between("height_m", height_m, 0.0, np.inf)
    clutter = _between("clutter_m", clutter_m, 0.0, np.inf)
    street = _between("street_m", street_m, 0.0, np.inf)
    kind = _within("surroundings", surroundings, Surroundings.WATER, Surroundings.DENSE_URBAN)
    missing = np.maximum(clutter - height, 0.0)
    nu = 0.342 * np.sqrt(frequency) * np.sqrt(missing * np.degrees(np.arctan(missing / street)))
    edge = 6.9 + 20.0 * np.log10(np.sqrt((nu - 0.1) ** 2 + 1.0) + nu - 0.1) - 6.03
    bare = -(21.8 + 6.2 * np.log10(frequency)) * np.log10(np.minimum(height / clutter, 1.0))
    return np.asarray(np.where(height >= clutter, 0.0, np.where(kind <= Surroundings.OPEN, bare, edge)))


def terrestrial(frequency_ghz: Value, distance_km: Value, locations_percent: Value) -> Numbers:
    """Return the loss in dB of clutter around one end of a terrestrial path, 0.5 to 67 GHz, 0.25 km and more.

    It is not exceeded for a percentage of locations in towns and suburbs. Beyond 2 km it does not grow. For clutter
    around both ends it is to be added twice.

    >>> terrestrial(26.0, [0.5, 2.0, 15.0], 50.0).round(2).tolist()
    [29.54, 32.99, 32.99]

    Source: P.2108-1, section 3.2, eqs. 3a to 6.

    Raises:
        AmurError: where a value is out of its range.
    """
    frequency = _within("frequency_ghz", frequency_ghz, 0.5, 67.0)
    distance = _within("distance_km", distance_km, 0.25, np.inf)
    z = _deviate(_between("locations_percent", locations_percent, 0.0, 100.0))
    return np.asarray(np.minimum(_along(frequency, distance, z), _along(frequency, np.asarray(2.0), z)))


def aeronautical(frequency_ghz: Value, elevation_degrees: Value, locations_percent: Value) -> Numbers:
    """Return the loss in dB of clutter around the lower end of a path to an aeroplane or a satellite, 10 to 100 GHz.

    It is not exceeded for a percentage of locations. Close to the zenith and to 0 % the formula gives a little less
    than 0 dB.

    >>> aeronautical(28.0, [5.0, 30.0], 50.0).round(2).tolist()
    [23.22, 4.7]

    Source: P.2108-1, section 3.3, eq. 7.

    Raises:
        AmurError: where a value is out of its range.
    """
    frequency = _within("frequency_ghz", frequency_ghz, 10.0, 100.0)
    elevation = _within("elevation_degrees", elevation_degrees, 0.0, 90.0)
    percent = _between("locations_percent", locations_percent, 0.0, 100.0)
    away = 1.0 - elevation / 90.0
    slant = 1.0 / np.tan(0.05 * away + np.radians(elevation))
    base = -93.0 * frequency**0.175 * np.log(1.0 - percent / 100.0) * slant
    return np.asarray(base ** (0.5 * away) - 1.0 - 0.6 * _deviate(percent))


def _along(frequency_ghz: Numbers, distance_km: Numbers, z: Numbers) -> Numbers:
    """Return the loss at a distance for a deviate. Source: P.2108-1, eqs. 3a to 5b."""
    low = -2.0 * np.log10(10.0 ** (-5.0 * np.log10(frequency_ghz) - 12.5) + 10.0**-16.5)
    high = 32.98 + 23.9 * np.log10(distance_km) + 3.0 * np.log10(frequency_ghz)
    low_power, high_power = 10.0 ** (-0.2 * low), 10.0 ** (-0.2 * high)
    spread = np.sqrt((16.0 * low_power + 36.0 * high_power) / (low_power + high_power))
    return np.asarray(-5.0 * np.log10(low_power + high_power) - spread * z)


def _deviate(percent: Numbers) -> Numbers:
    """Return the standard normal deviate that a percentage lies above. Source: Rec. ITU-R P.1057, eq. 3."""
    tail = np.minimum(percent, 100.0 - percent) / 100.0
    t = np.sqrt(-2.0 * np.log(tail))
    z = t - ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0)
    return np.asarray(np.where(percent > 50.0, -z, z))  # noqa: PLR2004 – the middle


def _within(name: str, values: Value, least: float, most: float) -> Numbers:
    """Return values that lie between bounds or on them."""
    found = np.asarray(values, dtype=np.float64)
    bounds = f"{least:g} or more" if most == np.inf else f"{least:g} to {most:g}"
    return _refused(name, found, (found >= least) & (found <= most), bounds)


def _between(name: str, values: Value, least: float, most: float) -> Numbers:
    """Return values that lie between bounds and not on them."""
    found = np.asarray(values, dtype=np.float64)
    bounds = f"more than {least:g}" + ("" if most == np.inf else f" and less than {most:g}")
    return _refused(name, found, (found > least) & (found < most), bounds)


def _refused(name: str, found: Numbers, good: Any, bounds: str) -> Numbers:
    """Return values that are good, or raise which one is not."""
    wrong = np.flatnonzero(~np.atleast_1d(np.isfinite(found) & good))
    if len(wrong):
        where = f" at {wrong[0]}" if found.ndim else ""
        raise AmurError("out_of_range", f"{name}{where} is {np.ravel(found)[wrong[0]]:g}, not {bounds}")
    return found
