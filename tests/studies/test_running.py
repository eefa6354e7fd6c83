"""Running: the result is kept with its proof, a failure says why, and whoever is killed leaves a study that is run again."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from amur.base.acting import PUBLIC, Grant, Scope
from amur.base.faults import AmurError, Conflict, NotFound
from amur.ledger.models import Entry
from amur.studies import acts, engine, reads, running
from amur.studies.acts.running import COMMAND
from amur.studies.adapters import Step
from amur.studies.models import Study
from amur.studies.running import Job
from tests.procedures.samples import text
from tests.studies.conftest import ANALYST, BY, CLERK, DIRECTOR, FIRMS, MACHINE, method

SLEEPER = (sys.executable, "-c", 'import time; print(\'{"done": 0.5, "doing": "Half"}\', flush=True); time.sleep(60)')


def test_the_command_of_the_worker_runs_a_study_whose_result_is_proved(bureau):
    bureau.queue()
    study = bureau.run(command=COMMAND)
    assert (study.state, study.reason) == ("done", "")
    assert study.figures == {"hhi": "2600", "equal_firms": "3.846153846", "largest_share": "0.6", "firms": "4"}
    assert set(study.results) == {"markets.csv", "manifest.json"}
    assert study.result_hash == engine.hash_of_results(study.results)
    entry = Entry.objects.get(leaf=study.ended_entry)
    body = json.loads(entry.content.body)
    assert (entry.kind, body["result"], body["figures"]["hhi"]) == ("study.done", study.result_hash, "2600")
    assert body["inputs"] == {"firms.csv": study.inputs[0]["sha256"]}
    assert study.memory_mb > 10
    said = json.loads(reads.file(ANALYST, study.pk, "manifest.json").read_text())
    assert said["parameters"]["largest"] == 2
    assert (said["parameters"]["model"], said["parameters"]["method"]) == ("concentration", "market")
    assert said["inputs"] == [{"file": "firms.csv", "sha256": study.inputs[0]["sha256"]}]
    assert said["results"] == {"markets.csv": study.results["markets.csv"]}


def test_a_table_is_read_row_by_row_and_by_what_its_columns_say(bureau):
    study = bureau.done()
    table = reads.rows(ANALYST, study.pk, "markets.csv")
    assert (table.total, [row["market"] for row in table.as_dicts()]) == (2, ["north", "south"])
    assert table.as_dicts()[0]["hhi"] == "5000.0"
    assert reads.rows(ANALYST, study.pk, "markets.csv", where={"market": "south"}).total == 1
    assert reads.rows(ANALYST, study.pk, "markets.csv", offset=1).as_dicts()[0]["market"] == "south"
    with pytest.raises(NotFound, match="no column"):
        reads.rows(ANALYST, study.pk, "markets.csv", where={"price": "1"})
    with pytest.raises(NotFound, match="no table"):
        reads.rows(ANALYST, study.pk, "manifest.json")
    with pytest.raises(NotFound, match="no file"):
        reads.file(ANALYST, study.pk, "nothing.csv")


def test_a_changed_or_missing_result_is_never_shown(bureau, own_folder):
    study = bureau.done()
    file = own_folder / study.result_hash / "markets.csv"
    reads.file(ANALYST, study.pk, "markets.csv")
    assert reads.folder().damaged(study.result_hash, study.results) == []
    file.write_text(file.read_text().replace("5000", "5001"))
    with pytest.raises(AmurError, match="was changed") as told:
        reads.file(ANALYST, study.pk, "markets.csv")
    assert told.value.code == "file_changed"
    assert reads.folder().damaged(study.result_hash, study.results) == ["markets.csv"]
    with pytest.raises(AmurError, match="was changed"):
        acts.publish(study.pk, by=BY, scope=DIRECTOR, now=bureau.now)
    file.unlink()
    with pytest.raises(AmurError, match="run the study again") as told:
        reads.file(ANALYST, study.pk, "markets.csv")
    assert told.value.code == "file_missing"


def test_what_the_model_refuses_is_why_the_study_failed_and_it_may_be_asked_again(bureau):
    bureau.queue(firms="id,size\na,-1\n")
    study = bureau.run(command=COMMAND)
    assert study.state == "failed"
    assert "firms.csv" in study.reason
    assert "row 2, size" in study.reason
    row = {"row": 2, "field": "size", "found": "found -1", "fix": "write a number of 0 or more"}
    row |= {"found_zh": "写的是 -1", "fix_zh": "请写数字，不小于 0"}
    assert [one["code"] for one in study.faults] == ["bad_table", "bad_row"]
    assert (study.faults[0]["details"], study.faults[1]["details"]) == ({"file": "firms.csv", "count": 1}, row)
    assert study.results == {}
    assert Entry.objects.get(leaf=study.ended_entry).kind == "study.failed"
    assert bureau.queue(firms="id,size\na,-1\n").pk != study.pk


@pytest.mark.parametrize(
    ("program", "says", "code"),
    [
        (
            "import sys; sys.stderr.write('Traceback: the end'); sys.exit(3)",
            "ended with code 3\nTraceback: the end",
            "ended_with_code",
        ),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "short of memory", "killed"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", "signal SIGTERM", "ended_by_signal"),
    ],
)
def test_a_computation_that_ends_without_a_word_is_told_with_its_last_ones(bureau, program, says, code):
    bureau.queue()
    study = bureau.run(command=(sys.executable, "-c", program))
    assert study.state == "failed"
    assert says in study.reason
    assert study.faults[0]["code"] == code
    assert [one["message"] for one in study.faults[1:]] == study.reason.splitlines()[1:]


def test_a_model_that_writes_nothing_and_figures_that_are_none_have_no_result(bureau):
    bureau.queue()
    outcome = "{'simulated': [], 'sources': [], 'figures': %s}"
    starts = "import sys, json, pathlib; at = pathlib.Path(sys.argv[1]); (at / 'results').mkdir()"
    wrote = f"{starts}; (at / 'outcome.json').write_text(json.dumps({outcome}))"
    assert "wrote no file" in bureau.run(command=(sys.executable, "-c", wrote % "{}")).reason
    bureau.queue()
    failed = bureau.run(command=(sys.executable, "-c", wrote % "{'hhi': 'much'}"))
    assert "no finite number" in failed.reason
    assert [one["code"] for one in failed.faults] == ["not_kept"]


def test_one_that_takes_too_long_is_ended_with_all_that_it_started(bureau, monkeypatch):
    bureau.queue()
    monkeypatch.setattr("amur.studies.acts.running._Watch.seconds", 30 * 60 + 1)
    study = bureau.run(command=SLEEPER)
    assert (study.state, study.reason) == ("failed", "it took longer than 30 minutes; ask for less")
    assert study.faults == [{"code": "late", "message": study.reason, "details": {"minutes": 30}}]


def test_one_that_is_stopped_on_purpose_waits_again(bureau):
    queued = bureau.queue()
    assert bureau.run(command=SLEEPER, is_over=lambda: True) is None
    queued.refresh_from_db()
    assert (queued.state, queued.claims) == ("queued", 0)
    assert bureau.run().state == "done"


def test_progress_is_seen_while_it_runs_and_nobody_else_takes_it(bureau):
    queued, seen = bureau.queue(), []

    def over():
        found = reads.progress(ANALYST, queued.pk)
        if found.progress and not seen:
            seen.append((found.state, found.doing, acts.run_next(by=MACHINE, now=bureau.now, command=SLEEPER)))
        return bool(seen)

    slow = SLEEPER[-1].replace("print", "time.sleep(1.2); print")
    assert bureau.run(command=(sys.executable, "-c", slow), is_over=over) is None
    assert seen == [("running", "Half", None)]


def test_what_is_done_next_is_kept_at_once_by_its_code_with_its_values(bureau):
    queued, seen = bureau.queue(), []
    lines = [
        {"done": 0.1, "doing": "Reading", "code": "reading", "details": {}},
        {"done": 0.2, "doing": "1 / 2", "code": "tiles", "details": {"done": 1, "whole": 2}},
        {"done": 0.3, "doing": "2 / 2", "code": "tiles", "details": {"done": 2, "whole": 2}},
    ]
    says = f"import json, time; [print(json.dumps(one), flush=True) for one in {lines!r}]; time.sleep(60)"

    def over():
        found = reads.study(ANALYST, queued.pk)
        seen.append((found.progress, found.doing, found.step))
        return len(seen) > len(lines)

    assert bureau.run(command=(sys.executable, "-c", says), is_over=over) is None
    assert seen[1] == (100, "Reading", {"code": "reading", "details": {}})
    assert seen[2:] == [(200, "1 / 2", {"code": "tiles", "details": {"done": 1, "whole": 2}})] * 2, "once a second"
    assert reads.study(ANALYST, queued.pk).step == {}


def test_what_a_run_does_next_is_written_at_once_and_how_far_it_is_not_more_often_than_read():
    out = io.StringIO()
    told = running._teller(out)
    for done, code in ((0.0, "reading"), (0.1, "tiles"), (0.2, "tiles"), (1.0, "tiles")):
        told(done, Step(code, "in English", {"done": 1}))
    assert [(one.done, one.step["code"]) for one in map(engine.progress, out.getvalue().splitlines())] == [
        (0, "reading"), (100, "tiles"), (1000, "tiles"),
    ]  # fmt: skip


def test_the_memory_of_a_run_is_its_own_and_that_of_what_it_starts_not_what_its_parent_held():
    """The parent holds 300 MB when it forks; a child of the run holds 150 MB, the run itself next to nothing."""
    child = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'bytearray(150 * 2**20)'], check=True)"
    says = f"from amur.studies.running import _memory_mb as mb; first = mb(); {child}; print(first, mb())"
    forks = (
        "import os, sys; held = bytearray(300 * 2**20)\n"
        "if os.fork() == 0: os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])\n"
        "os.wait()"
    )
    said = subprocess.run([sys.executable, "-c", forks, says], capture_output=True, text=True, check=True)
    before, after = map(int, said.stdout.split())
    assert 0 < before < 140
    assert 150 <= after < 250


def test_a_study_that_was_taken_over_is_not_kept_twice(bureau):
    queued = bureau.queue()

    def takes_over():
        Study.objects.filter(pk=queued.pk).update(claims=2)
        return False

    assert bureau.run(is_over=takes_over) is None
    queued.refresh_from_db()
    assert (queued.state, queued.results) == ("running", {})


def test_a_worker_that_falls_silent_loses_its_study_and_after_three_it_is_given_up(bureau):
    queued = bureau.queue()
    Study.objects.filter(pk=queued.pk).update(
        state="running", claims=1, taken_until=bureau.now + timedelta(hours=1, minutes=1)
    )
    assert bureau.run() is None
    Study.objects.filter(pk=queued.pk).update(claims=3)
    study = bureau.run()
    assert (study.state, "stopped 3 times" in study.reason) == ("failed", True)
    assert (study.faults[0]["code"], study.faults[0]["details"]) == ("stopped", {"times": 3})


def test_a_killed_worker_leaves_a_study_that_is_run_again(bureau, own_folder):
    queued = bureau.queue()
    Study.objects.filter(pk=queued.pk).update(state="running", claims=1, taken_until=bureau.now)
    work = reads.folder().work(queued.pk, 1)
    (work / "results").mkdir()
    (work / "results" / "half.csv").write_text("half")
    study = bureau.run()
    assert (study.state, study.claims) == ("done", 2)
    assert set(study.results) == {"markets.csv", "manifest.json"}
    assert [one.name for one in own_folder.glob(".work-*")] == []


def test_the_computation_ends_with_the_process_that_started_it(tmp_path):
    """The parent is killed with -9; Linux then ends the child, which waits for ever for its input."""
    os.mkfifo(tmp_path / "pipe")
    inputs = {"firms": {"path": str(tmp_path / "pipe"), "file": "pipe"}}
    at = "2026-01-01T00:00:00+00:00"
    Job("concentration", {}, inputs, at).write(tmp_path)
    starts = f"import subprocess, time; print(subprocess.Popen({[*COMMAND, str(tmp_path)]!r}).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert '"done": 0.0' in parent.stdout.readline()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    for _ in range(300):
        if not _lives(child):
            break
        time.sleep(0.02)
    assert not _lives(child)


def _lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_everybody_reads_what_the_method_calls_public_and_no_more(bureau):
    study = bureau.done()
    assert reads.newest_public(PUBLIC, "market") is None
    with pytest.raises(NotFound):
        reads.study(PUBLIC, study.pk)
    acts.publish(study.pk, by=BY, scope=DIRECTOR, now=bureau.now)
    found = reads.newest_public(PUBLIC, "market")
    assert ([one.name for one in found.figures], set(found.files)) == (["hhi"], {"markets.csv"})
    assert (found.figure("hhi").value, found.figure("firms"), found.created_by) == (Decimal(2600), None, "")
    with pytest.raises(NotFound):
        reads.file(CLERK, study.pk, "manifest.json")
    assert [one.id for one in reads.studies(PUBLIC).rows] == [study.pk]
    assert reads.studies(PUBLIC, method="other").rows == ()


def test_publishing_and_withdrawing_are_said_in_the_ledger_once(bureau):
    study = bureau.done()
    with pytest.raises(AmurError, match="may not publish"):
        acts.publish(study.pk, by=BY, scope=ANALYST, now=bureau.now)
    for _ in range(2):
        assert acts.publish(study.pk, by=BY, scope=DIRECTOR, now=bureau.now).is_public
    with pytest.raises(AmurError, match="faults"):
        acts.withdraw(study.pk, by=BY, scope=DIRECTOR, now=bureau.now, reason=" ")
    for _ in range(2):
        assert not acts.withdraw(study.pk, by=BY, scope=DIRECTOR, now=bureau.now, reason="数据有误").is_public
    kinds = Entry.objects.filter(subject__startswith="study:").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["study.queued", "study.done", "study.published", "study.withdrawn"]
    waiting = bureau.queue(values={"largest": "4"})
    with pytest.raises(Conflict, match="only what is done"):
        acts.publish(waiting.pk, by=BY, scope=DIRECTOR, now=bureau.now)


def test_one_that_is_to_be_public_is_so_when_it_is_done(bureau):
    bureau.queue(publish=True, scope=_both())
    assert reads.waiting(PUBLIC, "market")
    study = bureau.run()
    assert study.is_public
    assert not reads.waiting(PUBLIC, "market")
    assert reads.newest_public(PUBLIC, "market").id == study.pk


def _both():
    return Scope("office", "14", grants=(Grant("analyst", "bureau"), Grant("director", "bureau")))


def test_what_is_made_up_among_inputs_is_said_of_the_result(bureau):
    made_up = {"id": "firms", "title": text("Firms"), "content": FIRMS, "simulated": text("Made up.", "虚构。")}
    bureau.declare(method(inputs=[made_up]), version="1.1.0")
    study = bureau.done(files={})
    assert [one.zh for one in reads.study(ANALYST, study.pk).simulated] == ["虚构。"]


def test_what_no_study_names_is_swept_away(bureau, own_folder):
    study = bureau.done()
    (own_folder / ("0" * 64)).mkdir()
    (own_folder / ".work-99-1").mkdir()
    (own_folder / "inputs" / ".half-x").write_text("half")
    written = datetime.fromtimestamp((own_folder / study.result_hash).stat().st_mtime, UTC)
    assert acts.tidy(written + timedelta(minutes=59)) == 0
    assert acts.tidy(written + timedelta(minutes=61)) == 3
    assert {one.name for one in own_folder.iterdir()} == {"inputs", study.result_hash}
    reads.folder().input(study.inputs[0]["sha256"])


def test_a_result_that_was_spoiled_is_written_anew_when_it_is_found_again(own_folder):
    folder = reads.folder()

    def made():
        at = folder.work(1, 1)
        (at / "a.csv").write_text("a")
        return at

    files, whole = folder.keep_result(made())
    (own_folder / whole / "a.csv").write_text("b")
    assert folder.keep_result(made()) == (files, whole)
    assert folder.keep_result(made()) == (files, whole)
    assert (own_folder / whole / "a.csv").read_text() == "a"
