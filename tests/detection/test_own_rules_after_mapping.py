"""The mappings that pages show can be used as they stand, and feed rules of our own."""

from __future__ import annotations

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from amur import cli
from amur.detection import deriving
from tests.detection.plain_logs import iso, syslog

ROOT = Path(__file__).parents[2]
README = (ROOT / "src" / "amur" / "detection" / "own_rules" / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "explanation" / "detection.md").read_text(encoding="utf-8")
PGAUDIT, SIGNALLING = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)


def audited(account, words, program="psql", client="10.0.0.9"):
    return (
        f"[5-1] user={account},db=billing,app={program},client={client} LOG:  AUDIT: SESSION,1,1,{words},<not logged>"
    )


def asked(operation, origin, act="allow", home="home"):
    head = f"CEF:0|Acme|SigWall|1|7|{operation}|5|"
    return f"{head}rt={iso(0)} app=map act={act} shost={origin} duser=k1 cs1={home} deviceProcessName={operation}"


def detect(tmp_path, unit, content):
    (tmp_path / "unit.yaml").write_text(unit, encoding="utf-8")
    (tmp_path / "log").write_text(content, encoding="utf-8")
    options = ["--unit", tmp_path / "unit.yaml", "--cache", tmp_path / "kept", "--workers", 1, "--json"]
    done = CliRunner().invoke(cli.app, ["detect", str(tmp_path / "log"), *map(str, options)])
    assert done.exit_code in {0, 10, 20, 30, 40}, done.output
    told = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
    return {hit["title"] for hit in told if hit["level"] != "informational"}


def test_what_an_audit_of_postgresql_says_feeds_the_rules_of_databases(tmp_path):
    lines = [
        audited("ann", "DDL,DROP TABLE,TABLE,public.bills_history,drop table bills_history"),
        audited("ann", 'ROLE,ALTER ROLE,,,"alter role eve superuser"'),
        audited("ann", "MISC,SET,,,set pgaudit.log = none"),
        audited("ann", "READ,SELECT,TABLE,public.bills,copy bills to stdout", program="pg_dump"),
    ]
    assert detect(tmp_path, PGAUDIT, syslog("db-1", "postgres", lines)) == {
        "Kept copy or history table dropped",
        "Database account made superuser",
        "Audit trail of a database switched off",
        "Audit trail switched off and a superuser made in the same database",
        "Dump tool run against a database from an unusual place",
    }


def test_an_ordinary_day_of_postgresql_finds_nothing(tmp_path):
    lines = [
        audited("svc-migrate", "DDL,DROP TABLE,TABLE,public.bills_history,drop table bills_history"),
        audited("ann", "DDL,DROP TABLE,TABLE,public.tmp_x,drop table tmp_x"),
        audited("ann", 'ROLE,ALTER ROLE,,,"alter role eve nosuperuser"'),
        audited("ann", "MISC,SET,,,set statement_timeout = 0"),
        audited(
            "svc-dump", "READ,SELECT,TABLE,public.bills,copy bills to stdout", program="pg_dump", client="10.88.0.4"
        ),
        "checkpoint complete: wrote 5 buffers",
    ]
    assert detect(tmp_path, PGAUDIT, syslog("db-1", "postgres", lines)) == set()


def test_what_a_firewall_for_signalling_says_feeds_its_rules(tmp_path):
    found = "Location query from a foreign node let through"
    query = "anyTimeInterrogation"
    assert detect(tmp_path, SIGNALLING, asked(query, "44770001") + "\n") == {found}
    others = (asked(query, "99970001"), asked(query, "44770001", act="block"), asked(query, "44770001", home="guest"))
    assert detect(tmp_path, SIGNALLING, "\n".join(others) + "\n") == set()


def test_the_file_of_a_unit_on_the_page_can_be_used_once_its_place_is_said(tmp_path):
    [block] = [one for one in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "time_zone: Area/City" in one]
    (tmp_path / "unit.yaml").write_text(block.replace("Area/City", "Europe/Berlin"), encoding="utf-8")
    (tmp_path / "domestic.txt").write_text("192.0.2.0/24\n", encoding="utf-8")
    (tmp_path / "partners.txt").write_text("99971*\n", encoding="utf-8")
    said = deriving.load([tmp_path / "unit.yaml"])
    assert ("domestic", "192.0.2.0/24") in said.networks
    assert said.lists["node_zone"]["partner"] == ("99971*",)
