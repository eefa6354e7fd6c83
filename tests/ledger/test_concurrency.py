"""Many writers and sealers at once, and writers that are killed between any two statements."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from amur.base.faults import Conflict
from amur.ledger import acts, reads
from amur.ledger.models import Checkpoint, Entry, Leaf, Unsealed

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run functions in threads of their own, each with its own connection, and raise what they raise."""
    start, errors = threading.Barrier(len(works)), []

    def run(work):
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001 -- handed on below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error


def writer(subject, count, conflicts):
    def work():
        done = 0
        while done < count:
            try:
                with transaction.atomic():
                    acts.record(subject=subject, kind="case.noted", by=OFFICER, now=NOW, body={"n": done})
            except Conflict:
                conflicts.append(subject)
            else:
                done += 1

    return work


def test_writers_on_one_subject_never_fork_its_chain():
    conflicts = []
    at_once(*[writer("case:1", 8, conflicts) for _ in range(4)])
    assert list(Entry.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(32))
    acts.seal(NOW)
    assert reads.verify_stored().holds
    assert conflicts == []  # both databases make writers of one subject queue


def test_the_second_writer_waits_for_the_first_to_commit():
    """Read at the wrong moment, both would see the same last entry."""
    first_wrote, order = threading.Event(), []

    def first():
        with transaction.atomic():
            acts.record(subject="case:1", kind="case.noted", by=OFFICER, now=NOW, body={})
            first_wrote.set()
            time.sleep(0.3)
            order.append("first")

    def second():
        first_wrote.wait()
        with transaction.atomic():
            acts.record(subject="case:1", kind="case.noted", by=OFFICER, now=NOW, body={})
            order.append("second")

    at_once(first, second)
    assert order == ["first", "second"]
    assert Entry.objects.count() == 2


def test_sealers_and_writers_at_once_give_one_log():
    conflicts = []

    def sealer():
        for _ in range(6):
            acts.seal(NOW)

    acts.seal(NOW)
    at_once(sealer, sealer, *[writer(f"case:{number}", 8, conflicts) for number in range(3)])
    acts.seal(NOW)
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(range(24))
    assert Unsealed.objects.count() == 0
    assert reads.verify_stored().findings == ()


def test_an_entry_that_commits_late_is_sealed_later_and_none_is_lost():
    """On PostgreSQL a lower id can become visible after a higher one was sealed; SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite's writers queue, so ids become visible in order")
    written, sealed = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            acts.record(subject="case:slow", kind="case.noted", by=OFFICER, now=NOW, body={})
            written.set()
            sealed.wait()

    def fast():
        written.wait()
        with transaction.atomic():
            acts.record(subject="case:fast", kind="case.noted", by=OFFICER, now=NOW, body={})
        acts.seal(NOW)
        sealed.set()

    at_once(slow, fast)
    acts.seal(NOW)
    slow_entry, fast_entry = Entry.objects.get(subject="case:slow"), Entry.objects.get(subject="case:fast")
    assert slow_entry.id < fast_entry.id
    assert (fast_entry.sealed.index, slow_entry.sealed.index) == (0, 1)
    assert reads.verify_stored().holds


def test_writers_that_wait_for_each_other_end_with_one_conflict_and_nothing_half_written():
    """Two subjects in opposite order: PostgreSQL finds the deadlock, SQLite never lets it come to one."""
    ready, conflicts = threading.Barrier(2), []

    def writer_of(*subjects):
        def work():
            try:
                with transaction.atomic():
                    for subject in subjects:
                        acts.record(subject=subject, kind="case.noted", by=OFFICER, now=NOW, body={})
                        if connection.vendor == "postgresql" and subject == subjects[0]:
                            ready.wait()
            except Conflict:
                conflicts.append(subjects)

        return work

    at_once(writer_of("case:1", "case:2"), writer_of("case:2", "case:1"))
    assert len(conflicts) == (1 if connection.vendor == "postgresql" else 0)
    assert Entry.objects.count() == (2 if conflicts else 4)
    acts.seal(NOW)
    assert reads.verify_stored().holds


_CHILD = """
import json, os, signal, sys
from datetime import UTC, datetime
from django.conf import settings
told = json.loads(sys.argv[1])
settings.configure(
    DATABASES={"default": told["database"]}, INSTALLED_APPS=["django.contrib.contenttypes", "amur.ledger"],
    LEDGER_KEYS=told["keys"], LEDGER_SUITE="ed25519+sha256", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
import django
django.setup()
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from amur.base.acting import Actor
from amur.ledger import acts
from amur.ledger.models import Entry
NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
left = told["statements"]

def die(execute, sql, params, many, context):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return execute(sql, params, many, context)

Entry.objects.exists()
with connection.execute_wrapper(die):
    if told["what"] == "act":
        with transaction.atomic():
            ContentType.objects.create(app_label="act", model=told["subject"])
            acts.record(subject=told["subject"], kind="case.noted", by=Actor("a"), now=NOW, body={})
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        print("acknowledged", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    acts.seal(NOW)
    print("sealed", flush=True)
"""


def killed(what, statements, subject=""):
    """Run an act or a seal in a process that is killed before its nth statement; return what it printed."""
    plain = {name: value for name, value in connection.settings_dict.items() if name not in {"TEST", "TIME_ZONE"}}
    plain["NAME"] = str(plain["NAME"])
    told = {
        "database": plain,
        "keys": str(settings.LEDGER_KEYS),
        "what": what,
        "statements": statements,
        "subject": subject,
    }
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, json.dumps(told)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": source},
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def test_a_writer_killed_between_any_two_statements_leaves_neither_act_nor_entry_or_both():
    acknowledged = 0
    for statements in range(8):
        subject = f"case:{statements}"
        said = killed("act", statements, subject)
        act = ContentType.objects.filter(app_label="act", model=subject).exists()
        entry = Entry.objects.filter(subject=subject).exists()
        assert act == entry
        assert entry == Unsealed.objects.filter(entry__subject=subject).exists()
        if "acknowledged" in said:
            acknowledged += 1
            assert act
    assert 0 < acknowledged < 8  # the walk began before the first statement and went past the last
    acts.seal(NOW)
    assert reads.verify_stored().holds


def test_a_sealer_killed_between_any_two_statements_leaves_a_log_that_goes_on(write):
    for statements in range(40):
        if statements % 4 == 0:
            write(f"case:{statements}")
        if "sealed" in killed("seal", statements):
            break
        assert Leaf.objects.count() == (reads.head().size if reads.head() else 0)
    else:
        pytest.fail("the seal never came to its end")
    while acts.seal(NOW):
        pass
    assert reads.verify_stored().findings == ()
    assert Checkpoint.objects.count() >= 1
