"""Loss along ducts and by reflection from layers of the air.

Rec. ITU-R P.1812-8, Annex, § 4.5, equations (46) to (56).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.values import Record

_SEA_PATH = 0.75
_COAST_KM = 5.0
_LONG_WAVES_GHZ = 0.5
_SMOOTH_M = 10.0


@compiled
def shield_site(angle_mrad: float, horizon_km: float, frequency_ghz: float) -> float:
    """Return what the ground about an antenna keeps from ducts, in decibels, (48)."""
    above = angle_mrad - 0.1 * horizon_km
    if above <= 0.0:
        return 0.0
    near_db = 20.0 * math.log10(1.0 + 0.361 * above * math.sqrt(frequency_ghz * horizon_km))
    beyond_db: float = 0.264 * above * frequency_ghz ** (1.0 / 3.0)
    return near_db + beyond_db


@compiled
def couple_at_sea(coast_km: float, horizon_km: float, antenna_m: float, sea_share: float) -> float:
    """Return what ducts over the sea give an antenna near it, as a loss in decibels that is not above zero, (49)."""
    if sea_share < _SEA_PATH or coast_km > _COAST_KM or coast_km > horizon_km:
        return 0.0
    return -3.0 * math.exp(-0.25 * coast_km * coast_km) * (1.0 + math.tanh(0.07 * (50.0 - antenna_m)))


@compiled
def couple_to_ducts(asked: Record, values: Record) -> float:
    """Return the fixed losses between antennas and ducts, in decibels, (47)."""
    frequency_ghz = asked["frequency_ghz"]
    horizon_t, horizon_r = values["horizon_t_km"], values["horizon_r_km"]
    low_db = 0.0
    if frequency_ghz < _LONG_WAVES_GHZ:
        low_db = 45.375 + frequency_ghz * (92.5 * frequency_ghz - 137.0)
    shielded = shield_site(values["elevation_t_mrad"], horizon_t, frequency_ghz)
    shielded += shield_site(values["elevation_r_mrad"], horizon_r, frequency_ghz)
    coupled = couple_at_sea(asked["coast_t_km"], horizon_t, values["antenna_t_m"], values["sea_share"])
    coupled += couple_at_sea(asked["coast_r_km"], horizon_r, values["antenna_r_m"], values["sea_share"])
    free_db = 102.45 + 20.0 * math.log10(frequency_ghz * (horizon_t + horizon_r))
    return free_db + low_db + shielded + coupled


@compiled
def weigh_duct(values: Record) -> float:
    """Return the logarithm of how often ducts are there, in percent, for this path: (54) to (56).

    Logarithms, since the percentage itself is too small for a number on long paths over rough ground.
    """
    length_km = values["length_km"]
    steep: float = max(-0.6 - 3.5e-9 * length_km**3.1 * values["inland_factor"], -3.4)
    roots = math.sqrt(values["ducting_height_t_m"]) + math.sqrt(values["ducting_height_r_m"])
    by_shape: float = steep * math.log10(500.0 / values["radius_km"] * (length_km / roots) ** 2)
    by_roughness: float = 0.0
    if values["roughness_m"] > _SMOOTH_M:
        between_km = min(length_km - values["horizon_t_km"] - values["horizon_r_km"], 40.0)
        rough = 4.6e-5 * (values["roughness_m"] - _SMOOTH_M) * (43.0 + 6.0 * between_km)
        by_roughness = -rough / math.log(10.0)
    at_all = math.log10(values["anomalous_percent"])
    return at_all + min(by_shape, 0.0) + by_roughness


@compiled
def find_ducting(asked: Record, values: Record) -> None:
    """Find the loss by ducting and layer reflection not exceeded for p % of the time, (46) and (50) to (53)."""
    length_km, radius_km = values["length_km"], values["radius_km"]
    angle_t = min(values["elevation_t_mrad"], 0.1 * values["horizon_t_km"])
    angle_r = min(values["elevation_r_mrad"], 0.1 * values["horizon_r_km"])
    angle = 1000.0 * length_km / radius_km + angle_t + angle_r
    along_db = 5e-5 * radius_km * asked["frequency_ghz"] ** (1.0 / 3.0) * angle
    seldom = weigh_duct(values)
    damped = (9.51 - 4.8 * seldom + 0.198 * seldom * seldom) * 1e-6 * length_km**1.13
    power = 1.076 / (2.0058 - seldom) ** 1.012 * math.exp(-damped)
    beyond = math.log10(asked["time_percent"]) - seldom
    by_time_db = -12.0 + (1.2 + 3.7e-3 * length_km) * beyond + 12.0 * 10.0 ** (power * beyond)
    values["ducted_db"] = couple_to_ducts(asked, values) + along_db + by_time_db
