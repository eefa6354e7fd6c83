"""What a reader asks of a queue: a view and what narrows it, as it stands in an address and in a saved view; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

View = Literal["open", "urgent", "late", "waiting", "closed", "all"]
VIEWS: tuple[View, ...] = ("open", "urgent", "late", "waiting", "closed", "all")
"""What can be looked at; ``urgent`` are the cases that are late or nearly so, ``waiting`` those that wait for a party.

A case in whose state no office can do anything is neither open nor waiting: nothing is asked of anybody.
"""
LIGHTS = ("late", "soon", "later", "undated")
"""How cases are told apart by when they are due; ``undated`` are those of which no clock runs."""
SIZES = (25, 100, 200)
"""How many rows a page may have."""
_LONGEST = 120
_LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """A view, what narrows it, and how many rows a page has. Empty means: not narrowed by that."""

    view: View = "open"
    query: str = ""
    procedure: str = ""
    state: str = ""
    region: str = ""
    light: str = ""
    channel: str = ""
    mine: bool = False
    received_from: date | None = None
    received_to: date | None = None
    size: int = SIZES[0]

    @property
    def narrows(self) -> bool:
        """Say whether not all of the view is asked for.

        >>> Asked(view="late", size=200).narrows, Asked(channel="window").narrows
        (False, True)
        """
        return self.is_filtered or bool(self.query)

    @property
    def is_filtered(self) -> bool:
        """Say whether a filter narrows it, the search apart."""
        return bool(self.filters)

    @property
    def filters(self) -> Mapping[str, str]:
        """Return the filters as they stand in an address.

        >>> Asked(mine=True, received_to=date(2026, 3, 10)).filters
        {'mine': 'yes', 'received_to': '2026-03-10'}
        """
        return {name: value for name, value in self.said().items() if name not in {"view", "q", "size"}}

    def said(self, *, with_query: bool = True) -> dict[str, str]:
        """Return it as it stands in an address, without what is as it is anyway.

        >>> Asked(view="late", query="灯", size=100).said()
        {'view': 'late', 'q': '灯', 'size': '100'}
        >>> Asked(query="灯").said(with_query=False)
        {'view': 'open'}
        """
        found = {"view": str(self.view)}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value == field.default or (field.name == "query" and not with_query):
                continue
            found["q" if field.name == "query" else field.name] = "yes" if value is True else str(value)
        return found


def asked_from(said: Mapping[str, Any]) -> Asked:
    r"""Return what an address asks for. What cannot be read narrows nothing.

    >>> asked_from({"view": "late", "q": " 灯 ", "mine": "yes", "received_from": "2026-03-10", "size": "200"}).said()
    {'view': 'late', 'q': '灯', 'mine': 'yes', 'received_from': '2026-03-10', 'size': '200'}
    >>> asked_from({"view": "<b>", "light": "x", "size": "7", "received_to": "soon", "region": "2\x00"}) == Asked()
    True
    """
    size = str(said.get("size", ""))
    return Asked(
        view=_one_of(VIEWS, said.get("view")) or VIEWS[0],
        query=_word(said.get("q"), _LONGEST_QUERY),
        procedure=_word(said.get("procedure")),
        state=_word(said.get("state")),
        region=_word(said.get("region")),
        light=_one_of(LIGHTS, said.get("light")) or "",
        channel=_word(said.get("channel")),
        mine=said.get("mine") == "yes",
        received_from=_day(said.get("received_from")),
        received_to=_day(said.get("received_to")),
        size=next((one for one in SIZES if str(one) == size), SIZES[0]),
    )


def _one_of(names: tuple[Any, ...], raw: Any) -> Any:
    return raw if raw in names else None


def _word(raw: Any, longest: int = _LONGEST) -> str:
    found = str(raw or "").strip()[:longest]
    return found if found.isprintable() else ""


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw or "").strip())
    except ValueError:
        return None
