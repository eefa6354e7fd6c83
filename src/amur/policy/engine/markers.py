"""Markers: how a line says that it begins a part, a clause or an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import IntEnum

from amur.policy.engine.numerals import ordinal_of, value_of


class Rank(IntEnum):
    """Kinds of markers, from the outermost inwards. An article is a clause wherever it occurs."""

    BOOK = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CHINESE = 5
    ROMAN = 6
    CHINESE_BRACKETS = 7
    LETTER = 8
    ARABIC = 9
    DECIMAL = 10
    DEEP_DECIMAL = 11
    ARABIC_BRACKETS = 12
    SMALL_LETTER = 13
    SMALL_ROMAN = 14
    BULLET = 15

    @property
    def divides(self) -> bool:
        """Say whether parts or clauses can be marked so; the rest marks what is in a clause."""
        return self <= Rank.ARABIC_BRACKETS


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text; ``rank`` is None where it begins nothing, ``level`` is that of a heading of its file."""

    text: str
    rank: Rank | None = None
    number: int | None = None
    label: str = ""
    rest: str = ""
    level: int = 0


_BLANKS = " \t\u3000\u00a0\ufeff\f"
_CHINESE = "[零〇一二三四五六七八九十百]{1,7}"
_ANY = rf"(?:{_CHINESE}|[0-9０-９]{{1,4}})"
_LETTERS = re.compile("[A-Za-z]")
# The capitals that are no Roman figure, or are one that no text counts up to.
_ONLY_LETTERS = frozenset("ABCDEFGHJKLMNOPQRSTUWYZ")
_GAP = r"[\s\u3000]*"
_SPACE = r"[\s\u00a0]"
_NAMED = "one|two|three|four|five|six|seven|eight|nine|ten|premier|première|unique"
_WORD_NUMBER = rf"(?P<n>[IVXLC]{{1,8}}(?:er)?|[0-9]{{1,3}}(?:er|re|e|st|nd|rd|th)?|(?i:{_NAMED}))"
# After the number the line ends, a sign divides, or a capital begins a title: "Article 12 of the law" begins nothing.
_THEN = rf"(?:(?:{_SPACE}*[.:–—|\-]+)+{_SPACE}*|{_SPACE}+(?=[A-ZÀ-ÞŒ0-9\"“«(\[])|{_SPACE}*$)"
_ORDINALS = (
    "première premier deuxième seconde? troisième quatrième cinquième sixième septième huitième neuvième dixième"
)
_WORDS = {
    Rank.BOOK: "part partie book livre title titre volume tome",
    Rank.CHAPTER: "chapter chapitre pillar pilier axe axis theme thème priority priorité goal chantier strand annex"
    " annexe schedule",
    Rank.SECTION: r"section sec\.? sous-section subsection division subdivision",
    Rank.ARTICLE: r"article art\.? action play measure mesure recommendation recommandation commitment engagement"
    " clause rule règle step étape principle principe proposition initiative objective objectif standard point",
}


def _worded(rank: Rank) -> re.Pattern[str]:
    """Return the shape of a line that begins with one of the words of a kind and a number."""
    words = "|".join(_WORDS[rank].split())
    return re.compile(rf"(?i:{words}){_SPACE}+(?:n[°ºo]\.?{_SPACE}*)?{_WORD_NUMBER}{_THEN}")


_SHAPES: tuple[tuple[Rank, re.Pattern[str]], ...] = (
    (Rank.BOOK, re.compile(rf"第{_GAP}(?P<n>{_ANY}){_GAP}(?:分?[编編]|[部篇]分?)(?:[\s\u3000：:]+|$)")),
    (Rank.CHAPTER, re.compile(rf"第{_GAP}(?P<n>{_ANY}){_GAP}章{_GAP}")),
    (Rank.SECTION, re.compile(rf"第{_GAP}(?P<n>{_ANY}){_GAP}[节節]{_GAP}")),
    (
        Rank.ARTICLE,
        re.compile(
            rf"第{_GAP}(?P<n>{_ANY})(?:[-–－][0-9]{{1,2}})?{_GAP}[条條](?:之{_CHINESE})?(?![第款项項、，规規])[：:]?{_GAP}"
        ),
    ),
    (
        Rank.ARTICLE,
        re.compile(r"(?i:article|art\.?)[\s\u00a0]+(?:[LRDA]\.?[\s\u00a0]?\*?)(?:[0-9]+-)*(?P<n>[0-9]{1,4})\b[.:]?"),
    ),
    (Rank.ARTICLE, re.compile(r"§{1,2}[\s\u00a0]*(?:[0-9]{1,4}[.-])*(?P<n>[0-9]{1,4})[a-z]?(?:\.?[\s\u00a0]+|$)")),
    (Rank.BOOK, re.compile(rf"(?i:part|partie){_SPACE}+(?P<n>[ABD-HJKM-UWYZ]){_THEN}")),
    (Rank.CHAPTER, re.compile(rf"(?i:subpart|subtitle|schedule|annexe?){_SPACE}+(?P<n>[A-HJ-UWYZ]){_THEN}")),
    (Rank.BOOK, _worded(Rank.BOOK)),
    (Rank.BOOK, re.compile(rf"(?i:(?P<n>{'|'.join(_ORDINALS.split())}){_SPACE}+(?:partie|livre)){_THEN}")),
    (Rank.CHAPTER, _worded(Rank.CHAPTER)),
    (Rank.SECTION, _worded(Rank.SECTION)),
    (Rank.ARTICLE, _worded(Rank.ARTICLE)),
    (Rank.CHINESE, re.compile(rf"(?P<n>{_CHINESE}){_GAP}[、．.]{_GAP}")),
    (Rank.CHINESE_BRACKETS, re.compile(rf"[（(]{_GAP}(?P<n>{_CHINESE}){_GAP}[)）][、.．]?{_GAP}")),
    (Rank.ARABIC_BRACKETS, re.compile(rf"[（(]{_GAP}(?P<n>[0-9０-９]{{1,3}}){_GAP}[)）][、.．]?{_GAP}")),
    (Rank.ARABIC_BRACKETS, re.compile(rf"(?P<n>[0-9０-９]{{1,3}})[)）°º]{_GAP}(?=\D|$)")),
    (
        Rank.DEEP_DECIMAL,
        re.compile(r"[0-9]{1,2}(?:[.．][0-9]{1,2})+[.．](?P<n>[0-9]{1,2})[.．、]?(?:[\s\u3000]+|$)"),
    ),
    (Rank.DECIMAL, re.compile(r"[0-9]{1,2}[.．](?P<n>[0-9]{1,2})[.．、]?(?:[\s\u3000]+(?![0-9%亿万元])|$)")),
    (Rank.ARABIC, re.compile(rf"(?P<n>[0-9０-９]{{1,3}}){_GAP}[.．、]{_GAP}(?![0-9０-９])")),
    (Rank.ARABIC, re.compile(r"(?P<n>[0-9]{1,2})[\s\u00a0]+[–—-][\s\u00a0]+(?=\D)")),
    (
        Rank.ROMAN,
        re.compile(r"(?P<n>[IVXLC]{1,8})(?:[.)](?:[\s\u00a0]+(?:[–—-][\s\u00a0]+)?|$)|[\s\u00a0]+[–—-][\s\u00a0]+)"),
    ),
    (Rank.LETTER, re.compile(r"(?P<n>[A-Z])[.)][\s\u00a0]+")),
    (Rank.SMALL_LETTER, re.compile(r"\((?P<n>[a-z])\)[\s\u00a0]*")),
    (Rank.SMALL_LETTER, re.compile(r"(?P<n>[a-z])[.)][\s\u00a0]+")),
    (Rank.SMALL_ROMAN, re.compile(r"\((?P<n>[ivxl]{1,6})\)[\s\u00a0]*")),
    (Rank.BULLET, re.compile(r"(?P<n>[•●▪◦■◆○·‣])[\s\u3000\u00a0]*")),
    (Rank.BULLET, re.compile(r"(?P<n>[*–-])[\s\u00a0]+(?=[A-Za-zÀ-ÿ])")),
)


def line_of(raw: str, level: int = 0) -> Line:
    """Return a line with its marker, if it has one.

    >>> said = ("　　一、总则", "（十二）甲。", "3.乙", "第五条 丙", "Article 1er – Objet", "1.2 Lamps")
    >>> for line in map(line_of, said):
    ...     print(line.rank.name, line.number, line.rest)
    CHINESE 1 总则
    CHINESE_BRACKETS 12 甲。
    ARABIC 3 乙
    ARTICLE 5 丙
    ARTICLE 1 Objet
    DECIMAL 2 Lamps
    >>> [line_of(text).rank for text in ("1.5亿元", "2017年11月8日", "第五条、第六条所称", "十分重要")]
    [None, None, None, None]
    >>> [line_of(text).rank for text in ("Article 12 of the law", "Part of it", "X-ray")]
    [None, None, None]
    """
    text = raw.strip(_BLANKS)
    for rank, shape in _SHAPES:
        if (found := shape.match(text)) and (number := _number(rank, found["n"])):
            label, rest = found[0].strip(_BLANKS), text[found.end() :].strip(_BLANKS)
            return Line(text, rank, number, label, rest, level)
    return Line(text, level=level)


def _number(rank: Rank, printed: str) -> int | None:
    if rank is Rank.BULLET:
        return 1
    if rank in {Rank.LETTER, Rank.SMALL_LETTER} or (rank < Rank.ARTICLE and printed in _ONLY_LETTERS):
        return ord(printed.lower()) - ord("a") + 1
    return ordinal_of(printed) or value_of(printed)


def in_order(lines: list[Line]) -> list[Line]:
    """Decide what single letters are that are also Roman figures: what goes on with the order in which they stand.

    >>> said = ("(g) a", "(h) b", "(i) c", "(i) d", "(ii) e")
    >>> [line.rank.name for line in in_order([line_of(text) for text in said])]
    ['SMALL_LETTER', 'SMALL_LETTER', 'SMALL_LETTER', 'SMALL_ROMAN', 'SMALL_ROMAN']
    """
    for letter, roman in ((Rank.LETTER, Rank.ROMAN), (Rank.SMALL_LETTER, Rank.SMALL_ROMAN)):
        decided, last = [], {letter: 0, roman: 0}
        for line in lines:
            settled = _settled(line, letter, roman, last) if line.rank in last else line
            if settled.rank in last:
                last[settled.rank] = settled.number or 0
            elif settled.rank is not None and settled.rank < letter:
                last = {letter: 0, roman: 0}
            decided.append(settled)
        lines = decided
    return lines


def _settled(line: Line, letter: Rank, roman: Rank, last: dict[Rank, int]) -> Line:
    """Return a line whose mark is one sign as the letter or the figure that it is."""
    sign = _LETTERS.findall(line.label)
    if len(sign) != 1:
        return line
    as_letter, as_figure = ord(sign[0].lower()) - ord("a") + 1, value_of(sign[0].upper())
    if as_figure and as_figure == last[roman] + 1 and as_letter != last[letter] + 1:
        return replace(line, rank=roman, number=as_figure)
    if as_letter == last[letter] + 1 or not as_figure:
        return replace(line, rank=letter, number=as_letter)
    return line


def named(lines: list[Line]) -> list[Line]:
    """Take what a law calls sections or only numbers for its articles, where it has no others.

    >>> said = ("Sec. 1. Name", "(a) x", "Sec. 2. Use"), ("1 Name", "This is it.", "2 Use", "2A Care", "It is used.")
    >>> for texts in said:
    ...     print([line.rank and (line.rank.name, line.number) for line in named([line_of(text) for text in texts])])
    [('ARTICLE', 1), ('SMALL_LETTER', 1), ('ARTICLE', 2)]
    [('ARTICLE', 1), None, ('ARTICLE', 2), ('ARTICLE', 2), None]
    """
    ranks = {line.rank for line in lines}
    sections = any(line.rank is Rank.SECTION and _SECTION.match(line.text) for line in lines)
    if sections and not ranks & _BESIDE_SECTIONS:
        return [
            replace(line, rank=Rank.ARTICLE) if line.rank is Rank.SECTION and _SECTION.match(line.text) else line
            for line in lines
        ]
    if not ranks & {Rank.ARTICLE, Rank.ARABIC}:
        return _counted(lines)
    return lines


_BESIDE_SECTIONS = {Rank.ARTICLE, Rank.CHINESE, Rank.ARABIC, Rank.DECIMAL, Rank.LETTER, Rank.ROMAN}
_SECTION = re.compile(r"(?i:sec)")
_BARE = re.compile(r"(?P<n>[0-9]{1,3})(?P<more>[A-Z]{0,2})[\s\u00a0]+(?P<rest>[A-Z][^|]{1,100}[^|.,;:])")


def _counted(lines: list[Line]) -> list[Line]:
    """Take lines that begin with a number alone for sections, if their numbers count up from one."""
    last, times, counted = 0, 0, []
    for line in lines:
        found = _BARE.fullmatch(line.text) if line.rank is None else None
        number = int(found["n"]) if found else 0
        if found and (number == last + 1 or (number == last and found["more"])):
            last, times = number, times + 1
            counted.append(replace(line, rank=Rank.ARTICLE, number=number, label=found[1] + found[2], rest=found[3]))
        else:
            counted.append(line)
    return counted if times > 1 else lines
