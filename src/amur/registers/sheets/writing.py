"""Rows as CSV that spreadsheets open without harm, and that is read back as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
"""The mark by which spreadsheets know UTF-8, and with it Chinese."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before what it would take for one.

    >>> guarded("=1+1"), guarded("'=1"), guarded("'s")
    ("'=1+1", "''=1", "'s")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded.

    >>> [unguarded(guarded(text)) for text in ("=1+1", "'=1", "'s", "-3")]
    ['=1+1', "'=1", "'s", '-3']
    """
    return text[1:] if _GUARDED.match(text) else text


def write_csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    r"""Yield rows as CSV by RFC 4180, in UTF-8 with its mark, some kilobytes at a time.

    >>> b"".join(write_csv([["a", "灯"], ["1", "=2"]])).decode()
    "\ufeffa,灯\r\n1,'=2\r\n"
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    text.write(BOM)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        if text.tell() > _BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


_BLOCK = 32_768
