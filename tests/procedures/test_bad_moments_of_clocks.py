"""A worker that is killed while the law moves a case or a rung fires, and several at once: it happens exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connections

from amur.jobs import engine as queue
from amur.jobs.models import Job
from amur.ledger.models import Entry
from amur.procedures import acts
from amur.procedures.models import Case, CaseEvent, ClockRun, Decision, Notice
from amur.procedures.reminders.models import Reminder
from amur.registers.models import Record, RecordVersion
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER, fill, sync
from tests.procedures.reminders.ladder import morning, reminding, work
from tests.procedures.test_bad_moments import in_processes, in_threads, killed_at, verified
from tests.procedures.test_lapses import GRANTED, OVER

pytestmark = [pytest.mark.django_db(transaction=True)]
HANDLER = Officer("11", "handler")
FIRST = morning(4, 2)
"""When the first rungs fire: one tells the party, one the handler."""


@pytest.fixture
def accepted(pack, now) -> Callable[[], Case]:
    """Return a function that makes a case whose clock reminds, and by whose lapse the licence is granted."""
    body = reminding()
    body["transitions"].append(GRANTED)
    sync(now, {("procedure", "licence"): body}, "2.0.0")
    return lambda: HANDLER.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)


def after_a_lapse(case: Case) -> tuple[object, ...]:
    fresh = Case.objects.get(pk=case.pk)
    return (
        (fresh.state, fresh.version, fresh.decided_at is not None),
        CaseEvent.objects.filter(case=case, event="granted_by_silence").count(),
        Decision.objects.filter(case=case).count(),
        ClockRun.objects.filter(case=case, ended_on=None).count(),
        Record.objects.filter(key=case.number).count(),
        RecordVersion.objects.filter(source=case.number).count(),
        Notice.objects.filter(case=case).count(),
        Job.objects.filter(key__startswith=f"notice:case:{case.id}:3:").count(),
        Entry.objects.filter(subject=f"case:{case.id}").exclude(kind="case.reminded").count(),
    )


def after_rungs(case: Case) -> tuple[object, ...]:
    return (
        (Case.objects.get(pk=case.pk).version,),
        Reminder.objects.filter(case=case, addressee="applicant").count(),
        Reminder.objects.filter(case=case, addressee="handler").count(),
        Notice.objects.filter(case=case).count(),
        Job.objects.filter(key__startswith=f"notice:case:{case.id}:rung:").count(),
        Entry.objects.filter(subject=f"case:{case.id}", kind="case.reminded").count(),
    )


@dataclass(frozen=True)
class Work:
    """What a worker does at an instant, and what there is of a case before and after it."""

    look: Callable[[Case], tuple[object, ...]]
    at: datetime
    nothing: tuple[object, ...]
    everything: tuple[object, ...]


LAPSED = Work(
    after_a_lapse,
    OVER,
    (("accepted", 2, False), 0, 0, 1, 0, 0, 1, 0, 3),
    (("granted", 3, True), 1, 1, 0, 1, 1, 2, 1, 4),
)
FIRED = Work(after_rungs, FIRST, ((2,), 0, 0, 1, 0, 0), ((2,), 1, 1, 2, 1, 2))
what = pytest.mark.parametrize("what", [LAPSED, FIRED], ids=["lapse", "rungs"])
strides = pytest.mark.parametrize("stride", [17, pytest.param(1, marks=pytest.mark.deep)])
together = pytest.mark.parametrize("at_once", [in_threads, in_processes])


def of_case(case: Case) -> None:
    """Leave in the queue what is due of one case alone."""
    connections.close_all()
    Job.objects.exclude(payload__case=str(case.pk)).delete()


@what
@strides
def test_killed_between_any_two_statements_and_taken_up_again_it_happened_once(accepted, what, stride):
    found = []
    for point in range(0, 400, stride):
        case = accepted()
        of_case(case)
        killed = killed_at(point, partial(work, what.at))
        left = what.look(case)
        assert left in (what.nothing, what.everything)
        found.append(left == what.everything)
        work(what.at + queue.LEASE * 2)
        assert what.look(case) == what.everything, "whoever comes after the lease does what was not done, and only that"
        if not killed:
            break
    assert found.count(False) >= 2
    assert found[-1]
    assert found == sorted(found), "once it was committed nothing is half done"
    verified(what.at)


@what
@together
def test_of_several_workers_at_once_one_does_it(accepted, what, at_once):
    case = accepted()
    of_case(case)
    assert what.look(case) == what.nothing

    def worker() -> Case:
        work(what.at)
        return case

    at_once([worker] * 3)
    work(what.at + timedelta(minutes=1) + queue.LEASE * 2)
    assert what.look(case) == what.everything


@together
def test_of_several_looks_at_one_lapse_at_once_one_moves_the_case(accepted, at_once):
    """The queue gives one job to one worker; two jobs of one case may still be looked at together."""
    case = accepted()
    of_case(case)

    def looked(act: Callable[..., object]) -> Case:
        act(case.pk, by=STRANGER, now=OVER)
        return case

    assert at_once([partial(looked, acts.lapse), partial(looked, acts.remind)] * 2) == [f"{case.number} 2"] * 4
    assert after_a_lapse(case)[1:4] == (1, 1, 0)
    assert not Reminder.objects.exists(), "the law had decided"


@together
def test_of_several_looks_at_one_rung_at_once_one_fires_it(accepted, at_once):
    case = accepted()
    of_case(case)

    def looked() -> Case:
        acts.remind(case.pk, by=STRANGER, now=FIRST)
        return case

    assert at_once([looked] * 4) == [f"{case.number} 2"] * 4
    assert after_rungs(case) == FIRED.everything
