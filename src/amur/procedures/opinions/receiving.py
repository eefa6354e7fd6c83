"""Receiving a file that another body sends with what it says: sealed, counted, of a kind that can be shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from amur.base.faults import Invalid
from amur.ledger import acts as ledger
from amur.procedures import files, sniffing
from amur.procedures.models import Upload
from amur.procedures.transactions import act

MEDIA_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/plain")
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that is sent along."""

    name: str
    stream: Iterable[bytes]


@contextmanager
def received(file: Sent | None, field: str, now: datetime) -> Iterator[Upload | None]:
    """Receive a file before anything is locked, and take it away again if the block fails; whoever asked saves the row.

    Raises:
        Invalid: if it is too large, empty, or of a kind that is not accepted.
        AmurError: if it did not arrive whole or cannot be stored.
    """
    if file is None:
        yield None
        return
    from amur.procedures.acts.uploads import safe_name  # noqa: PLC0415 -- the acts of cases ask rounds, and so come later

    upload = Upload(id=uuid.uuid4(), field=field, name=safe_name(file.name), received_at=now)
    limit = min(MOST_BYTES, int(settings.UPLOAD_LIMIT_BYTES))
    with files.received("file", upload.id, file.stream, limit) as found:
        if not sniffing.accepts(MEDIA_TYPES, found.media_type):
            said = f"found {found.media_type or 'an unknown kind of file'}; accepted are {', '.join(MEDIA_TYPES)}"
            raise Invalid({"file": ("file_type", said)})
        upload.size, upload.sha256, upload.media_type = found.size, found.sha256, found.media_type
        with act():
            ledger.keep_file_key(upload.key_subject, found.key)
            yield upload


def file_fault(wanted: str, *, has_file: bool) -> dict[str, tuple[str, str]]:
    """Return what is wrong with that a file was sent, or that none was."""
    if wanted == "required" and not has_file:
        return {"file": ("required", "send the file")}
    if wanted == "none" and has_file:
        return {"file": ("unknown_field", "no file is taken here")}
    return {}
