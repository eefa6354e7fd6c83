"""A worker takes changed rules up while it runs, and no fault in a file leaves it without rules."""

from __future__ import annotations

import gc
import pickle
import threading
import time

import pytest

from amur.base.faults import AmurError
from amur.detection.events import batch_of
from amur.detection.reloading import Reloading, Watched, watching

RULE = """
title: Rule {name}
id: 3f0c0a52-5f0e-4a86-8d0c-6a1f4a2d7b2{name}
logsource: {{ product: own }}
detection: {{ selection: {{ outcome: {value} }}, condition: selection }}
level: low
"""
EVENTS = batch_of([{"outcome": "failed"}, {"outcome": "odd"}, {"outcome": "other"}], kind="own//")


def write(folder, name, value):
    (folder / f"{name}.yml").write_text(RULE.format(name=name, value=value), encoding="utf-8")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, "1", "failed")
    return folder


@pytest.fixture
def worker(folder, tmp_path):
    made = Reloading(Watched((folder,), tmp_path / "kept", every_seconds=3600))
    yield made
    made.close()


def found(worker):
    """Return the last letter of each rule found, and the number of the event."""
    hits = worker(EVENTS)
    return [(rule[-1], at) for rule, at in zip(hits["rule"].to_pylist(), hits["position"].to_pylist(), strict=True)]


def look(worker, times=2):
    for _ in range(times):
        worker.look()


def test_a_changed_rule_a_new_one_and_a_removed_one_are_taken_up(folder, worker):
    assert found(worker) == [("1", 1)]
    write(folder, "1", "odd")
    write(folder, "2", "other")
    look(worker)
    assert found(worker) == [("1", 2), ("2", 3)]
    (folder / "1.yml").unlink()
    look(worker)
    assert (found(worker), worker.told) == ([("2", 3)], "")


def test_what_changes_from_one_look_to_the_next_is_still_being_written(folder, worker):
    write(folder, "1", "odd")
    worker.look()
    assert found(worker) == [("1", 1)]
    write(folder, "2", "other")
    worker.look()
    assert found(worker) == [("1", 1)]
    worker.look()
    assert found(worker) == [("1", 2), ("2", 3)]


@pytest.mark.parametrize("cut", [0.3, 0.55, 0.8, 0.95])
def test_a_half_written_rule_leaves_the_old_ones_in_use_and_is_taken_up_when_it_is_whole(folder, worker, cut):
    text = RULE.format(name="1", value="odd")
    (folder / "1.yml").write_text(text[: int(len(text) * cut)], encoding="utf-8")
    look(worker, 3)
    assert found(worker) == [("1", 1)]
    assert str(folder / "1.yml") in worker.told
    (folder / "1.yml").write_text(text, encoding="utf-8")
    look(worker)
    assert (found(worker), worker.told) == ([("1", 2)], "")


def test_of_a_set_with_one_broken_rule_nothing_is_taken_up_and_the_reason_is_told_once(folder, worker, caplog):
    write(folder, "2", "other")
    (folder / "1.yml").write_text(RULE.format(name="1", value="odd").replace("condition: selection", "condition: no"))
    look(worker, 4)
    assert found(worker) == [("1", 1)]
    assert "1.yml: 3f0c0a52" in worker.told
    assert sum("those in use stay" in one.message for one in caplog.records) == 1
    write(folder, "1", "odd")
    look(worker)
    assert (found(worker), worker.told) == ([("1", 2), ("2", 3)], "")


def test_a_rule_that_was_broken_from_the_beginning_keeps_no_other_from_being_taken_up(folder, tmp_path):
    (folder / "0.yml").write_text("title: x\ndetection: [", encoding="utf-8")
    worker = Reloading(Watched((folder,), None, every_seconds=3600))
    write(folder, "2", "other")
    look(worker)
    worker.close()
    assert found(worker) == [("1", 1), ("2", 3)]


def test_a_folder_that_is_empty_or_gone_leaves_the_old_rules_in_use(folder, worker, caplog):
    (folder / "1.yml").unlink()
    look(worker, 3)
    assert (found(worker), worker.told) == ([("1", 1)], "no rule is there")
    folder.rmdir()
    look(worker, 3)
    assert (found(worker), "is not there" in worker.told) == ([("1", 1)], True)
    assert sum("is not there" in one.message for one in caplog.records) == 1
    folder.mkdir()
    write(folder, "1", "odd")
    look(worker)
    assert (found(worker), worker.told) == ([("1", 2)], "")


def test_a_file_that_is_no_text_leaves_the_old_rules_in_use(folder, worker):
    (folder / "1.yml").write_bytes(b"\xff\xfe\x00")
    look(worker)
    assert (found(worker), "is not UTF-8" in worker.told) == ([("1", 1)], True)


def test_what_was_undone_is_as_it_was(folder, worker):
    before = worker.loaded.key
    write(folder, "1", "odd")
    look(worker)
    write(folder, "1", "failed")
    look(worker)
    assert (found(worker), worker.loaded.key) == ([("1", 1)], before)


def test_there_must_be_a_rule_at_the_start(tmp_path):
    (tmp_path / "a.yml").write_text("title: x\ndetection: [", encoding="utf-8")
    with pytest.raises(AmurError, match="no rule is there"):
        Reloading(Watched((tmp_path,)))


def test_it_looks_by_itself_while_batches_are_worked_on_and_each_is_of_one_set(folder, tmp_path):
    """Rules 1 and 2 are always changed together; a batch that mixed two sets would show them apart."""
    write(folder, "2", "failed")
    worker = Reloading(Watched((folder,), tmp_path / "kept", every_seconds=0.02))
    many = batch_of([{"outcome": "failed"}, {"outcome": "odd"}] * 500, kind="own//")
    seen, ended = set(), time.monotonic() + 30

    def of_one_set():
        hits = worker(many)
        rows = {}
        for rule, at in zip(hits["rule"].to_pylist(), hits["position"].to_pylist(), strict=True):
            rows.setdefault(at % 2, set()).add(rule[-1])
        return tuple(sorted((at, "".join(sorted(rules))) for at, rules in rows.items()))

    seen.add(of_one_set())
    assert seen == {((1, "12"),)}
    write(folder, "2", "odd")
    write(folder, "1", "odd")
    while of_one_set() != ((0, "12"),) and time.monotonic() < ended:
        time.sleep(0.01)
    assert of_one_set() == ((0, "12"),)
    worker.close()


def test_nobody_looks_any_more_for_a_worker_that_is_gone(folder):
    before = set(threading.enumerate())
    worker = Reloading(Watched((folder,), None, every_seconds=0.02))
    (thread,) = set(threading.enumerate()) - before
    del worker
    gc.collect()
    thread.join(10)
    assert not thread.is_alive()


def test_the_kernel_can_be_sent_to_another_process(folder):
    kernel = pickle.loads(pickle.dumps(watching(Watched((folder,)))))
    assert kernel.open()(EVENTS).num_rows == 1
