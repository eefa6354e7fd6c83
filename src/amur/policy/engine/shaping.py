"""The shape of a text: which of its markers make parts and which make clauses, decided from the text itself.

An article is always a clause; else the outermost kind of marker makes the parts and the next one the clauses; a text
with one kind has clauses only. Where nothing is numbered, what the file marks as headings is taken for it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from amur.policy.engine.markers import Line, Rank
from amur.policy.engine.titles import may_be_title

_FEWEST = 3
_ABOVE_ARTICLES = (Rank.CHAPTER, Rank.BOOK, Rank.SECTION)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which markers make what in this document; the rest of the markers make items."""

    part: frozenset[Rank]
    clause: Rank | None
    silent: frozenset[Rank] = frozenset()

    def begins(self, line: Line) -> bool:
        """Say whether a line begins a part or a clause."""
        return line.rank is not None and (
            line.rank in self.part or line.rank == self.clause or line.rank in self.silent
        )


def shape_of(lines: list[Line]) -> Shape:
    """Decide which markers make parts and which make clauses.

    >>> from amur.policy.engine.markers import line_of
    >>> shape = shape_of([line_of(text) for text in ("第一章 总则", "第一条 甲。", "（一）乙；")])
    >>> sorted(rank.name for rank in shape.part), shape.clause.name
    (['CHAPTER'], 'ARTICLE')
    """
    used = _used(lines)
    if not used:
        return Shape(frozenset(), None)
    if Rank.ARTICLE in used:
        above = [rank for rank in _ABOVE_ARTICLES if rank in used]
        above += [rank for rank in used if rank > Rank.ARTICLE and _stands_above(lines, rank)]
        return Shape(
            frozenset(above[:1]), Rank.ARTICLE, frozenset(rank for rank in _ABOVE_ARTICLES if rank not in above[:1])
        )
    if len(used) == 1 or not _is_divided(lines, used[0], used[1]):
        return Shape(frozenset(), used[0])
    return Shape(frozenset(used[:1]), used[1])


def _used(lines: list[Line]) -> list[Rank]:
    """Return the kinds of markers that may divide the text; one that occurs once may be an accident of a line."""
    times = Counter(line.rank for line in lines if line.rank is not None and line.rank.divides)
    firm = sorted(rank for rank, number in times.items() if number > 1)
    return firm or sorted(times)


def _stands_above(lines: list[Line], rank: Rank) -> bool:
    """Say whether a kind of marker makes the parts of articles: it begins before them and holds them."""
    first = next(line.rank for line in lines if line.rank in {rank, Rank.ARTICLE})
    return first is rank and _is_divided(lines, rank, Rank.ARTICLE)


def _is_divided(lines: list[Line], outer: Rank, inner: Rank) -> bool:
    """Say whether half of the outer sections hold inner ones, or inner ones most of the text; a short list does not."""
    sections, divided, fresh, inside, number = 0, 0, False, False, 0
    within, whole = 0, 0
    for line in lines:
        if line.rank == outer:
            sections, fresh, inside = sections + 1, True, False
        elif line.rank == inner:
            divided, fresh, inside, number = divided + fresh, False, True, number + 1
        whole += len(line.text)
        within += len(line.text) if inside else 0
    return divided * 2 >= sections or (number >= _FEWEST and within * 2 >= whole)


def by_headings(lines: list[Line]) -> list[Line]:
    """Number the headings of a text that numbers nothing: the outer ones as parts, the inner ones as clauses.

    >>> lines = [Line("Plan", level=1), Line("One", level=2), Line("a."), Line("Two", level=2), Line("b.")]
    >>> [(line.rank and line.rank.name, line.number) for line in by_headings(lines)]
    [(None, None), ('ARTICLE', 1), (None, None), ('ARTICLE', 2), (None, None)]
    """
    first = next((place for place, line in enumerate(lines) if line.level), 0)
    levels = sorted({line.level for line in lines[first + 1 :] if line.level})
    outer, inner = (levels[0], levels[1]) if len(levels) > 1 else (0, levels[0] if levels else 0)
    if outer and sum(line.level == outer for line in lines[first + 1 :]) == 1:
        outer = 0
    counts: Counter[int] = Counter()
    numbered = []
    for place, line in enumerate(lines):
        rank = {outer: Rank.CHAPTER, inner: Rank.ARTICLE}.get(line.level) if line.level and place > first else None
        if rank is not None and may_be_title(line.text.rstrip("：:.")):
            counts[line.level] += 1
            numbered.append(replace(line, rank=rank, number=counts[line.level], rest=line.text))
        else:
            numbered.append(line)
    return numbered
