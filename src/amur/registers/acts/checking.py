"""A file of records is read and checked before anything is written: all that is wrong with it is said at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.datasets import chunks
from amur.base.fields import FieldError
from amur.base.fields.times import day_in
from amur.registers import spool
from amur.registers.acts import writing
from amur.registers.acts.writing import Book, Through, Why
from amur.registers.columns import KEY, REASON, SOURCE, VALID_FROM, VALID_TO, Column, matched
from amur.registers.models import Import, Record, RecordVersion
from amur.registers.sheets import Row, SheetFault, read, unguarded
from amur.registers.sheets.faults import Finding
from amur.registers.sheets.reading import hash_of
from amur.registers.sheets.workbook import Serial

MOST_FINDINGS = 200
"""So many findings are kept; the rest is counted."""
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for every row that does not say otherwise; ``updates`` lets rows write records that exist."""

    valid_from: date
    reason: str
    source: str
    updates: bool = False


@dataclass(slots=True)
class _Report:
    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    rows: int = 0

    def add(self, *findings: Finding) -> None:
        self.count += len(findings)
        self.findings += findings[: MOST_FINDINGS - len(self.findings)]


def check_rows(
    register_id: str,
    path: Path,
    *,
    file_name: str,
    by: Actor,
    now: datetime,
    through: Through,
    defaults: Defaults,
) -> Import:
    """Read a file and check every row of it; return what was found. No record is written.

    Where nothing is wrong the rows wait to be entered by ``import_rows``.

    Raises:
        NotFound: if the active pack declares no such register.
        Refused: if the register is not written in this way, or not by this role.
        Invalid: if reason or source is given and too long.
    """
    why = Why(by, now, defaults.reason or "-", defaults.source or "-", through)
    book = writing.book(register_id, why.today)
    writing.check_writer(book.declaration, why)
    writing.check_words(register_id, why)
    run = Import(
        register=register_id,
        file_name=file_name[:200],
        file_hash=hash_of(path),
        options={"updates": defaults.updates, "through": through},
        by=by.as_dict(),
        begun_at=now,
        changed_at=now,
    )
    report = _Report()
    with spool.create(run.id) as waiting:
        try:
            _check(book, path, defaults, run, report, waiting)
        except SheetFault as fault:
            report.add(fault.finding)
    run.total, run.fault_count = report.rows, report.count
    run.faults = [finding.as_dict() for finding in report.findings]
    run.state = Import.State.FAULTY if report.count else Import.State.CHECKED
    if report.count:
        spool.remove(run.id)
    run.save(force_insert=True)
    return run


def idempotency_of(run: Import, number: int) -> str:
    """Return the key under which a row of a file is written, once and not again."""
    return f"import:{run.register}:{run.file_hash[:40]}:{number}"


def _check(book: Book, path: Path, defaults: Defaults, run: Import, report: _Report, waiting: IO[str]) -> None:  # noqa: PLR0917 -- a file, what is asked of it, where it goes
    rows = read(path)
    header = next(rows)
    places, findings = matched(book.declaration, [str(cell) for cell in header.cells])
    report.add(*findings)
    if findings:
        return
    seen = _Seen()
    for some in chunks(rows, _AT_ONCE):
        good: list[spool.Waiting] = []
        for row in some:
            report.rows += 1
            found, wrong = _read_row(book, places, row, defaults)
            if found and (before := seen.before(found.key, row.number)):
                fix = "keep one of them"
                wrong.append(Finding(row.number, KEY, "key_twice", f"{found.key!r} stands in row {before} too", fix))
            report.add(*wrong)
            if found and not wrong:
                good.append(found)
        if not defaults.updates:
            report.add(*_known(run, good))
        for one in good if not report.count else ():
            spool.put(waiting, one)
    if not report.rows:
        report.add(Finding(0, "", "empty_file", "found no row under the names of the columns", "add rows"))


def _read_row(
    book: Book, places: Sequence[Column | None], row: Row, defaults: Defaults
) -> tuple[spool.Waiting | None, list[Finding]]:
    """Return what a row is to write, and what is wrong with it."""
    cells = {column.id: cell for column, cell in zip(places, row.cells, strict=False) if column}
    wrong = [
        Finding(row.number, str(place + 1), "too_many_cells", f"found {str(cell)[:60]!r}", "give it a column")
        for place, cell in enumerate(row.cells[len(places) :], start=len(places))
        if cell != ""
    ]
    values: dict[str, Json] = {}
    for column in (column for column in places if column and column.field):
        value = _value(book, column, cells.get(column.id, ""), row.number, wrong)
        if value is not None:
            values[column.id] = value
    days: dict[str, date | None] = {VALID_FROM: defaults.valid_from, VALID_TO: None}
    for name, default in tuple(days.items()):
        if (cell := cells.get(name, "")) != "":
            days[name] = _day(cell, name, row.number, wrong) or default
    words = {REASON: defaults.reason, SOURCE: defaults.source}
    words |= {name: text for name in words if (text := _typed(cells.get(name, "")).strip())}
    key = _key(book, cells, values)
    wrong += _unfit(book, key, days, words, row.number)
    if wrong and not key:
        return None, wrong
    first, last = days[VALID_FROM], days[VALID_TO]
    until = last.isoformat() if last else None
    return spool.Waiting(row.number, key, values, str(first), until, words[REASON], words[SOURCE]), wrong


def _value(book: Book, column: Column, cell: str | Serial, number: int, wrong: list[Finding]) -> Json:
    assert column.field is not None  # noqa: S101 -- the caller asks for fields only
    raw = (
        cell.day.isoformat() if isinstance(cell, Serial) and cell.day and column.field.type == "date" else _typed(cell)
    )
    try:
        return column.field.parse(raw, book.found)
    except FieldError as error:
        for part in error.parts or (error,):
            at = ".".join((column.id, *part.at))
            found, _, fix = str(part).partition("; ")
            if column.field.personal_class != "none":
                found, fix = "found what this field cannot keep", ""  # findings are stored, and quote what they found
            wrong.append(Finding(number, at, part.code, found, fix or "correct the cell"))
    return None


def _day(cell: str | Serial, name: str, number: int, wrong: list[Finding]) -> date | None:
    if isinstance(cell, Serial) and cell.day:
        return cell.day
    try:
        return day_in(_typed(cell))
    except FieldError as error:
        wrong.append(Finding(number, name, error.code, str(error), "give a day such as 2026-01-31"))
    return None


def _key(book: Book, cells: Mapping[str, str | Serial], values: Mapping[str, Json]) -> str:
    if book.declaration.key:
        return book.declaration.field(book.declaration.key).as_typed(values.get(book.declaration.key))
    return _typed(cells.get(KEY, "")).strip()


def _unfit(
    book: Book, key: str, days: Mapping[str, date | None], words: Mapping[str, str], number: int
) -> Iterator[Finding]:
    """Yield what is wrong with the key, the days and the words of a row."""
    if book.declaration.key is None or key:
        why = Why(Actor(""), datetime.min, words[REASON] or " ", words[SOURCE] or " ", "office")  # noqa: DTZ901 -- only its words are looked at
        for name, (code, found) in writing.faults_of_words(key, why).items():
            yield Finding(number, f"_{name}", code, found, "give it in the row, or for the whole file")
    first, last = days[VALID_FROM], days[VALID_TO]
    if first and last and last < first:
        yield Finding(number, VALID_TO, "ends_before_it_begins", f"{last} lies before {first}", "correct one of them")
    if last and book.declaration.expiry is None:
        yield Finding(number, VALID_TO, "no_term", "records of this register have no term", "leave it empty")


def _typed(cell: str | Serial) -> str:
    return str(cell) if isinstance(cell, Serial) else unguarded(cell)


class _Seen:
    """Which keys have stood in the file, on disk where they are many."""

    def __init__(self) -> None:
        self.store = sqlite3.connect("")
        self.store.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID")

    def before(self, key: str, number: int) -> int:
        """Return the row in which a key stood before, or 0; from now on it has stood here."""
        if self.store.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, number)).rowcount:
            return 0
        return int(self.store.execute("SELECT number FROM seen WHERE key = ?", (key,)).fetchone()[0])


def _known(run: Import, rows: Sequence[spool.Waiting]) -> Iterator[Finding]:
    """Yield the rows whose records exist, unless an earlier run of this very file has written them."""
    keys = [row.key for row in rows]
    there = set(Record.objects.filter(register=run.register, key__in=keys).values_list("key", flat=True))
    if not there:
        return
    written = {idempotency_of(run, row.number): row.key for row in rows if row.key in there}
    ours = RecordVersion.objects.filter(idempotency__in=written).values_list("idempotency", flat=True)
    there -= {written[key] for key in ours if key}
    for row in rows:
        if row.key in there:
            fix = "leave it out, or let the import change records that exist"
            yield Finding(row.number, KEY, "record_exists", f"there is a record {row.key!r}", fix)
