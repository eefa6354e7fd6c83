"""One transaction for an act. A database that is busy is said so; nothing was written then."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from django.db import OperationalError, transaction

from amur.base.acting import IdempotencyKey
from amur.base.faults import Conflict, Invalid
from amur.base.journal import journal

_LONGEST_KEY = 200
_BUSY_WORDS = ("locked", "busy")
_BUSY_STATES = {"40001", "40P01", "55P03"}
_log = journal("procedures")


def act() -> AbstractContextManager[None]:
    """Run an act in a transaction.

    Raises:
        Conflict: ``busy`` if the database is held by others for too long, or had to choose between two acts.
    """
    return _Act()


class _Act(AbstractContextManager[None]):
    """A transaction that says where the database is busy."""

    __slots__ = ("_transaction",)

    def __enter__(self) -> None:
        self._transaction = transaction.atomic()
        try:
            self._transaction.__enter__()
        except OperationalError as error:
            _say_if_busy(error)
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._transaction.__exit__(kind, error, at)
        except OperationalError as late:
            _say_if_busy(late)
            raise
        if isinstance(error, OperationalError):
            _say_if_busy(error)


def _say_if_busy(error: OperationalError) -> None:
    if _is_busy(error):
        _log.warning("the database is busy: %s", error)
        raise Conflict("busy", "the database is busy and nothing was written; try again in a moment") from error


def check_key(key: IdempotencyKey) -> None:
    """Refuse an idempotency key that no table can keep; it may come from a browser.

    Raises:
        Invalid: if it is too long or holds what cannot be printed.
    """
    if len(key) > _LONGEST_KEY or not key.isprintable():
        raise Invalid({"key": ("bad_key", f"a key is at most {_LONGEST_KEY} characters that can be printed")})


def _is_busy(error: OperationalError) -> bool:
    if getattr(error.__cause__, "sqlstate", None) in _BUSY_STATES:
        return True
    return any(word in str(error) for word in _BUSY_WORDS)
