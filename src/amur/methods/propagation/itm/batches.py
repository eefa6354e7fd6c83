"""The kernels: many paths, one after the other, in machine code that holds no lock."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from amur.methods.propagation.compiling import compiled, fingerprint, kept, swept
from amur.methods.propagation.itm.areas import usual_terrain
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


class Profile(NamedTuple):
    """The profile of one path, and which part of a step its points may be off."""

    distances_km: Numbers
    heights_m: Numbers
    tolerance: float


class Out(NamedTuple):
    """What is written: losses, way, cautions and fault of each, and details where there is room for them."""

    losses: Numbers
    codes: Codes
    details: Table


FINE = 0
UNEVEN = 1
REFRACTIVITY = 2
IMPEDANCE = 3
NO_ANSWER = 4


@compiled
def _fault_of(medium: Medium) -> int:
    """Return what of air and ground the model was not made for.

    The reference software also asks for an effective radius of the earth of 4000 to 13333 km; within these bounds of
    the refractivity it is always that.
    """
    if not 150.0 <= medium.refractivity <= 400.0:  # noqa: PLR2004 – the published range
        return REFRACTIVITY
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
def _predict(path: int, row: Numbers, terrain: Terrain, medium: Medium, out: Out) -> int:
    """Compute the loss of one path and write what was found; return what was at fault."""
    asked = asked_of(row[TIME], row[LOCATION], row[SITUATION], int(row[MDVAR]))
    reference_db, way, is_round = reference_attenuation(terrain, medium)
    free_space_db = 32.45 + 20.0 * math.log10(medium.frequency_mhz) + 20.0 * math.log10(terrain.distance_m / 1000.0)
    loss = free_space_db + attenuation(reference_db, terrain, medium.frequency_mhz, int(row[CLIMATE]), asked)
    out.losses[path] = loss
    out.codes[path, 0] = way
    out.codes[path, 1] = _cautions(terrain, medium, asked) | (0 if is_round else 0x8000)
    if len(out.details):
        _write(out.details[path], terrain, medium, reference_db, free_space_db)
    return FINE if math.isfinite(loss) else NO_ANSWER


@swept
def _is_uneven(distances_km: Numbers, step_km: float, tolerance: float) -> bool:
    """Say whether a point stands farther from where it would stand evenly than that part of a step."""
    most = 0.0
    for at in range(len(distances_km)):
        most = max(most, abs(distances_km[at] - at * step_km))
    return most > tolerance * step_km


@compiled
def _look_and_predict(path: int, row: Numbers, profile: Profile, scratch: Numbers, out: Out) -> int:
    """Compute the loss of one path over its profile and write what was found; return what was at fault."""
    steps = len(profile.heights_m) - 1
    length_km = profile.distances_km[steps]
    if _is_uneven(profile.distances_km, length_km / steps, profile.tolerance):
        return UNEVEN
    medium = _medium_at(row, mean_height(profile.heights_m))
    out.losses[path] = medium.refractivity  # until there is a loss: what is told of a fault
    fault = _fault_of(medium)
    if fault == FINE:
        antennas = (row[TRANSMITTER], row[RECEIVER])
        terrain = look_over(profile.heights_m, length_km * 1000.0 / steps, antennas, medium, scratch)
        fault = _predict(path, row, terrain, medium, out)
    return fault


@compiled
def _suppose_and_predict(path: int, row: Numbers, out: Out) -> int:
    """Compute the loss over terrain as it usually is and write what was found; return what was at fault."""
    medium = _medium_at(row, 0.0)
    fault = _fault_of(medium)
    if fault == FINE:
        sitings = (int(row[TRANSMITTER_SITING]), int(row[RECEIVER_SITING]))
        antennas = (row[TRANSMITTER], row[RECEIVER])
        terrain = usual_terrain(row[DISTANCE_KM] * 1000.0, antennas, sitings, row[DELTA_H], medium)
        fault = _predict(path, row, terrain, medium, out)
    return fault


@compiled
def _longest(starts: Places) -> int:
    """Return how much room the work on the longest path takes."""
    room = MOST_SAMPLES
    for path in range(len(starts) - 1):
        room = max(room, starts[path + 1] - starts[path])
    return room


# Outermost functions take plain tuples: what is kept of them could not be read any more after a class was renamed.
Written = tuple[Numbers, Codes, Table]
OverProfiles = Callable[[tuple[Places, Numbers, Numbers], Table, float, Written], int]
OverAreas = Callable[[Table, Written], int]


def _over_profiles(sources: int) -> OverProfiles:
    """Return the loop over paths, compiled from sources with this fingerprint."""

    @kept
    def over_profiles(
        profiles: tuple[Places, Numbers, Numbers], table: Table, tolerance: float, written: Written
    ) -> int:
        """Write loss, way, cautions and fault of each path, and details where there is room for them."""
        starts, distances_km, heights_m = profiles
        out = Out(written[0], written[1], written[2])
        scratch = np.empty(_longest(starts))
        for path in range(len(table)):
            first, last = starts[path], starts[path + 1]
            profile = Profile(distances_km[first:last], heights_m[first:last], tolerance)
            out.codes[path, 2] = _look_and_predict(path, table[path], profile, scratch, out)
        return sources

    return over_profiles


def _over_areas(sources: int) -> OverAreas:
    """Return the loop over paths in areas, compiled from sources with this fingerprint."""

    @kept
    def over_areas(table: Table, written: Written) -> int:
        """Write losses, way, cautions and fault of each path, and details where there is room for them."""
        out = Out(written[0], written[1], written[2])
        for path in range(len(table)):
            out.codes[path, 2] = _suppose_and_predict(path, table[path], out)
        return sources

    return over_areas


SOURCES = fingerprint(Path(__file__).parent)
over_profiles = _over_profiles(SOURCES)
over_areas = _over_areas(SOURCES)
"""Both write what they find, and return the fingerprint of the sources that they were compiled from."""
