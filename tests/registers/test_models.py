from __future__ import annotations

import uuid

from amur.registers.models import Record, RecordVersion


def test_each_row_says_what_it_is():
    record = Record(id=uuid.UUID(int=1), register="licences", key="L-1")
    assert str(record) == "licences L-1"
    assert str(RecordVersion(record=record, number=3)) == f"{record.id} version 3"
