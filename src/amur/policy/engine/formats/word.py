"""Word (.docx): paragraphs with the numbers that Word counts, rows of tables, headings; deletions are left out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]  # it brings no types

from amur.policy.engine.decoding import TextError
from amur.policy.engine.formats.extracted import Extracted
from amur.policy.engine.formats.word_numbers import Numbers

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_BYTES = 64 * 2**20
_GONE = {f"{_W}del", f"{_W}moveFrom"}
_OFF = {"0", "false", "off", "none"}
_DEEPEST_HEADING = 6
_NO_WORD = "found a ZIP file that is no Word document (.docx), or a damaged one; save its text again"
# A damaged package fails in many ways, which its library does not gather.
_DAMAGES = (
    zipfile.BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError, OSError, AttributeError,
    NotImplementedError, RuntimeError, EOFError, zlib.error,
)  # fmt: skip


def extract(content: bytes) -> Extracted:
    """Return the lines of a Word file.

    Raises:
        TextError: if it is another file in a ZIP, damaged, or so large when unpacked that it is no policy.
    """
    if (size := _unpacked(content)) > _MOST_BYTES:
        raise TextError(f"found a file of {size} bytes when unpacked; a policy is shorter than {_MOST_BYTES}")
    try:
        document = Document(io.BytesIO(content))
    except _DAMAGES:
        raise TextError(_NO_WORD) from None
    found = Extracted()
    _blocks(document.element.body, document, Numbers(document), found)
    return found


def _unpacked(content: bytes) -> int:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return sum(member.file_size for member in packed.infolist())
    except _DAMAGES:
        raise TextError(_NO_WORD) from None


def _blocks(parent: Any, document: Any, numbers: Numbers, found: Extracted) -> None:
    for element in parent:
        if element.tag == f"{_W}p":
            text = "".join(_words(element, found))
            label = numbers.label(element) if text.strip() else ""
            found.add(label + text.strip(), level=_level(element, document))
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                cells = [_cell(cell, document, numbers, found) for cell in row.iter(f"{_W}tc")]
                found.add(" | ".join(filter(None, cells)))
        elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            _blocks(element, document, numbers, found)


def _cell(cell: Any, document: Any, numbers: Numbers, found: Extracted) -> str:
    inner = Extracted()
    _blocks(cell, document, numbers, inner)
    found.struck += inner.struck
    return " ".join(inner.lines)


def _words(element: Any, found: Extracted) -> Iterator[str]:
    """Give what a reader sees of a paragraph; what is struck out or deleted is noted instead."""
    for child in element:
        if child.tag in _GONE:
            found.struck.append("".join(text.text or "" for text in child.iter(f"{_W}delText", f"{_W}t")))
        elif child.tag == f"{_W}r":
            said = "".join(_said(piece) for piece in child)
            if _is_on(child, "strike") or _is_on(child, "dstrike"):
                found.struck.append(said)
            elif not _is_on(child, "vanish"):
                yield said
        elif child.tag != f"{_W}pPr":
            yield from _words(child, found)


def _said(piece: Any) -> str:
    if piece.tag == f"{_W}t":
        return piece.text or ""
    return {f"{_W}tab": "  ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}.get(piece.tag, "")


def _is_on(run: Any, name: str) -> bool:
    found = run.find(f"{_W}rPr/{_W}{name}")
    return found is not None and found.get(f"{_W}val", "1") not in _OFF


def _level(paragraph: Any, document: Any) -> int:
    """Return which level of heading a paragraph is, by its style, or 0."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    for known in document.styles:
        if known.style_id == name:
            kind, _, level = known.name.rpartition(" ")
            if kind.lower() in {"heading", "标题"} and level.isdigit():
                return min(int(level), _DEEPEST_HEADING)
            return 1 if known.name.lower() == "title" else 0
    return 0
