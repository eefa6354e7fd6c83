"""The database itself refuses to rewrite the ledger, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from amur.ledger import acts, checks, dialect, reads
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, Node, SigningKey, Stamp, SubjectKey, Unsealed

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db

TABLES = [Entry, EntryContent, Leaf, Node, Checkpoint, SigningKey, Stamp, SubjectKey]


@pytest.fixture
def full(write):
    """Put at least one row into every table."""
    for number in range(4):
        write(f"case:{number % 2}")
    acts.protect("case:1", "李雷")
    checkpoint = acts.seal(NOW)
    Stamp.objects.create(
        checkpoint=checkpoint, authority="a", token=b"t", made_at=NOW, algorithm="sha256", batch_index=0, batch_size=1
    )
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would be refused for waiting foreign keys alone


def refused(change, *arguments):
    """Run a change in a savepoint and say whether the database refused it as it should."""
    with pytest.raises(DatabaseError, match=r"only grows|permission denied"), transaction.atomic():
        change(*arguments)


def execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_no_row_can_be_changed_or_deleted_by_the_orm_or_by_sql(full, table):
    name = table._meta.db_table
    before = list(table.objects.values_list())
    field = next(field for field in table._meta.fields if not field.primary_key)
    column = connection.ops.quote_name(field.column)
    value = "'x'" if field.get_internal_type() in {"CharField", "TextField"} else column
    refused(execute, f"UPDATE {name} SET {column} = {value}")
    refused(execute, f"DELETE FROM {name}")
    refused(table.objects.all()._raw_delete, "default")
    row = table.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    if connection.vendor == "postgresql":
        refused(execute, f"TRUNCATE {name} CASCADE")
    assert list(table.objects.values_list()) == before


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_saving_a_changed_object_is_refused(full, table):
    row = table.objects.first()
    field = next(
        field
        for field in table._meta.fields
        if not field.primary_key and field.get_internal_type() in {"CharField", "TextField", "OneToOneField"}
    )
    setattr(row, field.attname, 999 if field.is_relation else "changed")
    refused(row.save)


def test_replacing_a_row_is_refused(full):
    """On SQLite REPLACE deletes without asking delete triggers; on PostgreSQL the same wish is an upsert."""
    for table in TABLES:
        name = table._meta.db_table
        columns = [connection.ops.quote_name(field.column) for field in table._meta.fields]
        if connection.vendor == "sqlite":
            refused(execute, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name} LIMIT 1")
        else:
            key = connection.ops.quote_name(table._meta.pk.column)
            refused(
                execute,
                f"INSERT INTO {name} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM {name} LIMIT 1"
                f" ON CONFLICT ({key}) DO UPDATE SET {columns[-1]} = NULL",
            )


def test_content_can_only_be_erased(full):
    content = EntryContent.objects.first()
    for change in (
        {"body": "{}"},
        {"body": None},
        {"body_salt": None},
        {"act": None, "act_salt": "0" * 64},
        {"body": None, "body_salt": None, "act": "{}"},
        {"entry_id": 10_000, "body": None, "body_salt": None},
    ):
        refused(lambda change=change: EntryContent.objects.filter(pk=content.pk).update(**change))
    acts.erase(content.entry.leaf, by=OFFICER, now=NOW, reason="asked")
    refused(lambda: EntryContent.objects.filter(pk=content.pk).update(body="{}", body_salt="0" * 64))


def test_a_key_can_only_be_destroyed(full):
    key = SubjectKey.objects.get()
    gone = {"wrapped": None, "destroyed_at": NOW}
    for change in (
        {"wrapped": "x" * 80},
        {"wrapped": None},
        {"destroyed_at": NOW},
        gone | {"subject": "case:2"},
        gone | {"part": "email"},
        gone | {"id": 10_000},
    ):
        refused(lambda change=change: SubjectKey.objects.filter(pk=key.pk).update(**change))
    SubjectKey.objects.filter(pk=key.pk).update(**gone)
    refused(lambda: SubjectKey.objects.filter(pk=key.pk).update(wrapped=key.wrapped, destroyed_at=None))
    refused(lambda: SubjectKey.objects.filter(pk=key.pk).update(**gone))


def test_two_entries_cannot_take_one_place_in_a_chain(full):
    entry = Entry.objects.first()
    entry.pk, entry.leaf = None, "f" * 64
    entry._state.adding = True
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()


def test_after_migrate_every_trigger_is_there():
    assert dialect.unprotected(connection) == []
    assert run_checks(tags=["database"], databases=["default"]) == []


def test_missing_triggers_are_an_error_and_migrate_puts_them_back(tamper):
    with tamper():
        (error,) = checks.triggers_are_installed(databases=["default"])
        assert error.id == "amur.ledger.E001"
        assert "24 triggers" in error.msg
        assert "migrate" in error.hint
        call_command("migrate", verbosity=0, skip_checks=True)
        assert dialect.unprotected(connection) == []
    assert checks.triggers_are_installed() == []


def test_a_table_that_django_remakes_gets_its_triggers_back():
    """What a later migration does: on SQLite it copies the table, which drops its triggers without a word."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite remakes tables")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA table_info(ledger_entry)")
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'ledger_entry'")
        made = cursor.fetchone()[0]
        cursor.execute(re.sub(r'TABLE "ledger_entry"', 'TABLE "new__ledger_entry"', made))
        cursor.execute("DROP TABLE ledger_entry")
        cursor.execute('ALTER TABLE "new__ledger_entry" RENAME TO ledger_entry')
    assert dialect.unprotected(connection)
    call_command("migrate", verbosity=0, skip_checks=True)
    assert dialect.unprotected(connection) == []


def test_before_the_first_migrate_there_is_nothing_to_find(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda *_, **__: [])
    assert dialect.unprotected(connection) == []
    assert checks.suite_fits_the_log(databases=["default"]) == []
    dialect.protect(connection)


def test_a_suite_that_does_not_fit_the_log_is_an_error(full, settings):
    assert checks.suite_fits_the_log(databases=["default"]) == []
    settings.LEDGER_SUITE = "sm2+sm3"
    (error,) = checks.suite_fits_the_log(databases=["default"])
    assert checks.suite_fits_the_log() == []
    assert error.id == "amur.ledger.E002"
    assert "AMUR_LEDGER_SUITE=ed25519+sha256" in error.hint


def test_the_applications_own_role_cannot_rewrite_even_without_triggers(full, settings, tamper):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no roles")
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ledger_test_app NOLOGIN")
    settings.LEDGER_APPLICATION_ROLE = "ledger_test_app"
    dialect.protect(connection)
    with tamper():
        execute("SET LOCAL ROLE ledger_test_app")
        for table in TABLES:
            refused(execute, f"DELETE FROM {table._meta.db_table}")
        refused(execute, "UPDATE ledger_entry SET kind = 'x'")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_entry")
            assert cursor.fetchone() == (4,)
            cursor.execute("RESET ROLE")


def test_models_say_what_they_are(full):
    assert [str(table.objects.first()).split()[0] for table in TABLES] == [
        "case:0", "content", "leaf", "node", "checkpoint", "key", "stamp", "key",
    ]  # fmt: skip
    assert reads.head().size == 4
    assert str(Unsealed(entry_id=7)) == "entry 7 waits"
