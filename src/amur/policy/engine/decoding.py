"""Bytes to characters: UTF-8, UTF-16, GB18030 and Big5, and a clear word where the bytes are no text."""

from __future__ import annotations

import codecs

from amur.base.faults import AmurError

LONGEST_BYTES = 4 * 2**20
"""No policy is longer than this; what is longer is another kind of file."""

_CONTAINERS = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF file"),
)
_JUDGED = 40_000
_MOST_CONTROLS = 0.01
_FEWEST_LETTERS = 0.5


class TextError(AmurError):
    """Bytes that cannot be read as a text; the message says what was found and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("unreadable_text", message)


def decode(content: bytes, *, declared: str = "") -> str:
    r"""Return the characters of a text, with plain line ends and without a byte order mark.

    ``declared`` is the encoding that the text says it has; it is believed where the bytes fit it.

    Raises:
        TextError: if there is nothing or no text in the bytes.

    >>> decode("一、总则".encode("gb18030")) == decode("一、总则".encode("utf-16")) == "一、总则"
    True
    >>> decode("第一條 為了島上的燈".encode("big5"))
    '第一條 為了島上的燈'
    >>> decode(b"{\\rtf1")
    Traceback (most recent call last):
    ...
    amur.policy.engine.decoding.TextError: found an RTF file; save its text as a .txt file and import that
    """
    for magic, what in _CONTAINERS:
        if content.startswith(magic):
            raise TextError(f"found {what}; save its text as a .txt file and import that")
    text = _by_mark(content)
    if text is None:
        text = _as_declared(content, declared) or _by_trial(content)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    if not text.strip():
        raise TextError("found an empty text; choose the file that holds the policy")
    if not _looks_like_text(text):
        raise TextError("found bytes that are no text; save the text as UTF-8 and import that")
    return text


def _by_mark(content: bytes) -> str | None:
    """Decode by the byte order mark, if there is one."""
    marks = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, encoding in marks:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise TextError(
                    f"found a byte that is no {encoding.upper()} at place {error.start}; save the text as UTF-8"
                ) from None
    return None


def _as_declared(content: bytes, declared: str) -> str | None:
    """Decode as the text itself says, where that is an encoding and the bytes fit it."""
    # Pages that say GB2312 use the signs of its successors.
    name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950"}.get(declared.lower(), declared)
    if not name:
        return None
    try:
        text = content.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None
    return text if _looks_like_text(text) else None


def _by_trial(content: bytes) -> str:
    """Decode as the first encoding that fits without a doubt; of two that fit, the one whose signs are common."""
    zeros = content.count(0)
    order = ["utf-16-le", "utf-16-be"] if zeros else ["utf-8", *_east_asian(content), "utf-16-le", "utf-16-be"]
    for encoding in order:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or _looks_like_text(text):
            return text
    raise TextError(
        "found bytes that are neither UTF-8, UTF-16, GB18030 nor Big5; save the text as UTF-8 and import that"
    )


def _east_asian(content: bytes) -> list[str]:
    """Return the Chinese encodings, the likelier first: each keeps everyday characters in rows of their own."""
    sample = content[:_JUDGED]
    simplified = _everyday(sample, ((0xA1, 0xA3), (0xB0, 0xD7)), first_tail=0xA1)
    traditional = _everyday(sample, ((0xA1, 0xA3), (0xA4, 0xC6)), first_tail=0x40)
    return ["gb18030", "cp950", "big5hkscs"] if simplified >= traditional else ["cp950", "big5hkscs", "gb18030"]


def _everyday(sample: bytes, rows: tuple[tuple[int, int], ...], *, first_tail: int) -> float:
    """Return which share of the double bytes lies in these rows."""
    place, pairs, everyday = 0, 0, 0
    while place < len(sample) - 1:
        lead = sample[place]
        if lead < 0x80:  # noqa: PLR2004 -- where ASCII ends
            place += 1
            continue
        pairs += 1
        everyday += sample[place + 1] >= first_tail and any(first <= lead <= last for first, last in rows)
        place += 2
    return everyday / max(pairs, 1)


def _looks_like_text(text: str) -> bool:
    """Say whether nearly all characters are such as people write, and enough of them letters or common signs.

    >>> _looks_like_text("第一条 为了公众"), _looks_like_text(chr(0) + chr(1) + "a")
    (True, False)
    """
    sample = text[:20_000]
    controls = sum(1 for character in sample if ord(character) < ord(" ") and character not in "\n\t\f")
    common = sum(1 for character in sample if _is_common(ord(character)))
    return controls <= _MOST_CONTROLS * len(sample) and common >= _FEWEST_LETTERS * len(sample)


_COMMON = (
    (0x20, 0x17F),
    (0x400, 0x4FF),
    (0x2010, 0x2027),
    (0x3000, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xFF01, 0xFF5E),
)


def _is_common(code: int) -> bool:
    return code in {0x0A, 0x09, 0x0C} or any(first <= code <= last for first, last in _COMMON)
