"""The index in the SQL of each database, which share nothing of it: FTS5 on SQLite, GIN on PostgreSQL.

SQLite: a contentless FTS5 table without positions, whose row numbers ascend from the newest document to the oldest, so
that hits come in order and reading may stop. PostgreSQL: an array of numbered tokens under GIN; a GIN index knows no
order, so where hits are many the newest rows are read instead. On both the folded text decides what the tokens cannot.

Nothing here knows what a token means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from amur.base.listing import MOST_COUNTED
from amur.search.engine import Question, Row, kind_token, number_of, tokens_of

_Value = str | int | list[int]
TABLE = "search_indexeddocument"
INDEX = "search_index"
_MOST = MOST_COUNTED + 1
_COLUMNS = ("kind", "ref", "place", "readers", "key_form", "title_form", "open_form", "full_form")
_NEWEST_FIRST = 'd.place, d.kind COLLATE "C", d.ref COLLATE "C"'
_STRPOS = "strpos({text}, %s) > 0"
_PROBE_BITS = 6
"""How many documents of one place have a number of their own: 64."""
_NEWEST_ROWS = 2_000
"""Rows that PostgreSQL reads from the newest on before it asks GIN."""
_HITS_FOR_A_ROW, _SORTED_FOR_A_ROW = 2.7, 0.36
"""How many hits GIN gathers, and how many it fetches and sorts, while one row is read in order (1.08, 0.4 and 3 µs)."""
_MOST_READ = 40_000
"""Rows that PostgreSQL reads in order before it sorts what GIN finds instead."""
_MERGED_PAGES = 1_000
"""Pages that FTS5 merges in one transaction; the write lock is free in between."""


def create(target: BaseDatabaseWrapper) -> None:
    """Make the index."""
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute(
                f"CREATE VIRTUAL TABLE {INDEX} USING fts5(tokens, content='', detail=none, columnsize=0,"
                " tokenize='ascii')"
            )
            return
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN tokens integer[] NOT NULL DEFAULT '{{}}'")
        cursor.execute(f"CREATE INDEX {INDEX} ON {TABLE} USING gin (tokens) WITH (fastupdate = off)")
        cursor.execute(f'CREATE INDEX search_newest ON {TABLE} (place, kind COLLATE "C", ref COLLATE "C")')


def drop(target: BaseDatabaseWrapper) -> None:
    """Take the index away."""
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute(f"DROP TABLE {INDEX}")
        else:
            cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN tokens")
            cursor.execute("DROP INDEX search_newest")


def clear() -> None:
    """Empty the index and what is kept of documents."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')")
        cursor.execute(f"DELETE FROM {TABLE}")


def follow() -> None:
    """Empty the index where the table was emptied without it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        if not {TABLE, INDEX} <= set(connection.introspection.table_names(cursor)):
            return
        cursor.execute(f"SELECT NOT EXISTS (SELECT 1 FROM {TABLE})")
        if cursor.fetchone()[0]:
            cursor.execute(f"INSERT INTO {INDEX} ({INDEX}) VALUES ('delete-all')")


def put(rows: Sequence[Row]) -> tuple[int, int]:
    """Write rows, in the order in which every writer gives them; return how many changed and how many were replaced."""
    with connection.cursor() as cursor:
        there = _there(cursor, rows)
        changed = [row for row in rows if there.get((row.kind, row.ref), (0, None))[1] != row]
        replaced = [there[row.kind, row.ref] for row in changed if (row.kind, row.ref) in there]
        if connection.vendor == "sqlite":
            _delete_sqlite(cursor, replaced)
            _insert_sqlite(cursor, changed)
        else:
            _upsert_postgresql(cursor, changed)
    return len(changed), len(replaced)


def remove(kind: str, refs: Sequence[str]) -> int:
    """Delete rows; return how many there were."""
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(refs))
        if connection.vendor == "sqlite":
            there = _select(cursor, f"kind = %s AND ref IN ({marks})", [kind, *refs])
            _delete_sqlite(cursor, there)
            return len(there)
        cursor.execute(f"DELETE FROM {TABLE} WHERE kind = %s AND ref IN ({marks})", [kind, *refs])
        return int(cursor.rowcount)


def newest(question: Question, wanted: int) -> tuple[list[int], int]:
    """Return the numbers of the newest hits, at least ``wanted`` where there are as many, and the capped total."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            found = _matched_sqlite(cursor, question)
            return found, len(found)
        with _chosen_plans(cursor):
            return _newest_postgresql(cursor, question, wanted)


def wipe() -> None:
    """Have the database forget what deleted rows said, in the index, in its tables and in its journal."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(f"VACUUM {TABLE}")
            return
        pages = -_MERGED_PAGES
        while True:
            before = _changes(cursor)
            cursor.execute(f"INSERT INTO {INDEX} ({INDEX}, rank) VALUES ('merge', %s)", [pages])
            # A merge that had nothing to do changes one row: its own.
            if pages > 0 and _changes(cursor) - before < 2:  # noqa: PLR2004 -- see the line above
                break
            pages = _MERGED_PAGES
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()


def _changes(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])


def _there(cursor: CursorWrapper, rows: Sequence[Row]) -> dict[tuple[str, str], tuple[int, Row]]:
    """Return what is kept under the same names, locked where the database locks rows."""
    found: dict[tuple[str, str], tuple[int, Row]] = {}
    for kind, group in groupby(rows, key=lambda row: row.kind):
        refs = [row.ref for row in group]
        marks = ", ".join(["%s"] * len(refs))
        for number, row in _select(cursor, f"kind = %s AND ref IN ({marks})", [kind, *refs], lock=True):
            found[row.kind, row.ref] = (number, row)
    return found


def _select(
    cursor: CursorWrapper, where: str, parameters: Sequence[_Value], *, lock: bool = False
) -> list[tuple[int, Row]]:
    for_update = " ORDER BY kind, ref FOR UPDATE" if lock and connection.vendor == "postgresql" else ""
    cursor.execute(f"SELECT id, {', '.join(_COLUMNS)} FROM {TABLE} WHERE {where}{for_update}", list(parameters))
    return [(number, Row(*values)) for number, *values in cursor.fetchall()]


def _delete_sqlite(cursor: CursorWrapper, there: Iterable[tuple[int, Row]]) -> None:
    """Delete rows; a contentless table must be told the tokens that it was given."""
    for number, row in there:
        cursor.execute(
            f"INSERT INTO {INDEX} ({INDEX}, rowid, tokens) VALUES ('delete', %s, %s)",
            [number, " ".join(tokens_of(row))],
        )
        cursor.execute(f"DELETE FROM {TABLE} WHERE id = %s", [number])


def _insert_sqlite(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    ordered = sorted(rows, key=_order)
    numbered = [one for place, group in groupby(ordered, _place) for one in _numbered(cursor, place, list(group))]
    marks = ", ".join(["%s"] * len(_COLUMNS))
    cursor.executemany(
        f"INSERT INTO {TABLE} (id, {', '.join(_COLUMNS)}) VALUES (%s, {marks})",
        [(number, *_values(row)) for number, row in numbered],
    )
    cursor.executemany(
        f"INSERT INTO {INDEX} (rowid, tokens) VALUES (%s, %s)",
        [(number, " ".join(tokens_of(row))) for number, row in numbered],
    )


def _numbered(cursor: CursorWrapper, place: int, rows: list[Row]) -> Iterator[tuple[int, Row]]:
    """Give rows of a place their numbers, in their order; what stands there already is taken out and numbered anew.

    Should more documents have one place than it has numbers, the last ones take numbers of the next place.
    """
    first = place << _PROBE_BITS
    most = 1 << _PROBE_BITS
    there = _select(cursor, "id BETWEEN %s AND %s", [first, first + most - 1])
    _delete_sqlite(cursor, there)
    together = sorted([*rows, *(row for _, row in there)], key=_order)
    yield from enumerate(together[:most], start=first)
    if together[most:]:
        yield from _numbered(cursor, place + 1, together[most:])


def _place(row: Row) -> int:
    return row.place


def _order(row: Row) -> tuple[int, str, str]:
    return row.place, row.kind, row.ref


def _values(row: Row) -> list[str | int]:
    return [getattr(row, name) for name in _COLUMNS]


def _matched_sqlite(cursor: CursorWrapper, question: Question) -> list[int]:
    spaces = " OR ".join("(" + " AND ".join(f'"{token}"' for token in space) + ")" for space in question.spaces)
    kinds = " OR ".join(f'"{kind_token(kind)}"' for kind in question.kinds)
    match = f"({kinds}) AND ({spaces})" if kinds else spaces
    if question.decided:
        cursor.execute(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s ORDER BY rowid LIMIT {_MOST}", [match])
    else:
        condition, parameters = _decision(question, "instr({text}, %s) > 0")
        cursor.execute(
            f"SELECT i.rowid FROM {INDEX} i CROSS JOIN {TABLE} d ON d.id = i.rowid"
            f" WHERE i.{INDEX} MATCH %s AND {condition} ORDER BY i.rowid LIMIT {_MOST}",
            [match, *parameters],
        )
    return [number for (number,) in cursor.fetchall()]


def _decision(question: Question, holds: str) -> tuple[str, list[_Value]]:
    """Return the condition that a row is of the kinds and its text, as its reader sees it, holds every term."""
    text = "d.open_form"
    seen: list[_Value] = []
    if question.labels:
        marks = ", ".join(["%s"] * len(question.labels))
        text = f"CASE WHEN d.full_form <> '' AND d.readers IN ({marks}) THEN d.full_form ELSE d.open_form END"
        seen = list(question.labels)
    conditions = [holds.format(text=text) for _ in question.terms]
    parameters = [value for term in question.terms for value in (*seen, term)]
    if question.kinds:
        one = "d.kind = %s OR substr(d.kind, 1, %s) = %s"
        conditions.append("(" + " OR ".join([one] * len(question.kinds)) + ")")
        parameters += [value for kind in question.kinds for value in (kind, len(kind) + 1, f"{kind}:")]
    return " AND ".join(conditions), parameters


def _upsert_postgresql(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    marks = ", ".join(["%s"] * len(_COLUMNS))
    anew = ", ".join(f"{name} = EXCLUDED.{name}" for name in (*_COLUMNS, "tokens"))
    cursor.executemany(
        f"INSERT INTO {TABLE} ({', '.join(_COLUMNS)}, tokens) VALUES ({marks}, %s::integer[])"
        f" ON CONFLICT (kind, ref) DO UPDATE SET {anew}",
        [(*_values(row), list({number_of(token) for token in tokens_of(row)})) for row in rows],
    )


def _newest_postgresql(cursor: CursorWrapper, question: Question, wanted: int) -> tuple[list[int], int]:
    """Read the newest rows where hits are frequent, ask GIN where they are rare, and both in between.

    How frequent they are is guessed from the newest rows of all, which are read first.
    """
    newest: list[int] = [] if question.named else _read_in_order(cursor, question, _NEWEST_ROWS, _MOST)
    # Squared, since reading in order costs by what is sought over the share, and GIN by the share of all rows.
    weight = (len(newest) / _NEWEST_ROWS) ** 2 * _rows(cursor) if newest else 0.0
    if weight > _MOST * _HITS_FOR_A_ROW:
        newest = _read_in_order(cursor, question, _MOST_READ, _MOST)
        if len(newest) == _MOST:
            return newest, _MOST
    indexed, parameters = _indexed(question)
    source = f"FROM {TABLE} d WHERE {indexed}"
    _plan(cursor, indexscan="off", bitmapscan="on")
    cursor.execute(f"SELECT d.place, d.kind, d.ref, d.id {source} LIMIT {_MOST}", parameters)
    found = cursor.fetchall()
    if len(found) < _MOST:
        return [number for *_, number in sorted(found)], len(found)
    if len(newest) < wanted and weight > wanted * _SORTED_FOR_A_ROW:
        newest = _read_in_order(cursor, question, _MOST_READ, wanted)
        _plan(cursor, indexscan="off", bitmapscan="on")
    if len(newest) < wanted:
        cursor.execute(f"SELECT d.id {source} ORDER BY {_NEWEST_FIRST} LIMIT {int(wanted)}", parameters)
        newest = [number for (number,) in cursor.fetchall()]
    return newest, _MOST


def _rows(cursor: CursorWrapper) -> int:
    """Return about how many rows there are, as the database last counted them."""
    cursor.execute("SELECT greatest(reltuples, 0) FROM pg_class WHERE oid = %s::regclass", [TABLE])
    return int(cursor.fetchone()[0])


def _read_in_order(cursor: CursorWrapper, question: Question, rows: int, wanted: int) -> list[int]:
    """Return the hits among so many newest rows."""
    condition, parameters = _indexed(question) if question.named else _decision(question, _STRPOS)
    _plan(cursor, indexscan="on", bitmapscan="off")
    cursor.execute(
        f"SELECT d.id FROM (SELECT * FROM {TABLE} d ORDER BY {_NEWEST_FIRST} LIMIT {int(rows)}) d"
        f" WHERE {condition} LIMIT {int(wanted)}",
        parameters,
    )
    return [number for (number,) in cursor.fetchall()]


def _indexed(question: Question) -> tuple[str, list[_Value]]:
    """Return the condition that GIN answers and the text decides."""
    decided, parameters = _decision(question, _STRPOS)
    conditions = ["(" + " OR ".join(["d.tokens @> %s::integer[]"] * len(question.spaces)) + ")"]
    numbers: list[_Value] = [[number_of(token) for token in space] for space in question.spaces]
    if question.kinds:
        conditions.append("d.tokens && %s::integer[]")
        numbers.append([number_of(kind_token(kind)) for kind in question.kinds])
    return " AND ".join([*conditions, decided]), [*numbers, *parameters]


@contextmanager
def _chosen_plans(cursor: CursorWrapper) -> Iterator[None]:
    """Let the plans be ours for one transaction: estimates of tokens that occur together are guesses.

    Rolling back takes the settings back, also where a greater transaction goes on; nothing is written here.
    """
    with transaction.atomic():
        _set(cursor, enable_seqscan="off", jit="off", max_parallel_workers_per_gather="0")
        yield
        transaction.set_rollback(True)


def _plan(cursor: CursorWrapper, *, indexscan: str, bitmapscan: str) -> None:
    _set(cursor, enable_indexscan=indexscan, enable_bitmapscan=bitmapscan)


def _set(cursor: CursorWrapper, **settings: str) -> None:
    """Set what holds until the end of the transaction."""
    calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
    cursor.execute(f"SELECT {calls}", [value for setting in settings.items() for value in setting])
