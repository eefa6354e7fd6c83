"""A draw for tests of pages: the first pack with one draw more, held by the handlers, for whom it draws from themselves."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from amur.base.acting import SYSTEM, Actor, system
from amur.ledger import acts as ledger
from amur.ledger import reads as sealed
from amur.packs import reads as packs
from amur.people import reads as people
from amur.policy import acts as policy
from amur.procedures import acts
from amur.procedures.draws.models import Draw
from tests.web.house import BODY, PACK, REGISTER, House

LOOK: dict[str, Any] = {
    "id": "look",
    "kind": "draw",
    "title": {"zh": "抽查", "en": "A look"},
    "carries_out": ["3.7"],
    "summary": {"zh": "抽查业务。", "en": "Services are looked at."},
    "series": "LOOK",
    "body": BODY,
    "by": ["handler"],
    "objects": {"register": REGISTER, "quota": {"share": 100}},
    "people": {"role": "handler", "each": 2},
    "conflicts": [{"title": {"zh": "同一片", "en": "The same region"}, "object": "key", "person": "region"}],
    "basis": [{"title": {"zh": "条例", "en": "Act"}}],
}


def declare(house: House, **changes: Any) -> None:
    """Sync the first pack with the draw in place of its own, some of it changed."""
    kept = [one for one in packs.load(PACK).found if one.kind.released and one.kind.name != "draw"]
    items = [policy.Item(one.kind.name, one.id, one.body, one.file) for one in kept]
    items.append(policy.Item("draw", "look", {**LOOK, **changes}, "look.draw.yaml"))
    with transaction.atomic():
        policy.sync_release("heilongjiang", "9.9.9", items, by=system("sync"), now=house.now)


def commit(house: House) -> Draw:
    """Commit to the draw as a handler does."""
    member = house.stage.cast["handler"]
    scope = people.scope_of(member.account, house.now)
    by = Actor(str(member.account.pk), role="handler", body_id=BODY, client="desk")
    return acts.commit_draw("look", by=by, scope=scope, now=house.now)


def pass_on(house: House) -> None:
    """Do what the worker does until nothing waits."""
    for _ in range(3):
        ledger.seal(house.now)
        for entry in sealed.sealed_after(SYSTEM, -1, 10_000):
            acts.hear_of_draws(entry, house.now)


def drawn(house: House) -> Draw:
    """Return the draw of the house, made and held at the first call."""
    if (found := Draw.objects.first()) is not None:
        return found
    declare(house)
    draw = commit(house)
    pass_on(house)
    draw.refresh_from_db()
    return draw
