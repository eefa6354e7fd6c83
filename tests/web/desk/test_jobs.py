from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead(house: House) -> Job:
    """Return a job that was given up; its payload names a person."""
    return Job.objects.create(
        kind="procedures.notice",
        payload={"to": "mark@example.org"},
        state=Job.State.DEAD,
        attempts=8,
        last_error="the mail server does not answer",
        created_at=house.now - timedelta(days=1),
        finished_at=house.now,
    )


def test_what_was_given_up_is_shown_without_its_payload(house: House, dead: Job):
    page = house.client("system").get("/en/desk/jobs/").content.decode()
    assert "procedures.notice" in page
    assert "the mail server does not answer" in page
    assert "8 attempts" in page
    assert "mark@example.org" not in page


def test_a_job_is_revived_with_a_reason_that_the_ledger_keeps(house: House, dead: Job):
    sent = {"job": dead.pk, "verb": "revive", "reason": "the server is back"}
    assert house.client("system").post("/en/desk/jobs/", sent).status_code == 302
    dead.refresh_from_db()
    assert dead.state == Job.State.QUEUED
    last = ledger.entries_of(SYSTEM, "system")[-1]
    assert (last.kind, last.body["reason"], last.act["client"]) == ("job.revived", "the server is back", "desk")


def test_a_job_is_let_go_with_a_reason(house: House, dead: Job):
    sent = {"job": dead.pk, "verb": "discard", "reason": "told by telephone"}
    assert house.client("system").post("/en/desk/jobs/", sent).status_code == 302
    assert not Job.objects.filter(pk=dead.pk).exists()


def test_without_a_reason_nothing_happens_and_the_page_says_why(house: House, dead: Job):
    answer = house.client("system").post("/en/desk/jobs/", {"job": dead.pk, "verb": "discard", "reason": " "})
    assert answer.status_code == 422
    assert "Say why." in answer.content.decode()
    assert f'href="#reason-{dead.pk}"' in answer.content.decode()
    assert Job.objects.filter(pk=dead.pk).exists()


def test_a_job_that_was_revived_meanwhile_is_told_as_a_conflict(house: House, dead: Job):
    Job.objects.filter(pk=dead.pk).update(state=Job.State.QUEUED)
    answer = house.client("system").post("/en/desk/jobs/", {"job": dead.pk, "verb": "revive", "reason": "x"})
    assert answer.status_code == 409


def test_a_page_without_dead_jobs_says_so(house: House):
    assert "Nothing was given up" in house.client("system").get("/en/desk/jobs/").content.decode()
