"""What a search matches: one folded form of texts and queries, and the tokens by which an index finds it.

**Folded form.** NFKC (so full-width and half-width are one), no letter case, traditional characters as simplified ones.
Punctuation, blanks and controls become one blank, what ends a line one line break; formatting marks vanish. Every word
(a run of letters or digits of a script that is written with blanks) gets the mark ``|`` before it. All other characters
are *signs*: Chinese, kana, hangul, Thai and their like, and symbols such as emoji.

**Match.** A query is cut at blanks into terms; a text matches if it holds *every* term. A term is held if its folded
form is a substring of the folded text: anywhere between signs, and from the beginning of a word on, since the mark is
part of the form. So ``宽带`` is found in ``移动宽带网``, ``broad`` in ``Broadband`` and ``band`` is not; ``5G基`` is
found in ``建设5G基站``. Punctuation inside a term stands for any punctuation; no term reaches over a line break.

**Tokens** are what a match cannot do without: each sign, each pair of neighbouring signs, the beginnings of each word.
An index of them finds candidates, the substring decides; the two agree at once where ``Query.exact`` says so.

Not here: where the tokens are kept and in which order the hits come (``amur.search``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

WORD_MARK = "|"
LONGEST_QUERY = 200
"""Characters of a query; what goes beyond is not looked for."""
MOST_TOKENS = 24
"""Tokens of a query that an index is asked for; more would not narrow the candidates."""
_BEGINNINGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
"""Lengths of the beginnings of words that are tokens."""

# Scripts whose words are not parted by blanks, so that any neighbouring characters may be a word.
_UNPARTED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),  # marks of repetition, zero
    (0x3021, 0x3029),
    (0x3031, 0x30FA),  # kana; the middle dot that follows parts words
    (0x30FC, 0x318F),  # the mark of a long vowel, kana, bopomofo, hangul letters
    (0x31A0, 0x4DBF),
    (0x4E00, 0xA4CF),  # unified ideographs, Yi
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x16FE0, 0x1B2FF),  # Tangut, Khitan, Nushu and the further kana among them
    (0x20000, 0x3FFFF),  # the further planes of ideographs
)
_RUNS = re.compile("w+|s+|[ n]+")
_TOKEN_RUNS = re.compile("w+|s+")


@cache
def _simplified() -> dict[str, str]:
    """Return each traditional character with its simplified one, from the table of the OpenCC project."""
    table = {}
    for line in (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        traditional, _, simplified = line.partition("\t")
        table[traditional] = simplified.split()[0]
    return {
        traditional: last
        for traditional in table
        if len(traditional) == len(last := _followed(table, traditional)) == 1 and last != traditional
    }


def _followed(table: dict[str, str], character: str) -> str:
    """Return where a chain of replacements ends, so that folding a folded text changes nothing."""
    seen = {character}
    while (following := table.get(character, character)) not in seen:
        seen.add(following)
        character = following
    return character


class _Foldings(dict[int, str]):
    """What each character becomes, worked out when it is first met."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        folded = self[point] = _simplified().get(character) or _kept(character)
        return folded


def _kept(character: str) -> str:
    """Return the character, a blank or a line break instead, or nothing."""
    if character in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029":
        return "\n"
    category = unicodedata.category(character)
    if category == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F:  # noqa: PLR2004 -- the variation selectors
        return ""
    if category in {"So", "Co", "Cn"} or category[0] in "LNM":
        return character
    return " "


class _Classes(dict[int, str]):
    """``w`` for what words are made of, ``s`` for signs, ``n`` for a line break, a blank for the rest."""

    def __missing__(self, point: int) -> str:
        self[point] = found = _class_of(point)
        return found


def _class_of(point: int) -> str:
    if chr(point) in " \n|":
        return {" ": " ", "\n": "n", WORD_MARK: "|"}[chr(point)]
    if any(first <= point <= last for first, last in _UNPARTED):
        return "s"
    return "w" if unicodedata.category(chr(point))[0] in "LNM" else "s"


_FOLDINGS = _Foldings()
_CLASSES = _Classes()


def _plain(text: str) -> str:
    """Return a text folded character by character, its runs as they were."""
    if text.isascii():
        return text.lower().translate(_FOLDINGS)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_FOLDINGS)


def fold(text: str) -> str:
    r"""Return the folded form of a text.

    >>> fold("建設５Ｇ基站（HB-2024）")
    '建设|5g基站 |hb |2024'
    >>> fold("  移动、宽带\r\n\u200bStraße\x00 ")
    '移动 宽带\n|strasse'
    >>> fold("（）"), fold("👨‍👩‍👧"), fold("ｶﾞ")
    ('', '👨👩👧', 'ガ')
    """
    plain = _plain(text)
    parts = []
    for run in _RUNS.finditer(plain.translate(_CLASSES)):
        kind, first, last = run[0][0], run.start(), run.end()
        if kind == "s":
            parts.append(plain[first:last])
        elif kind == "w":
            parts.append(WORD_MARK + plain[first:last])
        else:
            parts.append("\n" if "n" in run[0] else " ")
    return "".join(parts).strip(" \n")


def tokens(folded: str) -> set[str]:
    """Return the tokens of a folded text.

    >>> sorted(tokens("|5g基站 网"))
    ['5', '5g', '基', '基站', '站', '网']
    """
    found: set[str] = set()
    for run in _TOKEN_RUNS.finditer(folded.translate(_CLASSES)):
        piece = folded[run.start() : run.end()]
        if run[0][0] == "s":
            found.update(piece)
            found.update(map("".join, pairwise(piece)))
        else:
            found.update(piece[:length] for length in _BEGINNINGS if length <= len(piece))
    return found


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: the folded terms, the tokens that each hit has, and whether these alone decide.

    >>> parsed("宽带 基站网")
    Query(terms=('宽带', '基站网'), tokens=('宽带', '基站', '站网'), exact=False)
    >>> parsed("5Ｇ"), parsed("网")
    (Query(terms=('|5g',), tokens=('5g',), exact=True), Query(terms=('网',), tokens=('网',), exact=True))
    >>> bool(parsed("？！"))
    False
    """

    terms: tuple[str, ...]
    tokens: tuple[str, ...]
    exact: bool

    def __bool__(self) -> bool:
        return bool(self.terms)


def parsed(query: str) -> Query:
    """Return what a query looks for; nothing where it holds neither word nor sign."""
    terms = terms_of(query)
    found = [_needed(term) for term in terms]
    needed = dict.fromkeys(token for several, _ in found for token in several)
    return Query(terms, tuple(needed)[:MOST_TOKENS], len(terms) == 1 and found[0][1])


def terms_of(query: str) -> tuple[str, ...]:
    """Return the folded terms of a query, each once and none that another one holds.

    >>> terms_of("移动宽带 宽带　５Ｇ ？")
    ('移动宽带', '|5g')
    """
    folded = dict.fromkeys(filter(None, map(fold, query[:LONGEST_QUERY].split())))
    return tuple(term for term in folded if not any(term != other and term in other for other in folded))


def _needed(term: str) -> tuple[list[str], bool]:
    """Return the tokens of every text that holds a term, and whether every text with them holds it."""
    needed: list[str] = []
    runs = list(_TOKEN_RUNS.finditer(term.translate(_CLASSES)))
    exact = len(runs) == 1
    for run in runs:
        piece = term[run.start() : run.end()]
        if run[0][0] == "s":
            needed += map("".join, pairwise(piece)) if len(piece) > 1 else [piece]
            exact = exact and len(piece) <= 2  # noqa: PLR2004 -- a token is one sign or a pair
        else:
            length = max(length for length in _BEGINNINGS if length <= len(piece))
            needed.append(piece[:length])
            exact = exact and length == len(piece)
    return needed, exact


def matches(folded: str, terms: tuple[str, ...]) -> bool:
    """Say whether a folded text holds every term.

    >>> matches(fold("北岸移动宽带网"), terms_of("宽带 岸移")), matches(fold("Broadband"), terms_of("band"))
    (True, False)
    """
    return all(term in folded for term in terms)


@lru_cache(maxsize=4_096)
def _unit(text: str) -> str:
    return _plain(text)


def _joins(character: str) -> bool:
    """Say whether a character may melt into the one before it."""
    return bool(
        unicodedata.combining(character)
        or unicodedata.category(character) in {"Mn", "Mc", "Cf"}
        or character in "ﾞﾟ"
        or "\u1160" <= character <= "\u11ff"
    )


def marked(text: str, terms: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, each with whether it is what a term found; together they are the text.

    >>> marked("建設５Ｇ基站，宽带", terms_of("5g基 带"))
    (('建設', False), ('５Ｇ基', True), ('站，宽', False), ('带', True))
    """
    form, source, ends = _mapped(text)
    hit = bytearray(len(text))
    for term in terms:
        at = form.find(term)
        while at >= 0:
            first = source[at] if term[0] != WORD_MARK else source[at + 1]
            last = ends[at + len(term) - 1]
            hit[first:last] = b"\x01" * (last - first)
            at = form.find(term, at + 1)
    pieces: list[tuple[str, bool]] = []
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or hit[place] != hit[begin]:
            pieces.append((text[begin:place], bool(hit[begin])))
            begin = place
    return tuple(pieces)


def _mapped(text: str) -> tuple[str, list[int], list[int]]:
    """Return the folded form of a text and, for each of its characters, where in the text it begins and ends."""
    plain, begins, ends = _unfolded(text)
    form: list[str] = []
    source: list[int] = []
    until: list[int] = []
    for run in _RUNS.finditer(plain.translate(_CLASSES)):
        kind, first, last = run[0][0], run.start(), run.end()
        if kind in "ws":
            marks = int(kind == "w")
            form.append(WORD_MARK * marks + plain[first:last])
            source += [begins[first]] * marks + begins[first:last]
            until += [begins[first]] * marks + ends[first:last]
        else:
            form.append("\n" if "n" in run[0] else " ")
            source.append(begins[first])
            until.append(ends[last - 1])
    return "".join(form), source, until


def _unfolded(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text folded unit by unit, with where each character comes from: a unit is a character and its marks."""
    plain: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    first = 0
    while first < len(text):
        last = first + 1
        while last < len(text) and _joins(text[last]):
            last += 1
        unit = _unit(text[first:last])
        plain.append(unit)
        begins += [first] * len(unit)
        ends += [last] * len(unit)
        first = last
    return "".join(plain), begins, ends
