"""What ties cases on the stage: one is reopened, joins an incident or leaves it, merges, answers for all it leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amur.base.faults import NotFound
from amur.packs.declarations import Tying
from amur.procedures.models import Case
from amur.procedures.queues.acts.many import go_on_with_many
from amur.procedures.ties import acts

if TYPE_CHECKING:
    from amur.packs.play.stage import Stage


def tie(tying: Tying, case: Case, other: Case | None, name: str, stage: Stage, *, said: str, key: str) -> None:
    """Do what the step says, in the name of a player; ``said`` is the reason.

    Raises:
        NotFound: if the step names no case to tie this one to.
    """
    scope = stage.scope_of(name, case)
    role = next((grant.role for grant in scope.grants), "")
    acting: dict[str, Any] = {
        "by": stage.actor_of(name, role),
        "scope": scope,
        "now": stage.now,
        "reason": said,
        "key": key,
    }
    if tying.do == "reopen":
        acts.reopen_case(case.pk, tying.event, expected_version=case.version, **acting)
    elif tying.do == "leave":
        acts.leave_incident(case.pk, **acting)
    elif tying.do == "answer":
        for batch in acts.answer_joined(case.pk, tying.event, **acting):
            while go_on_with_many(batch.pk, scope=scope, now=stage.now):
                pass
    elif other is None:
        raise NotFound("no_case", "the step names no case to tie this one to")
    elif tying.do == "join":
        acts.join_case(case.pk, other.number, **acting)
    else:
        acts.merge_case(case.pk, other.number, expected_version=case.version, **acting)
