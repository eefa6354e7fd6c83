"""The model over batches: point to point over profiles, and over areas."""

from __future__ import annotations

from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.itm import batches
from amur.methods.propagation.itm.inputs import Inputs, Siting, Value, count_of, table_of
from amur.methods.propagation.itm.results import COLUMNS, Codes, Losses, details_of
from amur.methods.propagation.paths import Paths

TOLERANCE = 0.01
"""How far a point may stand from where it would stand evenly, as a part of a step."""
_FAULTS = {
    batches.REFRACTIVITY: "the refractivity where it lies is {:.0f} N-units, not 150 to 400: see n_0 and heights",
    batches.IMPEDANCE: "the ground is as the air over it: see its epsilon, which has to be more than 1",
    batches.NO_ANSWER: "the formulas have no answer for this terrain with these antennas",
}


def losses(paths: Paths, inputs: Inputs, *, tolerance: float = TOLERANCE, details: bool = False) -> Losses:
    """Return the losses of paths over their profiles, by the point-to-point mode of the model.

    >>> from amur.methods.propagation.paths import evenly, paths_of
    >>> hill = paths_of([evenly(10.0, [100, 120, 260, 130, 90])])
    >>> found = losses(hill, Inputs(frequency_mhz=800, transmitter_m=30, receiver_m=1.5))
    >>> found.loss_db.round(1).tolist(), found.way(0).name
    ([166.6], 'LINE_OF_SIGHT')

    Raises:
        AmurError: where a value is out of its range, a profile's points do not stand evenly, or the model was not
            made for what comes out on the way; it says which path, what was found and what the range is.
    """
    out = _room_for(len(paths), details=details)
    profiles = (_fixed(paths.starts), _fixed(paths.distances_km), _fixed(paths.heights_m))
    batches.over_profiles(profiles, inputs.table(len(paths)), tolerance, out)
    _refuse_uneven(paths, out[1][:, 2], tolerance)
    return _told(out)


def area(
    inputs: Inputs,
    distance_km: Value,
    delta_h_m: Value,
    *,
    transmitter_siting: Value = Siting.RANDOM,
    receiver_siting: Value = Siting.RANDOM,
    details: bool = False,
) -> Losses:
    """Return the losses over distances in an area of which no more is known than its terrain irregularity Δh.

    Each of the values and inputs is one for all, or one for each; there are as many losses as the longest has.

    >>> found = area(Inputs(frequency_mhz=800, transmitter_m=30, receiver_m=1.5), [5, 10, 20], 90)
    >>> found.loss_db.round(1).tolist()
    [122.6, 131.8, 144.3]

    Raises:
        AmurError: as ``losses`` does.
    """
    columns = inputs.columns() | {
        "distance_km": distance_km,
        "delta_h_m": delta_h_m,
        "transmitter_siting": transmitter_siting,
        "receiver_siting": receiver_siting,
    }
    table = table_of(columns, count_of(columns))
    out = _room_for(len(table), details=details)
    batches.over_areas(table, out)
    return _told(out)


def _fixed(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return values as one row that nobody writes to, so that the kernels are compiled once for whatever comes."""
    row = np.ascontiguousarray(values).view()
    row.flags.writeable = False
    return row


def _room_for(count: int, *, details: bool) -> batches.Written:
    """Return what the kernels write to: losses, codes (way, cautions, fault), details if they are asked for."""
    return np.full(count, np.nan), np.zeros((count, 3), dtype=np.int64), np.zeros((count if details else 0, COLUMNS))


def _refuse_uneven(paths: Paths, faults: Codes, tolerance: float) -> None:
    """Raise which point of which path does not stand evenly."""
    found = np.flatnonzero(faults == batches.UNEVEN)
    if not len(found):
        return
    path = int(found[0])
    far = paths.distances_km[paths.starts[path] : paths.starts[path + 1]]
    even = np.linspace(0.0, far[-1], len(far))
    point = int(np.argmax(abs(far - even) > tolerance * even[1]))
    raise AmurError(
        "uneven_profile",
        f"path {path}, point {point} stands at {far[point]:g} km, not at {even[point]:g} km as points {even[1]:g} km "
        f"apart would ({len(found)} such path(s)); bring them to even steps first, as `resampled` does",
    )


def _told(written: batches.Written) -> Losses:
    """Return what the kernels wrote, or raise what was at fault with the first path that something was."""
    loss_db, codes, details = written
    found = np.flatnonzero(codes[:, 2])
    if len(found):
        fault = int(codes[found[0], 2])
        code = "no_answer" if fault == batches.NO_ANSWER else "out_of_range"
        raise AmurError(
            code, f"path {found[0]}: {_FAULTS[fault].format(loss_db[found[0]])} ({len(found)} such path(s))"
        )
    return Losses(loss_db, codes[:, 0], codes[:, 1], details_of(details) if len(details) else None)
