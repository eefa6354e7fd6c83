"""What counts as covered, as it is declared; and three published ways to say it, for whoever declares nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amur.base.faults import AmurError
from amur.methods.coverage.definitions import AnyOf, Definition, SignalAt, SiteWithin
from amur.methods.coverage.villages import KINDS
from amur.methods.surveys.reading.said import Said, listed, wrong

ASSUMED_DBM = -105.0
"""RSRP that is taken for signal where nobody states another: an assumption, and each source says so.

The noise in one carrier of 15 kHz is -132.2 dBm, and -123.2 dBm in a phone that adds 9 dB of its own, so that 18 dB are
left for what neighbours disturb and for more than a bare connection.
"""
_SAID_SO = f"; that {ASSUMED_DBM:g} dBm are signal is an assumption"
DEFAULTS: Sequence[Mapping[str, Any]] = (
    {
        "id": "village_rule",
        "title": {
            "en": "Village rule: a site within 5 km, or signal at committee, school, clinic and settlements of 20+",
            "zh": "行政村规则：村委会5公里内有基站，或村委会、学校、卫生室及20户以上自然村均有信号",
        },
        "source": f"guide to the pilots of universal service in 4G, 2018{_SAID_SO}",
        "any_of": (
            {"id": "village_rule_site", "site_within_km": 5},
            {
                "id": "village_rule_signal",
                "threshold_dbm": ASSUMED_DBM,
                "probability": 0.5,
                "kinds": KINDS,
                "least_households": 20,
            },
        ),
    },
    {
        "id": "edge_90",
        "title": {"en": "Signal at 90 % of places at the edge of a cell", "zh": "小区边缘90%地点有信号"},
        "source": f"90 % at the edge of a cell, as in the FCC's Broadband Data Collection{_SAID_SO}",
        "threshold_dbm": ASSUMED_DBM,
        "probability": 0.9,
    },
    {
        "id": "buffer_5km",
        "title": {"en": "A site within 5 km", "zh": "5公里内有基站"},
        "source": "ITU Connectivity Planning Platform, model of cells: 5 km around each site",
        "site_within_km": 5,
    },
)
"""The rule by which villages are counted, the edge of a cell, and the planners' buffer, side by side."""


def definitions_of(said: Any = None) -> tuple[tuple[Definition, ...], dict[str, dict[str, str]]]:
    """Return the definitions of a list, and their titles by id and language; ``DEFAULTS`` where nothing is said.

    Each has an ``id``, a ``source``, if one likes a ``title`` by language, and one of: ``site_within_km``;
    ``threshold_dbm`` with ``probability``, ``kinds`` and ``least_households``; ``any_of`` with several of these. A part
    of ``any_of`` without an id or source of its own has those of the whole.

    Raises:
        AmurError: if a field is unknown, missing or of another kind, a number out of its range, or an id comes twice.

    >>> definitions, titles = definitions_of()
    >>> [one.id for one in definitions], titles["buffer_5km"]["en"]
    (['village_rule', 'edge_90', 'buffer_5km'], 'A site within 5 km')
    >>> definitions_of([{"id": "near", "source": "the order of 2019", "site_within_km": 3}])[0]
    (SiteWithin(id='near', source='the order of 2019', kilometres=3),)
    """
    found: list[Definition] = []
    titles: dict[str, dict[str, str]] = {}
    for one in listed(DEFAULTS if said is None else said, "definitions"):
        made = _definition(one, "", "")
        if made.id in {before.id for before in found}:
            raise AmurError(
                "definition_twice", f"{one.where}.id: {made.id!r} is the id of an earlier one too; rename it"
            )
        found.append(made)
        titles[made.id] = one.mapping("title")
    if not found:
        raise AmurError("no_definition", "definitions: found none; say what counts as covered, or leave the field out")
    return tuple(found), titles


def _definition(said: Said, id_: str, source: str) -> Definition:
    id_, source = said.text("id", id_ or None), said.text("source", source or None)
    said.value("title")
    ways = [one for one in ("site_within_km", "threshold_dbm", "any_of") if said.has(one)]
    if len(ways) != 1:
        found = " and ".join(ways) or None
        raise wrong(said.where, found, "one of site_within_km, threshold_dbm, any_of")
    made = _MAKERS[ways[0]](said, id_, source)
    said.refuse_others()
    return made


def _site_within(said: Said, id_: str, source: str) -> Definition:
    return SiteWithin(id_, source, said.number("site_within_km"))


def _signal_at(said: Said, id_: str, source: str) -> Definition:
    return SignalAt(
        id_,
        source,
        said.number("threshold_dbm"),
        said.number("probability", 0.5),
        said.texts("kinds") or KINDS,
        said.number("least_households", 0.0),
    )


def _any_of(said: Said, id_: str, source: str) -> Definition:
    parts = enumerate(said.parts("any_of"), start=1)
    return AnyOf(id_, source, tuple(_definition(one, f"{id_}_{number}", source) for number, one in parts))


_MAKERS = {"site_within_km": _site_within, "threshold_dbm": _signal_at, "any_of": _any_of}
