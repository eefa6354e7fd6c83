"""ITU-R P.1812-8: what a path over terrain loses for a share of times and locations, from 30 MHz to 6 GHz.

``Inputs`` say what is asked, ``losses`` computes it, ``traced`` shows every value on the way.
"""

from amur.methods.propagation.p1812.inputs import COASTAL_LAND, HORIZONTAL, INLAND, SEA, VERTICAL, Inputs
from amur.methods.propagation.p1812.model import Losses, losses, traced
from amur.methods.propagation.p1812.places import location_deviations_db, middle_latitudes_deg

__all__ = [
    "COASTAL_LAND",
    "HORIZONTAL",
    "INLAND",
    "SEA",
    "VERTICAL",
    "Inputs",
    "Losses",
    "location_deviations_db",
    "losses",
    "middle_latitudes_deg",
    "traced",
]
