"""Rows stored and changed by statements that are made once for a table, where Django makes them anew each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models, transaction

from amur.ledger import rows


class Stored(models.Model):
    """A row of the hot path: ``save`` does what Django's does, several times as fast.

    What is rare is left to Django: a row without all its columns, another database, a key that the row brings itself.
    """

    class Meta:
        abstract = True

    def save(
        self,
        *arguments: Any,
        force_insert: Any = False,
        update_fields: Iterable[str] | None = None,
        using: str | None = None,
        **options: Any,
    ) -> None:
        """Store the row if it is new, else its columns, or those of ``update_fields``."""
        columns = None if update_fields is None else tuple(update_fields)
        is_usual = not arguments and not options and using in {None, DEFAULT_DB_ALIAS}
        if not is_usual or not self._stored(columns, is_new=bool(force_insert)):
            super().save(*arguments, force_insert=force_insert, update_fields=columns, using=using, **options)

    def _stored(self, columns: tuple[str, ...] | None, *, is_new: bool) -> bool:
        """Store the row; say whether this was a usual case and is done."""
        if self._state.adding:
            if columns is not None or not rows.can_store(self, is_new=is_new):
                return False
        elif is_new or not rows.can_change(self, columns):
            return False
        self._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]  # as Django's own does
        with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS):
            if self._state.adding:
                rows.store_whole(self)
                return True
            return rows.changed(self, columns)
