"""Notices on the pages of parties and offices, calls to an owner's own system, and the gateway's reports."""

from __future__ import annotations

import re

import pytest

from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.procedures import acts
from amur.procedures.models import Notice
from amur.procedures.notices import signatures
from amur.procedures.notices.models import ChannelChoice, Delivery
from amur.procedures.notices.webhooks.models import Subscription
from tests.procedures.notices.servers import Recorded, http_server
from tests.web.house import FORM, House
from tests.web.portal.test_cases import follow

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def notice(house: House) -> Notice:
    return Notice.objects.filter(case=house.filed).order_by("id").last()


def test_whoever_is_signed_in_finds_all_in_one_place_read_and_unread(house: House, notice: Notice):
    client = house.client("firm")
    page = client.get("/en/notices/").content.decode()
    assert "notices that you have not opened" in page
    assert notice.subject in page
    assert notice.body.split()[0] in client.get(f"/en/notices/{notice.pk}/").content.decode()
    Notice.objects.exclude(pk=notice.pk).update(read_at=house.now)
    assert "You have opened everything." in client.get("/en/notices/").content.decode()
    assert "全部已读" in client.get("/notices/").content.decode()
    nothing = house.client("rival").get("/en/notices/").content.decode()
    assert notice.subject not in nothing


def test_a_guest_reads_what_it_was_told_on_the_page_of_the_case_and_chooses_how(house: House, notice: Notice):
    client = follow(house, house.filed)
    page = client.get(f"/en/cases/{house.filed.number}/").content.decode()
    assert notice.subject in page
    assert FORM["contact_email"] in page
    address = f"/en/cases/{house.filed.number}/channels/"
    wrong = client.post(address, {"email": "nobody"})
    assert wrong.status_code == 422
    assert "This is no address of that kind" in wrong.content.decode()
    assert client.post(address, {"email": ""}).status_code == 302
    assert not ChannelChoice.objects.get().wanted
    assert "on this page alone" in client.get(f"/en/cases/{house.filed.number}/").content.decode()


def test_an_official_sees_what_failed_and_sends_it_again_once(house: House, notice: Notice):
    delivery = notice.deliveries.get()
    Delivery.objects.filter(pk=delivery.pk).update(state="failed", error="550 no mailbox …")
    client = house.client("handler")
    listed = client.get("/en/desk/notices/").content.decode()
    assert house.filed.number in listed
    assert "It answered 550: no mailbox" in listed
    assert house.filed.number not in house.client("elsewhere").get("/en/desk/notices/").content.decode()
    page = client.get(f"/en/desk/cases/{house.filed.number}/").content.decode()
    assert "did not get through" in page
    key = re.search(rf'name="key" value="([^"]+-{notice.pk})"', page).group(1)
    address = f"/en/desk/cases/{house.filed.number}/notices/{notice.pk}/again/"
    for _ in range(2):
        assert client.post(address, {"channel": "email", "key": key}).status_code == 302
    assert notice.deliveries.count() == 2
    refused = client.post(address, {"channel": "sms", "key": "k"}, follow=True)
    assert "gave no address for this channel" in refused.content.decode()
    jobs.run_due(acts.HANDLERS, house.now, 50)
    assert house.filed.number not in client.get("/en/desk/notices/").content.decode(), "it got through since"


def test_an_owner_adds_an_address_sees_the_secret_once_and_ends_it(house: House, settings):
    settings.WEBHOOK_LOOPBACK = True
    client, recorded = house.client("firm"), Recorded()
    with http_server(recorded) as port:
        page = client.get("/en/webhooks/").content.decode()
        owner = re.search(r'<option value="([^"]+)"', page).group(1)
        sent = {"owner": owner, "endpoint": f"http://127.0.0.1:{port}/in", "key": "k"}
        shown = client.post("/en/webhooks/", sent)
        secret = re.search(r"whsec_[A-Za-z0-9+/=]+", shown.content.decode()).group()
        again = client.post("/en/webhooks/", sent, follow=True)
        assert "whsec_" not in again.content.decode()
        row = Subscription.objects.get()
        house.submit()
        ledger.seal(house.now)
        while jobs.advance("procedures.webhooks", acts.hear_of_cases, house.now, 50):
            pass
        jobs.run_due(acts.HANDLERS, house.now, 50)
    (_, headers, body), *_ = recorded.asked
    assert signatures.is_signed(secret, headers, body, int(house.now.timestamp()))
    address = f"/en/webhooks/{row.pk}/"
    assert "submitted" in client.get(address).content.decode()
    other = re.search(r"whsec_[A-Za-z0-9+/=]+", client.post(address, {"verb": "rotate"}).content.decode()).group()
    assert other != secret
    assert house.client("rival").post(address, {"verb": "end"}).status_code == 404
    assert client.post(address, {"verb": "end"}).status_code == 302
    assert client.get(address).status_code == 404


def test_an_address_inside_is_refused_in_plain_words(house: House):
    client = house.client("firm")
    owner = re.search(r'<option value="([^"]+)"', client.get("/en/webhooks/").content.decode()).group(1)
    for inner in ("https://127.0.0.1/", "http://example.org/"):
        answer = client.post("/en/webhooks/", {"owner": owner, "endpoint": inner, "key": "k"})
        assert answer.status_code == 422
        assert "This cannot be called" in answer.content.decode()
    assert client.post("/en/webhooks/", {"owner": "body/none", "endpoint": "https://a.org/"}).status_code == 404


def test_the_gateways_report_is_heard_when_it_is_signed(house: House, notice: Notice, settings):
    secret = signatures.secret_text(b"a gateway's secret of 32 bytes!!")
    settings.SMS = {"URL": "https://gateway.example/", "SECRET": secret, "TEMPLATE": "", "SIGNATURE": ""}
    Delivery.objects.filter(notice=notice).update(channel="sms", state="sent", receipt="gw-9")
    row = notice.deliveries.get()
    client = house.client()

    def report(body: bytes, key: str = secret) -> int:
        given = signatures.headers([key], "r-1", int(house.now.timestamp()), body)
        sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()}
        return client.post("/open/hooks/sms/", body, content_type="application/json", **sent).status_code

    told = b'{"id": "gw-9", "status": "delivered"}'
    assert report(told, signatures.secret_text(b"another")) == 401
    assert report(b'{"id": "gw-9", "status": "queued"}') == 204
    assert report(b'{"id": "gw-8", "status": "failed"}') == 404
    assert report(b"x" * 20_000) == 413
    row.refresh_from_db()
    assert row.state == "sent"
    assert report(told) == 204
    row.refresh_from_db()
    assert row.state == "delivered"
