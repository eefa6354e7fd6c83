from __future__ import annotations

import gc
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from amur.base.acting import SYSTEM, system
from amur.base.faults import NotFound
from amur.jobs import acts as jobs
from amur.jobs import reads as queue
from amur.jobs.models import Job
from amur.procedures import acts
from amur.procedures.models import Case, Notice
from amur.procedures.notices import reads
from amur.procedures.notices.models import Attempt, Delivery
from tests.procedures.conftest import Officer
from tests.procedures.notices.certificates import certificate
from tests.procedures.notices.servers import Letters, mail_server
from tests.procedures.notices.telling import work
from tests.procedures.pack import FORM, STRANGER, fill, sync

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(pack, now) -> Case:
    return acts.submit(fill(now).id, by=STRANGER, now=now)


@pytest.fixture
def delivery(case, now) -> Delivery:
    Officer("22", "decider").fire(case, "refuse", now, reason="no lamp")
    return Delivery.objects.get()


@pytest.fixture
def smtp(settings):
    """Let mail leave by a real server on this machine."""

    def to(port: int, **options) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "localhost", port, 5
        for name, value in options.items():
            setattr(settings, name, value)

    return to


def outcomes() -> list[str]:
    return list(Attempt.objects.order_by("id").values_list("outcome", flat=True))


def test_a_mail_server_takes_a_notice_once_and_its_receipt_is_kept(delivery, now, smtp):
    with mail_server(letters := Letters()) as port:
        smtp(port)
        assert work(now) == 1
        assert work(now) == 0
    (letter,) = letters.taken
    assert f"Message-ID: <{delivery.pk}@amur.invalid>" in letter
    assert f"To: {FORM['email']}" in letter
    delivery.refresh_from_db()
    assert (delivery.state, delivery.sent_at, delivery.receipt) == ("sent", now, f"<{delivery.pk}@amur.invalid>")
    assert outcomes() == ["accepted"]


def test_a_server_that_is_busy_is_tried_again_later_with_the_same_message(delivery, now, smtp):
    with mail_server(letters := Letters(["451 try later", "421 too many"])) as port:
        smtp(port)
        assert [work(now), work(now + timedelta(seconds=29)), work(now + timedelta(seconds=30))] == [1, 0, 1]
        assert [work(now + timedelta(seconds=89)), work(now + timedelta(seconds=90))] == [0, 1]
    assert outcomes() == ["deferred", "deferred", "accepted"]
    assert len(letters.taken) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("sent", "")


@pytest.mark.parametrize("answer", ["550 RCPT is unknown here", "554 this is no letter"])
def test_what_a_server_refuses_for_good_is_not_tried_again_and_is_seen(delivery, now, smtp, answer):
    with mail_server(letters := Letters([answer])) as port:
        smtp(port)
        work(now)
        assert work(now + timedelta(hours=2)) == 0
    assert (letters.tried, outcomes()) == (1, ["refused"])
    (told,) = reads.told_in(SYSTEM, delivery.case_id)
    (seen,) = told.deliveries
    assert seen.row.state == "failed"
    assert answer[:3] in seen.row.error
    assert FORM["email"] not in seen.row.error
    assert "keeper" not in seen.row.error
    assert seen.address == "kee…@example.org"
    assert [one.number for one in reads.failed_notices(SYSTEM).rows] == [Case.objects.get().number]


def test_a_connection_that_breaks_off_is_no_receipt(delivery, now, smtp):
    with mail_server(letters := Letters(["drop"])) as port:
        smtp(port)
        work(now)
        delivery.refresh_from_db()
        assert (delivery.state, delivery.sent_at) == ("queued", None)
        work(now + timedelta(minutes=1))
    assert outcomes() == ["deferred", "accepted"]
    assert len(letters.taken) == 1


def test_a_server_that_is_slow_is_waited_for_so_long_and_no_longer(delivery, now, smtp):
    with mail_server(Letters(["slow"])) as port:
        smtp(port, EMAIL_TIMEOUT=0.4)
        work(now)
    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert "timed out" in delivery.error


def test_a_server_that_asks_for_it_gets_a_login_over_an_encrypted_line(delivery, now, smtp, tmp_path, monkeypatch):
    context, trusted = certificate(tmp_path)
    with mail_server(letters := Letters(), context=context, login=("amur", "geheim")) as port:
        smtp(port, EMAIL_USE_TLS=True, EMAIL_HOST_USER="amur", EMAIL_HOST_PASSWORD="wrong")
        work(now)  # the certificate is nobody's that we trust
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        work(now + timedelta(minutes=1))  # the password is wrong
        smtp(port, EMAIL_HOST_PASSWORD="geheim")
        work(now + timedelta(hours=1))
    assert outcomes() == ["deferred", "deferred", "accepted"]
    assert len(letters.taken) == 1
    said = list(Attempt.objects.order_by("id").values_list("error", flat=True))
    assert "CERTIFICATE_VERIFY_FAILED" in said[0]
    assert "535" in said[1]
    gc.collect()  # a line that was left open would warn here


def test_what_failed_eight_times_is_given_up_shown_and_sent_when_somebody_revives_it(delivery, now, monkeypatch):
    def refuse(*_, **__):
        raise ConnectionRefusedError("the mail server does not answer")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        work(now)
        ((told,),) = (one.deliveries for one in reads.told_in(SYSTEM, delivery.case_id))
        assert told.is_tried_again
        assert "does not answer" in told.row.error
        for attempt in range(1, 8):
            work(now + timedelta(hours=2 * attempt))
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert [job.kind for job in queue.dead(SYSTEM)] == ["notice.send"]
    jobs.revive(Job.objects.get().pk, by=system("cli"), now=now, reason="server is back")
    work(now + timedelta(days=1))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("sent", "")


def test_a_worker_that_died_after_sending_sends_the_same_message_id_or_nothing(delivery, now):
    payload = {"delivery": str(delivery.pk)}
    acts.send_notice(payload, now, "token")
    acts.send_notice(payload, now, "token")
    assert len(mail.outbox) == 1
    Delivery.objects.update(state="queued")
    acts.send_notice(payload, now, "token")
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 1


def test_an_act_that_does_not_commit_tells_nobody_anything(case, now):
    with transaction.atomic():
        Officer("22", "decider").fire(case, "refuse", now, reason="no lamp")
        assert Delivery.objects.exists()
        assert mail.outbox == []
        transaction.set_rollback(True)
    for table in (Notice, Delivery, Job):
        assert not table.objects.exists()
    work(now + timedelta(days=1))
    assert mail.outbox == []


def test_nothing_counts_as_sent_before_the_channel_has_taken_it(delivery, now, monkeypatch):
    seen = []

    def look(self, *_, **__):
        seen.append(Delivery.objects.get().state)
        return 1

    monkeypatch.setattr("django.core.mail.EmailMessage.send", look)
    work(now)
    assert seen == ["queued"]
    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_subject_cannot_bring_another_header(pack, now):
    sync(now)
    case = acts.submit(fill(now).id, by=STRANGER, now=now)
    # A form refuses such a character; what came in another way must not pass here either.
    Case.objects.update(subject="灯\u2028Bcc: evil@example.org")
    Officer("11", "handler").fire(case, "accept", now)
    work(now)
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == [FORM["email"]]


def test_a_job_of_an_earlier_version_names_the_notice_alone(delivery, now):
    acts.send_notice({"notice": delivery.notice_id}, now, "token")
    assert len(mail.outbox) == 1


def test_a_delivery_that_is_not_there_is_an_error(delivery, now):
    with pytest.raises(NotFound):
        acts.send_notice({"notice": 0}, now, "token")


def test_an_error_that_is_no_answer_about_the_message_is_not_for_good():
    from amur.procedures.notices.mail import is_for_good

    assert not is_for_good(smtplib.SMTPAuthenticationError(535, b"no"))
    assert not is_for_good(TimeoutError())
    assert is_for_good(smtplib.SMTPSenderRefused(550, b"no", "a"))
    assert not is_for_good(smtplib.SMTPRecipientsRefused({"a": (450, b"later")}))
