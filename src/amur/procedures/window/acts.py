"""The acts of a window: receive a scan, take in a case with its papers, hand over what was decided against a signature.

The id of the form is the client's key. Whoever is not sure that a post arrived sends it again, and the same form is the
same case; so nothing is doubled on a slow line, and nothing is lost.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FileField, Lookups, PersonField, Raw
from amur.base.fields.raw import says_something
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared, files
from amur.procedures.acts.drafts import read_fields, storable, take_up
from amur.procedures.acts.opening import asked_whole, begin, case_of
from amur.procedures.acts.submission import whole_form
from amur.procedures.acts.uploads import accept, discard_uploads, limit_of, safe_name
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Draft, Upload
from amur.procedures.papers.acts import serving
from amur.procedures.papers.models import Service
from amur.procedures.permission import permit
from amur.procedures.seeing import works_on
from amur.procedures.transactions import act, check_key
from amur.procedures.window import identity
from amur.procedures.window.declarations import Window
from amur.procedures.window.engine import Faults, Way, materials_of
from amur.procedures.window.identity import Person
from amur.procedures.window.models import Intake
from amur.procedures.window.reads import CHANNEL, SLIP, service_at
from amur.registers.lookups import lookups

HANDED_IN = "case.handed_in"
NOBODY = Person()
_PICTURE = FileField.model_validate(
    {"id": "slip", "type": "file", "title": {"zh": "签收单", "en": "Slip"}, "max_bytes": 2 * 2**20}
    | {"media_types": ["image/png", "image/jpeg", "application/pdf"]}
)


def attach_scan(
    service_id: str,
    form: UUID,
    field: str,
    stream: Iterable[bytes],
    name: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
) -> Upload:
    """Receive a scan for a field of a form at the window; it takes the place of the one before.

    Raises:
        NotFound: if the reader takes in no such service, or the form has no such field or belongs to something else.
        Conflict: if the form was handed in or has expired.
        Invalid: if the file is too large, empty or of a kind that the field does not accept.
        AmurError: if it did not arrive whole or cannot be stored.
    """
    definition = service_at(scope, service_id, day_of(now))
    wanted = next((one for one in definition.fields if one.id == field and isinstance(one, FileField)), None)
    if not isinstance(wanted, FileField):
        raise NotFound("no_field", f"there is no file field {field!r}")
    upload = Upload(id=uuid.uuid4(), field=field, name=safe_name(name), received_at=now)
    with files.received(field, upload.id, stream, limit_of(wanted)) as found, act():
        accept(wanted, upload, found)
        draft = _form(service_id, form, by=by, now=now)
        discard_uploads(Upload.objects.filter(draft=draft, field=field, case__isnull=True), now)
        upload.draft = draft
        ledger.keep_file_key(upload.key_subject, found.key)
        upload.save(force_insert=True)
    return upload


def put_aside(
    service_id: str,
    form: UUID,
    raw: Mapping[str, Raw],
    *,
    language: str = "zh-hans",
    by: Actor,
    scope: Scope,
    now: datetime,
) -> Faults:
    """Keep what stands in some fields of a form at the window, right or wrong; return what is wrong with it.

    Of what is not kept only that it was seen stays.

    Raises:
        NotFound: if the reader takes in no such service, or the form belongs to something else.
        Conflict: if the form was handed in or has expired.
        Refused: if the form is that of an account, which keeps it.
    """
    definition = service_at(scope, service_id, day_of(now))
    with act():
        draft = _form(service_id, form, by=by, now=now, language=language)
        if draft.account_id:
            raise Refused("not_yours", "this form belongs to an account; hand it in, or let the account change it")
        take_up(draft, now)
        found = lookups(day_of(now))
        fields = [one for one in definition.fields if one.id in raw and one.type not in {"file", "computed"}]
        entered = {one.id: storable(raw[one.id]) for one in fields}
        held = {one.id: one.drafted(entered[one.id], draft.raw.get(one.id), found) for one in fields}
        draft.raw = {**draft.raw, **held}
        draft.data, _faults = read_fields(definition.fields, draft.raw, found)
        draft.version += 1
        draft.updated_at = now
        draft.save(update_fields=["raw", "data", "version", "updated_at"])
        # What was wrong and may not be kept is said now: the draft does not hold it.
        wrong = read_fields(tuple(fields), {**entered, **{n: v for n, v in held.items() if v is True}}, found)[1]
        asked, _whole = asked_whole(definition, draft.data, found.on)
        names = {one.id for one in asked}
    return {name: fault for name, fault in wrong.items() if name.partition(".")[0] in names}


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was found of what was handed in: the papers, and which document was looked at."""

    materials: Mapping[str, list[Way]]
    kind: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What somebody hands in: what stands in the form, what became of each paper, and who they show to be."""

    raw: Mapping[str, Raw]
    ticked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    person: Person = NOBODY


def take_in(
    service_id: str,
    form: UUID,
    given: HandedIn,
    *,
    language: str = "zh-hans",
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Case:
    """Take in a case over the counter: it is handed in, not accepted. The same ``form`` again is the same case.

    What the person shows is compared in memory; that it was, by whom, when and with which kind of document stays.

    Raises:
        NotFound: if the reader takes in no such service, or the form belongs to something else.
        Conflict: if somebody else handed in this form, or it has expired.
        Refused: if the case lies elsewhere than the reader's office, or is their own.
        Invalid: naming each field, paper and part of the identity that is missing or wrong; nothing was taken in.
    """
    check_key(key)
    definition = service_at(scope, service_id, day_of(now))
    with act():
        if before := _taken_before(form, by):
            return before
        draft = _form(service_id, form, by=by, now=now, language=language)
        take_up(draft, now)
        found, uploads = lookups(day_of(now)), list(Upload.objects.filter(draft=draft, case__isnull=True))
        data, taken = _looked_through(definition, draft, given, uploads, found)
        draft.channel = CHANNEL
        case = case_of(draft, definition, data, found, now)
        office = permit(scope, (_window(definition).by,), facts_of(case), actor_id=by.actor_id)
        if isinstance(office, Refused):
            raise office
        by = office.of(by)
        begin(case, definition, uploads, by=by, now=now, key=key, beside=partial(_keep, case, taken, by, now))
        # The case holds the form now; a second copy of personal data would outlive it, in backups too.
        Draft.objects.filter(pk=draft.pk).update(raw={}, data={}, channel=CHANNEL, updated_at=now)
        ledger.discard([draft.key_subject], now=now)
        return case


@dataclass(frozen=True, slots=True)
class Fetched:
    """Who fetches a document: the party or somebody with its authorisation, and their signature.

    It is a file, or ``on_paper``: they signed a slip that the office keeps in its folder.
    """

    receiver: str
    proxy: bool = False
    authorised: bool = False
    slip: bytes = b""
    on_paper: bool = False
    person: Person = NOBODY


def hand_over_at_window(
    number: str, fetched: Fetched, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Service:
    """Hand a document over to whoever fetches it and signs for it, in a file or on paper: it is served. Once.

    A proxy shows an authorisation. The identity is looked at where the procedure asks for it.

    Raises:
        NotFound: if there is no such document, or the actor does not work on its case.
        Invalid: if it is not said who fetches it, nobody signs, no authorisation is shown, or the identity or the slip
            does not fit.
        Refused, Conflict: if it is served already, or was erased with its case.
    """
    check_key(key)
    case = Case.objects.filter(documents__number=number).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not works_on(scope, case, definition):
        raise NotFound("no_document", "there is no such document")
    if before := _handed_before(number, key):
        return before
    hand_over = partial(
        serving.hand_over,
        number,
        receiver=fetched.receiver,
        received_on=day_of(now),
        by=by,
        scope=scope,
        now=now,
        key=key,
    )
    shown = _shown(definition, fetched, now)
    if not fetched.slip:
        return hand_over(shown=shown)
    upload = Upload(id=uuid.uuid4(), field=SLIP, name=number, received_at=now, case=case)
    with files.received(SLIP, upload.id, [fetched.slip], limit_of(_PICTURE)) as found, act():
        accept(_PICTURE, upload, found)
        ledger.keep_file_key(upload.key_subject, found.key)
        upload.save(force_insert=True)
        return hand_over(shown={**shown, "slip": str(upload.id), "sha256": upload.sha256})


def _shown(definition: ProcedureDeclaration, fetched: Fetched, now: datetime) -> dict[str, Json]:
    """Return what is kept of what was shown when a document was fetched.

    Raises:
        Invalid: naming what is missing or wrong.
    """
    check = definition.window.identity if definition.window else None
    faults = identity.checked(check, fetched.person, fetched.receiver, lookups(day_of(now)))
    if fetched.proxy and not fetched.authorised:
        faults["authorised"] = ("required", "somebody who fetches for another shows an authorisation")
    if not fetched.receiver.strip():
        faults["receiver"] = ("required", "say it")
    if not fetched.slip and not fetched.on_paper:
        faults["slip"] = ("required", "whoever fetches a document signs for it")
    if faults:
        raise Invalid(faults)
    shown: dict[str, Json] = {"proxy": True, "authorised": True} if fetched.proxy else {}
    if not fetched.slip:
        shown["signed_on_paper"] = True
    return shown | ({"identity": fetched.person.kind} if check and fetched.person.is_shown else {})


def _handed_before(number: str, key: IdempotencyKey) -> Service | None:
    return Service.objects.filter(document__number=number, key=key).first() if key else None


def _window(definition: ProcedureDeclaration) -> Window:
    if definition.window is None:
        raise NotFound("no_service", "this is not taken in at a window")
    return definition.window


def _taken_before(form: UUID, by: Actor) -> Case | None:
    """Return the case that the same official made of a form; the lock lets the second of two wait."""
    Draft.objects.select_for_update().filter(pk=form).first()
    case = Case.objects.select_related("intake").filter(draft=form).first()
    if case is None:
        return None
    if Intake.objects.filter(case=case, taken_by=by.actor_id).exists():
        return case
    raise Conflict("draft_submitted", "this form was submitted before", number=case.number)


def _form(service_id: str, form: UUID, *, by: Actor, now: datetime, language: str = "zh-hans") -> Draft:
    """Return the form of an id, locked, or a new one: an id that a browser made up is a key, and no more."""
    content_hash, definition = declared.active(service_id)
    expires = now + timedelta(days=definition.draft_days)
    values = {"procedure": service_id, "declaration_hash": content_hash, "channel": CHANNEL, "language": language}
    Draft.objects.get_or_create(
        pk=form, defaults={**values, "created_at": now, "updated_at": now, "expires_at": expires}
    )
    draft = Draft.objects.select_for_update().get(pk=form)
    if draft.procedure != service_id:
        raise NotFound("no_draft", "this form is of another service")
    if number := Case.objects.filter(draft=draft).values_list("number", flat=True).first():
        raise Conflict("draft_submitted", "this form was submitted before", number=number)
    if draft.expires_at <= now:
        raise Conflict("draft_expired", "this draft has expired; begin a new one", procedure=draft.procedure)
    if draft.account_id == by.actor_id:
        raise Refused("own_case", "nobody takes in a case of their own")
    return draft


def _looked_through(
    definition: ProcedureDeclaration,
    draft: Draft,
    given: HandedIn,
    uploads: list[Upload],
    found: Lookups,
) -> tuple[dict[str, Json], _Taken]:
    """Return the answers and what was taken; all that is wrong is said at once.

    Raises:
        Invalid: naming it.
    """
    window = _window(definition)
    materials, faults = materials_of(window, given.ticked)
    entered = {name: storable(value) for name, value in given.raw.items()}
    for one in definition.fields:
        # What was looked at when the form was written, and is not kept, need not be shown again.
        is_seen = isinstance(one, PersonField) and not one.keep and draft.raw.get(one.id) is True
        if is_seen and not says_something(entered.get(one.id)):
            entered[one.id] = True
    data: dict[str, Json] = {}
    try:
        data = whole_form(definition, entered, uploads, found)
    except Invalid as fault:
        faults |= fault.fields
    name = window.identity.name_field if window.identity else None
    said = str(data.get(name) or entered.get(name) or "") if name else None
    faults |= identity.checked(window.identity, given.person, said, found)
    if faults:
        raise Invalid(faults)
    return data, _Taken(materials, given.person.kind if window.identity and given.person.is_shown else "")


def _keep(case: Case, taken: _Taken, by: Actor, now: datetime) -> None:
    """Keep what was taken beside a case that begins, before its receipt tells it."""
    known: dict[str, Json] = {"kind": taken.kind, "by": by.actor_id, "at": now.isoformat()} if taken.kind else {}
    materials: dict[str, Json] = {name: [*ways] for name, ways in taken.materials.items()}
    entry = ledger.record(
        subject=case.key_subject,
        kind=HANDED_IN,
        by=by,
        now=now,
        body={
            "number": case.number,
            "materials": materials,
            "identity": sealed_for(case, known) if known else "",
        },
    )
    Intake.objects.create(
        case=case, taken_by=by.actor_id, taken_at=now, materials=materials, identity=known, entry_hash=entry.leaf
    )
