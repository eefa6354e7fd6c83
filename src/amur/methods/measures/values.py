"""Values and weights as every measure takes them: checked once, with the row of what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
Said = Sequence[float] | Numbers


def taken(values: Said, weights: Said | None = None, *, least: float = 0.0) -> tuple[Numbers, Numbers]:
    """Return values and their weights, which are equal where none are given.

    Raises:
        AmurError: if there is no value, one is not finite or below ``least``, or weights do not fit; with the row.

    >>> [part.tolist() for part in taken([3, 1])]
    [[3.0, 1.0], [1.0, 1.0]]
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or not len(found):
        raise AmurError("no_values", "there is no value; a measure of nothing says nothing")
    weighed = np.ones(len(found)) if weights is None else np.asarray(weights, dtype=np.float64)
    if weighed.shape != found.shape:
        raise AmurError("uneven_values", f"{len(found)} values have {weighed.size} weights; each needs one")
    _refuse("value", found, found >= least, f"{least:g} or more")
    _refuse("weight", weighed, weighed >= 0, "0 or more")
    if not weighed.sum() > 0:
        raise AmurError("no_weight", "all weights are 0, so that no value counts")
    return found, weighed


def _refuse(what: str, values: Numbers, is_right: np.ndarray[Any, np.dtype[np.bool_]], wanted: str) -> None:
    wrong = np.flatnonzero(~(np.isfinite(values) & is_right))
    if len(wrong):
        more = f"; and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise AmurError("bad_value", f"row {wrong[0]}: found a {what} of {values[wrong[0]]}, wanted {wanted}{more}")
