"""What was handed over by file as one archive: the rows, which files belong to each, and the files by their hashes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.exchange import declared
from amur.exchange.models import Attachment, Message
from amur.exchange.reads.desk import file_of, message_of
from amur.ledger.kept import prefetch
from amur.procedures import files
from amur.registers.sheets import guarded

HEAD = ("message", "name", "file_name", "media_type", "size", "sha256")
"""The columns of the manifest."""

_DATE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: what is the same is the same archive."""
_CHUNK = 2**20
_BOM = "\ufeff"


def brings_files(exchange_id: str, name: str) -> bool:
    """Say whether files go with a message of the active pack, so that it is handed over as an archive."""
    return bool(declared.sends(declared.exchange(exchange_id)[1], name).attachments)


def attachments_of(scope: Scope, exchange_id: str, message_id: UUID) -> tuple[Attachment, ...]:
    """Return the files of a message in their order, for whoever looks after the exchange.

    Raises:
        NotFound: if there is no such message, or the reader does not look after the exchange.
    """
    row, _ = message_of(scope, exchange_id, message_id)
    return prefetch(Attachment.objects.filter(message=row).order_by("place"))


def write_bundle(scope: Scope, exchange_id: str, name: str, sent_at: datetime, out: BinaryIO) -> int:
    """Write the archive of a file that was handed over; return with how many messages. Names stand inside alone.

    Raises:
        NotFound: if there is no such file, or the reader does not look after the exchange.
    """
    rows = file_of(scope, exchange_id, name, sent_at)
    sent = Message.objects.filter(exchange=exchange_id, message=name, way="file", sent_at=sent_at)
    found = Attachment.objects.filter(message__in=sent).exclude(state=Attachment.State.GONE)
    some = prefetch(found.order_by("message__made_at", "message__number", "message", "place"))
    lines = [[str(one.message_id), one.name, one.file_name, one.media_type, str(one.size), one.sha256] for one in some]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("messages.csv", _DATE), _csv(rows))
        archive.writestr(zipfile.ZipInfo("attachments.csv", _DATE), _csv([HEAD, *lines]))
        for one in {each.sha256: each for each in some}.values():
            _add(archive, one)
    return len(rows) - 1


def _add(archive: zipfile.ZipFile, one: Attachment) -> None:
    try:
        stream = files.opened(one.file)
    except FileNotFoundError:
        raise NotFound("no_file", f"the file {one.name!r} of the message {one.message_id} is gone") from None
    with stream, archive.open(zipfile.ZipInfo(f"files/{one.sha256}", _DATE), "w") as target:
        while piece := stream.read(_CHUNK):
            target.write(piece)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([guarded(cell) for cell in row] for row in rows)
    return _BOM + text.getvalue()
