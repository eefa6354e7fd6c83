"""The result of any other model: its first table page by page, and a map where rows say where they are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import pgettext

from amur.base.acting import Scope
from amur.base.listing import Listing, bounds, valid_page
from amur.studies import reads, results
from amur.studies.tables import Table
from amur.web.desk.planning import cells, drawing, mapping, wording
from amur.web.desk.planning.office import Found
from amur.web.pages import number_from

_EAST, _NORTH = "longitude", "latitude"
_MOST_DRAWN = 20_000


def values(scope: Scope, found: Found, page: str) -> dict[str, Any]:
    """Return the first table of a result, page by page, with a map of its rows; nothing where there is none.

    Raises:
        NotFound, AmurError: as `reads.rows`.
    """
    study, name = found.study, next(iter(_names(found)), "")
    if not name:
        return {}
    number = valid_page(number_from(page))
    part = bounds(number)
    table = reads.rows(scope, study.id, name, offset=part.start, limit=part.stop - part.start)
    heads, shown = _words(found, name, table)
    title = _title(found, name)
    return {
        "table_name": name,
        "table_title": title,
        "table_head": heads,
        "table": Listing(shown, number, table.total),
        **_map(scope, found),
    }


def marks(scope: Scope, found: Found) -> dict[str, Any]:
    """Return the rows that say where they are as the map takes them, each told by its cells; none where none does.

    Raises:
        NotFound, AmurError: as `reads.rows`.
    """
    located = _located(scope, found)
    layers = {layer: list(_marks(found, name, table)) for layer, (name, table) in located.items()}
    return mapping.handed(layers, {layer: _title(found, name) for layer, (name, _table) in located.items()})


def _map(scope: Scope, found: Found) -> dict[str, Any]:
    """Return the drawing of the rows that say where they are, with what its layers are called."""
    located = _located(scope, found)
    points = {
        layer: [place for row in table.as_dicts() if (place := _place(row)) is not None]
        for layer, (_name, table) in located.items()
    }
    legend = {layer: _title(found, located[layer][0]) for layer in reversed(located)}
    return {"table_map": drawing.drawn(points), "table_legend": legend}


def _located(scope: Scope, found: Found) -> dict[str, tuple[str, Table]]:
    """Return the tables whose rows say where they are by their layers: the first above, another of places below."""
    layers = dict(zip(("site", "place"), _names(found), strict=False))
    tables = {
        layer: (name, reads.rows(scope, found.study.id, name, limit=_MOST_DRAWN))
        for layer, name in reversed(layers.items())
    }
    return {layer: (name, table) for layer, (name, table) in tables.items() if {_EAST, _NORTH} <= set(table.columns)}


def _marks(found: Found, name: str, table: Table) -> Iterator[mapping.Mark]:
    _heads, shown = _words(found, name, table)
    colon = pgettext("after a name", ": ")
    for row, words in zip(table.as_dicts(), shown, strict=True):
        place = _place(row)
        if place is None:
            continue
        told = [
            f"{cell.head.title}{colon}{cell.said}"
            for column, cell in zip(table.columns[1:], words[1:], strict=True)
            if column not in {_EAST, _NORTH} and not cell.head.is_raw
        ]
        yield *place, words[0].said, wording.separator().join(told)


def _names(found: Found) -> list[str]:
    """Return the names of the tables of a result, the first first."""
    names = found.model.files if found.model else ()
    return [name for name in names if name.endswith(".csv") and name in found.study.files]


def _title(found: Found, name: str) -> str:
    declared = results.table(found.study.model, name)
    return declared.title.say(wording.language()) if declared else name


def _words(found: Found, name: str, table: Table) -> tuple[list[cells.Head], tuple[tuple[cells.Cell, ...], ...]]:
    """Return the heads and the rows of a table in words."""
    declared = results.table(found.study.model, name)
    heads = cells.heads(table.columns, declared, found.currency)
    return heads, tuple(cells.rows(table.columns, declared, table.rows, heads, found.lookups.regions))


def _place(row: Mapping[str, str]) -> tuple[float, float] | None:
    """Return east and north of a row in degrees; None where it does not say both."""
    east, north = _degrees(row[_EAST]), _degrees(row[_NORTH])
    return None if east is None or north is None else (east, north)


def _degrees(said: str) -> float | None:
    """Return degrees of a table, None where there are none.

    >>> _degrees("45.5"), _degrees(""), _degrees("nan")
    (45.5, None, None)
    """
    try:
        found = float(said)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
