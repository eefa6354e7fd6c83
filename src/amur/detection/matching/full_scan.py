"""The same question asked the slow way: each rule of each event, each test on its own. It judges the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from amur.detection.matching.late import Row
from amur.detection.sigma.atoms import WHOLE, Atom, Op, holds
from amur.detection.sigma.rules import Rule
from amur.detection.sigma.trees import evaluate


def full_scan(rules: tuple[Rule, ...], batch: pa.RecordBatch) -> Iterator[tuple[int, int]]:
    """Yield the row and the place of each rule that holds of an event, in the order of the rows."""
    for row in range(batch.num_rows):
        event = Row(batch, row)
        for place, rule in enumerate(rules):
            if any(evaluate(variant.tree, Held(event)) for variant in rule.variants):
                yield row, place


class Held:
    """Says of one event whether an atom holds."""

    __slots__ = ("_event",)

    def __init__(self, event: Row) -> None:
        """Name the event."""
        self._event = event

    def __call__(self, atom: Atom) -> bool:
        """Say whether the atom holds of the event."""
        if atom.op is Op.FIELD:
            return self._event.compare(atom)
        return holds(atom, self._event.text() if atom.field == WHOLE else self._event.value(atom.field))
