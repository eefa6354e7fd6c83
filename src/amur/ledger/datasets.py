"""The ledger as a dataset: which kinds of acts were recorded when. Only what headers say, which is public."""

from __future__ import annotations

from collections.abc import Iterator

from amur.base.acting import Scope
from amur.base.datasets import Dataset, Row, dataset
from amur.ledger.reads import places
from amur.ledger.shapes import ENTRIES


def datasets(_: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of this room; they are open to everybody."""
    return (dataset(ENTRIES, _rows),)


def _rows(after: int, up_to: int) -> Iterator[Row]:
    for place in places(after, up_to):
        values = {
            "kind": place.kind,
            "subject_kind": place.subject.partition(":")[0],
            "happened_at": place.happened_at,
            "recorded_at": place.recorded_at,
        }
        yield place.index, place.subject, values
