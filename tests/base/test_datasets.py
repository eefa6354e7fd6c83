from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from amur.base.datasets import ROWS, Shape, batched, dataset
from amur.base.declared import Text
from amur.base.fields.column import BOOLEAN, DATE, INSTANT, INTEGER, TEXT, Column

TITLE = Text(zh="灯", en="Lamps")
EVERYTHING = {
    "text": TEXT,
    "whole": INTEGER,
    "money": Column("decimal", scale=2),
    "flag": BOOLEAN,
    "day": DATE,
    "at": INSTANT,
    "many": Column("list", item=TEXT),
    "nested": Column("struct", columns=(("a", INTEGER),)),
}
SHAPE = Shape("lamps", TITLE, EVERYTHING, ("text",), "restricted")


def test_every_kind_of_column_keeps_its_value():
    values = {
        "text": "灯",
        "whole": 7,
        "money": Decimal("1.20"),
        "flag": False,
        "day": date(2026, 1, 1),
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "many": ["a"],
        "nested": {"a": 1},
    }
    given = dataset(SHAPE, lambda *_: [(3, "s:1", values)])
    (batch,) = given.batches(-1, 3)
    assert batch.schema == given.schema
    assert batch.to_pylist() == [{"_index": 3, "_subject": "s:1", **values}]
    assert (given.name, given.openness, given.key) == ("lamps", "restricted", ("text",))


def test_rows_come_in_batches():
    sizes = [batch.num_rows for batch in batched(SHAPE, ((n, "s", {}) for n in range(ROWS + 1)))]
    assert sizes == [ROWS, 1]


def test_a_value_of_another_kind_is_an_error_and_no_row():
    with pytest.raises(pa.ArrowException):
        list(batched(SHAPE, [(1, "s", {"whole": "seven"})]))


@pytest.mark.parametrize(
    "change", [{"columns": {"text": TEXT}}, {"key": ()}, {"openness": "public"}, {"versioned": False}]
)
def test_a_shape_that_differs_has_another_fingerprint(change):
    values = {"name": "lamps", "title": TITLE, "columns": EVERYTHING, "key": ("text",), "openness": "restricted"}
    assert Shape(**values).fingerprint() == SHAPE.fingerprint()
    assert Shape(**{**values, **change}).fingerprint() != SHAPE.fingerprint()
