"""Text that is not UTF-8: GB 18030 with Chinese in it, or Windows-1252, told by what a file begins with.

Where the beginning speaks for neither, nothing is changed, and whatever is no UTF-8 is told or replaced as it comes.
Line by line, what is UTF-8 stays as it is, what is of the encoding found is written as UTF-8, and the rest stays.
"""

from __future__ import annotations

import io
import re
from typing import Any, BinaryIO, cast

GB, LATIN = "gb18030", "cp1252"

_BLOCK = 2**20
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_COMMON = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
"""A sign of the first Chinese standard; text of other encodings rarely has two such bytes together."""
_OTHER = re.compile(rb"[\x80-\xff]+")
_LETTER = re.compile(
    rb"(?:^|(?<=[A-Za-z ,.;:!?\"'(]))[\x91-\x97\xc0-\xd6\xd8-\xf6\xf8-\xff](?=[A-Za-z ,.;:!?\"')\r]|$)", re.MULTILINE
)
"""A letter of Western Europe among letters: no two of them stand together often."""
_LONG = re.compile(rb"[\xe0-\xf4]")
"""What begins a sign of Chinese in UTF-8; a word or two of GB 18030 may look like UTF-8 without it."""
_SAFE = re.compile(rb"[ -/:-?][^ -/:-?]*\Z")
"""The last byte behind which text of any of these encodings may be cut, and what follows it."""
_MOST, _FEW = 0.8, 2


def encoding_of(head: bytes) -> str:
    r"""Return in which encoding the beginning of a file is; an empty text where it is UTF-8 or nobody can say.

    >>> encoding_of("登录 失败".encode("gb18030")), encoding_of("échec réseau à midi".encode("cp1252"))
    ('gb18030', 'cp1252')
    >>> encoding_of("登录".encode()), encoding_of(b"a\xff\xfe"), encoding_of(b"\x7fELF\xc0\xc0")
    ('', '', '')
    """
    whole = head[: max(head.rfind(b"\n") + 1, _cut(head))]
    if whole.isascii() or _CONTROL.search(whole):
        return ""
    odd = [line for line in whole.split(b"\n") if not _is(line, "utf-8")]
    if not odd:
        return ""
    joined = b"\n".join(odd)
    high = sum(map(len, _OTHER.findall(joined)))
    readable = [line for line in odd if _is(line, GB)]
    common = 2 * sum(map(len, (_COMMON.findall(line) for line in readable)))
    if common >= 2 * _FEW and common >= _MOST * high:
        return GB
    letters = len(_LETTER.findall(joined))
    return LATIN if letters >= _FEW and letters >= _MOST * high and _is(joined, LATIN) else ""


def as_utf8(stream: BinaryIO, encoding: str) -> BinaryIO:
    r"""Return a stream of some encoding as one of UTF-8.

    >>> as_utf8(io.BytesIO("甲".encode() + b"\n" + "乙".encode("gb18030")), "gb18030").read().decode().split()
    ['甲', '乙']
    """
    return cast("BinaryIO", io.BufferedReader(_Written(stream, encoding), _BLOCK))


class _Written(io.RawIOBase):
    """A stream as UTF-8, line by line; a line over two blocks is read piece by piece as what the file is."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        """Begin to read."""
        self._stream, self._encoding = stream, encoding
        self._rest, self._ready, self._is_over = b"", b"", False

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Read some bytes."""
        while not self._ready and not self._is_over:
            self._take(self._stream.read(_BLOCK))
        found, self._ready = self._ready[: len(into)], self._ready[len(into) :]
        into[: len(found)] = found
        return len(found)

    def _take(self, block: bytes) -> None:
        held = self._rest + block
        end = held.rfind(b"\n") + 1
        if not block:
            end, self._is_over = len(held), True
        elif not end and len(held) > 2 * _BLOCK:
            end = _cut(held)
        whole, self._rest = held[:end], held[end:]
        self._ready = whole if whole.isascii() else b"\n".join(map(self._line, whole.split(b"\n")))

    def _line(self, line: bytes) -> bytes:
        if line.isascii() or ((self._encoding != GB or _LONG.search(line)) and _is(line, "utf-8")):
            return line
        try:
            return line.decode(self._encoding).encode()
        except UnicodeDecodeError:
            return line


def _cut(held: bytes) -> int:
    """Return where text can be cut so that no sign of it is: behind the last that is in no other."""
    far = max(len(held) - _BLOCK, 0)
    found = _SAFE.search(held, far)
    return found.start() + 1 if found else len(held)


def _is(text: bytes, encoding: str) -> bool:
    try:
        text.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
