"""Lists of one indicator a line, as people keep and publish them.

A line is a value, perhaps made harmless to click on (``hxxp://evil[.]example``), perhaps with a comment after ``#`` or
``;``. The lines of hosts files (``0.0.0.0 evil.example``) and of filter lists (``||evil.example^``) are understood too.
The kind of a value is seen from its form, unless one kind is given for the whole list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from amur.detection.iocs.kinds import Kind, NotUsable, refanged
from amur.detection.iocs.names import is_registrable
from amur.detection.iocs.shelf import Origin, Shelf
from amur.detection.iocs.vocabulary import guessed

LONGEST_LINE = 1 << 16
"""The longest line that is read, in bytes; the rest of a longer one is passed over."""

_PLAIN = re.compile(rb"(?=[^\s]{1,253}\s)([a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{1,62})\s+\Z")
_TOGETHER = 8192
"""How many plain names are put on the shelf at once."""
_COMMENT = re.compile(r"(?:^|\s)(?:#|;|//).*", re.DOTALL)
_NOWHERE = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 -- words of a hosts file, nothing is opened
_OWN_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "broadcasthost", "local"}
)
_FILTER = re.compile(r"\|\|([^/^$|]+)\^?(?:\$.*)?\Z")


def lines_of(handle: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    r"""Give the lines of a file with their numbers; None stands for one that is too long.

    >>> from io import BytesIO
    >>> list(lines_of(BytesIO(b"a\nb")))
    [(1, b'a\n'), (2, b'b')]
    """
    number = 0
    while line := handle.readline(LONGEST_LINE):
        number += 1
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield number, line
            continue
        yield number, None
        while rest := handle.readline(LONGEST_LINE):
            if rest.endswith(b"\n"):
                break


def decoded(line: bytes) -> str:
    """Return a line as text: UTF-8 or, as Chinese tables often are, GB 18030.

    >>> decoded("例子".encode()), decoded("例子".encode("gb18030"))
    ('例子', '例子')

    Raises:
        NotUsable: if it is neither, or not text at all.
    """
    if b"\0" in line:
        raise NotUsable("binary", "it is not text; save the list as UTF-8")
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotUsable("encoding", "it is neither UTF-8 nor GB 18030; save the list as UTF-8")


def read_lines(handle: BinaryIO, shelf: Shelf, origin: Origin, kind: Kind | None = None) -> None:
    """Read a list of one indicator a line."""
    plain: tuple[list[str], list[int]] = ([], [])
    quick = kind is None or kind is Kind.DOMAIN
    for number, line in lines_of(handle):
        # What most lines of most lists are, without the pains that the others need.
        if quick and line and (found := _PLAIN.match(line)) and is_registrable(name := found[1].decode("ascii")):
            plain[0].append(name)
            plain[1].append(number)
            if len(plain[0]) == _TOGETHER:
                shelf.put_all(Kind.DOMAIN, "name", *plain, origin)
                plain = ([], [])
            continue
        shelf.put_all(Kind.DOMAIN, "name", *plain, origin)  # before the others, as indicators keep their order
        plain = ([], [])
        _read(line, number, shelf, origin, kind)
    shelf.put_all(Kind.DOMAIN, "name", *plain, origin)


def _read(line: bytes | None, number: int, shelf: Shelf, origin: Origin, kind: Kind | None) -> None:
    try:
        if line is None:
            raise NotUsable("line", f"the line is longer than {LONGEST_LINE} bytes")  # noqa: TRY301 -- refused with the others below
        values = values_of(decoded(line).strip().removeprefix("\ufeff"))
    except NotUsable as error:
        shown = (line or b"").decode("utf-8", "backslashreplace").strip()
        shelf.refuse(origin.file, number, shown, error)
        return
    for value in values:
        _take(shelf, value, number, origin, kind)


def _take(shelf: Shelf, value: str, number: int, origin: Origin, kind: Kind | None) -> None:
    try:
        seen = kind or guessed(value)
    except NotUsable as error:
        shelf.refuse(origin.file, number, value, error)
    else:
        shelf.take(seen, value, number, origin)


def values_of(line: str) -> list[str]:
    """Return what a line says, without comments, marks and what made it harmless.

    >>> values_of("hxxp://evil[.]example/a  # seen in June"), values_of("0.0.0.0 evil.example www.evil.example")
    (['http://evil.example/a'], ['evil.example', 'www.evil.example'])
    >>> values_of("||evil.example^$third-party"), values_of("; nothing"), values_of("127.0.0.1 localhost")
    (['evil.example'], [], [])
    """
    text = _COMMENT.sub("", line).strip().strip("\"',").strip()
    if not text or text.startswith("!"):
        return []
    if found := _FILTER.match(text):
        return [found[1]]
    words = text.split()
    if len(words) > 1 and words[0] in _NOWHERE:
        return [word for word in words[1:] if word not in _OWN_NAMES and word not in _NOWHERE]
    return [refanged(text)]
