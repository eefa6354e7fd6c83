"""The files that go with a message about a case: which they are, their bytes one call each, and who has confirmed them.

A file goes before its message, under its hash; the message names all of them, and counts as received once the other
side has confirmed each hash. What it has not confirmed goes again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.exchange import declared, other_side
from amur.exchange.declarations import Outbound
from amur.exchange.engine import Answered, Offered, not_taken, unconfirmed
from amur.exchange.engine.composing import Fault
from amur.exchange.models import Attachment, Message
from amur.ledger import acts as ledger
from amur.ledger.kept import prefetch
from amur.procedures import declared as procedures
from amur.procedures import files
from amur.procedures.acts.uploads import discard_uploads
from amur.procedures.correcting.striking import superseding
from amur.procedures.models import Case, CaseEvent, Document, Upload

_JSON = "application/json"
_State = Attachment.State


@dataclass(frozen=True, slots=True)
class Going:
    """The files that go with a message, not stored yet, and what keeps it from being told."""

    files: tuple[Attachment, ...] = ()
    faults: tuple[Fault, ...] = ()


def going_with(one: Outbound, case: Case, event: CaseEvent | None, now: datetime) -> Going:
    """Return the files of a case that go with a message, as they are now; a copy of a document is made and sealed."""
    faults: list[Fault] = []
    found: list[Attachment] = []
    uploads = _uploads(one, case, event)
    for place, wanted in enumerate(one.attachments):
        upload = uploads.get(wanted.field or "") or (_copy(wanted.document, case, now) if wanted.document else None)
        if upload is None:
            if wanted.required:
                faults.append((wanted.name, "no_file", "there is no file"))
            continue
        if fault := not_taken(wanted, upload.size, upload.media_type):
            faults.append(fault)
        row = Attachment(case=case, place=place, name=wanted.name, file=upload.pk, is_copy=wanted.document is not None)
        row.file_name, row.media_type, row.size, row.sha256 = upload.name, upload.media_type, upload.size, upload.sha256
        found.append(row)
    if faults:
        _forget_copies(found, now)
        return Going(faults=tuple(faults))
    return Going(tuple(found))


def keep_going(row: Message, going: Going) -> None:
    """Store the files of a message that is stored, in place of those that it had."""
    for one in going.files:
        one.message = row
        one.save(force_insert=True)


def attach_again(row: Message, one: Outbound, now: datetime) -> str:
    """Let a message that is told anew take its files anew; return what keeps it from that, or nothing."""
    if not one.attachments or row.case is None:
        return ""
    event = CaseEvent.objects.filter(case=row.case, entry_hash=row.entry_hash).select_related("case").first()
    going = going_with(one, row.case, event, now)
    if not going.faults:
        before = list(Attachment.objects.filter(message=row))
        Attachment.objects.filter(message=row).delete()
        _forget_copies(before, now)
        keep_going(row, going)
    return "; ".join(f"{name}: {found}" for name, _, found in going.faults)


def files_of(row: Message) -> tuple[Attachment, ...]:
    """Return the files of a message in their order, with no query where it has none."""
    if not declared.pinned(row.declaration_hash).sends(row.message).attachments:
        return ()
    return prefetch(Attachment.objects.filter(message=row).exclude(state=_State.GONE).order_by("place"))


def manifest_of(some: Sequence[Attachment]) -> list[Json]:
    """Return files as their message names them."""
    return [Offered(one.name, one.file_name, one.media_type, one.size, one.sha256).as_dict() for one in some]


def hashes_in(some: Sequence[Attachment]) -> dict[str, Json]:
    """Return what an entry seals of files: their hashes, by what they are to the other side; nothing for none."""
    return {"attachments": {one.name: one.sha256 for one in some}} if some else {}


def give(row: Attachment, exchange_id: str, now: datetime) -> Answered:
    """Send the bytes of a file and return what is answered; one that cannot be read here is not tried again."""
    try:
        with files.opened(row.file) as stream:
            content = stream.read(int(settings.UPLOAD_LIMIT_BYTES) + 1)
    except (OSError, ValueError, Refused):
        return Answered(410, error=f"{row.name}: the file cannot be read here")
    answered = other_side.give(exchange_id, row.sha256, row.media_type, content, now=now)
    return answered if answered.said else Answered(answered.status, error=f"{row.name}: {answered.error}")


def can_be_read(some: Sequence[Attachment]) -> bool:
    """Say whether the bytes of all files are at hand."""
    try:
        for one in some:
            files.opened(one.file).close()
    except (OSError, ValueError, Refused):
        return False
    return True


def mark_given(some: Sequence[Attachment], now: datetime) -> None:
    """Keep that the other side was given these files."""
    ids = [one.pk for one in some if one.state == _State.WAITING]
    if ids:
        Attachment.objects.filter(pk__in=ids).update(state=_State.GIVEN, given_at=now)


def lacking(some: Sequence[Attachment], confirmed: Collection[str]) -> tuple[str, ...]:
    """Return the names of files whose hash the other side has not confirmed."""
    return unconfirmed({one.name: one.sha256 for one in some}, confirmed)


def give_again(some: Sequence[Attachment], names: Collection[str]) -> str:
    """Let files wait again that the other side has not confirmed; return that in one line."""
    ids = [one.pk for one in some if one.name in names]
    Attachment.objects.filter(pk__in=ids).update(state=_State.WAITING, given_at=None)
    return f"not confirmed by hash: {', '.join(names)}"


def mark_confirmed(some: Sequence[Attachment], confirmed: Collection[str] | None, now: datetime) -> None:
    """Keep which files the other side has confirmed; where nobody said anything of them, they stay given."""
    names = set(lacking(some, confirmed or ()))
    ids = [one.pk for one in some if one.name not in names]
    if ids:
        Attachment.objects.filter(pk__in=ids).update(state=_State.CONFIRMED, settled_at=now)


def forget_attachments(case_id: uuid.UUID, now: datetime) -> None:
    """Clear away the names and hashes of the files of a case, and the copies that were made for messages."""
    rows = Attachment.objects.filter(case=case_id).exclude(state=_State.GONE)
    _forget_copies(list(rows), now)
    rows.update(state=_State.GONE, file_name="", sha256="", settled_at=now)


def _forget_copies(some: Sequence[Attachment], now: datetime) -> None:
    copies = [one.file for one in some if one.is_copy]
    if copies:
        discard_uploads(Upload.objects.filter(pk__in=copies), now)


def _uploads(one: Outbound, case: Case, event: CaseEvent | None) -> Mapping[str, Upload]:
    """Return the files of fields; of one that the event asks for, what was given with it and nothing older."""
    names = [wanted.field for wanted in one.attachments if wanted.field]
    definition = procedures.pinned(case.declaration_hash)
    asked = {
        each.id
        for arrow in definition.transitions
        if event is not None and arrow.event == event.event
        for each in arrow.asks
    }
    said = {name: (event.given if event and name in asked else case.data).get(name) for name in names}
    ids = {name: value for name, value in said.items() if isinstance(value, str) and value}
    known = {str(one.pk): one for one in prefetch(Upload.objects.filter(pk__in=set(ids.values()), case=case))}
    return {name: known[value] for name, value in ids.items() if value in known and known[value].sha256}


def _copy(document: str, case: Case, now: datetime) -> Upload | None:
    """Return a copy of the last document of an id that stands, as JSON, sealed under a key of its own; None if none."""
    issued = prefetch(Document.objects.filter(case=case, document=document).order_by("-version", "-id"))
    row = next((one for one in issued if superseding(one.number) is None), None)
    if row is None:
        return None
    told: dict[str, Json] = {"number": row.number, "document": row.document, "issued_at": row.issued_at.isoformat()}
    told |= {"content": row.content, "entry": row.entry_hash}
    content = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()
    copy = Upload(id=uuid.uuid4(), field=document, name=f"{row.number}.json", media_type=_JSON, received_at=now)
    with files.received(document, copy.id, [content], len(content)) as kept:
        copy.size, copy.sha256 = kept.size, kept.sha256
        ledger.keep_file_key(copy.key_subject, kept.key)
        copy.save(force_insert=True)
    return copy
