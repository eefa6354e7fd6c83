"""What is done before serving: once, noted, and begun again when a first run was stopped half-way."""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.config import preparation
from amur.config.terminal import CommandError


@pytest.fixture
def done(monkeypatch, tmp_path) -> list[str]:
    """Replace each step by a note that it was done; the pack is a small one."""
    steps: list[str] = []
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "pack.yaml").write_text("id: small\n")
    monkeypatch.setenv("AMUR_PACK", str(pack))
    monkeypatch.delenv("AMUR_DATABASE_URL", raising=False)
    monkeypatch.setattr(preparation.frontend, "fetch", lambda: None)
    monkeypatch.setattr(preparation.catalogues, "compile_changed", list)
    monkeypatch.setattr(preparation, "is_unused", lambda: True)
    for name in ("start_django", "collect_static", "sync_pack", "play_demonstration", "migrate"):
        monkeypatch.setattr(preparation, name, lambda *_, name=name: steps.append(name))
    return steps


@pytest.fixture
def data(tmp_path, monkeypatch, done) -> Path:
    """Return a data folder in which the steps leave what they leave."""
    folder = tmp_path / "data"

    def migrate() -> None:
        done.append("migrate")
        (folder / "amur.sqlite3").touch()

    def collect() -> None:
        done.append("collect_static")
        (folder / "static").mkdir(exist_ok=True)
        (folder / "static" / "staticfiles.json").write_text("{}")

    monkeypatch.setattr(preparation, "migrate", migrate)
    monkeypatch.setattr(preparation, "collect_static", collect)
    return folder


_ALL = ["start_django", "migrate", "collect_static", "sync_pack", "play_demonstration"]


def test_a_first_start_does_everything_in_order_and_a_second_nothing(data, done):
    preparation.prepare(data, empty=False)
    assert done == _ALL
    done.clear()
    preparation.prepare(data, empty=False)
    assert done == []


def test_a_changed_pack_is_read_again(data, done, tmp_path):
    preparation.prepare(data, empty=False)
    done.clear()
    (tmp_path / "pack" / "pack.yaml").write_text("id: small\nversion: 2\n")
    preparation.prepare(data, empty=False)
    assert "sync_pack" in done


def test_a_lost_database_or_lost_static_files_are_made_again(data, done):
    preparation.prepare(data, empty=False)
    for lost in ("amur.sqlite3", "static/staticfiles.json"):
        (data / lost).unlink()
        done.clear()
        preparation.prepare(data, empty=False)
        assert "migrate" in done, lost


def test_a_first_run_that_was_stopped_begins_again(data, done, monkeypatch, capsys):
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preparation, "sync_pack", stop)
    with pytest.raises(KeyboardInterrupt):
        preparation.prepare(data, empty=False)
    (data / "amur.sqlite3").write_text("half")
    (data / "uploads").mkdir()
    monkeypatch.setattr(preparation, "sync_pack", lambda: done.append("sync_pack"))
    done.clear()
    preparation.prepare(data, empty=False)
    assert "begins again" in capsys.readouterr().out
    assert done == _ALL
    assert (data / "amur.sqlite3").read_text() == ""
    assert not (data / "uploads").exists()


def test_a_later_run_that_was_stopped_loses_nothing(data, done, monkeypatch):
    preparation.prepare(data, empty=False)
    (data / "amur.sqlite3").write_text("work of a year")
    (data / "prepared.json").unlink()
    preparation.prepare(data, empty=False)
    assert (data / "amur.sqlite3").read_text() == "work of a year"


def test_no_made_up_data_comes_into_an_installation_that_is_used(data, done, monkeypatch):
    monkeypatch.setattr(preparation, "is_unused", lambda: False)
    preparation.prepare(data, empty=False)
    assert "play_demonstration" not in done


def test_an_empty_start_stays_empty(data, done, tmp_path):
    preparation.prepare(data, empty=True)
    (tmp_path / "pack" / "more.yaml").touch()
    preparation.prepare(data, empty=False)
    assert "play_demonstration" not in done


def test_an_empty_start_in_a_folder_with_the_demonstration_is_refused(data, done):
    data.mkdir()
    (data / "demo-accounts.json").write_text('[{"username": "a", "password": "b", "title": "c"}]')
    with pytest.raises(CommandError, match="another folder"):
        preparation.prepare(data, empty=True)
    assert preparation.prepare(data, empty=False)[0].username == "a"


def test_a_damaged_note_is_no_note(data, done):
    preparation.prepare(data, empty=False)
    (data / "prepared.json").write_text("[")
    done.clear()
    preparation.prepare(data, empty=False)
    assert done == _ALL


@pytest.mark.parametrize("said", ["0", "101", "half", "-1", ""])
def test_a_part_of_the_year_that_cannot_be_is_said(monkeypatch, said):
    monkeypatch.setenv("AMUR_DEMO_PERCENT", said)
    with pytest.raises(CommandError, match="from 1 to 100"):
        preparation.play_demonstration()


def test_the_progress_of_the_year_is_shown(monkeypatch, capsys):
    from amur.packs import acts

    played = []
    monkeypatch.setenv("AMUR_DEMO_PERCENT", "7")
    monkeypatch.setattr(acts, "play_demonstration", lambda *, told, **options: (told(3, 9), played.append(options)))
    preparation.play_demonstration()
    assert played[0]["percent"] == 7
    assert "Playing the demonstration" in capsys.readouterr().out
