"""In which of their offices an official acts on a case."""

from __future__ import annotations

from amur.base.acting import Actor
from amur.procedures.reads import CaseView
from amur.web.requests import AmurRequest


def office_for(request: AmurRequest, case: CaseView, role: str = "") -> Actor:
    """Return the actor: in the named role, or else in the first of their roles that works on the case.

    Raises:
        Refused: if the account does not hold the role in the case's body.
    """
    body, region = case.case.body_id, case.case.region
    held = sorted(one for one in case.definition.roles if request.scope.holds(one, body_id=body, region=region))
    return request.actor(role=role or (held[0] if held else ""), body=body)
