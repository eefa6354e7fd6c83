"""Rules of our own fire on logs as systems write them, by ``amur detect --unit``; and not on an ordinary day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from amur import cli
from tests.detection import device_logs, plain_logs
from tests.detection.plain_logs import (
    CONNECTION,
    GUESSED,
    HOME,
    INSIDE,
    LONG,
    OUTSIDE,
    PACKET,
    QUERY,
    TEXTS,
    UNIT,
    access,
    audit,
    execve,
    iso,
    lines,
    stamp,
    syslog,
    zeek,
)

FOUND = plain_logs.FOUND | device_logs.FOUND

ORDINARY = {
    "dns.log": zeek(
        "dns",
        QUERY,
        [
            *(
                (stamp(n), f"C{n}", INSIDE, 5000, "10.0.0.53", 53, f"www{n % 40}.example.com", "A", "NOERROR")
                for n in range(400)
            ),
            *(
                (stamp(n), f"T{n}", INSIDE, 5000, "10.0.0.53", 53, f"_dmarc.d{n}.example", "TXT", "NOERROR")
                for n in range(60)
            ),
        ],
    ),
    "access.log": access(
        [
            (HOME, "GET /index.html", 200),
            (HOME, "POST /form", 302),
            (INSIDE, "GET /actuator/env", 200),
            (OUTSIDE, "GET /uploads/a.php", 404),
            (OUTSIDE, "GET /../../etc/passwd", 400),
            (OUTSIDE, "GET /actuator/env", 401),
        ]
    ),
    "auth.log": syslog(
        "gate-1",
        "sshd",
        [
            *(f"Failed password for root from {OUTSIDE} port {n} ssh2" for n in range(10)),
            f"Accepted publickey for ann from {HOME} port 6000 ssh2: ED25519 SHA256:abc",
            f"Accepted password for root from {INSIDE} port 6000 ssh2",
        ],
    ),
    "client.log": syslog("pc-1", "openvpn", [f"[vpn.example] Peer Connection Initiated with [AF_INET]{OUTSIDE}:1194"]),
    "logins.log": lines(
        f"<189>{iso(0)} edge-1 : %SEC_LOGIN-5-LOGIN_SUCCESS: Login Success [user: admin] [Source: {HOME}]",
        f"<188>{iso(9)} edge-1 : %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: {OUTSIDE}] "
        "[localport: 22] [Reason: Login Authentication Failed]",
    ),
    "openvpn.log": syslog("vpn-1", "openvpn", [f"{HOME}:5 [ann] Peer Connection Initiated with [AF_INET]{HOME}:5"]),
    "kern.log": syslog("fw-1", "kernel", [f"[12.3] [UFW BLOCK] {PACKET}", "[12.4] usb 1-1: new device"]),
    "conn.log": zeek(
        "conn",
        CONNECTION,
        [
            (stamp(0), "C1", OUTSIDE, 4, "192.0.2.10", 22, "tcp", "S0"),
            (stamp(0), "C1", INSIDE, 4, "192.0.2.10", 22, "tcp", "SF"),
        ],
    ),
    "audit.log": lines(
        *execve(1, "/usr/bin/ls", "ls", "-l"),
        *execve(2, "/usr/sbin/zfs", "zfs", "list"),
        *audit(5, ("SYSCALL", 'arch=c000003e syscall=175 success=yes comm="kmod" exe="/usr/bin/kmod" key="m"')),
    ),
    "consoles.csv": lines(
        "time,console,user,role,address,outcome",
        f"{iso(0)},edge-2,ann,Super-Admin,{HOME},success",
        f"{iso(0)},edge-2,ann,Super-Admin,{OUTSIDE},failure",
    ),
    "bss.jsonl": lines(
        *(
            json.dumps(
                {
                    "time": iso(n),
                    "log": "bss-audit",
                    "operator": "svc-batch",
                    "customer": f"k{n % 3}",
                    "step": "换卡",
                    "outcome": "success",
                }
            )
            for n in range(6)
        )
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("plain")


def run(verb, logs, folder, *more):
    where = folder / "logs"
    where.mkdir(exist_ok=True)
    for file in where.iterdir():
        file.unlink()
    for name, content in logs.items():
        (where / name).write_text(content, encoding="utf-8")
    (folder / "unit.yaml").write_text(UNIT, encoding="utf-8")
    return CliRunner().invoke(cli.app, [*verb, str(where), *map(str, more)])


def detect(logs, folder, *more):
    kept = ("--cache", folder / "kept", "--workers", 1, "--json")
    done = run(["detect"], logs, folder, *kept, *more)
    assert done.exit_code in {0, 10, 20, 30, 40}, done.output
    found = {}
    for hit in map(json.loads, filter(lambda line: line.startswith("{"), done.output.splitlines())):
        if hit["level"] != "informational":
            found.setdefault(Path(hit["source"]).name, set()).add(hit["title"])
    return found


@pytest.fixture(scope="module")
def hits(folder):
    return detect({name: content for name, (content, _) in FOUND.items()}, folder, "--unit", folder / "unit.yaml")


@pytest.mark.parametrize("name", FOUND)
def test_what_stands_in_a_plain_log_is_found(hits, name):
    assert FOUND[name][1] - hits.get(name, set()) == set()


def test_nothing_is_found_on_an_ordinary_day(folder):
    assert detect(ORDINARY, folder, "--unit", folder / "unit.yaml") == {}


def one(*names):
    return {name: FOUND[name][0] for name in names}


def test_without_the_file_of_a_unit_a_tunnel_is_found_all_the_same_and_nothing_is_guessed_of_networks(folder):
    found = detect(one("dns.log", "auth.log"), folder)
    assert found["dns.log"] == {LONG, TEXTS}
    assert found["auth.log"] == {GUESSED, "Root logs in by password from another network"}


@pytest.mark.deep
def test_two_processes_find_what_one_does(folder, hits):
    logs = {name: content for name, (content, _) in FOUND.items()}
    assert detect(logs, folder, "--unit", folder / "unit.yaml", "--workers", 2) == hits


def blind(logs, folder, *more):
    done = run(["rules", "coverage"], logs, folder, "--json", *more)
    return {rule["title"]: (rule["why"], rule["what"]) for rule in json.loads(done.output)}


def test_coverage_counts_what_is_derived_as_there_and_says_what_a_unit_has_yet_to_say(folder):
    foreign = "Login over SSH from a foreign or hosted network"
    missing = blind(one("auth.log", "dns.log"), folder)
    assert "Text record queried that is not one of mail" not in missing
    assert missing["Tunnel of the unit opened from a foreign or hosted network"][0] == "log"
    missing = blind(one("auth.log"), folder)
    assert missing[foreign] == ("field", "src_zone")
    assert foreign not in blind(one("auth.log"), folder, "--unit", folder / "unit.yaml")


def test_why_a_rule_fired_is_told_with_what_was_derived(folder):
    run(["detect"], one("auth.log"), folder)
    file, rule = folder / "logs" / "auth.log", "Login over SSH from a foreign or hosted network"
    asked = ["rules", "why", str(file), rule, "--position", "26", "--unit", str(folder / "unit.yaml")]
    told = CliRunner().invoke(cli.app, asked).output
    assert "yes" in told.splitlines()[0]
    assert "'foreign'" in told


def test_a_file_of_a_unit_that_cannot_be_used_is_told_with_its_line(folder):
    (folder / "wrong.yaml").write_text("networks:\n  foreign: [nowhere]\n", encoding="utf-8")
    done = run(["detect"], one("auth.log"), folder, "--unit", folder / "wrong.yaml")
    assert done.exit_code == 1
    assert "wrong.yaml:2: found 'nowhere', which is no network" in str(done.exception or done.output)
