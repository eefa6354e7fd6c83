"""In which of their offices an official acts on a case."""

from __future__ import annotations

from amur.base.acting import Actor, Scope
from amur.procedures.reads import CaseView
from amur.web.requests import AmurRequest


def holds_for(scope: Scope, case: CaseView, role: str) -> bool:
    """Say whether a reader holds a role where a case lies; whether they have the card for it is another matter."""
    at = case.case
    return scope.reads_as(role, body_id=at.body_id, region=at.region, procedure=at.procedure)


def office_for(request: AmurRequest, case: CaseView, role: str = "") -> Actor:
    """Return the actor: in the named role, or else who only reads, in the first of their roles that works on the case.

    Raises:
        Refused: if the account does not hold the role in the case's body, or lacks the card for it.
    """
    held = sorted(one for one in case.definition.roles if holds_for(request.scope, case, one))
    at = case.case
    chosen = role or (held[0] if held else "")
    return request.actor(role=chosen, body=at.body_id, procedure=at.procedure, reads=not role)
