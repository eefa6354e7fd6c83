from __future__ import annotations

import json
from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM
from amur.base.faults import NotFound
from amur.config import sms as settings_of_sms
from amur.jobs.models import Job
from amur.procedures import acts
from amur.procedures.notices import reads, signatures, sms
from amur.procedures.notices.models import Attempt, Delivery
from tests.procedures.conftest import Officer
from tests.procedures.notices.servers import Recorded, http_server
from tests.procedures.notices.telling import PHONE, submit, work

pytestmark = pytest.mark.django_db

SECRET = signatures.secret_text(b"a gateway's secret of 32 bytes!!")


@pytest.fixture
def gateway(settings):
    """Let short messages leave by a gateway on this machine that answers as was recorded."""
    recorded = Recorded()
    with http_server(recorded) as port:
        settings.SMS = {
            "URL": f"http://127.0.0.1:{port}/send",
            "SECRET": SECRET,
            "TEMPLATE": "T-77",
            "SIGNATURE": "某局",
        }
        yield recorded


@pytest.fixture
def delivery(gateway, now) -> Delivery:
    case = submit(now, email="")
    Officer("11", "handler").fire(case, "accept", now)
    return Delivery.objects.get()


def test_a_gateway_takes_a_signed_message_with_nothing_in_it_but_number_and_state(delivery, gateway, now):
    gateway.answers = [(202, '{"id": "gw-1"}')]
    work(now)
    ((path, headers, body),) = gateway.asked
    assert path == "/send"
    assert signatures.is_signed(SECRET, headers, body, int(now.timestamp()))
    told = json.loads(body)
    assert told == {
        "id": str(delivery.pk),
        "number": PHONE,
        "signature": "某局",
        "template": "T-77",
        "text": f"{delivery.case.number}：已受理。详见办件页。",
    }
    delivery.refresh_from_db()
    assert (delivery.state, delivery.receipt, delivery.delivered_at) == ("sent", "gw-1", None)


def test_a_number_that_is_refused_fails_and_its_error_holds_no_number(delivery, gateway, now):
    gateway.answers = [(422, json.dumps({"error": f"{PHONE} is barred"}))]
    work(now)
    work(now + timedelta(hours=2))
    assert len(gateway.asked) == 1
    (told,) = reads.told_in(SYSTEM, delivery.case_id)
    (seen,) = told.deliveries
    assert (seen.row.state, seen.row.error, seen.address) == ("failed", "422 … is barred", "…234")
    assert PHONE not in json.dumps([[job.payload, job.last_error] for job in Job.objects.all()])


@pytest.mark.parametrize(
    "answers",
    [[(429, '{"error": "slow down"}')], [(503, "")], [(302, "")], [(0, "")], [(200, "{}")], [(200, "<html>")]],
    ids=["rate limited", "down", "redirect", "breaks off", "no id", "no JSON"],
)
def test_what_may_pass_is_tried_again_under_the_same_id(delivery, gateway, now, answers):
    gateway.headers = {"location": "http://127.0.0.1:1/"} if answers[0][0] == 302 else {}
    gateway.answers = [*answers, (200, '{"id": "gw-2"}')]
    work(now)
    work(now + timedelta(minutes=1))
    assert [one["id"] for one in gateway.bodies] == [str(delivery.pk)] * 2
    assert list(Attempt.objects.order_by("id").values_list("outcome", flat=True)) == ["deferred", "accepted"]


def test_a_gateway_that_is_not_set_up_or_not_there_leaves_the_message_waiting(delivery, gateway, now, settings):
    settings.SMS = settings.SMS | {"URL": "http://127.0.0.1:9/"}
    work(now)
    settings.SMS = settings.SMS | {"URL": ""}
    work(now + timedelta(minutes=1))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("queued", "no gateway is set up; set AMUR_SMS_URL")


def signed(body: bytes, now, secret: str = SECRET) -> dict[str, str]:
    return signatures.headers([secret], "report-1", int(now.timestamp()), body)


def test_a_report_counts_only_with_the_gateways_signature(delivery, gateway, now):
    gateway.answers = [(200, '{"id": "gw-3"}')]
    work(now)
    body = b'{"id": "gw-3", "status": "delivered"}'
    other = signatures.secret_text(b"another")
    assert sms.report_of(signed(body, now, other), body, now) is None
    assert sms.report_of(signed(body, now - timedelta(minutes=6)), body, now) is None
    assert sms.report_of(signed(b"[]", now), b"[]", now) is None
    report = sms.report_of(signed(body, now), body, now)
    later = now + timedelta(seconds=9)
    for _ in range(2):
        acts.hear_report(report.reference, report.id, arrived=True, error="", now=later)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.delivered_at) == ("delivered", later)
    assert list(Attempt.objects.order_by("id").values_list("outcome", flat=True)) == ["accepted", "arrived"]


def test_a_message_that_is_reported_lost_is_among_what_failed(delivery, gateway, now):
    gateway.answers = [(200, '{"id": "gw-4"}')]
    work(now)
    acts.hear_report(str(delivery.pk), "", arrived=False, error=f"{PHONE} is off", now=now)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.error) == ("failed", "… is off")
    with pytest.raises(NotFound):
        acts.hear_report("no-uuid", "nothing", arrived=True, error="", now=now)


def test_the_settings_of_a_gateway_are_checked_when_they_are_read():
    whole = {"AMUR_SMS_URL": "https://gateway.example/send", "AMUR_SMS_SECRET": SECRET, "AMUR_SMS_SIGNATURE": "某局"}
    assert settings_of_sms.from_environment({})["URL"] == ""
    assert settings_of_sms.from_environment(whole)["SECRET"] == SECRET
    for wrong, said in (
        ({"AMUR_SMS_URL": "http://gateway.example/"}, "use https://"),
        ({"AMUR_SMS_SECRET": "short"}, "24 bytes"),
        ({"AMUR_SMS_SECRET": "whsec_%%%"}, "24 bytes"),
        ({"AMUR_SMS_SIGNATURE": "某" * 11}, "at most 10"),
    ):
        with pytest.raises(ValueError, match=said):
            settings_of_sms.from_environment(whole | wrong)
