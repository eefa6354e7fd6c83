"""What ``amur detect`` writes beside tables: one form of lines, files that are whole, and an end in order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from amur.config import detect_outputs
from amur.config.detect_outputs import form_of
from amur.config.detect_verb import placeholders_of
from amur.config.terminal import CommandError
from tests.config.test_detecting import RULE, detect, event, unit

__all__ = ["unit"]


@pytest.mark.parametrize("forms", [("--json", "--csv"), ("--csv", "--ocsf"), ("--json", "--csv", "--ocsf")])
def test_forms_of_lines_exclude_each_other(unit, forms):
    done = detect(unit, *forms)
    assert done.exit_code == 1
    assert str(done.exception) == f"{' and '.join(forms)} exclude each other: choose one form of lines"
    assert done.stdout == ""


def test_one_form_or_none():
    assert (form_of(json=False, csv=True), form_of(json=False, csv=False)) == ("csv", "")


def test_a_placeholder_stands_for_each_of_its_values(unit):
    rule = RULE.split("---", maxsplit=1)[0].replace("'Image|endswith': \\whoami.exe", "'User|expand': '%admins%'")
    (unit / "rules" / "who.yml").write_text(rule, encoding="utf-8")
    (unit / "logs" / "c.jsonl").write_text(event(9, user="toor"), encoding="utf-8")
    assert "Nothing was found." in detect(unit).output
    told = ("--placeholder", "admins=toor", "--placeholder", "%admins%=nobody")
    done = detect(unit, "--json", *told)
    assert [json.loads(line)["about"]["user.name"] for line in done.stdout.splitlines()] == ["toor"]
    stream = detect(unit, "--json", *told, "--engine", "stream")
    assert stream.stdout == done.stdout


@pytest.mark.parametrize("wrong", ["admins", "=root", "admins=", "%%=root", ""])
def test_a_placeholder_of_a_wrong_form_is_told(wrong):
    with pytest.raises(CommandError, match=r"--placeholder: found '.*', wanted NAME=VALUE, such as"):
        placeholders_of(["good=1", wrong])


def test_a_value_may_hold_any_sign():
    assert placeholders_of(["a=b=c", "x= y", "a=d"]) == (("a", ("b=c", "d")), ("x", (" y",)))


def test_a_report_is_written_and_told_where_it_lies_beside_the_lines(unit):
    report = unit / "report.html"
    report.write_text("of yesterday", encoding="utf-8")
    done = detect(unit, "--json", "--report", report)
    assert f"The report is in {report}" in done.stderr.replace("\n", "")
    assert all(line.startswith("{") for line in done.stdout.splitlines())
    text = report.read_text("utf-8")
    assert "Somebody asks who they are" in text
    assert "a.jsonl" in text
    assert text.rstrip().endswith("</html>")
    assert oct(report.stat().st_mode & 0o777) == oct(0o666 & ~_umask())
    assert sorted(one.name for one in unit.iterdir()) == ["kept", "logs", "report.html", "rules"]


def _umask():
    found = os.umask(0)
    os.umask(found)
    return found


def test_each_hit_is_a_line_of_ocsf(unit):
    done = detect(unit, "--ocsf")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["finding_info"]["title"] for one in told] == ["Somebody asks who they are"] * 3 + ["Asked three times"]
    assert {one["class_uid"] for one in told} == {2004}
    assert done.exit_code == 40


def test_a_layer_of_the_navigator_is_written(unit):
    file = unit / "layer.json"
    done = detect(unit, "--csv", "--navigator", file)
    assert f"The layer of ATT&CK Navigator is in {file}" in done.stderr.replace("\n", "")
    techniques = json.loads(file.read_text("utf-8"))["techniques"]
    assert [(one["techniqueID"], one["score"]) for one in techniques] == [("T1033", 3)]


@pytest.mark.parametrize("option", ["--report", "--navigator"])
def test_a_file_that_is_a_folder_or_lies_in_none_is_refused_before_a_log_is_read(unit, option):
    (unit / "logs" / "a.jsonl").write_bytes(b"never read")
    done = detect(unit, option, unit / "logs")
    assert str(done.exception) == f"{option}: {unit / 'logs'} is a folder; name a file"
    done = detect(unit, option, unit / "none" / "report.html")
    assert str(done.exception) == f"{option}: there is no folder {unit / 'none'}; make it, or name another"
    assert done.output == ""


def test_a_report_that_cannot_be_made_leaves_the_one_of_before(unit, monkeypatch):
    def fails(*_, **__):
        raise OSError(28, "No space left on device", "report.html")

    monkeypatch.setattr(detect_outputs.os, "fsync", fails)
    report = unit / "report.html"
    report.write_text("of yesterday", encoding="utf-8")
    assert isinstance(detect(unit, "--report", report).exception, OSError)
    assert report.read_text("utf-8") == "of yesterday"
    assert sorted(one.name for one in unit.iterdir()) == ["kept", "logs", "report.html", "rules"]


def started(unit, *more):
    one = json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": "C:\\x\\whoami.exe"})
    (unit / "logs" / "many.jsonl").write_text("\n".join([one] * 300_000), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "amur", "detect", unit / "logs", "--rules", unit / "rules", *more]
    return subprocess.Popen(
        [*map(str, command), "--cache", str(unit / "kept")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_a_reader_that_leaves_ends_the_run_quietly(unit, workers):
    process = started(unit, "--json", "--workers", workers)
    assert process.stdout.readline().startswith("{")
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(30) == 141
    assert said == ""


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.deep), 2])
def test_ctrl_c_ends_the_run_with_a_sentence_and_leaves_no_file_by_half(unit, workers):
    report = unit / "report.html"
    process = started(unit, "--json", "--workers", workers, "--report", report)
    assert process.stdout.readline().startswith("{")
    os.killpg(process.pid, signal.SIGINT)  # a terminal tells every process of it
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said.startswith("Stopped after ")
    assert said.endswith("hits; no file was written.\n")
    assert sorted(one.name for one in unit.iterdir()) == ["kept", "logs", "rules"]
