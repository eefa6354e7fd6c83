"""Loss by scattering in the troposphere.

Rec. ITU-R P.1812-8, Annex, § 4.4, equations (44) and (45).
"""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.p1812.values import Record


@compiled
def find_scattering(asked: Record, values: Record) -> None:
    """Find the loss by troposcatter not exceeded for p % of the time, (44)."""
    frequency = asked["frequency_ghz"]
    by_frequency_db = 25.0 * math.log10(frequency) - 2.5 * math.log10(0.5 * frequency) ** 2
    by_path_db = 20.0 * math.log10(values["length_km"]) + 0.573 * values["angle_mrad"]
    by_time_db = 10.125 * math.log10(50.0 / asked["time_percent"]) ** 0.7
    values["scattered_db"] = 190.1 + by_frequency_db + by_path_db - 0.15 * asked["refractivity_n0"] - by_time_db
