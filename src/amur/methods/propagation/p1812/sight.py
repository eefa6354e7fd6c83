"""Loss in line of sight, with multipath and focusing.

Rec. ITU-R P.1812-8, Annex, § 4.2, equations (8) to (11).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.values import Record


@compiled
def find_sight(asked: Record, values: Record) -> None:
    """Find the loss in free space, (8), and in line of sight not exceeded for p % and for b0 % of the time."""
    rise_km = (values["antenna_t_m"] - values["antenna_r_m"]) / 1000.0
    free_db = (
        92.4 + 20.0 * math.log10(asked["frequency_ghz"]) + 10.0 * math.log10(values["length_km"] ** 2 + rise_km**2)
    )
    swing_db = 2.6 * (1.0 - math.exp(-0.1 * (values["horizon_t_km"] + values["horizon_r_km"])))
    values["free_space_db"] = free_db
    values["sight_db"] = free_db + swing_db * math.log10(asked["time_percent"] / 50.0)
    values["sight_b0_db"] = free_db + swing_db * math.log10(values["anomalous_percent"] / 50.0)
