"""Events gathered into columns: each value is turned into the number of its text at once, while it is at hand."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import getitem
from typing import Any

import numpy as np
import pyarrow as pa

from amur.detection.events import KIND, POSITION, RAW, SEVERAL, SOURCE, TIME, schema_of
from amur.detection.reading.times import instants
from amur.detection.reading.values import joined, text_of

_MOST_BYTES, _MOST_CELLS = 8 * 2**20, 4 * 2**20
_NONE = -1
"""The number of a value that is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """Fields and the types of their values, to be met again as the same object; None is text that stays as it is."""

    names: tuple[str, ...]
    types: tuple[type | None, ...]


class Gathering:
    """Gathers events of one source until they make a batch."""

    def __init__(
        self, source: str, fields: frozenset[str] | None, kind: str = "", written_at: datetime | None = None
    ) -> None:
        """Gather some fields, or all; ``kind`` is said of every event, whatever it looks like.

        ``written_at`` is when the source was written, by which times without a year are known.
        """
        self.source, self.fields, self._kind, self._written_at = source, fields, kind, written_at
        self._begin()

    def _begin(self) -> None:
        self._groups: dict[Named, _Group] = {}
        self._named: dict[tuple[str, ...], Named] = {}
        self._columns: dict[str, _Column] = {}
        self._raws: list[bytes | str] = []
        self._times: list[str | None] = []
        self._positions: list[int] = []
        self._kinds: list[str] = []
        self._bytes = 0

    def is_full(self, rows: int) -> bool:
        """Say whether what was gathered makes a batch: so many events, or as many bytes or cells as one may have."""
        gathered = len(self._raws)
        return gathered >= rows or self._bytes >= _MOST_BYTES or gathered * len(self._columns) >= _MOST_CELLS

    def __len__(self) -> int:
        """Return how many events were gathered."""
        return len(self._raws)

    def put(self, fields: Mapping[str, str], raw: bytes | str, position: int, at: str | None, kind: str) -> None:
        """Put an event that is given field by field."""
        names = tuple(name for name in fields if self.fields is None or name in self.fields)
        if (named := self._named.get(names)) is None:
            named = self._named[names] = Named(names, (None,) * len(names))
        self.put_values(named, map(fields.__getitem__, names), raw, position, at, kind)

    def put_values(  # noqa: PLR0917 -- what an event is, and no part of it without the others
        self, named: Named, values: Iterable[Any], raw: bytes | str, position: int, at: str | None, kind: str
    ) -> None:
        """Put an event of which the values of some fields are given; null stands for one that is not there."""
        group = self._groups.get(named)
        if group is None:
            group = self._groups[named] = _Group([*map(self._numbers, named.names, named.types)])
        group.rows.append(len(self._raws))
        group.numbers.extend(map(getitem, group.of, values))
        self._raws.append(raw)
        self._bytes += len(raw)
        self._positions.append(position)
        self._times.append(at)
        self._kinds.append(kind)

    def _numbers(self, name: str, type_: type | None) -> Any:
        return (self._columns.get(name) or self._columns.setdefault(name, _Column())).numbers(type_)

    def batch(self) -> pa.RecordBatch:
        """Return what was gathered, and begin anew."""
        length = len(self._raws)
        own = {
            TIME: instants(self._times, self._written_at),
            RAW: _texts(self._raws),
            SOURCE: pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, np.int32)), pa.array([self.source])),
            POSITION: pa.array(self._positions, pa.int64()),
            KIND: pa.array([self._kind] * length if self._kind else self._kinds, pa.utf8()).dictionary_encode(),
        }
        columns = self._of_fields(length) | own  # a field that is called as one of ours is none
        self._begin()
        schema = schema_of(name for name in columns if name not in own)
        return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _of_fields(self, length: int) -> dict[str, pa.Array]:
        found = {name: np.full(length, _NONE, dtype=np.int32) for name in self._columns}
        for named, group in self._groups.items():
            rows = np.array(group.rows, dtype=np.int64)
            numbers = np.frombuffer(group.numbers, dtype=np.int32).reshape(len(rows), len(named.names))
            for place, name in enumerate(named.names):
                found[name][rows] = numbers[:, place]
        return {
            name: pa.DictionaryArray.from_arrays(
                pa.array(numbers, mask=numbers == _NONE), _texts(list(self._columns[name].texts))
            )
            for name, numbers in found.items()
        }


class _Group:
    """Events that have the same fields: their rows, and for each of them the numbers of its values."""

    __slots__ = ("numbers", "of", "rows")

    def __init__(self, of: Sequence[Any]) -> None:
        self.rows: list[int] = []
        self.numbers = array("i")
        self.of = of


class _Numbers(dict[Any, int]):
    """A number for each text, in the order in which they are first met."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


class _Values(dict[Any, int]):
    """The number of the text of each value of one type."""

    def __init__(self, texts: _Numbers) -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, value: Any) -> int:
        text = value if type(value) is str and SEVERAL not in value else text_of(value)
        number = self[value] = _NONE if text is None else self._texts[text]
        return number


class _Unlike:
    """The numbers of the texts of values that may be equal and written otherwise, as 1 and 1.0 are, and of lists."""

    def __init__(self, texts: _Numbers, said: Callable[[Any], str | None]) -> None:
        self._texts, self._said = texts, said

    def __getitem__(self, value: Any) -> int:
        return _NONE if (text := self._said(value)) is None else self._texts[text]


class _Column:
    """A column in the making: its texts by number, and the numbers of values by their type."""

    __slots__ = ("_of_type", "texts")

    def __init__(self) -> None:
        self.texts = _Numbers()
        self._of_type: dict[type | None, Any] = {
            None: self.texts,
            float: _Unlike(self.texts, text_of),
            list: _Unlike(self.texts, joined),
        }

    def numbers(self, type_: type | None) -> Any:
        """Return what gives values of one type their numbers."""
        return self._of_type.get(type_) or self._of_type.setdefault(type_, _Values(self.texts))


def _texts(texts: Sequence[bytes | str]) -> pa.Array:
    """Return texts as an array; bytes that are no UTF-8 are replaced."""
    try:
        return pa.array(texts, pa.binary()).cast(pa.utf8())
    except pa.ArrowInvalid:
        return pa.array([one.decode("utf-8", "replace") if isinstance(one, bytes) else one for one in texts])
