from __future__ import annotations

import re

import pytest
from django.test import Client

from amur.packs.declarations import Player
from amur.packs.play.stage import machine
from amur.procedures.models import CaseEvent, ClockRun
from tests.web.house import BODY, House

pytestmark = pytest.mark.django_db


@pytest.fixture
def accepted(house: House) -> House:
    """Somebody heads the body, and the case is under review; its clock may be extended."""
    player = Player.model_validate({"id": "head", "name": "head", "roles": ["head"], "body": BODY})
    house.stage.enter(player, by=machine(), key="test")
    house.fire(house.case, "handler", "accept", "handler")
    house.case.refresh_from_db()
    return house


def _address(house: House, language: str = "") -> str:
    return f"{language}/desk/cases/{house.case.number}/"


def _form(client: Client, house: House) -> dict[str, str]:
    page = client.get(_address(house)).content.decode()
    form = page[page.index('name="extend"') - 400 :]
    return dict(re.findall(r'<input type="hidden" name="(version|key|extend)" value="([^"]*)">', form))


def test_who_may_extends_a_clock_and_the_page_says_why_it_is_later(accepted: House):
    client = accepted.client("head")
    hidden = _form(client, accepted)
    answer = client.post(_address(accepted), hidden | {"amount": "10", "reason": "需要专家论证"})
    assert answer.status_code == 302
    accepted.case.refresh_from_db()
    assert CaseEvent.objects.get(event="clock_extended").given["amount"] == 10
    page = client.get(answer.headers["Location"]).content.decode()
    assert "已办：延长期限：办结" in page
    assert "延长 10 个工作日：需要专家论证" in page
    assert 'name="extend"' not in page
    english = client.get(_address(accepted, "/en")).content.decode()
    assert "Longer by 10 working days: 需要专家论证" in english
    assert "30 working days by law" in english


def test_the_same_form_twice_extends_once(accepted: House):
    client = accepted.client("head")
    hidden = _form(client, accepted)
    for _ in range(2):
        assert client.post(_address(accepted), hidden | {"amount": "3", "reason": "论证"}).status_code == 302
    assert CaseEvent.objects.filter(event="clock_extended").count() == 1


@pytest.mark.parametrize(
    ("amount", "reason", "said"),
    [
        ("", "论证", "请填写限度以内的整数。"),
        ("ten", "论证", "请填写限度以内的整数。"),
        ("0", "论证", "请填写限度以内的整数。"),
        ("11", "论证", "请填写限度以内的整数。"),
        ("5", "  ", "写明理由，申请人会看到。"),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_kept(accepted: House, amount: str, reason: str, said: str):
    client = accepted.client("head")
    answer = client.post(_address(accepted), _form(client, accepted) | {"amount": amount, "reason": reason})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'name="amount" inputmode="numeric" value="{amount}"' in page
    assert 'href="#extend-' in page
    assert ClockRun.objects.filter(extension__isnull=False).count() == 0


def test_nobody_else_is_offered_to_extend_nor_does_it(accepted: House):
    client = accepted.client("decider")
    assert 'name="extend"' not in client.get(_address(accepted)).content.decode()
    sent = {"extend": "decision", "version": accepted.case.version, "key": "k", "amount": "5", "reason": "论证"}
    assert client.post(_address(accepted), sent).status_code == 403
    assert client.post(_address(accepted), sent | {"extend": "nothing"}).status_code == 422


def test_a_stale_form_extends_nothing(accepted: House):
    client = accepted.client("head")
    hidden = _form(client, accepted) | {"version": "1"}
    assert client.post(_address(accepted), hidden | {"amount": "5", "reason": "论证"}).status_code == 409
    assert CaseEvent.objects.filter(event="clock_extended").count() == 0


def test_a_second_extension_says_that_there_is_only_one(accepted: House):
    client = accepted.client("head")
    hidden = _form(client, accepted)
    client.post(_address(accepted), hidden | {"amount": "5", "reason": "论证"})
    accepted.case.refresh_from_db()
    again = hidden | {"version": accepted.case.version, "key": "other", "amount": "5", "reason": "论证"}
    answer = client.post(_address(accepted), again)
    assert answer.status_code == 403
    assert "这个期限已经延长过，只能延长一次。" in answer.content.decode()


def test_the_party_reads_that_and_why_its_case_takes_longer(accepted: House):
    client = accepted.client("head")
    client.post(_address(accepted), _form(client, accepted) | {"amount": "10", "reason": "需要专家论证"})
    page = accepted.client("firm").get(f"/cases/{accepted.case.number}/").content.decode()
    assert "延长期限：办结" in page
    assert "需要专家论证" in page
