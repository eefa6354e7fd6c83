"""The act that makes a case of a draft: once, whatever is clicked, repeated or lost on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.faults import Invalid, NotFound
from amur.base.fields import Lookups
from amur.ledger import acts as ledger
from amur.ledger.kept import prefetch, sealed_for, stored
from amur.people import reads as people
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import conditions, declared, engine, moments
from amur.procedures.acts.clocks import follow
from amur.procedures.acts.drafts import form_changed, locked, read_fields, take_up
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, CaseEvent, Draft, Serial, Upload
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

_LONGEST_SUBJECT = 200


def submit(draft_id: UUID, *, by: Actor, now: datetime, key: IdempotencyKey = "") -> Case:
    """Make a case of a draft; the same draft again is the same case, and the same receipt.

    Raises:
        NotFound: if there is no such draft, or it is another account's.
        Conflict: if the draft has expired or the form has changed; what was entered is kept.
        Invalid: naming each field that is missing or wrong.
    """
    check_key(key)
    changed: Draft | None = None
    with act():
        if before := _submitted_before(draft_id, by):
            return before
        draft = locked(draft_id, by=by, now=now)
        if take_up(draft, now):
            changed = draft
        else:
            return _open_case(draft, declared.pinned(draft.declaration_hash), by=by, now=now, key=key)
    raise form_changed(changed)


def _submitted_before(draft_id: UUID, by: Actor) -> Case | None:
    """Return the case that an earlier submission made; the lock on the draft lets the second of two wait."""
    draft = Draft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or (draft.account_id and draft.account_id != by.actor_id):
        raise NotFound("no_draft", "there is no such draft; it may have expired and been deleted")
    return Case.objects.filter(draft=draft).first()


def _open_case(
    draft: Draft, definition: ProcedureDeclaration, *, by: Actor, now: datetime, key: IdempotencyKey
) -> Case:
    received = list(Upload.objects.filter(draft=draft, case__isnull=True))
    position, changes = engine.opened(definition)
    found = lookups(day_of(now))
    case = _new_case(draft, definition, position, _whole_form(draft, definition, received, found), found, now)
    case.save(force_insert=True)
    # A file that the form does not ask any more is no part of the case; it is swept away.
    uploads = [upload for upload in received if upload.field in case.data]
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(case=case)
    started = follow(case, definition, changes, now)
    if engine.accepts(definition, case.state, clock_started=started):
        case.accepted_at = now
    case.save(update_fields=["accepted_at", "due_on", "due_at", "due_provisional"])
    CaseEvent.objects.create(
        case=case,
        version=case.version,
        event=engine.SUBMITTED,
        target=case.state,
        actor_id=by.actor_id,
        happened_at=now,
        key=key,
        entry_hash=_record(case, uploads, by=by, now=now),
    )
    # The case holds the form now; a second copy of personal data would outlive it, in backups too.
    Draft.objects.filter(pk=draft.pk).update(raw={}, data={}, updated_at=now)
    ledger.discard([draft.key_subject], now=now)
    return case


def _new_case(  # noqa: PLR0917 - all that a case is made of
    draft: Draft,
    definition: ProcedureDeclaration,
    position: engine.Position,
    data: dict[str, Json],
    found: Lookups,
    now: datetime,
) -> Case:
    body = people.body_on(definition.body_id, day_of(now))
    return Case(
        number=_next_number(definition.series, now),
        procedure=draft.procedure,
        declaration_hash=draft.declaration_hash,
        closure_hash=policy.closure("procedure", draft.procedure),
        draft=draft,
        state=position.state,
        version=position.version,
        data=data,
        subject=_subject(definition, data, found),
        body_id=body.pk if body else definition.body_id,
        region=str(data.get(definition.region_field or "", "")),
        channel=draft.channel,
        language=draft.language,
        account_id=draft.account_id,
        enterprise_id=draft.enterprise_id,
        submitted_at=now,
        changed_at=now,
    )


def _whole_form(
    draft: Draft, definition: ProcedureDeclaration, uploads: list[Upload], found: Lookups
) -> dict[str, Json]:
    """Return the values of what the form asks, read again from what was typed; what it does not ask is left out."""
    received = {upload.field: str(upload.pk) for upload in uploads}
    files = {field.id for field in definition.fields if field.type == "file"}
    raw = {name: value for name, value in draft.raw.items() if name not in files} | received
    data, faults = read_fields(definition.fields, raw, found)
    moment = moments.of_form(definition, data, found.on)
    asked = conditions.asked(definition, moment)
    names = {field.id for field in asked}
    wanting = {name: fault for name, fault in faults.items() if name.partition(".")[0] in names}
    if wanting:
        raise Invalid(wanting)
    kept = {field.id: data[field.id] for field in asked if field.id in data}
    return conditions.computed(asked, moment.with_form(kept), found)


def _next_number(series: str, now: datetime) -> str:
    """Return the next number of a series and year. Its row stays locked, so that a failed submission uses none up."""
    year = day_of(now).year
    serial, _ = Serial.objects.select_for_update().get_or_create(series=f"{year}-{series}")
    serial.value += 1
    serial.save(update_fields=["value"])
    return f"{serial.series}-{serial.value:05}"


def _subject(definition: ProcedureDeclaration, data: Mapping[str, Json], found: Lookups) -> str:
    field = next(field for field in definition.fields if field.id == definition.subject_field)
    if field.personal_class != "none":
        return ""  # queues and notices show the subject, and search finds it: no person's name stands there
    return field.display(data.get(field.id), "zh-hans", found)[:_LONGEST_SUBJECT]


def _record(case: Case, uploads: list[Upload], *, by: Actor, now: datetime) -> str:
    """Write two entries: one whose content a party may show to a stranger, one with what was entered.

    So a receipt discloses the number and not the form. Of the form the entry holds what is personal as the table does:
    sealed, so that it can be erased while both entries and their proofs stay whole.
    """
    release = policy.active_release()
    prefetch(uploads)
    record = partial(ledger.record, subject=f"case:{case.id}", by=by, now=now, release=release.hash if release else "")
    submitted = record(
        kind="case.submitted",
        body={
            "number": case.number,
            "procedure": case.procedure,
            "declaration": case.declaration_hash,
            "closure": case.closure_hash,
            "state": case.state,
            "channel": case.channel,
        },
    )
    record(
        kind="case.form_kept",
        body={
            "form": stored(case, "data"),
            "uploads": [
                {
                    "id": str(upload.pk),
                    "field": upload.field,
                    "media_type": upload.media_type,
                    "size": upload.size,
                    "file": sealed_for(upload, {"name": upload.name, "sha256": upload.sha256}),
                }
                for upload in uploads
            ],
        },
    )
    return submitted.leaf
