"""Declared fields become types of expressions, their values enter them, and results are kept as fields keep them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from amur.base.expressions import (
    ExpressionError,
    Kind,
    ListOf,
    Struct,
    compile_,
    evaluate,
    stored,
    type_of,
    variable_of,
)
from amur.base.fields import Column, Lookups, field_of

TITLE = {"zh": "名", "en": "Title"}
DECLARED = [
    ({"id": "f", "type": "text"}, "灯", "form.f == '灯'"),
    ({"id": "f", "type": "number", "decimals": 2}, "2.50", "form.f == 2.5"),
    ({"id": "f", "type": "number"}, "12", "form.f + 1 == 13"),
    ({"id": "f", "type": "yes_no"}, "yes", "form.f"),
    ({"id": "f", "type": "date"}, "2026-03-09", "form.f == date('2026-03-09') && year(form.f) == 2026"),
    ({"id": "f", "type": "money", "currency": "CNY"}, "12.50", "form.f == money('12.50')"),
    ({"id": "f", "type": "period"}, "2026-01-01/2026-03-01", "days_between(form.f.since, form.f.until) == 59"),
    (
        {"id": "f", "type": "group", "fields": [{"id": "n", "type": "number", "title": TITLE}]},
        [{"n": "2"}, {"n": "3"}],
        "sum(form.f.map(r, r.n)) == 5",
    ),
]


@pytest.mark.parametrize(
    ("declared", "raw", "source"), DECLARED, ids=[d[0]["type"] + str(n) for n, d in enumerate(DECLARED)]
)
def test_a_value_of_a_field_enters_an_expression(declared, raw, source):
    field = field_of(declared | {"title": TITLE})
    kept = field.parse(raw, Lookups(date(2026, 1, 1)))
    guard = compile_(source, Struct.of({"form": variable_of([field])}), Kind.BOOLEAN)
    assert evaluate(guard, {"form": {"f": field.cel_cell(kept)}}) is True
    if field.type == "group":
        assert evaluate(guard, {"form": {}}) is False
    else:
        with pytest.raises(ExpressionError, match="has no value"):
            evaluate(guard, {"form": {}})


def test_every_kind_of_column_has_a_type():
    assert type_of(Column("struct", columns=(("a", Column("integer")),))) == Struct.of({"a": Kind.INTEGER})
    assert type_of(Column("list", item=Column("list", item=Column("text")))) == ListOf(Kind.TEXT)
    assert type_of(Column("list")) == ListOf(Kind.TEXT)


def test_a_result_is_kept_as_canonical_json():
    assert stored(Decimal("100.00")) == "100"
    assert stored(datetime(2026, 3, 9, 1, tzinfo=UTC)) == "2026-03-09T01:00:00Z"
    assert stored([date(2026, 3, 9), "a", 1, True]) == ["2026-03-09", "a", 1, True]
