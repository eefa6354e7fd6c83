"""What the model is asked: the radio link, the air and the ground of each path, checked before anything is computed.

Rec. ITU-R P.1812-8, Annex, § 3 and its table of limits. The maps of refractivity that belong to the Recommendation
are not here: what they say of a place is a parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.paths import Numbers, Paths

Given = float | Sequence[float] | Numbers
"""One number for all paths, or one for each path."""
Number = TypeVar("Number", np.float64, np.int64, np.int8)
Zones = np.ndarray[Any, np.dtype[np.int8]]

SEA, COASTAL_LAND, INLAND = 1, 3, 4
HORIZONTAL, VERTICAL = 1, 2
SHORTEST_KM, LONGEST_KM = 0.25, 3000.0

RANGES = {
    "frequency_ghz": (0.03, 6.0),
    "time_percent": (1.0, 50.0),
    "location_percent": (1.0, 99.0),
    "antenna_t_m": (1.0, 3000.0),
    "antenna_r_m": (1.0, 3000.0),
    "polarisation": (HORIZONTAL, VERTICAL),
    "latitude_deg": (-90.0, 90.0),
    "refractivity_n0": (200.0, 500.0),
    "delta_n": (0.0, 150.0),
    "coast_t_km": (0.0, np.inf),
    "coast_r_km": (0.0, np.inf),
    "location_deviation_db": (0.0, 50.0),
    "power_kw": (1e-12, 1e9),
    "gain_t_dbi": (-200.0, 200.0),
    "gain_r_dbi": (-200.0, 200.0),
}
"""What may be asked. Those of the air, deviation, power and gains are ours, to find a wrong unit; the others are the
Recommendation's."""

ASKED = np.dtype([(name, np.float64) for name in (*RANGES, "by_profile")])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """What is asked of each path; each number stands for all paths, or there is one for each.

    ``time_percent`` and ``location_percent`` are the shares of times and locations at which the loss is not exceeded.
    ``antenna_t_m`` and ``antenna_r_m`` are above ground. ``refractivity_n0`` (N-units) and ``delta_n`` (N-units per
    kilometre, positive) are the air's at the middle of the path, whose latitude is ``latitude_deg``. ``coast_t_km`` and
    ``coast_r_km`` say how far the sea is from each end along the path; at sea, 0 is taken. The standard deviation over
    locations is for the receiver's surroundings. ``power_kw`` is radiated by the transmitter (ERP).
    ``clutter_m`` (how high what stands on the ground is) and ``zones`` (1 sea, 3 coastal land, 4 inland) are one for
    all points, or one for each point of each path.
    """

    frequency_ghz: Given
    antenna_t_m: Given
    antenna_r_m: Given
    latitude_deg: Given
    refractivity_n0: Given
    delta_n: Given
    time_percent: Given = 50.0
    location_percent: Given = 50.0
    polarisation: Given = VERTICAL
    location_deviation_db: Given = 0.0
    coast_t_km: Given = 500.0
    coast_r_km: Given = 500.0
    power_kw: Given = 1.0
    gain_t_dbi: Given = 0.0
    gain_r_dbi: Given = 0.0
    clutter_m: Given = 0.0
    zones: int | Sequence[int] | Zones = INLAND


def ask(paths: Paths, inputs: Inputs) -> np.ndarray[Any, Any]:
    """Return one record of numbers for each path.

    Raises:
        AmurError: where a number lies outside of its range, or there are not as many as paths; it says which, what
            was found and what is allowed.
    """
    asked = np.empty(len(paths), dtype=ASKED)
    for field in fields(inputs):
        if field.name in RANGES:
            asked[field.name] = _each(field.name, getattr(inputs, field.name), len(paths), "path")
            low, high = RANGES[field.name]
            _within(field.name, asked[field.name], low, high, _path_name)
    _within("length_km", paths.lengths_km, SHORTEST_KM, LONGEST_KM, _path_name)
    _refuse(
        (asked["polarisation"] != HORIZONTAL) & (asked["polarisation"] != VERTICAL),
        lambda at: f"path {at}: polarisation is {asked['polarisation'][at]:g}, not 1 (horizontal) or 2 (vertical)",
    )
    return asked


def cover(paths: Paths, inputs: Inputs) -> tuple[Numbers, Zones]:
    """Return for each point how high what stands there is, in metres, and its zone.

    Raises:
        AmurError: where a height is negative or no number, a zone is not known, or there are not as many as points.
    """
    points = len(paths.heights_m)
    clutter = _each("clutter_m", inputs.clutter_m, points, "point")
    zones = _each("zones", inputs.zones, points, "point")

    def where(at: int) -> str:
        path = int(np.searchsorted(paths.starts, at, side="right")) - 1
        return f"path {path}, point {at - paths.starts[path]}"

    _within("clutter_m", clutter, 0.0, 1000.0, where)
    known = (zones == SEA) | (zones == COASTAL_LAND) | (zones == INLAND)
    _refuse(~known, lambda at: f"{where(at)}: zones is {zones[at]:g}, not 1 (sea), 3 (coastal land) or 4 (inland)")
    return steady(clutter), steady(zones.astype(np.int8))


def steady(numbers: np.ndarray[Any, np.dtype[Number]]) -> np.ndarray[Any, np.dtype[Number]]:
    """Return numbers in one piece that nobody writes to: a kernel is compiled for each way in which they may stand."""
    ready = np.ascontiguousarray(numbers).view()
    ready.flags.writeable = False
    return ready


def _path_name(at: int) -> str:
    return f"path {at}"


def _each(name: str, given: Any, wanted: int, kind: str) -> Numbers:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise AmurError("no_number", f"{name} is not a number, nor one for each {kind}") from fault
    if numbers.ndim and numbers.shape != (wanted,):
        found = " by ".join(str(size) for size in numbers.shape)
        raise AmurError("uneven_inputs", f"{name} has {found} numbers; give one, or one for each of {wanted} {kind}s")
    return np.broadcast_to(numbers, (wanted,))


def _within(name: str, numbers: Numbers, low: float, high: float, where: Any) -> None:
    _refuse(
        ~((numbers >= low) & (numbers <= high) & np.isfinite(numbers)),
        lambda at: f"{where(at)}: {name} is {numbers[at]:g}, not {low:g} to {high:g}",
    )


def _refuse(wrong: np.ndarray[Any, np.dtype[np.bool_]], said: Any) -> None:
    found = np.flatnonzero(wrong)
    if len(found):
        others = f"; and {len(found) - 1} more" if len(found) > 1 else ""
        raise AmurError("out_of_range", f"{said(int(found[0]))}{others}")
