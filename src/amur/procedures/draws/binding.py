"""Whom a draw binds a case to: only the people who were drawn for it do what an arrow keeps for them."""

from __future__ import annotations

from datetime import date

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.people import carded
from amur.procedures.declarations import Transition
from amur.procedures.draws import reads
from amur.procedures.draws.models import DrawnCase
from amur.procedures.models import Case


def why_not(case: Case, transition: Transition, scope: Scope, actor_id: str, on: date) -> Refused | None:
    """Return why somebody may not fire what only the drawn may, or None.

    People of a register are known by their card in the role, whose number is their key there; until the draw forgets
    whom its hidden ids stand for.
    """
    if not transition.drawn or scope.kind == "system":
        return None
    row = DrawnCase.objects.filter(case=case).select_related("draw").first()
    if row is None:
        return None
    drawn = next(line["people"] for line in (row.draw.result or {"drawn": ()})["drawn"] if line["object"] == row.drawn)
    keys = {reads.key_on_list(row.draw, one) for one in drawn}
    is_listed = reads.pinned(row.draw.declaration_hash).people.register_id is not None
    known = carded.accounts_by_card(transition.by, keys, on) if is_listed else keys
    if not known or {actor_id, scope.account_id} & known:
        return None
    said = f"{row.draw.number} drew others for this case; only they may do {transition.event!r}"
    return Refused("not_drawn", said, event=transition.event, draw=row.draw.number)
