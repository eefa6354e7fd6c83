"""Indicators of compromise matched over batches of events.

Each distinct value of a column is looked up once. Names and addresses, which are most of it, go through the index a
column at a time; what must be taken apart first is remembered from batch to batch, up to a number of bytes. Hits are
columns from the look-up to the end, so that a hit costs little where most values are hit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.events import SEVERAL, TIME
from amur.detection.iocs.fields import FIELDS, TOGETHER, Content, keys_in
from amur.detection.iocs.kinds import Kind
from amur.detection.iocs.shelf import KIND_NAMES, KINDS, Iocs
from amur.detection.iocs.suppression import Suppression
from amur.detection.iocs.texts import Places, buffers, spread

CACHED_BYTES = 16 << 20
"""How much of what was taken apart is remembered, in bytes."""
_EACH = 240
"""What one entry of the memory takes beside its text, in bytes: a slot, a text's head, a list."""
_PER_KEY = 160
_MOST_SUPPRESSED = 4096
"""Of how many hits it is remembered which warning lists speak of them; with their values it is 3 MB at most."""
_LONGEST_SUPPRESSED = 512
OVER = "valid_to"
"""What stands among the lists of a hit whose indicator was not meant any more when the event happened.

That something happened before ``valid_from`` does not count against a hit: who looks back over kept logs looks for just
that.
"""
_TEXTS = pa.dictionary(pa.int32(), pa.utf8())
HITS = pa.schema(
    {
        "row": pa.int64(), "field": _TEXTS, "value": _TEXTS, "indicator": _TEXTS, "number": pa.int64(),
        "kind": pa.dictionary(pa.int8(), pa.utf8()), "suppressed_by": pa.list_(pa.utf8()),
    }
)  # fmt: skip
"""The columns of hits, which have the names of the members of a `Hit`."""
_NONE = np.zeros(0, np.int64)
_LONG_AGO = np.iinfo(np.int64).min
_NO_HITS = pa.RecordBatch.from_arrays([pa.array([], each.type) for each in HITS], schema=HITS)


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


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits of a batch in the order of its rows: ``columns`` as `HITS` says, and one `Hit` after the other."""

    columns: pa.RecordBatch

    def __len__(self) -> int:
        return int(self.columns.num_rows)

    def __iter__(self) -> Iterator[Hit]:
        texts = [each.cast(pa.utf8()) if each.type == _TEXTS else each for each in self.columns.columns]
        for row, field, value, one, number, kind, lists in zip(*(each.to_pylist() for each in texts), strict=True):
            yield Hit(row, field, value, one, number, Kind(kind), tuple(lists))


class _Met(NamedTuple):
    """Which indicators the values of a field met: pairs of places among the values, ascending, and numbers."""

    values: pa.Array
    at: Places
    numbers: Places


class Matcher:
    """Looks through batches for indicators.

    ``fields`` says what each field holds, ``together`` which fields make a URL together.

    >>> from amur.detection.events import batch_of
    >>> from amur.detection.iocs.shelf import Origin, Shelf
    >>> shelf = Shelf()
    >>> shelf.take(Kind.DOMAIN, "evil.example", 1, Origin())
    >>> batch = batch_of([{"QueryName": "good.example"}, {"QueryName": "www.evil.example"}])
    >>> hits = Matcher(shelf.closed()).match(batch)
    >>> hits.columns["row"].to_pylist(), [(hit.row, hit.field, hit.indicator) for hit in hits]
    ([1], [(1, 'QueryName', 'domain:evil.example')])
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

    def match(self, batch: pa.RecordBatch) -> Hits:
        """Return the hits of a batch, in the order of its rows."""
        parts = []
        for name, content, column in self._columns(batch):
            values, rows = distinct(column)
            met = _Met(values, *self._found(content, values))
            if len(met.at):
                parts.append(self._hits(batch, name, rows, met))
        if not parts:
            return Hits(_NO_HITS)
        columns = pa.concat_batches(parts)
        if len(parts) > 1:
            columns = columns.take(pa.array(np.argsort(columns["row"].to_numpy(), kind="stable")))
        return Hits(columns)

    def _columns(self, batch: pa.RecordBatch) -> Iterator[tuple[str, Content, pa.Array]]:
        names = batch.schema.names
        for name in names:
            if (content := self._fields.get(name)) is not None and is_text(batch.column(name).type):
                yield name, content, batch.column(name)
        for parts in self._together:
            if parts[0] in names and parts[1] in names:
                yield parts[1], Content.URL, _joined([batch.column(each) for each in parts if each in names])

    def _found(self, content: Content, values: pa.Array) -> tuple[Places, Places]:
        """Return which indicators the values match, as two columns: numbers of the values, ascending, of indicators."""
        if content not in {Content.NAME, Content.ADDRESS}:
            return self._apart(content, np.arange(len(values)), values)
        found = []
        if content is Content.NAME and self._iocs.has("name"):
            found.append(self._iocs.named(values))
        if self._iocs.has("network"):
            found.append(self._iocs.holding(values.to_pylist()))
        if len(several := _several(values)):
            found.append(self._apart(content, several, values.take(pa.array(several))))
        return _in_order(found)

    def _apart(self, content: Content, numbers: Places, column: pa.Array) -> tuple[Places, Places]:
        """Take values apart and look up what is in them, except what is remembered."""
        values = column.to_pylist()
        known = {value: self._cache.get(content, value) for value in values}
        new = [value for value, ours in known.items() if ours is None]
        found = self._looked_up(content, new)
        for value in new:
            known[value] = found[value]
            self._cache.put(content, value, found[value])
        counts = np.fromiter((len(known[value] or ()) for value in values), np.int64, len(values))
        ours = np.fromiter((one for value in values for one in known[value] or ()), np.int64, int(counts.sum()))
        return np.repeat(numbers, counts), ours

    def _looked_up(self, content: Content, values: list[str]) -> dict[str, tuple[int, ...]]:
        """Return what the keys of each value match, the keys of a group looked up together."""
        groups: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        for value in values:
            for group, key in keys_in(content, value):
                if self._iocs.has(group):
                    groups[group].setdefault(key, []).append(value)
        found: dict[str, dict[int, None]] = {value: {} for value in values}
        for group, holders in groups.items():
            asked = list(holders)
            for at, number in zip(*map(np.ndarray.tolist, self._iocs.found(group, asked)), strict=True):
                for value in holders[asked[at]]:
                    found[value][number] = None
        return {value: tuple(numbers) for value, numbers in found.items()}

    def _hits(self, batch: pa.RecordBatch, field: str, rows: pa.Array, met: _Met) -> pa.RecordBatch:
        """Return the hits of one field: each row whose value met indicators, with each of these."""
        met, ids = _once(met, self._iocs.ids(met.numbers).dictionary_encode())
        counts = np.bincount(met.at, minlength=len(met.values) + 1)  # the last is for rows without a value, and 0
        whose = rows.fill_null(len(met.values)).to_numpy(zero_copy_only=False)
        hit = np.flatnonzero(counts.take(whose))
        whose = whose.take(hit)
        times = counts.take(whose)
        pairs = spread((np.cumsum(counts) - counts).take(whose), times)
        hit = np.repeat(hit, times)
        occurring = np.flatnonzero(counts)
        places = np.searchsorted(occurring, met.at).astype(np.int32)
        columns = [
            pa.array(hit),
            pa.DictionaryArray.from_arrays(np.zeros(len(hit), np.int32), pa.array([field])),
            pa.DictionaryArray.from_arrays(places.take(pairs), met.values.take(pa.array(occurring))),
            ids.take(pa.array(pairs)),
            pa.array(met.numbers.take(pairs)),
            pa.DictionaryArray.from_arrays(self._iocs.kinds(met.numbers).take(pairs), KIND_NAMES),
            self._against(batch, hit, pairs, met),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=HITS)

    def _against(self, batch: pa.RecordBatch, hit: Places, pairs: Places, met: _Met) -> pa.Array:
        """Return what stands against each hit, which is a row and a pair of what was met: warning lists, and `OVER`."""
        lists: dict[tuple[str, ...], int] = {(): 0}
        codes = np.zeros(len(pairs), np.int64)
        if self._suppression.lists:
            warned = self._warned(met.numbers, met.values.take(pa.array(met.at)).to_pylist())
            codes = np.array([lists.setdefault(each, len(lists)) for each in warned])[pairs]
        if self._iocs.any_ends and TIME in batch.schema.names:
            happened = batch.column(TIME).cast(pa.int64()).fill_null(_LONG_AGO).to_numpy(zero_copy_only=False)
            over = self._iocs.ends(met.numbers).take(pairs) <= happened.take(hit)
            and_over = np.array([lists.setdefault((*each, OVER), len(lists)) for each in list(lists)])
            codes = np.where(over, and_over[codes], codes)
        return pa.array([*map(list, lists)], pa.list_(pa.utf8())).take(pa.array(codes))

    def _warned(self, numbers: Places, values: list[str]) -> list[tuple[str, ...]]:
        """Return which warning lists speak of hits; what hits once hits often, so the answers are remembered."""
        hits = list(zip(numbers.tolist(), values, strict=True))
        known = {hit: self._suppressed[hit] for hit in hits if hit in self._suppressed}
        new = [hit for hit in hits if hit not in known]
        asked = np.array([number for number, _ in new], np.int64)
        kinds, own = self._iocs.kinds(asked), self._iocs.values(asked).to_pylist()
        for code in np.unique(kinds).tolist():
            ones = np.flatnonzero(kinds == code).tolist()
            said = [[own[one] for one in ones], [new[one][1] for one in ones]]
            known |= zip((new[one] for one in ones), self._suppression.names(KINDS[code], *said), strict=True)
        if len(self._suppressed) + len(new) > _MOST_SUPPRESSED:
            self._suppressed.clear()
        kept = (hit for hit in new[:_MOST_SUPPRESSED] if len(hit[1]) <= _LONGEST_SUPPRESSED)
        self._suppressed |= {hit: known[hit] for hit in kept}
        return [known[hit] for hit in hits]


def _in_order(found: list[tuple[Places, Places]]) -> tuple[Places, Places]:
    """Return pairs of several look-ups in the order of what was asked for; within that, in the order of look-ups."""
    if len(found) == 1:
        return found[0]
    at, numbers = (np.concatenate([_NONE, *(pair[side] for pair in found)]) for side in (0, 1))
    order = np.argsort(at, kind="stable")
    return at[order], numbers[order]


def _once(met: _Met, ids: pa.DictionaryArray) -> tuple[_Met, pa.DictionaryArray]:
    """Leave out what a value meets again under the same name: the same line twice, or in two lists, is one hit."""
    again = np.flatnonzero(np.bincount(met.at).take(met.at) > 1)
    if not len(again):
        return met, ids
    named = met.at[again] * len(ids.dictionary) + ids.indices.to_numpy()[again]
    is_kept = np.ones(len(met.at), np.bool_)
    is_kept[again] = False
    is_kept[again[np.unique(named, return_index=True)[1]]] = True
    return _Met(met.values, met.at[is_kept], met.numbers[is_kept]), ids.filter(pa.array(is_kept))


def _several(values: pa.Array) -> np.ndarray:
    """Return which texts hold several values; most columns have none, which their bytes tell at once."""
    _, data = buffers(values)
    if not len(data) or not (data == ord(SEVERAL)).any():
        return np.zeros(0, np.int64)
    return np.flatnonzero(pc.match_substring(values, SEVERAL).to_numpy(zero_copy_only=False))


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
