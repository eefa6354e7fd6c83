"""Records as other declarations refer to them: by key, with the title that everybody may read.

A title is the first open text that lists of the register show; a record without one is called by its key.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import F, QuerySet

from amur.base.declared import Text
from amur.base.fields import FieldDeclaration
from amur.registers.declarations import RegisterDeclaration, is_open
from amur.registers.declared import active, by_hash
from amur.registers.models import RecordVersion

_FEW = 30
"""More records than this are too many to choose from in a list."""


def title_of(register_id: str, key: str) -> Text | None:
    """Return the title of a record, whatever its state; None where the register holds none of this key."""
    row = _present().filter(record__register=register_id, record__key=key).first()
    return _title(row) if row else None


def choices(register_id: str) -> Mapping[str, Text]:
    """Return the titles of all records in force by key, where a public register holds only a few; else none."""
    declared = active(RegisterDeclaration, "register").get(register_id)
    if declared is None or not declared.public:
        return {}
    in_force = [state.id for state in declared.record_states if state.in_force]
    rows = _present().filter(record__register=register_id, record__state__in=in_force)
    found = list(rows.order_by("record__key")[: _FEW + 1])
    return {row.record.key: _title(row) for row in found} if len(found) <= _FEW else {}


def _present() -> QuerySet[RecordVersion]:
    return RecordVersion.objects.filter(number=F("record__present")).select_related("record")


def _title(row: RecordVersion) -> Text:
    declared = by_hash(RegisterDeclaration, row.declaration_hash)
    shown = (declared.field(name) for name in declared.shows) if declared.public else ()
    named = next((said for field in shown if (said := _said(field, row))), None)
    return named or Text(zh=row.record.key, en=row.record.key)


def _said(field: FieldDeclaration, row: RecordVersion) -> Text | None:
    value = row.data.get(field.id)
    if not is_open(field) or not value or value == row.record.key:
        return None
    if field.type == "texts" and isinstance(value, dict):
        first = next(iter(value.values()))
        return Text(**{"zh": first, "en": first, **value})
    return Text(zh=str(value), en=str(value)) if field.type == "text" else None
