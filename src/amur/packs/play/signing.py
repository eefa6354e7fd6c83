"""What is done with the draft of a decision on the stage: it is drafted, signed, returned, voted on, closed."""

from __future__ import annotations

from typing import Any

from amur.packs.declarations import Signing
from amur.packs.play.stage import Stage
from amur.procedures import acts
from amur.procedures.models import Case
from amur.procedures.signing.models import SignOff

_VOTES = ("for", "against", "abstain")


def sign(signing: Signing, case: Case, name: str, stage: Stage, *, said: str, key: str) -> None:
    """Do what a step of a chain does, in the name of a player; ``said`` is a remark, a reason or the minutes."""
    draft = SignOff.objects.filter(case=case, chain=signing.chain, ended_at=None).first()
    options: dict[str, Any] = {
        "by": stage.actor_of(name),
        "scope": stage.scope_of(name, case),
        "now": stage.now,
        "expected_version": draft.version if draft else 0,
        "key": key,
    }
    if signing.do in _VOTES:
        acts.vote_on_draft(case.pk, signing.chain, choice=signing.do, remark=said, **options)
    elif signing.do == "return":
        acts.return_draft(case.pk, signing.chain, reason=said, to=signing.to, **options)
    elif signing.do == "conclude":
        acts.conclude_vote(case.pk, signing.chain, minutes=said, **options)
    else:
        acts.sign_draft(case.pk, signing.chain, remark=said, **options)
