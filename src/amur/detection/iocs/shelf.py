"""What has been read, kept small: a million indicators fit beside everything else into the memory of a small machine.

Indicators have numbers from 0, in the order in which they were read. What is looked up, their *keys*, stands in one
Arrow column, and each way to look up has an index of those that are its own. What is only shown stands in a table of
its own, once for all indicators of which the same is said.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.iocs.kinds import Kind, NotUsable, placed
from amur.detection.iocs.networks import Networks
from amur.detection.iocs.texts import Domains, Places, Texts

MOST_UNUSABLE = 10_000
"""How many lines that cannot be used are listed; the rest is counted."""
KINDS = tuple(Kind)
KIND_NAMES = pa.array(KINDS, pa.utf8())
NEVER = np.iinfo(np.int64).max
_CODES = {kind: code for code, kind in enumerate(KINDS)}
_SHOWN = 120
_MOST_BYTES = (1 << 31) - 1
_CHUNK = 1 << 16
_SAME = pa.dictionary(pa.int32(), pa.utf8())
_INSTANT = pa.timestamp("us", tz="UTC")
_ORIGINS = pa.schema(
    {
        "id": pa.utf8(), "source": _SAME, "description": _SAME, "valid_from": _INSTANT, "valid_to": _INSTANT,
        "tlp": _SAME, "confidence": pa.int8(), "file": _SAME,
    }
)  # fmt: skip


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
        self._keys = _Keys()
        self._groups: dict[str, array[int]] = {}
        self._kinds = array("b")
        self._lines = array("i")
        self._origin_of = array("i")
        self._origins: dict[Origin, int] = {}
        self._kept_origins: list[pa.RecordBatch] = []
        self._unusable: list[Unusable] = []
        self._unlisted = 0

    def take(self, kind: Kind, text: str, line: int, origin: Origin) -> None:
        """Put an indicator on the shelf, or among what cannot be used."""
        try:
            one = placed(kind, text)
        except NotUsable as error:
            self.refuse(origin.file, line, text, error)
        else:
            self.put(one.kind, one.group, [one.key], [line], origin)

    def put(self, kind: Kind, group: str, keys: list[str], lines: list[int], origin: Origin) -> None:
        """Put indicators of one kind and origin on the shelf that are in their one spelling already."""
        if not keys:
            return
        first = len(self._kinds)
        self._keys.put(keys)
        self._groups.setdefault(group, array("i")).extend(range(first, first + len(keys)))
        self._kinds.extend([_CODES[kind]] * len(keys))
        self._lines.extend(lines)
        self._origin_of.extend([self._number_of(origin)] * len(keys))

    def _number_of(self, origin: Origin) -> int:
        number = self._origins.get(origin)
        if number is None:
            if len(self._origins) == _CHUNK:
                self._fold()
            number = self._origins[origin] = len(self._kept_origins) * _CHUNK + len(self._origins)
        return number

    def _fold(self) -> None:
        columns = zip(*self._origins, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, _ORIGINS, strict=True)]
        self._kept_origins.append(pa.RecordBatch.from_arrays(arrays, schema=_ORIGINS))
        self._origins = {}

    def refuse(self, file: str, line: int, found: str, error: NotUsable) -> None:
        """Put down something that cannot be used."""
        if len(self._unusable) == MOST_UNUSABLE:
            self._unlisted += 1
            return
        shown = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
        self._unusable.append(Unusable(file, line, shown, error.code, error.message))

    def closed(self) -> Iocs:
        """Return everything that was taken, ready to be looked up."""
        if self._origins:
            self._fold()
        origins = pa.Table.from_batches(self._kept_origins, _ORIGINS).combine_chunks()
        groups = {name: np.frombuffer(numbers, np.int32) for name, numbers in self._groups.items()}
        said = _Said(
            self._keys.closed(),
            np.frombuffer(self._kinds, np.int8),
            np.frombuffer(self._lines, np.int32),
            np.frombuffer(self._origin_of, np.int32),
            origins,
        )
        self._groups = {}
        return Iocs(said, groups, tuple(self._unusable), self._unlisted)


class _Keys:
    """A column of texts put together by hand, since Arrow's own builder keeps three times the memory of the column."""

    def __init__(self) -> None:
        self._waiting: list[str] = []
        self._lengths = array("i")
        self._content = bytearray()

    def put(self, keys: list[str]) -> None:
        self._waiting += keys
        if len(self._waiting) >= _CHUNK:
            self._fold()

    def _fold(self) -> None:
        encoded = [key.encode() for key in self._waiting]
        self._lengths.extend(map(len, encoded))
        self._content += b"".join(encoded)
        self._waiting = []

    def closed(self) -> pa.Array:
        self._fold()
        if len(self._content) > _MOST_BYTES:
            message = f"the indicators have {len(self._content)} bytes; {_MOST_BYTES} is the most; leave out some lists"
            raise NotUsable("much", message)
        bounds = np.zeros(len(self._lengths) + 1, np.int32)
        np.cumsum(np.frombuffer(self._lengths, np.int32), out=bounds[1:])
        parts = [None, pa.py_buffer(bounds), pa.py_buffer(self._content)]
        return pa.Array.from_buffers(pa.utf8(), len(self._lengths), parts)


class _Said(NamedTuple):
    """The columns of indicators, by their numbers; ``origin_of`` says in which row of ``origins`` the rest stands."""

    keys: pa.Array
    kinds: npt.NDArray[np.int8]
    lines: npt.NDArray[np.int32]
    origin_of: npt.NDArray[np.int32]
    origins: pa.Table


class Iocs:
    """Indicators of compromise that can be looked up; ``unusable`` is what was read and cannot be matched.

    A look-up returns pairs as two columns: which of those asked for, in ascending order, and which indicator it met.
    """

    def __init__(
        self,
        said: _Said,
        groups: dict[str, npt.NDArray[np.int32]],
        unusable: tuple[Unusable, ...] = (),
        unlisted: int = 0,
    ) -> None:
        self._said = said
        self.unusable = unusable
        self.unlisted = unlisted
        none = np.zeros(0, np.int32)
        self._names = Domains(said.keys, groups.get("name", none))
        self._networked = groups.get("network", none)
        self._networks = Networks(said.keys[one].as_py() for one in self._networked.tolist())
        self._texts = {name: Texts(said.keys, rows) for name, rows in groups.items() if name not in {"name", "network"}}
        self._groups = frozenset(groups)
        ends = said.origins["valid_to"].combine_chunks().cast(pa.int64()).fill_null(NEVER)
        self._ends: Places = ends.to_numpy(zero_copy_only=False)
        self.any_ends = bool((self._ends != NEVER).any())
        own = said.origins["id"].combine_chunks()
        self._own_ids = own if pc.any(pc.not_equal(own, "")).as_py() else None

    def __len__(self) -> int:
        return len(self._said.kinds)

    def indicator(self, number: int) -> Indicator:
        """Return one indicator.

        Raises:
            IndexError: if there is no indicator of that number.
        """
        if not 0 <= number < len(self):
            raise IndexError(number)
        (said,) = self._said.origins.slice(self._said.origin_of[number], 1).to_pylist()
        value, kind = self._said.keys[number].as_py(), KINDS[self._said.kinds[number]]
        said["id"] = said["id"] or f"{kind}:{value}"
        return Indicator(**said, kind=kind, value=value, line=int(self._said.lines[number]))

    def ids(self, numbers: Places) -> pa.Array:
        """Return what indicators are called: what their source calls them, else their kind and value."""
        called = pc.binary_join_element_wise(KIND_NAMES.take(pa.array(self.kinds(numbers))), self.values(numbers), ":")
        if self._own_ids is None:
            return called
        own = self._own_ids.take(pa.array(self._said.origin_of.take(numbers)))
        return pc.if_else(pc.equal(own, ""), called, own)

    def values(self, numbers: Places) -> pa.Array:
        """Return the values of indicators, in their one spelling."""
        return self._said.keys.take(pa.array(numbers))

    def kinds(self, numbers: Places) -> npt.NDArray[np.int8]:
        """Return the kinds of indicators, as places in `KINDS`."""
        return self._said.kinds.take(numbers)

    def ends(self, numbers: Places) -> Places:
        """Return from when indicators are not meant any more, in microseconds since 1970; `NEVER` for most."""
        return self._ends.take(self._said.origin_of.take(numbers))

    def named(self, names: pa.Array) -> tuple[Places, Places]:
        """Return which indicators match names."""
        asked, found, is_same = self._names.below(names)
        meant = is_same | (self.kinds(found) == _CODES[Kind.DOMAIN])
        return asked[meant], found[meant]

    def holding(self, addresses: Sequence[str]) -> tuple[Places, Places]:
        """Return which indicators hold addresses, of each the narrowest first."""
        asked, found = self._networks.holding(addresses)
        return asked, self._networked[found].astype(np.int64)

    def found(self, group: str, keys: Sequence[str]) -> tuple[Places, Places]:
        """Return which indicators of a group match keys."""
        if group == "network":
            return self.holding(keys)
        asked = pa.array(keys, pa.utf8())
        return self.named(asked) if group == "name" else self._texts[group].find(asked)

    def has(self, group: str) -> bool:
        """Say whether there is anything in a group, so that nobody looks in vain."""
        return group in self._groups
