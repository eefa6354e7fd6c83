from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import NotFound
from amur.jobs import acts as jobs
from amur.jobs import reads as queue
from amur.jobs.models import Job
from amur.procedures import acts, reads
from amur.procedures.models import Case, Notice
from tests.procedures.conftest import Officer
from tests.procedures.pack import FORM, STRANGER, fill, sync

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def notice(pack, now):
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    Officer("22", "decider").fire(case, "refuse", now, reason="no lamp")
    return Notice.objects.get()


def run(now):
    return jobs.run_due(acts.HANDLERS, now, 10)


def test_a_notice_is_sent_once_with_the_jobs_token_as_its_id(notice, now):
    token = Job.objects.get().token
    assert run(now) == 1
    assert run(now) == 0
    (message,) = mail.outbox
    assert message.to == [FORM["email"]]
    assert message.extra_headers["Message-ID"] == f"<{token}@amur.invalid>"
    notice.refresh_from_db()
    assert (notice.state, notice.sent_at, notice.receipt) == ("sent", now, f"<{token}@amur.invalid>")


def test_a_worker_that_died_after_sending_sends_the_same_message_id_or_nothing(notice, now):
    acts.send_notice({"notice": notice.pk}, now, "token")
    acts.send_notice({"notice": notice.pk}, now, "token")
    assert len(mail.outbox) == 1
    Notice.objects.update(state="queued")
    acts.send_notice({"notice": notice.pk}, now, "token")
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_a_failure_is_seen_on_the_case_and_tried_again(notice, now, monkeypatch):
    def refuse(*_, **__):
        raise ConnectionRefusedError("the mail server does not answer")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        run(now)
        (seen,) = reads.notices_of(SYSTEM, notice.case_id)
        assert seen.state == "failed"
        assert "does not answer" in seen.error
        for attempt in range(1, 8):
            run(now + timedelta(hours=2 * attempt))
    assert [job.kind for job in queue.dead(SYSTEM)] == ["notice.send"]
    jobs.revive(Job.objects.get().pk, by=acts_administrator(), now=now, reason="server is back")
    run(now + timedelta(days=1))
    notice.refresh_from_db()
    assert (notice.state, notice.error) == ("sent", "")


def acts_administrator():
    from amur.base.acting import system

    return system("cli")


def test_a_subject_cannot_bring_another_header(pack, now):
    sync(now)
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    # A form refuses such a character; what came in another way must not pass here either.
    Case.objects.update(subject="灯\u2028Bcc: evil@example.org")
    Officer("11", "handler").fire(case, "accept", now)
    run(now)
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == [FORM["email"]]


def test_a_notice_that_is_not_there_is_an_error_and_a_stranger_sees_none(notice, now):
    with pytest.raises(NotFound):
        acts.send_notice({"notice": 0}, now, "token")
    with pytest.raises(NotFound):
        reads.notices_of(Scope("party", "nobody"), notice.case_id)
