"""The lines of a stream, of which no more than one is ever held, however long a file or a line is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from amur.detection.events import Quarantined

LONGEST = 16 * 2**20
"""How many bytes a line has at most; a longer one is set aside."""

_BLOCK = 2**20
Line = tuple[int, int, bytes]
"""The number of a line from 1, where it begins, and its bytes without the end of the line."""


def lines_of(
    stream: BinaryIO, source: str, longest: int = LONGEST, passed: tuple[int, int] = (0, 0)
) -> Iterator[Line | Quarantined]:
    r"""Yield each line that is not blank; one that is too long is set aside and the rest goes on.

    ``passed`` is how many lines and bytes of the stream were read before.

    >>> import io
    >>> list(lines_of(io.BytesIO(b"a\r\n\nb"), "x"))
    [(1, 0, b'a'), (3, 4, b'b')]
    """
    (position, offset), begun, too_long = passed, b"", 0
    while block := stream.read(_BLOCK):
        *whole, rest = block.split(b"\n")
        for line in whole:
            position += 1
            full = begun + line if begun else line
            length = too_long + len(full)
            if length > longest:
                yield Quarantined(source, position, offset, "too_long", f"a line of {length} bytes; {longest} are read")
            elif full.strip():
                yield position, offset, full.rstrip(b"\r")
            offset += length + 1
            begun, too_long = b"", 0
        begun += rest
        if too_long or len(begun) > longest:
            too_long, begun = too_long + len(begun), b""
    if too_long:
        yield Quarantined(
            source, position + 1, offset, "too_long", f"a line of {too_long + len(begun)} bytes; {longest} are read"
        )
    elif begun.strip():
        yield position + 1, offset, begun.rstrip(b"\r")
