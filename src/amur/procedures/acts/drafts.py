"""Acts on drafts: open one, save a page, take it up again after the form has changed, forget what has expired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FieldDeclaration, FieldError, Lookups, Raw
from amur.ledger import acts as ledger
from amur.ledger import rows
from amur.ledger.prepared import prepared
from amur.people import reads as people
from amur.people.engine import is_machine
from amur.people.reads import day_of
from amur.procedures import conditions, declared, files, moments
from amur.procedures.channels import authorised, for_whom, why_not_enter
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.filling.finding import known_answers
from amur.procedures.models import Case, Draft, Upload
from amur.procedures.transactions import act
from amur.registers.lookups import lookups

Faults = dict[str, tuple[str, str]]

_AT_ONCE = 500
_NUMBER = prepared(lambda draft: Case.objects.filter(draft_id=draft).values_list("number", flat=True)[:1], UUIDField())
_DEEPEST = 8
"""Levels of raw input that are stored; the deepest declared type has four."""
# PostgreSQL stores neither in JSON; parsing has already said what is wrong with them.
_UNSTORABLE = str.maketrans({0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")})


def open_draft(
    procedure_id: str,
    *,
    by: Actor,
    now: datetime,
    channel: str = "portal",
    language: str = "zh-hans",
    account_id: str = "",
    enterprise_id: str = "",
    authorisation_id: str = "",
) -> Draft:
    """Begin a form. With an account, only this account may go on with it; without, whoever has its id.

    By an authorisation it is filled in for whoever gave it, and comes by an agent or a proxy.

    Raises:
        NotFound: if the active pack declares no such procedure.
        Refused: if nobody applies for it, the authorisation is over, or the channel is not the actor's to name.
    """
    if account_id and by.actor_id != account_id:
        raise NotFound("no_draft", "a draft is opened for the account that acts")
    content_hash, definition = declared.active(procedure_id)
    # A message of another system is handed in by the machine, as an exchange declares.
    if definition.opened_only and not is_machine(by):
        raise Refused(
            "opened_only", "nobody applies for this; it begins when another case or another system asks for it"
        )
    if authorisation_id:
        found = authorised(authorisation_id, account_id, procedure_id, now)
        channel, enterprise_id = found.kind, str(found.giver_enterprise_id or "")
    else:
        body = people.body_on(definition.body_id, day_of(now))
        if refusal := why_not_enter(definition, channel, by, body.pk if body else definition.body_id):
            raise refusal
    with act():
        return Draft.objects.create(
            procedure=procedure_id,
            declaration_hash=content_hash,
            channel=channel,
            language=language,
            account_id=account_id,
            enterprise_id=enterprise_id,
            authorisation_id=authorisation_id,
            created_at=now,
            updated_at=now,
            expires_at=now + timedelta(days=definition.draft_days),
        )


def save_step(draft_id: UUID, step: str, raw: Mapping[str, Raw], *, version: int, by: Actor, now: datetime) -> Draft:
    """Keep what was entered on a page, as it was typed, and say what is wrong with it.

    The same page with the same words twice is one save, whatever version the second names: a double click.

    Raises:
        NotFound: if there is no such draft or page, or it is another account's.
        Conflict: if the draft was submitted, has expired, was saved meanwhile or the form has changed.
        Invalid: naming each field that cannot be accepted; what was entered is kept all the same.
    """
    with act():
        draft = locked(draft_id, by=by, now=now)
        was_changed = take_up(draft, now)
        definition = declared.pinned(draft.declaration_hash)
        page = _page(definition, step)
        found = lookups(day_of(now))
        entered, typed = _entered(
            page,
            as_locked({name: storable(value) for name, value in raw.items()}, draft, definition, day_of(now)),
            draft,
            found,
        )
        known = {name: draft.raw.get(name, "") for name in typed}
        if version != draft.version and not was_changed and typed != known:
            raise Conflict("stale_version", "this draft was saved elsewhere meanwhile", version=draft.version)
        data, faults = read_fields(page.fields, entered, found)
        gone = {field.id for field in page.fields}
        changed = {name: value for name, value in draft.data.items() if name not in gone} | data
        asked = conditions.asked(definition, moments.of_form(definition, changed, day_of(now)))
        names = {field.id for field in asked}
        faults = {name: fault for name, fault in faults.items() if name.partition(".")[0] in names}
        if was_changed or version == draft.version:
            _store(draft, draft.raw | typed, changed, now)
    if was_changed:
        raise form_changed(draft)
    if faults:
        raise Invalid(faults)
    return draft


def locked(draft_id: UUID, *, by: Actor, now: datetime) -> Draft:
    """Return a draft that can still be changed, locked until the end of the transaction.

    Raises:
        NotFound: if there is none, or it is another account's.
        Conflict: if it was submitted or has expired.
        Refused: if the authorisation by which it is filled in is over.
    """
    draft = rows.locked(Draft, draft_id)
    if draft is None or (draft.account_id and draft.account_id != by.actor_id):
        raise NotFound("no_draft", "there is no such draft; it may have expired and been deleted")
    if number := _NUMBER.first(draft.pk):
        raise Conflict("draft_submitted", "this form was submitted before", number=number)
    if draft.expires_at <= now:
        raise Conflict("draft_expired", "this draft has expired; begin a new one", procedure=draft.procedure)
    for_whom(draft, by, now)
    return draft


def take_up(draft: Draft, now: datetime) -> bool:
    """Pin a draft to the form of today, with all that was entered and still has a field; say whether it changed."""
    content_hash, definition = declared.active(draft.procedure)
    if content_hash == draft.declaration_hash:
        return False
    names = {field.id for field in definition.fields}
    raw = {name: value for name, value in draft.raw.items() if name in names}
    entered = [field for field in definition.fields if field.id in raw]
    data, _ = read_fields(tuple(entered), raw, lookups(day_of(now)))
    draft.declaration_hash = content_hash
    _store(draft, raw, data, now)
    return True


def form_changed(draft: Draft) -> Conflict:
    """Return what is said when the form is not the one that was begun."""
    return Conflict(
        "form_changed",
        "the form has changed since this draft was begun; what was entered is kept, look through it again",
        version=draft.version,
    )


def read_fields(
    fields: tuple[FieldDeclaration, ...], raw: Mapping[str, Json], found: Lookups
) -> tuple[dict[str, Json], Faults]:
    """Return the values of what was entered, and what is wrong with the rest.

    A draft holds raw input, or of what is not kept that it was seen; nothing that a person sends says so.
    """
    data: dict[str, Json] = {}
    faults: Faults = {}
    for field in fields:
        try:
            value = field.read_draft(raw.get(field.id), found)
        except FieldError as error:
            faults |= error.told(field.id)
        else:
            if value is not None:
                data[field.id] = value
    return data, faults


def forget_expired(now: datetime) -> int:
    """Delete drafts that have expired and were not submitted, with their files; return how many."""
    with act():
        old = Draft.objects.select_for_update(of=("self",)).filter(expires_at__lte=now, case__isnull=True)
        ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
        uploads = Upload.objects.filter(draft__in=ids, case__isnull=True)
        gone = list(uploads.values_list("pk", flat=True))
        uploads.delete()
        Draft.objects.filter(pk__in=ids).delete()
        # What a backup still holds of them is noise from here on.
        ledger.discard([f"draft:{one}" for one in ids] + [f"upload:{one}" for one in gone], now=now)
    for upload_id in gone:
        files.remove(upload_id)
    return len(ids)


def as_locked(raw: Mapping[str, Json], draft: Draft, definition: ProcedureDeclaration, on: date) -> dict[str, Json]:
    """Return what was entered, with what a register says in place of what may not be changed."""
    if not any(one.locked for one in definition.prefill):
        return dict(raw)
    known = known_answers(draft, definition, on)
    return {**raw, **{name: one.raw for name, one in known.items() if one.locked and name in raw}}


def _entered(
    page: Page, raw: Mapping[str, Json], draft: Draft, found: Lookups
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return what was entered on a page, as every database can store it, and what of it the draft may hold.

    Files came another way; what is not kept and was seen before need not be entered again.
    """
    entered = {field.id: storable(raw.get(field.id)) for field in page.fields if field.type != "file"}
    typed = {
        field.id: field.drafted(entered[field.id], draft.raw.get(field.id), found)
        for field in page.fields
        if field.id in entered
    }
    files_sent = {field.id: draft.raw.get(field.id, "") for field in page.fields if field.type == "file"}
    return entered | {name: held for name, held in typed.items() if held is True} | files_sent, typed


def storable(raw: object, depth: int = 0) -> Json:
    """Return raw input as every database can store it; what is nested too deeply is left out."""
    if depth > _DEEPEST:
        return ""
    if isinstance(raw, Mapping):
        return {str(storable(str(name))): storable(part, depth + 1) for name, part in raw.items()}
    if isinstance(raw, list | tuple):
        return [storable(part, depth + 1) for part in raw]
    return "" if raw is None else str(raw).translate(_UNSTORABLE)


def _page(definition: ProcedureDeclaration, step: str) -> Page:
    try:
        return definition.page(step)
    except KeyError:
        raise NotFound("no_page", f"the form has no page {step!r}") from None


def _store(draft: Draft, raw: Mapping[str, Json], data: Mapping[str, Json], now: datetime) -> None:
    draft.raw, draft.data = dict(raw), dict(data)
    draft.version += 1
    draft.updated_at = now
    rows.change(draft, ("declaration_hash", "raw", "data", "version", "updated_at"))
