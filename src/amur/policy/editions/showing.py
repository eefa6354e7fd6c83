"""Rows of a crosswalk as people see them: with the words of both editions, and the changed ones marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from amur.base.acting import Scope
from amur.policy.editions import reads
from amur.policy.editions.acts import Sides
from amur.policy.editions.models import Crosswalk, CrosswalkRow
from amur.policy.engine import crosswalk as engine
from amur.policy.engine.crosswalk import Piece, Row, Unit
from amur.policy.models import Edition

_GAP = "\n"


@dataclass(frozen=True, slots=True)
class Said:
    """A passage as people write and read it."""

    ref: str
    sort: engine.Sort
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with the words of both sides; ``mark`` names it in a form."""

    row: Row
    old: tuple[Said, ...]
    new: tuple[Said, ...]
    pieces: tuple[Piece, ...]
    decided_at: datetime | None = None
    corrected: bool = False

    @property
    def mark(self) -> str:
        """Return the orders of both sides in one word."""
        return mark_of(self.row.sides)

    @property
    def before(self) -> tuple[Piece, ...]:
        """Return the pieces of the old side."""
        return tuple(piece for piece in self.pieces if piece.how != "added")

    @property
    def after(self) -> tuple[Piece, ...]:
        """Return the pieces of the new side."""
        return tuple(piece for piece in self.pieces if piece.how != "cut")


@dataclass(frozen=True, slots=True)
class Compared:
    """Two editions with the rows between them: those of their crosswalk, else what is proposed now and not kept."""

    old: Edition
    new: Edition
    crosswalk: Crosswalk | None
    rows: tuple[Row, ...]
    stored: tuple[CrosswalkRow, ...] = ()

    @property
    def undecided(self) -> int:
        """Return how many rows wait to be decided."""
        return sum(row.decided_at is None for row in self.stored)

    def shown(self, places: Iterable[int] | None = None) -> list[Shown]:
        """Return the rows of some places with their words, all of them where none are named."""
        here, there = (Words(edition) for edition in (self.old, self.new))
        found = []
        for place in range(len(self.rows)) if places is None else places:
            row, kept = self.rows[place], self.stored[place] if self.stored else None
            olds, news = here.of(row.old), there.of(row.new)
            pieces = engine.changed_words(_GAP.join(one.text for one in olds), _GAP.join(one.text for one in news))
            decided_at, corrected = (kept.decided_at, kept.corrected) if kept else (None, False)
            found.append(Shown(row, olds, news, pieces, decided_at, corrected))
        return found


class Words:
    """The passages of an edition by order, and back from how people write them."""

    def __init__(self, edition: Edition) -> None:
        self._units: dict[int, Unit] = {unit.order: unit for unit in reads.units(edition)}
        self._refs = reads.refs(edition)

    def of(self, orders: Iterable[int]) -> tuple[Said, ...]:
        """Return passages as they are read."""
        return tuple(Said(self._refs[one], self._units[one].sort, self._units[one].text) for one in orders)

    def orders(self, written: Sequence[str]) -> tuple[int, ...] | None:
        """Return the passages that are written so, or None where one of them is none."""
        known = {ref: order for order, ref in self._refs.items()}
        known |= {f"#{order}": order for order in self._refs}
        found = [known.get(one.strip().replace("（", "(").replace("）", ")")) for one in written]
        return None if None in found else tuple(one for one in found if one is not None)


def compare(scope: Scope, old: Edition, new: Edition) -> Compared:
    """Return two editions beside each other."""
    crosswalk = reads.between(scope, old, new)
    if crosswalk is None:
        return Compared(old, new, None, engine.propose(reads.units(old), reads.units(new)))
    return of_crosswalk(crosswalk)


def of_crosswalk(crosswalk: Crosswalk) -> Compared:
    """Return a crosswalk with its rows."""
    stored = tuple(reads.rows(crosswalk))
    return Compared(crosswalk.old, crosswalk.new, crosswalk, tuple(reads.as_rows(stored)), stored)


def mark_of(sides: Sides) -> str:
    """Return the two sides of a row in one word.

    >>> mark_of(((3, 4), (5,))), mark_of(((), (7,)))
    ('3.4-5', '-7')
    """
    return "-".join(".".join(map(str, side)) for side in sides)


def sides_of(mark: str) -> Sides | None:
    """Return the two sides that a word names, or None where it names none.

    >>> sides_of("3.4-5"), sides_of("-7"), sides_of("x-1"), sides_of("3")
    (((3, 4), (5,)), ((), (7,)), None, None)
    """
    sides = []
    for side in mark.split("-"):
        orders = side.split(".") if side else []
        if not all(one.isascii() and one.isdecimal() and len(one) <= len("1000000") for one in orders):
            return None
        sides.append(tuple(int(one) for one in orders))
    return (sides[0], sides[1]) if len(sides) == 2 else None  # noqa: PLR2004 -- two sides
