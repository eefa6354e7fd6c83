"""Which cases this browser may look at: those opened with their query code, for as long as one needs to read them."""

from __future__ import annotations

from uuid import UUID

from amur.base.acting import Actor, Scope
from amur.people import reads as people
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
