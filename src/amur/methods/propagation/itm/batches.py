"""The kernels: many paths, one after the other, in machine code that holds no lock."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from amur.methods.propagation.itm.areas import usual_terrain
from amur.methods.propagation.itm.compiled import compiled
from amur.methods.propagation.itm.geometry import Medium, Terrain
from amur.methods.propagation.itm.medium import impedance_of, radius_of, refractivity_at
from amur.methods.propagation.itm.reference import reference_attenuation
from amur.methods.propagation.itm.results import Codes, Table
from amur.methods.propagation.itm.terrain import MOST_SAMPLES, look_over, mean_height
from amur.methods.propagation.itm.variability import MOST_USUAL, Asked, asked_of, attenuation
from amur.methods.propagation.paths import Numbers, Places

(FREQUENCY, TRANSMITTER, RECEIVER, POLARISATION, EPSILON, SIGMA, N_0, CLIMATE, MDVAR, TIME, LOCATION, SITUATION) = (
    range(12)
)
DISTANCE_KM, DELTA_H, TRANSMITTER_SITING, RECEIVER_SITING = range(12, 16)
"""Which column holds what; the second row of names is that of area mode."""


class Profiles(NamedTuple):
    """The profiles of paths, as ``Paths`` holds them."""

    starts: Places
    distances_km: Numbers
    heights_m: Numbers


class Out(NamedTuple):
    """What is written: losses, way, cautions and fault of each, and details where there is room for them."""

    losses: Numbers
    codes: Codes
    details: Table


FINE = 0
UNEVEN = 1
REFRACTIVITY = 2
EARTH = 3
IMPEDANCE = 4
NO_ANSWER = 5


@compiled
def _fault_of(medium: Medium) -> int:
    """Return what of air and ground the model was not made for."""
    if not 150.0 <= medium.refractivity <= 400.0:  # noqa: PLR2004 – the published range
        return REFRACTIVITY
    if not 4e6 <= medium.radius_m <= 13_333_333.0:  # noqa: PLR2004 – likewise
        return EARTH
    return IMPEDANCE if medium.impedance.real <= abs(medium.impedance.imag) else FINE


@compiled
def _cautions_of_end(height_m: float, angle: float, horizon_m: float, smooth_m: float) -> int:
    """Return the cautions of one end, as bits of the transmitter."""
    found = 0
    if not 1.0 <= height_m <= 1000.0:  # noqa: PLR2004 – the published range
        found |= 0x0001
    if abs(angle) > 0.2:  # noqa: PLR2004 – likewise
        found |= 0x0080
    if horizon_m < 0.1 * smooth_m:
        found |= 0x0200
    if horizon_m > 3.0 * smooth_m:
        found |= 0x0800
    return found


@compiled
def _cautions(terrain: Terrain, medium: Medium, asked: Asked) -> int:
    """Return why the loss is to be taken with care, as an or of ``Caution``."""
    found = 0
    for end in (0, 1):
        smooth = math.sqrt(2.0 * terrain.effective_m[end] * medium.radius_m)
        found |= _cautions_of_end(terrain.heights_m[end], terrain.angles[end], terrain.horizons_m[end], smooth) << end
    if not 40.0 <= medium.frequency_mhz <= 10e3:  # noqa: PLR2004 – the published range
        found |= 0x0004
    if terrain.distance_m > 1000e3:  # noqa: PLR2004 – likewise
        found |= 0x0018 if terrain.distance_m > 2000e3 else 0x0008  # noqa: PLR2004 – likewise
    if terrain.distance_m < abs(terrain.effective_m[0] - terrain.effective_m[1]) / 0.2:
        found |= 0x0020
    if terrain.distance_m < 1e3:  # noqa: PLR2004 – likewise
        found |= 0x0040
    if max(abs(asked.time), abs(asked.location), abs(asked.situation)) > MOST_USUAL:
        found |= 0x2000
    if medium.refractivity < 250.0:  # noqa: PLR2004 – likewise
        found |= 0x4000
    return found


@compiled
def _write(into: Numbers, terrain: Terrain, medium: Medium, reference_db: float, free_space_db: float) -> None:
    """Write what was found on the way, in the order that ``details_of`` reads."""
    into[0], into[1] = reference_db, free_space_db
    into[2], into[9] = terrain.delta_h_m, medium.refractivity
    for end in (0, 1):
        into[3 + end] = terrain.angles[end]
        into[5 + end] = terrain.horizons_m[end]
        into[7 + end] = terrain.effective_m[end]


@compiled
def _medium_at(row: Numbers, height_m: float) -> Medium:
    """Return what the wave of a path goes through that lies so high above the sea."""
    refractivity = refractivity_at(height_m, row[N_0])
    impedance = impedance_of(row[FREQUENCY], row[EPSILON], row[SIGMA], row[POLARISATION])
    return Medium(row[FREQUENCY], refractivity, radius_of(refractivity), impedance)


@compiled
def _predict(path: int, row: Numbers, terrain: Terrain, medium: Medium, out: Out) -> None:
    """Compute the loss of one path and write what was found."""
    asked = asked_of(row[TIME], row[LOCATION], row[SITUATION], int(row[MDVAR]))
    reference_db, way, is_round = reference_attenuation(terrain, medium)
    free_space_db = 32.45 + 20.0 * math.log10(medium.frequency_mhz) + 20.0 * math.log10(terrain.distance_m / 1000.0)
    loss = free_space_db + attenuation(reference_db, terrain, medium.frequency_mhz, int(row[CLIMATE]), asked)
    out.losses[path] = loss
    out.codes[path, 0] = way
    out.codes[path, 1] = _cautions(terrain, medium, asked) | (0 if is_round else 0x8000)
    out.codes[path, 2] = FINE if math.isfinite(loss) else NO_ANSWER
    if len(out.details):
        _write(out.details[path], terrain, medium, reference_db, free_space_db)


@compiled
def _is_uneven(distances_km: Numbers, step_km: float, tolerance: float) -> bool:
    """Say whether a point stands farther from where it would stand evenly than that part of a step."""
    most = 0.0
    for at in range(len(distances_km)):
        most = max(most, abs(distances_km[at] - at * step_km))
    return most > tolerance * step_km


@compiled
def over_profiles(profiles: Profiles, table: Table, tolerance: float, out: Out) -> None:
    """Compute the losses of paths over profiles."""
    scratch = np.empty(MOST_SAMPLES)
    for path in range(len(table)):
        row, first, last = table[path], profiles.starts[path], profiles.starts[path + 1]
        length_km, steps = profiles.distances_km[last - 1], last - first - 1
        if _is_uneven(profiles.distances_km[first:last], length_km / steps, tolerance):
            out.codes[path, 2] = UNEVEN
            continue
        heights = profiles.heights_m[first:last]
        medium = _medium_at(row, mean_height(heights))
        out.codes[path, 2] = _fault_of(medium)
        if out.codes[path, 2] == FINE:
            antennas = (row[TRANSMITTER], row[RECEIVER])
            terrain = look_over(heights, length_km * 1000.0 / steps, antennas, medium, scratch)
            _predict(path, row, terrain, medium, out)


@compiled
def over_areas(table: Table, out: Out) -> None:
    """Compute the losses of paths over terrain of which no more is known than how rough it is."""
    for path in range(len(table)):
        row = table[path]
        medium = _medium_at(row, 0.0)
        out.codes[path, 2] = _fault_of(medium)
        if out.codes[path, 2] == FINE:
            sitings = (int(row[TRANSMITTER_SITING]), int(row[RECEIVER_SITING]))
            antennas = (row[TRANSMITTER], row[RECEIVER])
            terrain = usual_terrain(row[DISTANCE_KM] * 1000.0, antennas, sitings, row[DELTA_H], medium)
            _predict(path, row, terrain, medium, out)
