"""What goes wrong between two people, two processes or two statements: nothing is lost and nothing is half written."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import OperationalError, connection, connections, transaction

from amur.base.faults import AmurError, Conflict
from amur.jobs.models import Job
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.models import Entry
from amur.procedures import acts
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Draft, Notice, Serial, Upload
from amur.procedures.transactions import act
from amur.registers.models import Record, RecordVersion
from tests.jobs.killing import die_at, in_a_child
from tests.procedures.conftest import Officer
from tests.procedures.pack import FORM, STRANGER, fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("pack")]
HANDLER, DECIDER = Officer("11", "handler"), Officer("22", "decider")


def outcome(work: Callable[[], Case]) -> str:
    try:
        case = work()
    except AmurError as error:
        return error.code
    return f"{case.number} {case.version}"


def in_threads(works: list[Callable[[], Case]]) -> list[str]:
    together, said = threading.Barrier(len(works)), [""] * len(works)

    def run(place: int, work: Callable[[], Case]) -> None:
        together.wait()
        try:
            said[place] = outcome(work)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def in_processes(works: list[Callable[[], Case]]) -> list[str]:
    connections.close_all()
    ready, go = os.pipe()
    children = []
    for work in works:
        read, write = os.pipe()
        if os.fork() == 0:
            os.close(go)
            os.read(ready, 1)  # returns when the parent closes its end: all begin at once
            try:
                os.write(write, outcome(work).encode())
            finally:
                os._exit(0)
        os.close(write)
        children.append(read)
    os.close(ready)
    os.close(go)
    said = []
    for read in children:
        with os.fdopen(read, "rb") as answer:
            said.append(answer.read().decode())
        os.wait()
    return said


together = pytest.mark.parametrize("at_once", [in_threads, in_processes])


def verified(now) -> None:
    ledger.seal(now)
    report = ledger_reads.verify_stored()
    assert report.holds, report.findings
    assert report.unsealed == 0


@together
def test_two_tabs_that_submit_at_once_make_one_case(at_once, now):
    draft = fill(now)
    said = at_once([lambda: acts.submit(draft.id, by=STRANGER, now=now)] * 4)
    assert said == ["2026-LAN-00001 1"] * 4
    assert (Case.objects.count(), Serial.objects.get().value) == (1, 1)
    assert Entry.objects.filter(kind="case.submitted").count() == 1
    verified(now)


@together
def test_many_people_who_submit_at_once_each_get_a_number(at_once, now):
    drafts = [fill(now) for _ in range(6)]
    said = at_once([lambda draft=draft: acts.submit(draft.id, by=STRANGER, now=now) for draft in drafts])
    assert sorted(said) == [f"2026-LAN-0000{number} 1" for number in range(1, 7)]
    verified(now)


@together
def test_of_two_officers_at_once_one_is_told_that_the_other_was_faster(at_once, now):
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    said = at_once(
        [
            lambda: HANDLER.fire(case, "accept", now),
            lambda: DECIDER.fire(case, "refuse", now, reason="no lamp"),
        ]
    )
    assert sorted(said) == ["2026-LAN-00001 2", "stale"]
    assert CaseEvent.objects.filter(case=case).count() == 2
    assert Case.objects.get().version == 2
    verified(now)


@together
def test_a_double_click_that_arrives_twice_at_once_is_one_event(at_once, now):
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    said = at_once([lambda: HANDLER.fire(case, "accept", now, key="click")] * 3)
    assert said == ["2026-LAN-00001 2"] * 3
    assert CaseEvent.objects.filter(event="accept").count() == Notice.objects.count() == 1


@together
def test_two_tabs_that_save_a_page_at_once_lose_neither_silently(at_once, now):
    draft = acts.open_draft("licence", by=STRANGER, now=now)

    def save(name):
        acts.save_step(draft.id, "lantern", FORM | {"name": name}, version=1, by=STRANGER, now=now)
        return Case(number="saved", version=1)

    said = at_once([lambda: save("甲"), lambda: save("乙")])
    assert sorted(said) == ["saved 1", "stale_version"]
    assert Draft.objects.get().version == 2


@contextmanager
def held_by_another(draft: Draft):
    """Hold the draft's row, or on SQLite the whole database, and have little patience in this connection."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        connection.ensure_connection()
        connection.cursor().execute("PRAGMA busy_timeout = 50")
    else:
        other = connection.copy()
        other.set_autocommit(False)
        other.cursor().execute("SELECT 1 FROM procedures_draft WHERE id = %s FOR UPDATE", [draft.pk])
        connection.cursor().execute("SET lock_timeout = 50")
    try:
        yield
    finally:
        other.rollback()
        other.close()
        connection.close()


def test_a_database_that_others_hold_is_said_to_be_busy_and_nothing_is_written(now):
    draft = fill(now)
    entries = Entry.objects.count()
    with held_by_another(draft):
        for attempt in (
            lambda: acts.submit(draft.id, by=STRANGER, now=now),
            lambda: acts.save_step(draft.id, "lantern", FORM, version=draft.version, by=STRANGER, now=now),
        ):
            with pytest.raises(Conflict) as error:
                attempt()
            assert error.value.code == "busy"
    assert (Case.objects.count(), Serial.objects.count(), Entry.objects.count()) == (0, 0, entries)
    assert acts.submit(draft.id, by=STRANGER, now=now).number == "2026-LAN-00001"


def test_any_other_fault_of_the_database_is_not_taken_for_being_busy():
    def work():
        with act():
            raise OperationalError("no such column: colour")

    with pytest.raises(OperationalError):
        work()


def killed_at(point: int, work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed before its given statement or commit; say whether it came to that."""
    return bool(in_a_child(lambda: (die_at(point), work())))


def all_or_nothing_of_a_submission(draft: Draft, before: int) -> bool:
    """Check that a submission happened whole or not at all; say which."""
    case = Case.objects.filter(draft=draft).first()
    kept = Draft.objects.get(pk=draft.pk)
    number = Serial.objects.filter(series="2026-LAN").values_list("value", flat=True).first() or 0
    if case is None:
        assert number == before
        assert (kept.raw, kept.version) == (draft.raw, draft.version)
        assert Upload.objects.get(draft=draft).case_id is None
        assert Case.objects.count() == CaseEvent.objects.count() == before
        assert Entry.objects.filter(kind__in=["case.submitted", "case.form_kept"]).count() == 2 * before
        return False
    assert number == before + 1
    assert case.number == f"2026-LAN-{number:05}"
    assert Upload.objects.get(draft=draft).case_id == case.pk
    assert CaseEvent.objects.get(case=case).event == "submitted"
    assert Entry.objects.filter(subject=f"case:{case.id}").count() == 2
    return True


@pytest.mark.no_cover
def test_killed_between_any_two_statements_a_submission_is_whole_or_never_happened(now):
    draft, done, outcomes = fill(now), 0, []
    for point in range(300):
        killed = killed_at(point, partial(acts.submit, draft.id, by=STRANGER, now=now))
        whole = all_or_nothing_of_a_submission(draft, done)
        outcomes.append(whole)
        if whole:
            number = Case.objects.get(draft=draft).number
            assert acts.submit(draft.id, by=STRANGER, now=now).number == number, "who asks again gets the same receipt"
            draft, done = fill(now), done + 1
        if not killed:
            break
    assert outcomes.count(False) > 20
    assert outcomes[-1]
    assert not any(outcomes[:-2]), "only a death after the commit leaves a case, and then all of it"
    assert acts.submit(draft.id, by=STRANGER, now=now).number == f"2026-LAN-{done + 1:05}", "no number was lost"
    verified(now)


def everything_about(case: Case) -> dict[str, object]:
    fresh = Case.objects.get(pk=case.pk)
    run = ClockRun.objects.get(case=case)
    return {
        "state": (fresh.state, fresh.version, fresh.decided_at is not None),
        "events": CaseEvent.objects.filter(case=case).count(),
        "decisions": Decision.objects.filter(case=case).count(),
        "clock": run.ended_on is not None,
        "records": Record.objects.filter(key=case.number).count(),
        "versions": RecordVersion.objects.filter(source=case.number).count(),
        "notices": Notice.objects.filter(case=case).count(),
        "jobs": Job.objects.filter(key__startswith=f"notice:case:{case.id}").count(),
        "entries": Entry.objects.filter(subject=f"case:{case.id}").count(),
        "proofs": Entry.objects.filter(subject__startswith="record:", content__body__contains=case.number).count(),
    }


NOTHING = {
    "state": ("accepted", 2, False),
    "events": 2,
    "decisions": 0,
    "clock": False,
    "records": 0,
    "versions": 0,
    "notices": 1,
    "jobs": 1,
    "entries": 3,
    "proofs": 0,
}
ALL = {
    "state": ("granted", 3, True),
    "events": 3,
    "decisions": 1,
    "clock": True,
    "records": 1,
    "versions": 1,
    "notices": 2,
    "jobs": 2,
    "entries": 4,
    "proofs": 1,
}


@pytest.mark.deep
@pytest.mark.no_cover
def test_killed_between_any_two_statements_a_decision_is_whole_or_never_happened(now):
    def accepted():
        return HANDLER.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)

    case, found = accepted(), []
    for point in range(300):
        killed = killed_at(point, partial(DECIDER.fire, case, "grant", now, key="click", expected_version=2))
        left = everything_about(case)
        assert left in (NOTHING, ALL)
        found.append(left == ALL)
        if left == ALL:
            again = DECIDER.fire(case, "grant", now, key="click", expected_version=2)
            assert again.version == 3, "who asks again is told that it was done"
            case = accepted()
        if not killed:
            break
    assert found.count(False) > 20
    assert found[-1]
    assert not any(found[:-2])
    verified(now)


def test_an_act_inside_another_transaction_falls_with_it(now):
    draft = fill(now)

    def whole():
        with transaction.atomic():
            acts.submit(draft.id, by=STRANGER, now=now)
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        whole()
    assert Case.objects.count() == 0
    assert json.loads(json.dumps(Draft.objects.get(pk=draft.pk).raw)) == draft.raw
