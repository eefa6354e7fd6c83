"""What paths lose by ITU-R P.1812-8, many at once.

Rec. ITU-R P.1812-8 (09/2025), Annex: a path-specific method for terrestrial point-to-area services, from 30 MHz to
6 GHz, over 0.25 to 3000 km, with antennas up to 3 km above ground. Building entry loss, § 4.8, is not part of it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from amur.methods.propagation.p1812.ground import Batch
from amur.methods.propagation.p1812.inputs import Inputs, ask, cover, steady
from amur.methods.propagation.p1812.kernel import over_paths
from amur.methods.propagation.p1812.values import TRACE
from amur.methods.propagation.paths import Numbers, Paths


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """What each path loses, and the field strength at its receiver for the power and gains that were given."""

    loss_db: Numbers
    field_dbuvm: Numbers


def losses(paths: Paths, inputs: Inputs, *, by_profile: bool = True) -> Losses:
    """Return the basic transmission loss of each path, in decibels, and the field strength, in dB(µV/m).

    ``by_profile`` takes Bullington's loss over a smooth Earth from the points of the path, as § 4.3.4 does; without it
    the alternative in closed form is taken (Attachment 4), which does not depend on how many points there are.

    Raises:
        AmurError: where an input lies outside of what the Recommendation covers; it says which path, what was found
            and what is allowed.

    >>> from amur.methods.propagation.paths import evenly, paths_of
    >>> flat = paths_of([evenly(10.0, [100.0] * 101)])
    >>> air = {"latitude_deg": 46.0, "refractivity_n0": 320.0, "delta_n": 45.0}
    >>> losses(flat, Inputs(frequency_ghz=0.8, antenna_t_m=40.0, antenna_r_m=10.0, **air)).loss_db.round(1).tolist()
    [110.5]
    """
    found, _ = _over(paths, inputs, by_profile=by_profile, traces=False)
    return Losses(found[:, 0], found[:, 1])


def traced(paths: Paths, inputs: Inputs, *, by_profile: bool = True) -> np.ndarray[Any, Any]:
    """Return one record for each path with every named value on the way to its loss: see ``values.VALUES``.

    Raises:
        AmurError: as ``losses``.
    """
    return _over(paths, inputs, by_profile=by_profile, traces=True)[1]


def _over(paths: Paths, inputs: Inputs, *, by_profile: bool, traces: bool) -> tuple[Numbers, np.ndarray[Any, Any]]:
    asked = ask(paths, inputs)
    clutter_m, zones = cover(paths, inputs)
    found = np.zeros((len(paths), 2))
    values = np.zeros(len(paths) if traces else 1, dtype=TRACE)
    asked["by_profile"] = by_profile
    starts, distances_km, heights_m = steady(paths.starts), steady(paths.distances_km), steady(paths.heights_m)
    over_paths(asked, values, found, Batch(starts, distances_km, heights_m, clutter_m, zones))
    return found, values
