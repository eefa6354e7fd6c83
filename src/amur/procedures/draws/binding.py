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
    """Return why somebody may not fire what only the drawn may, or None."""
    if not transition.drawn or scope.kind == "system":
        return None
    known = bound(case, transition, on)
    if not known or {actor_id, scope.account_id} & known:
        return None
    number = DrawnCase.objects.values_list("draw__number", flat=True).get(case=case)
    said = f"{number} drew others for this case; only they may do {transition.event!r}"
    return Refused("not_drawn", said, event=transition.event, draw=number)


def bound(case: Case, transition: Transition, on: date) -> frozenset[str]:
    """Return the accounts of those who were drawn for a case, where an arrow is kept for them; else none.

    People of a register are known by their card in the role, whose number is their key there; until the draw forgets
    whom its hidden ids stand for.
    """
    row = DrawnCase.objects.filter(case=case).select_related("draw").first() if transition.drawn else None
    if row is None:
        return frozenset()
    drawn = next(line["people"] for line in (row.draw.result or {"drawn": ()})["drawn"] if line["object"] == row.drawn)
    keys = {reads.key_on_list(row.draw, one) for one in drawn}
    is_listed = reads.pinned(row.draw.declaration_hash).people.register_id is not None
    return carded.accounts_by_card(transition.by, keys, on) if is_listed else frozenset(keys)
