"""The empty database that is kept aside: as good as a migrated one, and never a danger."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from amur.ledger import tables
from tests.config.installations import run

_MAKE = "import sys; from amur.config import preparation as p; p.start_django(); p.migrate()"
_WHAT = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name, sql"
_ROWS = (
    "SELECT app, name FROM django_migrations ORDER BY app, name",
    "SELECT content_type_id, codename FROM auth_permission",
)


def _told(data: Path) -> list[list[tuple[str, ...]]]:
    with closing(sqlite3.connect(data / "amur.sqlite3")) as database:
        return [database.execute(statement).fetchall() for statement in (_WHAT, *_ROWS)]


def test_a_new_database_begins_as_the_copy_that_is_kept(tmp_path, django_db_setup, monkeypatch):
    """Shorter than the next: what is kept was made by the migrations, of this run or of an earlier one."""
    (tmp_path / "copied").mkdir()
    monkeypatch.setattr(settings, "TABLES", Path(os.environ["AMUR_TABLES"]))
    assert tables.kept().is_file()
    shutil.copy(tables.kept(), tmp_path / "amur.sqlite3")
    done = run(_MAKE, tmp_path / "copied")
    assert done.returncode == 0, done.stderr
    assert _told(tmp_path / "copied") == _told(tmp_path)
    assert len(_told(tmp_path)[1]) == len([file for file in tables._migrations() if file.stem != "__init__"])


@pytest.mark.deep
def test_a_copy_of_the_empty_database_is_what_the_migrations_make(tmp_path):
    kept = tmp_path / "kept"
    for name in ("migrated", "copied"):
        (tmp_path / name).mkdir()
        done = run(_MAKE, tmp_path / name, AMUR_TABLES=str(kept))
        assert done.returncode == 0, done.stderr
        assert len([*kept.iterdir()]) == 1
    assert _told(tmp_path / "copied") == _told(tmp_path / "migrated")
    assert len(_told(tmp_path / "copied")[0]) > 100


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "TABLES", tmp_path / "kept")
    return tables.kept()


def test_a_migration_that_was_edited_is_another_database(place, tmp_path, monkeypatch):
    edited = tmp_path / "0001_first.py"
    edited.write_text("one")
    monkeypatch.setattr(tables, "_migrations", lambda: iter([edited]))
    first = tables.kept()
    edited.write_text("two")
    assert len({place, first, tables.kept()}) == 3


def test_where_none_is_kept_nothing_is_laid(place, tmp_path):
    assert not tables.lay(tmp_path / "new.sqlite3")
    assert [*tmp_path.iterdir()] == []


def test_only_the_newest_is_kept_and_a_place_that_cannot_be_written_is_no_matter(place, tmp_path):
    source = tmp_path / "empty.sqlite3"
    source.write_bytes(b"tables")
    place.parent.mkdir()
    (place.parent / "tables-older.sqlite3").touch()
    tables.keep(source)
    assert [file.name for file in place.parent.iterdir()] == [place.name]
    assert tables.lay(tmp_path / "new.sqlite3")
    assert (tmp_path / "new.sqlite3").read_bytes() == b"tables"
    place.unlink()
    place.parent.rmdir()
    place.parent.write_text("a file stands where the folder should be")
    tables.keep(source)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["empty.sqlite3", "kept", "new.sqlite3"]
