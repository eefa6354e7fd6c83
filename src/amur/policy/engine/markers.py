"""Markers: how a line says that it begins a part, a clause or an item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from amur.policy.engine.numerals import value_of


class Rank(IntEnum):
    """Kinds of markers, from the outermost inwards. An article is a clause wherever it occurs."""

    BOOK = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CHINESE = 5
    CHINESE_BRACKETS = 6
    ARABIC = 7
    ARABIC_BRACKETS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text; ``rank`` is None where it begins nothing."""

    text: str
    rank: Rank | None = None
    number: int | None = None
    label: str = ""
    rest: str = ""


_CHINESE = "[零〇一二三四五六七八九十百]{1,7}"
_ANY = rf"(?:{_CHINESE}|[0-9０-９]{{1,4}})"
_GAP = r"[\s\u3000]*"
_SHAPES: tuple[tuple[Rank, re.Pattern[str]], ...] = (
    (Rank.BOOK, re.compile(rf"第(?P<n>{_ANY})[编部]分?(?:[\s\u3000：:]+|$)")),
    (Rank.CHAPTER, re.compile(rf"第(?P<n>{_ANY})章{_GAP}")),
    (Rank.SECTION, re.compile(rf"第(?P<n>{_ANY})节{_GAP}")),
    (Rank.ARTICLE, re.compile(rf"第(?P<n>{_ANY})条(?:之{_CHINESE})?(?![第款项、，规])[：:]?{_GAP}")),
    (Rank.BOOK, re.compile(r"(?i:part)\s+(?P<n>[IVXLC]+|[0-9]{1,3})\b[.:–—\-\s]*")),
    (Rank.CHAPTER, re.compile(r"(?i:chapter)\s+(?P<n>[IVXLC]+|[0-9]{1,3})\b[.:–—\-\s]*")),
    (Rank.ARTICLE, re.compile(r"(?i:article|action)\s+(?P<n>[IVXLC]+|[0-9]{1,3})\b[.:–—\-\s]*")),
    (Rank.CHINESE, re.compile(rf"(?P<n>{_CHINESE}){_GAP}[、．.]{_GAP}")),
    (Rank.CHINESE_BRACKETS, re.compile(rf"[（(]{_GAP}(?P<n>{_CHINESE}){_GAP}[)）][、.．]?{_GAP}")),
    (Rank.ARABIC_BRACKETS, re.compile(rf"[（(]{_GAP}(?P<n>[0-9０-９]{{1,3}}){_GAP}[)）][、.．]?{_GAP}")),
    (Rank.ARABIC_BRACKETS, re.compile(rf"(?P<n>[0-9０-９]{{1,3}})[)）]{_GAP}")),
    (Rank.ARABIC, re.compile(rf"(?P<n>[0-9０-９]{{1,3}}){_GAP}[.．、]{_GAP}(?![0-9０-９])")),
)


def line_of(raw: str) -> Line:
    """Return a line with its marker, if it has one.

    >>> lines = map(line_of, ("　　一、总则", "（十二）甲。", "3.乙", "第五条 丙"))
    >>> [(line.rank.name, line.number, line.rest) for line in lines]
    [('CHINESE', 1, '总则'), ('CHINESE_BRACKETS', 12, '甲。'), ('ARABIC', 3, '乙'), ('ARTICLE', 5, '丙')]
    >>> [line_of(text).rank for text in ("1.5亿元", "2017年11月8日", "第五条、第六条所称", "十分重要")]
    [None, None, None, None]
    """
    text = raw.strip(" \t\u3000\u00a0\ufeff\f")
    for rank, shape in _SHAPES:
        if (found := shape.match(text)) and (number := value_of(found["n"])):
            return Line(text, rank, number, found[0].strip(" \t\u3000"), text[found.end() :].strip(" \t\u3000"))
    return Line(text)
