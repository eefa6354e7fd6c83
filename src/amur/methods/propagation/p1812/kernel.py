"""The model over many paths: one compiled loop that takes each path through all stages.

Rec. ITU-R P.1812-8, Annex, § 4.1: the stages in their order.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from amur.methods.propagation.compiling import compiled, fingerprint, kept
from amur.methods.propagation.p1812.climate import divide_ground, find_climate
from amur.methods.propagation.p1812.combining import combine, spread_over_locations
from amur.methods.propagation.p1812.diffraction import find_diffraction
from amur.methods.propagation.p1812.ducting import find_ducting
from amur.methods.propagation.p1812.ground import Batch, Ground, take_path
from amur.methods.propagation.p1812.horizons import find_horizons
from amur.methods.propagation.p1812.inputs import SEA
from amur.methods.propagation.p1812.sight import find_sight
from amur.methods.propagation.p1812.smooth import fit_smooth_ground
from amur.methods.propagation.p1812.troposcatter import find_scattering
from amur.methods.propagation.p1812.values import Record
from amur.methods.propagation.paths import Numbers

Kernel = Callable[[Record, Record, Numbers, Batch], int]


@compiled
def predict(asked: Record, values: Record, ground: Ground) -> None:
    """Take one path through all stages; every value stands in its record afterwards."""
    values["antenna_t_m"] = ground.heights_m[0] + asked["antenna_t_m"]
    values["antenna_r_m"] = ground.heights_m[-1] + asked["antenna_r_m"]
    if ground.zones[0] == SEA:
        asked["coast_t_km"] = 0.0
    if ground.zones[-1] == SEA:
        asked["coast_r_km"] = 0.0
    divide_ground(values, ground)
    find_climate(asked, values)
    fit_smooth_ground(values, ground)
    find_horizons(asked, values, ground)
    find_sight(asked, values)
    find_diffraction(asked, values, ground)
    find_scattering(asked, values)
    find_ducting(asked, values)
    combine(asked, values)
    spread_over_locations(asked, values, ground.zones[-1])


def _over_paths(sources: int) -> Kernel:
    """Return the loop over paths, compiled from sources with this fingerprint."""

    @kept
    def over_paths(asked: Record, values: Record, found: Numbers, batch: Batch) -> int:
        """Write loss and field strength of each path into ``found``; keep its values where each has a record."""
        paths = len(batch.starts) - 1
        longest = 0
        for path in range(paths):
            longest = max(longest, batch.starts[path + 1] - batch.starts[path])
        room = np.zeros((5, longest))
        traces = len(values) == paths
        for path in range(paths):
            row = values[path if traces else 0]
            predict(asked[path], row, take_path(batch, path, room))
            found[path, 0] = row["loss_db"]
            found[path, 1] = row["received_field_dbuvm"]
        return sources

    return over_paths


over_paths = _over_paths(fingerprint(Path(__file__).parent))
"""Writes what paths lose, and returns the fingerprint of the sources that it was compiled from."""
