"""Consent by telephone: a code goes to whoever is to be served, and only who tells it has agreed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from amur.base.acting import SYSTEM, system
from amur.base.erasure import Ground
from amur.base.faults import NotFound
from amur.jobs.models import Job
from amur.ledger import reads as ledger
from amur.people.models import Authorisation
from amur.procedures import acts
from amur.procedures.acts.erasing import forget
from amur.procedures.consents.acts import send_consent_code
from amur.procedures.consents.models import ConsentAsked
from amur.procedures.models import Case
from amur.procedures.notices import signatures
from tests.procedures.notices.servers import Recorded, http_server
from tests.web.house import PROCEDURE, House
from tests.web.portal.forms import codes, fill, submit

pytestmark = pytest.mark.django_db
NUMBER = "13812345678"
ASK = f"/services/{PROCEDURE}/for-somebody/by-telephone/"


@pytest.fixture
def gateway(settings):
    recorded = Recorded()
    with http_server(recorded) as port:
        secret = signatures.secret_text(b"a gateway's secret of 32 bytes!!")
        settings.SMS = {"URL": f"http://127.0.0.1:{port}/send", "SECRET": secret, "TEMPLATE": "T", "SIGNATURE": "某局"}
        recorded.answers = [(202, '{"id": "gw-1"}')] * 9
        yield recorded


def told(gateway: Recorded, house: House) -> tuple[str, str]:
    """Let the newest code go out; return to which number, and the code."""
    job = Job.objects.filter(kind="consent.send_code").latest("pk")
    assert NUMBER not in repr(job.payload)
    send_consent_code(job.payload, house.now, "")
    said = json.loads(gateway.asked[-1][2])
    return said["number"], said["text"][:6]


def test_whoever_is_served_agrees_by_telling_the_code_that_came_to_their_telephone(house: House, gateway):
    browser = house.client("nobody")
    assert ASK in browser.get(f"/services/{PROCEDURE}/for-somebody/").content.decode()
    assert browser.post(ASK, {"number": "12"}).status_code == 422
    place = browser.post(ASK, {"number": f" {NUMBER}"})["Location"]
    number, code = told(gateway, house)
    assert number.endswith(NUMBER)
    assert browser.post(place, {"code": "1"}).status_code == 422
    assert house.client("rival").post(place, {"code": code}).status_code == 422, "a code is for who had it sent"
    assert not Authorisation.objects.exists()
    address = browser.post(place, {"code": f"{code[:3]} {code[3:]}"})["Location"]
    row = Authorisation.objects.get()
    assert (row.consent, row.kind, NUMBER in row.said) == ("phone", "proxy", True)
    fill(browser, address)
    receipt = submit(browser, address)
    case = Case.objects.get(number=codes(receipt)[0])
    assert case.channel == "proxy"
    page = receipt.content.decode()
    assert "凭您手机收到的验证码" in page, page[page.find("amur-receipt") :][:1500]
    assert "consent by a code" in house.client("handler").get(f"/en/desk/cases/{case.number}/").content.decode()
    kept = repr([entry.body for entry in ledger.entries_of(SYSTEM, row.key_subject)])
    assert NUMBER not in kept
    forget(case, ground=Ground("request", ""), by=system("erasing"), now=house.now)
    assert NUMBER not in Authorisation.objects.get().said


def test_a_code_is_guessed_five_times_at_most_and_grows_old(house: House, gateway):
    browser = house.client("nobody")
    place = browser.post(ASK, {"number": NUMBER})["Location"]
    code = told(gateway, house)[1]
    for _time in range(5):
        browser.post(place, {"code": "x"})
    assert browser.post(place, {"code": code}).status_code == 422
    fresh = acts.ask_consent(PROCEDURE, NUMBER, by=house.actor("nobody"), now=house.now)
    code, late = told(gateway, house)[1], house.now + timedelta(minutes=16)
    with pytest.raises(NotFound):
        acts.confirm_consent(fresh.pk, code, by=house.actor("nobody"), now=late)
    browser.post(ASK, {"number": NUMBER})
    assert browser.post(ASK, {"number": NUMBER}).status_code == 422, "a number is not pestered"
    assert not Authorisation.objects.exists()
    acts.forget_asked(house.now + timedelta(days=2))
    assert not ConsentAsked.objects.exists()
    send_consent_code({"consent": str(fresh.pk)}, house.now, "")


def test_without_a_gateway_the_person_signs(house: House):
    browser = house.client("nobody")
    assert ASK not in browser.get(f"/services/{PROCEDURE}/for-somebody/").content.decode()
    assert browser.post(ASK, {"number": NUMBER}).status_code == 403
