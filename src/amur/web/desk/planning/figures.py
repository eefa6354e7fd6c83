"""Figures of a study's summary as they are shown: sums as sums, shares in per cent, what is not there as a dash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from amur.studies.reads import FigureView
from amur.studies.results import Figure
from amur.web.desk.planning import wording

_SUMS = frozenset({"cost", "charge", "per_household", "baseline_cost"})
"""Which figures are sums of money, by the names that the models give them."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with its words; ``of`` is the definition that it is about, where there is one of each."""

    name: str
    title: str
    said: str
    of: str = ""


def figure_rows(figures: Iterable[FigureView], currency: str, titles: Mapping[str, str]) -> list[FigureRow]:
    """Return figures in words; ``titles`` are those of definitions, by their ids."""
    return [
        FigureRow(
            one.name, one.title.say(wording.language()), said(one, one.value, currency), titles.get(one.of, one.of)
        )
        for one in figures
    ]


def said(one: FigureView | Figure, value: Decimal | None, currency: str, name: str = "") -> str:
    """Return a value as a figure is shown."""
    if value is None:
        return "–"
    if one.is_share:
        return wording.percent(value)
    if (name or getattr(one, "name", "")) in _SUMS:
        return wording.money(value, currency)
    exact = wording.whole(value) if not one.decimals else wording.shortened(value)
    unit = one.unit.say(wording.language()) if one.unit else ""
    return f"{exact} {unit}".strip()
