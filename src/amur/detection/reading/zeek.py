"""Logs of Zeek as tables: with their heads, of which a file may have several, each for what comes behind it.

Fields have the names of the head. Members of sets and vectors are joined by ``SEVERAL``; a truth value is ``true`` or
``false``; what is not set is no field, what is empty an empty text. The kind is ``zeek//PATH``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from amur.detection.events import SEVERAL, Quarantined
from amur.detection.reading.flattening import Flat
from amur.detection.reading.texts import Events, Lines, Unreadable, beginning, clean, decoded, texts_of

NAME = "zeek"

_ESCAPED = re.compile(r"((?:\\x[0-9A-Fa-f]{2})+)|\\\\")
_SEPARATOR = "#separator "
_TRUTHS = {"T": "true", "F": "false"}
_MANY = ("set[", "vector[", "table[")


class _Column(NamedTuple):
    name: str
    is_many: bool
    is_truth: bool


@dataclass(slots=True)
class _Head:
    """What the lines of a head have said so far."""

    separator: str = "\t"
    set_separator: str = ","
    unset: str = "-"
    empty: str = "(empty)"
    path: str = ""
    names: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    columns: tuple[_Column, ...] = ()
    time: int | None = None

    def take(self, line: str) -> None:
        """Take a line of a head; what says nothing of how to read is passed over."""
        name, *values = line.split(self.separator)
        value = values[0] if values else ""
        if name == "#set_separator":
            self.set_separator = _plain(value) or ","
        elif name == "#unset_field":
            self.unset = value
        elif name == "#empty_field":
            self.empty = value
        elif name == "#path":
            self.path = clean(_plain(value)).replace("/", "_")
        elif name == "#fields":
            self.names, self.types = tuple(values), ()
        elif name == "#types":
            self.types = tuple(values)
        if name in {"#fields", "#types"}:
            self._arrange()

    def _arrange(self) -> None:
        types = self.types if len(self.types) == len(self.names) else ("",) * len(self.names)
        self.columns = tuple(
            _Column(clean(_plain(name)), said.startswith(_MANY), said == "bool" or said.endswith("[bool]"))
            for name, said in zip(self.names, types, strict=True)
        )
        self.time = self.names.index("ts") if "ts" in self.names else None

    def value(self, column: _Column, said: str) -> str | None:
        """Return a value; None if it is not set."""
        if said == self.unset:
            return None
        if not column.is_many:
            return self._one(column, said)
        found = [self._one(column, one) for one in said.split(self.set_separator) if one != self.unset]
        return SEVERAL.join(found)

    def _one(self, column: _Column, said: str) -> str:
        if said == self.empty:
            return ""
        return _TRUTHS.get(said, said) if column.is_truth else clean(_plain(said))

    def event(self, line: str) -> Flat:
        """Return the event of a line behind this head."""
        if not self.columns:
            raise Unreadable("no_head", "no #fields before it", line)
        cells = line.split(self.separator)
        if len(cells) != len(self.columns):
            raise Unreadable("columns", f"{len(cells)} values for {len(self.columns)} fields", line)
        fields = {
            column.name: value
            for column, said in zip(self.columns, cells, strict=True)
            if (value := self.value(column, said)) is not None
        }
        return Flat(fields, f"zeek//{self.path}", fields.get("ts"))


def fits(head: bytes) -> bool:
    r"""Say whether the beginning of a file is a table of Zeek.

    >>> fits(b"#separator \\x09\n#path\tdns\n"), fits(b"#Fields: date time\n")
    (True, False)
    """
    lines = beginning(head)
    if not lines or not lines[0].startswith("#"):
        return False
    return lines[0].startswith(_SEPARATOR) or any(line.startswith("#fields\t") for line in lines)


def events(lines: Lines, source: str) -> Events:
    r"""Yield the events of lines of tables.

    >>> table = [b"#separator \\x09", b"#path\tdns", b"#fields\tts\tquery", b"#types\ttime\tstring", b"1.5\ta.cn"]
    >>> [event] = events([(number, 0, line) for number, line in enumerate(table, 1)], "x")
    >>> event[0], event[2]
    (5, Flat(fields={'ts': '1.5', 'query': 'a.cn'}, kind='zeek//dns', at='1.5'))
    """
    head = _Head()
    for line in texts_of(lines):
        if isinstance(line, Quarantined):
            yield line
            continue
        number, offset, text, raw = line
        if text.startswith(_SEPARATOR):
            head = _Head(separator=_plain(text.removeprefix(_SEPARATOR)) or "\t")
        elif text.startswith("#"):
            head.take(text)
        else:
            try:
                yield number, offset, head.event(text), raw
            except Unreadable as fault:
                yield Quarantined(source, number, offset, fault.code, fault.found)


def _plain(said: str) -> str:
    r"""Return a value without its escapes; bytes that stand as such are text together.

    >>> _plain(r"\xe7\x99\xbb\\n")
    '登\\n'
    """
    return _ESCAPED.sub(_sign, said) if "\\" in said else said


def _sign(found: re.Match[str]) -> str:
    return decoded(bytes.fromhex(found[1].replace("\\x", ""))) if found[1] else "\\"
