"""The guided tour of a demonstration: its stops, as playing it left them in the ledger, and where each leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger
from amur.web import demonstration

KIND = "demonstration.tour"
"""The entry that playing a demonstration leaves; it is never changed, so it is read once in a process."""
PARAMETER = "tour"
"""By which parameter an address says that somebody is on the tour, and at which stop."""

_PLACES = {
    "home": "portal:home",
    "service": "portal:service",
    "case": "portal:case",
    "register": "portal:register",
    "policy": "board:policy",
    "late": "board:figure_late",
    "indicator": "board:indicator",
    "draws": "portal:draws",
}
_OF_A_CASE = frozenset({"case"})
_known: list[tuple[Stop, ...]] = []


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop of the tour: the how manieth it is of how many, what there is to see, and on which page."""

    number: int
    total: int
    page: str
    of: str
    case_id: str
    title: Mapping[str, str]
    text: Mapping[str, str]

    @property
    def address(self) -> str:
        """Return where its page is, in the language of the reader; empty where there is no such page any more."""
        try:
            return reverse(_PLACES.get(self.page, ""), args=[self.of] if self.of else [])
        except NoReverseMatch:
            return ""

    @property
    def is_last(self) -> bool:
        """Say whether the tour ends here."""
        return self.number == self.total

    @property
    def opens_a_case(self) -> bool:
        """Say whether its page is that of a made-up case, which whoever takes the tour may look at."""
        return self.page in _OF_A_CASE


def stops() -> tuple[Stop, ...]:
    """Return the stops of the tour; none where no demonstration was played, or it has no tour."""
    if not _known and demonstration.is_present():
        told = [entry for entry in ledger.entries_of(SYSTEM, "system") if entry.kind == KIND]
        said = told[-1].body["stops"] if told and told[-1].body else []
        _known.append(tuple(Stop(place, len(said), **one) for place, one in enumerate(said, start=1)))
    return _known[0] if _known else ()


def stop(number: str) -> Stop | None:
    """Return the stop of a number as an address gives it, or None."""
    place = int(number) if number.isascii() and number.isdecimal() and len(number) <= 2 else 0  # noqa: PLR2004 -- a tour has at most twelve
    return next((one for one in stops() if one.number == place), None)
