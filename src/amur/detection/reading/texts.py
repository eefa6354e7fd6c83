"""What all formats of text share: lines as signs, values as fields, and what is said of a line that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading.flattening import Flat
from amur.detection.reading.lines import Line
from amur.detection.reading.shown import shown

Events = Iterator[tuple[int, int, Flat, bytes] | Quarantined]
"""Number, offset, fields and line of each event; what cannot be read stands between them."""
Lines = Iterable[Line | Quarantined]

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_LOOKED_AT = 20


class Unreadable(Exception):
    """A line is not as its format says: which fault it is and what was found."""

    def __init__(self, code: str, what: str, text: str) -> None:
        super().__init__(code, what)
        self.code, self.found = code, f"{what}: {shown(text.encode())}"


def decoded(raw: bytes) -> str:
    r"""Return a line as text: UTF-8, or GB 18030 if all of it is that, or UTF-8 with what is none of it replaced.

    >>> decoded("登录".encode()), decoded("登录".encode("gb18030")), decoded(b"a\xff")
    ('登录', '登录', 'a�')
    """
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def told(raw: bytes, text: str) -> bytes:
    """Return a line as it is kept: its own bytes where they are UTF-8, else the text of it."""
    return raw if raw.isascii() else text.encode()


def clean(value: str) -> str:
    r"""Return a value without the sign that parts values.

    >>> clean("a\x1fb")
    'a b'
    """
    return value.replace(SEVERAL, " ") if SEVERAL in value else value


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    r"""Return fields of names and values; a name that comes again has each of its values once.

    >>> joined([("name", "/etc"), ("item", "0"), ("name", "/etc/passwd"), ("name", "/etc")])
    {'name': '/etc\x1f/etc/passwd', 'item': '0'}
    """
    fields: dict[str, str] = {}
    several: dict[str, dict[str, None]] = {}
    for name, value in pairs:
        said = fields.setdefault(name, value := clean(value))
        if name in several:
            several[name][value] = None
        elif said != value:
            several[name] = {said: None, value: None}
    return fields | {name: SEVERAL.join(values) for name, values in several.items()}


def most(head: bytes, looks: Callable[[str], object]) -> bool:
    r"""Say whether more than half of the first lines look so; the last of several counts only if it has an end.

    >>> most(b"1\n2\nx\n3", str.isdigit), most(b"1\nx\n", str.isdigit), most(b"", str.isdigit)
    (True, False, False)
    """
    lines = beginning(head)
    return bool(lines) and 2 * sum(bool(looks(line)) for line in lines) > len(lines)


def beginning(head: bytes) -> list[str]:
    r"""Return the first lines that are not blank; the last of several only if it has an end.

    >>> beginning(b"a\r\n\nb\nc")
    ['a', 'b']
    """
    lines = head.split(b"\n", 2 * _LOOKED_AT)
    if len(lines) > 1:
        lines.pop()
    return [decoded(line.rstrip(b"\r")) for line in lines if line.strip()][:_LOOKED_AT]


def texts_of(lines: Lines) -> Iterator[tuple[int, int, str, bytes] | Quarantined]:
    r"""Yield each line as text as well; the mark that a file begins with is no part of it.

    >>> list(texts_of([(1, 0, b"\xef\xbb\xbfa")]))
    [(1, 0, 'a', b'a')]
    """
    for line in lines:
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, raw = line
        text = decoded(raw)
        if number == 1 and text.startswith(_MARK):
            text = text.removeprefix(_MARK)
            raw = text.encode()
        yield number, offset, text, told(raw, text)


def each(lines: Lines, source: str, parsed: Callable[[str], Flat]) -> Events:
    """Yield the event of each line; ``parsed`` raises Unreadable where there is none."""
    for line in texts_of(lines):
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, text, raw = line
        try:
            yield number, offset, parsed(text), raw
        except Unreadable as fault:
            yield Quarantined(source, number, offset, fault.code, fault.found)
