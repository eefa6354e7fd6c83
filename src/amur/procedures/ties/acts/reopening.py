"""Reopening: a case that ended is taken up again, for a reason and within a time; what was decided stays readable."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Refused
from amur.people.reads import day_of
from amur.procedures import engine
from amur.procedures.acts import events
from amur.procedures.facts import position_of
from amur.procedures.models import Case, Decision
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.ties.declarations import Reopening
from amur.procedures.ties.models import Tie
from amur.procedures.ties.writing import allowed, check_version, made_before, own_case, tie, why
from amur.procedures.transactions import act, check_key


def reopen_case(
    case_id: UUID,
    event: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    reason: str,
    key: IdempotencyKey = "",
) -> Tie:
    """Take a case up again that has ended, by one of the events that its procedure declares for it. Twice is once.

    Its clocks begin anew where it stands then, and so does the time for which it is kept once it ends again.

    Raises:
        NotFound: if there is no such case for the actor.
        Conflict: ``stale`` if somebody moved the case meanwhile.
        Refused: if the actor may not, it has not ended, or the time for it is over.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, definition, ties = own_case(case_id, scope)
        found = ties.reopening(event)
        if found is None:
            raise Refused("no_reopening", f"no case of this procedure is reopened by {event!r}", event=event)
        by_office = allowed(by, scope, found.by, case)
        if before := made_before(case, by, key):
            return before
        check_version(case, expected_version)
        if refusal := why_not_reopen(case, found, now):
            raise refusal
        said, at = why(reason, now), max(now, case.changed_at)
        stepped = engine.reviewed(definition, position_of(case, definition), event)
        set_aside = list(Decision.objects.filter(case=case).order_by("id").values_list("entry_hash", flat=True))
        case.decided_at = None
        events.tied(case, definition, stepped, said, by=by_office, now=at)
        return tie(
            Tie.Kind.REOPENED, case, None, found, said, by=by_office, now=at, key=key, before={"decisions": set_aside}
        )


def why_not_reopen(case: Case, found: Reopening, now: datetime) -> Refused | None:
    """Return why a case cannot be reopened, or None; whether the actor may is not asked."""
    if case.closed_at is None:
        return Refused("case_open", "the case has not ended")
    if case.erased_at is not None:
        return Refused("case_erased", "what this case held was erased")
    if Tie.objects.filter(case=case, kind=Tie.Kind.MERGED, ended_at=None).exists():
        return Refused("is_merged", "this case was merged into another; that is undone, or the other one reopened")
    if day_of(now) > due_by(found.within, day_of(case.closed_at))[0]:
        return Refused("reopen_late", "the time to reopen this case is over")
    return None
