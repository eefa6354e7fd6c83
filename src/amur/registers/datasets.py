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
from amur.base.fields.column import BOOLEAN, DATE, INSTANT, INTEGER, TEXT
from amur.ledger import reads as ledger
from amur.registers import keeping, lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion

_OWN = {
    "_key": TEXT,
    "_number": INTEGER,
    "_event": TEXT,
    "_state": TEXT,
    "_state_until": DATE,
    "_ended": BOOLEAN,
    "_valid_from": DATE,
    "_valid_to": DATE,
    "_recorded_at": INSTANT,
}
_STANDS: dict[str, Any] = {"order": ("_valid_from", "_number"), "begins": "_valid_from"}
"""Of a record the version stands that began last, and of those that began on one day the one that was written last."""
_AT_ONCE = 500


def shapes(declaration: RegisterDeclaration) -> tuple[Shape, ...]:
    """Return the datasets of a register: what everybody may read, and, where that is not all, the rest beside it."""
    name = f"register_{declaration.id}"
    found = []
    kept = [field for field in declaration.fields if field.personal_class == "none" and field.type != "file"]
    public = [field for field in kept if _is_public(field)]
    if declaration.public:
        found.append(Shape(name, declaration.title, _columns(public), ("_key",), "public", **_STANDS))
    if not declaration.public or len(public) < len(kept):
        found.append(
            Shape(f"{name}{RESTRICTED}", declaration.title, _columns(kept), ("_key",), "restricted", **_STANDS)
        )
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
                yield place.index, place.subject, _values(declaration, shape, version, place.subject)


def _values(present: RegisterDeclaration, shape: Shape, version: RecordVersion, subject: str) -> Mapping[str, Any]:
    own = lookups.by_hash(RegisterDeclaration, version.declaration_hash)
    values: dict[str, Any] = {
        "_key": version.record.key,
        "_number": version.number,
        "_event": version.event or None,
        "_state": version.state,
        "_state_until": version.state_until,
        "_ended": version.is_ended,
        "_valid_from": version.valid_from,
        "_valid_to": version.valid_to,
        "_recorded_at": version.recorded_at,
    }
    then = {field.id: field for field in own.fields if _may_leave(field, shape)}
    given = [field for field in present.fields if field.id in shape.columns and field.id in then]
    # Personal values are left out before they are read, so that nothing is unsealed on the way.
    kept = {field.id: version.data[field.id] for field in given if field.id in version.data}
    data = keeping.read(own, kept, subject)
    for field in given:
        if data.get(field.id) is not None and then[field.id].column() == field.column():
            values[field.id] = then[field.id].cell(data[field.id])
    return values


def _may_leave(field: FieldDeclaration, shape: Shape) -> bool:
    return field.personal_class == "none" and (shape.openness == "restricted" or _is_public(field))
