"""The keys of personal data on their way past a backup: they never lie in an archive beside what they open.

A backup takes the database without them and writes them into the folder of keys, over the former file, so that there
is one copy of them: the newest. A restoration takes them in from there. What was erased since the backup has no key
any more, and is erased again; so an old archive is as forgetful as the installation.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amur.config.private_files import open_private
from amur.config.terminal import CommandError

if TYPE_CHECKING:
    from amur.ledger.models import SubjectKey

FILE = "subject-keys.jsonl"
TABLE = "ledger_subjectkey"
_FORMAT = "amur-subject-keys/1"
_ROWS = 5000
_AGAIN = "it was erased before this restoration"


def write(keys: Path) -> int:
    """Write the keys, each wrapped, into a folder of keys, and return how many; nothing before there is a table."""
    from django.db import connection

    from amur.ledger.models import SubjectKey

    if TABLE not in connection.introspection.table_names():
        return 0
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = keys / f".{FILE}.fresh"
    fresh.unlink(missing_ok=True)
    count = 0
    with open_private(fresh) as file:
        file.write(f"{json.dumps({'format': _FORMAT})}\n".encode())
        for row in SubjectKey.objects.order_by("id").iterator(_ROWS):
            file.write(f"{json.dumps(_told(row))}\n".encode())
            count += 1
    fresh.replace(keys / FILE)
    return count


def write_again(keys: Path) -> int:
    """Write the keys anew where they were written before, so that a destroyed one is gone from the file too."""
    return write(keys) if (keys / FILE).is_file() else 0


def take_out(copy: Path) -> None:
    """Take the keys out of a copy of an SQLite database, so that no byte of them is left in it."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
        triggers = opened.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", [TABLE]
        )
        found = triggers.fetchall()
        if not opened.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [TABLE]).fetchone():
            return
        opened.execute("PRAGMA secure_delete=ON")
        for name, _ in found:
            opened.execute(f'DROP TRIGGER "{name}"')
        opened.execute(f"DELETE FROM {TABLE}")  # noqa: S608 -- a constant
        for _, sql in found:
            opened.execute(sql)


def take_in(*folders: Path, now: datetime) -> str:
    """Take the keys into a database that came without them, from the first folder that has some; say what that means.

    Raises:
        CommandError: if the file is none of ours.
    """
    from django.db import connection, transaction

    from amur.ledger.models import SubjectKey

    file = next((folder / FILE for folder in folders if (folder / FILE).is_file()), None)
    if file is None or TABLE not in connection.introspection.table_names():
        return ""
    known = set(SubjectKey.objects.values_list("subject", "part"))
    with transaction.atomic():
        rows: list[SubjectKey] = []
        gone: list[SubjectKey] = []
        for told in _read(file):
            row = SubjectKey(**told)
            if (row.subject, row.part) not in known:
                (gone if row.wrapped is None else rows).append(row)
        SubjectKey.objects.bulk_create(rows, batch_size=_ROWS)
        erased = _forget_again(gone, now)
    said = f"The keys of personal data were taken in: {len(rows)}."
    return f"{said} Of {erased} subjects it was erased since the backup, and is erased again." if erased else said


def take_in_where_missing(data: Path, now: datetime) -> None:
    """Take in the keys that were put into place after a restoration, before anything is written."""
    from amur.ledger.models import SubjectKey

    if (data / "keys" / FILE).is_file() and not SubjectKey.objects.exists():
        take_in(data / "keys", now=now)


def _forget_again(gone: list[SubjectKey], now: datetime) -> int:
    """Forget what was forgotten after the backup, with an entry of its own; mark what the ledger tells of already."""
    from amur.base.acting import system
    from amur.base.faults import Refused
    from amur.ledger import acts
    from amur.ledger.models import Entry, SubjectKey

    by, marks, erased = system("restoration", client="cli"), [], set()
    known = set(Entry.objects.filter(subject__in=[row.subject for row in gone]).values_list("subject", flat=True))
    for row in gone:
        again = row.subject in known and not _is_told(row)
        try:
            if again and acts.forget(row.subject, by=by, now=now, reason=_AGAIN, parts=[row.part] if row.part else ()):
                erased.add(row.subject)
                continue
        except Refused:
            pass  # it was held when the backup was made; the key is gone all the same
        marks.append(row)
    SubjectKey.objects.bulk_create(marks, batch_size=_ROWS)
    return len(erased)


def _is_told(row: SubjectKey) -> bool:
    """Say whether the ledger of the backup already tells of an erasure."""
    from amur.ledger.models import EntryContent

    bodies = EntryContent.objects.filter(entry__subject=row.subject, entry__kind="subject.forgotten")
    told = [json.loads(body or "{}").get("parts", []) for body in bodies.values_list("body", flat=True)]
    return any(row.part in parts if row.part else not parts for parts in told)


def _told(row: SubjectKey) -> dict[str, Any]:
    gone = row.destroyed_at.isoformat() if row.destroyed_at else None
    return {"subject": row.subject, "part": row.part, "wrapped": row.wrapped, "destroyed_at": gone}


def _read(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        if next(lines, "").strip() != json.dumps({"format": _FORMAT}):
            raise CommandError(f"{file} is not of the format {_FORMAT}; nothing was restored")
        try:
            for line in lines:
                told = json.loads(line)
                gone = told["destroyed_at"]
                yield {**told, "destroyed_at": datetime.fromisoformat(gone) if gone else None}
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{file} holds no keys of personal data ({error}); nothing was restored") from None
