"""The tutorial is true: its files and commands are taken from its pages and done, as a newcomer would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amur import cli
from amur.packs import reads

ROOT = Path(__file__).parents[2]
PAGES = {"en": ROOT / "docs" / "tutorial" / "README.md", "zh": ROOT / "docs" / "tutorial" / "README.zh-CN.md"}
BLOCK = re.compile(r"^```(?P<kind>\w+)(?: (?P<more>[^\n]+))?\n(?P<text>.*?)\n```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"<http://localhost:8123(/[^>]*)>")
PACK = "packs/reedmouth"


@dataclass(frozen=True, slots=True)
class Block:
    """A grey box: a file to write, commands to type, or a command that serves until it is stopped."""

    file: str
    text: str
    serves: bool = False


def blocks(language: str) -> list[Block]:
    found = []
    for box in BLOCK.finditer(PAGES[language].read_text(encoding="utf-8")):
        more = box["more"] or ""
        assert more.startswith("file=") or box["kind"] == "sh", box[0]
        found.append(Block(more.removeprefix("file=") if "file=" in more else "", box["text"], more == "serve"))
    return found


def write(folder: Path, block: Block) -> None:
    path = folder / block.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text + "\n", encoding="utf-8")


def test_both_languages_have_the_same_files_and_commands():
    english, chinese = blocks("en"), blocks("zh")
    assert english == chinese
    assert len(english) > 20
    assert sum(block.serves for block in english) == 1


def test_the_pack_of_the_tutorial_is_written_step_by_step_and_has_no_fault_on_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    checked = 0
    for block in blocks("en"):
        if block.file:
            write(tmp_path, block)
            continue
        for line in block.text.splitlines():
            words = shlex.split(line)
            if block.serves or "--examples" in words or "--run" in words or "--data" in words:
                continue
            assert words[0] == "./amur"
            result = CliRunner().invoke(cli.app, words[1:])
            assert result.exit_code == 0, f"{line}\n{result.output}"
            checked += words[1] == "check"
    assert checked == 2
    assert reads.check(tmp_path / PACK) == []


@contextmanager
def serving(command: str, folder: Path, environment: dict[str, str]) -> Iterator[None]:
    variable, _, verb = command.partition(" ")
    name, _, value = variable.partition("=")
    with subprocess.Popen(shlex.split(verb), cwd=folder, env={**environment, name: value}) as server:
        try:
            for _ in range(600):
                assert server.poll() is None, "the server ended before it answered"
                if answers():
                    break
                time.sleep(0.5)
            yield
        finally:
            server.terminate()
            server.wait(60)


def answers() -> bool:
    try:
        urllib.request.urlopen("http://localhost:8123/", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.deep
def test_a_newcomer_has_a_running_service_register_and_indicator(tmp_path):
    amur = tmp_path / "amur"
    amur.write_text(f'#!/bin/sh\nexec {sys.executable} -m amur "$@"\n', encoding="utf-8")
    amur.chmod(0o755)
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "AMUR_DATABASE_URL": ""}
    todo, said = blocks("zh"), ""
    serve = next(place for place, block in enumerate(todo) if block.serves)

    def do(block: Block) -> str:
        if block.file:
            write(tmp_path, block)
            return ""
        done = subprocess.run(
            ["bash", "-ec", block.text], check=False, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{block.text}\n{done.stdout}{done.stderr}"
        return done.stdout

    for block in todo[:serve]:
        said += do(block)
    assert "2 parts, 3 clauses, 4 paragraphs" in said
    assert "3 of 3 examples passed" in said
    with serving(todo[serve].text, tmp_path, environment):
        for block in todo[serve + 1 :]:
            said += do(block)
        for language, titles in (("en", _ENGLISH), ("zh", _CHINESE)):
            for address, title in zip(
                ADDRESS.findall(PAGES[language].read_text(encoding="utf-8")), titles, strict=True
            ):
                page = urllib.request.urlopen(f"http://localhost:8123{address}", timeout=30).read().decode()
                assert title in page, address


_ENGLISH = ("Registration of a hive", "R-1", "Hives in town", "Hives are registered", "Sign in")
_CHINESE = ("蜂箱登记", "R-1", "镇里有多少箱蜂", "登记蜂箱", "登录")
