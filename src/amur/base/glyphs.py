"""What the font of documents can draw. What it cannot, and what nobody sees, is written as its number: none is lost.

The font comes from a package and not from the machine, so a document looks the same wherever it is set.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

from noto_cjk_sans_otc import FONT_PATH

FOLDER = Path(str(FONT_PATH)).parent
"""Where the font lies."""

_HEADER, _TABLE = 12, 16
_WIDE = 12
"""The format of a table of characters that knows all of Unicode."""
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = str.maketrans({"\t": " ", "\u00a0": " ", "\u2028": "\n", "\u2029": "\n", "\r": "\n"})


def legible(text: str) -> str:
    r"""Return a text with each run of characters that cannot be drawn written as their numbers; line ends stay.

    >>> legible("备案 #import \"x\" \\ $")
    '备案 #import "x" \\ $'
    >>> legible("a😀\u202e\n中"), legible("سلام")
    ('a〔U+1F600 U+202E〕\n中', '〔U+0633 U+0644 U+0627 U+0645〕')
    """
    written: list[str] = []
    lost: list[str] = []
    known = drawable()
    for one in text.replace("\r\n", "\n").translate(_SPACES):
        if one == "\n" or (ord(one) in known and unicodedata.category(one) not in _UNSEEN):
            written += _numbers(lost)
            written.append(one)
            lost = []
        else:
            lost.append(one)
    return "".join(written + _numbers(lost))


def _numbers(lost: list[str]) -> list[str]:
    return [f"〔{' '.join(f'U+{ord(one):04X}' for one in lost)}〕"] if lost else []


@cache
def drawable() -> frozenset[int]:
    """Return the characters that the font has a shape for: those of its table of characters."""
    held = Path(str(FONT_PATH)).read_bytes()
    start = struct.unpack_from(">I", held, _HEADER)[0]
    count = struct.unpack_from(">H", held, start + 4)[0]
    tables = (struct.unpack_from(">4sIII", held, start + _HEADER + place * _TABLE) for place in range(count))
    characters = next(offset for tag, _, offset, _ in tables if tag == b"cmap")
    subtables = struct.unpack_from(">H", held, characters + 2)[0]
    offsets = {struct.unpack_from(">HHI", held, characters + 4 + place * 8)[2] for place in range(subtables)}
    whole = next(characters + one for one in offsets if struct.unpack_from(">H", held, characters + one)[0] == _WIDE)
    groups = struct.unpack_from(">I", held, whole + 12)[0]
    spans = (struct.unpack_from(">II", held, whole + 16 + place * 12) for place in range(groups))
    return frozenset(one for first, last in spans for one in range(first, last + 1))
