"""Troposcatter: what comes round the earth from the air that both ends see."""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.geometry import WAVES, Line, Medium, Reach, Terrain

NOT_DEFINED = 1001.0
"""Said in place of an attenuation in dB where the model has none."""
_SOME_DB = 15.0
_ROOT = math.sqrt(2.0)


@compiled
def scattered(product_m: float) -> float:
    """Return F(θd) in dB, ``product_m`` being angle times distance. Source: Algorithm, eq. 6.9."""
    if product_m <= 10e3:  # noqa: PLR2004 – where the published formulas part
        return 133.4 + 0.332e-3 * product_m - 10.0 * math.log10(product_m)
    if product_m <= 70e3:  # noqa: PLR2004 – likewise
        return 104.6 + 0.212e-3 * product_m - 2.5 * math.log10(product_m)
    return 71.8 + 0.157e-3 * product_m + 5.0 * math.log10(product_m)


@compiled
def _gain_curve(row: int, r: float) -> float:
    """Return H_01 in dB on the curve of a whole η. Source: Algorithm, eq. 6.13."""
    fourth = (25.0, 80.0, 177.0, 395.0, 705.0)
    second = (24.0, 45.0, 68.0, 80.0, 105.0)
    square = 1.0 / (r * r)
    return 10.0 * math.log10(1.0 + (fourth[row] * square + second[row]) * square)


@compiled
def frequency_gain(r: float, eta: float) -> float:
    """Return H_0(r, η) in dB, between the curves of the whole η below and above. Source: Algorithm, eq. 6.12."""
    bound = min(max(eta, 1.0), 5.0)
    whole = int(bound)
    part = bound - whole
    gain = _gain_curve(whole - 1, r)
    return gain if part == 0.0 else (1.0 - part) * gain + part * _gain_curve(whole, r)


@compiled
def _efficiency(cross_m: float, refractivity: float) -> float:
    """Return η_s, of how high the rays cross. Source: Algorithm, eq. 4.67; TN-101, eq. 9.3a."""
    fall = math.exp(-(min(1.7, cross_m / 8.0e3) ** 6))
    return cross_m / 1.7556e3 * (1.0 + (0.031 - 2.32e-3 * refractivity + 5.67e-6 * refractivity**2) * fall)


@compiled
def _gain_at(distance_m: float, terrain: Terrain, medium: Medium) -> float:
    """Return H_0 in dB at a distance, below 0 where it is not defined.

    Source: Algorithm, eqs. 4.61 to 4.67 and 6.10 to 6.14; TN-101, eqs. 9.3 to 9.5.
    """
    apart = terrain.horizons_m[0] - terrain.horizons_m[1]
    ratio = terrain.effective_m[1] / terrain.effective_m[0]
    if apart < 0.0:
        apart, ratio = -apart, 1.0 / ratio
    angle = terrain.angles[0] + terrain.angles[1] + distance_m / medium.radius_m
    r_1 = 2.0 * medium.frequency_mhz / WAVES * angle * terrain.effective_m[0]
    r_2 = 2.0 * medium.frequency_mhz / WAVES * angle * terrain.effective_m[1]
    if r_1 < 0.2 and r_2 < 0.2:  # noqa: PLR2004 – "not defined (or is infinite)"
        return -1.0
    uneven = (distance_m - apart) / (distance_m + apart)
    q = min(max(0.1, ratio / uneven), 10.0)
    s = max(0.1, uneven)
    eta = _efficiency((distance_m - apart) * (distance_m + apart) * angle * 0.25 / distance_m, medium.refractivity)
    gain = 0.5 * (frequency_gain(r_1, eta) + frequency_gain(r_2, eta))
    gain += min(gain, 6.0 * (0.6 - math.log10(max(eta, 1.0))) * math.log10(s) * math.log10(q))
    gain = max(gain, 0.0)
    if eta < 1.0:
        product = (1.0 + _ROOT / r_1) * (1.0 + _ROOT / r_2)
        none = 10.0 * math.log10(product * product * (r_1 + r_2) / (r_1 + r_2 + 2.0 * _ROOT))
        gain = eta * gain + (1.0 - eta) * none
    return gain


@compiled
def _loss_at(distance_m: float, medium: Medium, reach: Reach, gain: float) -> float:
    """Return the attenuation in dB at a distance. Source: Algorithm, eqs. 4.60, 4.63 and 6.8."""
    angle = distance_m / medium.radius_m - reach.angle
    product = angle * distance_m
    return (
        scattered(product)
        + 10.0 * math.log10(medium.frequency_mhz / WAVES * 47.7 * angle**4)
        - 0.1 * (medium.refractivity - 301.0) * math.exp(-product / 40e3)
        + gain
    )


@compiled
def losses_far_out(terrain: Terrain, medium: Medium, reach: Reach) -> tuple[float, float]:
    """Return the attenuation in dB 200 km and 400 km behind the horizons; ``NOT_DEFINED`` where there is none.

    A gain of more than 15 dB at the nearer one is replaced by that at the farther one.

    Source: Algorithm, eqs. 4.52 to 4.55 and p. 12.
    """
    near, far = reach.actual_m + 200e3, reach.actual_m + 400e3
    gain_far = gain = _gain_at(far, terrain, medium)
    if gain_far <= _SOME_DB:
        gain = _gain_at(near, terrain, medium)
        if gain < 0.0:
            return NOT_DEFINED, NOT_DEFINED
        if gain > _SOME_DB:
            gain = gain_far
    return (
        _loss_at(near, medium, reach, gain),
        _loss_at(far, medium, reach, gain_far),
    )


@compiled
def line_of_troposcatter(terrain: Terrain, medium: Medium, reach: Reach, diffraction: Line) -> tuple[Line, float]:
    """Return the attenuation by troposcatter as a line over the distance, and where it takes over from diffraction.

    Source: Algorithm, eqs. 4.56 to 4.59.
    """
    near, far = losses_far_out(terrain, medium, reach)
    if near >= 1000.0:  # noqa: PLR2004 – more than any loss there is: not defined
        return diffraction, 10e6
    slope = (far - near) / 200e3
    unit = (medium.radius_m * medium.radius_m / medium.frequency_mhz) ** (1.0 / 3.0)
    crossing = (near - diffraction.intercept - slope * (reach.actual_m + 200e3)) / (diffraction.slope - slope)
    takes_over = max(reach.smooth_m, reach.actual_m + 1.088 * unit * math.log(medium.frequency_mhz), crossing)
    return Line(slope, (diffraction.slope - slope) * takes_over + diffraction.intercept), takes_over
