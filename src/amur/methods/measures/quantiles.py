"""Quantiles, and between which bounds they lie when what was measured is a sample.

Sources: R. J. Hyndman and Y. Fan (1996), of whose nine ways this is the seventh where all weights are equal and the
first where they are not; B. Efron and R. Tibshirani (1993) for the bootstrap, of which this takes percentiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import stats

from amur.base.faults import AmurError
from amur.methods.measures.values import Said, taken

_ROUNDS, _CELLS = 2_000, 2_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A quantile of a sample, and the bounds between which the same quantile of all lies with some confidence."""

    value: float
    low: float
    high: float


def quantile(values: Said, share: float, weights: Said | None = None) -> float:
    """Return below which value a share lies: between two values in proportion, or with weights the first that has it.

    >>> quantile([1, 2, 3, 4], 0.5), quantile([1, 10], 0.5, [1, 3])
    (2.5, 10.0)
    """
    found, weighed = taken(values, weights, least=-np.inf)
    _check("share", share)
    if weights is None:
        return float(np.quantile(found, share))
    return float(np.quantile(found, share, weights=weighed, method="inverted_cdf"))


def estimate(values: Said, share: float, *, confidence: float = 0.95, rounds: int = _ROUNDS, seed: int = 0) -> Estimate:
    """Return a quantile with its bounds, from so many samples drawn anew from the sample; the same seed draws the same.

    >>> estimate([5.0] * 20, 0.9)
    Estimate(value=5.0, low=5.0, high=5.0)
    """
    found, _ = taken(values, least=-np.inf)
    _check("share", share)
    if not 0 < confidence < 1 or rounds < 1:
        raise AmurError(
            "bad_confidence", f"found a confidence of {confidence} in {rounds} rounds, wanted 0 to 1 in some"
        )
    value = float(np.quantile(found, share))
    if found.min() == found.max():
        return Estimate(value, value, value)
    measure: Any = partial(np.quantile, q=share)
    drawn = stats.bootstrap(
        (found,), measure, n_resamples=rounds, batch=max(1, _CELLS // len(found)), vectorized=True,
        confidence_level=confidence, method="percentile", rng=np.random.default_rng(seed),
    )  # fmt: skip
    return Estimate(value, float(drawn.confidence_interval.low), float(drawn.confidence_interval.high))


def _check(what: str, share: float) -> None:
    if not 0 <= share <= 1:
        raise AmurError("bad_share", f"found a {what} of {share}, wanted 0 to 1")
