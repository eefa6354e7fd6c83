"""What a report is put together from, and the report as bytes.

Every text is data: whatever stands in it is printed as it is. Texts are in the language of the report already; see
`words` for those that reports share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from amur.methods.printing.setting import pdf
from amur.methods.printing.words import Language, day_of, language_of, say

_HERE = timezone(timedelta(hours=8))
"""Days in reports are those of China."""
SHORT_HASH = 12
_LONGEST_HEAD = 500
"""What names a part of a file, or says what a drawing shows, may not be much longer than this in an archived PDF."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a part of a report; of the first level, or of the second."""

    text: str
    level: Literal[1, 2] = 1
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; the second voice is smaller and greyer: a remark on what stands above."""

    text: str
    second_voice: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Sentences in a box: hatched where something is simulated."""

    title: str
    lines: Sequence[str]
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what is said of them, one under the other."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are shares of the page's width, ``numbers`` the columns that are aligned right."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    widths: Sequence[float] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what stands under it, and what it shows in words for who does not see it."""

    svg: str
    caption: str
    alt: str
    width: float = 1.0


Block = Heading | Paragraph | Note | Facts | Table | Figure


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is called, in which language, what it consists of, and what it was made from.

    ``made_at`` is when the results were made, ``fingerprint`` what they are known by (a SHA-256 in hexadecimal; see
    `manifests.fingerprint_of`), ``simulated`` what in them is made up: that is told on the first page.
    """

    title: str
    blocks: Sequence[Block]
    language: Language = "zh"
    subtitle: str = ""
    simulated: Sequence[str] = ()
    made_at: datetime | None = None
    fingerprint: str = ""


def bytes_of(report: Report) -> bytes:
    """Return a report as PDF; the same report gives the same bytes.

    >>> bytes_of(Report("覆盖", [Paragraph("#eval(1)")]))[:5]
    b'%PDF-'

    Raises:
        AmurError: if its language is not one of those that reports are written in.
    """
    language = language_of(report.language)
    short = report.fingerprint[:SHORT_HASH]
    data = {
        "lang": language,
        "title": _cut(report.title) or say("untitled", language),
        "subtitle": report.subtitle,
        "simulated_title": say("simulated_title", language),
        "simulated": [*report.simulated],
        "day": [say("made_on", language), day] if (day := _day(report, language)) else None,
        "hash": report.fingerprint,
        "hash_name": say("fingerprint", language),
        "page": say("page", language),
        "foot": say("foot_hash", language, hash=short) if short else "",
        "blocks": [_data(part) for one in (*_rest(report.title), *report.blocks) for part in _parts(one)],
    }
    return pdf(data, made_at=report.made_at)


def _rest(said: str) -> list[Block]:
    """Return a whole text that is too long for a head, to be read below it."""
    return [Paragraph(said)] if len(said) > _LONGEST_HEAD else []


def _cut(said: str) -> str:
    return said if len(said) <= _LONGEST_HEAD else f"{said[:_LONGEST_HEAD]}…"


def _day(report: Report, language: Language) -> str:
    return day_of(report.made_at.astimezone(_HERE).date(), language) if report.made_at else ""


def _parts(block: Block) -> list[Block]:
    """Return a block in parts: what is too long for a heading follows it whole."""
    return [block, *_rest(block.text)] if isinstance(block, Heading) else [block]


def _data(block: Block) -> dict[str, Any]:
    """Return a block as the sheet takes it."""
    match block:
        case Heading():
            return {"kind": "heading", "text": _cut(block.text), "level": block.level, "new_page": block.new_page}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text, "second": block.second_voice}
        case Note():
            return {"kind": "note", "title": block.title, "lines": [*block.lines], "simulated": block.simulated}
        case Facts():
            return {"kind": "facts", "rows": [[*row] for row in block.rows]}
        case Figure():
            return {
                "kind": "figure",
                "svg": block.svg,
                "caption": block.caption,
                "alt": _cut(block.alt or block.caption or "—"),
                "width": block.width,
            }
        case Table():
            return {
                "kind": "table",
                "cells": [[*block.head], *([*row] for row in block.rows)],
                "numbers": sorted(block.numbers),
                "widths": [*block.widths],
                "caption": block.caption,
            }
