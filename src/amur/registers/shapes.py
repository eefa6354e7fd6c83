"""What registers look like as datasets. Pure, so that a pack can be checked without a database.

Columns of the record itself begin with an underscore, which no field's name does. Personal fields and files are in no
dataset; a field that is not public, or holds one that is not, is in the restricted one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amur.base.datasets import RESTRICTED, Shape
from amur.base.fields import FieldDeclaration
from amur.base.fields.column import BOOLEAN, DATE, INSTANT, INTEGER, TEXT
from amur.registers.declarations import RegisterDeclaration, is_open

OWN = {
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
"""The columns of the record itself."""
_STANDS: dict[str, Any] = {"order": ("_valid_from", "_number"), "begins": "_valid_from"}
"""Of a record the version stands that began last, and of those that began on one day the one that was written last."""


def shapes(declaration: RegisterDeclaration) -> tuple[Shape, ...]:
    """Return the datasets of a register: what everybody may read, and, where that is not all, the rest beside it."""
    name = f"register_{declaration.id}"
    found = []
    kept = [field for field in declaration.fields if field.personal_class == "none" and field.type != "file"]
    public = [field for field in kept if is_open(field)]
    if declaration.public:
        found.append(Shape(name, declaration.title, _columns(public), ("_key",), "public", **_STANDS))
    if not declaration.public or len(public) < len(kept):
        found.append(
            Shape(f"{name}{RESTRICTED}", declaration.title, _columns(kept), ("_key",), "restricted", **_STANDS)
        )
    return tuple(found)


def may_leave(field: FieldDeclaration, shape: Shape) -> bool:
    """Say whether values of a field may stand in a dataset of this shape."""
    return field.personal_class == "none" and (shape.openness == "restricted" or is_open(field))


def _columns(fields: Sequence[FieldDeclaration]) -> dict[str, Any]:
    return {**OWN, **{field.id: field.column() for field in fields}}
