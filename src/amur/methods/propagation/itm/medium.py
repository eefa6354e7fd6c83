"""What the wave goes through: refractivity where the path lies, curvature of rays, impedance of the ground."""

from __future__ import annotations

import cmath
import math

from amur.methods.propagation.compiling import compiled

_CURVATURE = 157e-9
_SCALE_M = 9460.0


@compiled
def refractivity_at(height_m: float, n_0: float) -> float:
    """Return the surface refractivity in N-units at a height above the sea. Source: Algorithm, eq. 1.2."""
    return n_0 * math.exp(-height_m / _SCALE_M)


@compiled
def radius_of(refractivity: float) -> float:
    """Return the effective radius of the earth in metres. Source: Algorithm, eq. 1.3; TN-101, eq. 4.4."""
    return 1.0 / (_CURVATURE * (1.0 - 0.04665 * math.exp(refractivity / 179.3)))


@compiled
def impedance_of(frequency_mhz: float, epsilon: float, sigma: float, polarisation: float) -> complex:
    """Return the surface transfer impedance; polarisation 0 is horizontal. Source: Algorithm, eqs. 1.4 and 1.5."""
    relative = complex(epsilon, 18_000.0 * sigma / frequency_mhz)
    impedance = cmath.sqrt(relative - 1.0)
    return impedance if polarisation == 0.0 else impedance / relative
