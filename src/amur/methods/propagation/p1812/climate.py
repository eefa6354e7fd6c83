"""What lies under a path and what the air does there: sea and land, anomalous propagation, the effective Earth.

Rec. ITU-R P.1812-8, Annex, § 3.3, § 3.6 and § 3.7, equations (1) to (7).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.ground import Ground
from amur.methods.propagation.p1812.inputs import INLAND, SEA
from amur.methods.propagation.p1812.values import Record

EARTH_KM = 6371.0
_POLAR_DEG = 70.0


@compiled
def divide_ground(values: Record, ground: Ground) -> None:
    """Find the share over sea and the longest stretches of land and of inland, (1) and § 3.6.

    Each point stands for the ground half-way to its neighbours.
    """
    distances_km, zones = ground.distances_km, ground.zones
    last = len(distances_km) - 1
    sea = land = inland = longest_land = longest_inland = begun = 0.0
    first = 0
    while first <= last:
        zone, end = zones[first], first
        while end < last and zones[end + 1] == zone:
            end += 1
        ends = 0.5 * (distances_km[end] + distances_km[min(end + 1, last)])
        width = ends - begun
        sea += width if zone == SEA else 0.0
        land = 0.0 if zone == SEA else land + width
        inland = inland + width if zone == INLAND else 0.0
        longest_land = max(longest_land, land)
        longest_inland = max(longest_inland, inland)
        first, begun = end + 1, ends
    values["length_km"] = distances_km[last]
    values["sea_share"] = sea / distances_km[last]
    values["longest_land_km"] = longest_land
    values["longest_inland_km"] = longest_inland


@compiled
def find_climate(asked: Record, values: Record) -> None:
    """Find how often propagation is anomalous, (2) to (5), and the radii of the effective Earth, (6) and (7)."""
    inland = 1.0 - math.exp(-4.12e-4 * values["longest_inland_km"] ** 2.41)
    shrunk = 10.0 ** (-values["longest_land_km"] / (16.0 - 6.6 * inland)) + 10.0 ** (-5.0 * (0.496 + 0.354 * inland))
    over_land = min(shrunk**0.2, 1.0)
    latitude = abs(asked["latitude_deg"])
    if latitude <= _POLAR_DEG:
        at_sea = 10.0 ** (1.67 - 0.015 * latitude)
        north = over_land ** (0.0176 * latitude - 0.935)
    else:
        at_sea = 4.17
        north = over_land**0.3
    values["inland_factor"] = inland
    values["anomalous_percent"] = at_sea * over_land * north
    values["radius_km"] = EARTH_KM * 157.0 / (157.0 - asked["delta_n"])
    values["radius_b0_km"] = EARTH_KM * 3.0
