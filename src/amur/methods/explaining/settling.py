"""Settlements as what is explained: as a survey judges them, as its result has them, or as a table alone tells them.

Each of them is a single point. Its people and households are spread from the census where there is one; a table of
settlements alone says at most how many people live there, so that households are not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.methods.coverage.census import UNKNOWN, joined
from amur.methods.coverage.villages import KINDS, SETTLEMENT, Villages
from amur.methods.explaining.questions import Thing
from amur.methods.surveys.asked import Asked
from amur.methods.surveys.naming import Settled, settled
from amur.methods.surveys.reading.ground import Named
from amur.methods.surveys.reading.references import Reference, reference_of
from amur.methods.surveys.reading.results import SUMMARY, is_of_settlements, made_up_in, settled_from
from amur.methods.surveys.surveying import people_of


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Villages or settlements with their names by id, and the names of those settlements that lie in no county."""

    villages: Villages
    names: Mapping[str, str]
    thing: Thing = "village"
    outside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Surveyed:
    """The settlements of a survey's result, the files that say them, and what of them is made up."""

    places: Places
    files: tuple[Path, ...]
    simulated: tuple[Text, ...]


def of_survey(asked: Asked) -> Places:
    """Return the settlements that a survey judges, with the people that it spreads over them.

    Raises:
        AmurError: if it has none, or none in any county, or people do not add up to the count.
    """
    names = dict(zip(asked.settlements.ids.tolist(), np.asarray(asked.settlement_names).tolist(), strict=True))
    if not names:
        raise nothing_given()
    people = people_of(asked, joined(asked.census, asked.joins))
    found = settled(asked, people)
    if not len(found.ids):
        raise AmurError(
            "all_outside", f"settlements: none of {len(names)} lies in a county of the map; look at longitudes and "
            "latitudes, and at the datum",
        )  # fmt: skip
    return _places(found, {one: names[one] for one in people.outside})


def of_table(found: Named) -> Places:
    """Return settlements of which a table says where they are and perhaps how many people live there."""
    these = found.settlements
    people = np.where(these.people == UNKNOWN, np.nan, these.people)
    nothing: Any = np.full(len(these.ids), np.nan)
    return _places(Settled(these.ids, found.names, np.full(len(these.ids), ""), people, nothing, these.points))


def of_result(said: Any, folder: Path) -> Surveyed | None:
    """Return the settlements of a survey's result, if that is where ``villages`` of a declaration lead to.

    Raises:
        TableError: with every row and field that is wrong.
        AmurError: if there is no such file, or the reference has an unknown field.
    """
    if not said or (isinstance(said, Mapping) and "simulate" in said):
        return None
    reference: Reference = reference_of(said, folder, "villages")
    if not is_of_settlements(reference.path):
        return None
    there = reference.path.parent
    return Surveyed(_places(settled_from(reference)), (reference.path, there / SUMMARY), made_up_in(there))


def nothing_given() -> AmurError:
    """Return the error that nobody said what villages or settlements there are."""
    return AmurError("nothing_given", "villages, settlements: nothing is said; name a file of either")


def _places(of: Settled, outside: Mapping[str, str] | None = None) -> Places:
    count = len(of.ids)
    has_none = np.ones((count, len(KINDS)), bool)
    has_none[:, SETTLEMENT] = False
    made = Villages(
        of.ids, of.counties, of.households, of.people, of.points, np.arange(count), np.full(count, SETTLEMENT),
        of.households, has_none,
    )  # fmt: skip
    return Places(made, dict(zip(of.ids.tolist(), of.names.tolist(), strict=True)), "settlement", outside or {})
