"""Who is called, for whom it is meant to be known, and what of it did not get through."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.jobs.engine import ADMINISTRATOR
from amur.ledger.kept import prefetch
from amur.people.models import Body, Enterprise
from amur.procedures.models import Case
from amur.procedures.notices.webhooks.models import Dispatch, Subscription

_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription as its owner sees it; the secret is never in it."""

    id: UUID
    owner_kind: str
    owner_id: str
    endpoint: str
    row: Subscription
    sent: int
    waiting: int
    dead: int


def owners_of(scope: Scope) -> frozenset[tuple[str, str]]:
    """Return for whom a reader may subscribe: the enterprises they act for, the bodies that they administer."""
    mine = {(str(Subscription.Owner.ENTERPRISE), party) for party in scope.parties if scope.account_id}
    administered = {grant.body_id for grant in scope.grants if grant.role == ADMINISTRATOR}
    return frozenset(mine | {(str(Subscription.Owner.BODY), body) for body in administered})


def subscribers_of(case: Case) -> QuerySet[Subscription]:
    """Return the subscriptions that are told of a case: those of its enterprise and of its body."""
    whose = Q(owner_kind=Subscription.Owner.BODY, owner_id=case.body_id)
    if case.enterprise_id:
        whose |= Q(owner_kind=Subscription.Owner.ENTERPRISE, owner_id=case.enterprise_id)
    return Subscription.objects.filter(whose, ended_at=None).order_by("created_at", "id")


def owner_titles(scope: Scope) -> dict[tuple[str, str], Text]:
    """Return for whom a reader may subscribe, each with its name."""
    mine = owners_of(scope)
    wanted = {kind: [name for of, name in mine if of == kind] for kind in Subscription.Owner.values}
    found: dict[tuple[str, str], Text] = {}
    for one in Enterprise.objects.filter(pk__in=wanted[Subscription.Owner.ENTERPRISE]).order_by("name"):
        found[(str(Subscription.Owner.ENTERPRISE), str(one.pk))] = Text(zh=one.name, en=one.name)
    for body in Body.objects.filter(pk__in=wanted[Subscription.Owner.BODY]).order_by("pk"):
        found[(str(Subscription.Owner.BODY), body.pk)] = Text.model_validate(body.titles)
    return found


def subscriptions(scope: Scope) -> tuple[SubscriptionView, ...]:
    """Return the subscriptions of the enterprises and bodies that a reader acts for."""
    found = _own(scope).annotate(
        **{state: Count("dispatches", filter=Q(dispatches__state=state)) for state in Dispatch.State.values}
    )
    return tuple(_view(row) for row in prefetch(found.order_by("created_at", "id")))


def subscription(scope: Scope, subscription_id: UUID) -> tuple[SubscriptionView, tuple[Dispatch, ...]]:
    """Return a subscription with its latest events, those that did not get through first.

    Raises:
        NotFound: if there is none, or it is not the reader's.
    """
    row = _own(scope).filter(pk=subscription_id).first()
    if row is None:
        raise NotFound("no_subscription", "there is no such subscription")
    rank = {state: place for place, state in enumerate(("dead", "queued", "sent"))}
    latest = list(row.dispatches.select_related("case").order_by("-happened_at", "-sequence")[:_MOST_SHOWN])
    counts = dict(row.dispatches.order_by().values_list("state").annotate(Count("id")))
    for state in Dispatch.State.values:
        setattr(row, state, counts.get(state, 0))
    return _view(row), tuple(sorted(latest, key=lambda one: rank[one.state]))


def _own(scope: Scope) -> QuerySet[Subscription]:
    mine = Q(pk=None)
    for owner_kind, owner_id in owners_of(scope):
        mine |= Q(owner_kind=owner_kind, owner_id=owner_id)
    return Subscription.objects.filter(mine, ended_at=None)


def _view(row: Subscription) -> SubscriptionView:
    told = {state: int(getattr(row, state)) for state in Dispatch.State.values}
    return SubscriptionView(
        row.pk, row.owner_kind, row.owner_id, row.endpoint, row, told["sent"], told["queued"], told["dead"]
    )
