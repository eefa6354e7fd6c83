"""Finds in a batch of events what each rule says.

Each distinct value of a field is looked at once, by all rules together (`values`). What was found in the fields of an
event makes its shape; events of a shape that was met before cost one look-up. Only of a new shape are rules asked, and
only those of which a necessary atom was found.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from amur.detection.events import texts_of
from amur.detection.matching.bounded import Bound, Bounded
from amur.detection.matching.compiled import Compiled, Condition
from amur.detection.matching.keywords import Keywords
from amur.detection.matching.late import Row, compares
from amur.detection.matching.nodes import decide, holds, numbers_of
from amur.detection.sigma.atoms import WHOLE

_VALUES, _SHAPES = 32 * 2**20, 12 * 2**20
_OF_VALUE, _OF_SHAPE = 150, 400
_MOST_SETS = 400_000
Ints = np.ndarray[Any, np.dtype[np.int32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.intp]]
Keys = np.ndarray[Any, np.dtype[np.uint64]]


@dataclass(frozen=True, slots=True)
class Hits:
    """Which rule was found in which row of a batch, in the order of the rows: arrays of the same length.

    ``rules`` are places in the compiled rules, ``ways`` places of their variants.
    """

    rows: Ints
    rules: Ints
    ways: Ints

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)


class Shape(NamedTuple):
    """What is known of events of one shape, by places of conditions.

    ``fired`` hold of each of them. ``quiet`` hold of those in which no keyword is; where one may be, ``worded`` are
    asked again, if one of their ``parts`` is there. ``compared`` are asked of each, since they compare its fields.
    ``sets`` are the places of the sets of atoms that were found, kept where something is asked again.
    """

    fired: tuple[int, ...] = ()
    quiet: tuple[int, ...] = ()
    worded: tuple[int, ...] = ()
    compared: tuple[int, ...] = ()
    sets: Sequence[int] = ()
    parts: frozenset[int] = frozenset()


class Engine:
    """Matches batches against compiled rules; for one thread at a time."""

    def __init__(self, compiled: Compiled, *, values: int = _VALUES, shapes: int = _SHAPES) -> None:
        """Make it; ``values`` and ``shapes`` are how many bytes it may keep of what it met."""
        self.compiled = compiled
        self._matchers = compiled.matchers()
        self._matchers.pop(WHOLE, None)
        self._unknown = frozenset(compiled.atoms.get(WHOLE, ()))
        self._keywords = Keywords(compiled.atoms.get(WHOLE, {}))
        self._bounds = (Bound(values), Bound(shapes))
        self._values = {name: Bounded[str, int](self._bounds[0]) for name in self._matchers}
        self._shapes = Bounded[int, Shape](self._bounds[1])
        self._sets: dict[tuple[int, ...], int] = {}
        self._members: list[tuple[int, ...]] = [()]
        self._keys = _keys(1024)
        self._parts: dict[frozenset[int], frozenset[int]] = {}

    def match(self, batch: pa.RecordBatch) -> Hits:
        """Return what was found in a batch."""
        if len(self._sets) > _MOST_SETS:
            self._forget_sets()
        columns, same = self._columns(batch)
        signature = np.full(batch.num_rows, self._key_of(same), dtype=np.uint64)
        for column in columns:
            signature += self._keys[column]
        kinds, first, place = np.unique(signature, return_index=True, return_inverse=True)
        shapes = [self._shape(int(key), int(row), columns, same) for key, row in zip(kinds, first, strict=True)]
        return self._hits(batch, shapes, place)

    def remembered(self) -> int:
        """Return how many bytes it keeps of what it met, at the most."""
        return sum(bound.size for bound in self._bounds)

    def _columns(self, batch: pa.RecordBatch) -> tuple[list[Ints], list[int]]:
        """Return for each field in which something was found the set of atoms of each row; and sets of all rows."""
        columns, same = [], []
        there = {name: at for at, name in enumerate(batch.schema.names)}
        for name, matcher in self._matchers.items():
            if name not in there:
                same += [self._set_of(matcher.absent)] if matcher.absent else []
                continue
            column = batch.column(there[name])
            if not pa.types.is_dictionary(column.type):
                column = column.dictionary_encode()
            sets = self._sets_of(name, texts_of(column.dictionary))
            if not any(sets):
                continue
            codes = pc.fill_null(column.indices, len(sets) - 1).to_numpy(zero_copy_only=False)
            columns.append(np.array(sets, dtype=np.int32)[codes])
        return columns, same

    def _sets_of(self, name: str, values: Sequence[str | None]) -> list[int]:
        """Return the set of atoms of each value, and last that of an event without the field."""
        matcher, kept = self._matchers[name], self._values[name]
        sets = []
        for value in values:
            found = kept.get(value) if value is not None else self._set_of(matcher.absent)
            if found is None:
                found = self._set_of(matcher.find(value))
                kept.put(value or "", found, _OF_VALUE + len(value or ""))
            sets.append(found)
        sets.append(self._set_of(matcher.absent))
        return sets

    def _set_of(self, numbers: Sequence[int]) -> int:
        """Return the place of a set of atoms; the empty one is 0, and adds nothing to a signature."""
        if not numbers:
            return 0
        key = tuple(sorted(set(numbers)))
        if (place := self._sets.get(key)) is None:
            place = self._sets[key] = len(self._members)
            self._members.append(key)
            if place >= len(self._keys):
                self._keys = np.concatenate([self._keys, _chance(len(self._keys))])
        return place

    def _key_of(self, sets: Sequence[int]) -> np.uint64:
        with np.errstate(over="ignore"):
            return np.add.reduce(self._keys[list(sets)], dtype=np.uint64) if sets else np.uint64(0)

    def _shape(self, key: int, row: int, columns: Sequence[Ints], same: Sequence[int]) -> Shape:
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._asked(array("i", [*same, *(place for column in columns if (place := column[row]))]))
            self._shapes.put(key, shape, _OF_SHAPE + 4 * len(shape.sets))
        return shape

    def _found(self, sets: Sequence[int]) -> frozenset[int]:
        """Return the atoms of some sets."""
        return frozenset(number for one in sets for number in self._members[one])

    def _asked(self, sets: Sequence[int]) -> Shape:
        """Ask the rules that may hold where these sets of atoms do."""
        found = self._found(sets)
        compiled, leads = self.compiled, self.compiled.leads
        asked = dict.fromkeys([*compiled.always, *(one for number in found for one in leads.get(number, ()))])
        fired: list[int] = []
        pending: list[int] = []
        for place in sorted(asked):
            answer = decide(compiled.conditions[place].node, found, self._unknown)
            if answer is not False:
                (pending if answer is None else fired).append(place)
        if not pending:
            return Shape(tuple(fired))
        nodes = {place: compiled.conditions[place].node for place in pending}
        compared = tuple(place for place, node in nodes.items() if compares(node))
        worded = tuple(place for place in pending if place not in compared)
        quiet = tuple(place for place in worded if decide(nodes[place], found, ()))
        parts = self._keywords.parts_of(number for place in worded for number in numbers_of(nodes[place]))
        parts = self._parts.setdefault(parts, parts)  # most shapes have the same
        return Shape(tuple(fired), quiet, worded, compared, sets, parts if worded else frozenset())

    def _hits(self, batch: pa.RecordBatch, shapes: Sequence[Shape], place: Places) -> Hits:
        worded = _which(one.worded for one in shapes)[place]
        maybe = self._maybe(batch, shapes, place) if worded.any() else worded
        telling = _which(one.fired or one.quiet or one.compared for one in shapes)[place] | maybe
        rows: list[int] = []
        rules: list[int] = []
        ways: list[int] = []
        for row in np.flatnonzero(telling).tolist():
            last = -1
            for condition in self._held(batch, row, shapes[place[row]], has_words=bool(maybe[row])):
                if condition.rule != last:  # an event is one hit of a rule, however many ways lead to it
                    last = condition.rule
                    rows.append(row)
                    rules.append(condition.rule)
                    ways.append(condition.way)
        return Hits(*(np.array(one, dtype=np.int32) for one in (rows, rules, ways)))

    def _maybe(self, batch: pa.RecordBatch, shapes: Sequence[Shape], place: Places) -> Mask:
        """Return the rows in which a keyword may stand that one of their conditions looks for."""
        maybe = np.zeros(batch.num_rows, dtype=np.bool_)
        for row, part in self._keywords.parts_in(batch):
            if part in shapes[place[row]].parts:
                maybe[row] = True
        return maybe

    def _held(self, batch: pa.RecordBatch, row: int, shape: Shape, *, has_words: bool) -> Iterator[Condition]:
        """Yield the conditions that hold of one event, in their order."""
        late: tuple[int, ...] = shape.compared + (shape.worded if has_words else ())
        held = shape.fired + (() if has_words else shape.quiet)
        if late:
            event = Row(batch, row)
            found = self._found(shape.sets)
            found |= self._keywords.find(event.text()) if self._unknown else frozenset()
            nodes = ((one, self.compiled.conditions[one].node) for one in late)
            held += tuple(one for one, node in nodes if holds(node, found, event.compare))
        return (self.compiled.conditions[one] for one in sorted(held))

    def _forget_sets(self) -> None:
        """Begin anew with sets of atoms; what was kept by their places goes with them."""
        self._sets, self._members, self._keys = {}, [()], _keys(1024)
        self._parts.clear()
        for bound in self._bounds:
            bound.clear()


def _which(said: Iterable[object]) -> Mask:
    return np.array([bool(one) for one in said], dtype=np.bool_)


def _keys(count: int) -> Keys:
    """Return as many keys, the first of which adds nothing."""
    keys = _chance(count)
    keys[0] = 0
    return keys


def _chance(count: int) -> Keys:
    """Return so many numbers that nobody who writes a log can know, so that nobody makes two shapes look alike."""
    return np.frombuffer(secrets.token_bytes(8 * count), dtype=np.uint64).copy()
