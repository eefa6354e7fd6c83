"""Diffraction: a round earth and two knife edges, weighed by how rough the terrain is."""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.geometry import EARTH_M, THIRD, WAVES, Line, Medium, Reach, Terrain
from amur.methods.propagation.itm.terrain import deviation, roughness_at


@compiled
def knife_edge(squared: float) -> float:
    """Return the attenuation of one knife edge in dB, of the square of ν.

    Source: Algorithm, eq. 6.1; TN-101, eqs. III.24b and III.24c.
    """
    if squared < 2.4 * 2.4:
        return 6.02 + 9.11 * math.sqrt(squared) - 1.27 * squared
    return 12.953 + 10.0 * math.log10(squared)


@compiled
def knife_edges(distance_m: float, terrain: Terrain, medium: Medium, reach: Reach) -> float:
    """Return the attenuation in dB of the two horizons as knife edges. Source: Algorithm, eqs. 4.12 to 4.14."""
    angle = distance_m / medium.radius_m - reach.angle
    beyond = distance_m - reach.actual_m
    factor = 0.0795775 * (medium.frequency_mhz / WAVES) * angle * angle * beyond
    first, second = terrain.horizons_m
    return knife_edge(factor * first / (beyond + first)) + knife_edge(factor * second / (beyond + second))


@compiled
def height_gain(x: float, k: float) -> float:
    """Return F(x, K) in dB, what the height of an antenna over a round earth adds.

    Source: Algorithm, eqs. 6.3 to 6.6, after Vogler 1964.
    """
    if x < 200.0:  # noqa: PLR2004 – where the published formulas part
        depth = -math.log(k)
        if k < 1e-5 or x * depth**3 > 5495.0:  # noqa: PLR2004 – likewise
            return 17.372 * math.log(x) - 117.0 if x > 1.0 else -117.0
        return 2.5e-5 * x * x / k - 8.686 * depth - 15.0
    gain = 0.05751 * x - 4.343 * math.log(x)
    if x < 2000.0:  # noqa: PLR2004 – likewise
        weight = 0.0134 * x * math.exp(-0.005 * x)
        gain = (1.0 - weight) * gain + weight * (17.372 * math.log(x) - 117.0)
    return gain


@compiled
def _round(radius_m: float, along_m: float, frequency_mhz: float, impedance: float) -> tuple[float, float]:
    """Return x and K of an arc of a round earth. Source: Algorithm, eqs. 4.15 to 4.18; Vogler 1964, eqs. 2 and 6a."""
    size = (4.0 / 3.0 * EARTH_M / radius_m) ** THIRD
    root = frequency_mhz**THIRD
    k = 0.017778 * size / (root * impedance)
    return (1.607 - k) * size * size * root * along_m / 1000.0, k


@compiled
def _end_of_round(horizon_m: float, effective_m: float, frequency_mhz: float, impedance: float) -> tuple[float, float]:
    """Return x and F of the arc between an antenna and its horizon."""
    x, k = _round(0.5 * horizon_m * horizon_m / effective_m, horizon_m, frequency_mhz, impedance)
    return x, height_gain(x, k)


@compiled
def _ends_of_round(terrain: Terrain, medium: Medium) -> tuple[float, float]:
    """Return x and F of both arcs between an antenna and its horizon, which no distance changes."""
    impedance = abs(medium.impedance)
    x_1, f_1 = _end_of_round(terrain.horizons_m[0], terrain.effective_m[0], medium.frequency_mhz, impedance)
    x_2, f_2 = _end_of_round(terrain.horizons_m[1], terrain.effective_m[1], medium.frequency_mhz, impedance)
    return x_1 + x_2, f_1 + f_2


@compiled
def round_earth(distance_m: float, ends: tuple[float, float], medium: Medium, reach: Reach) -> float:
    """Return the attenuation of a round earth in dB, by three radii; infinite where the formula has no value.

    Source: Algorithm, eqs. 4.19 and 4.20; Vogler 1964, eq. 13.
    """
    beyond = distance_m - reach.actual_m
    radius = beyond / (distance_m / medium.radius_m - reach.angle)
    x, _ = _round(radius, beyond, medium.frequency_mhz, abs(medium.impedance))
    x += ends[0]
    return 0.05751 * x - 10.0 * math.log10(x) - ends[1] - 20.0 if x > 0.0 else math.inf


@compiled
def clutter(terrain: Terrain, reach: Reach, frequency_mhz: float) -> float:
    """Return what clutter on the terrain adds, in dB. Source: Algorithm, eq. 4.10; ERL 79-ITS 67, eq. 3.38c."""
    sigma = deviation(roughness_at(reach.smooth_m, terrain.delta_h_m))
    product = terrain.heights_m[0] * terrain.heights_m[1]
    return min(15.0, 5.0 * math.log10(1.0 + 1e-5 * product * frequency_mhz * sigma))


@compiled
def weight_of_round(distance_m: float, terrain: Terrain, medium: Medium, reach: Reach) -> float:
    """Return how much the round earth counts beside the knife edges, 0 to 1. Source: Algorithm, eq. 4.9."""
    base = terrain.heights_m[0] * terrain.heights_m[1]
    raised = terrain.effective_m[0] * terrain.effective_m[1] - base
    if terrain.is_known:
        base += 10.0
    rough = min(roughness_at(distance_m, terrain.delta_h_m) * medium.frequency_mhz / WAVES, 6283.2)
    beyond = (reach.actual_m - reach.angle * medium.radius_m) / distance_m
    return 25.1 / (25.1 + math.sqrt((math.sqrt(1.0 + raised / base) + beyond) * rough))


@compiled
def line_of_diffraction(terrain: Terrain, medium: Medium, reach: Reach) -> tuple[Line, bool]:
    """Return the attenuation by diffraction as a line over the distance, through two points far behind the horizons.

    Also says whether the round earth has a part in it. It has none where a horizon is so near that its arc is smaller
    than the formula holds for; the horizons are knife edges then. (The reference software takes the loss of free space
    there, without a word.)

    Source: Algorithm, eqs. 4.2 to 4.8 and 4.11.
    """
    ends = _ends_of_round(terrain, medium)
    unit = (medium.radius_m * medium.radius_m / medium.frequency_mhz) ** THIRD
    near = max(reach.smooth_m, reach.actual_m + 5.0 * unit)
    far = near + 10.0 * unit
    lost_near = knife_edges(near, terrain, medium, reach)
    lost_far = knife_edges(far, terrain, medium, reach)
    round_near = round_earth(near, ends, medium, reach)
    round_far = round_earth(far, ends, medium, reach)
    is_round = math.isfinite(round_near + round_far)
    if is_round:
        lost_near += weight_of_round(near, terrain, medium, reach) * (round_near - lost_near)
        lost_far += weight_of_round(far, terrain, medium, reach) * (round_far - lost_far)
    slope = (lost_far - lost_near) / (far - near)
    return Line(slope, lost_near + clutter(terrain, reach, medium.frequency_mhz) - slope * near), is_round
