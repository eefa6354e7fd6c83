"""The request as views of this room know it: with a reader's scope, an actor and the instant."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from amur.base.acting import Actor, Scope
from amur.people import reads as people
from amur.web.display import Display

DOORS = ("portal", "desk", "board", "open")


class AmurRequest(HttpRequest):
    """A request after ``ActingMiddleware``; it is never made, only a type for what the middleware adds."""

    scope: Scope
    now: datetime
    request_id: str
    display: Display

    def actor(
        self, role: str = "", body: str = "", on_behalf_of: str = "", *, procedure: str = "", reads: bool = False
    ) -> Actor:
        """Return who acts by this request, in the named office."""
        return actor_of(self, role, body, on_behalf_of, procedure=procedure, reads=reads)


def actor_of(
    request: AmurRequest,
    role: str = "",
    body: str = "",
    on_behalf_of: str = "",
    *,
    procedure: str = "",
    reads: bool = False,
) -> Actor:
    """Return the actor of a request; a stranger acts under the name ``anonymous``.

    Raises:
        Refused: if the account holds no such office, lacks the card for it, or does not act for that enterprise.
    """
    return people.actor_for(
        request.user,
        request.scope,
        role=role,
        body_id=body,
        on_behalf_of=on_behalf_of,
        procedure=procedure,
        reads=reads,
        client=door_of(request),
        request_id=request.request_id,
    )


def door_of(request: HttpRequest) -> str:
    """Return the door that a request came through; whatever belongs to none of the others is the portal."""
    match = getattr(request, "resolver_match", None)
    name = match.app_names[0] if match and match.app_names else ""
    return name if name in DOORS else "portal"
