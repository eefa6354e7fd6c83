"""The text of a file, whatever encoding an office saved it in, as UTF-8."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from amur.base.faults import AmurError

MOST_BYTES = 2**29
"""How many bytes a file has at most, unpacked: half a gigabyte is some five million rows."""
_BLOCK = 2**24
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def text_of(path: Path) -> bytes:
    """Return the text of a file as UTF-8, ended by a new line; a file whose name ends with .gz is unpacked.

    It may be in UTF-8 with or without a mark, in UTF-16 with its mark, or in GB 18030, of which GBK and GB 2312 are
    parts.

    Raises:
        AmurError: if it cannot be read, is larger than ``MOST_BYTES``, empty, or in another encoding.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise AmurError(
            "unreadable_table", f"{path.name}: {error}; say where the file lies, or fetch it again"
        ) from None
    return utf_8(path.name, content)


def utf_8(name: str, content: bytes) -> bytes:
    r"""Return what a file holds as UTF-8, ended by a new line; ``name`` names it in errors.

    Raises:
        AmurError: as for ``text_of``.

    >>> utf_8("a.csv", "户数".encode("gb18030")).decode()
    '户数\n'
    """
    if len(content) > MOST_BYTES:
        raise AmurError("huge_table", f"{name}: it holds more than {MOST_BYTES} bytes; split it by region")
    if content.startswith(_UTF_16):
        content = _decoded(name, content, "utf-16", "are no UTF-16, with whose mark it begins")
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        raise AmurError("empty_table", f"{name}: found nothing, wanted a row of headers and rows below")
    if (at := content.find(b"\0")) >= 0:
        raise AmurError("no_text", f"{name}: found a zero byte at {at}; save it as CSV in UTF-8")
    content = content if content.endswith(b"\n") else content + b"\n"
    return content if _is_utf_8(content) else _decoded(name, content, "gb18030", "are neither UTF-8 nor GB 18030")


def _decoded(name: str, content: bytes, encoding: str, said: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise AmurError(
            "unknown_encoding", f"{name}: found bytes at {at} that {said}; save it as CSV in UTF-8"
        ) from None


def _is_utf_8(content: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for at in range(0, len(content), _BLOCK):
            decoder.decode(content[at : at + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
