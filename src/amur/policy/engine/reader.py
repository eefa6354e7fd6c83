"""The reader: from lines with markers to parts and clauses, whatever the document uses for them.

Which markers make parts and which make clauses is decided from the text itself: an article is always a clause; else
the outermost kind of marker makes the parts and the next one the clauses; a text with one kind has clauses only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from amur.policy.engine.decoding import decode
from amur.policy.engine.details import bodies_in, dates_in
from amur.policy.engine.document import Clause, Item, Part, ReadDocument
from amur.policy.engine.front import read_front, without_tail
from amur.policy.engine.markers import Line, Rank, line_of

_LONGEST_TITLE = 60
_LONGEST_INLINE_TITLE = 40
_LATIN_TITLE = 120
_MOST_WARNINGS = 20
_ENDS = ("。", "；", ";", "：", ":", "，", ".", "！", "？")
_BRACKETED = re.compile(r"^[【\[](?P<title>[^】\]]{1,40})[】\]][\s\u3000]*")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which markers make what in this document; the rest of the markers make items."""

    part: frozenset[Rank]
    clause: Rank | None
    silent: frozenset[Rank] = frozenset()


def read_text(content: bytes) -> ReadDocument:
    r"""Read an official text.

    Raises:
        TextError: if the bytes are no text. An unknown shape is no error: it gives a tree with a warning.

    >>> read = read_text("一、总则\n1.目的。让人人可用。\n2.范围\n全岛。\n二、附则\n3.施行\n今日起。".encode())
    >>> [part.title for part in read.parts]
    ['总则', '附则']
    >>> [(clause.number, clause.title, clause.paragraphs) for clause in read.clauses]
    [(1, '目的', ['让人人可用。']), (2, '范围', ['全岛。']), (3, '施行', ['今日起。'])]
    """
    text = decode(content)
    document = ReadDocument(text)
    lines = [line for raw in text.split("\n") if (line := line_of(raw)).text]
    begin = next((place for place, line in enumerate(lines) if line.rank is not None), None)
    if begin is None:
        _read_unnumbered(lines, document)
        return document
    read_front(lines[:begin], document)
    body = without_tail(lines[begin:], document)
    _build(body, shape_of(body), document)
    document.parts = _without_contents(document.parts)
    for clause in document.clauses:
        passages = [clause.title, *clause.paragraphs, *(item.text for item in clause.items)]
        clause.bodies = list(dict.fromkeys(name for text in passages for name in bodies_in(text)))
        clause.dates = list(dict.fromkeys(day for text in passages for day in dates_in(text)))
    document.warnings += _gaps(document)
    if not document.title:
        document.warnings.append("found no title before the first numbered line")
    return document


def shape_of(lines: list[Line]) -> Shape:
    """Decide which markers make parts and which make clauses.

    >>> shape = shape_of([line_of(text) for text in ("第一章 总则", "第一条 甲。", "（一）乙；")])
    >>> sorted(rank.name for rank in shape.part), shape.clause.name
    (['CHAPTER'], 'ARTICLE')
    """
    used = sorted({line.rank for line in lines if line.rank is not None})
    if Rank.ARTICLE in used:
        above = [rank for rank in (Rank.CHAPTER, Rank.BOOK, Rank.SECTION) if rank in used]
        return Shape(frozenset(above[:1]), Rank.ARTICLE, frozenset(above[1:]))
    if len(used) == 1 or not _is_divided(lines, used[0], used[1]):
        return Shape(frozenset(), used[0])
    return Shape(frozenset(used[:1]), used[1])


def _is_divided(lines: list[Line], outer: Rank, inner: Rank) -> bool:
    """Say whether at least half of the outer sections hold inner ones; a list in one clause makes no clauses."""
    sections, divided, fresh = 0, 0, False
    for line in lines:
        if line.rank == outer:
            sections, fresh = sections + 1, True
        elif line.rank == inner and fresh:
            divided, fresh = divided + 1, False
    return divided * 2 >= sections


def _read_unnumbered(lines: list[Line], document: ReadDocument) -> None:
    read_front(lines, document)
    paragraphs, document.preamble = document.preamble, []
    document.parts = [Part(None, clauses=[Clause(None, paragraphs=paragraphs)])]
    document.warnings.append(
        "found no numbered parts or clauses; the whole text is kept as one clause without a number"
    )


def _build(lines: list[Line], shape: Shape, document: ReadDocument) -> None:
    """Put each line where it belongs."""
    for place, line in enumerate(lines):
        plain_follows = place + 1 < len(lines) and lines[place + 1].rank is None
        if line.rank in shape.part:
            document.parts.append(_part(line))
        elif line.rank == shape.clause:
            _last_part(document).clauses.append(_clause(line, plain_follows=plain_follows))
        elif line.rank in shape.silent:
            continue
        elif line.rank is not None:
            _last_clause(document).items.append(Item(line.label, line.rest))
        else:
            _add_paragraph(_last_clause(document), line.text)


def _part(line: Line) -> Part:
    title, paragraph = split_title(line.rest, plain_follows=True)
    part = Part(line.number, line.label, title)
    if paragraph:
        part.clauses.append(Clause(None, paragraphs=[paragraph]))
    return part


def _clause(line: Line, *, plain_follows: bool) -> Clause:
    if line.rank is Rank.ARTICLE:
        title, paragraph = split_article_title(line.rest, plain_follows=plain_follows)
    else:
        title, paragraph = split_title(line.rest, plain_follows=plain_follows)
    return Clause(line.number, line.label, title, [paragraph] if paragraph else [])


def _add_paragraph(clause: Clause, text: str) -> None:
    if clause.items and not clause.items[-1].text.endswith(_ENDS):
        last = clause.items.pop()
        clause.items.append(Item(last.label, f"{last.text}\n{text}".strip()))
        return
    clause.paragraphs.append(text)


def _last_part(document: ReadDocument) -> Part:
    if not document.parts:
        document.parts.append(Part(None))
    return document.parts[-1]


def _last_clause(document: ReadDocument) -> Clause:
    part = _last_part(document)
    if not part.clauses:
        part.clauses.append(Clause(None))
    return part.clauses[-1]


def split_title(rest: str, *, plain_follows: bool) -> tuple[str, str]:
    """Divide what follows a marker into a title and the paragraph that begins on the same line.

    >>> split_title("目的。让人人可用。", plain_follows=False)
    ('目的', '让人人可用。')
    >>> split_title("加快建设", plain_follows=True), split_title("加快建设。", plain_follows=False)
    (('加快建设', ''), ('', '加快建设。'))
    """
    stop = rest.find("。")
    if stop < 0:
        longest = _LATIN_TITLE if rest.isascii() else _LONGEST_TITLE
        is_title = len(rest) <= longest and not rest.endswith(("：", ":", "；", ";"))
        return (rest, "") if is_title else ("", rest)
    if stop > _LONGEST_INLINE_TITLE or (stop == len(rest) - 1 and not plain_follows):
        return "", rest
    return rest[:stop], rest[stop + 1 :].strip(" \u3000")


def split_article_title(rest: str, *, plain_follows: bool) -> tuple[str, str]:
    """Do the same for an article, which mostly has no title: only in brackets, or on a line of its own.

    >>> split_article_title("【目的】为了公众。", plain_follows=False)
    ('目的', '为了公众。')
    >>> split_article_title("为了公众。", plain_follows=True)
    ('', '为了公众。')
    """
    if found := _BRACKETED.match(rest):
        return found["title"], rest[found.end() :]
    if plain_follows and len(rest) <= _LONGEST_INLINE_TITLE and not rest.endswith(_ENDS):
        return rest, ""
    return "", rest


def _without_contents(parts: list[Part]) -> list[Part]:
    """Drop the lines of a table of contents: parts without clauses that come again with theirs."""
    filled = {part.number for part in parts if part.clauses}
    return [part for part in parts if part.clauses or part.number not in filled]


def _gaps(document: ReadDocument) -> list[str]:
    """Return a warning for each number that is neither the next one nor a new beginning."""
    found: list[str] = []
    for what, numbers in (
        ("part", [part.number for part in document.parts]),
        ("clause", [clause.number for clause in document.clauses]),
    ):
        before = 0
        for number in numbers:
            if number is not None and number not in {before + 1, 1}:
                found.append(f"{what} {number} follows {what} {before}; look whether one was missed")
            before = number or before
    return found[:_MOST_WARNINGS]
