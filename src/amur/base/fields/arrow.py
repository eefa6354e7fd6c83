"""The Arrow schema of fields. It stands apart, since only data sets need Arrow and it is slow to load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from amur.base.canonical import Json
from amur.base.fields.column import Column
from amur.base.fields.declaration import FieldDeclaration

_PRECISION = 24
"""Digits of a decimal: fifteen before the point and up to nine after it."""
_SIMPLE = {
    "text": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
}


def arrow_type(column: Column) -> pa.DataType:
    """Return the Arrow type of a column.

    >>> str(arrow_type(Column("list", item=Column("decimal", scale=2))))
    'list<item: decimal128(24, 2)>'
    """
    if column.kind == "decimal":
        return pa.decimal128(_PRECISION, column.scale)
    if column.kind == "list":
        return pa.list_(arrow_type(column.item or Column("text")))
    if column.kind == "struct":
        return pa.struct([(name, arrow_type(inner)) for name, inner in column.columns])
    return _SIMPLE[column.kind]


def schema(fields: Iterable[FieldDeclaration]) -> pa.Schema:
    """Return the schema of fields; each column says its title in both languages, its openness and its unit.

    >>> from amur.base.declared import Text
    >>> from amur.base.fields.times import DateField
    >>> schema([DateField(id="day", type="date", title=Text(zh="日", en="Day"))]).field("day").metadata[b"title_en"]
    b'Day'
    """
    return pa.schema([_field(field) for field in fields])


def batch(fields: Sequence[FieldDeclaration], rows: Iterable[Mapping[str, Json]]) -> pa.RecordBatch:
    """Return values of fields as a batch; what a row does not hold is null."""
    kept = list(rows)
    found = schema(fields)
    cells = ([field.cell(row.get(field.id)) for row in kept] for field in fields)
    arrays = [pa.array(column, type=inner.type) for column, inner in zip(cells, found, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=found)


def _field(field: FieldDeclaration) -> pa.Field:
    said = {"title_zh": field.title.zh, "title_en": field.title.en, "openness": field.openness}
    if field.unit_code:
        said["unit"] = field.unit_code
    return pa.field(field.id, arrow_type(field.column()), metadata=said)
