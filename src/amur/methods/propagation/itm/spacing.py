"""Profiles brought to even steps, which the model asks for."""

from __future__ import annotations

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.paths import FEWEST, Paths


def resampled(paths: Paths, step_km: float) -> Paths:
    """Return the paths with points that stand evenly, at most ``step_km`` apart, heights on straight lines between.

    >>> from amur.methods.propagation.paths import paths_of
    >>> found = resampled(paths_of([([0, 0.25, 2], [10, 30, 23])]), 0.5)
    >>> found.distances_km.tolist(), found.heights_m.tolist()
    ([0.0, 0.5, 1.0, 1.5, 2.0], [10.0, 29.0, 27.0, 25.0, 23.0])

    Raises:
        AmurError: where the step is no length.
    """
    if not (np.isfinite(step_km) and step_km > 0):
        raise AmurError("out_of_range", f"step_km is {step_km}, not more than 0")
    lengths = paths.lengths_km
    # A length that is whole steps but for the last digits is not given one step more.
    steps = np.maximum(np.ceil(lengths / step_km - 1e-9), FEWEST - 1).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(steps + 1)]).astype(np.int64)
    far, high = np.empty(starts[-1]), np.empty(starts[-1])
    for path in range(len(paths)):
        known, wanted = slice(*paths.starts[path : path + 2]), slice(*starts[path : path + 2])
        far[wanted] = np.linspace(0.0, lengths[path], steps[path] + 1)
        high[wanted] = np.interp(far[wanted], paths.distances_km[known], paths.heights_m[known])
    return Paths(starts, far, high)
