"""A part of the page of a case that a subject of its own fills: its template, what that shows, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Place = Literal["main", "side"]


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page; its template reads ``panel``."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    place: Place = "side"


def placed(panels: Iterable[Panel | None]) -> dict[str, list[Panel]]:
    """Return the panels that there are by where they stand, as a page takes them.

    >>> placed([Panel("a.html", place="main"), None, Panel("b.html")])["side_panels"]
    [Panel(template='b.html', values={}, place='side')]
    """
    found = [one for one in panels if one is not None]
    return {f"{place}_panels": [one for one in found if one.place == place] for place in ("main", "side")}
