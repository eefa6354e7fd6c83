"""What has been read, kept small: a million indicators fit beside everything else into the memory of a small machine.

What is looked up stands in Arrow columns, one group for each way to look up. What is only shown with a hit stands in
chunks, where a column that says the same throughout, as most do, is one value.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from amur.detection.iocs.domains import Domains
from amur.detection.iocs.kinds import Kind, NotUsable, Placed, placed
from amur.detection.iocs.networks import Networks
from amur.detection.iocs.texts import Texts

MOST_UNUSABLE = 10_000
"""How many lines that cannot be used are listed; the rest is counted."""
_SHOWN = 120
_MOST_BYTES = (1 << 31) - 1
_CHUNK = 1 << 16
_KINDS = tuple(Kind)
_CODES = {kind: code for code, kind in enumerate(_KINDS)}


class Origin(NamedTuple):
    """What is said about an indicator beside its value; ``confidence`` is from 0 to 100, ``id`` the source's own."""

    id: str = ""
    source: str = ""
    description: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    tlp: str = ""
    confidence: int | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of compromise in its one spelling, with where it was read.

    A URL without a path has its host as its value. ``valid_to`` is the first instant at which it is not meant any more.
    """

    id: str
    kind: Kind
    value: str
    source: str
    description: str
    valid_from: datetime | None
    valid_to: datetime | None
    tlp: str
    confidence: int | None
    file: str
    line: int


class Meant(NamedTuple):
    """Of an indicator what decides whether a hit on it counts."""

    id: str
    kind: Kind
    value: str
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Something that was read and cannot be matched: where it is, what was found, why not."""

    file: str
    line: int
    found: str
    code: str
    why: str

    def __str__(self) -> str:
        """Print as editors expect.

        >>> print(Unusable("list.txt", 3, "com.cn", "ioc.suffix", "it is a public suffix"))
        list.txt:3: [ioc.suffix] 'com.cn': it is a public suffix
        """
        return f"{self.file}:{self.line}: [{self.code}] {self.found!r}: {self.why}"


class Shelf:
    """Takes indicators one by one; what cannot be used is put down with its reason, and the rest goes on.

    >>> shelf = Shelf()
    >>> shelf.take(Kind.DOMAIN, "evil.example", 1, Origin(file="list.txt"))
    >>> shelf.take(Kind.DOMAIN, "com.cn", 2, Origin(file="list.txt"))
    >>> iocs = shelf.closed()
    >>> len(iocs), iocs.indicator(0).id, [(one.line, one.code) for one in iocs.unusable]
    (1, 'domain:evil.example', [(2, 'ioc.suffix')])
    """

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._chunks: list[_Chunk] = []
        self._kinds = array("b")
        self._lines = array("i")
        self._origins: list[Origin] = []
        self._count = 0
        self._unusable: list[Unusable] = []
        self._unlisted = 0

    def take(self, kind: Kind, text: str, line: int, origin: Origin) -> None:
        """Put an indicator on the shelf, or among what cannot be used."""
        try:
            one = placed(kind, text)
        except NotUsable as error:
            self.refuse(origin.file, line, text, error)
        else:
            self.put(one, line, origin)

    def put(self, one: Placed, line: int, origin: Origin) -> None:
        """Put an indicator on the shelf that is in its one spelling already."""
        self.put_all(one.kind, one.group, [one.key], [line], origin)

    def put_all(self, kind: Kind, group: str, keys: list[str], lines: list[int], origin: Origin) -> None:
        """Put indicators of one kind and origin on the shelf that are in their one spelling already."""
        if not keys:
            return
        holder = self._groups.get(group)
        if holder is None:
            holder = self._groups[group] = _Group()
        holder.put(keys, self._count)
        self._count += len(keys)
        while lines:
            room = _CHUNK - len(self._origins)
            part, lines = lines[:room], lines[room:]
            self._kinds.extend([_CODES[kind]] * len(part))
            self._lines.extend(part)
            self._origins += [origin] * len(part)
            if len(self._origins) == _CHUNK:
                self._fold()

    def refuse(self, file: str, line: int, found: str, error: NotUsable) -> None:
        """Put down something that cannot be used."""
        if len(self._unusable) == MOST_UNUSABLE:
            self._unlisted += 1
            return
        shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
        self._unusable.append(Unusable(file, line, shown, error.code, error.message))

    def _fold(self) -> None:
        self._chunks.append(_Chunk(self._kinds, self._lines, self._origins))
        self._kinds, self._lines, self._origins = array("b"), array("i"), []

    def closed(self) -> Iocs:
        """Return everything that was taken, ready to be looked up."""
        if self._origins:
            self._fold()
        groups = {name: group.closed() for name, group in self._groups.items()}
        self._groups = {}
        return Iocs(groups, self._chunks, self._count, tuple(self._unusable), self._unlisted)


class _Group:
    """The keys of one way to look up, and which indicators they belong to.

    The column is put together by hand, since Arrow's own builder keeps three times the memory of what it has built.
    """

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._rows = array("i")
        self._lengths = array("i")
        self._content = bytearray()

    def put(self, keys: list[str], first: int) -> None:
        self._keys += keys
        self._rows.extend(range(first, first + len(keys)))
        if len(self._keys) >= _CHUNK:
            self._fold()

    def _fold(self) -> None:
        encoded = [key.encode() for key in self._keys]
        self._lengths.extend(map(len, encoded))
        self._content += b"".join(encoded)
        self._keys = []

    def closed(self) -> tuple[pa.Array, np.ndarray]:
        self._fold()
        if len(self._content) > _MOST_BYTES:
            message = f"the indicators have {len(self._content)} bytes; {_MOST_BYTES} is the most; leave out some lists"
            raise NotUsable("much", message)
        bounds = np.zeros(len(self._lengths) + 1, np.int32)
        np.cumsum(np.frombuffer(self._lengths, np.int32), out=bounds[1:])
        parts = [None, pa.py_buffer(bounds), pa.py_buffer(self._content)]
        return pa.Array.from_buffers(pa.utf8(), len(self._lengths), parts), np.frombuffer(self._rows, np.int32)


class _Chunk:
    """What is said about up to 65,536 indicators."""

    def __init__(self, kinds: array[int], lines: array[int], origins: list[Origin]) -> None:
        self.kinds = kinds
        self._lines = lines
        first = origins[0]
        self._same: Origin | None = first
        self._columns: tuple[Any, ...] = ()
        if any(origin is not first for origin in origins):
            self._same = None
            self._columns = tuple(_column(values) for values in zip(*origins, strict=True))

    def at(self, place: int) -> tuple[Kind, int, Origin]:
        if self._same is not None:
            return _KINDS[self.kinds[place]], self._lines[place], self._same
        said = (column[place].as_py() if isinstance(column, pa.Array) else column for column in self._columns)
        return _KINDS[self.kinds[place]], self._lines[place], Origin(*said)


def _column(values: Sequence[Any]) -> Any:
    """Return values as one value where they are all the same, else as a column that says each but once."""
    distinct = set(values)
    if len(distinct) == 1:
        return values[0]
    column = pa.array(values)
    return column if len(distinct) > len(values) // 2 else column.dictionary_encode()


class Iocs:
    """Indicators of compromise that can be looked up; ``unusable`` is what was read and cannot be matched.

    Indicators have a number from 0, in the order in which they were read.
    """

    def __init__(
        self,
        groups: dict[str, tuple[pa.Array, np.ndarray]],
        chunks: list[_Chunk],
        count: int,
        unusable: tuple[Unusable, ...] = (),
        unlisted: int = 0,
    ) -> None:
        self._rows = {name: rows for name, (_, rows) in groups.items()}
        self._keys = {name: keys for name, (keys, _) in groups.items()}
        self._chunks = chunks
        self._count = count
        self._kinds = np.concatenate([np.zeros(0, np.int8), *(np.frombuffer(each.kinds, np.int8) for each in chunks)])
        self.unusable = unusable
        self.unlisted = unlisted
        none = pa.array([], pa.utf8())
        self._names = Domains(self._keys.get("name", none))
        self._networks = Networks(one.as_py() for one in self._keys.get("network", none))
        self._texts = {name: Texts(keys) for name, keys in self._keys.items() if name not in {"name", "network"}}

    def __len__(self) -> int:
        return self._count

    def indicator(self, number: int) -> Indicator:
        """Return one indicator.

        Raises:
            IndexError: if there is no indicator of that number.
        """
        if not 0 <= number < self._count:
            raise IndexError(number)
        _, line, origin = self._chunks[number // _CHUNK].at(number % _CHUNK)
        own, kind, value, _ = self.meant([number])[number]
        return Indicator(own, kind, value, *origin[1:], line=line)

    def meant(self, numbers: Sequence[int]) -> dict[int, Meant]:
        """Return what hits need to know of indicators, by their numbers."""
        asked = np.unique(np.array(numbers, np.int32))  # of the type of the rows, which are not copied then
        found: dict[int, Meant] = {}
        for name, rows in self._rows.items():
            places = rows.searchsorted(asked)
            here = places < len(rows)
            here[here] = rows[places[here]] == asked[here]
            values = self._keys[name].take(pa.array(places[here])).to_pylist()
            for number, value in zip(asked[here].tolist(), values, strict=True):
                kind, _, origin = self._chunks[number // _CHUNK].at(number % _CHUNK)
                found[number] = Meant(origin.id or f"{kind}:{value}", kind, value, origin.valid_to)
        return found

    def named(self, names: pa.Array) -> list[tuple[int, int]]:
        """Return which indicators match names: (number of the name, number of the indicator)."""
        if (rows := self._rows.get("name")) is None:
            return []
        found = self._names.find(names)
        numbers = rows[[one for _, one, _ in found]] if found else rows[:0]
        below = self._kinds[numbers] == _CODES[Kind.DOMAIN]
        triples = zip(found, numbers.tolist(), below.tolist(), strict=True)
        return [(at, number) for (at, _, same), number, is_domain in triples if same or is_domain]

    def holding(self, addresses: Sequence[str]) -> list[tuple[int, int]]:
        """Return which indicators hold addresses: (number of the address, of the indicator), the narrowest first."""
        rows = self._rows.get("network")
        return [] if rows is None else [(at, int(rows[one])) for at, one in self._networks.holding(addresses)]

    def equal(self, group: str, keys: Sequence[str]) -> list[tuple[int, int]]:
        """Return which indicators of a group are a key: (number of the key, number of the indicator)."""
        texts = self._texts.get(group)
        if texts is None or not keys:
            return []
        return [(at, int(self._rows[group][one])) for at, one in texts.find(pa.array(keys, pa.utf8()))]

    def has(self, group: str) -> bool:
        """Say whether there is anything in a group, so that nobody looks in vain."""
        return group in self._rows
