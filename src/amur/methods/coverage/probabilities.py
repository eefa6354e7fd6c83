"""How sure it is that a signal is strong enough, from its median and how it scatters; and what a share is worth then.

A signal in decibels is taken to scatter normally around its median, as ITU-R P.1812 and P.1546 say of places; the
probability that it reaches a threshold is then the normal distribution's. What has the threshold at the edge of a cell
with 90 % is what is 1.28 sigma above it in the median.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from amur.base.faults import AmurError

Numbers = np.ndarray[Any, np.dtype[np.float64]]
HALF = 0.5
"""The probability that a signal is above its median."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """A signal at points: its median in dBm and its standard deviation in dB; row ``i`` is point ``i``.

    A median that is not a number says that nothing is known of the point; minus infinity, that there is no signal.
    """

    median_dbm: Numbers
    sigma_db: Numbers

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            AmurError: it says which row and what stands there.
        """
        object.__setattr__(self, "median_dbm", np.asarray(self.median_dbm, dtype=np.float64))
        object.__setattr__(self, "sigma_db", np.asarray(self.sigma_db, dtype=np.float64))
        if self.median_dbm.ndim != 1 or self.sigma_db.shape != self.median_dbm.shape:
            raise AmurError(
                "uneven_signal", f"{self.median_dbm.size} medians have {self.sigma_db.size} deviations; each needs one"
            )
        wrong = np.flatnonzero(self.median_dbm == np.inf)
        if len(wrong):
            raise AmurError(
                "bad_signal",
                f"signal, row {wrong[0]}, median_dbm: found inf, wanted a number of dBm, or nan if not known",
            )
        wrong = np.flatnonzero(self.is_known & ~(np.isfinite(self.sigma_db) & (self.sigma_db >= 0)))
        if len(wrong):
            raise AmurError(
                "bad_signal",
                f"signal, row {wrong[0]}, sigma_db: found {self.sigma_db[wrong[0]]}, wanted a number not negative",
            )

    def __len__(self) -> int:
        """Return how many points there are."""
        return len(self.median_dbm)

    @property
    def is_known(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of each point whether its signal is known."""
        found: np.ndarray[Any, np.dtype[np.bool_]] = ~np.isnan(self.median_dbm)
        return found


def edge_dbm(signal: Signal, probability: float) -> Numbers:
    """Return what the signal of each point is above with a probability, in dBm; not a number where it is not known.

    >>> edge_dbm(Signal(np.array([-100.0]), np.array([10.0])), 0.9).round(2).tolist()
    [-112.82]

    Raises:
        AmurError: if the probability is not between 0 and 1, or is either.
    """
    if not 0 < probability < 1:
        raise AmurError(
            "bad_probability",
            f"the probability: found {probability}, wanted more than 0 and less than 1",
            found=f"{probability:g}",
        )
    found: Numbers = signal.median_dbm - (0.0 if probability == HALF else float(ndtri(probability))) * np.where(
        signal.is_known, signal.sigma_db, 0.0
    )
    return found


def probability_above(signal: Signal, threshold_dbm: float) -> Numbers:
    """Return the probability that the signal of each point reaches a threshold, 0 to 1; without scatter, 0 or 1.

    >>> probability_above(Signal(np.array([-105.0, -104.0]), np.array([8.0, 0.0])), -105).tolist()
    [0.5, 1.0]

    Raises:
        AmurError: if the threshold is not a number.
    """
    if not np.isfinite(threshold_dbm):
        raise AmurError(
            "bad_threshold", f"the threshold: found {threshold_dbm}, wanted a number of dBm", found=f"{threshold_dbm:g}"
        )
    above = signal.median_dbm - threshold_dbm
    scatters = signal.is_known & (signal.sigma_db > 0)
    with np.errstate(over="ignore"):  # next to no scatter: as far off as can be
        found: Numbers = ndtr(above / np.where(scatters, signal.sigma_db, 1.0))
    return np.where(scatters | ~signal.is_known, found, (above >= 0).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a whole that is covered as one expects it, 0 to 1, and its standard error."""

    share: float
    standard_error: float


def expected_share(probabilities: Numbers, weights: Numbers, *, correlation: float) -> Share:
    """Return the share of a weight that is covered as one expects it, with its standard error.

    ``correlation`` is that between any two points' being covered: 0 where each is for itself, which makes the error
    smallest; 1 where all go up and down together, as with a model that errs everywhere alike. There is no value that is
    right by itself, so one is said.

    >>> found = expected_share(np.array([0.5, 0.5]), np.array([1.0, 1.0]), correlation=0)
    >>> found.share, round(found.standard_error, 4)
    (0.5, 0.3536)
    >>> expected_share(np.array([0.5, 0.5]), np.array([1.0, 1.0]), correlation=1).standard_error
    0.5

    Raises:
        AmurError: if a probability or weight is none, they do not fit, or nothing weighs anything.
    """
    return expected_shares(probabilities, weights, np.zeros(len(weights), np.int64), correlation=correlation)[0]


def expected_shares(
    probabilities: Numbers, weights: Numbers, groups: np.ndarray[Any, Any], *, correlation: float
) -> dict[Any, Share]:
    """Return the expected share of each group, such as a county by its code, each with its standard error.

    >>> found = expected_shares(np.array([1.0, 0.5, 0.5]), np.ones(3), np.array(["a", "b", "b"]), correlation=0)
    >>> found["a"], round(found["b"].standard_error, 4)
    (Share(share=1.0, standard_error=0.0), 0.3536)

    Raises:
        AmurError: as for one share; the group that weighs nothing is named.
    """
    chances, weighed = _held(probabilities, weights, correlation)
    if len(groups) != len(chances):
        raise AmurError("uneven_share", f"{len(chances)} probabilities have {len(groups)} groups; each needs one")
    names, of = np.unique(groups, return_inverse=True)
    total = np.bincount(of, weighed, len(names))
    nothing = np.flatnonzero(~(total > 0))
    if len(nothing) or not len(names):
        named = f" of {names[nothing[0]]}" if len(names) > 1 else ""
        raise AmurError("no_weight", f"all weights{named} are 0; a share of nothing says nothing")
    parts = weighed / total[of]
    scatter = parts * np.sqrt(chances * (1 - chances))
    alone = np.bincount(of, np.square(scatter), len(names))
    together = np.square(np.bincount(of, scatter, len(names)))
    error = np.sqrt(np.maximum(0.0, alone + correlation * (together - alone)))
    share = np.minimum(1.0, np.bincount(of, parts * chances, len(names)))
    return {name: Share(*both) for name, *both in zip(names.tolist(), share.tolist(), error.tolist(), strict=True)}


def _held(probabilities: Numbers, weights: Numbers, correlation: float) -> tuple[Numbers, Numbers]:
    """Hold that probabilities, weights and a correlation are such."""
    chances, weighed = np.asarray(probabilities, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if chances.ndim != 1 or chances.shape != weighed.shape:
        raise AmurError("uneven_share", f"{chances.size} probabilities have {weighed.size} weights; each needs one")
    if not 0 <= correlation <= 1:
        raise AmurError("bad_correlation", f"the correlation: found {correlation}, wanted 0 to 1")
    for name, values, is_right, wanted in (
        ("probabilities", chances, (chances >= 0) & (chances <= 1), "0 to 1"),
        ("weights", weighed, np.isfinite(weighed) & (weighed >= 0), "a number that is not negative"),
    ):
        wrong = np.flatnonzero(~is_right)
        if len(wrong):
            raise AmurError("bad_value", f"{name}, row {wrong[0]}: found {values[wrong[0]]}, wanted {wanted}")
    return chances, weighed
