"""What the command prints about packs and the policy's text."""

from __future__ import annotations

import json

import pytest

from amur.base.faults import Fault
from amur.config import checking, pack_verbs
from amur.config.terminal import CommandError
from amur.packs import reads
from amur.packs.throwaway import Result
from tests.config.conftest import ROOT

_LANTERN = ROOT / "packs" / "lantern"
_TEXT = "一、总体要求\n1.基本原则。坚持便民。\n2.目标。到明年建成。\n二、措施\n3.灯光。每盏灯登记。\n"


@pytest.fixture(autouse=True)
def _no_start(monkeypatch):
    monkeypatch.setenv("AMUR_PACK", str(_LANTERN))
    monkeypatch.delenv("AMUR_DATABASE_URL", raising=False)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")


def _result(*failures: str) -> Result:
    return Result("a_lamp_is_lit", ("1.1",), "lamp.example.yaml", failures)


def test_a_pack_without_faults_is_said_to_be_one(capsys):
    assert checking.run(_LANTERN, examples=False) == 0
    assert "no fault" in capsys.readouterr().out


def test_an_author_is_spoken_to_as_asked_as_the_terminal_says_or_as_the_pack_does(monkeypatch, capsys):
    for asked, terminal, said in (
        ("zh", "en_US", "没有发现问题"),
        ("", "zh_CN.UTF-8", "没有"),
        ("", "ru_RU", "no fault"),
    ):
        monkeypatch.setenv("LC_ALL", terminal)
        checking.run(_LANTERN, language=asked)
        assert said in capsys.readouterr().out
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "C.UTF-8")
    checking.run(_LANTERN)
    assert "没有发现问题" in capsys.readouterr().out
    with pytest.raises(CommandError, match="choose from zh, en"):
        checking.run(_LANTERN, language="fr")


def test_faults_and_examples_come_as_json_too(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(reads, "check", lambda _: [Fault("a.yaml", 3, "policy.body", "unknown body 'x'", "add it")])
    assert checking.run(tmp_path, as_json=True, language="zh") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == [
        {"id": "policy.body", "file": "a.yaml", "line": 3, "found": "单位“x”没有声明", "do": "请补上"}
    ]
    assert told["seconds"] >= 0
    monkeypatch.undo()
    monkeypatch.setattr(reads, "run_examples", lambda _: [_result("expected a, found b")])
    assert checking.run(_LANTERN, examples=True, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["examples"][0]["failures"] == ["expected a, found b"]


def test_all_faults_are_printed_as_editors_read_them(monkeypatch, capsys, tmp_path):
    found = [Fault("a.yaml", 3, "x.y", "found [this]", "do that"), Fault("b.yaml", 1, "x.z", "found", "do")]
    monkeypatch.setattr(reads, "check", lambda _: found)
    assert checking.run(tmp_path, examples=True) == 1
    caught = capsys.readouterr()
    assert f"{tmp_path}/a.yaml:3: [x.y] found [this]; do that" in caught.out
    assert "2 faults" in caught.err


@pytest.mark.parametrize(
    ("results", "code"), [([_result()], 0), ([_result(), _result("expected a, found b")], 1), ([], 1)]
)
def test_examples_are_counted_and_none_is_not_enough(monkeypatch, capsys, results, code):
    monkeypatch.setattr(reads, "run_examples", lambda _: results)
    assert checking.run(_LANTERN, examples=True) == code
    caught = capsys.readouterr()
    assert f"of {len(results)} examples passed" in caught.out
    assert ("expected a" in caught.err) == (len(results) == 2)
    assert "lamp_look: 0 of 4 states and 0 of 5 arrows walked; not broken" in caught.out


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(CommandError, match="name the folder of a pack"):
        checking.run(tmp_path / "nothing", examples=False)


@pytest.mark.django_db
def test_a_text_is_kept_once(tmp_path, capsys):
    file = tmp_path / "policy.txt"
    file.write_text(_TEXT, encoding="utf-8")
    pack_verbs.import_policy(file, dry_run=False, as_json=True)
    first = json.loads(capsys.readouterr().out)
    pack_verbs.import_policy(file, dry_run=False, as_json=False)
    assert first["new"] is True
    assert "imported before" in capsys.readouterr().out
    pack_verbs.import_policy(file, dry_run=True, as_json=False)
    assert "2 parts, 3 clauses" in capsys.readouterr().out
