"""``amur dev``: what is saved is checked and shown; with a fault the last good edition goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amur import cli
from amur.config import developing, supervisor
from amur.policy import reads as released
from amur.web.developing import STATE

LANTERN = Path(__file__).parents[2] / "packs" / "lantern"
ROLES = "roles.yaml"


@pytest.fixture
def island(tmp_path: Path) -> Path:
    folder = tmp_path / "island"
    shutil.copytree(LANTERN, folder)
    return folder


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.django_db
def test_a_good_pack_becomes_the_one_that_runs_and_a_faulty_one_is_told_only(island, tmp_path, capsys):
    def told() -> dict:
        return json.loads((tmp_path / STATE).read_text(encoding="utf-8"))

    developing.look(island, tmp_path, "en")
    first = released.active_release().hash
    assert told() == {"release": first, "faults": []}
    assert "Shown after" in capsys.readouterr().out
    developing.look(island, tmp_path, "en")
    assert capsys.readouterr().out == ""
    change(island / ROLES, "id: watcher", "id: watchers")
    developing.look(island, tmp_path, "zh")
    assert "角色“watcher”没有声明" in capsys.readouterr().out
    assert told()["release"] == released.active_release().hash == first
    assert told()["faults"]
    change(island / ROLES, "id: watchers", "id: watcher")
    change(island / "pack.yaml", "version: 0.", "version: 9.")
    developing.look(island, tmp_path, "zh")
    assert told() == {"release": released.active_release().hash, "faults": []}
    assert released.active_release().hash != first


def test_a_site_needs_one_good_edition_to_begin_with(island, monkeypatch, capsys):
    def saves(_: Path):
        change(island / ROLES, "id: watcher", "id: watchers")
        yield
        change(island / ROLES, "id: watchers", "id: watcher")
        yield
        pytest.fail("it waits although the pack is good")

    monkeypatch.setattr(developing, "_saves", saves)
    developing.wait_until_good(island, "en")
    assert "unknown role 'watcher'" in (said := capsys.readouterr().out)
    assert "Waiting until" in said


def test_the_site_of_a_pack_that_is_written_has_a_folder_of_its_own_and_a_watcher(island, tmp_path, monkeypatch):
    kept = {}

    def up(address, data, *, empty, beside):
        kept.update(url=address.url, data=data, beside=beside, pack=os.environ["AMUR_PACK"])
        return 0

    monkeypatch.setattr(supervisor, "up", up)
    monkeypatch.setenv("AMUR_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("AMUR_PACK", "")
    monkeypatch.setenv(developing.SWITCH, "")
    assert CliRunner().invoke(cli.app, ["dev", str(island), "--language", "zh"]).exit_code == 0
    assert kept["data"] == tmp_path / "var" / "dev" / "island"
    assert kept["pack"] == str(island)
    assert kept["beside"] == (("watcher", ["amur.config.developing", str(island), str(kept["data"]), "zh"]),)


def test_a_save_is_heard_within_a_second(tmp_path):
    heard = developing._saves(tmp_path)
    next(heard)
    began = time.monotonic()
    program = "import sys, time, pathlib; time.sleep(.3); pathlib.Path(sys.argv[1]).write_text('a')"
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "a.yaml")]):
        next(heard)
    heard.close()
    assert time.monotonic() - began < 2


@pytest.mark.deep
def test_a_browser_shows_a_saved_change_by_itself_and_what_is_wrong_with_it(island, tmp_path):
    from playwright.sync_api import sync_playwright

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "amur", "dev", str(island), "--port", str(port), "--data", str(tmp_path / "data")]
    file = island / "01-lamps" / "lamp_registration.procedure.yaml"
    with subprocess.Popen(command, env={**os.environ, "AMUR_DATABASE_URL": ""}) as site, sync_playwright() as browsers:
        try:
            for _ in range(480):
                if supervisor.is_well(supervisor.Address("localhost", port)):
                    break
                time.sleep(0.5)
            browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page()
            page.goto(f"http://localhost:{port}/services/lamp_registration/")
            page.wait_for_timeout(3_000)
            began = time.monotonic()
            change(file, "点一盏新灯之前", "点第二盏灯之前")
            page.get_by_text("点第二盏灯之前").first.wait_for(timeout=10_000)
            assert time.monotonic() - began < 2
            change(file, "to: registered\n", "to: registred\n")
            page.locator(".amur-dev li").first.wait_for(timeout=10_000)
            assert "registred" in page.locator(".amur-dev").inner_text()
            assert page.get_by_text("点第二盏灯之前").first.is_visible()
            change(file, "to: registred\n", "to: registered\n")
            page.locator(".amur-dev").wait_for(state="hidden", timeout=10_000)
            browser.close()
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(60)
