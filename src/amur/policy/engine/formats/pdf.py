"""PDF with text in it: lines are put together to paragraphs by where they begin and end; page numbers are left out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from statistics import median

import pypdfium2  # type: ignore[import-untyped]  # it brings no types

from amur.policy.engine.decoding import TextError
from amur.policy.engine.formats.extracted import Extracted
from amur.policy.engine.formats.plain import join
from amur.policy.engine.markers import line_of

_MOST_PAGES = 1_000
_PAGE_NUMBER = re.compile(
    r"[\s—–\-·•]*(?:第\s*)?[0-9]{1,4}(?:\s*页|\s*/\s*[0-9]{1,4}|\s+of\s+[0-9]{1,4})?[\s—–\-·•]*", re.IGNORECASE
)
_BESIDE_FIGURES = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")
_REPEATED = 3
_EDGE = 2
_RARE = 10
_INDENT = 0.9
_SHORT = 2.5
_GAP = 1.7


@dataclass(slots=True)
class _Printed:
    """A line on a page: where it begins and ends, its base line and its height, in points."""

    left: float
    right: float
    bottom: float
    height: float
    text: str


def extract(content: bytes) -> Extracted:
    """Return the paragraphs of a PDF.

    Raises:
        TextError: if it is damaged, locked or very long, or if its pages are pictures.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise TextError(f"found a PDF file that cannot be opened ({error}); save its text as a .txt file") from None
    try:
        if len(document) > _MOST_PAGES:
            raise TextError(f"found a PDF file of {len(document)} pages; a policy has at most {_MOST_PAGES}")
        pages = [_lines(page) for page in document]
    except pypdfium2.PdfiumError as error:
        raise TextError(f"found a page that cannot be read ({error}); save its text as a .txt file") from None
    finally:
        document.close()
    if not any(pages):
        raise TextError(
            "found a PDF file whose pages are pictures; have its text recognised and save it as a .txt file"
        )
    found = Extracted()
    for paragraph in paragraphs(without_running(pages)):
        found.add(paragraph)
    return found


def _lines(page: pypdfium2.PdfPage) -> list[_Printed]:
    """Return the lines of a page from the top."""
    text = page.get_textpage()
    lines, place = [], 0
    for raw in text.get_text_range().split("\r\n"):
        said = raw.strip()
        if said:
            first = place + len(raw) - len(raw.lstrip())
            left, bottom, right, top = _box(text, first, first + len(said))
            lines.append(_Printed(left, right, bottom, max(top - bottom, 1.0), _tidy(said)))
        place += len(raw) + len("\r\n")
    text.close()
    return lines


def _box(text: pypdfium2.PdfTextPage, first: int, end: int) -> tuple[float, float, float, float]:
    """Return the box around some characters; a sign is as high as its font, so that a comma is as high as a letter."""
    last = text.count_chars() - 1
    boxes = [text.get_charbox(min(place, last), loose=True) for place in (first, (first + end) // 2, end - 1)]
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _tidy(said: str) -> str:
    """Return a line without what only its setting needs, such as the space beside a figure in Chinese."""
    return _BESIDE_FIGURES.sub("", said.replace("\ufffe", "-").replace("\x02", "-"))


def without_running(pages: list[list[_Printed]]) -> list[list[_Printed]]:
    """Return the pages without their numbers and without the lines that stand at the edge of many of them."""
    times = Counter(line.text.strip() for lines in pages for line in _edge(lines))
    often = max(_REPEATED, len(pages) // 2)
    return [[line for line in lines if not (line in _edge(lines) and _runs(line, times, often))] for lines in pages]


def _edge(lines: list[_Printed]) -> list[_Printed]:
    """Return the first and the last lines of a page."""
    return lines if len(lines) <= 2 * _EDGE else lines[:_EDGE] + lines[-_EDGE:]


def _runs(line: _Printed, times: Counter[str], often: int) -> bool:
    return times[line.text.strip()] >= often or _PAGE_NUMBER.fullmatch(line.text) is not None


def paragraphs(pages: list[list[_Printed]]) -> list[str]:
    """Return the paragraphs of all pages; one that goes on over a page is one."""
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    height = median(line.height for line in lines)
    begins = Counter(round(line.left / height * 2) for line in lines)
    left = min(place for place, times in begins.items() if times * _RARE >= len(lines)) * height / 2
    right = sorted(line.right for line in lines)[int(len(lines) * 0.9)]
    found: list[str] = []
    before: _Printed | None = None
    for line in lines:
        if before is not None and not _begins(line, before, left, right, height):
            found[-1] = join(found[-1].rstrip(), line.text.strip())
        else:
            found.append(line.text.strip())
        before = line
    return found


def _begins(line: _Printed, before: _Printed, left: float, right: float, height: float) -> bool:
    """Say whether a line begins a paragraph: by its indent, its number, or because the one before ended early."""
    if line_of(line.text).rank is not None or abs(line.height - before.height) > height * 0.35:
        return True
    if line.left > left + height * _INDENT or before.right < right - height * _SHORT:
        return True
    gap = before.bottom - line.bottom
    return gap > height * _GAP * 1.6
