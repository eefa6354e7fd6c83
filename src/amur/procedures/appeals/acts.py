"""The acts of an appeal: begin its form from a decision, and lodge it when that form is submitted."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db.models import UUIDField

from amur.base.acting import Actor, Scope
from amur.base.canonical import Json
from amur.base.expressions import Kind, type_of
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FieldError
from amur.base.legal_time import Due
from amur.ledger import acts as ledger
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import conditions, declared, moments
from amur.procedures.appeals import engine, reads
from amur.procedures.appeals.declarations import Appeal as Declared
from amur.procedures.appeals.entries import LODGED, record
from amur.procedures.appeals.models import Appeal, Contest
from amur.procedures.correcting.aside import laid_aside
from amur.procedures.correcting.striking import voided_entries
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Decision, Draft
from amur.procedures.permission import is_party, mandate_for
from amur.procedures.transactions import act
from amur.procedures.typed import typed
from amur.registers.lookups import lookups

_CONTEST = prepared(
    lambda draft: Contest.objects.select_related("decision__case").filter(draft_id=draft)[:1], UUIDField()
)

_LONGEST_REASON = 200


def begin_appeal(
    decision_id: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    review_body: str = "",
    late_reason: str = "",
    language: str = "zh-hans",
) -> Draft:
    """Begin the form of an appeal against a decision, filled out of its case; submitting it lodges the appeal.

    Raises:
        NotFound: if there is no such decision, or the actor is not its party.
        Refused: if it cannot be contested here or not any more, or somebody acts for the party who may not contest.
        Invalid: if the body is none of those that the law names, or it is late and nothing says why.
    """
    with act():
        decision = Decision.objects.select_related("case").filter(pk=decision_id).first()
        if decision is None or not is_party(scope, facts_of(decision.case)):
            raise NotFound("no_decision", "there is no such decision")
        first = decision.case
        if mandate_for(scope, facts_of(first)):
            raise Refused("not_in_mandate", "an appeal is another matter; the party lodges it, or authorises for it")
        definition = declared.pinned(first.declaration_hash)
        check_open(definition.appeal, decision)
        if definition.correction and decision.entry_hash in voided_entries(first):
            raise Refused("voided", "this decision was a mistake and was voided; contest the one that took its place")
        if decision.entry_hash in laid_aside(first, definition):
            raise Refused("set_aside", "the case was taken up again; contest the decision that will be made")
        due = last_day_of(definition.appeal, decision)
        body = _body(definition.appeal, review_body)
        is_late = engine.is_late(due, day_of(now))
        said = typed("late_reason", late_reason, _LONGEST_REASON, day_of(now)) if is_late else ""
        draft = _draft(first, definition, by=by, now=now, language=language)
        Contest.objects.create(draft=draft, decision=decision, review_body=body, late_reason=said)
        return draft


def contest_of(draft: Draft, definition: ProcedureDeclaration) -> Contest | None:
    """Return what a form contests; None where its procedure hears no appeals.

    Raises:
        Refused: if it hears them and the form was not begun from a decision.
    """
    found = _CONTEST.first(draft.pk)
    if definition.hears_appeals and found is None:
        raise Refused("no_contest", "an appeal begins from the decision that it contests")
    return found


_LONGEST_REASON = 200


def lodge(contest: Contest, case: Case, *, by: Actor, now: datetime) -> Appeal:
    """Lodge an appeal with the case that was opened to hear it, in the transaction of its submission.

    Raises:
        Conflict: if another appeal against the decision is open.
        Refused: if the decision cannot be contested any more, or the last day passed while the form was written.
    """
    decision = Decision.objects.select_for_update().get(pk=contest.decision_id)
    first = Case.objects.select_for_update().get(pk=decision.case_id)
    definition = declared.pinned(first.declaration_hash)
    check_open(definition.appeal, decision)
    due = last_day_of(definition.appeal, decision)
    late = engine.is_late(due, day_of(now))
    if late and not contest.late_reason:
        raise Refused("appeal_late", "the last day has passed; begin again from the decision and say why it is late")
    held = ledger.hold(first.key_subject, by=by, now=now, reason="an appeal is open")
    found = Appeal.objects.create(
        case=case,
        decision=decision,
        first=first,
        lodged_at=now,
        last_day=due.on if due else None,
        is_late=late,
        late_reason=contest.late_reason if late else "",
        suspends=definition.appeal.suspends,
        suspended_at=now if definition.appeal.suspends == "yes" and not late else None,
        holds=held is not None,
    )
    record(
        found,
        LODGED,
        {
            "decision": decision.entry_hash,
            "body": case.body_id,
            "last_day": due.on.isoformat() if due else None,
            "late": late,
            "suspends": found.is_suspended,
        },
        by=by,
        now=now,
    )
    contest.delete()
    return found


def check_open(appeal: Declared, decision: Decision) -> None:
    """Refuse what cannot be contested.

    Raises:
        Conflict: ``appeal_open`` while another appeal is.
        Refused: if it is contested elsewhere, was judged, or does not stand any more.
    """
    earlier = Appeal.objects.filter(decision=decision).values_list("result", flat=True)
    refusal = engine.why_not_contest(appeal, [*earlier])
    if refusal is not None and refusal.code == "appeal_open":
        raise Conflict(refusal.code, refusal.message)
    if refusal is not None:
        raise refusal


def last_day_of(appeal: Declared, decision: Decision) -> Due | None:
    """Return until when a decision can be contested; None where the period has not begun."""
    _, why = reads.period_of(appeal, decision)
    return why.due if why else None


def _body(appeal: Declared, wanted: str) -> str:
    if wanted in appeal.bodies or (not wanted and len(appeal.bodies) == 1):
        return wanted or appeal.bodies[0]
    code = "unknown_body" if wanted else "required"
    raise Invalid({"review_body": (code, f"choose one of {', '.join(appeal.bodies)}")})


def _draft(first: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime, language: str) -> Draft:
    """Open the form, with what the case says typed in; it belongs to whom the case belongs to."""
    content_hash, hearing = declared.active(str(definition.appeal.procedure_id))
    moment = moments.of_case(first, definition, day_of(now))
    found, raw, data = lookups(day_of(now)), dict[str, Json](), dict[str, Json]()
    for field in hearing.fields:
        source = definition.appeal.values.get(field.id)
        kind = type_of(field.cel_column()) if source else Kind.TEXT
        value = conditions.taken(source, kind, moment) if source else None
        if value is not None:
            raw[field.id] = _typed(value)
            with suppress(FieldError):  # the form says what does not fit
                data[field.id] = field.read_draft(raw[field.id], found)
    return Draft.objects.create(
        procedure=hearing.id,
        declaration_hash=content_hash,
        raw=raw,
        data=data,
        account_id=first.account_id if first.account_id == by.actor_id else "",
        enterprise_id=first.enterprise_id,
        channel="portal",
        language=language,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=hearing.draft_days),
    )


def _typed(value: Json) -> Json:
    """Return a value as somebody would have typed it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, list | dict) else str(value)
