"""What other bodies do on the stage: they answer, give their part, and take a case over; and what time does to that."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, QuerySet

from amur.base.acting import system
from amur.base.faults import NotFound
from amur.packs.declarations import Joining
from amur.packs.play.papers import content_of
from amur.procedures import acts
from amur.procedures.joint.acts import lapse_hand_over
from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.models import Case
from amur.procedures.opinions.acts import close_due
from amur.procedures.opinions.models import AskedBody, AskedRound
from amur.procedures.opinions.receiving import Sent

if TYPE_CHECKING:
    from amur.packs.play.stage import Stage

Row = TypeVar("Row", bound=Model)


def join(joining: Joining, case: Case, name: str, stage: Stage, *, said: str, key: str) -> None:
    """Do what the step says, in the name of a player; ``said`` is what is asked, answered, given or the reason.

    Raises:
        NotFound: if nothing like this is asked of the player's office, or offered to it.
    """
    scope = stage.scope_of(name, case)
    bodies = [grant.body_id for grant in scope.grants]
    acting: dict[str, Any] = {
        "by": stage.actor_of(name, next((grant.role for grant in scope.grants), "")),
        "scope": scope,
        "now": stage.now,
        "key": key,
    }
    file = Sent(joining.file.name, [content_of(joining.file)]) if joining.file else None
    if joining.do == "answer":
        asked = AskedBody.objects.filter(asked_round__case=case, asked_round__round=joining.round, body_id__in=bodies)
        found = _last(asked.order_by("asked_round__turn"))
        acts.give_opinion(found.pk, joining.verdict or "", text=said, file=file, **acting)
    elif joining.do == "ask":
        acts.ask_part(case.pk, joining.part or "", joining.body_id or "", text=said, **acting)
    elif joining.do == "give":
        parts = AskedPart.objects.filter(case=case, part=joining.part, body_id__in=bodies).order_by("asked_at")
        acts.give_part(_last(parts).pk, text=said, file=file, **acting)
    elif joining.do == "offer":
        acts.offer_case(case.pk, joining.body_id or "", expected_version=case.version, **acting)
    else:
        offer = _last(HandOver.objects.filter(case=case, to_body__in=bodies).order_by("offered_at"))
        if joining.do == "confirm":
            acts.confirm_hand_over(offer.pk, offer.manifest_hash, **acting)
        else:
            acts.refuse_hand_over(offer.pk, reason=said, **acting)


def pass_on(cases: Iterable[Case], now: datetime) -> None:
    """Let happen what the end of a time brings: rounds are closed, and offers lapse."""
    known = [case.pk for case in cases]
    for row in AskedRound.objects.filter(case__in=known, closed_at=None):
        close_due(row.pk, by=system("opinions"), now=now)
    for offer in HandOver.objects.filter(case__in=known, state=HandOver.State.OFFERED):
        lapse_hand_over(offer.pk, by=system("joint"), now=now)


def _last(rows: QuerySet[Row]) -> Row:
    found = rows.last()
    if found is None:
        raise NotFound("not_asked", "nothing like this is asked of this office, or offered to it")
    return found
