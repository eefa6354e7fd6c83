"""Indicators of compromise matched over batches of events.

Each distinct value of a column is looked up once. Names and addresses, which are most of it, go through the index a
column at a time; what must be taken apart first is remembered from batch to batch, up to a number of bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.events import SEVERAL, TIME
from amur.detection.iocs.extracting import Key, keys_in
from amur.detection.iocs.fields import FIELDS, TOGETHER, Content
from amur.detection.iocs.kinds import Kind
from amur.detection.iocs.shelf import Iocs, Meant
from amur.detection.iocs.suppression import Suppression
from amur.detection.iocs.texts import buffers

CACHED_BYTES = 16 << 20
"""How much of what was taken apart is remembered, in bytes."""
_EACH = 240
"""What one entry of the memory takes beside its text, in bytes: a slot, a text's head, a list."""
_PER_KEY = 160
_MOST_SUPPRESSED = 4096
"""Of how many hits it is remembered which warning lists speak of them; with their values it is 3 MB at most."""
_LONGEST_SUPPRESSED = 512
OVER = "valid_to"
"""What stands among the lists of a hit whose indicator was not meant any more when the event happened."""


class Hit(NamedTuple):
    """An indicator that a value of an event matches.

    ``row`` counts in the batch from 0; ``value`` is the whole value of the field, ``number`` that of the indicator.
    ``suppressed_by`` names the warning lists that speak of it, and `OVER`; where it is empty, the hit counts.
    """

    row: int
    field: str
    value: str
    indicator: str
    number: int
    kind: Kind
    suppressed_by: tuple[str, ...] = ()


class Matcher:
    """Looks through batches for indicators.

    ``fields`` says what each field holds, ``together`` which fields make a URL together.

    >>> from amur.detection.events import batch_of
    >>> from amur.detection.iocs.shelf import Origin, Shelf
    >>> shelf = Shelf()
    >>> shelf.take(Kind.DOMAIN, "evil.example", 1, Origin())
    >>> batch = batch_of([{"QueryName": "good.example"}, {"QueryName": "www.evil.example"}])
    >>> [(hit.row, hit.field, hit.indicator) for hit in Matcher(shelf.closed()).match(batch)]
    [(1, 'QueryName', 'domain:evil.example')]
    """

    def __init__(
        self,
        iocs: Iocs,
        suppression: Suppression | None = None,
        *,
        fields: Mapping[str, Content] = FIELDS,
        together: Sequence[Sequence[str]] = TOGETHER,
        cached_bytes: int = CACHED_BYTES,
    ) -> None:
        self._iocs = iocs
        self._suppression = suppression or Suppression()
        self._fields = dict(fields)
        self._together = [tuple(each) for each in together]
        self._cache = _Remembered(cached_bytes)
        self._suppressed: dict[tuple[int, str], tuple[str, ...]] = {}

    @property
    def fields(self) -> frozenset[str]:
        """Return which fields readers have to gather for it."""
        return frozenset({*self._fields, *(name for names in self._together for name in names)})

    def match(self, batch: pa.RecordBatch) -> list[Hit]:
        """Return the hits of a batch, in the order of its rows."""
        hits: list[Hit] = []
        for name, content, column in self._columns(batch):
            values, rows = distinct(column)
            found = self._found(content, values)
            if found:
                hits += self._hits(batch, name, values, rows, found)
        hits.sort(key=lambda hit: hit.row)
        return hits

    def _columns(self, batch: pa.RecordBatch) -> Iterator[tuple[str, Content, pa.Array]]:
        names = batch.schema.names
        for name in names:
            if (content := self._fields.get(name)) is not None and is_text(batch.column(name).type):
                yield name, content, batch.column(name)
        for parts in self._together:
            if parts[0] in names and parts[1] in names:
                yield parts[1], Content.URL, _joined([batch.column(each) for each in parts if each in names])

    def _found(self, content: Content, values: pa.Array) -> dict[int, list[int]]:
        """Return which indicators the values match: number of the value → numbers of indicators, each once."""
        pairs: list[tuple[int, int]] = []
        apart = np.arange(len(values))
        if content in {Content.NAME, Content.ADDRESS}:
            apart = _several(values)
            if content is Content.NAME:
                pairs += self._iocs.named(values)
            if self._iocs.has("network"):
                pairs += self._iocs.holding(values.to_pylist())
        if len(apart):
            pairs += self._apart(content, apart.tolist(), values.take(pa.array(apart)).to_pylist())
        found: dict[int, list[int]] = {}
        for value, number in pairs:
            numbers = found.setdefault(value, [])
            if number not in numbers:
                numbers.append(number)
        return found

    def _apart(self, content: Content, numbers: list[int], values: list[str]) -> Iterator[tuple[int, int]]:
        """Take values apart and look up what is in them, except what is remembered."""
        new: dict[str, list[Key]] = {}
        for value in values:
            if self._cache.get(content, value) is None and value not in new:
                new[value] = keys_in(content, value)
        looked_up = self._looked_up(new)
        for number, value in zip(numbers, values, strict=True):
            ours = looked_up.get(value)
            for one in self._cache.get(content, value) or () if ours is None else ours:
                yield number, one
        for value, ours in looked_up.items():
            self._cache.put(content, value, ours)

    def _looked_up(self, new: dict[str, list[Key]]) -> dict[str, tuple[int, ...]]:
        """Return what the keys of each value match, the keys of a group looked up together."""
        groups: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for value, keys in new.items():
            for group, key in keys:
                if self._iocs.has(group):
                    groups[group].setdefault(key, []).append(value)
        found: dict[str, dict[int, None]] = {value: {} for value in new}
        for group, holders in groups.items():
            asked = list(holders)
            if group == "name":
                pairs = self._iocs.named(pa.array(asked, pa.utf8()))
            elif group == "network":
                pairs = self._iocs.holding(asked)
            else:
                pairs = self._iocs.equal(group, asked)
            for at, number in pairs:
                for value in holders[asked[at]]:
                    found[value][number] = None
        return {value: tuple(numbers) for value, numbers in found.items()}

    def _hits(
        self, batch: pa.RecordBatch, field: str, values: pa.Array, rows: pa.Array, found: dict[int, list[int]]
    ) -> Iterator[Hit]:
        is_hit = np.zeros(len(values) + 1, np.bool_)
        is_hit[list(found)] = True
        whose = rows.fill_null(len(values)).to_numpy(zero_copy_only=False)
        times = batch.column(TIME) if TIME in batch.schema.names else None
        ready = self._ready(values, found)
        hit = np.flatnonzero(is_hit[whose])
        for row, at in zip(hit.tolist(), whose[hit].tolist(), strict=True):
            value, ones = ready[at]
            for number, one, names in ones:
                over = (OVER,) if one.valid_to is not None and _is_over(one.valid_to, times, row) else ()
                yield Hit(row, field, value, one.id, number, one.kind, names + over)

    def _ready(
        self, values: pa.Array, found: dict[int, list[int]]
    ) -> dict[int, tuple[str, list[tuple[int, Meant, tuple[str, ...]]]]]:
        """Return for each value that is hit what stands in its hits, whichever rows they are of."""
        meant = self._iocs.meant([number for numbers in found.values() for number in numbers])
        ready = {}
        for (at, numbers), value in zip(found.items(), values.take(pa.array(found)).to_pylist(), strict=True):
            # The same line twice, or in two lists that say nothing more of it, is one hit.
            once = {meant[number].id: number for number in reversed(numbers)}
            ones = [(number, meant[number]) for number in numbers if once[meant[number].id] == number]
            ready[at] = (value, [(number, one, self._names(number, one, value)) for number, one in ones])
        return ready

    def _names(self, number: int, one: Meant, value: str) -> tuple[str, ...]:
        """Return the warning lists that speak of a hit; what hits once hits often, so the answers are remembered."""
        if not self._suppression.lists:
            return ()
        names = self._suppressed.get((number, value))
        if names is None:
            names = self._suppression.names(one.kind, one.value, value)
            if len(self._suppressed) == _MOST_SUPPRESSED:
                self._suppressed.clear()
            if len(value) <= _LONGEST_SUPPRESSED:
                self._suppressed[number, value] = names
        return names


def _several(values: pa.Array) -> np.ndarray:
    """Return which texts hold several values; most columns have none, which their bytes tell at once."""
    _, data = buffers(values)
    if not len(data) or not (data == ord(SEVERAL)).any():
        return np.zeros(0, np.int64)
    return np.flatnonzero(pc.match_substring(values, SEVERAL).to_numpy(zero_copy_only=False))


def _is_over(valid_to: datetime, times: pa.Array | None, row: int) -> bool:
    """Say whether an indicator was not meant any more when an event happened.

    That something happened before ``valid_from`` does not count against a hit: who looks back over kept logs looks for
    just that.
    """
    at: datetime | None = times[row].as_py() if times is not None else None
    return at is not None and at >= valid_to


class _Remembered:
    """Which indicators values match, for the values seen last; no more of it than a number of bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[tuple[Content, str], tuple[int, ...]] = {}
        self.nbytes = 0

    def get(self, content: Content, value: str) -> tuple[int, ...] | None:
        return self._kept.get((content, value))

    def put(self, content: Content, value: str, found: tuple[int, ...]) -> None:
        self._kept[content, value] = found
        self.nbytes += _size(value, found)
        while self.nbytes > self._most:
            oldest = next(iter(self._kept))
            self.nbytes -= _size(oldest[1], self._kept.pop(oldest))


def _size(value: str, found: tuple[int, ...]) -> int:
    widest = 1 if value.isascii() else 4
    return _EACH + widest * len(value) + _PER_KEY * len(found)


def is_text(kind: pa.DataType) -> bool:
    """Say whether a column of this type holds texts, plain or as a dictionary.

    >>> is_text(pa.dictionary(pa.int8(), pa.utf8())), is_text(pa.int64())
    (True, False)
    """
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def distinct(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the texts of a column that occur, without nulls, and for each row the number of its text.

    >>> values, rows = distinct(pa.array(["b", None, "b"]))
    >>> values.to_pylist(), rows.to_pylist()
    (['b'], [0, None, 0])
    """
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    elif len(column.dictionary) > len(column) or column.dictionary.null_count:
        column = column.cast(column.type.value_type).dictionary_encode()  # a slice of something larger
    values = column.dictionary
    return values if values.type == pa.utf8() else values.cast(pa.utf8()), column.indices.cast(pa.int64())


def _joined(parts: Sequence[pa.Array]) -> pa.Array:
    """Return the URLs that host, path and perhaps query make; null where there is no host or no path."""
    host, path, *queries = [part.cast(pa.utf8()) for part in parts]
    found = pc.if_else(pc.starts_with(path, "/"), pc.binary_join_element_wise("//", host, path, ""), path)
    for query in queries:
        has = pc.and_(pc.is_valid(query), pc.invert(pc.is_in(query, pa.array(["", "-"]))))
        with_query = pc.binary_join_element_wise(found, pc.utf8_ltrim(query, "?"), "?")
        found = pc.if_else(has, with_query, found)
    return pc.if_else(pc.is_valid(host), found, pa.scalar(None, pa.utf8()))
