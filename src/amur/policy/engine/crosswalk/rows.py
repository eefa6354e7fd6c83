"""Rows of a crosswalk: what belongs together by its links, and what became of it.

A link says that a passage of the old edition is one of the new. Whatever hangs together by links is one row, so each
passage of either edition stands in exactly one row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rapidfuzz.distance import Indel

from amur.policy.engine.crosswalk.changes import tokens
from amur.policy.engine.crosswalk.units import Place, Unit, places, restarts

Kind = Literal["same", "amended", "renumbered", "split", "merged", "repealed", "new"]
KINDS: tuple[Kind, ...] = ("same", "amended", "renumbered", "split", "merged", "repealed", "new")
Link: TypeAlias = tuple[int, int]

_NEARLY = 90
_WHOLE = 100
LONGEST = 20_000
"""So many words of a passage are judged; no paragraph that people cite is longer."""


class UnevenLinks(ValueError):
    """Several passages were made into several; one of them is split, or several are merged, and never both at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of passages: their orders in the old and in the new edition, and how much of the words is alike.

    ``changed`` is whether any word differs; ``likeness`` is in percent and nothing where one side is empty.
    """

    kind: Kind
    old: tuple[int, ...]
    new: tuple[int, ...]
    likeness: int
    changed: bool

    @property
    def sides(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the two sides, by which a row is known.

        >>> Row("new", (), (3,), 0, changed=True).sides
        ((), (3,))
        """
        return self.old, self.new


def rows_of(old: Sequence[Unit], new: Sequence[Unit], links: Collection[Link]) -> tuple[Row, ...]:
    """Return the rows that links of orders make, in the order of the new edition; repealed ones where they stood.

    Raises:
        UnevenLinks: if several passages would become several.

    >>> lamps, night = (Unit(n, "paragraph", "", "1", str(n), text) for n, text in ((1, "数灯。"), (2, "夜里安静。")))
    >>> [(row.kind, row.old, row.new) for row in rows_of([lamps, night], [lamps], [(1, 1)])]
    [('same', (1,), (1,)), ('repealed', (2,), ())]
    >>> rows_of([lamps, night], [lamps, night], [(1, 1), (1, 2), (2, 2)])
    Traceback (most recent call last):
    ...
    amur.policy.engine.crosswalk.rows.UnevenLinks: found (1, 2) and (1, 2) together; link one of them only
    """
    by_part = restarts(old) or restarts(new)
    before = {unit.order: (unit, place) for unit, place in zip(old, places(old, by_part=by_part), strict=True)}
    after = {unit.order: (unit, place) for unit, place in zip(new, places(new, by_part=by_part), strict=True)}
    found = [_row(olds, news, before, after) for olds, news in _groups(before, after, links)]
    return tuple(sorted(found, key=_Standing(found)))


def regroup(rows: Iterable[Row], olds: Collection[int], news: Collection[int]) -> frozenset[Link]:
    """Return the links of rows after a person has said that these old passages became these new ones, wholly.

    What any of them was linked to before is let go.

    >>> rows = [Row("same", (1,), (1,), 100, False), Row("same", (2,), (2,), 100, False)]
    >>> sorted(regroup(rows, [1], [2])), sorted(regroup(rows, [1], [])), sorted(regroup(rows, [1, 2], [1]))
    ([(1, 2)], [(2, 2)], [(1, 1), (2, 1)])
    """
    links = {(old, new) for row in rows for old in row.old for new in row.new}
    kept = {(old, new) for old, new in links if old not in olds and new not in news}
    return frozenset(kept | {(old, new) for old in olds for new in news})


class _Standing:
    """The order of rows: by the new edition, and what is repealed after the last passage before it that was not."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._held = sorted((row.old[0], row.new[0]) for row in rows if row.old and row.new)

    def __call__(self, row: Row) -> tuple[int, int]:
        if row.new:
            return row.new[0], 0
        return max((new for old, new in self._held if old < row.old[0]), default=-1), row.old[0]


def _groups(
    before: Iterable[int], after: Iterable[int], links: Collection[Link]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return what hangs together by links."""
    to_new: dict[int, set[int]] = {one: set() for one in before}
    to_old: dict[int, set[int]] = {one: set() for one in after}
    for one, other in links:
        to_new[one].add(other)
        to_old[other].add(one)
    found = []
    for one, others in to_new.items():
        olds = {old for other in others for old in to_old[other]} or {one}
        if any(to_new[old] != others for old in olds) or (len(olds) > 1 and len(others) > 1):
            raise UnevenLinks(
                f"found {tuple(sorted(olds))} and {tuple(sorted(others))} together; link one of them only"
            )
        if one == min(olds):
            found.append((tuple(sorted(olds)), tuple(sorted(others))))
    return found + [((), (other,)) for other, olds in to_old.items() if not olds]


def _row(
    olds: tuple[int, ...],
    news: tuple[int, ...],
    before: Mapping[int, tuple[Unit, Place]],
    after: Mapping[int, tuple[Unit, Place]],
) -> Row:
    if not news or not olds:
        return Row("repealed" if olds else "new", olds, news, 0, changed=True)
    words = [word for one in olds for word in tokens(before[one][0].text)]
    there = [word for one in news for word in tokens(after[one][0].text)]
    changed = words != there
    likeness = _WHOLE if not changed else min(_WHOLE - 1, round(_WHOLE * alike(words, there)))
    kind: Kind
    if len(news) > 1:
        kind = "split"
    elif len(olds) > 1:
        kind = "merged"
    elif before[olds[0]][1] == after[news[0]][1]:
        kind = "amended" if changed else "same"
    else:
        kind = "renumbered" if likeness >= _NEARLY else "amended"
    return Row(kind, olds, news, likeness, changed)


def alike(old: Sequence[str], new: Sequence[str]) -> float:
    """Return which share of the words of two passages they have in common, in the same order.

    >>> alike(tokens("数灯。"), tokens("数船。"))
    0.6666666666666667
    """
    return float(Indel.normalized_similarity(old[:LONGEST], new[:LONGEST]))
