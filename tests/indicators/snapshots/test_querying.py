from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import duckdb
import pytest

from amur.base.datasets import Shape, dataset
from amur.base.declared import Text
from amur.base.faults import Refused
from amur.base.fields.column import DATE, INTEGER, TEXT
from amur.indicators.engine import Statement
from amur.indicators.snapshots import Folder, Head, Limits, Manifest, Session, Stored, querying
from tests.indicators.engine.test_statements import HOSTILE

SHAPE = Shape(
    "lamps",
    Text(zh="灯", en="Lamps"),
    {"number": TEXT, "watts": INTEGER, "begins_on": DATE},
    ("number",),
    "public",
    order=("begins_on", "_index"),
    begins="begins_on",
)
ROWS = [
    (0, "s:1", {"number": "1", "watts": 10, "begins_on": date(2026, 1, 1)}),
    (1, "s:1", {"number": "1", "watts": 20, "begins_on": date(2026, 2, 1)}),
    (2, "s:2", {"number": "2", "watts": 5, "begins_on": date(2026, 2, 1)}),
    (3, "s:1", {"number": "1", "watts": 15, "begins_on": date(2026, 1, 1)}),
    (4, "s:2", {"number": "2", "watts": 99, "begins_on": date(2026, 9, 1)}),
]


@pytest.fixture
def session(tmp_path: Path):
    """Return a function that opens a snapshot of the lamps."""
    folder = Folder(tmp_path / "it's here")
    given = dataset(SHAPE, lambda after, up_to: (row for row in ROWS if after < row[0] <= up_to))
    parts = tuple(
        folder.write_part("lamps", after, up_to, given.schema, given.batches(after, up_to))
        for after, up_to in ((-1, 2), (2, 4))
    )
    manifest = Manifest(Head(5, "00", "2026-03-01T00:00:00Z"), {"lamps": Stored("public", "f", "", parts)})
    folder.replace_manifest(manifest)

    def opened(on: date = date(2026, 3, 1), **options) -> Session:
        return Session(folder, manifest, on, **options)

    return opened


def ask(session: Session, sql: str):
    rows = session.rows(Statement(sql, frozenset({"lamps"})), {"lamps": SHAPE})
    return [tuple(row.values()) for row in rows]


def test_the_version_that_stands_is_the_last_that_has_begun(session):
    sql = "select number, watts from lamps order by number"
    assert ask(session(), sql) == [("1", 20), ("2", 5)]
    assert ask(session(date(2026, 1, 15)), sql) == [("1", 15)]
    assert ask(session(date(2026, 9, 1)), sql) == [("1", 20), ("2", 99)]


def test_an_earlier_index_shows_what_was_known_then(session):
    assert ask(session(date(2026, 1, 15), index=0), "select watts from lamps") == [(10,)]
    assert ask(session(index=1), "select count(*) from lamps__versions") == [(2,)]
    assert ask(session(), "select count(*) from lamps__versions") == [(5,)]


def test_the_day_of_the_snapshot_can_be_asked_for(session):
    assert ask(session(), "select taken_on from snapshot") == [(date(2026, 3, 1),)]


def test_a_dataset_without_rows_has_its_columns(tmp_path: Path):
    manifest = Manifest(Head(1, "00", "2026-03-01T00:00:00Z"), {"lamps": Stored("public", "f", "")})
    empty = Session(Folder(tmp_path), manifest, date(2026, 3, 1))
    assert ask(empty, "select count(*), sum(watts), max(begins_on) from lamps") == [(0, None, None)]


@pytest.mark.parametrize(
    "sql",
    [
        *(sql for sql in HOSTILE if any(word in sql for word in ("/etc", "/tmp", "glob", "httpfs", "threads ="))),
        "select * from read_parquet('/etc/passwd')",
        "set enable_external_access = true",
        "set allowed_paths = ['/']",
        "set lock_configuration = false",
        "select * from duckdb.nothing",
    ],
)
def test_what_the_reader_of_sql_let_through_would_fail_here(session, sql):
    """The second lock: even a statement that nobody looked at reaches no file and no setting."""
    with pytest.raises(Refused):
        ask(session(), sql)
    assert not Path("/tmp/stolen").exists()


def test_nothing_of_python_is_a_table(session):
    local = [1, 2, 3]
    with pytest.raises(Refused):
        ask(session(), "select * from local")
    assert local


def test_a_query_that_takes_too_long_is_stopped(session):
    endless = "select count(*) from range(10000000000) a, range(10000000000) b"
    begun = time.monotonic()
    with pytest.raises(Refused) as raised:
        ask(session(limits=Limits(seconds=0.3)), endless)
    assert raised.value.code == "query_failed"
    assert time.monotonic() - begun < 20


def test_a_query_that_takes_too_much_memory_is_stopped(session):
    huge = "select count(*) from (select distinct a.range * 1000003 + b.range from range(20000) a, range(2000) b)"
    with pytest.raises(Refused, match=r"[Mm]emory"):
        ask(session(limits=Limits(memory_mb=50, seconds=60)), huge)


def test_a_query_that_gives_too_many_rows_is_refused(session, monkeypatch):
    monkeypatch.setattr(querying, "MOST_ROWS", 2)
    with pytest.raises(Refused) as raised:
        ask(session(), "select watts from lamps__versions")
    assert raised.value.code == "query_too_wide"


def test_the_limits_are_those_of_the_connection(session):
    with session(limits=Limits(memory_mb=100, threads=1))._connected(["lamps"], {"lamps": SHAPE}) as connection:
        assert connection.execute("select current_setting('threads')").fetchone() == (1,)
        with pytest.raises(duckdb.Error):
            connection.execute("set memory_limit = '10GB'")
