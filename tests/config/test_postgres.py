"""The throw-away PostgreSQL of the test run."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from amur.config import postgres
from amur.config.terminal import CommandError


def test_a_server_of_somebody_else_may_be_named(monkeypatch):
    monkeypatch.setenv("AMUR_TEST_DATABASE_URL", "postgresql://a/b")
    with postgres.throw_away() as url:
        assert url == "postgresql://a/b"


@pytest.mark.parametrize("packaged", [False, True], ids=["the machine's", "the package's"])
def test_it_serves_and_is_gone(monkeypatch, packaged, tmp_path):
    monkeypatch.delenv("AMUR_TEST_DATABASE_URL", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if packaged:
        monkeypatch.setattr(postgres, "_programs", lambda: None)
    elif postgres._programs() is None:
        pytest.skip("no PostgreSQL on this machine")
    with postgres.throw_away() as url:
        folder = Path(url.partition("host=")[2].replace("%2F", "/"))
        assert folder.exists()
        with psycopg.connect(url) as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert not folder.exists()


def test_without_any_it_says_what_to_install(monkeypatch):
    monkeypatch.delenv("AMUR_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_programs", lambda: None)
    monkeypatch.setattr(postgres, "find_spec", lambda name: None)
    with pytest.raises(CommandError, match="install the package postgresql"), postgres.throw_away():
        pass


def test_a_program_that_fails_says_what_it_said():
    with pytest.raises(CommandError, match="failed"):
        postgres._run(["sh", "-c", "echo no; exit 3"])
