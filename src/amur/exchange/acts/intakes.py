"""Files of messages: read and looked through first, then taken in, row by row, each whole or not at all.

The rows wait sealed under a key of the file's own. How far it has come stands in the transaction of each row, so what
was cut off goes on where it stopped. A row that cannot be taken is refused with its number, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.exchange import declared
from amur.exchange.acts import bundles
from amur.exchange.acts.bringing import forget_batch
from amur.exchange.acts.receiving import Came, note_refused, take
from amur.exchange.declarations import ExchangeDeclaration, Inbound, Listed
from amur.exchange.engine import columns_of
from amur.exchange.filerows import FileRow, rows_of
from amur.exchange.models import Intake
from amur.exchange.reads.offices import check_office
from amur.jobs import acts as jobs
from amur.jobs.engine import Payload
from amur.ledger import acts as ledger
from amur.procedures.transactions import act, check_key
from amur.registers.sheets import SheetFault, read, unguarded
from amur.registers.sheets.reading import hash_of
from amur.registers.sheets.workbook import Serial

TAKE_IN = "exchange.take_in"
"""The kind of the job that takes in the next rows of a file."""
BEGUN, ENDED = "exchange.file_begun", "exchange.file_done"
"""The entries that say that a file was let in, and that its last row was looked at."""

MOST_ROWS, TRIED_ROWS, AT_ONCE = 5_000, 200, 50
"""How many rows a file may have, how many of them are tried out before, and how many are taken in at one go."""
KEPT_FOR = timedelta(days=30)
"""For so long the rows of a file wait to be taken in, or the refused ones to be fetched."""

_MOST_FINDINGS = 500
_State = Intake.State


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read: its rows, the columns that nothing is called by, and the fields that have a column."""

    rows: tuple[FileRow, ...]
    passed_over: tuple[str, ...]
    gives: frozenset[str]


class _Tried(Exception):
    """Takes back what a row did when it was only tried out."""


def read_sheet(listed: Listed, path: Path) -> Sheet:
    """Return what a file says.

    Raises:
        SheetFault: if it cannot be read.
        Refused: ``bad_columns`` if its first row does not name what is needed.
        Invalid: ``too_many_rows`` if it has more rows than are taken at once.
    """
    found = read(path)
    header = [str(cell) for cell in next(found).cells]
    places = columns_of(listed, header)
    days = {one.id for one in listed.fields if one.type == "date"}
    rows: list[FileRow] = []
    for row in found:
        cells = {
            name: _typed(cell, is_day=name in days)
            for name, cell in zip(places, row.cells, strict=False)
            if name is not None
        }
        rows.append(FileRow(row.number, cells))
        if len(rows) > MOST_ROWS:
            raise Invalid({"file": ("too_many_rows", f"found more than {MOST_ROWS} rows; send it in parts")})
    passed = tuple(said for said, name in zip(header, places, strict=True) if said and name is None)
    return Sheet(tuple(rows), passed, frozenset(name for name in places if name))


def _with_files(sheet: Sheet, message: Inbound, bundle: bundles.Bundle) -> Sheet:
    """Return rows with the files that are named for their messages.

    Raises:
        Refused: ``bad_bundle`` if files are named for a message that is not there.
    """
    named = dict(bundle.named)
    rows = [
        replace(row, files=tuple(named.pop(row.cells.get(message.message_id, "").strip(), ()))) for row in sheet.rows
    ]
    if named:
        stray = ", ".join(sorted(named)[:5])
        said = f"{bundles.MANIFEST} names files for messages that are not there: {stray}; add those, or take these out"
        raise Refused("bad_bundle", said)
    return replace(sheet, rows=tuple(rows))


def check_file(
    exchange_id: str,
    name: str,
    path: Path,
    *,
    file_name: str,
    sender: str = "",
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Intake:
    """Read a file and try out each row; return what was found. Nothing of it is taken in.

    Raises:
        NotFound: if there is no such message, or the actor does not look after this exchange.
        Refused: ``not_by_file`` if this message comes by call alone, or ``bad_columns``.
        SheetFault, Invalid: if the file cannot be read.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    content_hash, exchange = declared.exchange(exchange_id)
    message = declared.hears(exchange, name)
    if "file" not in message.by:
        raise Conflict("not_by_file", "this message comes by call alone")
    run = Intake(exchange=exchange_id, message=name, declaration_hash=content_hash, sender=sender)
    sheet = _sheet_with_files(message, path, run, file_name=file_name, by=by, now=now)
    run.file_name, run.file_hash, run.by = file_name[:200], hash_of(path), by.as_dict()
    run.rows = {"rows": [[row.number, dict(row.cells), [dict(one) for one in row.files]] for row in sheet.rows]}
    run.total, run.begun_at, run.changed_at = len(sheet.rows), now, now
    findings = list(_tried(exchange, message, sheet.rows, run, by=by, now=now))
    passed: list[Json] = [*sheet.passed_over]
    run.results = {"findings": findings[:_MOST_FINDINGS], "count": len(findings), "passed_over": passed}
    with act():
        run.save(force_insert=True)
    return run


def _sheet_with_files(message: Inbound, path: Path, run: Intake, *, file_name: str, by: Actor, now: datetime) -> Sheet:
    """Return the rows of a file, of which the files wait now; of one that cannot be read none does.

    Raises:
        Refused, SheetFault, Invalid: as ``check_file``.
    """
    batch, of = str(run.pk), {"file_name": file_name, "sender": run.sender}
    try:
        with bundles.opened(run.exchange, path, **of, batch=batch, by=by, now=now) as bundle:
            return _with_files(read_sheet(message, bundle.sheet), message, bundle)
    except (AmurError, SheetFault):
        forget_batch(batch, now)
        raise


def take_in(
    intake_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "", limit: int = AT_ONCE
) -> Intake:
    """Take in the next rows of a file that was looked through; the worker goes on with the rest. Done stays done.

    Raises:
        NotFound: if there is no such file, or the actor does not look after this exchange.
        Conflict: if it was dropped.
    """
    check_key(key)
    run = Intake.objects.filter(pk=intake_id).first()
    if run is None:
        raise NotFound("no_file", "there is no such file")
    by = check_office(scope, run.exchange, by)
    with act():
        run = Intake.objects.select_for_update().get(pk=intake_id)
        if run.state == _State.DROPPED:
            raise Conflict("file_dropped", "this file was given up; send it again")
        if run.state == _State.CHECKED:
            run.state, run.changed_at, run.by = _State.RUNNING, now, by.as_dict()
            run.save()
            _note(run, BEGUN, by=by, now=now)
    _rows_of(intake_id, by, now, limit)
    return Intake.objects.get(pk=intake_id)


def drop_file(intake_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> Intake:
    """Give up a file: what it has brought stays, and its rows are forgotten. Twice is once.

    Raises:
        NotFound: if there is no such file, or the actor does not look after this exchange.
    """
    check_key(key)
    run = Intake.objects.filter(pk=intake_id).first()
    if run is None:
        raise NotFound("no_file", "there is no such file")
    check_office(scope, run.exchange, by)
    with act():
        run = Intake.objects.select_for_update().get(pk=intake_id)
        if run.state != _State.DROPPED:
            forget_rows(run, now)
        return run


def forget_rows(run: Intake, now: datetime) -> None:
    """Forget the rows of a locked file, and the key that sealed them."""
    run.state = _State.DROPPED if run.state != _State.DONE else run.state
    run.rows, run.results, run.file_name, run.changed_at = {}, {}, "", now
    run.save()
    ledger.discard([run.key_subject], now=now)
    forget_batch(str(run.pk), now)


def go_on(payload: Payload, now: datetime) -> None:
    """Take in the next rows of a file, and leave those after them to the next job."""
    run = Intake.objects.filter(pk=str(payload["intake"]), state=_State.RUNNING).first()
    if run is not None:
        _rows_of(run.pk, Actor(**run.by), now, AT_ONCE)


def _rows_of(intake_id: UUID, by: Actor, now: datetime, limit: int) -> None:
    """Take in some rows, each in a transaction of its own, and queue those after them."""
    rows = rows_of(Intake.objects.get(pk=intake_id))
    standing = Intake.objects.defer("rows", "results").select_for_update()
    for _ in range(limit):
        with act():
            run = standing.get(pk=intake_id)
            if run.state != _State.RUNNING or not _next(run, rows, by, now):
                return
    with act():
        run = standing.get(pk=intake_id)
        if run.state == _State.RUNNING:
            jobs.enqueue(TAKE_IN, {"intake": str(run.pk)}, now=now, key=f"{TAKE_IN}:{run.pk}:{run.done}")


def _next(run: Intake, rows: Sequence[FileRow], by: Actor, now: datetime) -> bool:
    """Take in the next row of a locked file; say whether more wait."""
    exchange = declared.pinned(run.declaration_hash)
    message = exchange.hears(run.message)
    if run.done < len(rows):
        row = rows[run.done]
        came = Came("file", by, run.sender, intake=run, row=row.number, files=row.files)
        try:
            with transaction.atomic():
                _, is_new = take(exchange, message, row.cells, came=came, by=by, now=now)
            run.taken, run.repeated = run.taken + is_new, run.repeated + (not is_new)
        except AmurError as fault:
            if fault.code == "busy":
                raise
            note_refused(exchange, message, row.cells, fault, came=came, now=now)
            run.refused += 1
        run.done += 1
    run.changed_at = now
    if run.done >= run.total:
        run.state = _State.DONE
        _note(run, ENDED, by=by, now=now)
        forget_batch(str(run.pk), now)
    run.save()
    return run.state == _State.RUNNING


def _tried(
    exchange: ExchangeDeclaration,
    message: Inbound,
    some: Sequence[FileRow],
    run: Intake,
    *,
    by: Actor,
    now: datetime,
) -> Iterator[Json]:
    """Yield what is wrong with each row, found by taking it in and taking that back."""
    for row in some[:TRIED_ROWS]:
        try:
            with act():
                came = Came("file", by, run.sender, row=row.number, batch=str(run.pk), files=row.files)
                take(exchange, message, row.cells, came=came, by=by, now=now)
                raise _Tried  # noqa: TRY301 -- it takes the row back
        except _Tried:
            continue
        except Invalid as fault:
            for name, (code, found) in fault.fields.items():
                yield {"row": row.number, "field": name, "code": code, "found": found}
        except AmurError as fault:
            if fault.code == "busy":
                raise
            yield {"row": row.number, "field": "", "code": fault.code, "found": fault.message}


def _typed(cell: str | Serial, *, is_day: bool) -> str:
    if isinstance(cell, Serial):
        return cell.day.isoformat() if is_day and cell.day else str(cell)
    return unguarded(cell)


def _note(run: Intake, kind: str, *, by: Actor, now: datetime) -> None:
    """Write down that a file was let in; each row that was taken has an entry of its own besides."""
    body: dict[str, Json] = {"exchange": run.exchange, "message": run.message, "file_hash": run.file_hash}
    body |= {"rows": run.total, "taken": run.taken, "repeated": run.repeated, "refused": run.refused}
    ledger.record(subject=f"exchange:{run.exchange}", kind=kind, by=by, now=now, body=body)
