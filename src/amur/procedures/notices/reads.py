"""What was told, for whom it is meant: a party in one place, an office by its cases, and what did not get through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet, UUIDField

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger.kept import prefetch
from amur.ledger.prepared import prepared
from amur.procedures import declared
from amur.procedures.engine import is_party
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Notice
from amur.procedures.notices import addresses
from amur.procedures.notices.engine import SMS, Words, masked, words_of
from amur.procedures.notices.models import Attempt, Delivery
from amur.procedures.seeing import acted_for, seen, worked_on_by, works_on


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery with its attempts, the earliest first; the address is masked."""

    row: Delivery
    address: str
    attempts: tuple[Attempt, ...]

    @property
    def is_tried_again(self) -> bool:
        """Say whether it failed and waits for another attempt."""
        return self.row.state == Delivery.State.QUEUED and bool(self.row.error)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what became of it, and the channels over which it can be sent by now."""

    notice: Notice
    deliveries: tuple[DeliveryView, ...]
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel as a party chooses it: its address, whole, and whether it is told there."""

    id: str
    address: str
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """A delivery that did not get through, with the case it belongs to."""

    row: Delivery
    number: str
    subject: str
    template: str


_NOTICES = prepared(lambda case: Notice.objects.filter(case_id=case).order_by("-id"), UUIDField())
_DELIVERIES = prepared(lambda case: Delivery.objects.filter(case_id=case).order_by("created_at", "id"), UUIDField())
_ATTEMPTS = prepared(lambda rows: Attempt.objects.filter(delivery_id__in=rows).order_by("id"), UUIDField())


def told_in(scope: Scope, case_id: UUID) -> tuple[Told, ...]:
    """Return what the party of a case was told and what of it arrived, the latest first, for an office on the case.

    Raises:
        NotFound: if there is no such case, or no office of the reader works on it.
    """
    case, definition = seen(scope, case_id)
    if not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    notices = prefetch(_NOTICES(case.pk))
    deliveries = _by_notice(prefetch(_DELIVERIES(case.pk)))
    reached = () if case.erased_at else tuple(addresses.wanted(case, definition))
    return tuple(
        Told(one, deliveries.get(one.pk, ()), tuple(way for way in reached if way != SMS or one.short))
        for one in notices
    )


def _by_notice(rows: Iterable[Delivery]) -> Mapping[int, tuple[DeliveryView, ...]]:
    rows = list(rows)
    attempts: dict[UUID, tuple[Attempt, ...]] = {}
    for attempt in _ATTEMPTS([row.pk for row in rows]):
        attempts[attempt.delivery_id] = (*attempts.get(attempt.delivery_id, ()), attempt)
    found: dict[int, tuple[DeliveryView, ...]] = {}
    for row in rows:
        view = DeliveryView(row, masked(row.address), attempts.get(row.pk, ()))
        found[row.notice_id] = (*found.get(row.notice_id, ()), view)
    return found


def inbox(scope: Scope, *, page: int = 1) -> Listing[Notice]:
    """Return one page of what a signed-in reader was told in all of their cases, the latest first."""
    found = Notice.objects.filter(case__in=_own(scope)).select_related("case")
    rows = prefetch(found.order_by("-id")[bounds(page)])
    return Listing(rows, valid_page(page), found.order_by()[: MOST_COUNTED + 1].count())


def unread(scope: Scope) -> int:
    """Return how many notices a signed-in reader has not opened, counted to a thousand."""
    return Notice.objects.filter(case__in=_own(scope), read_at=None)[: MOST_COUNTED + 1].count()


def notice(scope: Scope, notice_id: int) -> Notice:
    """Return a notice to its party.

    Raises:
        NotFound: if there is no such notice, or it is not the reader's own.
    """
    row = Notice.objects.filter(pk=notice_id).select_related("case").first()
    if row is None or not is_party(scope, facts_of(row.case)):
        raise NotFound("no_notice", "there is no such notice")
    return row


def template_words(scope: Scope, notice_id: int) -> Words | None:
    """Return the words of the pack that a notice was made of, as they were then, or None for one of an early version.

    Raises:
        NotFound: if there is no such notice, or the reader may not know of its case.
    """
    row = Notice.objects.filter(pk=notice_id).first()
    if row is None:
        raise NotFound("no_notice", "there is no such notice")
    seen(scope, row.case_id)
    return words_of(declared.pinned(row.template_hash), row.template, row.template_version)


def channels_of(scope: Scope, case_id: UUID) -> tuple[Channel, ...]:
    """Return the channels that a party may choose for its case; nothing once what is personal was erased.

    Raises:
        NotFound: if there is no such case, or it is not the reader's own.
    """
    case, definition = seen(scope, case_id)
    if not is_party(scope, facts_of(case)):
        raise NotFound("no_case", "there is no such case")
    if case.erased_at is not None:
        return ()
    wanted, given = addresses.wanted(case, definition), addresses.given(case, definition)
    return tuple(
        Channel(name, wanted.get(name) or given.get(name, ""), name in wanted) for name in addresses.offered(definition)
    )


def failed_notices(scope: Scope, *, page: int = 1) -> Listing[Failed]:
    """Return one page of what did not get through in the cases of an office, the latest first."""
    mine = Case.objects.filter(worked_on_by(scope, declared.everything().procedures), erased_at=None)
    found = Delivery.objects.filter(~Q(error=""), case__in=mine).exclude(
        pk__in=Delivery.objects.filter(
            notice__deliveries__state__in=(Delivery.State.SENT, Delivery.State.DELIVERED),
            notice__deliveries__created_at__gt=F("created_at"),
        ).values("pk")
    )
    rows = found.order_by("-created_at", "id").select_related("case", "notice")[bounds(page)]
    listed = tuple(Failed(row, row.case.number, row.case.subject, row.notice.template) for row in rows)
    return Listing(listed, valid_page(page), found.order_by()[: MOST_COUNTED + 1].count())


def _own(scope: Scope) -> QuerySet[Case]:
    own = Q(pk=None)
    if scope.account_id:
        own |= Q(account_id=scope.account_id)
        own |= Q(enterprise_id__in=scope.parties) | acted_for(scope)
    return Case.objects.filter(own)
