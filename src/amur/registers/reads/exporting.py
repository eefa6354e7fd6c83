"""A register as a file that can be imported again: the columns of ``columns``, each value as a person would type it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.fields import FieldDeclaration, FieldError
from amur.registers.columns import KEY, REASON, SOURCE, VALID_FROM, VALID_TO, Column, columns_of
from amur.registers.declarations import RegisterDeclaration, is_open
from amur.registers.reads.listing import Wanted
from amur.registers.reads.records import every_record
from amur.registers.reads.scoping import RecordView, opened, reads_restricted
from amur.registers.sheets import write_csv

_EVERYTHING = Wanted()


def template(scope: Scope, register_id: str, language: str = "") -> Iterator[bytes]:
    """Yield an empty file with the columns of a register, called by their titles in a language, else by their ids.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
    """
    columns = _columns(scope, opened(scope, register_id))
    return write_csv([[column.title.say(language) if language else column.id for column in columns]])


def as_csv(scope: Scope, register_id: str, *, query: str = "", wanted: Wanted = _EVERYTHING) -> Iterator[bytes]:
    """Yield all records of a register as CSV, by key, a few kilobytes at a time.

    Raises:
        NotFound: if there is no such register, or the reader may not know of it.
    """
    columns = _columns(scope, opened(scope, register_id))
    rows = every_record(scope, register_id, query=query, wanted=wanted)
    return write_csv(_rows(columns, rows))


def cells_of(columns: Sequence[Column], row: RecordView) -> list[str]:
    """Return a record as the cells of a file."""
    beside: dict[str, Json] = {
        KEY: row.key,
        VALID_FROM: row.valid_from.isoformat(),
        VALID_TO: row.valid_to.isoformat() if row.valid_to else "",
        REASON: row.reason,
        SOURCE: row.source,
    }
    return [typed(row, column.field) if column.field else str(beside[column.id]) for column in columns]


def _rows(columns: Sequence[Column], rows: Iterator[RecordView]) -> Iterator[list[str]]:
    yield [column.id for column in columns]
    for row in rows:
        yield cells_of(columns, row)


def _columns(scope: Scope, declaration: RegisterDeclaration) -> tuple[Column, ...]:
    sees_all = reads_restricted(scope, declaration)
    return tuple(one for one in columns_of(declaration) if one.field is None or sees_all or is_open(one.field))


def typed(row: RecordView, field: FieldDeclaration) -> str:
    """Return a value as the field of its own time says it is typed; what that cannot say is written as it is kept."""
    value = row.values.get(field.id)
    if value is None:
        return ""
    try:
        return row.declaration.field(field.id).as_typed(value)
    except (FieldError, KeyError):
        return str(value)
