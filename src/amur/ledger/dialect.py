"""The ledger's SQL that SQLite and PostgreSQL do not share: triggers, rights and locks.

Nothing here knows what an entry means.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

CONTENT = "ledger_entrycontent"
KEYS = "ledger_subjectkey"
UNIQUE = {
    "ledger_entry": (("id",), ("leaf",), ("subject", "sequence")),
    CONTENT: (("entry_id",),),
    "ledger_leaf": (('"index"',), ("entry_id",)),
    "ledger_node": (("id",), ("level", "position")),
    "ledger_signingkey": (("number",), ("key_id",)),
    "ledger_checkpoint": (("size",),),
    "ledger_stamp": (("id",),),
    KEYS: (("id",), ("subject", "part")),
}
"""The protected tables and their unique keys, which REPLACE on SQLite would delete by without asking a trigger."""

_LOCK_SPACE = 0x414D5552
_SEALER = 0

_ONLY_ERASES = " OR ".join(
    (
        "NEW.entry_id {differs} OLD.entry_id",
        *(
            f"NOT ((NEW.{part} {{same}} OLD.{part} AND NEW.{part}_salt {{same}} OLD.{part}_salt)"
            f" OR (NEW.{part} IS NULL AND NEW.{part}_salt IS NULL))"
            for part in ("act", "body")
        ),
    )
)
_ONLY_DESTROYS = " OR ".join(
    (
        *(f"NEW.{column} {{differs}} OLD.{column}" for column in ("id", "subject", "part")),
        "OLD.wrapped IS NULL",
        "NEW.wrapped IS NOT NULL",
        "NEW.destroyed_at IS NULL",
    )
)
_LET_PASS = {CONTENT: ("ledger_only_erase", _ONLY_ERASES), KEYS: ("ledger_only_destroy", _ONLY_DESTROYS)}
"""The tables in which one kind of update is let through, with the name of the function and what it refuses."""


def protect(connection: BaseDatabaseWrapper) -> None:
    """Install every trigger and right anew; it may be repeated."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if not present >= set(UNIQUE):
            return
        statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
        for statement in statements:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            _limit_rights(connection)


def unprotected(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of triggers that should be there and are not; nothing before the first migrate."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            expected = {name for name, _ in _sqlite_triggers()}
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            expected = {name for name, _, _ in _postgresql_triggers()}
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'")
        there = {name for (name,) in cursor.fetchall()}
    return sorted(expected - there) if present >= set(UNIQUE) else []


def lock_subject(connection: BaseDatabaseWrapper, subject: str) -> None:
    """Let one writer at a time work on a subject, until its transaction ends.

    On SQLite the transaction already holds the only write lock there is.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, subject])


def lock_sealer(connection: BaseDatabaseWrapper) -> None:
    """Let one sealer at a time work, until its transaction ends."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE + 1, _SEALER])
        else:
            # Takes SQLite's write lock even where the transaction began without it.
            cursor.execute("UPDATE ledger_unsealed SET entry_id = entry_id WHERE 0 = 1")


def wipe(connection: BaseDatabaseWrapper) -> None:
    """Let no old page of the database keep what was destroyed or erased. Must not run inside a transaction.

    On SQLite the log of changes is written back and cut off; deleted bytes are zeros by the setting. On PostgreSQL dead
    rows are cleaned away.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f"VACUUM {KEYS}, {CONTENT}")


@contextmanager
def unguarded(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the triggers away for a while, as tests do to empty tables and as an attacker with owner's rights would.

    Nothing in the product calls it; what is changed meanwhile is what verification finds.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in UNIQUE:
            for name in (f"{table}_{what}" for what in ("no_update", "no_delete", "no_replace", "no_truncate")):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    try:
        yield
    finally:
        protect(connection)


def _sqlite() -> Iterator[str]:
    for name, text in _sqlite_triggers():
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield text


def _sqlite_triggers() -> Iterator[tuple[str, str]]:
    for table, keys in UNIQUE.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'the ledger only grows: {table}'); END"
        when = f" WHEN {_LET_PASS[table][1].format(differs='IS NOT', same='IS')}" if table in _LET_PASS else ""
        yield f"{table}_no_update", f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}{when} {refuse}"
        yield f"{table}_no_delete", f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}"
        taken = " OR ".join(
            "EXISTS (SELECT 1 FROM {} WHERE {})".format(  # noqa: S608 -- names from the list above
                table, " AND ".join(f"{column} = NEW.{column}" for column in key)
            )
            for key in keys
        )
        yield (
            f"{table}_no_replace",
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}",
        )


def _postgresql() -> Iterator[str]:
    # Foreign keys that wait for the end of the transaction would not let the tables be altered within it.
    yield "SET CONSTRAINTS ALL IMMEDIATE"
    refuse = "RAISE EXCEPTION 'the ledger only grows: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    yield (f"CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$")
    for function, refused in _LET_PASS.values():
        condition = refused.format(differs="IS DISTINCT FROM", same="IS NOT DISTINCT FROM")
        yield (
            f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF {condition} THEN {refuse} END IF; RETURN NEW; END $$"
        )
    for name, table, text in _postgresql_triggers():
        yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
        yield text
        # ALWAYS: also in a session that plays a replica, where ordinary triggers sleep.
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"


def _postgresql_triggers() -> Iterator[tuple[str, str, str]]:
    for table in UNIQUE:
        update = _LET_PASS[table][0] if table in _LET_PASS else "ledger_refuse"
        for what, when, each, function in (
            ("no_update", "UPDATE", "ROW", update),
            ("no_delete", "DELETE", "ROW", "ledger_refuse"),
            ("no_truncate", "TRUNCATE", "STATEMENT", "ledger_refuse"),
        ):
            name = f"{table}_{what}"
            run = f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            yield name, table, f"CREATE TRIGGER {name} BEFORE {when} ON {table} {run}"


def _limit_rights(connection: BaseDatabaseWrapper) -> None:
    """Give the application's role, where there is one that does not own the tables, only what it needs."""
    role = getattr(settings, "LEDGER_APPLICATION_ROLE", "amur_app")
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return
        for table in UNIQUE:
            cursor.execute(f"REVOKE ALL ON {table} FROM {name}")
            cursor.execute(f"GRANT SELECT, INSERT ON {table} TO {name}")
        cursor.execute(f"GRANT UPDATE (act, act_salt, body, body_salt) ON {CONTENT} TO {name}")
        cursor.execute(f"GRANT UPDATE (wrapped, destroyed_at) ON {KEYS} TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, DELETE ON ledger_unsealed TO {name}")
