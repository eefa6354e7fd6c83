"""Columns of a case by which queues are sorted and found. They are worked out whenever the row is stored.

Nobody sets them: whoever stores the state, the dates or the subject stores them too (``BESIDE``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from amur.procedures.queues import engine

if TYPE_CHECKING:
    from amur.procedures.models import Case

_STANDS = ("turn", "due_rank")
BESIDE: Mapping[str, tuple[str, ...]] = {
    "state": _STANDS,
    "closed_at": _STANDS,
    "due_on": _STANDS,
    "due_at": _STANDS,
    "subject": ("looked_for",),
    "number": ("looked_for",),
}
"""Which of these columns are stored with which others."""


def with_those_beside(columns: Iterable[str]) -> list[str]:
    """Return columns that are to be stored with those that follow from them.

    >>> with_those_beside(["due_on", "due_at"]), with_those_beside(["data"])
    (['due_on', 'due_at', 'turn', 'due_rank'], ['data'])
    """
    wanted = list(columns)
    return list(dict.fromkeys([*wanted, *(name for one in wanted for name in BESIDE.get(one, ()))]))


class _Derived(models.Field):  # type: ignore[type-arg]  # the stubs take parameters that Django does not
    """What these columns share: to the database and to migrations they are ordinary ones."""

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """Say to migrations that it is an ordinary column."""
        name, _, arguments, options = super().deconstruct()
        return name, f"django.db.models.{type(self).__mro__[2].__name__}", arguments, options


class TurnField(_Derived, models.CharField):  # type: ignore[type-arg]  # likewise
    """Whose turn a case is, by the declaration that it is pinned to."""

    def pre_save(self, row: Case, add: bool) -> Any:  # type: ignore[override]  # noqa: ARG002, FBT001 -- Django's own parameters
        """Return what is stored."""
        row.turn = "closed" if row.closed_at else _turns(row.declaration_hash).get(row.state, "nobody")
        return row.turn


class DueRankField(_Derived, models.BigIntegerField):  # type: ignore[type-arg]  # likewise
    """By what a case is sorted: the last moment that is in time."""

    def pre_save(self, row: Case, add: bool) -> Any:  # type: ignore[override]  # noqa: ARG002, FBT001 -- likewise
        """Return what is stored."""
        zone = timezone.get_default_timezone()
        row.due_rank = engine.due_rank(row.due_on, row.due_at, zone, closed=row.closed_at is not None)
        return row.due_rank


class LookedForField(_Derived, models.TextField):  # type: ignore[type-arg]  # likewise
    """The folded text in which a case is looked for."""

    def pre_save(self, row: Case, add: bool) -> Any:  # type: ignore[override]  # noqa: ARG002, FBT001 -- likewise
        """Return what is stored."""
        row.looked_for = engine.looked_for(row.number, row.subject)
        return row.looked_for


@lru_cache(maxsize=512)
def _turns(declaration_hash: str) -> Mapping[str, engine.Turn]:
    from amur.procedures import declared  # noqa: PLC0415 -- declarations are read from tables

    return engine.turns_of(declared.pinned(declaration_hash))
