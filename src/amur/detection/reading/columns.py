"""Events gathered into columns. Events with the same names are kept as rows of values, and turned round at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from amur.detection.events import KIND, POSITION, RAW, SOURCE, TEXT, TIME, schema_of
from amur.detection.reading.times import instants
from amur.detection.reading.values import text_of

Group = tuple[list[int], list[Sequence[Any]]]
"""The rows of events that have the same names, and the values of each of them in the order of these names."""
Piece = tuple[list[int], pa.Array]
_MOST_BYTES = 8 * 2**20


class Gathering:
    """Gathers events of one source until they make a batch."""

    def __init__(self, source: str, fields: frozenset[str] | None, kind: str = "") -> None:
        """Gather some fields, or all; ``kind`` is said of every event, whatever it looks like."""
        self.source, self._fields, self._kind = source, fields, kind
        self._outer = {name.partition(".")[0] for name in fields or () if "." in name}
        self._begin()

    def _begin(self) -> None:
        self._groups: dict[tuple[str, ...], Group] = {}
        self._raws: list[bytes | str] = []
        self._times: list[str | None] = []
        self._positions: list[int] = []
        self._kinds: list[str] = []
        self._bytes = 0

    def is_full(self, rows: int) -> bool:
        """Say whether what was gathered makes a batch: so many events, or as many bytes as one may have."""
        return len(self._raws) >= rows or self._bytes >= _MOST_BYTES

    def __len__(self) -> int:
        """Return how many events were gathered."""
        return len(self._raws)

    def wants(self, name: str) -> bool:
        """Say whether a field is gathered."""
        return self._fields is None or name in self._fields

    def wants_inside(self, name: str) -> bool:
        """Say whether a field is gathered that may stand inside another of this name."""
        return self._fields is None or name in self._outer

    def group(self, names: tuple[str, ...]) -> Group:
        """Return the events that have these names and no others; which is another one after each batch."""
        found = self._groups.get(names)
        if found is None:
            found = self._groups[names] = ([], [])
        return found

    def put(self, fields: Mapping[str, str], raw: bytes | str, position: int, at: str | None, kind: str) -> None:
        """Put an event that is given field by field."""
        wanted = fields if self._fields is None else {name: fields[name] for name in fields if name in self._fields}
        rows, values = self.group(tuple(wanted))
        rows.append(len(self._raws))
        values.append(tuple(wanted.values()))
        self.put_rest(raw, position, at, kind)

    def put_rest(self, raw: bytes | str, position: int, at: str | None, kind: str) -> None:
        """Put what every event has; its values were put in its group before."""
        self._raws.append(raw)
        self._bytes += len(raw)
        self._positions.append(position)
        self._times.append(at)
        self._kinds.append(self._kind or kind)

    def batch(self) -> pa.RecordBatch:
        """Return what was gathered, and begin anew."""
        length = len(self._raws)
        columns = {
            TIME: instants(self._times),
            RAW: _texts(self._raws),
            SOURCE: pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, np.int32)), pa.array([self.source])),
            POSITION: pa.array(self._positions, pa.int64()),
            KIND: pa.array(self._kinds, pa.utf8()).dictionary_encode(),
        }
        for name, pieces in self._pieces().items():
            columns[name] = _column(pieces, length)
        self._begin()
        schema = schema_of(name for name in columns if name not in _OWN)
        return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _pieces(self) -> dict[str, list[Piece]]:
        found: dict[str, list[Piece]] = {}
        for names, (rows, values) in self._groups.items():
            if not rows:  # a plan that fitted no event
                continue
            for name, column in zip(names, zip(*values, strict=True), strict=True):
                found.setdefault(name, []).append((rows, _array(column)))
        return found


_OWN = {TIME, RAW, SOURCE, POSITION, KIND}


def _array(values: tuple[Any, ...]) -> pa.Array:
    """Return values of any plain kind as text."""
    if type(values[0]) is not str:
        kinds = set(map(type, values))
        if kinds == {int} and max(map(abs, values)) < 2**63:
            return pa.array(values, pa.int64()).cast(pa.utf8())
    try:
        return pa.array(values, pa.utf8())
    except (TypeError, pa.ArrowInvalid):
        return _array(tuple(value if type(value) is str else text_of(value) for value in values))
    except UnicodeEncodeError:  # half of a pair of signs, which JSON can say and UTF-8 cannot
        said = [value if type(value) is str else text_of(value) for value in values]
        return pa.array([None if one is None else _whole(one) for one in said], pa.utf8())


def _texts(raws: Sequence[bytes | str]) -> pa.Array:
    try:
        return pa.array(raws, pa.binary()).cast(pa.utf8())
    except (pa.ArrowInvalid, UnicodeEncodeError):
        return pa.array([one.decode("utf-8", "replace") if isinstance(one, bytes) else _whole(one) for one in raws])


def _whole(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _column(pieces: Sequence[Piece], length: int) -> pa.DictionaryArray:
    """Return a column of so many rows of pieces of it; where there is none, it is null."""
    encoded = pa.concat_arrays([array for _, array in pieces]).dictionary_encode()
    rows = np.concatenate([np.array(each, dtype=np.int64) for each, _ in pieces])
    codes = np.full(length, -1, dtype=np.int32)
    codes[rows] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), encoded.dictionary).cast(TEXT)
