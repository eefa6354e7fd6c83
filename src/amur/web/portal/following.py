"""Which cases this browser may look at: those opened with their query code, for as long as one needs to read them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate

from amur.base.acting import Actor, Scope
from amur.base.faults import NotFound
from amur.people import reads as people
from amur.procedures import reads
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.permission import acting
from amur.web.requests import AmurRequest

_FOLLOWED = "followed"
_SECONDS = 2 * 3600
_MOST = 20


def follow(request: AmurRequest, number: str, case_id: UUID) -> None:
    """Remember that the query code of a case was given here."""
    known = {**request.session.get(_FOLLOWED, {}), number: f"case:{case_id}"}
    request.session[_FOLLOWED] = dict(list(known.items())[-_MOST:])
    if not request.user.is_authenticated:
        request.session.set_expiry(_SECONDS)


def party_scope(request: AmurRequest, number: str) -> Scope:
    """Return the scope in which a reader sees a case: by its code if it was given here, else by the account."""
    party = request.session.get(_FOLLOWED, {}).get(number)
    return Scope("party", parties=frozenset({party})) if party else request.scope


def for_party(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand a view the case of its address and the scope in which its party reads it; others are asked for the code."""

    @wraps(view)
    def followed(request: AmurRequest, number: str, **others: Any) -> HttpResponse:
        scope = party_scope(request, number)
        try:
            case = reads.case_for_party(scope, number, on=localdate(request.now), at=request.now)
        except NotFound:
            return HttpResponseRedirect(f"{reverse('portal:track')}?number={number[:60]}")
        return view(request, scope, case, **others)

    return followed


def party_actor(request: AmurRequest, scope: Scope, case_id: UUID) -> Actor:
    """Return the actor: for a stranger with the query code on behalf of that case's party, else for whom they act."""
    by_code = f"case:{case_id}"
    by = people.actor_for(
        request.user,
        scope,
        client="portal",
        request_id=request.request_id,
        on_behalf_of=by_code if by_code in scope.parties else "",
    )
    return acting(by, scope, (), facts_of(Case.objects.get(pk=case_id))) if scope.mandates else by
