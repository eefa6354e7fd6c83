"""Tables with a line of names and a comma, a semicolon or a tab between values.

A value in quotes may hold what stands between values, and quotes twice. One that goes over lines is set aside with all
of its lines, so that what stands inside it is never read as an event. A value that is empty is no field; in quotes it
is an empty text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from amur.detection.events import Quarantined
from amur.detection.reading import access, auditd, cef, syslog, zeek
from amur.detection.reading.flattening import WINDOWS, Flat, kind_in, time_in
from amur.detection.reading.shown import shown
from amur.detection.reading.texts import Events, Lines, Unreadable, beginning, clean, joined, texts_of

NAME = "csv"
Cell = tuple[str, bool]
"""A value, and whether it stands in quotes."""
LONGEST = 1_000
"""Over how many lines a value is followed; then whatever comes is read as lines again."""

_SIGNS = ",;\t"
_NAMED = re.compile(r"[^\W\d][\w .:/()@#%\-\[\]]{0,99}|[@#]\w[\w.]{0,99}")
_PLAIN = re.compile(r"[A-Za-z_@][\w.@\-]{0,99}")
_INSIDE = re.compile(r'[^"]*(?:""[^"]*)*')
_IN_QUOTES = re.compile(r'"[^"]*"')
_TYPE = "#TYPE "
"""How PowerShell begins a table, before the line of names."""
_OPEN, _CLOSED, _NEVER_CLOSED, _TOO_FAR = "open_quote", "over_lines", "never_closed", "too_far"
_FEW = 3
"""How many names a line must hold to be taken for one of names when no other line is there."""
_OTHERS = (syslog.fits, cef.fits, zeek.fits, auditd.fits, access.fits)


def fits(head: bytes) -> bool:
    r"""Say whether the beginning of a file is a table with a line of names.

    >>> fits(b"time,user\n1,ann\n"), fits(b"time;user;host\n"), fits(b"Hello, world\nit is I\n")
    (True, True, False)
    """
    lines = [line for line in beginning(head) if not line.startswith(_TYPE)]
    if not lines or not (sign := _sign(lines[0])) or any(other(head) for other in _OTHERS):
        return False
    count = _count(lines[0], sign)
    names = _names(cells(lines[0], sign)) if count else []
    if len(lines) == 1:
        return len(names) >= _FEW and all(map(_PLAIN.fullmatch, names))
    if not names or len(set(names)) < len(names) or not all(map(_NAMED.fullmatch, filter(None, names))):
        return False
    return 2 * sum(_count(line, sign) == count for line in lines[1:]) > len(lines) - 1


def events(lines: Lines, source: str) -> Events:
    r"""Yield the events of a table.

    >>> [event] = events([(1, 0, b"uid,id.orig_h,query"), (2, 20, b'C1,10.0.0.1,"a,b"')], "x")
    >>> event[2]
    Flat(fields={'uid': 'C1', 'id.orig_h': '10.0.0.1', 'query': 'a,b'}, kind='zeek//dns', at=None)
    """
    names: list[str] | None = None
    kind = ""
    for row in _rows(lines, source):
        if isinstance(row, Quarantined):
            if names is None:
                names = []
            yield row
            continue
        number, offset, values, raw = row
        if names is None:
            names = _names(values)
            kind = kind_in(dict.fromkeys(names, ""))
        elif len(values) == len(names):
            yield number, offset, _event(names, values, kind), raw
        else:
            code, what = (
                ("columns", f"{len(values)} values for {len(names)} names") if names else ("no_head", "no names")
            )
            yield Quarantined(source, number, offset, code, f"{what}: {shown(raw)}")


def cells(line: str, sign: str) -> list[Cell]:
    """Return the values of a line, and whether each is in quotes; raises Unreadable where quotes are not as they must.

    >>> cells('a,"b ""c"", d",', ",")
    [('a', False), ('b "c", d', True), ('', False)]
    """
    if '"' not in line:
        return [(value, False) for value in line.split(sign)]
    found: list[Cell] = []
    place = 0
    while True:
        is_quoted = line.startswith('"', place)
        value, end = _quoted(line, place, sign) if is_quoted else _bare(line, place, sign)
        found.append((value, is_quoted))
        if end == len(line):
            return found
        place = end + 1


def _quoted(line: str, place: int, sign: str) -> tuple[str, int]:
    inside = _INSIDE.match(line, place + 1)
    end = inside.end() if inside else len(line)
    if end == len(line):
        raise Unreadable(_OPEN, "a value in quotes that does not end", line)
    if end + 1 < len(line) and line[end + 1] != sign:
        raise Unreadable("quote", "something behind the end of quotes", line)
    return line[place + 1 : end].replace('""', '"'), end + 1


def _bare(line: str, place: int, sign: str) -> tuple[str, int]:
    end = line.find(sign, place)
    end = len(line) if end < 0 else end
    return line[place:end], end


@dataclass(slots=True)
class _Opened:
    """A value in quotes that the end of its line did not end."""

    number: int
    offset: int
    text: str
    lines: int = 1

    def take(self, text: str, sign: str) -> str:
        """Take one more line, and return how it is then; one that cannot be inside of quotes is not taken."""
        try:
            cells(f'"{text}', sign)
        except Unreadable as fault:
            if fault.code != _OPEN:
                return _NEVER_CLOSED
            self.lines += 1
            return _OPEN if self.lines < LONGEST else _TOO_FAR
        self.lines += 1
        return _CLOSED

    def fault(self, source: str, code: str) -> Quarantined:
        """Return it as set aside."""
        what = "a value over" if code == _CLOSED else "a value in quotes that does not end in"
        found = f"{what} {self.lines} lines: {shown(self.text.encode())}"
        return Quarantined(source, self.number, self.offset, code if code == _CLOSED else _OPEN, found)


def _rows(lines: Lines, source: str) -> Iterator[tuple[int, int, list[Cell], bytes] | Quarantined]:
    """Yield the values of each line; lines of a value that goes over several are set aside as one."""
    opened: _Opened | None = None
    sign = ""
    for line in texts_of(lines):
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, text, raw = line
        if not sign and text.startswith(_TYPE):
            continue
        sign = sign or _sign(text) or _SIGNS[0]
        if opened:
            state = opened.take(text, sign)
            if state == _OPEN:
                continue
            yield opened.fault(source, state)
            opened = None
            if state != _NEVER_CLOSED:
                continue
        try:
            yield number, offset, cells(text, sign), raw
        except Unreadable as fault:
            if fault.code == _OPEN:
                opened = _Opened(number, offset, text)
            else:
                yield Quarantined(source, number, offset, fault.code, fault.found)
    if opened:
        yield opened.fault(source, _OPEN)


def _sign(line: str) -> str:
    """Return what stands between the names of a line, or an empty text."""
    outside = _IN_QUOTES.sub("", line)
    found = max(_SIGNS, key=outside.count)
    return found if found in outside else ""


def _count(line: str, sign: str) -> int:
    try:
        return len(cells(line, sign))
    except Unreadable:
        return 0


def _names(values: list[Cell]) -> list[str]:
    return [clean(name.strip()) for name, _ in values]


def _event(names: list[str], values: list[Cell], kind: str) -> Flat:
    named = zip(names, values, strict=True)
    fields = joined((name, value) for name, (value, is_quoted) in named if name and (value or is_quoted))
    if kind == WINDOWS:
        kind_in(fields)  # adds the names that shippers call otherwise
    return Flat(fields, kind, time_in(fields))
