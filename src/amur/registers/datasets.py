"""Registers as datasets: each version of a record is a row, in the columns that the active declaration has now.

What a version was written without, or as something of another kind than its column is now, is null; so is in a public
dataset what was not public when it was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from amur.base.acting import Scope
from amur.base.datasets import Dataset, Row, Shape, chunks, dataset
from amur.ledger import reads as ledger
from amur.registers import keeping, lookups
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion
from amur.registers.shapes import may_leave, shapes

_AT_ONCE = 500


def datasets(scope: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of the registers of the active pack; restricted ones are for the machine alone."""
    return tuple(
        dataset(shape, partial(_rows, declaration, shape))
        for declaration in lookups.active(RegisterDeclaration, "register").values()
        for shape in shapes(declaration)
        if scope.kind == "system" or shape.openness == "public"
    )


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
    then = {field.id: field for field in own.fields if may_leave(field, shape)}
    given = [field for field in present.fields if field.id in shape.columns and field.id in then]
    # Personal values are left out before they are read, so that nothing is unsealed on the way.
    kept = {field.id: version.data[field.id] for field in given if field.id in version.data}
    data = keeping.read(own, kept, subject)
    for field in given:
        if data.get(field.id) is not None and then[field.id].column() == field.column():
            values[field.id] = then[field.id].cell(data[field.id])
    return values
