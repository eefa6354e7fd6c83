"""Derived fields as columns of a batch: each distinct value is made once, and what a log says itself stays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.deriving.declarations import Names, Way
from amur.detection.deriving.derivations import Derivations
from amur.detection.deriving.making import Made, Patterns, one_of
from amur.detection.events import KIND, POSITION, RAW, SEVERAL, SOURCE, TEXT, TIME

_OWN = frozenset({TIME, RAW, SOURCE, POSITION, KIND})
_MINUTE = 60_000_000
Codes = np.ndarray[Any, np.dtype[np.int32]]
Rows = np.ndarray[Any, np.dtype[np.bool_]]


def sources_of(wanted: Iterable[str], derivations: Derivations) -> frozenset[str]:
    """Return which fields readers have to gather beside those that are wanted, so that these can be derived.

    ``KIND`` among those wanted stands for the kinds of logs that are told by what is in them.

    >>> from amur.detection.deriving.derivations import load
    >>> "id.orig_h" in sources_of(["src_zone"], load()), sources_of(["Image"], Derivations())
    (True, frozenset())
    """
    found: set[str] = set()
    waiting = list(wanted)
    if KIND in waiting:
        waiting += (name for _, telling in derivations.kinds for name in telling.where)
        found.update(waiting)
    while waiting:
        for way, _ in derivations.ready.get(waiting.pop(), ()):
            new = way.needs - found
            found |= new
            waiting += new
    return frozenset(found - {*wanted} - _OWN)


def derived(batch: pa.RecordBatch, wanted: Collection[str], derivations: Derivations) -> pa.RecordBatch:
    """Return a batch with those of the wanted fields that can be derived, each where an event has it not itself.

    A field that is there stays as it is; only a way that gives a word for the field's own value puts this word beside
    it, so that both are true of the event. What cannot be said is null. With ``KIND`` among the wanted, events are of
    further kinds as well.

    >>> from amur.detection.deriving.derivations import load
    >>> from amur.detection.events import batch_of
    >>> batch = batch_of([{"query": "a.b.example.com"}, {"query": "x", "query_domain": "kept"}], kind="zeek//dns")
    >>> derived(batch, {"query_domain"}, load()).column("query_domain").to_pylist()
    ['example.com', 'kept']
    """
    names = sorted(name for name in wanted if name in derivations.ready)
    if not batch.num_rows or not (names or KIND in wanted):
        return batch
    work = _Work(batch, derivations)
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    for name in names:
        if (column := work.field(name)) is not None:
            columns[name] = column.as_arrow()
    if KIND in wanted:
        columns[KIND] = work.kinds.as_arrow()
    return pa.RecordBatch.from_pydict(columns)


@lru_cache(maxsize=1_000)
def _patterns(patterns: Names) -> Patterns:
    return Patterns({"": patterns})


class _Column:
    """A column as the place of each row's text, -1 where there is none."""

    def __init__(self, codes: Codes, texts: list[str], original: pa.DictionaryArray | None = None) -> None:
        self.codes, self._texts = codes, texts
        self._original = original
        self._places: dict[str, int] | None = None

    @classmethod
    def of(cls, column: pa.Array) -> _Column:
        """Return a column of a batch, plain or as a dictionary."""
        if column.type != TEXT or column.dictionary.null_count:
            column = column.cast(pa.utf8()).dictionary_encode()
        return cls(pc.fill_null(column.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False), [], column)

    @classmethod
    def of_times(cls, column: pa.Array) -> _Column:
        """Return the minutes since 1970 of a column of instants, as texts."""
        micros = pc.fill_null(column.cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
        minutes, codes = np.unique(micros // _MINUTE, return_inverse=True)
        there = column.is_valid().to_numpy(zero_copy_only=False)
        return cls(np.where(there, codes, -1).astype(np.int32), [str(one) for one in minutes.tolist()])

    @property
    def is_whole(self) -> bool:
        """Say whether each row has a text."""
        return bool((self.codes >= 0).all())

    def as_arrow(self) -> pa.Array:
        """Return it as a column of a batch; one that was never changed as it came."""
        if self._original is not None:
            return self._original
        texts = pa.array(self._texts, pa.utf8())
        return pa.DictionaryArray.from_arrays(pa.array(self.codes, mask=self.codes < 0), texts).cast(TEXT)

    def changed(self) -> _Column:
        """Return one that may be changed."""
        texts = self._texts if self._original is None else self._original.dictionary.to_pylist()
        return _Column(self.codes.copy(), list(texts))

    @property
    def size(self) -> int:
        """Return how many texts it has."""
        return len(self._texts if self._original is None else self._original.dictionary)

    def texts_of(self, codes: Codes) -> list[str]:
        """Return the texts of some places."""
        if self._original is None:
            return [self._texts[code] for code in codes.tolist()]
        texts: list[str] = self._original.dictionary.take(pa.array(codes)).to_pylist()
        return texts

    def put(self, rows: Rows, source: _Column, makers: Sequence[Made], *, beside: bool) -> None:
        """Make the values of some rows of those of another column; ``beside`` keeps what stood there."""
        places = np.flatnonzero(rows & (source.codes >= 0))
        if not len(places):
            return
        used = _used(source.codes[places])
        values = source.texts_of(used)
        made = [
            _beside(value, one) if beside else one for value, one in zip(values, _made(values, makers), strict=True)
        ]
        new = np.array([-1 if one is None else self._place(one) for one in made], np.int32)
        self.codes[places] = new[np.searchsorted(used, source.codes[places])]

    def _place(self, text: str) -> int:
        if self._places is None:
            self._places = {one: place for place, one in enumerate(self._texts)}
        place = self._places.setdefault(text, len(self._texts))
        if place == len(self._texts):
            self._texts.append(text)
        return place

    def holding(self, patterns: Names, rows: Rows) -> Rows:
        """Return in which of some rows the value is as one of some patterns."""
        used = _used(self.codes[rows])
        texts = pc.utf8_lower(pa.array(self.texts_of(used), pa.utf8()))
        held = used[pc.match_substring_regex(texts, one_of(patterns)).to_numpy(zero_copy_only=False)]
        return rows & np.isin(self.codes, held)


class _Kinds(_Column):
    """The kinds of events, of which a batch has few: each is looked at once, and asked often."""

    @cached_property
    def _each(self) -> list[tuple[int, str]]:
        used = _used(self.codes)
        return list(zip(used.tolist(), self.texts_of(used), strict=True))

    def of_one(self, patterns: Names) -> Rows | None:
        """Return in which rows the kind is as one of some patterns; None where it is in none."""
        asked = _patterns(patterns)
        held = [code for code, text in self._each if asked.hold(text)]
        return np.isin(self.codes, held) if held else None


def _used(codes: Codes) -> Codes:
    """Return which places of texts some rows have, each once."""
    return np.flatnonzero(np.bincount(codes[codes >= 0])).astype(np.int32)


def _made(values: Sequence[str], makers: Sequence[Made]) -> list[str | None]:
    """Return what some makers, one after another, make of values."""
    found: list[str | None] = list(values)
    for maker in makers:
        there = [one for one in found if one is not None]
        made = iter(maker(there))
        found = [None if one is None else next(made) for one in found]
    return found


def _beside(value: str, word: str | None) -> str:
    return value if word is None or word in value.split(SEVERAL) else f"{value}{SEVERAL}{word}"


class _Work:
    """Derives fields of one batch, each once."""

    def __init__(self, batch: pa.RecordBatch, derivations: Derivations) -> None:
        self._batch, self._derivations = batch, derivations
        self._all = np.ones(batch.num_rows, np.bool_)
        self._own: dict[str, _Column | None] = {}
        self._fields: dict[str, _Column | None] = {}
        self._of_kinds: dict[Names, Rows | None] = {}

    @cached_property
    def kinds(self) -> _Kinds:
        """Return the kinds of each event: what its reader says, and what stands in it."""
        column = self.own(KIND) or self._empty()
        told = _Kinds(column.codes, column.texts_of(np.arange(column.size, dtype=np.int32)))
        of = {one.of: told.of_one(one.of) if one.of else self._all for _, one in self._derivations.kinds}
        rows = [(kind, self._told(one.where, of[one.of], self.own)) for kind, one in self._derivations.kinds]
        return _with_kinds(told, [(kind, one) for kind, one in rows if one is not None and one.any()])

    def own(self, name: str) -> _Column | None:
        """Return a field as the log has it."""
        if name not in self._own:
            at = self._batch.schema.get_field_index(name)
            column = None if at < 0 else self._batch.column(at)
            there = column is not None and column.null_count < len(column)
            make = _Column.of_times if name == TIME else _Column.of
            self._own[name] = make(column) if there else None
        return self._own[name]

    def field(self, name: str) -> _Column | None:
        """Return a field as the log has it and, where it has it not, as it can be derived; None if it is nowhere."""
        if name not in self._fields:
            self._fields[name] = None  # what a field is derived from never asks for itself
            self._fields[name] = self._derived(name)
        return self._fields[name]

    def _derived(self, name: str) -> _Column | None:
        column, is_ours = self.own(name), False
        for way, makers in self._derivations.ready.get(name, ()):
            if column is not None and column.is_whole and name not in way.sources:
                continue
            if (rows := self._rows(way)) is None:
                continue
            for source in way.sources:
                beside = source == name
                asked = rows if beside or column is None else rows & (column.codes < 0)
                if not asked.any() or (found := column if beside else self._source(source)) is None:
                    continue
                if column is None and not makers and rows is self._all:
                    column = found  # as it stands there
                    continue
                if column is None or not is_ours:
                    column, is_ours = column.changed() if column else self._empty(), True
                column.put(asked, column if beside else found, makers, beside=beside)
        return None if column is None or (column.codes < 0).all() else column

    def _source(self, name: str) -> _Column | None:
        return self.own(TIME) if name == TIME else self.field(name)

    def _empty(self) -> _Column:
        return _Column(np.full(len(self._all), -1, np.int32), [])

    def _rows(self, way: Way) -> Rows | None:
        """Return for which events a way holds; None if for none."""
        if not way.of:
            return self._told(way.where, self._all, self.field)
        if way.of not in self._of_kinds:
            self._of_kinds[way.of] = self.kinds.of_one(way.of)
        return self._told(way.where, self._of_kinds[way.of], self.field)

    def _told(
        self, where: Mapping[str, Names], rows: Rows | None, field: Callable[[str], _Column | None]
    ) -> Rows | None:
        """Return in which of some rows stands what is meant; None if in none."""
        for name, patterns in where.items():
            if rows is None or (column := field(name)) is None:
                return None
            rows = column.holding(patterns, rows)
            rows = rows if rows.any() else None
        return rows


def _with_kinds(told: _Kinds, more: Sequence[tuple[str, Rows]]) -> _Kinds:
    """Return kinds with more of them, each for some rows."""
    if not more:
        return told
    numbers = told.codes.astype(np.int64) + 1
    for _, rows in more:
        numbers = np.unique(numbers * 2 + rows, return_inverse=True)[1]
    _, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
    texts = []
    for row in first.tolist():
        said = told.texts_of(told.codes[[row]]) if told.codes[row] >= 0 else []
        texts.append(SEVERAL.join(dict.fromkeys([*filter(None, said), *(kind for kind, rows in more if rows[row])])))
    return _Kinds(codes.astype(np.int32), texts)
