"""How far losses of one mode are from those of another, way by way, and of which sample that was told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

Model: TypeAlias = Literal["p1812", "itm"]
"""The full models that losses can be compared to."""
Numbers = np.ndarray[Any, np.dtype[np.float64]]
FAR_OFF_DB = 6.0


@dataclass(frozen=True, slots=True)
class Sample:
    """How many ways are compared, which seed draws them, and which full model they are compared to."""

    ways: int = 1000
    seed: int = 20170101
    model: Model = "p1812"


@dataclass(frozen=True, slots=True)
class Errors:
    """Fast mode less full model, in decibels: a number above zero says that the fast mode loses too much.

    ``ways`` is how many were compared; where there were none, nothing is known and numbers are none. ``quantile_90_db``
    is of the size of errors, ``far_off`` the share of errors larger than ``FAR_OFF_DB``. ``only_one_knows`` is the
    share of drawn ways of which one mode knows the loss and the other does not, along the rim of a hole.
    """

    ways: int
    bias_db: float
    median_db: float
    quantile_90_db: float
    rms_db: float
    far_off: float
    only_one_knows: float
    sample: Sample

    def __str__(self) -> str:
        """Return the error in a line."""
        if not self.ways:
            return f"no way could be compared to {self.sample.model}"
        return (
            f"against {self.sample.model} on {self.ways} ways: bias {self.bias_db:+.2f} dB, median "
            f"{self.median_db:+.2f} dB, 90 % within {self.quantile_90_db:.2f} dB, RMS {self.rms_db:.2f} dB, "
            f"{self.far_off:.2%} over {FAR_OFF_DB:g} dB"
        )


def errors_of(fast_db: Numbers, full_db: Numbers, sample: Sample) -> Errors:
    """Return the error of one against the other, way by way; not a number is a loss that is not known.

    >>> print(errors_of(np.array([100.0, 101.0]), np.array([99.0, 110.0]), Sample(2)))
    against p1812 on 2 ways: bias -4.00 dB, median -4.00 dB, 90 % within 8.20 dB, RMS 6.40 dB, 50.00% over 6 dB
    """
    known = ~(np.isnan(fast_db) | np.isnan(full_db))
    alone = float(np.mean(np.isnan(fast_db) != np.isnan(full_db))) if len(fast_db) else math.nan
    apart = np.asarray(fast_db, dtype=np.float64)[known] - full_db[known]
    if not len(apart):
        return Errors(0, math.nan, math.nan, math.nan, math.nan, math.nan, alone, sample)
    return Errors(
        len(apart),
        float(np.mean(apart)),
        float(np.median(apart)),
        float(np.quantile(np.abs(apart), 0.9)),
        float(np.sqrt(np.mean(apart**2))),
        float(np.mean(np.abs(apart) > FAR_OFF_DB)),
        alone,
        sample,
    )
