"""One loss of all that carries a signal, for a share of times and of locations; and the field strength it leaves.

Rec. ITU-R P.1812-8, Annex, § 4.6 to § 4.10, equations (57) to (70). Where buildings are entered is left to others.
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.inputs import SEA
from amur.methods.propagation.p1812.normal import inverse_normal
from amur.methods.propagation.p1812.values import Record


@compiled
def fade(value: float, middle: float, width: float) -> float:
    """Return 1 well below a middle, 0 well above it, and what lies smoothly between, (57) and (58)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(3.0 * width * (value - middle) / middle))


@compiled
def blend_greatest(first: float, second: float, scale: float) -> float:
    """Return the greater of two numbers, raised where they are near: a logarithm of a sum of exponentials."""
    return max(first, second) + scale * math.log1p(math.exp(-abs(first - second) / scale))


@compiled
def combine(asked: Record, values: Record) -> None:
    """Find the loss not exceeded for p % of the time at half of the locations, (57) to (63)."""
    near = fade(values["angle_mrad"], 0.3, 0.8)
    short = fade(values["length_km"], 20.0, 0.5)
    part = (1.0 - values["sea_share"]) * values["diffraction_db"]
    if asked["time_percent"] < values["anomalous_percent"]:
        least_db = values["sight_db"] + part
    else:
        median_db = values["diffracted_median_db"]
        least_db = median_db + (values["sight_b0_db"] + part - median_db) * values["time_factor"]
    ducted_db = blend_greatest(values["ducted_db"], values["sight_db"], 2.5)
    diffracted_db = values["diffracted_db"]
    enhanced_db = diffracted_db
    if ducted_db <= diffracted_db:
        enhanced_db = ducted_db + (diffracted_db - ducted_db) * short
    modified_db = enhanced_db + (least_db - enhanced_db) * near
    values["angle_factor"], values["distance_factor"] = near, short
    values["least_sight_db"], values["least_ducted_db"] = least_db, ducted_db
    values["enhanced_db"], values["modified_db"] = enhanced_db, modified_db
    values["median_location_db"] = -blend_greatest(-values["scattered_db"], -modified_db, 5.0 / math.log(10.0))


@compiled
def spread_over_locations(asked: Record, values: Record, last_zone: int) -> None:
    """Find the loss for a share of locations, § 4.7 and (69), and the field strength, (70)."""
    location_db = 0.0
    if last_zone != SEA:
        location_db = -inverse_normal(0.01 * asked["location_percent"]) * asked["location_deviation_db"]
    loss_db = max(values["sight_db"], values["median_location_db"] + location_db)
    field_dbuvm = 199.36 + 20.0 * math.log10(asked["frequency_ghz"]) - loss_db
    gained_db = 10.0 * math.log10(asked["power_kw"]) + asked["gain_t_dbi"] + asked["gain_r_dbi"]
    values["location_db"] = location_db
    values["loss_db"] = loss_db
    values["field_dbuvm"] = field_dbuvm
    values["received_field_dbuvm"] = field_dbuvm + gained_db
