"""The result of any other model: its first table page by page, and a map where its rows say where they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from amur.base.acting import Scope
from amur.base.listing import Listing, bounds, valid_page
from amur.studies import reads, results
from amur.studies.reads import StudyView
from amur.web.desk.planning import cells, drawing, wording
from amur.web.desk.planning.office import Found
from amur.web.pages import number_from

_EAST, _NORTH = "longitude", "latitude"
_MOST_DRAWN = 1_000


def values(scope: Scope, found: Found, page: str) -> dict[str, Any]:
    """Return the first table of a result, page by page, with a map of its rows; nothing where there is none.

    Raises:
        NotFound, AmurError: as `reads.rows`.
    """
    study, model = found.study, found.model
    names = [name for name in (model.files if model else ()) if name.endswith(".csv") and name in study.files]
    if not names:
        return {}
    number = valid_page(number_from(page))
    part = bounds(number)
    table = reads.rows(scope, study.id, names[0], offset=part.start, limit=part.stop - part.start)
    declared = results.table(study.model, names[0])
    heads = cells.heads(table.columns, declared, found.currency)
    shown = cells.rows(table.columns, declared, table.rows, heads, found.lookups.regions)
    title = declared.title.say(wording.language()) if declared else names[0]
    return {
        "table_name": names[0],
        "table_title": title,
        "table_head": heads,
        "table": Listing(tuple(shown), number, table.total),
        "table_map": _map(scope, study, names[0], table.columns),
        "table_legend": {"site": title},
    }


def _map(scope: Scope, study: StudyView, name: str, columns: Sequence[str]) -> drawing.Drawing | None:
    if not {_EAST, _NORTH} <= set(columns):
        return None
    rows = reads.rows(scope, study.id, name, limit=_MOST_DRAWN).as_dicts()
    found = [(_degrees(row[_EAST]), _degrees(row[_NORTH])) for row in rows]
    return drawing.drawn({"site": [(east, north) for east, north in found if east is not None and north is not None]})


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
