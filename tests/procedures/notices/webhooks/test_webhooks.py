from __future__ import annotations

import json
import socket
import time
from datetime import timedelta

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from django.db import connection
from standardwebhooks import Webhook

from amur.base.acting import Actor, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.procedures import acts
from amur.procedures.models import Case
from amur.procedures.notices import calls
from amur.procedures.notices.webhooks import reads
from amur.procedures.notices.webhooks.models import Call, Dispatch, Subscription
from tests.procedures.conftest import Officer
from tests.procedures.notices.certificates import certificate
from tests.procedures.notices.servers import Recorded, http_server
from tests.procedures.notices.telling import work
from tests.procedures.pack import STRANGER, fill

pytestmark = pytest.mark.django_db

OWNER = "firm-7"
SCOPE = Scope("party", "77", parties=frozenset({OWNER}))
BY = Actor("77", client="portal")
HANDLER = Officer("11", "handler")


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_LOOPBACK = True
    recorded = Recorded()
    with http_server(recorded) as port:
        recorded.address = f"http://127.0.0.1:{port}/hook"
        yield recorded


def subscribe(address: str, now, **options):
    options = {"owner_kind": "enterprise", "owner_id": OWNER, "scope": SCOPE} | options
    return acts.subscribe(options.pop("owner_kind"), options.pop("owner_id"), address, by=BY, now=now, **options)


@pytest.fixture
def subscribed(receiver, pack, now):
    return subscribe(receiver.address, now)


@pytest.fixture
def case(subscribed, now) -> Case:
    found = acts.submit(fill(now).id, by=STRANGER, now=now)
    Case.objects.filter(pk=found.pk).update(enterprise_id=OWNER)
    found.refresh_from_db()
    return found


def hear(now) -> None:
    """Seal what happened and let the subscriber hear of it."""
    ledger.seal(now)
    while jobs.advance("procedures.webhooks", acts.hear_of_cases, now, 50):
        pass


def test_an_event_is_told_as_a_cloud_event_that_the_standard_verifies(case, subscribed, receiver, now):
    HANDLER.fire(case, "accept", now)
    work(now)
    assert receiver.asked == [], "nothing is told before it is sealed"
    hear(now)
    hear(now)
    work(now)
    work(now)
    assert len(receiver.asked) == 2
    _, headers, body = receiver.asked[1]
    assert headers["content-type"].startswith("application/cloudevents+json")
    event = from_structured_event(HTTPMessage(headers=headers, body=body), JSONFormat())
    assert event.get_type() == "amur.case.accept"
    assert event.get_subject() == case.number
    assert event.get_data() == {
        "number": case.number,
        "procedure": "licence",
        "event": "accept",
        "state": "accepted",
    }
    assert event.get_extension("sequence") == "0000000002"
    assert headers["webhook-id"] == event.get_id() == str(Dispatch.objects.get(event="accept").pk)
    fresh = signed_now(body, headers, subscribed[1])
    assert Webhook(subscribed[1]).verify(body, fresh)["id"] == event.get_id()
    for personal in ("keeper@example.org", "123", "移动灯"):
        assert personal not in body.decode().replace(event.get_id(), "")


def signed_now(body: bytes, headers: dict[str, str], secret: str) -> dict[str, str]:
    """Return the headers with the time of the judge's own clock, which stands years after that of the test."""
    from amur.procedures.notices.signatures import headers as sign

    at = int(headers["webhook-timestamp"])
    assert sign([secret], headers["webhook-id"], at, body)["webhook-signature"] == headers["webhook-signature"]
    return sign([secret], headers["webhook-id"], int(time.time()), body)


def test_events_of_a_case_come_in_their_order_and_a_later_one_waits(case, receiver, now):
    HANDLER.fire(case, "accept", now)
    hear(now)
    receiver.answers = [(500, ""), (204, ""), (204, "")]
    work(now)
    assert [one["sequence"][-1] for one in receiver.bodies] == ["1"]
    work(now + timedelta(seconds=29))
    assert len(receiver.asked) == 1
    work(now + timedelta(seconds=30))
    work(now + timedelta(seconds=31))
    assert [one["sequence"][-1] for one in receiver.bodies] == ["1", "1", "2"]
    assert receiver.bodies[0]["id"] == receiver.bodies[1]["id"]
    assert list(Call.objects.order_by("id").values_list("outcome", "status")) == [
        ("deferred", 500),
        ("accepted", 204),
        ("accepted", 204),
    ]


@pytest.mark.parametrize(("status", "calls_made"), [(500, 8), (302, 8), (410, 1)], ids=["down", "redirect", "gone"])
def test_what_does_not_get_through_is_dead_and_shown_and_holds_nothing_up(case, receiver, now, status, calls_made):
    HANDLER.fire(case, "accept", now)
    hear(now)
    receiver.headers = {"location": receiver.address} if status == 302 else {}
    receiver.answers = [(status, "")] * calls_made
    for hour in range(10):
        work(now + timedelta(hours=2 * hour))
    view, latest = reads.subscription(SCOPE, Subscription.objects.get().pk)
    assert (view.dead, view.sent, view.waiting) == (1, 1, 0)
    assert (latest[0].state, latest[0].attempts, latest[0].error) == ("dead", calls_made, f"it answered {status}")
    assert [one["sequence"][-1] for one in receiver.bodies] == ["1"] * calls_made + ["2"]


def test_a_worker_that_died_in_a_call_tells_it_again_under_the_same_id(case, receiver, now):
    hear(now)
    row = Dispatch.objects.get()
    payload = {"subscription": str(row.subscription_id), "case": str(row.case_id)}
    Dispatch.objects.update(claimed_until=now + timedelta(seconds=90))
    acts.send_event(payload, now, "")
    assert receiver.asked == [], "another has it in hand"
    acts.send_event(payload, now + timedelta(minutes=2), "")
    assert [one["id"] for one in receiver.bodies] == [str(row.pk)]


def test_a_slow_server_is_cut_off(case, receiver, now, monkeypatch):
    monkeypatch.setattr(calls, "WHOLE_SECONDS", 0.2)
    receiver.pause = 0.6
    hear(now)
    work(now)
    row = Dispatch.objects.get()
    assert (row.state, row.attempts) == ("queued", 1)
    assert row.error


def test_while_a_secret_is_replaced_both_fit_and_it_is_shown_once(case, subscribed, receiver, now):
    row, old = subscribed
    _, new = acts.rotate_secret(row.pk, by=BY, scope=SCOPE, now=now)
    assert new != old
    hear(now)
    work(now)
    _, headers, body = receiver.asked[0]
    at = int(headers["webhook-timestamp"])
    from amur.procedures.notices.signatures import is_signed

    assert [is_signed(one, headers, body, at) for one in (old, new)] == [True, True]
    HANDLER.fire(case, "accept", now)
    hear(now)
    work(now + timedelta(days=1, seconds=1))
    _, headers, body = receiver.asked[1]
    at = int(headers["webhook-timestamp"])
    assert [is_signed(one, headers, body, at) for one in (old, new)] == [False, True]
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, former_secret, endpoint FROM procedures_subscription")
        (stored,) = cursor.fetchall()
    assert all(one.startswith("sealed:1:") for one in stored)
    view, _ = reads.subscription(SCOPE, row.pk)
    assert "whsec_" not in repr(view)


def test_the_same_key_subscribes_once_and_shows_no_secret_again(receiver, pack, now):
    made, secret = subscribe(receiver.address, now, key="k")
    again, nothing = subscribe(receiver.address, now, key="k")
    assert (again, nothing) == (made, "")
    assert secret.startswith("whsec_")


def test_whoever_does_not_act_for_an_owner_neither_subscribes_nor_sees(subscribed, receiver, now):
    for scope in (Scope("party", "78"), Scope("public"), Scope("party", parties=frozenset({OWNER}))):
        with pytest.raises(NotFound):
            subscribe(receiver.address, now, scope=scope)
        with pytest.raises(NotFound):
            reads.subscription(scope, subscribed[0].pk)
        with pytest.raises(NotFound):
            acts.end_subscription(subscribed[0].pk, by=BY, scope=scope, now=now)


def test_only_the_owners_cases_are_told_and_an_ended_subscription_is_silent(case, subscribed, receiver, now):
    other = acts.submit(fill(now).id, by=STRANGER, now=now)
    hear(now)
    assert set(Dispatch.objects.values_list("case", flat=True)) == {case.pk}
    assert other.pk != case.pk
    for _ in range(2):
        acts.end_subscription(subscribed[0].pk, by=BY, scope=SCOPE, now=now)
    work(now)
    assert receiver.asked == []
    row = Subscription.objects.get()
    assert (row.secret, row.former_secret, Dispatch.objects.get().state) == ("", "", "dead")
    with pytest.raises(NotFound):
        acts.rotate_secret(row.pk, by=BY, scope=SCOPE, now=now)


def test_a_body_is_told_of_its_own_cases(receiver, pack, now):
    administrator = Officer("33", "system_administrator")
    made, _ = acts.subscribe(
        "body", "bureau", receiver.address, by=administrator.by, scope=administrator.scope, now=now
    )
    acts.submit(fill(now).id, by=STRANGER, now=now)
    hear(now)
    assert Dispatch.objects.get().subscription == made


def test_an_owner_has_so_many_subscriptions_and_no_more(receiver, pack, now):
    for _ in range(5):
        subscribe(receiver.address, now)
    with pytest.raises(Refused, match="at most 5"):
        subscribe(receiver.address, now)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://u:p@example.org/",
        "https://",
        "https://a b/",
        "https://x:y/",
    ],
)
def test_an_address_that_is_no_plain_https_is_refused(pack, now, address):
    with pytest.raises(Invalid) as fault:
        subscribe(address, now)
    assert fault.value.fields["endpoint"][0] == "bad_address"


def lead_to(monkeypatch, *answers: str) -> list[str]:
    """Let each look-up of a name lead to the next of these addresses; return what was looked up."""
    asked, left = [], list(answers)

    def look_up(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0) if len(left) > 1 else left[0], port))]

    monkeypatch.setattr(calls.socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "::1", "::ffff:10.0.0.1"])
def test_a_name_that_leads_inside_is_refused(pack, now, monkeypatch, inner):
    lead_to(monkeypatch, inner)
    with pytest.raises(Invalid) as fault:
        subscribe("https://hook.example.org/", now)
    assert fault.value.fields["endpoint"][0] == "private_address"


def test_a_name_that_leads_inside_later_is_not_called(pack, now, monkeypatch, settings):
    settings.WEBHOOK_LOOPBACK = False
    lead_to(monkeypatch, "93.184.215.14", "127.0.0.1")
    subscribe("https://hook.example.org/", now)
    found = acts.submit(fill(now).id, by=STRANGER, now=now)
    Case.objects.filter(pk=found.pk).update(enterprise_id=OWNER)
    hear(now)
    work(now)
    row = Dispatch.objects.get()
    assert (row.attempts, row.error) == (1, "this name leads to an address that is not in the open internet")


def test_the_connection_is_made_to_what_was_checked_and_the_name_proved(monkeypatch, tmp_path):
    context, trusted = certificate(tmp_path, "hook.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    recorded = Recorded()
    with http_server(recorded, context=context) as port:
        asked = lead_to(monkeypatch, "93.184.215.14", "10.0.0.1")
        target = calls.target_of(f"https://hook.example.org:{port}/in")
        assert calls.checked(target) == "93.184.215.14"
        monkeypatch.undo()
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        assert calls.post(target, "127.0.0.1", b"{}", {}).status == 204
        assert asked == ["hook.example.org"], "a name is looked up once a call"
        assert recorded.asked[0][1]["host"] == f"hook.example.org:{port}"
        other = calls.target_of(f"https://other.example.org:{port}/in")
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            calls.post(other, "127.0.0.1", b"{}", {})


def test_what_is_told_of_an_erased_case_holds_nothing_personal(case, receiver, now):
    hear(now)
    work(now)
    assert json.loads(receiver.asked[0][2])["data"] == {
        "number": case.number,
        "procedure": "licence",
        "event": "submitted",
        "state": "submitted",
    }
