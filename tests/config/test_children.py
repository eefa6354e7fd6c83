"""Kept processes: when they are started again, and when it is enough."""

from __future__ import annotations

import os
import sys
import time

import pytest

from amur.config.children import Child, ChildGivesUpError, end_all


def _child(code: str) -> Child:
    return Child("stand-in", [sys.executable, "-c", code], dict(os.environ))


def _wait_until_dead(child: Child) -> None:
    assert child.process is not None
    child.process.wait(10)


def test_the_pauses_grow_and_after_five_deaths_it_is_enough():
    child, now, pauses = _child("import sys; sys.exit(3)"), 1000.0, []
    child.start()
    for _ in range(4):
        _wait_until_dead(child)
        said = child.watch(now)
        pauses.append(said.rpartition(" in ")[2])
        assert child.watch(now) == ""
        assert child.process is None
        now += 20
        child.watch(now)
    assert pauses == ["1 s.", "2 s.", "4 s.", "8 s."]
    _wait_until_dead(child)
    with pytest.raises(ChildGivesUpError, match=r"died 5 times .*exit code 3"):
        child.watch(now)


def test_deaths_of_long_ago_do_not_count():
    child, now = _child("pass"), 1000.0
    for _ in range(8):
        child.start()
        _wait_until_dead(child)
        assert child.watch(now).endswith("again in 1 s.")
        now += 500


def test_one_that_had_worked_and_was_killed_is_started_again_at_once_however_often(monkeypatch):
    monkeypatch.setattr("amur.config.children._WORKED_SECONDS", 0.0)
    child = _child("import time; time.sleep(60)")
    child.start()
    for _ in range(8):
        before = child.process
        assert before is not None
        before.kill()
        _wait_until_dead(child)
        assert child.watch().endswith("; it was started again.")
        assert child.process is not before
    end_all([child])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shares processors between sessions first")
def test_a_patient_child_gives_way_and_another_does_not(tmp_path):
    told = "import os, sys; open(sys.argv[1], 'w').write(str(os.nice(0)) + ' ' + open('/proc/self/autogroup').read())"
    nice = []
    for patient in (False, True):
        file = tmp_path / str(patient)
        child = Child("stand-in", [sys.executable, "-c", told, str(file)], dict(os.environ), patient=patient)
        child.start()
        _wait_until_dead(child)
        nice.append(file.read_text().split())
    assert int(nice[1][0]) == int(nice[0][0]) + 10
    assert nice[1][-1] == "10"
    assert nice[0][-1] != "10"


def test_a_child_that_does_not_end_is_killed():
    child = _child(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    )
    child.start()
    time.sleep(0.5)
    started = time.monotonic()
    end_all([child], grace=0.5)
    assert not child.is_running
    assert time.monotonic() - started < 5


def test_ending_what_never_began_does_nothing():
    end_all([_child("pass")])
