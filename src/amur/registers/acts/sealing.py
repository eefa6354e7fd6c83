"""Sealing what an earlier version stored in plain words. New versions of records are never plain; see ``keeping``."""

from __future__ import annotations

from django.db import transaction

from amur.base.fields.retention import key_parts
from amur.ledger.engine import part_of
from amur.ledger.reads import is_forgotten
from amur.registers import keeping, lookups
from amur.registers.acts import writing
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import RecordVersion


def seal_what_is_plain() -> int:
    """Seal every personal value that is stored in plain words; return in how many versions there were any.

    The bodies of ledger entries that hold such values stay as they are, since they are never rewritten; they are
    erased with their record.
    """
    count = 0
    for key in list(RecordVersion.objects.values_list("pk", flat=True)):
        with transaction.atomic():
            count += _seal(RecordVersion.objects.select_related("record").get(pk=key))
    return count


def _seal(row: RecordVersion) -> bool:
    own = lookups.by_hash(RegisterDeclaration, row.declaration_hash)
    subject = writing.subject_of(row.record)
    named = [name for name in key_parts(own.fields) if row.data.get(name) is not None]
    plain = {name: row.data[name] for name in named if part_of(row.data[name]) is None}
    if not plain or is_forgotten(subject):
        return False
    RecordVersion.objects.filter(pk=row.pk).update(data={**row.data, **keeping.stored(own, plain, subject)})
    return True
