"""What a received file is, by its content. Its name and what the browser says about it count for nothing."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
CSV = "text/csv"
KNOWN = (PDF, PNG, JPEG, DOCX, XLSX, TEXT, CSV)
"""Every media type that can be recognised, and so the only ones that a form can accept."""

_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ZIP = b"PK\x03\x04"
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))
_MOST_PARTS = 10_000
_BINARY = (frozenset(range(32)) | {127}) - frozenset(b"\t\n\r\f")
_CHUNK = 2**16


def media_type(stream: BinaryIO) -> str:
    r"""Return the media type of a file, or an empty text where it is none of ``KNOWN``.

    A text is one in UTF-8 or GB 18030 without control characters; whether it is a table is for the form to say, so
    ``text/plain`` stands for both.

    >>> media_type(io.BytesIO(b"%PDF-1.7 ...")), media_type(io.BytesIO("备案".encode("gb18030")))
    ('application/pdf', 'text/plain')
    >>> media_type(io.BytesIO(b"MZ\x90\x00"))
    ''
    """
    stream.seek(0)
    start = stream.read(8)
    for magic, found in _MAGIC:
        if start.startswith(magic):
            return found
    if start.startswith(_ZIP):
        return _office_document(stream)
    return TEXT if start and _is_text(stream) else ""


def accepts(accepted: tuple[str, ...], found: str) -> bool:
    """Say whether a form accepts what was found.

    >>> accepts(("text/csv",), "text/plain"), accepts(("application/pdf",), "text/plain")
    (True, False)
    """
    return found in accepted or (found == TEXT and CSV in accepted)


def _office_document(stream: BinaryIO) -> str:
    """Return which office document a zip is; an archive that is none, is broken or holds macros is not accepted."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return ""
    has_macros = any(name.endswith("vbaProject.bin") for name in names)
    if "[Content_Types].xml" not in names or len(names) > _MOST_PARTS or has_macros:
        return ""
    return next((found for part, found in _PARTS if part in names), "")


def _is_text(stream: BinaryIO) -> bool:
    return any(_decodes(stream, encoding) for encoding in ("utf-8-sig", "gb18030"))


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    reader = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        while piece := reader.read(_CHUNK):
            if any(ord(character) in _BINARY for character in piece):
                return False
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
    return True
