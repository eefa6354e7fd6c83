"""Reach of public wireless networks, from tables of venues and of access points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from amur.methods.filing.columns import Column
from amur.methods.filing.results import csv_of
from amur.methods.filing.tables import read_table
from amur.methods.measures.wifi import HOURS, Spots, wifi_reach
from amur.studies.adapters import Asked, Made

_DAY, _DAYS = 24, HOURS // 24
SPOTS = (
    Column("id", ("编号",), kind="text", is_unique=True),
    Column("longitude", ("lon", "经度"), least=-180, most=180),
    Column("latitude", ("lat", "纬度"), least=-90, most=90),
    Column("opens", ("开门",), least=0, most=_DAY, default=0.0),
    Column("closes", ("关门",), least=0, most=_DAY, default=float(_DAY)),
)
POINTS = (*SPOTS, Column("inside", ("室内",), kind="flag"))


def run(asked: Asked) -> Made:
    """Write the shares of venues and of their open hours that access points reach.

    Hours are whole and the same each day; what closes before it opens is open over midnight.

    Raises:
        AmurError: for rows that are wrong, and where there is no venue.
    """
    venues = read_table(asked.inputs["venues"], SPOTS).whole(SPOTS)
    points = read_table(asked.inputs["points"], POINTS).whole(POINTS)
    found = wifi_reach(
        _spots(venues),
        _spots(points),
        np.array(points["inside"], bool),
        inside_m=asked.number("inside_m"),
        outside_m=asked.number("outside_m"),
    )
    figures = {"venues": len(venues["id"]), "venues_reached": found.venues, "hours_reached": found.hours}
    asked.results.write("reach.csv", csv_of([figures], list(figures)))
    return Made(figures)


def _spots(table: Mapping[str, Sequence[Any]]) -> Spots:
    hours = np.arange(_DAY)[None, :]
    opens, closes = (np.array(table[name], np.float64).reshape(-1, 1) for name in ("opens", "closes"))
    within = (hours >= opens) & (hours < closes)
    is_open = np.where(opens < closes, within, (hours >= opens) | (hours < closes))
    return Spots(
        np.array(table["latitude"], np.float64), np.array(table["longitude"], np.float64), np.tile(is_open, _DAYS)
    )
