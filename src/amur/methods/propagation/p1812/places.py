"""Where the middle of a path is, and how much a signal differs between locations about a receiver.

Rec. ITU-R P.1812-8, Annex, (4): the latitude of the middle; § 4.7: the standard deviation over locations.
"""

from __future__ import annotations

import numpy as np

from amur.methods.propagation.p1812.climate import EARTH_KM
from amur.methods.propagation.p1812.inputs import Given
from amur.methods.propagation.paths import Numbers


def middle_latitudes_deg(
    latitude_t_deg: Given, longitude_t_deg: Given, latitude_r_deg: Given, longitude_r_deg: Given, length_km: Given
) -> Numbers:
    """Return the latitude half a path's length from its transmitter, on the great circle towards its receiver.

    >>> round(float(middle_latitudes_deg(45.0, 126.0, 46.0, 126.0, 100.0)), 3)
    45.45
    """
    near, far = np.radians(latitude_t_deg), np.radians(latitude_r_deg)
    east = np.radians(np.asarray(longitude_r_deg, dtype=np.float64) - np.asarray(longitude_t_deg, dtype=np.float64))
    north_part = np.cos(near) * np.sin(far) - np.sin(near) * np.cos(far) * np.cos(east)
    east_part = np.cos(far) * np.sin(east)
    heading = np.arctan2(east_part, north_part)
    half = 0.5 * np.asarray(length_km, dtype=np.float64) / EARTH_KM
    middle = np.sin(near) * np.cos(half) + np.cos(near) * np.sin(half) * np.cos(heading)
    return np.asarray(np.degrees(np.arcsin(np.clip(middle, -1.0, 1.0))))


def location_deviations_db(
    frequency_ghz: Given, resolution_m: Given, antenna_r_m: Given = 0.0, clutter_r_m: Given = np.inf
) -> Numbers:
    """Return the standard deviation over locations in a square, in decibels, for an antenna outdoors.

    ``resolution_m`` is the square's side. It is full for an antenna below what stands about it, and nothing for one
    that rises 10 m above.

    >>> location_deviations_db(0.8, 100.0).round(2).tolist()
    1.96
    >>> location_deviations_db(0.8, 100.0, [5.0, 15.0, 25.0], 10.0).round(2).tolist()
    [1.96, 0.98, 0.0]
    """
    full = (0.52 + 0.024 * np.asarray(frequency_ghz)) * np.asarray(resolution_m, dtype=np.float64) ** 0.28
    above_m = np.asarray(antenna_r_m, dtype=np.float64) - np.asarray(clutter_r_m, dtype=np.float64)
    return np.asarray(full * np.clip(1.0 - above_m / 10.0, 0.0, 1.0))
