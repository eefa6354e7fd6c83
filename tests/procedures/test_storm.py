from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

PROGRAM = Path(__file__).with_name("storm.py")
WORKING = Path(__file__).resolve().parents[2] / "benches" / "working" / "bench.py"


@pytest.fixture
def database(db) -> Iterator[str]:
    """Return the address of an empty database of the same kind as the configured one; empty for SQLite."""
    configured = os.environ.get("AMUR_DATABASE_URL", "")
    if connection.vendor != "postgresql":
        yield ""
        return
    name = f"amur_storm_{os.getpid()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield urlunsplit(urlsplit(configured)._replace(path=f"/{name}"))
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def outcome_of(database: str, program: Path, *more: str, **options: int) -> dict[str, object]:
    command = [sys.executable, str(program), *more, *(f"--{name}={value}" for name, value in options.items())]
    environment = {**os.environ, "AMUR_DATABASE_URL": database}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1_200, check=False)
    assert done.stdout, done.stderr[-3_000:]
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(
    ("clients", "kills"),
    [
        # In the gate, tests that kill between any two statements and one that kills the server stand for it.
        pytest.param(6, 2, marks=pytest.mark.deep, id="6 people, 2 kills"),
        pytest.param(200, 50, marks=pytest.mark.deep, id="200 people, 50 kills"),
    ],
)
def test_killed_again_and_again_the_server_loses_no_receipt_that_it_gave(database, clients, kills):
    result = outcome_of(database, PROGRAM, clients=clients, kills=kills)
    assert result["wrong"] == []
    assert result["kills"] == kills
    assert result["acknowledged"] >= clients
    assert result["cases"] >= result["acknowledged"]
    assert result["retries"] > 0, "the kills were felt"


@pytest.mark.deep
def test_officers_and_applicants_at_work_lose_and_double_nothing_while_processes_are_killed(database):
    """No time is asserted here: how long an act takes is what the bench tells on a machine that does nothing else."""
    is_many = connection.vendor == "postgresql"  # one process writes to SQLite, and fewer people use it
    crowd = {"officers": 50, "applicants": 200, "seconds": 120} if is_many else {"officers": 6, "applicants": 12}
    wanted = 500 if is_many else 50
    result = outcome_of(database, WORKING, "--json", f"--database={database}", acts=wanted, **crowd)
    assert result["wrong"] == []
    assert result["officers_acts"] >= wanted
    assert result["submissions"] >= crowd["applicants"] / 2
    assert sum(result["kills"].values()) >= 8
