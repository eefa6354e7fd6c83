"""Merging: a case ends in another, whose clocks take the earliest due date; and it is undone within the time for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Conflict, Refused
from amur.people.reads import day_of
from amur.procedures import declared, engine
from amur.procedures.acts import events
from amur.procedures.declarations import TIE, ProcedureDeclaration, Transition
from amur.procedures.models import Case
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.ties import counting
from amur.procedures.ties.declarations import Merging
from amur.procedures.ties.engine import UNMERGED, UNMERGED_TITLE, same_form, why_not_alike, why_not_lead
from amur.procedures.ties.marking import party_of
from amur.procedures.ties.models import Likeness, Tie
from amur.procedures.ties.writing import allowed, check_version, made_before, own_case, tie, two_cases, untie, why
from amur.procedures.transactions import act, check_key


def merge_case(
    case_id: UUID,
    into: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    reason: str,
    key: IdempotencyKey = "",
) -> Tie:
    """Merge a case into another by its number, the lead: it ends, and the earliest due date counts. Twice is once.

    Raises:
        NotFound: if there is no such case for the actor.
        Conflict: ``stale`` if somebody moved the case meanwhile, ``lapsed`` if a period was over before this.
        Refused: if the actor may not, or the two may not be one.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        case, lead, definition, ties = two_cases(case_id, into, scope)
        if ties.merge is None:
            raise Refused("no_merge", "this procedure does not let cases be merged")
        by_office = allowed(by, scope, ties.merge.by, case, lead)
        if before := made_before(case, by, key):
            return before
        check_version(case, expected_version)
        _check(case, lead, ties.merge)
        move = events.begun(case, definition, ties.merge.event, by=by_office, now=now)
        said, at = why(reason, now), max(move.now, lead.changed_at)
        kept = counting.kept(case)
        events.tied(case, definition, move.stepped, said, by=by_office, now=at)
        kept |= counting.take_earliest(lead, declared.pinned(lead.declaration_hash), kept, at)
        row = _tie(case, lead, ties.merge, said, kept, by=by_office, now=at, key=key)
        same = Likeness.objects.filter(case__in=(case, lead), earlier__in=(case, lead), says="")
        same.update(says=Likeness.Says.SAME, said_by=by.actor_id, said_at=at, entry=row.entry)
        return row


def undo_merge(
    case_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    key: IdempotencyKey = "",
) -> Tie:
    """Let a merged case stand again where it stood, its clocks as if they had never stopped. Twice is once.

    Raises:
        NotFound: if there is no such case for the actor.
        Refused: if it was not merged, the actor may not, the time for it is over, or the lead has ended.
        Invalid: if the reason is missing or wrong.
    """
    check_key(key)
    with act():
        row = Tie.objects.filter(case_id=case_id, kind=Tie.Kind.MERGED).order_by("-made_at").first()
        if row is None or row.lead is None:
            own_case(case_id, scope)
            raise Refused("not_merged", "this case was not merged into another")
        case, lead, definition, ties = two_cases(case_id, row.lead.number, scope)
        if ties.merge is None:
            raise Refused("no_merge", "this procedure does not let cases be merged")
        by_office = allowed(by, scope, ties.merge.by, case, lead)
        row = Tie.objects.select_for_update().get(pk=row.pk)
        if row.ended_at is not None:
            return row
        row.case, row.lead = case, lead
        if refusal := why_not_undo(row, now):
            raise refusal
        said, at = why(reason, now), max(now, case.changed_at, lead.changed_at)
        untie(row, ties.merge, said, by=by_office, now=at)
        counting.go_on(case, definition, row.before)
        events.tied(case, definition, _back(case, definition, row.before), said, by=by_office, now=at)
        counting.give_back(lead, declared.pinned(lead.declaration_hash), row.before, at)
        Likeness.objects.filter(entry=row.entry).update(says="", said_by="", said_at=None, entry="")
        return row


def _tie(
    case: Case,
    lead: Case,
    found: Merging,
    said: str,
    kept: dict[str, Json],
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> Tie:
    until = due_by(found.undo, day_of(now))[0] if found.undo else None
    return tie(Tie.Kind.MERGED, case, lead, found, said, by=by, now=now, key=key, before=kept, undo_until=until)


def why_not_undo(row: Tie, now: datetime) -> Refused | None:
    """Return why a merge cannot be undone any more, or None."""
    if row.undo_until is None or day_of(now) > row.undo_until:
        return Refused("undo_late", "the time to undo this merge is over")
    if row.lead is None or row.lead.closed_at is not None:
        return Refused("lead_closed", "the case into which it was merged is over; undo or reopen that first")
    if row.case.erased_at is not None:
        return Refused("case_erased", "what this case held was erased")
    return None


def _check(case: Case, lead: Case, said: Merging) -> None:
    other = case.procedure != lead.procedure
    is_same = case.pk == lead.pk
    refusal = why_not_lead(
        is_same=is_same, is_closed=lead.closed_at is not None, is_other_procedure=other, is_led=False
    )
    if refusal is None and Tie.objects.filter(lead=case, kind=Tie.Kind.JOINED, ended_at=None).exists():
        refusal = Refused("leads_others", "other cases of an incident are led by this one; it is not merged")
    party = party_of(case.account_id, case.enterprise_id)
    differing = [name for name in said.same if same_form(case.data.get(name)) != same_form(lead.data.get(name))]
    same_party = bool(party) and party == party_of(lead.account_id, lead.enterprise_id)
    refusal = refusal or why_not_alike(said.party, same_party=same_party, differing=differing)
    if refusal:
        raise refusal


def _back(case: Case, definition: ProcedureDeclaration, before: dict[str, Json]) -> engine.Stepped:
    """Return the step that leads a merged case back to where it stood."""
    state, found = str(before["state"]), before["configuration"]
    configuration = found if isinstance(found, dict) else {}
    arrow = Transition.model_validate(
        {"event": UNMERGED, "title": UNMERGED_TITLE, "from": [case.state], "to": state, "by": TIE, "reason": "required"}
    )
    history = {name: tuple(states) for name, states in configuration.get("history", {}).items()}
    active = tuple(configuration.get("active", ()))
    position = engine.Position(state, case.version + 1, {}, active, history)
    if definition.state(state).final:
        raise Conflict("case_closed", "it had ended before it was merged")
    return engine.Stepped(position, arrow, (), (), active or (state,))
