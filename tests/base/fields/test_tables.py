"""A CSV file of the plain texts of values, by the word of a library that nobody here wrote."""

from __future__ import annotations

import csv
import io

import frictionless
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amur.base.fields import TYPES, FieldDeclaration, FieldError, table_schema
from tests.base.field_strategies import LOOKUPS, declarations, typed

FEW = settings(max_examples=8, deadline=None)


def table(field: FieldDeclaration, cells: list[str]) -> frictionless.Report:
    """Return what the library says of a file with one column."""
    file = io.StringIO(newline="")
    rows = csv.writer(file, quoting=csv.QUOTE_ALL)
    rows.writerow(["number", "item"])
    rows.writerows(enumerate(cells))
    described = table_schema([field], "en", LOOKUPS)
    described["fields"].insert(0, {"name": "number", "type": "integer"})
    schema = frictionless.Schema.from_descriptor(described)
    return frictionless.Resource(data=file.getvalue().encode(), format="csv", schema=schema).validate()


def values(data: st.DataObject, field: FieldDeclaration) -> list[object]:
    entered = getattr(field, "inner", field)
    found = []
    for raw in data.draw(st.lists(typed(entered), min_size=1, max_size=3)):
        try:
            found.append(entered.parse(raw, LOOKUPS))
        except FieldError:
            continue
    assume(found)
    return found


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
@FEW
def test_a_file_of_values_fits_its_schema(kind, data):
    field = data.draw(declarations(kind), label="field")
    cells = [field.as_typed(value) for value in values(data, field)]
    report = table(field, cells)
    assert report.valid, report.flatten(["note"])


@pytest.mark.parametrize(
    ("declared", "broken"),
    [
        ({"type": "number", "maximum": 5}, "6"),
        ({"type": "number", "decimals": 1}, "x"),
        ({"type": "date"}, "2026-13-01"),
        ({"type": "instant"}, "yesterday"),
        ({"type": "yes_no"}, "perhaps"),
        ({"type": "code", "codelist": "colours"}, "blue"),
        ({"type": "text", "max_length": 3}, "four"),
        ({"type": "text"}, ""),
    ],
)
def test_a_file_with_a_broken_cell_does_not(declared, broken):
    from amur.base.fields import field_of

    field = field_of({"id": "item", "title": {"zh": "项", "en": "Item"}, **declared})
    assert not table(field, [broken]).valid
