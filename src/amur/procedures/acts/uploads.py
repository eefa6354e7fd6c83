"""Acts on files: attach one to a draft or to what a case asks for, remove one, sweep what nothing knows."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from amur.base.acting import Actor, Scope
from amur.base.faults import Invalid, NotFound
from amur.base.fields import FieldDeclaration, FileField
from amur.ledger import acts as ledger
from amur.procedures import declared, engine, files, sniffing
from amur.procedures.acts.drafts import locked
from amur.procedures.facts import facts_of, history_of
from amur.procedures.models import Case, Draft, Upload
from amur.procedures.seeing import may_see
from amur.procedures.transactions import act

_LONGEST_NAME = 200
_KEEP_STRAYS = timedelta(hours=1)
_KEEP_UNCLAIMED = timedelta(days=1)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def attach(draft_id: UUID, field: str, stream: Iterable[bytes], name: str, *, by: Actor, now: datetime) -> Upload:
    """Receive a file for a field of a draft; it takes the place of the one before.

    Raises:
        NotFound: if there is no such draft or field.
        Conflict: if the draft was submitted or has expired.
        Invalid: if the file is too large, empty or of a kind that the field does not accept.
        AmurError: if it did not arrive whole or cannot be stored.
    """
    with act():
        draft = locked(draft_id, by=by, now=now)
    wanted = _file_field(declared.pinned(draft.declaration_hash).fields, field)
    upload = Upload(id=uuid.uuid4(), field=field, name=safe_name(name), received_at=now)
    with files.received(field, upload.id, stream, limit_of(wanted)) as found, act():
        accept(wanted, upload, found)
        draft = locked(draft_id, by=by, now=now)
        discard_uploads(Upload.objects.filter(draft=draft, field=field, case__isnull=True), now)
        upload.draft = draft
        ledger.keep_file_key(upload.key_subject, found.key)
        upload.save(force_insert=True)
        _point(draft, field, str(upload.id), now)
    return upload


def attach_to_case(
    case_id: UUID, event: str, field: str, stream: Iterable[bytes], name: str, *, by: Actor, scope: Scope, now: datetime
) -> Upload:
    """Receive a file for what an event asks for; firing the event with the file's id makes it part of the case.

    Raises:
        NotFound: if there is no such case for the actor, or the event means nothing now, or it asks for no such file.
        Refused: if the actor may not fire the event.
        Invalid: as ``attach``.
    """
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound("no_case", "there is no such case")
    definition = declared.pinned(case.declaration_hash)
    if not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    transition = definition.transition(event, case.state)
    if transition is None:
        raise NotFound("no_such_event", f"{event!r} means nothing in state {case.state!r}")
    if refusal := engine.why_not(transition, scope, by.actor_id, facts_of(case), history_of(case, transition)):
        raise refusal
    wanted = _file_field(transition.asks, field)
    upload = Upload(id=uuid.uuid4(), field=field, name=safe_name(name), received_at=now)
    with files.received(field, upload.id, stream, limit_of(wanted)) as found, act():
        accept(wanted, upload, found)
        upload.draft = case.draft
        ledger.keep_file_key(upload.key_subject, found.key)
        upload.save(force_insert=True)
    return upload


def remove_upload(draft_id: UUID, upload_id: UUID, *, by: Actor, now: datetime) -> None:
    """Take a file away from a draft; it is well if it is gone already.

    Raises:
        NotFound: if there is no such draft.
        Conflict: if the draft was submitted or has expired.
    """
    with act():
        draft = locked(draft_id, by=by, now=now)
        upload = Upload.objects.filter(pk=upload_id, draft=draft, case__isnull=True).first()
        if upload is not None:
            discard_uploads(Upload.objects.filter(pk=upload_id), now)
            if draft.raw.get(upload.field) == str(upload_id):
                _point(draft, upload.field, "", now)


def sweep_uploads(now: datetime) -> int:
    """Delete what belongs to nothing: files without a row, as a crash leaves them, and files sent for no event.

    Both are left alone for a while, since their row or their event may be on the way. Return how many files went.
    """
    with act():
        unclaimed = Upload.objects.filter(case=None, draft__case__isnull=False, received_at__lt=now - _KEEP_UNCLAIMED)
        unclaimed = unclaimed.filter(supplement_items=None)  # an answer that is being written is kept
        discard_uploads(Upload.objects.filter(pk__in=list(unclaimed.values_list("pk", flat=True))), now)
    return files.sweep(
        lambda ids: set(Upload.objects.filter(pk__in=ids).values_list("pk", flat=True)), now - _KEEP_STRAYS
    )


def safe_name(name: str) -> str:
    r"""Return a name that can be shown and saved: no folders, no control or turning characters, not too long.

    >>> safe_name("../../etc/passwd"), safe_name("C:\\plan\u202efdp.exe"), safe_name(" .. ")
    ('passwd', 'plan fdp.exe', 'file')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = " ".join(_UNSAFE.sub(" ", last).split()).strip(". ")
    stem, dot, suffix = plain.rpartition(".")
    if len(plain) > _LONGEST_NAME and dot:
        plain = f"{stem[: _LONGEST_NAME - 12]}.{suffix[:10]}"
    return plain[:_LONGEST_NAME] or "file"


def _file_field(fields: tuple[FieldDeclaration, ...], name: str) -> FileField:
    for field in fields:
        if field.id == name and isinstance(field, FileField):
            return field
    raise NotFound("no_field", f"there is no file field {name!r}")


def limit_of(field: FileField) -> int:
    """Return how many bytes a field takes, at most what the installation takes."""
    return min(field.max_bytes, int(settings.UPLOAD_LIMIT_BYTES))


def accept(field: FileField, upload: Upload, found: files.Received) -> None:
    """Take over what was received.

    Raises:
        Invalid: if it is of a kind that the field does not accept.
    """
    if not sniffing.accepts(field.media_types, found.media_type):
        said = f"found {found.media_type or 'an unknown kind of file'}; accepted are {', '.join(field.media_types)}"
        raise Invalid({field.id: ("file_type", said)})
    upload.size, upload.sha256, upload.media_type = found.size, found.sha256, found.media_type


def discard_uploads(uploads: QuerySet[Upload], now: datetime) -> None:
    """Delete rows and keys now, and their files when this is certain."""
    ids = list(uploads.values_list("pk", flat=True))
    uploads.delete()
    ledger.discard([f"upload:{upload_id}" for upload_id in ids], now=now)
    for upload_id in ids:
        transaction.on_commit(partial(files.remove, upload_id))


def _point(draft: Draft, field: str, upload_id: str, now: datetime) -> None:
    """Let the field name its file. The version stays: an open page need not be loaded again."""
    draft.raw = {**draft.raw, field: upload_id}
    draft.data = {name: value for name, value in draft.data.items() if name != field}
    if upload_id:
        draft.data[field] = upload_id
    draft.updated_at = now
    draft.save(update_fields=["raw", "data", "updated_at"])
