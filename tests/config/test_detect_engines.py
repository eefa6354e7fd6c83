"""``amur detect`` on a stream and on a cluster: the same as here, and a clear word about what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from amur.compute import spark
from amur.compute.stream.server import served
from amur.config import detect_engines, environment
from amur.config.detect_engines import Name, Where, Workers, job_of
from amur.config.terminal import CommandError
from tests.config.test_detecting import RULE, event, run, unit

__all__ = ["unit"]
COMMAND = [sys.executable, "-P", "-m", "amur"]


def lines(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def detect(unit, *more):
    return run("detect", unit / "logs", "--rules", unit / "rules", "--cache", unit / "kept", *more)


def started(unit, *more):
    command = [*COMMAND, "detect", unit / "logs", "--rules", unit / "rules", "--cache", unit / "kept", *more]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(list(map(str, command)), **pipes, text=True, start_new_session=True)


def test_a_stream_finds_what_is_found_here_hit_by_hit_in_the_same_order(unit):
    here = detect(unit, "--json", "--workers", 1)
    there = detect(unit, "--json", "--engine", "stream", "--workers", 1)
    assert (there.exit_code, there.stdout) == (here.exit_code, here.stdout) == (40, here.stdout)
    assert len(lines(here.stdout)) == 4
    assert "a.jsonl:2: not_json" in there.stderr


def test_further_workers_of_a_server_that_runs_do_the_work_and_take_changed_rules_up(unit, tmp_path):
    log = tmp_path / "worker.log"
    with served(tmp_path / "nats", secret="rose2") as url, log.open("w") as written:
        command = [*COMMAND, "detect-worker", "--job", "night", "--rules", unit / "rules", "--reload", "0.1"]
        worker = subprocess.Popen(
            [*map(str, command), "--cache", str(unit / "kept")],
            env={**os.environ, "AMUR_BROKER": url},
            stderr=written,
        )
        try:
            asked = ("--engine", "stream", "--broker", url, "--job", "night", "--workers", 0, "--json")
            done = detect(unit, *asked)
            assert len(lines(done.stdout)) == 4
            assert "no worker of its own; waiting for others" in done.stderr
            assert "rose2" not in done.stderr
            (unit / "rules" / "who.yml").write_text(RULE.replace("whoami.exe", "cmd.exe"), encoding="utf-8")
            deadline = time.monotonic() + 30
            while "taken up: 1 rules and 1 correlations" not in log.read_text() and time.monotonic() < deadline:
                time.sleep(0.05)
            done = detect(unit, *asked)
            assert [(hit["source"][-7:], hit["position"]) for hit in lines(done.stdout)] == [("a.jsonl", 4)]
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
        finally:
            worker.kill()
            worker.wait()


def test_what_a_worker_finds_by_a_rule_that_is_not_known_here_is_told(unit, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "who.yml").write_text(RULE.replace("d7b10", "d7b99"), encoding="utf-8")
    with served(tmp_path / "nats") as url:
        job = job_of("night", url)
        with Workers(job, ["--rules", str(tmp_path / "other"), "--cache", str(unit / "kept")], tmp_path) as workers:
            workers.add()
            done = detect(unit, "--engine", "stream", "--broker", url, "--job", "night", "--workers", 0)
    assert "a worker found the rule 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b99, which is not among" in done.stderr
    assert done.exit_code == 20


@pytest.mark.parametrize("sign", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.deep)])
def test_a_run_on_a_stream_that_is_stopped_ends_its_server_and_its_workers_and_writes_no_file(unit, sign):
    one = json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": "C:\\x\\whoami.exe"})
    (unit / "logs" / "many.jsonl").write_text("\n".join([one] * 400_000), encoding="utf-8")
    report = unit / "report.html"
    process = started(unit, "--engine", "stream", "--workers", 1, "--json", "--report", report)
    assert process.stdout.readline().startswith("{")
    children = [each for one in _below(process.pid) for each in (one, *_below(one))]
    assert len(children) >= 3
    if sign == signal.SIGINT:
        os.killpg(process.pid, sign)  # a terminal tells every process of it
    else:
        process.send_signal(sign)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped after" in said
    assert "Traceback" not in said
    assert not report.exists()
    assert not [one for one in children if Path("/proc", str(one)).exists()]


def test_workers_end_when_the_run_is_killed(unit, tmp_path):
    with served(tmp_path / "nats") as url:
        script = (
            "import sys, time; from pathlib import Path; from amur.config.detect_engines import Workers, job_of\n"
            "workers = Workers(job_of('night', sys.argv[1]), ['--rules', sys.argv[2]], Path(sys.argv[3]))\n"
            "print(workers.add().pid, flush=True); time.sleep(600)"
        )
        owner = subprocess.Popen(
            [sys.executable, "-c", script, url, str(unit / "rules"), str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        worker = int(owner.stdout.readline())
        deadline = time.monotonic() + 30
        while "working with" not in (tmp_path / "worker-0.log").read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        owner.kill()
        owner.communicate()
        while _runs(worker) and time.monotonic() < deadline + 30:
            time.sleep(0.05)
        assert not _runs(worker)


@pytest.mark.deep
def test_a_run_on_a_stream_that_is_killed_leaves_neither_its_server_nor_its_workers(unit):
    one = json.dumps({"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Image": "C:\\x\\whoami.exe"})
    (unit / "logs" / "many.jsonl").write_text("\n".join([one] * 400_000), encoding="utf-8")
    process = started(unit, "--engine", "stream", "--workers", 1, "--json")
    assert process.stdout.readline().startswith("{")
    children = [each for one in _below(process.pid) for each in (one, *_below(one))]
    assert any(b"nats-server" in Path("/proc", str(one), "cmdline").read_bytes() for one in children)
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 60
    while (left := [one for one in children if _runs(one)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def _runs(pid):
    """Say whether a process runs; one that has ended and waits to be buried has no command any more."""
    try:
        return bool(Path("/proc", str(pid), "cmdline").read_bytes())
    except FileNotFoundError:
        return False


def _below(pid):
    """Return the processes that a process has started."""
    return [int(one) for one in Path("/proc", str(pid), "task", str(pid), "children").read_text().split()]


def test_when_every_worker_has_ended_their_last_words_are_told(unit):
    done = detect(unit, "--engine", "stream", "--broker", "nats://127.0.0.1:1")
    assert done.exit_code == 1
    assert "no NATS server answers at nats://127.0.0.1:1" in str(done.exception)


def test_workers_that_cannot_begin_are_told_with_their_last_words(tmp_path):
    with (
        served(tmp_path / "nats") as url,
        Workers(job_of("night", url), ["--rules", str(tmp_path / "none")], tmp_path) as workers,
    ):
        workers.add().wait(60)
        with pytest.raises(CommandError, match=r"(?s)every worker has ended \(exit codes 1\); .*none is not there"):
            workers.check()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (Where(broker="nats://a"), "--broker belongs to --engine stream; this run has --engine local"),
        (Where(Name.SPARK, credentials="a"), "--credentials belongs to --engine stream; this run has --engine spark"),
        (Where(Name.STREAM, master="local"), "--master belongs to --engine spark; this run has --engine stream"),
    ],
)
def test_an_option_of_another_engine_is_refused(where, said):
    with pytest.raises(CommandError, match=said):
        where.check()


def test_a_worker_is_told_to_name_its_server(unit, monkeypatch):
    monkeypatch.delenv(detect_engines.BROKER, raising=False)
    done = run("detect-worker", "--rules", unit / "rules")
    assert "which server? Name it with --broker nats://HOST:4222 or the variable AMUR_BROKER" in str(done.exception)


def test_without_java_spark_says_what_to_install_before_anything_is_fetched(unit, tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(environment, "ensure", lambda groups: pytest.fail(f"{groups} were fetched"))
    done = detect(unit, "--engine", "spark")
    assert done.exit_code == 1
    assert "Spark needs Java 17 or later and there is none; install one" in str(done.exception)
    assert isinstance(done.exception, spark.SparkFailed)


def test_packages_that_cannot_be_fetched_are_told(unit, monkeypatch):
    def ensure(groups):
        raise environment.SetUpError(f"Installing {groups} failed: no network")

    monkeypatch.setattr(environment, "ensure", ensure)
    done = detect(unit, "--engine", "stream")
    assert "Installing ('scale',) failed: no network" in str(done.exception)


@pytest.mark.deep
def test_a_cluster_finds_what_is_found_here(unit):
    environment.ensure(("core", "analysis", "scale", "test", "spark"))
    here = detect(unit, "--json", "--workers", 1)
    there = detect(unit, "--json", "--engine", "spark", "--master", "local-cluster[2,1,1024]")
    assert there.exit_code == here.exit_code == 40
    assert sorted(map(str, lines(there.stdout))) == sorted(map(str, lines(here.stdout)))
    (unit / "logs" / "e.jsonl").write_text(event(9), encoding="utf-8")
    assert len(lines(detect(unit, "--json", "--engine", "spark", "--workers", 2).stdout)) == 5
