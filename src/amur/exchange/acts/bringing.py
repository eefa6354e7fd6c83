"""The files that come with a message: each kept first, sealed, until the message comes that names it by its hash.

A message that names a file which has not come whole is refused and says so; sent again once the file is here, it is
taken. So a case begins with all of its files, or not at all. What no message names within a day is forgotten.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q, QuerySet

from amur.base.acting import Actor, IdempotencyKey
from amur.base.faults import Conflict, Invalid, NotFound
from amur.base.fields import FieldDeclaration, FileField, Raw
from amur.exchange import declared
from amur.exchange.declarations import Inbound
from amur.exchange.engine import SHA256, Offered, read_offered, wrong_with
from amur.exchange.models import Attachment, Incoming, Intake, Received
from amur.exchange.parts import TakenFile
from amur.ledger import acts as ledger
from amur.procedures import files
from amur.procedures.acts.uploads import accept, discard_uploads, limit_of, safe_name
from amur.procedures.models import Draft, Upload
from amur.procedures.transactions import act, check_key

WAITS_FOR = timedelta(days=1)
LONGEST = timedelta(days=31)
"""For so long a file waits for the message that names it; and one that came in an archive, for whoever lets it in."""

_MOST_WAITING = 2_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file that a message brought: how it names it, what it becomes, and the bytes that came before."""

    offered: Offered
    taken: TakenFile
    incoming: Incoming


def keep_file(
    exchange_id: str,
    sha256: str,
    stream: Iterable[bytes],
    *,
    sender: str = "",
    batch: str = "",
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
) -> tuple[Incoming, bool]:
    """Keep a file that comes before its message; return it, and whether it is new. The same once more is known.

    Raises:
        NotFound: if no message of this exchange brings files.
        Invalid: ``hash_mismatch`` if it is not what its hash says, ``file_type`` if it is of no kind that is known,
            or it is empty or too large.
        Conflict: ``too_many_waiting`` if too many files wait for a message.
        AmurError: if it did not arrive whole or cannot be stored.
    """
    del by  # who sent it is told by the message that brings it; alone it is nothing
    check_key(key)
    _, exchange = declared.exchange(exchange_id)
    if not any(one.attachments for one in exchange.inbound):
        raise NotFound("no_attachments", "no message of this exchange brings files")
    if not SHA256.fullmatch(sha256):
        raise Invalid({"file": ("hash_mismatch", "name it by its sha256, 64 hexadecimal digits in small letters")})
    known = Incoming.objects.filter(exchange=exchange_id, sender=sender, batch=batch, sha256=sha256)
    if before := known.first():
        return before, False
    if Incoming.objects.filter(exchange=exchange_id).count() >= _MOST_WAITING:
        raise Conflict("too_many_waiting", f"{_MOST_WAITING} files wait for their messages; send those first")
    upload = Upload(id=uuid.uuid4(), field="", name="", received_at=now)
    row = Incoming(exchange=exchange_id, sender=sender, batch=batch, sha256=sha256, upload=upload, received_at=now)
    try:
        with files.received("file", upload.id, stream, int(settings.UPLOAD_LIMIT_BYTES)) as found, act():
            _check_whole(sha256, found)
            upload.size, upload.sha256, upload.media_type = found.size, found.sha256, found.media_type
            ledger.keep_file_key(upload.key_subject, found.key)
            upload.save(force_insert=True)
            row.save(force_insert=True)
    except IntegrityError:
        return known.get(), False
    return row, True


def _check_whole(sha256: str, found: files.Received) -> None:
    if found.sha256 != sha256:
        raise Invalid({"file": ("hash_mismatch", f"what came has the hash {found.sha256}; send it again")})
    if not found.media_type:
        raise Invalid({"file": ("file_type", "it is of no kind that is taken here")})


def offered_with(message: Inbound, named: Sequence[Mapping[str, object]]) -> tuple[Offered, ...]:
    """Return the files that a message names.

    Raises:
        Invalid: naming each that is described wrongly, is unknown to the message, stands twice or must be there.
    """
    offered, faults = read_offered(named)
    faults = faults or wrong_with(message.attachments, offered)
    if faults:
        raise Invalid({name or "attachments": (code, found) for name, code, found in faults})
    return tuple(sorted(offered, key=lambda one: one.name))


def claim(
    exchange_id: str, message: Inbound, offered: Sequence[Offered], *, sender: str, batch: str
) -> tuple[Claimed, ...]:
    """Return the files that came before their message, locked; each stands for one name.

    Raises:
        Invalid: naming each that has not come whole, or whose size is another.
    """
    if not offered:
        return ()
    came = Incoming.objects.select_for_update(of=("self",)).select_related("upload")
    wanted = {one.sha256 for one in offered}
    found = came.filter(exchange=exchange_id, sender=sender, batch=batch, sha256__in=wanted)
    here = {one.sha256: one for one in found}
    kinds = {one.name: one for one in message.attachments}
    faults: dict[str, tuple[str, str]] = {}
    claimed: list[Claimed] = []
    for one in offered:
        row = here.get(one.sha256)
        if row is not None and any(row is before.incoming for before in claimed):
            faults[one.name] = ("attachment_twice", "another file of the message is the same; name it once")
        elif row is None:
            said = "no file with this hash has come whole; send it first, and then the message again"
            said = (
                f"files/{one.sha256} is not in the archive; put it there and send the archive again" if batch else said
            )
            faults[one.name] = ("attachment_missing", said)
        elif row.upload.size != one.size:
            faults[one.name] = ("attachment_size", f"what came has {row.upload.size} bytes")
        else:
            claimed.append(Claimed(one, kinds[one.name], row))
    if faults:
        raise Invalid(faults)
    return tuple(claimed)


def put_in_place(brought: Sequence[Claimed], fields: Sequence[FieldDeclaration], draft: Draft | None) -> dict[str, Raw]:
    """Let files be those of their fields, of the draft that becomes the case or of the case of that draft.

    Raises:
        Invalid: naming each that is too large for its field or of a kind that it does not accept.
    """
    known = {one.id: one for one in fields if isinstance(one, FileField)}
    placed: dict[str, Raw] = {}
    faults: dict[str, tuple[str, str]] = {}
    for one in brought:
        field, upload = known.get(one.taken.field), one.incoming.upload
        if field is None:
            faults[one.offered.name] = ("unknown_attachment", f"nothing asks for {one.taken.field!r} now")
            continue
        if upload.size > limit_of(field):
            faults[one.offered.name] = ("file_too_large", f"found {upload.size} bytes; at most {limit_of(field)}")
            continue
        try:
            accept(field, upload, files.Received(upload.size, upload.sha256, upload.media_type, b""))
        except Invalid as fault:
            faults[one.offered.name] = fault.fields[field.id]
            continue
        upload.draft, upload.field, upload.name = draft, field.id, safe_name(one.offered.file_name)
        upload.save(update_fields=["draft", "field", "name"])
        placed[field.id] = str(upload.pk)
    if faults:
        raise Invalid(faults)
    return placed


def settle(brought: Sequence[Claimed], row: Received, now: datetime) -> None:
    """Keep with a message that was taken which files it brought; they wait no more."""
    for place, one in enumerate(brought):
        upload = one.incoming.upload
        kept = Attachment(received=row, case=row.case, place=place, name=one.offered.name, file=upload.pk)
        kept.file_name, kept.media_type, kept.size = upload.name, upload.media_type, upload.size
        kept.sha256, kept.state, kept.settled_at = upload.sha256, Attachment.State.TAKEN, now
        kept.save(force_insert=True)
        one.incoming.delete()


def forget_incoming(now: datetime) -> int:
    """Forget files that came and that no message named in time; return how many."""
    old = Incoming.objects.filter(received_at__lt=now - WAITS_FOR)
    late = old.filter(Q(batch__in=["", *_never_let_in(old)]) | Q(received_at__lt=now - LONGEST))
    return _discard(list(late.values_list("upload", flat=True)[:_AT_ONCE]), now)


def _never_let_in(some: QuerySet[Incoming]) -> set[str]:
    """Return the files of messages that were cut off while they were looked through, and of which nothing is known."""
    batches = set(some.exclude(batch="").values_list("batch", flat=True))
    return batches - {str(pk) for pk in Intake.objects.filter(pk__in=batches).values_list("pk", flat=True)}


def forget_batch(batch: str, now: datetime) -> int:
    """Forget what a file of messages brought and no row of it has taken, in the caller's transaction."""
    return _discard(list(Incoming.objects.filter(batch=batch).values_list("upload", flat=True)), now)


def _discard(uploads: list[uuid.UUID], now: datetime) -> int:
    if uploads:
        with act():
            discard_uploads(Upload.objects.filter(pk__in=uploads), now)
    return len(uploads)
