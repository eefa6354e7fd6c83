"""Concentration of markets, from a table of firms."""

from __future__ import annotations

from amur.base.faults import AmurError
from amur.methods.filing.columns import Column
from amur.methods.filing.results import csv_of
from amur.methods.filing.tables import read_table
from amur.methods.measures import concentration
from amur.studies.adapters import Asked, Made

FIRMS = (
    Column("id", ("编号",), kind="text"),
    Column("size", ("规模",), least=0),
    Column("market", ("市场",), kind="text", is_needed=False),
)
_LARGEST = 4


def run(asked: Asked) -> Made:
    """Write a row for each market; the figures are of all firms together as one market.

    Raises:
        AmurError: for rows that are wrong, and for a market in which nothing is sold.
    """
    firms = read_table(asked.inputs["firms"], FIRMS).whole(FIRMS)
    count = int(asked.number("largest", _LARGEST))
    together: dict[str, float] = {}
    markets: dict[str, list[float]] = {}
    for name, size, market in zip(firms["id"], firms["size"], firms["market"], strict=True):
        together[name] = together.get(name, 0.0) + size
        markets.setdefault(market, []).append(size)
    if not together:
        raise AmurError("no_values", "there is no firm; a market of nobody says nothing")
    rows = [{"market": name, **_measured(sizes, count)} for name, sizes in sorted(markets.items())]
    asked.results.write("markets.csv", csv_of(rows, ["market", "hhi", "equal_firms", "largest_share", "firms"]))
    return Made(_measured(list(together.values()), count))


def _measured(sizes: list[float], count: int) -> dict[str, float]:
    return {
        "hhi": concentration.herfindahl(sizes),
        "equal_firms": concentration.equal_firms(sizes),
        "largest_share": concentration.share_of_largest(sizes, count),
        "firms": len(sizes),
    }
