"""What OCEL 2.0 asks of a file, written down from its specification: the schema of JSON, the relations of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

TEXT = {"type": "string"}
INSTANT = {"type": "string", "format": "date-time"}


def listed(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties, "required": required}}


TYPES = listed(["name", "attributes"], name=TEXT, attributes=listed(["name", "type"], name=TEXT, type=TEXT))
RELATIONS = listed(["objectId", "qualifier"], objectId=TEXT, qualifier=TEXT)
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": listed(
            ["id", "type", "time"],
            id=TEXT,
            type=TEXT,
            time=INSTANT,
            attributes=listed(["name", "value"], name=TEXT, value=TEXT),
            relationships=RELATIONS,
        ),
        "objects": listed(
            ["id", "type"],
            id=TEXT,
            type=TEXT,
            relationships=RELATIONS,
            attributes=listed(["name", "value", "time"], name=TEXT, value=TEXT, time=INSTANT),
        ),
    },
    "required": ["eventTypes", "objectTypes", "events", "objects"],
}
"""The schema that is published at https://www.ocel-standard.org/2.0/ocel20-schema-json.json, in its meaning."""

COLUMNS = {
    "event": ["ocel_id", "ocel_type"],
    "object": ["ocel_id", "ocel_type"],
    "event_map_type": ["ocel_type", "ocel_type_map"],
    "object_map_type": ["ocel_type", "ocel_type_map"],
    "event_object": ["ocel_event_id", "ocel_object_id", "ocel_qualifier"],
    "object_object": ["ocel_source_id", "ocel_target_id", "ocel_qualifier"],
}


def broken_relations(file: Path) -> Iterator[str]:
    """Yield what of the tables is not as the standard has it."""
    with closing(sqlite3.connect(file)) as database:
        tables = {name for (name,) in database.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'table'")}
        for name, columns in COLUMNS.items():
            if _columns(database, name) != columns:
                yield f"{name} has {_columns(database, name)}"
        mapped: set[str] = set(COLUMNS)
        for what, fixed in (
            ("event", ["ocel_id", "ocel_time"]),
            ("object", ["ocel_id", "ocel_time", "ocel_changed_field"]),
        ):
            for name, short in database.execute(f"SELECT * FROM {what}_map_type").fetchall():
                table = f"{what}_{short}"
                mapped.add(table)
                if _columns(database, table)[: len(fixed)] != fixed:
                    yield f"{table} has {_columns(database, table)}"
                of_type = {
                    one for (one,) in database.execute(f"SELECT ocel_id FROM {what} WHERE ocel_type = ?", (name,))
                }
                if of_type != {one for (one,) in database.execute(f'SELECT ocel_id FROM "{table}"')}:
                    yield f"{table} holds others than those of its type"
        if tables != mapped:
            yield f"tables {tables ^ mapped}"
        for row in database.execute("PRAGMA foreign_key_check"):
            yield f"a row of {row[0]} leads nowhere"


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
