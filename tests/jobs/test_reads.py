"""What the administrator sees of the queue, and nobody else."""

from __future__ import annotations

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.faults import Refused
from amur.jobs import reads
from amur.jobs.models import Cursor, Job

pytestmark = pytest.mark.django_db

OFFICE = Scope("office", "a", grants=(Grant("handler", "bureau"), Grant("security_administrator", "bureau")))
ADMINISTRATOR = Scope("office", "a", grants=(Grant("system_administrator", "bureau", "230000"),))


@pytest.mark.parametrize("scope", [PUBLIC, Scope("party", "a"), OFFICE])
@pytest.mark.parametrize("read", [reads.dead, reads.stuck, reads.due_counts])
def test_nobody_but_the_system_administrator_looks_into_the_queue(scope, read):
    with pytest.raises(Refused):
        read(scope)


@pytest.mark.parametrize("scope", [SYSTEM, ADMINISTRATOR])
def test_the_administrator_sees_dead_jobs_with_their_error_and_without_their_payload(scope, now):
    Job.objects.create(kind="mail.send", payload={"to": "x@example.org"}, state="dead", created_at=now, last_error="E")
    Job.objects.create(kind="mail.send", state="done", created_at=now)
    (found,) = reads.dead(scope)
    assert (found.kind, found.last_error) == ("mail.send", "E")
    assert "example.org" not in repr(found)


def test_jobs_are_counted_by_state(now):
    for state in ("queued", "queued", "dead"):
        Job.objects.create(kind="demo", state=state, created_at=now)
    assert reads.due_counts(ADMINISTRATOR) == {"queued": 2, "running": 0, "done": 0, "dead": 1}


def test_a_subscriber_is_stuck_when_its_last_attempt_failed():
    Cursor.objects.create(subscriber="well", index=4)
    Cursor.objects.create(subscriber="ill", index=3, attempts=2, last_error="KeyError: 'x'")
    assert [(found.name, found.index) for found in reads.stuck(ADMINISTRATOR)] == [("ill", 3)]
