"""Which passage of the one edition is which of the other, proposed by how alike their words are.

Equal words first, then the most alike first, then what was split or merged, then titles by what stands under them.
Nothing here prefers one edition: with the two exchanged, the same is proposed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq
from rapidfuzz.fuzz import partial_ratio

from amur.policy.engine.crosswalk.changes import tokens
from amur.policy.engine.crosswalk.rows import LONGEST, Link, Row, rows_of
from amur.policy.engine.crosswalk.units import Place, Unit, places, restarts

_Rank: TypeAlias = tuple[float, int, int, int]
_LEAST = 0.5
"""Passages that have less of their words in common are two different ones."""
_STAYS = 0.05
"""What standing in the same place adds, so that of two equally alike passages the unmoved one is taken."""
_MOST_PAIRS, _WINDOW = 4_000_000, 500
"""Where more pairs could be compared, only those at about the same place are: no law is so long, but a file may be."""
_WITHIN = 0.6
_WITHIN_PERCENT = 65.0
_NEAR = 6
_FEWEST = 6
"""A passage of fewer words is found in any longer one by accident."""
_SURROGATES, _FIRST_SIGN, _LAST_SIGN = 0xD800, 0x800, 0x10FFFF
"""No sign may be one of the surrogates; what is counted beyond them begins after them."""


def propose(old: Sequence[Unit], new: Sequence[Unit]) -> tuple[Row, ...]:
    """Return a row for all that became of each passage of the old edition, and for each new one of the new.

    >>> def text(*said): return [Unit(n, "paragraph", "", "1", str(n), one) for n, one in enumerate(said, 1)]
    >>> before = text("每年数一次全岛的灯。", "夜里安静。", "灯由港口管。")
    >>> after = text("夜里安静。", "每年数两次全岛的灯。", "渡船免费。")
    >>> [(row.kind, row.old, row.new) for row in propose(before, after)]
    [('renumbered', (2,), (1,)), ('renumbered', (1,), (2,)), ('repealed', (3,), ()), ('new', (), (3,))]
    """
    links = _Links(old, new)
    links.equal()
    links.alike()
    links.parted()
    links.titled()
    return rows_of(old, new, [(old[one].order, new[other].order) for one, other in links.found])


class _Links:
    """The links of two editions as they are found; passages are named by their index."""

    def __init__(self, old: Sequence[Unit], new: Sequence[Unit]) -> None:
        by_part = restarts(old) or restarts(new)
        self.old, self.new = _Side(old, by_part=by_part), _Side(new, by_part=by_part)
        _spell(self.old, self.new)
        self.found: set[Link] = set()

    def equal(self) -> None:
        """Link passages of the same words: those that stay first, the others in their order."""
        groups: dict[tuple[bool, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for place, side in enumerate((self.old, self.new)):
            for one, unit in enumerate(side.units):
                groups[unit.is_title, side.spelled[one]][place].append(one)
        for olds, news in groups.values():
            if len(olds) > 1 or len(news) > 1:
                there = {self.new.places[other]: other for other in reversed(news)}
                for one in olds:
                    if (other := there.pop(self.old.places[one], None)) is not None:
                        self._link(one, other)
            for one, other in zip(self.old.left(olds), self.new.left(news), strict=False):
                self._link(one, other)

    def alike(self) -> None:
        """Link passages that have most of their words in common, the most alike first."""
        for is_title in (False, True):
            olds, news = self.old.left_of(is_title), self.new.left_of(is_title)
            for _, one, other in sorted(self._scored(olds, news)):
                if one not in self.old.taken and other not in self.new.taken:
                    self._link(one, other)

    def _scored(self, olds: Sequence[int], news: Sequence[int]) -> Iterator[tuple[_Rank, int, int]]:
        beside = list(news)
        wide = len(olds) * len(news) > _MOST_PAIRS
        spelled = [self.new.spelled[other][:LONGEST] for other in beside]
        for one in olds:
            if wide:
                beside = [other for other in news if self._is_near(one, other)]
                spelled = [self.new.spelled[other][:LONGEST] for other in beside]
            scores = process.extract(
                self.old.spelled[one][:LONGEST],
                spelled,
                scorer=Indel.normalized_similarity,
                processor=None,
                score_cutoff=_LEAST,
                limit=None,
            )
            for _, score, index in scores:
                other = beside[index]
                stays = self.old.places[one] == self.new.places[other]
                rank: _Rank = (-(score + _STAYS * stays), abs(one - other), min(one, other), max(one, other))
                yield rank, one, other

    def _is_near(self, one: int, other: int) -> bool:
        """Say whether two passages stand at about the same place of their editions."""
        olds, news = len(self.old.units), len(self.new.units)
        return abs(one * news - other * olds) <= _WINDOW * max(olds, news)

    def parted(self) -> None:
        """Link what is left to a neighbour's counterpart where it is a part of it: it was merged, or split off."""
        firm = {
            (one, other)
            for one, other in self.found
            if self.old.spelled[one] != self.new.spelled[other] and not self.old.units[one].is_title
        }
        merged = list(_joined(self.old, self.new, firm))
        split = [(one, other, left) for other, one, left in _joined(self.new, self.old, {(b, a) for a, b in firm})]
        # Who would be both merged and split is left to the person.
        both = {link[:2] for link in merged} & {link[:2] for link in split}
        for one, other, left in merged:
            if (one, other) not in both:
                self._link(left, other)
        for one, other, left in split:
            if (one, other) not in both:
                self._link(one, left)

    def titled(self) -> None:
        """Link titles that are left where most of what stands under the one stands under the other now."""
        for level in (0, 1):
            votes = Counter(
                (self.old.units[one].above[level], self.new.units[other].above[level])
                for one, other in self.found
                if not self.old.units[one].is_title
            )
            forth, back = _most(votes), _most(Counter({(new, old): many for (old, new), many in votes.items()}))
            olds = {self.old.units[one].order: one for one in self.old.left_of(is_title=True)}
            news = {self.new.units[other].order: other for other in self.new.left_of(is_title=True)}
            for one, place in olds.items():
                if (there := forth.get(one, 0)) in news and back.get(there) == one:
                    self._link(place, news[there])

    def _link(self, one: int, other: int) -> None:
        self.found.add((one, other))
        self.old.taken.add(one)
        self.new.taken.add(other)


class _Side:
    """One of the two editions: its passages, where they stand, their words, and which have a counterpart."""

    def __init__(self, units: Sequence[Unit], *, by_part: bool) -> None:
        self.units = units
        self.places: list[Place] = places(units, by_part=by_part)
        self.spelled: list[str] = []
        self.taken: set[int] = set()

    def left(self, among: Iterable[int]) -> list[int]:
        """Return which of these have no counterpart yet."""
        return [one for one in among if one not in self.taken]

    def left_of(self, is_title: bool) -> list[int]:  # noqa: FBT001 -- a sort of passage, not a switch
        """Return which titles, or which other passages, have no counterpart yet."""
        return [one for one in self.left(range(len(self.units))) if self.units[one].is_title == is_title]


def _spell(*sides: _Side) -> None:
    """Write each word of both editions as one sign, so that texts are compared by words.

    Common words get the first signs, which RapidFuzz looks up quickest.
    """
    words = [[tokens(unit.text) for unit in side.units] for side in sides]
    times = Counter(word for side in words for said in side for word in said)
    ordered = sorted(times, key=lambda word: (-times[word], word))
    signs = {
        word: chr(place if place < _SURROGATES else min(place + _FIRST_SIGN, _LAST_SIGN))
        for place, word in enumerate(ordered)
    }
    for side, texts in zip(sides, words, strict=True):
        side.spelled += ["".join(signs[word] for word in said) for said in texts]


def _joined(mine: _Side, theirs: _Side, firm: Iterable[Link]) -> Iterator[tuple[int, int, int]]:
    """Yield (one, other, left): that what is left on my side is, with its neighbour ``one``, the whole of ``other``."""
    linked = dict(sorted(firm))
    for left in mine.left_of(is_title=False):
        words = mine.spelled[left][:LONGEST]
        best: tuple[float, int, int] | None = None
        for one in range(max(0, left - _NEAR), min(len(mine.units), left + _NEAR + 1)):
            if one not in linked or len(words) < _FEWEST:
                continue
            beside, whole = mine.spelled[one][:LONGEST], theirs.spelled[linked[one]][:LONGEST]
            both = words + beside if left < one else beside + words
            gained = LCSseq.similarity(both, whole) - LCSseq.similarity(beside, whole)
            if gained >= _WITHIN * len(words) and partial_ratio(words, whole) >= _WITHIN_PERCENT:
                rank = (-gained / len(words), abs(left - one), one)
                best = rank if best is None else min(best, rank)
        if best is not None:
            yield best[2], linked[best[2]], left


def _most(votes: Counter[Link]) -> dict[int, int]:
    """Return to whom most votes of each lead; where as many lead to another there is no answer."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (one, other), many in votes.items():
        found[one].append((many, other))
    best = {one: sorted(counted)[-2:] for one, counted in found.items()}
    return {one: last[-1][1] for one, last in best.items() if len(last) == 1 or last[0][0] < last[1][0]}
