"""A log as a file: the JSON and the SQLite form of OCEL 2.0 (https://www.ocel-standard.org).

The schema that is published for JSON asks each value to be a text, so every value is one, also in SQLite.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

from amur.procedures.eventlog.log import ALWAYS, Log, LogObject, text_of

_TABLES = """
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT NOT NULL REFERENCES object_map_type (ocel_type));
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT NOT NULL UNIQUE);
CREATE TABLE event_object (
  ocel_event_id TEXT NOT NULL REFERENCES event (ocel_id),
  ocel_object_id TEXT NOT NULL REFERENCES object (ocel_id),
  ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (
  ocel_source_id TEXT NOT NULL REFERENCES object (ocel_id),
  ocel_target_id TEXT NOT NULL REFERENCES object (ocel_id),
  ocel_qualifier TEXT NOT NULL, PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""
_NAMES = ("event_map_type", "object_map_type", "event_object", "object_object")
_SQL_TYPES = {"string": "TEXT", "time": "TIMESTAMP"}


def as_json(log: Log) -> str:
    """Return the JSON form."""
    told = {
        "eventTypes": _types_told(log.event_types()),
        "objectTypes": _types_told(log.object_types()),
        "events": [
            {
                "id": one.id,
                "type": one.type,
                "time": text_of(one.time),
                "attributes": [{"name": name, "value": text_of(value)} for name, value in one.attributes.items()],
                "relationships": _relations_told(one.objects),
            }
            for one in log.events
        ],
        "objects": [
            {
                "id": one.id,
                "type": one.type,
                "attributes": [
                    {"name": name, "value": text_of(value), "time": text_of(since)}
                    for name, value, since in one.attributes
                ],
                "relationships": _relations_told(one.objects),
            }
            for one in log.objects
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _types_told(types: Mapping[str, Mapping[str, str]]) -> list[dict[str, object]]:
    return [
        {"name": name, "attributes": [{"name": one, "type": kind} for one, kind in attributes.items()]}
        for name, attributes in types.items()
    ]


def _relations_told(objects: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": name, "qualifier": qualifier} for name, qualifier in objects]


def _write_json(log: Log, file: Path) -> None:
    file.write_text(as_json(log), encoding="utf-8")


def _write_sqlite(log: Log, file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(_TABLES)
        event_tables = _tables(database, "event", log.event_types())
        object_tables = _tables(database, "object", log.object_types())
        database.executemany("INSERT INTO event VALUES (?, ?)", [(one.id, one.type) for one in log.events])
        database.executemany("INSERT INTO object VALUES (?, ?)", [(one.id, one.type) for one in log.objects])
        for event in log.events:
            values = {name: text_of(value) for name, value in event.attributes.items()}
            _insert(
                database, event_tables[event.type], {"ocel_id": event.id, "ocel_time": text_of(event.time), **values}
            )
            related = [(event.id, name, qualifier) for name, qualifier in event.objects]
            database.executemany("INSERT INTO event_object VALUES (?, ?, ?)", related)
        for one in log.objects:
            _insert_object(database, object_tables[one.type], one)
            related = [(one.id, name, qualifier) for name, qualifier in one.objects]
            database.executemany("INSERT INTO object_object VALUES (?, ?, ?)", related)


def _tables(database: sqlite3.Connection, what: str, types: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Make a table for each type, and return their names."""
    tables: dict[str, str] = {}
    for name, attributes in types.items():
        # The database takes names for equal that differ in case, and two names may differ in their signs alone.
        short = re.sub(r"[^A-Za-z0-9]+", "_", name)
        while f"{what}_{short}".lower() in {*_NAMES, *(one.lower() for one in tables.values())}:
            short += "_"
        tables[name] = f"{what}_{short}"
        database.execute(f"INSERT INTO {what}_map_type VALUES (?, ?)", (name, short))  # noqa: S608 -- one of two words
        changed = "" if what == "event" else ", ocel_changed_field TEXT"
        columns = "".join(f', "{one}" {_SQL_TYPES[kind]}' for one, kind in attributes.items())
        key = "PRIMARY KEY" if what == "event" else "NOT NULL"
        columns = f"ocel_id TEXT {key} REFERENCES {what} (ocel_id), ocel_time TIMESTAMP{changed}{columns}"
        database.execute(f'CREATE TABLE "{tables[name]}" ({columns})')
    return tables


def _insert_object(database: sqlite3.Connection, table: str, one: LogObject) -> None:
    """Write what of an object never changes in one row, and each later value in a row of its own."""
    always = {name: text_of(value) for name, value, since in one.attributes if since == ALWAYS}
    _insert(database, table, {"ocel_id": one.id, "ocel_time": text_of(ALWAYS), **always})
    for name, value, since in one.attributes:
        if since != ALWAYS:
            changed = {"ocel_id": one.id, "ocel_time": text_of(since), "ocel_changed_field": name}
            _insert(database, table, {**changed, name: text_of(value)})


def _insert(database: sqlite3.Connection, table: str, values: Mapping[str, str]) -> None:
    columns, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    statement = f'INSERT INTO "{table}" ({columns}) VALUES ({places})'  # noqa: S608 -- names of declarations, cleaned
    database.execute(statement, tuple(values.values()))


FORMS: Mapping[str, Callable[[Log, Path], None]] = {
    ".json": _write_json,
    ".jsonocel": _write_json,
    ".sqlite": _write_sqlite,
    ".db": _write_sqlite,
}
"""The forms by the ending of the file."""


def write(log: Log, file: Path) -> None:
    """Write a log in the form that the ending of the file names; the file is there whole or not at all.

    Raises:
        KeyError: if the ending names no form.
    """
    form = FORMS[file.suffix.lower()]
    fresh = file.with_name(f".{file.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        form(log, fresh)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
