"""What whoever looks after an exchange sees of it: what waits, what failed, files under way, differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, DateTimeField, QuerySet

from amur.base.acting import Grant, Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.listing import Listing, bounds, valid_page
from amur.exchange import declared, other_side
from amur.exchange.declarations import ExchangeDeclaration
from amur.exchange.filerows import FileRow, refused_rows
from amur.exchange.models import Comparison, Difference, Intake, Message, Received
from amur.exchange.other_side import Standing
from amur.exchange.reads.offices import grant_for, looks_after
from amur.ledger.kept import prefetch
from amur.ledger.prepared import Slot, prepared

OVERDUE = "overdue"
"""In place of a state of messages: sent, and without a receipt although that was due."""

_MOST_SHOWN = 50


def _overdue(found: QuerySet[Message], at: datetime | Slot) -> QuerySet[Message]:
    return found.filter(state=Message.State.SENT, receipt_due_at__lt=at)


def _by_exchange(found: QuerySet[Any], *beside: str) -> QuerySet[Any, tuple[Any, ...]]:
    counted: QuerySet[Any, tuple[Any, ...]] = found.order_by().values_list("exchange", *beside).annotate(Count("id"))
    return counted


_IN_STATE = prepared(lambda those: _by_exchange(Message.objects.filter(exchange__in=those), "state"), CharField())
_OVERDUE = prepared(
    lambda those, at: _by_exchange(_overdue(Message.objects.filter(exchange__in=those), at)),
    CharField(),
    DateTimeField(),
)
_DIFFERING = prepared(
    lambda those: _by_exchange(Difference.objects.filter(exchange__in=those, state=Difference.State.OPEN)), CharField()
)


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """An exchange as the desk lists it: whether the other side is there, and how many of what need somebody."""

    declaration: ExchangeDeclaration
    standing: Standing
    counts: Mapping[str, int] = field(default_factory=dict)
    differences: int = 0
    grant: Grant | None = None

    @property
    def needs_somebody(self) -> int:
        """Return how many messages and differences wait for a person."""
        named = ("failed", "refused", OVERDUE)
        return sum(self.counts.get(name, 0) for name in named) + self.differences


def exchanges(scope: Scope, *, at: datetime) -> tuple[ExchangeView, ...]:
    """Return the exchanges that a reader looks after."""
    mine = [one for one in declared.everything().exchanges.values() if looks_after(scope, one)]
    return _views(scope, mine, at) if mine else ()


def exchange_of(scope: Scope, exchange_id: str, *, at: datetime) -> ExchangeView:
    """Return an exchange that a reader looks after.

    Raises:
        NotFound: if there is none, or the reader does not look after it.
    """
    return _views(scope, [_own(scope, exchange_id)], at)[0]


def messages(
    scope: Scope, exchange_id: str, *, at: datetime, state: str = "", page: int = 1
) -> Listing[tuple[Message, ExchangeDeclaration]]:
    """Return messages of an exchange, the newest first, each with the declaration it was made by.

    Raises:
        NotFound: if there is no such exchange, or the reader does not look after it.
    """
    _own(scope, exchange_id)
    found = Message.objects.filter(exchange=exchange_id)
    if state == OVERDUE:
        found = _overdue(found, at)
    elif state in Message.State.values:
        found = found.filter(state=state)
    rows = prefetch(found.select_related("record").order_by("-made_at", "-sequence")[bounds(page)])
    shown = tuple((row, declared.pinned(row.declaration_hash)) for row in rows)
    return Listing(shown, valid_page(page), found.count())


def message_of(scope: Scope, exchange_id: str, message_id: UUID) -> tuple[Message, ExchangeDeclaration]:
    """Return one message of an exchange.

    Raises:
        NotFound: if there is none, or the reader does not look after the exchange.
    """
    _own(scope, exchange_id)
    row = Message.objects.select_related("case", "record").filter(pk=message_id, exchange=exchange_id).first()
    if row is None:
        raise NotFound("no_message", "there is no such message")
    return row, declared.pinned(row.declaration_hash)


def files_made(scope: Scope, exchange_id: str) -> tuple[tuple[str, datetime, int], ...]:
    """Return the files by which messages were handed over: which message, when, and with how many rows."""
    _own(scope, exchange_id)
    made = Message.objects.filter(exchange=exchange_id, way="file").exclude(sent_at=None)
    rows = made.values_list("message", "sent_at").annotate(Count("id")).order_by("-sent_at")[:_MOST_SHOWN]
    return tuple((name, at, count) for name, at, count in rows if at is not None)


def file_of(scope: Scope, exchange_id: str, name: str, sent_at: datetime) -> list[list[str]]:
    """Return the rows of a file that was handed over: our id of the message, our number, and its fields.

    Raises:
        NotFound: if there is no such file, or the reader does not look after the exchange.
    """
    exchange = _own(scope, exchange_id)
    found = Message.objects.filter(exchange=exchange_id, message=name, way="file", sent_at=sent_at)
    rows = prefetch(found.select_related("record").order_by("made_at", "number", "pk"))
    if not rows:
        raise NotFound("no_file", "there is no such file")
    names = [one.name for one in declared.sends(exchange, name).fields]
    head = ["message", "number", "event", "happened_at", *names]
    lines = [
        [str(row.pk), row.number, row.event, row.happened_at.isoformat(), *(_cell(row.body.get(one)) for one in names)]
        for row in rows
    ]
    return [head, *lines]


def intakes(scope: Scope, exchange_id: str) -> tuple[Intake, ...]:
    """Return the files that came of late, the newest first.

    Raises:
        NotFound: if there is no such exchange, or the reader does not look after it.
    """
    _own(scope, exchange_id)
    return prefetch(Intake.objects.filter(exchange=exchange_id).defer("rows").order_by("-begun_at")[:_MOST_SHOWN])


def intake_of(scope: Scope, intake_id: UUID) -> tuple[Intake, list[tuple[FileRow, Received]]]:
    """Return a file that came, with the rows of it that were refused.

    Raises:
        NotFound: if there is none, or the reader does not look after its exchange.
    """
    run = Intake.objects.filter(pk=intake_id).first()
    if run is None:
        raise NotFound("no_file", "there is no such file")
    _own(scope, run.exchange)
    return run, refused_rows(run)


def refusals(scope: Scope, exchange_id: str) -> tuple[Received, ...]:
    """Return the messages by call that were refused and did not come right since, the newest first.

    Raises:
        NotFound: if there is no such exchange, or the reader does not look after it.
    """
    _own(scope, exchange_id)
    found = Received.objects.filter(exchange=exchange_id, state=Received.State.REFUSED, intake=None)
    return tuple(found.order_by("-received_at")[:_MOST_SHOWN])


def comparisons(scope: Scope, exchange_id: str) -> tuple[Comparison, ...]:
    """Return the comparisons of late, the newest first.

    Raises:
        NotFound: if there is no such exchange, or the reader does not look after it.
    """
    _own(scope, exchange_id)
    return tuple(Comparison.objects.filter(exchange=exchange_id).order_by("-at")[:_MOST_SHOWN])


def differences(scope: Scope, exchange_id: str, *, ended: bool = False) -> tuple[Difference, ...]:
    """Return the differences that stand, or with ``ended`` those that ended of late.

    Raises:
        NotFound: if there is no such exchange, or the reader does not look after it.
    """
    _own(scope, exchange_id)
    found = Difference.objects.filter(exchange=exchange_id).select_related("case", "record", "task", "first", "last")
    if ended:
        return prefetch(found.exclude(state=Difference.State.OPEN).order_by("-ended_at")[:_MOST_SHOWN])
    return prefetch(found.filter(state=Difference.State.OPEN).order_by("rule", "kind", "key")[: _MOST_SHOWN * 10])


def _own(scope: Scope, exchange_id: str) -> ExchangeDeclaration:
    found = declared.everything().exchanges.get(exchange_id)
    if found is None or not looks_after(scope, found):
        raise NotFound("no_exchange", "there is no such exchange")
    return found


def _views(scope: Scope, found: Sequence[ExchangeDeclaration], at: datetime) -> tuple[ExchangeView, ...]:
    """Return exchanges with their counts, with three queries for all of them."""
    names = [one.id for one in found]
    counts: dict[str, dict[str, int]] = {name: {} for name in names}
    for name, state, count in _IN_STATE(names):
        counts[name][state] = count
    for name, count in _OVERDUE(names, at):
        counts[name][OVERDUE] = count
    differing = dict(_DIFFERING(names))
    return tuple(
        ExchangeView(one, other_side.standing(one.id), counts[one.id], differing.get(one.id, 0), grant_for(scope, one))
        for one in found
    )


def _cell(value: Json) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)
