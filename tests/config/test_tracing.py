"""The trace as the command prints and writes it, and as the gate holds it."""

from __future__ import annotations

import json
import re
import shutil

import pytest
import typer

from amur.base.acting import system
from amur.config import traces, tracing_verb
from amur.config.terminal import CommandError
from amur.packs import acts, reads
from amur.packs.throwaway import Result
from amur.policy import reads as policy
from amur.web import clock
from tests.config.conftest import ROOT


@pytest.fixture
def island(tmp_path, monkeypatch):
    """Return a copy of the imaginary pack, whose examples all pass unless a test says otherwise."""
    folder = tmp_path / "packs" / "island"
    shutil.copytree(ROOT / "packs" / "lantern", folder)
    monkeypatch.setenv("AMUR_PACK", str(folder))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setattr("amur.config.preparation.start_django", lambda _: None)
    names = reads.load(folder).ids("example")
    monkeypatch.setattr(reads, "run_examples", lambda _: [Result(name, (), "f", ()) for name in names])
    return folder


def trace(**options) -> int:
    """Call the verb and return its exit code."""
    with pytest.raises(typer.Exit) as ended:
        tracing_verb.trace(**options)
    return ended.value.exit_code


def test_the_trace_is_a_table_or_data(island, capsys):
    assert trace(as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"commitments", "counts", "gaps"}
    assert set(told["commitments"][0]) == {"id", "clause", "target", "verdict", "carriers", "examples"}
    assert trace() == 0
    said = capsys.readouterr().out
    assert told["commitments"][0]["id"] in said
    assert "with --run only what passes counts" in said
    assert trace(run=True, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"total": 5, "assisted": 1, "automated": 3, "no_duty": 1}


@pytest.mark.parametrize("words", [("zh", "计划中", "Carried"), ("en", "Lamps", "已落实")])
def test_the_page_stands_alone_in_either_language(island, tmp_path, capsys, words):
    language, word, other = words
    file = tmp_path / "trace.html"
    (island / "policy.yaml").write_text(
        (island / "policy.yaml").read_text(encoding="utf-8").replace("verdict: no_duty", "verdict: planned"), "utf-8"
    )
    assert trace(html=file, language=language) == 0
    page = file.read_text(encoding="utf-8")
    assert word in page
    assert other not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert "@media print" in page
    assert "5 commitments" in capsys.readouterr().out


def test_a_pack_without_a_policy_has_no_page(island, tmp_path):
    (island / "policy.yaml").unlink()
    with pytest.raises(CommandError, match="no policy"):
        tracing_verb.trace(html=tmp_path / "trace.html")
    assert traces.write(island) == []


def test_what_was_closed_and_fails_ends_with_an_error_that_names_it(island, capsys, monkeypatch):
    monkeypatch.setattr(reads, "run_examples", lambda _: [Result("houses", (), "f", ("x",))])
    assert trace(run=True) == 1
    assert "1.1 is open again: its example 'houses'" in capsys.readouterr().err


@pytest.mark.django_db
def test_an_installation_keeps_a_run_of_the_pack_that_it_runs_and_of_no_other(island, tmp_path, capsys):
    acts.sync(island, by=system("tests"), now=clock.now())
    release = policy.active_release()
    assert trace(as_json=True, data=tmp_path) == 0
    assert "keeps this run" in capsys.readouterr().err
    played = policy.played(release)
    assert {one.passed for one in played.values()} == {True}
    page = island / "policy.yaml"
    page.write_text(page.read_text(encoding="utf-8").replace("Quiet nights", "Dark nights"), encoding="utf-8")
    trace(as_json=True, data=tmp_path)
    assert "another state of this pack" in capsys.readouterr().err
    assert policy.played(release) == played


def test_an_earlier_trace_is_held_against_this_one(island, tmp_path, capsys):
    earlier = tmp_path / "earlier.json"
    trace(run=True, as_json=True)
    earlier.write_text(capsys.readouterr().out, encoding="utf-8")
    assert trace(as_json=True, against=earlier) == 0
    for file in island.glob("**/night_look.*.yaml"):
        file.unlink()
    assert trace(as_json=True, against=earlier) == 1
    assert "1.3 was automated (proved by night_look) and is gap now" in capsys.readouterr().err
    assert trace(run=True, language="zh") == 1
    assert "1.3又成了空缺" in capsys.readouterr().err
    for wrong in ("[]", '{"commitments": [{}]}', "no json"):
        earlier.write_text(wrong, encoding="utf-8")
        with pytest.raises(CommandError, match="no trace"):
            tracing_verb.trace(against=earlier)
    with pytest.raises(CommandError, match="no folder"):
        tracing_verb.trace(pack=tmp_path / "nothing")


def test_the_files_beside_a_pack_are_written_once_and_held_by_the_gate(island, capsys):
    assert traces.hold(island.parent)
    (island / "TRACE.md").write_text("old", encoding="utf-8")
    (island / "closed.yaml").unlink()
    assert not traces.hold(island.parent)
    assert "island/TRACE.md is not what the pack says now; run ./amur docs" in capsys.readouterr().err
    assert trace(keep=True) == 0
    assert traces.write_all(island.parent) == []
    for file in island.glob("**/night_look.*.yaml"):
        file.unlink()
    assert not traces.hold(island.parent)
    assert "1.3 is a gap again" in capsys.readouterr().err


def test_the_committed_traces_are_those_of_the_packs():
    assert traces.hold(ROOT / "packs"), "run ./amur docs"
