"""The reader: from a file to parts and clauses, whatever markers the text uses for them."""

from __future__ import annotations

import re

from amur.policy.engine.building import build
from amur.policy.engine.details import bodies_in, dates_in
from amur.policy.engine.document import Clause, Part, ReadDocument
from amur.policy.engine.formats import extract
from amur.policy.engine.front import divided_notice, read_front, without_contents, without_tail
from amur.policy.engine.markers import Line, in_order, line_of, named
from amur.policy.engine.shaping import Shape, by_headings, shape_of

_MOST_WARNINGS = 20
_TAIL = 100
_INSERTED = re.compile(r"[0-9][A-Za-z]|[-–－][0-9]+\s*[条條]|[条條]之")
_IN_CONTENTS = re.compile(r"(?:(?:\.\s?){4,}|…{2,}|·{4,})[\s\u3000]*[0-9ivx]{1,4}$")


def read_text(content: bytes) -> ReadDocument:
    r"""Read an official text: plain text, HTML, Word or PDF.

    Raises:
        TextError: if the bytes are no text. An unknown shape is no error: it gives a tree with a warning.

    >>> read = read_text("一、总则\n1.目的。让人人可用。\n2.范围\n全岛。\n二、附则\n3.施行\n今日起。".encode())
    >>> [part.title for part in read.parts]
    ['总则', '附则']
    >>> [(clause.number, clause.title, clause.paragraphs) for clause in read.clauses]
    [(1, '目的', ['让人人可用。']), (2, '范围', ['全岛。']), (3, '施行', ['今日起。'])]
    """
    found = extract(content)
    document = ReadDocument(found.text, warnings=found.warnings())
    lines = [line_of(raw, found.headings.get(place, 0)) for place, raw in enumerate(found.lines)]
    lines = without_contents([line for line in lines if line.text and not _IN_CONTENTS.search(line.text[-_TAIL:])])
    lines = named(in_order(lines))
    notice, lines = divided_notice(lines)
    shape = shape_of(lines)
    if shape.clause is None and any(line.level for line in lines[1:]):
        lines = by_headings(lines)
        shape = shape_of(lines)
        if shape.clause is not None:
            document.warnings.append("found headings without numbers; they are numbered in their order")
    if shape.clause is None:
        _read_unnumbered(notice + lines, document)
        return document
    _read_numbered(notice, lines, shape, document)
    return document


def _read_numbered(notice: list[Line], lines: list[Line], shape: Shape, document: ReadDocument) -> None:
    begin = _beginning(lines, shape)
    read_front(notice + lines[:begin], document)
    build(without_tail(lines[begin:], document), shape, document)
    document.parts = _without_contents(document.parts)
    for clause in document.clauses:
        passages = [clause.title, *clause.paragraphs, *(item.text for item in clause.items)]
        clause.bodies = list(dict.fromkeys(name for text in passages for name in bodies_in(text)))
        clause.dates = list(dict.fromkeys(day for text in passages for day in dates_in(text)))
    document.warnings += _gaps(document)
    if not document.title:
        document.warnings.append("found no title before the first numbered line")


def _beginning(lines: list[Line], shape: Shape) -> int:
    """Return where the first part or clause begins, with the headings right above it that are not the title."""
    begin = next(place for place, line in enumerate(lines) if shape.begins(line))
    title = next((place for place, line in enumerate(lines) if line.level), begin)
    while not shape.part and begin - 1 > title and lines[begin - 1].level and lines[begin - 1].rank is None:
        begin -= 1
    return begin


def _read_unnumbered(lines: list[Line], document: ReadDocument) -> None:
    read_front(lines, document)
    paragraphs, document.preamble = document.preamble, []
    document.parts = [Part(None, clauses=[Clause(None, paragraphs=paragraphs)])]
    document.warnings.append(
        "found no numbered parts or clauses; the whole text is kept as one clause without a number"
    )


def _without_contents(parts: list[Part]) -> list[Part]:
    """Drop the lines of a table of contents: parts without clauses that come again with theirs."""
    filled = {part.number for part in parts if part.clauses}
    return [part for part in parts if part.clauses or part.number not in filled]


def _gaps(document: ReadDocument) -> list[str]:
    """Return a warning for each number that is neither the next one nor a new beginning."""
    found: list[str] = []
    for what, numbers in (
        ("part", [(part.number, part.label) for part in document.parts]),
        ("clause", [(clause.number, clause.label) for clause in document.clauses]),
    ):
        before = 0
        for number, label in numbers:
            inserted = number == before and _INSERTED.search(label)
            if number is not None and number not in {before + 1, 1} and not inserted:
                found.append(f"{what} {number} follows {what} {before}; look whether one was missed")
            before = number or before
    return found[:_MOST_WARNINGS]
