"""Line of sight: two rays, one reflected, and diffraction drawn out towards the transmitter."""

from __future__ import annotations

import math

from amur.methods.propagation.compiling import compiled
from amur.methods.propagation.itm.geometry import WAVES, Line, Medium, Reach, Terrain
from amur.methods.propagation.itm.terrain import deviation, roughness_at

Point = tuple[float, float]
"""A distance in metres, and the attenuation there in dB."""


@compiled
def two_rays(distance_m: float, terrain: Terrain, medium: Medium) -> float:
    """Return the attenuation in dB of a ray and its reflection. Source: Algorithm, eqs. 4.46 to 4.51."""
    wave = medium.frequency_mhz / WAVES
    first, second = terrain.effective_m
    sine = (first + second) / math.sqrt(distance_m * distance_m + (first + second) ** 2)
    sigma = deviation(roughness_at(distance_m, terrain.delta_h_m))
    back = (sine - medium.impedance) / (sine + medium.impedance) * math.exp(-min(10.0, wave * sigma * sine))
    power = back.real * back.real + back.imag * back.imag
    if power < max(0.25, sine):
        back = back * math.sqrt(sine / power)
    phase = 2.0 * wave * first * second / distance_m
    if phase > 0.5 * math.pi:
        phase = math.pi - 0.25 * math.pi * math.pi / phase
    real, imaginary = math.cos(phase) + back.real, back.imag - math.sin(phase)
    return -10.0 * math.log10(real * real + imaginary * imaginary)


@compiled
def in_sight(distance_m: float, terrain: Terrain, medium: Medium, reach: Reach, line: Line) -> float:
    """Return the attenuation in dB where the ends see each other. Source: Algorithm, eqs. 4.43 to 4.45."""
    rays = two_rays(distance_m, terrain, medium)
    weight = 1.0 / (1.0 + medium.frequency_mhz * terrain.delta_h_m / max(10e3, reach.smooth_m))
    return weight * rays + (1.0 - weight) * (line.slope * distance_m + line.intercept)


@compiled
def _slopes(near: Point, far: Point, edge: Point) -> tuple[float, float]:
    """Return the coefficients of the distance and of its logarithm, of a curve through three points.

    Source: Algorithm, eqs. 4.32 and 4.33; ERL 79-ITS 67, eqs. 3.20 and 3.21.
    """
    log_edge = math.log(edge[0] / near[0])
    to_edge, to_far = edge[0] - near[0], far[0] - near[0]
    bent = max(
        0.0,
        (to_edge * (far[1] - near[1]) - to_far * (edge[1] - near[1]))
        / (to_edge * math.log(far[0] / near[0]) - to_far * log_edge),
    )
    return (edge[1] - near[1] - bent * log_edge) / to_edge, bent


@compiled
def reference_in_sight(terrain: Terrain, medium: Medium, reach: Reach, line: Line) -> float:
    """Return the reference attenuation in dB of a path shorter than one sees over a smooth earth.

    Source: Algorithm, eqs. 4.28 to 4.42.
    """
    edge = reach.smooth_m * line.slope + line.intercept
    near = 0.04 * medium.frequency_mhz * terrain.effective_m[0] * terrain.effective_m[1]
    if line.intercept >= 0.0:
        near = min(near, 0.5 * reach.actual_m)
        far = near + 0.25 * (reach.actual_m - near)
    else:
        far = max(-line.intercept / line.slope, 0.25 * reach.actual_m)
    lost_far = in_sight(far, terrain, medium, reach, line)
    straight = bent = 0.0
    found = False
    if near < far:
        lost_near = in_sight(near, terrain, medium, reach, line)
        straight, bent = _slopes((near, lost_near), (far, lost_far), (reach.smooth_m, edge))
        found = line.intercept > 0.0 or bent > 0.0
        if found and straight < 0.0:
            straight, bent = 0.0, max(edge - lost_near, 0.0) / math.log(reach.smooth_m / near)
            if bent == 0.0:
                straight = line.slope
    if not found:
        straight, bent = max(edge - lost_far, 0.0) / (reach.smooth_m - far), 0.0
        if straight == 0.0:
            straight = line.slope
    return (
        edge + straight * (terrain.distance_m - reach.smooth_m) + bent * math.log(terrain.distance_m / reach.smooth_m)
    )
