"""Rows that were checked are entered into a register: all or nothing, or some at a time where there are many.

In batches, how far it has come stands in the transaction of each batch, so that what was cut off goes on where it
stopped; and each row is written under a key made of the file's hash and its number, so that no row is written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.datasets import chunks
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.jobs.engine import Handler, Payload, inside
from amur.ledger import acts as ledger
from amur.registers import spool
from amur.registers.acts import records, writing
from amur.registers.acts.checking import idempotency_of
from amur.registers.acts.writing import Book, Why
from amur.registers.models import Import, Record, RecordVersion
from amur.registers.sheets.faults import Finding

IMPORT = "registers.import"
"""The kind of the job that enters some rows of an import, and leaves the next ones to the next job."""
BATCH = 1_000
"""So many rows are entered in one transaction where an import goes in batches; fewer go all or nothing."""
KEPT_FOR = timedelta(days=2)
"""What waits longer than this to be confirmed is dropped."""

_LOOKED_UP_AT_ONCE = 500
_OPEN = (Import.State.CHECKED, Import.State.RUNNING, Import.State.STOPPED)


def import_rows(import_id: UUID, *, by: Actor, now: datetime, limit: int | None = None) -> Import:
    """Enter the rows that wait, or the next ``limit`` of them, in one transaction; return how far it has come.

    A row that can no longer be entered stops the import: nothing of this call is written, what earlier calls wrote
    stays, and the same call goes on from there. A done import stays done.

    Raises:
        NotFound: if there is no such import, or its rows wait no more.
        Conflict: if it was found faulty, or dropped.
        Refused: if somebody else checked it.
    """
    with transaction.atomic():
        run = _opened(import_id)
        if run.state == Import.State.DONE:
            return run
        if run.by.get("actor_id") not in {by.actor_id, None} and not by.actor_id.startswith("system:"):
            raise Refused("not_yours", "another account checked this file; check it again")
        try:
            with transaction.atomic():
                _enter(run, by, now, limit)
        except _RowStopped as stopped:
            run.refresh_from_db()
            run.state, run.faults, run.fault_count = Import.State.STOPPED, [stopped.finding.as_dict()], 1
        except FileNotFoundError:
            raise NotFound("no_rows", "the rows of this import wait no more; check the file again") from None
        run.changed_at = now
        run.save()
    if run.state == Import.State.DONE:
        spool.remove(run.id)
    return run


def start_import(import_id: UUID, *, by: Actor, now: datetime) -> Import:
    """Have a checked import entered by the worker, and say who confirmed it; a second call changes nothing.

    Raises:
        NotFound: if there is no such import.
        Conflict: if it was found faulty, or dropped.
        Refused: if somebody else checked it.
    """
    with transaction.atomic():
        run = _opened(import_id)
        if run.by.get("actor_id") != by.actor_id:
            raise Refused("not_yours", "another account checked this file; check it again")
        if run.state in {Import.State.CHECKED, Import.State.STOPPED}:
            run.state, run.changed_at, run.by = Import.State.RUNNING, now, by.as_dict()
            run.faults, run.fault_count = [], 0
            run.save()
            jobs.enqueue(
                IMPORT, {"import": str(run.id)}, now=now, key=f"{IMPORT}:{run.id}:{run.done}:{now.timestamp()}"
            )
        return run


def drop_import(import_id: UUID, *, by: Actor, now: datetime) -> Import:
    """Give up an import; what it has entered stays.

    Raises:
        NotFound: if there is no such import.
        Conflict: if it is done.
        Refused: if somebody else checked it.
    """
    with transaction.atomic():
        run = _opened(import_id)
        if run.state == Import.State.DONE:
            raise Conflict("import_done", "all rows are entered; correct the records instead")
        if run.by.get("actor_id") != by.actor_id:
            raise Refused("not_yours", "another account checked this file")
        run.state, run.changed_at = Import.State.DROPPED, now
        run.save()
    spool.remove(run.id)
    return run


def tidy_imports(now: datetime) -> int:
    """Drop what waited too long for somebody, and delete files that no import needs; return how many were dropped."""
    old = Import.objects.filter(state__in=_OPEN, changed_at__lt=now - KEPT_FOR)
    dropped = 0
    for run in old:
        dropped += 1
        Import.objects.filter(pk=run.pk).update(state=Import.State.DROPPED, changed_at=now)
    needed = {str(pk) for pk in Import.objects.filter(state__in=_OPEN).values_list("pk", flat=True)}
    for file in spool.folder().glob("*.jsonl"):
        if file.stem not in needed and _is_old(file, now):
            file.unlink(missing_ok=True)
    return dropped


class _RowStopped(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


def _opened(import_id: UUID) -> Import:
    run = Import.objects.select_for_update().filter(pk=import_id).first()
    if run is None:
        raise NotFound("no_import", f"there is no import {import_id}")
    if run.state in {Import.State.FAULTY, Import.State.DROPPED}:
        raise Conflict("import_closed", f"the import is {run.state}; check the file again")
    return run


def _enter(run: Import, by: Actor, now: datetime, limit: int | None) -> None:
    why = Why(by, now, "-", "-", run.options["through"])
    book = writing.book(run.register, why.today)
    if run.done == 0:
        _note(run, "register.import_begun", by, now)
    for some in chunks(islice(spool.waiting(run.id, run.offset), limit), _LOOKED_UP_AT_ONCE):
        written, there = _known(run, [row for row, _ in some])
        for row, offset in some:
            if idempotency_of(run, row.number) not in written:
                _enter_row(book, run, row, why, is_new=row.key not in there)
            run.done, run.offset = run.done + 1, offset
    run.state = Import.State.DONE if run.done >= run.total else Import.State.RUNNING
    if run.state == Import.State.DONE:
        _note(run, "register.import_done", by, now)


def _known(run: Import, rows: Sequence[spool.Waiting]) -> tuple[set[str | None], set[str]]:
    """Return under which keys rows were written before, and which of their records are there."""
    keys = [idempotency_of(run, row.number) for row in rows]
    written = RecordVersion.objects.filter(idempotency__in=keys).values_list("idempotency", flat=True)
    there = Record.objects.filter(register=run.register, key__in=[row.key for row in rows])
    return set(written), set(there.values_list("key", flat=True))


def _enter_row(book: Book, run: Import, row: spool.Waiting, why: Why, *, is_new: bool) -> None:
    each = replace(why, reason=row.reason, source=row.source, idempotency=idempotency_of(run, row.number))
    since, until = date.fromisoformat(row.valid_from), date.fromisoformat(row.valid_to) if row.valid_to else None
    try:
        if is_new:
            records.write_new(book, row.key, row.values, since, each, valid_to=until)
        else:
            when: records.When = "either" if run.options["updates"] else "new"
            records.write(book, row.key, row.values, since, each, valid_to=until, when=when)
    except IntegrityError:
        fix = "go on with the import, and look at the record where it stops again"
        raise _RowStopped(Finding(row.number, "_key", "record_exists", f"{row.key!r} was just written", fix)) from None
    except Invalid as fault:
        name, (code, found) = next(iter(fault.fields.items()))
        raise _RowStopped(Finding(row.number, name, code, found, "correct the row and check the file again")) from None
    except AmurError as fault:
        fix = "look at the record, and go on with the import or drop it"
        raise _RowStopped(Finding(row.number, "_key", fault.code, fault.message, fix)) from None


def _note(run: Import, kind: str, by: Actor, now: datetime) -> None:
    """Write down that a file was entered; each record has an entry of its own besides."""
    body: dict[str, Json] = {"register": run.register, "file_hash": run.file_hash, "rows": run.total}
    body["import"] = str(run.id)
    ledger.record(subject=f"register:{run.register}", kind=kind, by=by, now=now, body=body)


def _is_old(file: Path, now: datetime) -> bool:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, now.tzinfo) < now - KEPT_FOR
    except FileNotFoundError:
        return False


def _go_on(payload: Payload, now: datetime) -> None:
    run = Import.objects.filter(pk=str(payload["import"])).first()
    if run is None or run.state != Import.State.RUNNING:
        return
    after = import_rows(run.id, by=Actor(**run.by), now=now, limit=BATCH)
    if after.state == Import.State.RUNNING:
        jobs.enqueue(IMPORT, {"import": str(run.id)}, now=now, key=f"{IMPORT}:{run.id}:{after.done}")


HANDLERS: dict[str, Handler] = {IMPORT: inside(_go_on)}
"""What does the work of each kind of job of this room."""
