"""What remedies cost: prices that whoever asks declares, each with its source and whether somebody has verified it.

None is known here. What has no price is not counted, and what was left out of a sum is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from amur.base.faults import AmurError
from amur.methods.siting.subsidies import present_costs

ITEMS: Mapping[str, str] = {
    "band": "another band on a site",
    "mast": "work on a mast, however high",
    "mast_metre": "each metre of a mast more",
    "site": "a new site without its mast",
    "site_metre": "each metre of a new site's mast",
    "backhaul_km": "each kilometre from a new site to the nearest one",
    "satellite": "satellite for a village or settlement, however many households",
    "satellite_household": "satellite for each household",
}
"""What may have a price."""
_NEEDED = (("site",), ("mast", "mast_metre"), ("band",), ("satellite", "satellite_household"))
"""Of each of these groups that a remedy takes anything of, one at least has to have a price."""
_PRICE = {"build", "yearly", "source", "verified"}


@dataclass(frozen=True, slots=True)
class Price:
    """What one item costs to build and each year, who says so, and whether that was verified."""

    build: float
    yearly: float
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Costs:
    """Prices by item in one currency, over so many years of operation, discounted at a yearly rate."""

    currency: str
    prices: Mapping[str, Price] = field(default_factory=dict)
    years: float = 10.0
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a remedy costs: building, each year, and all of it as money of today; what was counted and what was not."""

    currency: str
    build: float
    yearly: float
    present: float
    counted: tuple[str, ...]
    left_out: tuple[str, ...]
    is_verified: bool


def costs_of(said: Any) -> Costs:
    """Return costs as a file declares them: currency, items, and years and rate where they are not 10 and 0.

    Raises:
        AmurError: if a member is missing, unknown or no price; it says which, what was found and what is wanted.

    >>> box = {"build": 60000, "source": "a made-up tender", "verified": False}
    >>> costs_of({"currency": "CNY", "items": {"band": box}}).prices["band"].build
    60000.0
    """
    if not isinstance(said, Mapping):
        raise AmurError("bad_costs", f"costs: found {type(said).__name__}, wanted currency and items")
    _refuse_unknown("costs", said, {"currency", "items", "years", "rate"})
    currency, items = said.get("currency"), said.get("items")
    if not (isinstance(currency, str) and currency.strip()):
        raise AmurError("bad_costs", f"costs, currency: found {currency!r}, wanted a code such as CNY")
    if not isinstance(items, Mapping) or not items:
        raise AmurError("bad_costs", f"costs, items: found {items!r}, wanted some of {', '.join(ITEMS)}")
    _refuse_unknown("costs, items", items, set(ITEMS))
    years = _number("costs, years", said.get("years", 10.0))
    rate = _number("costs, rate", said.get("rate", 0.0))
    return Costs(currency, {name: _price(name, one) for name, one in items.items()}, years, rate)


def _price(name: str, said: Any) -> Price:
    where = f"costs, {name}"
    if not isinstance(said, Mapping):
        raise AmurError("bad_costs", f"{where}: found {said!r}, wanted build, yearly, source and verified")
    _refuse_unknown(where, said, _PRICE)
    source, verified = said.get("source"), said.get("verified")
    if not (isinstance(source, str) and source.strip()):
        raise AmurError("bad_costs", f"{where}, source: found {source!r}, wanted who says so, where and when")
    if not isinstance(verified, bool):
        raise AmurError("bad_costs", f"{where}, verified: found {verified!r}, wanted true or false")
    if not {"build", "yearly"} & set(said):
        raise AmurError("bad_costs", f"{where}: found neither build nor yearly")
    build, yearly = (_number(f"{where}, {one}", said.get(one, 0.0)) for one in ("build", "yearly"))
    return Price(build, yearly, source, verified)


def _refuse_unknown(where: str, said: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(map(str, set(said) - known))
    if unknown:
        raise AmurError("bad_costs", f"{where}: found {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _number(where: str, said: Any) -> float:
    is_number = isinstance(said, int | float) and not isinstance(said, bool)
    if not (is_number and math.isfinite(said) and said >= 0):
        raise AmurError("bad_costs", f"{where}: found {said!r}, wanted a number of 0 or more")
    return float(said)


def cost_of(costs: Costs | None, amounts: Mapping[str, float]) -> Cost | None:
    """Return what so much of each item costs; None where no prices are given, or none of what the remedy mainly is.

    >>> mast = Price(1000.0, 10.0, "a made-up tender", verified=False)
    >>> found = cost_of(Costs("CNY", {"mast_metre": mast}, years=2), {"mast": 1, "mast_metre": 5})
    >>> found.present, found.left_out
    (5100.0, ('mast',))
    """
    if costs is None:
        return None
    for group in _NEEDED:
        if set(group) & set(amounts) and not set(group) & set(amounts) & set(costs.prices):
            return None
    counted = [name for name in amounts if name in costs.prices]
    build = sum(costs.prices[name].build * amounts[name] for name in counted)
    yearly = sum(costs.prices[name].yearly * amounts[name] for name in counted)
    present = float(present_costs(np.array([build]), np.array([yearly]), costs.years, costs.rate)[0])
    left_out = tuple(name for name in amounts if name not in costs.prices)
    verified = all(costs.prices[name].verified for name in counted)
    return Cost(costs.currency, build, yearly, present, tuple(counted), left_out, verified)
