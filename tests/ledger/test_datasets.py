from __future__ import annotations

import pytest
from django.db import transaction

from amur.base.acting import PUBLIC, system
from amur.ledger import acts, reads
from amur.ledger.datasets import datasets

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(now):
    """Seal five entries about two kinds of things."""
    with transaction.atomic():
        for number, subject in enumerate(["case:1", "record:a:1", "case:2", "case:3", "record:b:1"]):
            acts.record(subject=subject, kind=f"test.k{number % 2}", by=system("t"), now=now, body={})
    acts.seal(now)


def test_each_entry_is_a_row_that_says_when_and_what_kind(sealed, now):
    (entries,) = datasets(PUBLIC)
    found = [row for batch in entries.batches(-1, 3) for row in batch.to_pylist()]
    assert [row["_index"] for row in found] == [0, 1, 2, 3]
    assert [row["subject_kind"] for row in found] == ["case", "record", "case", "case"]
    assert {row["recorded_at"] for row in found} == {now}


def test_places_are_found_by_range_beginning_and_kind(sealed, monkeypatch):
    monkeypatch.setattr(reads.entries, "_ROWS", 2)
    assert [place.index for place in reads.places(-1, 4)] == [0, 1, 2, 3, 4]
    assert [place.index for place in reads.places(0, 3)] == [1, 2, 3]
    assert [place.subject for place in reads.places(-1, 4, subjects="case:")] == ["case:1", "case:2", "case:3"]
    assert [place.index for place in reads.places(-1, 4, subjects="record:", kinds=["test.k0"])] == [4]
