"""The act that makes a case of a draft: once, whatever is clicked, repeated or lost on the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound
from amur.base.fields import Lookups
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.ledger.prepared import prepared
from amur.people.reads import day_of
from amur.procedures import conditions, declared
from amur.procedures.acts.drafts import as_locked, form_changed, locked, read_fields, take_up
from amur.procedures.acts.opening import asked_whole, begin, case_of
from amur.procedures.appeals import acts as appeals
from amur.procedures.channels import begun_for, for_whom
from amur.procedures.cosigning.saying import agreed, says
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.filling.engine import why_not
from amur.procedures.filling.finding import failing_checks, known_answers, sources_of
from amur.procedures.items.reads import check_open
from amur.procedures.models import Case, Draft, Upload
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

_CASE = prepared(lambda draft: Case.objects.filter(draft_id=draft)[:1], UUIDField())
_RECEIVED = prepared(lambda draft: Upload.objects.filter(draft_id=draft, case__isnull=True), UUIDField())


def submit(
    draft_id: UUID,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    version: int | None = None,
    confirmed: Collection[str] = (),
) -> Case:
    """Make a case of a draft; the same draft again is the same case, and the same receipt.

    ``version`` is the one that was looked through: what another device changed since is looked through first.
    ``confirmed`` are the checks whose warnings were read and confirmed.

    Raises:
        NotFound: if there is no such draft, or it is another account's.
        Conflict: if the draft has expired, was saved meanwhile or the form has changed; what was entered is kept.
        Invalid: naming each field that is missing or wrong.
        Refused: if the authorisation to fill it in is over, a check does not hold, somebody must agree first, or the
            item was cancelled or handed down before.
    """
    check_key(key)
    changed: Draft | None = None
    with act():
        if before := _submitted_before(draft_id, by):
            return before
        draft = locked(draft_id, by=by, now=now)
        if version not in (None, draft.version):
            raise Conflict("stale_version", "this draft was saved elsewhere meanwhile", version=draft.version)
        if take_up(draft, now):
            changed = draft
        else:
            return _open_case(
                draft, declared.pinned(draft.declaration_hash), by=by, now=now, key=key, confirmed=confirmed
            )
    raise form_changed(changed)


def _submitted_before(draft_id: UUID, by: Actor) -> Case | None:
    """Return the case that an earlier submission made; the lock on the draft lets the second of two wait."""
    draft = rows.locked(Draft, draft_id)
    if draft is None or (draft.account_id and draft.account_id != by.actor_id):
        raise NotFound("no_draft", "there is no such draft; it may have expired and been deleted")
    return _CASE.first(draft.pk)


def _open_case(
    draft: Draft,
    definition: ProcedureDeclaration,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
    confirmed: Collection[str],
) -> Case:
    check_open(definition, on=day_of(now))
    received = _RECEIVED(draft.pk)
    found = lookups(day_of(now))
    typed = as_locked(draft.raw, draft, definition, found.on)
    case = case_of(draft, definition, whole_form(definition, typed, received, found), found, now)
    signed = says(draft) if agreed(draft, definition, now) else ""
    warned = _checked(definition, case.data, now, confirmed)
    case.sources = sources_of(known_answers(draft, definition, day_of(now)), case.data) if definition.prefill else {}
    contest = appeals.contest_of(draft, definition)
    if contest:
        case.body_id = contest.review_body
    by, case.account_id, case.enterprise_id = for_whom(draft, by, now)
    by = begun_for(case, draft, by, now)
    begin(case, definition, received, by=by, now=now, key=key)
    if contest:
        appeals.lodge(contest, case, by=by, now=now)
    if signed:
        ledger.record(subject=case.key_subject, kind="case.co_signed", by=by, now=now, body={"says": signed})
    if warned:
        body: dict[str, Json] = {"checks": [*warned]}
        ledger.record(subject=case.key_subject, kind="case.warnings_confirmed", by=by, now=now, body=body)
    # The case holds the form now; a second copy of personal data would outlive it, in backups too.
    draft.raw, draft.data, draft.updated_at = {}, {}, now
    rows.change(draft, ("raw", "data", "updated_at"))
    ledger.discard([draft.key_subject], now=now)
    return case


def _checked(
    definition: ProcedureDeclaration, data: Mapping[str, Json], now: datetime, confirmed: Collection[str]
) -> tuple[str, ...]:
    """Return the checks that warned and were confirmed; what stops a submission is refused."""
    found = failing_checks(definition, data, day_of(now)) if definition.checks else ()
    if refusal := why_not(found, confirmed):
        raise refusal
    return tuple(one.id for one in found)


def whole_form(
    definition: ProcedureDeclaration, typed: Mapping[str, Json], uploads: list[Upload], found: Lookups
) -> dict[str, Json]:
    """Return the values of what the form asks, read again from what was typed; what it does not ask is left out.

    Raises:
        Invalid: naming each field that is missing or wrong.
    """
    received = {upload.field: str(upload.pk) for upload in uploads}
    files = {field.id for field in definition.fields if field.type == "file"}
    raw = {name: value for name, value in typed.items() if name not in files} | received
    data, faults = read_fields(definition.fields, raw, found)
    asked, whole = asked_whole(definition, data, found.on)
    names = {field.id for field in asked}
    wanting = {name: fault for name, fault in faults.items() if name.partition(".")[0] in names}
    if wanting:
        raise Invalid(wanting)
    return conditions.computed(asked, whole, found)
