"""The judge of the field types: each has every face, and the faces say the same thing."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from amur.base.canonical import canonical
from amur.base.fields import TYPES, Column, FieldDeclaration, FieldError, PersonField, arrow, table_schema
from tests.base.field_strategies import JSON, LANGUAGES, LOOKUPS, declarations, declare, typed

FEW = settings(max_examples=15, deadline=None)
VALUES = {
    "text": "字",
    "texts": {"zh": "名", "en": "Name"},
    "code": "red",
    "identifier": "123",
    "reference": "A-1",
    "money": 123450,
    "quantity": "100.5",
    "number": 12,
    "yes_no": False,
    "date": "2026-03-09",
    "instant": "2026-03-09T01:30:00Z",
    "period": {"from": "2026-03-09", "to": "2026-04-01"},
    "region": "230100",
    "point": {"lat": "45.750000", "lon": "126.642464"},
    "shape": "LINESTRING (0 0, 1 1)",
    "file": "0b5a9c1e-8d6f-4f57-9a57-2f5f1f3c0a11",
    "contact": "0451-8888000",
    "person": "张三",
    "group": [{"name": "张三", "share": "0.50"}],
    "computed": 5,
}
PYTHON = {
    "text": str,
    "integer": int,
    "decimal": Decimal,
    "boolean": bool,
    "date": date,
    "instant": datetime,
    "struct": dict,
    "list": list,
}


def fits(column: Column, cell: object) -> bool:
    """Say whether a cell is what its column holds, all the way down."""
    if cell is None:
        return True
    if type(cell) is not PYTHON[column.kind]:
        return False
    if column.kind == "list":
        return all(fits(column.item, inner) for inner in cell)
    if column.kind == "struct":
        return list(cell) == [name for name, _ in column.columns] and all(
            fits(inner, cell[name]) for name, inner in column.columns
        )
    return True


FACES = {
    "parse": lambda field, value: field.parse("", LOOKUPS) is None,
    "as_typed": lambda field, value: isinstance(field.as_typed(value), str) and field.as_typed(None) == "",
    "validate_value": lambda field, value: field.validate_value(value, LOOKUPS) == value,
    "display in Chinese": lambda field, value: field.display(value, "zh-hans", LOOKUPS) != "",
    "display in English": lambda field, value: field.display(value, "en", LOOKUPS) != "",
    "cell": lambda field, value: fits(field.column(), field.cell(value)) and field.cell(None) is None,
    "cell of an expression": lambda field, value: (
        fits(field.cel_column(), field.cel_cell(value)) and field.cel_cell(None) is None
    ),
    "Arrow": lambda field, value: isinstance(arrow.schema([field]).field("item").type, pa.DataType),
    "JSON Schema": lambda field, value: jsonschema.validate(value, field.json_schema(LOOKUPS)) is None,
    "Table Schema": lambda field, value: table_schema([field], "zh", LOOKUPS)["fields"][0]["type"] != "any",
    "index": lambda field, value: field.index() in {None, field.column().kind},
    "openness": lambda field, value: field.openness in {"public", "restricted"},
    "personal class": lambda field, value: field.personal_class in {"none", "personal", "sensitive"},
}


def test_there_are_twenty_types():
    assert len(TYPES) == 20
    assert set(VALUES) == set(TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_has_every_face(kind):
    field = declare(kind, required=False)
    assert [face for face, holds in FACES.items() if not holds(field, VALUES[kind])] == []


def test_what_can_be_filtered_is_one_value_that_is_not_about_a_person():
    found = {kind: declare(kind).index() for kind in TYPES}
    none = {"texts", "period", "point", "shape", "file", "person", "group"}
    assert {kind for kind, index in found.items() if index is None} == none
    assert declare("text", personal=True).index() is None
    assert declare("code", many=True).index() is None


def test_a_group_is_as_personal_as_the_most_personal_of_its_fields():
    who = declare("person", of="document", scheme="number").model_dump(exclude_none=True)
    assert declare("group", fields=[who]).personal_class == "sensitive"
    assert declare("group").personal_class == "none"
    assert declare("group", personal=True).personal_class == "personal"


def value_of(data: st.DataObject, field: FieldDeclaration) -> object:
    """Return a value of a field, as one that a person typed became it."""
    entered = getattr(field, "inner", field)
    try:
        return entered.parse(data.draw(typed(entered), label="raw"), LOOKUPS)
    except FieldError as error:
        data.draw(st.just(error.code), label="refused")
        assume(False)


def can_be_typed_again(field: FieldDeclaration) -> bool:
    return not (isinstance(field, PersonField) and not field.keep)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
@FEW
def test_a_value_survives_every_way_out_and_in(kind, data):
    field = data.draw(declarations(kind), label="field")
    value = value_of(data, field)
    canonical(value)
    assert field.validate_value(value, LOOKUPS) == value
    entered = getattr(field, "inner", field)
    if value is not None and can_be_typed_again(field):
        assert entered.parse(field.as_typed(value), LOOKUPS) == value
    for language in LANGUAGES:
        assert isinstance(field.display(value, language, LOOKUPS), str)


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
@FEW
def test_arrow_gives_back_what_the_cells_hold(kind, data):
    field = data.draw(declarations(kind), label="field")
    rows = [{"item": value_of(data, field)}, {}]
    cells = [field.cell(row.get("item")) for row in rows]
    assert all(fits(field.column(), cell) for cell in cells)
    assert all(fits(field.cel_column(), field.cel_cell(row.get("item"))) for row in rows)
    assert [row["item"] for row in arrow.batch([field], rows).to_pylist()] == cells


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data())
@FEW
def test_the_json_schema_accepts_every_value(kind, data):
    field = data.draw(declarations(kind), label="field")
    value = value_of(data, field)
    assume(value is not None)
    schema = field.json_schema(LOOKUPS)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data(), value=JSON.filter(lambda value: value is not None))
@FEW
def test_the_json_schema_knows_the_shape_as_well_as_the_field_does(kind, data, value):
    field = data.draw(declarations(kind), label="field")
    if jsonschema.Draft202012Validator(field.json_schema(LOOKUPS)).is_valid(value):
        assert isinstance(field.as_typed(value), str)
        return
    try:
        kept = field.validate_value(value, LOOKUPS)
    except FieldError:
        return
    assert kept != value, "what the schema refuses is made to fit or refused by the field, too"


@pytest.mark.parametrize("kind", TYPES)
@given(data=st.data(), value=JSON, language=st.sampled_from(LANGUAGES))
@FEW
def test_whatever_is_kept_is_shown(kind, data, value, language):
    field = data.draw(declarations(kind), label="field")
    assert isinstance(field.display(value, language, LOOKUPS), str)
