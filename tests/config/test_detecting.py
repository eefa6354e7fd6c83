"""``amur detect`` and ``amur rules`` as a unit uses them: a folder of logs in, what was found out."""

from __future__ import annotations

import csv
import gzip
import importlib.util
import io
import json

import pytest
from typer.testing import CliRunner

from amur import cli

RULE = """
title: Somebody asks who they are
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b10
name: who
logsource: { product: windows, category: process_creation }
detection: { selection: { 'Image|endswith': \\whoami.exe }, condition: selection }
level: high
tags: [attack.discovery, attack.t1033]
---
title: Asked three times
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b11
correlation: { type: event_count, rules: [who], group-by: [User], timespan: 5m, condition: { gte: 3 }, generate: true }
level: critical
tags: [attack.discovery]
"""


def event(second, user="root", image="C:\\x\\whoami.exe"):
    said = {"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": image, "User": user}
    return json.dumps(said | {"UtcTime": f"2026-05-01 00:00:{second:02}.000", "Computer": "host-1"})


@pytest.fixture
def unit(tmp_path, monkeypatch):
    monkeypatch.setattr("amur.config.detect_verb.KEPT_IN", tmp_path / "kept")
    monkeypatch.setattr("amur.config.rules_verbs.KEPT_IN", tmp_path / "kept")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "who.yml").write_text(RULE, encoding="utf-8")
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.jsonl").write_text("\n".join([event(1), "{broken", event(2), event(3, image="C:\\cmd.exe")]), "utf-8")
    with gzip.open(logs / "b.jsonl.gz", "wt", encoding="utf-8") as packed:
        packed.write(event(4) + "\n")
    (logs / "empty.log").touch()
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(cli.app, [str(one) for one in arguments])


def detect(unit, *more):
    return run("detect", unit / "logs", "--rules", unit / "rules", "--workers", 1, *more)


def test_a_folder_of_logs_is_looked_through_and_the_exit_code_says_how_grave_it_is(unit):
    done = detect(unit)
    assert done.exit_code == 40
    assert "4 events in 3 files; 1 could not be read" in done.output
    assert "a.jsonl:2: not_json" in done.output
    assert "Somebody asks who they are" in done.output
    assert "Asked three times" in done.output


def test_each_hit_is_a_line_of_json(unit):
    done = detect(unit, "--json")
    hits = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(hit["title"], hit["position"]) for hit in hits] == [
        ("Somebody asks who they are", 1),
        ("Somebody asks who they are", 3),
        ("Somebody asks who they are", 1),
        ("Asked three times", 1),
    ]
    assert hits[0]["about"] == {"host.name": "host-1", "user.name": "root", "process.executable": "C:\\x\\whoami.exe"}
    assert json.loads(hits[0]["event"])["Image"] == "C:\\x\\whoami.exe"
    assert hits[3]["about"] == {"User": "root", "count": "3"}


def test_what_only_feeds_a_correlation_is_not_told_by_itself(unit):
    (unit / "rules" / "who.yml").write_text(RULE.replace(", generate: true", ""), encoding="utf-8")
    done = detect(unit, "--json")
    assert [json.loads(line)["title"] for line in done.stdout.splitlines() if line.startswith("{")] == [
        "Asked three times"
    ]


def test_each_hit_is_a_line_of_csv_that_no_spreadsheet_computes(unit):
    (unit / "logs" / "c.jsonl").write_text(event(5, user="=cmd()"), encoding="utf-8")
    done = detect(unit, "--csv")
    rows = list(csv.DictReader(io.StringIO("\n".join(done.stdout.splitlines()[:5]))))
    assert {row["level"] for row in rows} == {"high"}
    assert all(not cell.startswith("=") for row in rows for cell in row.values())


def test_what_happened_before_is_left_out(unit):
    done = detect(unit, "--json", "--since", "2026-05-01T00:00:03")
    assert [json.loads(line)["time"][17:19] for line in done.stdout.splitlines() if line.startswith("{")] == ["04"]


def test_indicators_are_matched_as_well(unit):
    (unit / "ioc.txt").write_text("evil.example\n", encoding="utf-8")
    said = {"EventID": 22, "Channel": "Microsoft-Windows-Sysmon/Operational", "QueryName": "www.evil.example"}
    (unit / "logs" / "d.jsonl").write_text(json.dumps(said), encoding="utf-8")
    done = detect(unit, "--json", "--ioc", unit / "ioc.txt")
    (hit,) = [json.loads(line) for line in done.stdout.splitlines() if "evil.example" in line]
    assert (hit["about"], hit["way"]) == ({"QueryName": "www.evil.example"}, "ioc")


def test_what_a_warning_list_speaks_of_is_left_out_and_counted(unit):
    (unit / "ioc.txt").write_text("evil.example\nnews.example\n", encoding="utf-8")
    (unit / "lists").mkdir()
    known = {"name": "Sites that everybody visits", "type": "hostname", "version": 1, "list": ["news.example"]}
    known |= {"description": "much visited", "matching_attributes": ["domain", "hostname"]}
    (unit / "lists" / "news.json").write_text(json.dumps(known), encoding="utf-8")
    event = {"EventID": 22, "Channel": "Microsoft-Windows-Sysmon/Operational"}
    lines = [json.dumps(event | {"QueryName": name}) for name in ("www.evil.example", "www.news.example")]
    (unit / "logs" / "d.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = detect(unit, "--ioc", unit / "ioc.txt", "--warning-lists", unit / "lists")
    assert "(Sites that everybody visits): 1" in done.output.replace("\n", " ")
    assert "evil.example" in done.output


def test_warning_lists_that_are_not_there_are_told(unit):
    assert "name some with --ioc" in str(detect(unit, "--warning-lists", unit).exception)
    (unit / "ioc.txt").write_text("evil.example\n", encoding="utf-8")
    there = importlib.util.find_spec("pymispwarninglists") is not None
    done = detect(unit, "--ioc", unit / "ioc.txt", "--warning-lists", "installed")
    assert there or "install pymispwarninglists" in str(done.exception)
    assert "no folder" in str(detect(unit, "--ioc", unit / "ioc.txt", "--warning-lists", unit / "gone").exception)


def test_nothing_found_is_told_and_the_exit_code_is_none(unit):
    (unit / "logs" / "a.jsonl").write_text(event(3, image="C:\\cmd.exe"), encoding="utf-8")
    (unit / "logs" / "b.jsonl.gz").unlink()
    done = detect(unit)
    assert (done.exit_code, "Nothing was found." in done.output) == (0, True)


def test_without_a_rule_it_says_what_to_name(unit):
    (unit / "rules" / "who.yml").unlink()
    done = detect(unit)
    assert done.exit_code == 1
    assert "there is no rule" in str(done.exception)


def test_rules_are_checked_and_each_that_cannot_be_used_is_named(unit):
    assert "1 rules and 1 correlations can be used." in run("rules", "check", "--rules", unit / "rules").output
    (unit / "rules" / "bad.yml").write_text("title: x\ndetection: [", encoding="utf-8")
    done = run("rules", "check", "--rules", unit / "rules", "--json")
    assert done.exit_code == 1
    assert [one["why"][:7] for one in json.loads(done.stdout)["unusable"]] == ["no YAML"]


def test_samples_beside_a_rule_are_tried(unit):
    good = {"fields": {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": "1", "Image": "\\whoami.exe"}}
    samples = unit / "rules" / "who.samples.yml"
    samples.write_text(json.dumps({"positive": [good], "negative": [good]}), encoding="utf-8")
    (unit / "rules" / "who.yml").write_text(RULE.split("---", maxsplit=1)[0], encoding="utf-8")
    done = run("rules", "test", "--rules", unit / "rules")
    assert done.exit_code == 1
    assert "negative 1: found" in done.output
    samples.write_text(json.dumps({"positive": [good], "negative": []}), encoding="utf-8")
    assert "1 samples of 1 rules; none went wrong." in run("rules", "test", "--rules", unit / "rules").output


def test_coverage_says_which_rules_are_blind_on_such_logs(unit):
    dns = RULE.split("---", maxsplit=1)[0].replace("process_creation", "dns_query").replace("d7b10", "d7b12")
    (unit / "rules" / "dns.yml").write_text(dns.replace("name: who", "name: dns"), encoding="utf-8")
    done = run("rules", "coverage", unit / "logs", "--rules", unit / "rules", "--json")
    assert [(one["why"], one["what"]) for one in json.loads(done.stdout)] == [("log", "windows/dns_query/")]


def test_why_a_rule_fired_is_told_test_by_test(unit):
    done = run("rules", "why", unit / "logs" / "a.jsonl", "who", "--rules", unit / "rules")
    assert "yes  Somebody asks who they are" in done.output
    assert r"Image like *\whoami.exe – found 'C:\\x\\whoami.exe'" in done.output
    other = run("rules", "why", unit / "logs" / "a.jsonl", "who", "--rules", unit / "rules", "--position", "3")
    assert "no   Somebody asks who they are" in other.output
    assert "there is none with the number 9" in str(
        run("rules", "why", unit / "logs" / "a.jsonl", "who", "--rules", unit / "rules", "--position", "9").exception
    )
