"""What the model is told besides terrain, and within which bounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.propagation.itm import areas, variability
from amur.methods.propagation.itm.results import Table

Value = float | np.ndarray[Any, np.dtype[Any]] | Iterable[float]
"""One number for all paths, or one for each."""


class Polarisation(IntEnum):
    """In which plane the field stands."""

    HORIZONTAL = 0
    VERTICAL = 1


class Climate(IntEnum):
    """The radio climate."""

    EQUATORIAL = 1
    CONTINENTAL_SUBTROPICAL = 2
    MARITIME_SUBTROPICAL = 3
    DESERT = 4
    CONTINENTAL_TEMPERATE = 5
    MARITIME_TEMPERATE_OVER_LAND = 6
    MARITIME_TEMPERATE_OVER_SEA = 7


class Variability(IntEnum):
    """The mode of variability, ``mdvar``: which of time, location and situation are told apart.

    Add 10 to leave the variability of locations out, as between two known sites; add 20 to leave that of situations
    out, as where interference is asked about.
    """

    SINGLE_MESSAGE = variability.SINGLE_MESSAGE
    ACCIDENTAL = variability.ACCIDENTAL
    MOBILE = variability.MOBILE
    BROADCAST = variability.BROADCAST


class Siting(IntEnum):
    """How carefully the sites of an area are chosen."""

    RANDOM = areas.RANDOM
    CAREFUL = areas.CAREFUL
    VERY_CAREFUL = areas.VERY_CAREFUL


@dataclass(frozen=True, slots=True, eq=False)
class TimeLocationSituation:
    """For which percentage of the time, the locations and the situations a loss is not exceeded."""

    time: Value = 50.0
    location: Value = 50.0
    situation: Value = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class ConfidenceReliability:
    """How sure one is, in percent, that a loss is not exceeded for which percentage of the time."""

    confidence: Value = 50.0
    reliability: Value = 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What the model is told of paths besides their terrain: each one value for all, or one for each path.

    >>> Inputs(frequency_mhz=800, transmitter_m=30, receiver_m=1.5).table(2).shape
    (2, 12)
    """

    frequency_mhz: Value
    transmitter_m: Value
    """How high the antenna stands above the ground."""
    receiver_m: Value
    polarisation: Value = Polarisation.VERTICAL
    epsilon: Value = 15.0
    """The relative permittivity of the ground."""
    sigma: Value = 0.005
    """The conductivity of the ground in S/m."""
    n_0: Value = 301.0
    """The refractivity of the air in N-units, reduced to the level of the sea."""
    climate: Value = Climate.CONTINENTAL_TEMPERATE
    mdvar: Value = Variability.BROADCAST
    quantiles: TimeLocationSituation | ConfidenceReliability = field(default_factory=TimeLocationSituation)

    def columns(self) -> dict[str, Value]:
        """Return the values by their names, in the order that the kernels read them in."""
        own = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "quantiles"}
        if isinstance(self.quantiles, ConfidenceReliability):
            told = {
                "reliability": self.quantiles.reliability,
                "location": 50.0,
                "confidence": self.quantiles.confidence,
            }
        else:
            told = {one.name: getattr(self.quantiles, one.name) for one in fields(self.quantiles)}
        return own | told

    def table(self, count: int) -> Table:
        """Return a row of numbers for each of ``count`` paths.

        Raises:
            AmurError: where a value is out of its range, or there are not as many as paths.
        """
        return table_of(self.columns(), count)


def count_of(columns: dict[str, Value]) -> int:
    """Return for how many paths there are values: 1 where each stands for all."""
    return max((len(one) for one in map(np.asarray, columns.values()) if one.ndim), default=1)


def table_of(columns: dict[str, Value], count: int) -> Table:
    """Return columns side by side, ``count`` rows of them.

    Raises:
        AmurError: where a value is out of its range, or there are not as many as paths.
    """
    table = np.empty((count, len(columns)))
    for at, (name, value) in enumerate(columns.items()):
        try:
            values = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise AmurError("no_number", f"{name} is {value!r}, which is no number") from None
        if values.shape not in {(), (count,)}:
            raise AmurError("uneven_inputs", f"{name} has the shape {values.shape}; there are {count} paths")
        _refuse_outside(name, values)
        table[:, at] = values
    return table


_MDVAR = tuple(tens + kind for tens in (0, 10, 20, 30) for kind in range(4))
_ONE_OF = {
    "polarisation": tuple(Polarisation),
    "climate": tuple(Climate),
    "mdvar": _MDVAR,
    "transmitter_siting": tuple(Siting),
    "receiver_siting": tuple(Siting),
}
_PERCENT = (0.0, 100.0, "more than 0 and less than 100")
_HEIGHT = (0.5, 3000.0, "0.5 to 3000")
_WITHIN = {
    "frequency_mhz": (20.0, 20_000.0, "20 to 20000"),
    "transmitter_m": _HEIGHT,
    "receiver_m": _HEIGHT,
    "epsilon": (1.0, np.inf, "1 or more"),
    "sigma": (0.0, np.inf, "more than 0"),
    "n_0": (250.0, 400.0, "250 to 400"),
    "distance_km": (0.0, np.inf, "more than 0"),
    "delta_h_m": (0.0, np.inf, "0 or more"),
} | dict.fromkeys(("time", "location", "situation", "confidence", "reliability"), _PERCENT)
_OPEN = {"sigma", "distance_km", "time", "location", "situation", "confidence", "reliability"}
"""What must lie within its bounds and not on them."""


def _refuse_outside(name: str, values: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    """Raise what is wrong with the first value that is, and say how many there are."""
    if name in _ONE_OF:
        said = "one of " + ", ".join(str(int(one)) for one in _ONE_OF[name])
        good = np.isin(values, _ONE_OF[name])
    else:
        least, most, said = _WITHIN[name]
        good = ((values > least) & (values < most)) if name in _OPEN else ((values >= least) & (values <= most))
        good &= np.isfinite(values)
    wrong = np.flatnonzero(~np.atleast_1d(good))
    if len(wrong):
        where = f"path {wrong[0]}" if values.shape else "all paths"
        others = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise AmurError("out_of_range", f"{where}: {name} is {np.atleast_1d(values)[wrong[0]]:g}, not {said}{others}")
