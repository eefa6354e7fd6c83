"""How a room above hears of an act: it reads the ledger in the order of the sealed index, each entry exactly once.

The cursor moves in the transaction of the handler's effects. An entry whose handler fails is tried again, with the
back-off of jobs; later entries wait for it, since a subscriber that skips one is wrong for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from django.db import transaction

from amur.base.acting import SYSTEM
from amur.base.faults import Refused
from amur.base.journal import journal
from amur.jobs import engine
from amur.jobs.models import Cursor
from amur.ledger import reads as ledger
from amur.ledger.reads import SealedEntry

Subscriber: TypeAlias = Callable[[SealedEntry, datetime], None]
"""What a subscriber does with an entry. All its effects are in this database; what must leave it enqueues."""

log = journal("jobs")


def advance(name: str, handler: Subscriber, now: datetime, limit: int) -> int:
    """Hand the next sealed entries to a subscriber, at most ``limit``; return how many were handled.

    Must not be called inside a transaction. Two workers may advance one subscriber: one of them finds nothing to do.
    """
    cursor, _ = Cursor.objects.get_or_create(subscriber=name)
    if cursor.retry_at is not None and now < cursor.retry_at <= now + engine.LONGEST_WAIT:
        return 0
    entries = list(ledger.sealed_after(SYSTEM, cursor.index, limit))
    if len(entries) > 1 and _handle_all(name, handler, cursor.index + 1, entries, now):
        return len(entries)
    handled = 0
    for index, entry in enumerate(entries, start=cursor.index + 1):
        try:
            if not _handle(name, handler, index, entry, now):
                break
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is a failed attempt
            _failed(name, index, error, now)
            break
        handled += 1
    return handled


def _handle_all(name: str, handler: Subscriber, first: int, entries: Sequence[SealedEntry], now: datetime) -> bool:
    """Handle entries in one transaction, so that a long ledger is soon read; say whether all of it went well.

    If not, nothing of it happened, and they are handled one by one: then the one that fails holds up those after it.
    """
    try:
        with transaction.atomic(durable=True):
            cursor = Cursor.objects.select_for_update(skip_locked=True).filter(pk=name, index=first - 1).first()
            if cursor is None or [entry.index for entry in entries] != list(range(first, first + len(entries))):
                return False
            for entry in entries:
                handler(entry, now)
            cursor.index, cursor.attempts, cursor.last_error, cursor.retry_at = entries[-1].index, 0, "", None
            cursor.save()
            return True
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is said when the entries are handled singly
        log.info("subscriber %s goes on entry by entry: %s", name, type(error).__name__)
        return False


def _handle(name: str, handler: Subscriber, index: int, entry: SealedEntry, now: datetime) -> bool:
    """Handle one entry and move the cursor; say whether it still was this entry's turn."""
    with transaction.atomic(durable=True):
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(pk=name, index=index - 1).first()
        if cursor is None:
            return False
        if entry.index != index:
            raise Refused("ledger.gap", f"found the entry {entry.index} in the place of {index}; verify the ledger")
        handler(entry, now)
        cursor.index, cursor.attempts, cursor.last_error, cursor.retry_at = index, 0, "", None
        cursor.save()
        return True


def _failed(name: str, index: int, error: Exception, now: datetime) -> None:
    log.error("subscriber %s failed at entry %s: %s", name, index, type(error).__name__)
    with transaction.atomic(durable=True):
        cursor = Cursor.objects.select_for_update().filter(pk=name, index=index - 1).first()
        if cursor is None:
            return
        cursor.attempts += 1
        cursor.last_error, cursor.retry_at = engine.error_text(error), now + engine.backoff(cursor.attempts)
        cursor.save()
