"""Settlements as a survey that was made before has judged them, from its table of places."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from amur.base.declared import Text
from amur.methods.coverage.sites import EAST, NORTH
from amur.methods.coverage.villages import Points
from amur.methods.filing.columns import Column
from amur.methods.surveys.naming import SETTLEMENTS, Settled
from amur.methods.surveys.reading.references import Reference
from amur.methods.surveys.wording import INPUTS

TABLE: Final = "villages.csv"
"""The table of places in the result of a survey, also where these are settlements."""
SUMMARY: Final = "summary.json"
_COLUMNS = (
    Column("id", kind="text", is_unique=True),
    Column("name", kind="text", is_needed=False),
    Column("county", kind="text", is_needed=False),
    EAST,
    NORTH,
    Column("people", least=0, most=1e9, is_needed=False),
    Column("households", least=0, most=1e9, is_needed=False),
)
"""What a survey says of a settlement before its answers; nobody need live there, or be known to."""
_WHENCE = ("settlements", "census")
_FORMULAS = tuple("=+-@\t\r")


def judges_settlements(folder: Path) -> bool:
    """Say whether a folder holds the result of a survey that judged settlements, since it had no villages."""
    return _summary(folder).get("places_are") == SETTLEMENTS


def is_of_settlements(path: Path) -> bool:
    """Say whether a file is the table of such a survey."""
    return path.name == TABLE and judges_settlements(path.parent)


def settled_from(reference: Reference) -> Settled:
    """Return the settlements in the table of a survey; what it does not know of people and households is no number.

    Raises:
        TableError: with every row and field that is wrong.
        AmurError: if the reference has an unknown field, or it is no table.
    """
    reference.options.refuse_others()
    found = reference.table(_COLUMNS).whole(_COLUMNS)
    ids = [_plain(one) for one in found["id"]]
    names = [_plain(name) or id_ for name, id_ in zip(found["name"], ids, strict=True)]
    east, north, people, households = (
        np.array(found[name], np.float64) for name in (EAST.field, NORTH.field, "people", "households")
    )
    return Settled(
        np.array(ids, np.str_), np.array(names, np.str_), np.array(found["county"], np.str_), people, households,
        Points(north, east, SETTLEMENTS),
    )  # fmt: skip


def made_up_in(folder: Path) -> tuple[Text, ...]:
    """Return what a survey said is made up of its settlements, or of the census that was spread over them.

    An older survey did not keep of which input a sentence is; its sentences begin with that.
    """
    summary = _summary(folder)
    said, of = (found if isinstance(found := summary.get(name), list) else [] for name in ("simulated", "simulated_of"))
    whole = [one if isinstance(one, Mapping) and one.get("zh") and one.get("en") else {} for one in said]
    if len(of) != len(said):
        begins = {f"{INPUTS[name].en}:": name for name in _WHENCE}
        of = [begins.get(f"{str(one.get('en')).partition(':')[0]}:", "") for one in whole]
    texts = [one for one, name in zip(whole, of, strict=True) if one and name in _WHENCE]
    return tuple(Text(**{name: str(one[name]) for name in Text.model_fields if one.get(name)}) for one in texts)


def _summary(folder: Path) -> Mapping[str, Any]:
    """Return the summary of a survey in a folder; nothing where there is none."""
    try:
        said = json.loads((folder / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, Mapping) else {}


def _plain(said: str) -> str:
    """Return a text without the apostrophe that keeps a spreadsheet from reading it as a formula."""
    return said[1:] if said[:1] == "'" and said[1:].startswith(_FORMULAS) else said
