"""Which commitments a crosswalk touches: those whose passage was amended, moved, split, merged or repealed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from amur.policy.engine.crosswalk.changes import words_changed
from amur.policy.engine.crosswalk.rows import Kind, Row
from amur.policy.engine.crosswalk.units import Unit

_GRAVEST: tuple[Kind, ...] = ("repealed", "split", "merged", "amended", "new", "renumbered")
Side = Literal["old", "new"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a commitment stands in an edition: in passages named by order, and in which characters of a paragraph.

    ``whole`` is that the pack names its clause only, so that whatever happens there may concern it.
    """

    id: str
    orders: tuple[int, ...]
    starts: int = 0
    ends: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    """What a crosswalk does to a commitment: how, in which of its rows, and whether its own words are concerned.

    What has only moved is told and needs no second look; ``is_lost`` is that its passage is not in the edition at all.
    Of a commitment that is placed by its clause only (``by_clause``) nobody can tell which words are its own.
    """

    commitment: str
    how: Kind
    rows: tuple[int, ...]
    own_words: bool
    is_moved_only: bool
    is_lost: bool = False
    by_clause: bool = False


def placed(id_: str, clause: int, paragraph: int, span: tuple[int, int], units: Iterable[Unit]) -> Placed:
    """Return where a commitment stands, given its clause and, where the pack names it, its paragraph and characters.

    >>> units = [Unit(7, "paragraph", "", "3", "1", "甲。"), Unit(8, "paragraph", "", "3", "2", "乙。")]
    >>> placed("3.1", 3, 2, (0, 1), units).orders, placed("3.2", 3, 0, (0, 0), units).orders
    ((8,), (7, 8))
    """
    of_clause = [unit for unit in units if unit.clause == str(clause)]
    if paragraph:
        found = [unit.order for unit in of_clause if unit.sort == "paragraph" and unit.serial == str(paragraph)]
        return Placed(id_, tuple(found), *span)
    return Placed(id_, tuple(unit.order for unit in of_clause), whole=True)


def followed(one: Placed, rows: Iterable[Row]) -> Placed:
    """Return where a commitment stands in the next edition; which characters of it are its own is not known there.

    >>> followed(Placed("3.1", (8,), 0, 4), [Row("renumbered", (8,), (9,), 100, False)])
    Placed(id='3.1', orders=(9,), starts=0, ends=0, whole=False)
    """
    orders = {new for row in rows if set(row.old) & set(one.orders) for new in row.new}
    return Placed(one.id, tuple(sorted(orders)), whole=one.whole)


def touched(
    commitments: Iterable[Placed], rows: Sequence[Row], old: Sequence[Unit], new: Sequence[Unit], *, side: Side = "old"
) -> tuple[Touch, ...]:
    """Return the commitments that a crosswalk touches, in their order.

    ``side`` is the edition in which they are placed: the one that the pack was written for.

    >>> before = [Unit(1, "paragraph", "", "3", "1", "每年数灯，夜里安静。")]
    >>> after = [Unit(1, "paragraph", "", "3", "1", "每月数灯，夜里安静。")]
    >>> rows = [Row("amended", (1,), (1,), 90, True)]
    >>> [(one.commitment, one.how, one.own_words)
    ...  for one in touched([Placed("3.1", (1,), 0, 4), Placed("3.2", (1,), 5, 9)], rows, before, after)]
    [('3.1', 'amended', True), ('3.2', 'amended', False)]
    """
    mine, theirs = (old, new) if side == "old" else (new, old)
    texts = {unit.order: unit.text for unit in mine}, {unit.order: unit.text for unit in theirs}
    added = _added(rows, mine, theirs, side)
    place_of = {order: place for place, row in enumerate(rows) for order in _sides(row, side)[0]}
    found = [_touch(one, rows, texts, (place_of, added), side) for one in commitments]
    return tuple(touch for touch in found if touch is not None)


def _touch(
    one: Placed,
    rows: Sequence[Row],
    texts: tuple[Mapping[int, str], Mapping[int, str]],
    where: tuple[Mapping[int, int], Mapping[int, Collection[int]]],
    side: Side,
) -> Touch | None:
    if not one.orders:
        return Touch(one.id, "repealed", (), own_words=True, is_moved_only=False, is_lost=True)
    place_of, added = where
    own_places = sorted({place_of[order] for order in one.orders if order in place_of})
    places = own_places
    if one.whole:
        places = sorted({*places, *(place for order in one.orders for place in added.get(order, ()))})
    places = [place for place in places if rows[place].kind != "same"]
    if not places:
        return None
    kinds = {rows[place].kind for place in places}
    moved = all(rows[place].kind == "renumbered" and not rows[place].changed for place in places)
    own = any(_own_words(one, rows[place], texts, side) for place in places)
    how = next(kind for kind in _GRAVEST if kind in kinds)
    if one.whole and not moved and (len(kinds) > 1 or len(places) < len(own_places)):
        # Of a clause that is named as a whole, one passage does not say what became of all.
        how = "amended"
    return Touch(one.id, how, tuple(places), own_words=own, is_moved_only=moved, by_clause=one.whole)


def _own_words(one: Placed, row: Row, texts: tuple[Mapping[int, str], Mapping[int, str]], side: Side) -> bool:
    if not row.changed:
        return False
    mine, theirs = _sides(row, side)
    if not one.ends or not theirs or len(mine) > 1:
        return True
    beside = "".join(texts[1][order] for order in theirs)
    return words_changed(texts[0][mine[0]], beside, one.starts, one.ends)


def _added(rows: Sequence[Row], mine: Sequence[Unit], theirs: Sequence[Unit], side: Side) -> dict[int, set[int]]:
    """Return by passage of my edition which rows brought something new into the clause that it stands in now."""
    clause_of = {unit.order: unit.above[0] for unit in theirs}
    brought: dict[int, set[int]] = {}
    for place, row in enumerate(rows):
        here, there = _sides(row, side)
        if not here:
            for order in there:
                brought.setdefault(clause_of[order], set()).add(place)
    found: dict[int, set[int]] = {unit.order: set() for unit in mine}
    for row in rows:
        here, there = _sides(row, side)
        for order in here:
            found[order].update(*(brought.get(clause_of[other], ()) for other in there))
    return found


def _sides(row: Row, side: Side) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return (row.old, row.new) if side == "old" else (row.new, row.old)
