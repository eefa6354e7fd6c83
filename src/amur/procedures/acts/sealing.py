"""Sealing what an earlier version stored in plain words. New rows are never plain; see ``amur.ledger.kept``."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models, transaction

from amur.ledger.engine import part_of
from amur.ledger.kept import KeptData, KeptText, stored
from amur.ledger.reads import is_forgotten
from amur.procedures.models import Case, CaseEvent, Decision, Draft, Notice, Upload
from amur.procedures.notices.models import ChannelChoice, Delivery

_MODELS: tuple[type[models.Model], ...] = (Draft, Case, CaseEvent, Decision, Notice, Upload, Delivery, ChannelChoice)


def seal_what_is_plain() -> dict[str, int]:
    """Seal every personal value that is stored in plain words; return how many rows of each table were.

    The bodies of ledger entries that hold such values stay as they are, since they are never rewritten; they are
    erased with their subject. Files stay as they lie and are deleted with their case.
    """
    return {model.__name__: _seal(model) for model in _MODELS}


def _seal(model: type[models.Model]) -> int:
    columns = [field.attname for field in model._meta.concrete_fields if isinstance(field, KeptText | KeptData)]  # noqa: SLF001 -- Django's own way to the fields
    count = 0
    for key in list(model._default_manager.values_list("pk", flat=True)):  # noqa: SLF001 -- likewise
        with transaction.atomic():
            row = model._default_manager.select_for_update().get(pk=key)  # noqa: SLF001 -- likewise
            plain = [column for column in columns if _is_plain(row, column)]
            if plain and not is_forgotten(str(getattr(row, "key_subject", ""))):
                for column in plain:
                    setattr(row, column, getattr(row, column))
                row.save(update_fields=plain)
                count += 1
    return count


def _is_plain(row: models.Model, column: str) -> bool:
    """Say whether a column holds a personal value that is not sealed."""
    value = stored(row, column)
    if isinstance(value, Mapping):
        field = row._meta.get_field(column)  # noqa: SLF001 -- Django's own way to the fields
        names = getattr(row, field.parts) if isinstance(field, KeptData) and field.parts else value
        return any(value.get(name) is not None and part_of(value[name]) is None for name in names)
    return bool(value) and part_of(value) is None
