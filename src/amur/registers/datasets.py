"""Registers as datasets: each version of a record is a row, in the columns that the active declaration has now.

Columns of the record itself begin with an underscore, which no field's name does. What a version was written without,
or as something of another kind than its column is now, is null. Personal fields and files are in no dataset; a field
that is not public, or was not when the version was written, is in the restricted one alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from amur.base.acting import Scope
from amur.base.datasets import RESTRICTED, Dataset, Row, Shape, chunks, dataset
from amur.base.fields import FieldDeclaration, GroupField
from amur.base.fields.column import DATE, INSTANT, INTEGER, TEXT
from amur.ledger import reads as ledger
from amur.registers import lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion

_OWN = {
    "_key": TEXT,
    "_number": INTEGER,
    "_act": TEXT,
    "_valid_from": DATE,
    "_valid_to": DATE,
    "_recorded_at": INSTANT,
}
_AT_ONCE = 500


def shapes(declaration: RegisterDeclaration) -> tuple[Shape, ...]:
    """Return the datasets of a register: what everybody may read, and, where that is not all, the rest beside it."""
    name = f"register_{declaration.id}"
    found = []
    kept = [field for field in declaration.fields if field.personal_class == "none" and field.type != "file"]
    public = [field for field in kept if _is_public(field)]
    if declaration.public:
        found.append(Shape(name, declaration.title, _columns(public), ("_key",), "public"))
    if not declaration.public or len(public) < len(kept):
        found.append(Shape(f"{name}{RESTRICTED}", declaration.title, _columns(kept), ("_key",), "restricted"))
    return tuple(found)


def datasets(scope: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of the registers of the active pack; restricted ones are for the machine alone."""
    return tuple(
        dataset(shape, partial(_rows, declaration, shape))
        for declaration in lookups.active(RegisterDeclaration, "register").values()
        for shape in shapes(declaration)
        if scope.kind == "system" or shape.openness == "public"
    )


def _columns(fields: Sequence[FieldDeclaration]) -> dict[str, Any]:
    return {**_OWN, **{field.id: field.column() for field in fields}}


def _is_public(field: FieldDeclaration) -> bool:
    inner = field.fields if isinstance(field, GroupField) else ()
    return field.openness == "public" and all(one.openness == "public" for one in inner)


def _rows(declaration: RegisterDeclaration, shape: Shape, after: int, up_to: int) -> Iterator[Row]:
    places = ledger.places(after, up_to, subjects=f"record:{declaration.id}:")
    for some in chunks(places, _AT_ONCE):
        versions = {
            version.entry_hash: version
            for version in RecordVersion.objects.filter(entry_hash__in=[place.leaf for place in some])
            .select_related("record")
            .iterator()
        }
        for place in some:
            if version := versions.get(place.leaf):
                yield place.index, place.subject, _values(declaration, shape, version, place.kind)


def _values(present: RegisterDeclaration, shape: Shape, version: RecordVersion, kind: str) -> Mapping[str, Any]:
    then = {field.id: field for field in lookups.by_hash(RegisterDeclaration, version.declaration_hash).fields}
    values: dict[str, Any] = {
        "_key": version.record.key,
        "_number": version.number,
        "_act": kind.partition(".")[2],
        "_valid_from": version.valid_from,
        "_valid_to": version.valid_to,
        "_recorded_at": version.recorded_at,
    }
    for field in present.fields:
        own = then.get(field.id)
        if field.id not in shape.columns or own is None or version.data.get(field.id) is None:
            continue
        is_open = shape.openness == "restricted" or _is_public(own)
        if is_open and own.personal_class == "none" and own.column() == field.column():
            values[field.id] = own.cell(version.data[field.id])
    return values
