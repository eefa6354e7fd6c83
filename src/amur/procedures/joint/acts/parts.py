"""Parts of the work: the lead asks another body in words of its own, and that body gives its part, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.joint.declarations import Part
from amur.procedures.joint.models import AskedPart
from amur.procedures.joint.seeing import is_asked, may_not
from amur.procedures.models import Case
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.opinions.receiving import Sent, file_fault, received
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

ASKED, GIVEN = "case.part_asked", "case.part_given"
FILE_FIELD = "part"
"""In place of a field: for what the file of a part was sent."""

LONGEST_TEXT = 10_000


def ask_part(
    case_id: UUID,
    part: str,
    body_id: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    text: str,
    key: IdempotencyKey = "",
) -> AskedPart:
    """Ask a body for a part of the work, in the official's words. The same key again asks nothing more.

    Raises:
        NotFound: if there is no such case for the actor, or its procedure declares no such part.
        Refused: if the case is over, or the actor may not ask.
        Invalid: if the body gives no such part, or nothing is asked.
    """
    check_key(key)
    with act():
        case, definition = own_case(case_id, scope)
        found = _declared(definition, part)
        if refusal := may_not(scope, found.by, case.body_id, case):
            raise refusal
        if key and (before := AskedPart.objects.filter(case=case, asked_by=by.actor_id, key=key).first()):
            return before
        if case.closed_at is not None:
            raise Refused("case_closed", "the case is over; nothing is asked of anybody any more")
        if body_id not in found.bodies or body_id == case.body_id:
            raise Invalid({"body": ("not_in_list", f"found {body_id!r}, which gives no such part here")})
        asked = typed("text", text, LONGEST_TEXT, day_of(now))
        row = AskedPart(case=case, part=part, body_id=body_id, role=found.role, asked=asked, key=key)
        row.asked_by, row.asked_at = by.actor_id, now
        row.due_on, row.provisional = due_by(found, day_of(now))
        row.asked_entry = _record_asked(row, found, by=by, now=now)
        row.save(force_insert=True)
        return row


def _record_asked(row: AskedPart, found: Part, *, by: Actor, now: datetime) -> str:
    body: dict[str, Json] = {
        "part": row.part,
        "body": row.body_id,
        "due_on": row.due_on.isoformat(),
        "asked": sealed_for(row.case, row.asked),
    }
    return record(row.case, ASKED, body, basis=cited(found.basis), by=by, now=now)


def give_part(
    part_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    text: str,
    file: Sent | None = None,
    key: IdempotencyKey = "",
) -> AskedPart:
    """Give a part that was asked: once; it is marked late after its last day.

    Raises:
        NotFound: if this was not asked, or not of the actor's office.
        Refused: if the case is over, or the actor's card is not in force.
        Conflict: ``part_given`` if it was given before.
        Invalid: if nothing is said, or a file is missing or wrong.
        AmurError: if a file did not arrive whole or cannot be stored.
    """
    check_key(key)
    row = AskedPart.objects.select_related("case").filter(pk=part_id).first()
    if row is None or not is_asked(scope, row):
        raise NotFound("not_asked", "this was not asked of your office")
    if refusal := may_not(scope, (row.role,), row.body_id, row.case):
        raise refusal
    found = declared.pinned(row.case.declaration_hash).joint
    wanted = found.part(row.part).file if found else "optional"
    if faults := file_fault(wanted, has_file=file is not None):
        raise Invalid(faults)
    words = typed("text", text, LONGEST_TEXT, day_of(now))
    with received(file, FILE_FIELD, now) as upload, act():
        row = _locked(row)
        if upload is not None:
            upload.save(force_insert=True)
            row.upload = upload
        row.given, row.given_by, row.given_at = words, by.actor_id, max(now, row.asked_at)
        row.late = not row.provisional and day_of(row.given_at) > row.due_on
        row.given_entry = _record_given(row, by=by, now=row.given_at)
        row.save(force_update=True)
        return row


def _locked(row: AskedPart) -> AskedPart:
    """Return a part that can still be given, locked with its case, the case first as every act on a case does."""
    case = Case.objects.select_for_update().get(pk=row.case_id)
    found = AskedPart.objects.select_for_update().get(pk=row.pk)
    found.case = case
    if found.given_at is not None:
        raise Conflict("part_given", "this was given before, and stands")
    if case.closed_at is not None:
        raise Refused("case_closed", "the case is over; nothing is asked of anybody any more")
    return found


def _record_given(row: AskedPart, *, by: Actor, now: datetime) -> str:
    body: dict[str, Json] = {
        "part": row.part,
        "body": row.body_id,
        "late": row.late,
        "given": sealed_for(row.case, row.given),
        "sha256": sealed_for(row.case, row.upload.sha256) if row.upload else "",
    }
    return record(row.case, GIVEN, body, by=by, now=now)


def own_case(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration]:
    """Return a case, locked, for an office that works on it.

    Raises:
        NotFound: if there is no such case for the reader.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition


def record(case: Case, kind: str, body: dict[str, Json], *, by: Actor, now: datetime, basis: str = "") -> str:
    """Write what happened into the ledger of a case, and return its hash."""
    return ledger.record(
        subject=case.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": case.number, **body},
        basis=basis,
        release=policy.active_hash(),
    ).leaf


def _declared(definition: ProcedureDeclaration, part: str) -> Part:
    for found in definition.joint.parts if definition.joint else ():
        if found.id == part:
            return found
    raise NotFound("no_part", f"this procedure asks nobody for {part!r}")
