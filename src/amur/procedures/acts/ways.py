"""What an event means for a promise, and for the one thing that its case is or belongs to; in its transaction."""

from __future__ import annotations

from datetime import datetime

from amur.base.acting import Actor
from amur.procedures.commitment.keeping import settle
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.models import Case
from amur.procedures.onething.keeping import Move, follow


def follow_ways(
    case: Case, definition: ProcedureDeclaration, transition: Transition, *, by: Actor, now: datetime, move: Move
) -> None:
    """Keep that a promise held or was broken, and let the cases of one thing follow.

    Raises:
        Refused, Invalid, Conflict, NotFound: as what follows; nothing of the event happens then.
    """
    settle(case, definition, transition, by=by, now=now)
    follow(case, definition, transition, by=by, now=now, move=move)
