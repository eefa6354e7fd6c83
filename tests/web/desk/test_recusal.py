"""P12, conflict of interest, in the browser: stepping back, withdrawing, the party's objection and what is decided."""

from __future__ import annotations

import json

import pytest

from amur.policy.models import Declaration
from amur.procedures.models import Case
from amur.procedures.recusal.models import Objection, Recusal
from tests.web.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def case(house: House) -> Case:
    """Return an accepted case whose procedure lets deciders withdraw officials."""
    pinned = Declaration.objects.get(hash=house.case.declaration_hash)
    body = json.loads(pinned.body)
    body["recusal"] = {"by": "decider", "basis": body["basis"][:1]}
    fresh = Declaration.objects.create(
        kind=pinned.kind, declared_id=pinned.declared_id, hash="f" * 64, body=json.dumps(body)
    )
    Case.objects.filter(pk=house.case.pk).update(declaration_hash=fresh.hash)
    return house.fire(house.case, "handler", "accept", "handler")


def _page(case: Case) -> str:
    return f"/en/desk/cases/{case.number}/recusal/"


def _account(house: House, who: str) -> str:
    return str(house.stage.cast[who].account.pk)


def test_an_official_steps_back_and_sees_the_case_no_more(case, house):
    client = house.client("handler")
    assert _page(case) in client.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert "Withdraw an official" not in client.get(_page(case)).content.decode()
    assert client.post(_page(case), {"do": "back"}).status_code == 422
    answer = client.post(_page(case), {"do": "back", "back_reason": "my cousin's firm"}, follow=True)
    assert f"You stepped back from {case.number}." in answer.content.decode()
    for address in (f"/desk/cases/{case.number}/", _page(case)):
        assert client.get(address).status_code == 404
    assert case.number not in client.get("/desk/?view=all").content.decode()
    course = house.client("decider").get(f"/en/desk/cases/{case.number}/").content.decode()
    assert "An official stepped back" in course
    party = house.client("firm").get(f"/en/cases/{case.number}/").content.decode()
    assert "An official stepped back" in party
    assert "cousin" not in party


def test_the_named_role_withdraws_an_official(case, house):
    client = house.client("decider")
    page = client.get(_page(case)).content.decode()
    assert "演示 handler" in page
    assert "演示 decider" not in page.partition("<main")[2]
    assert client.post(_page(case), {"do": "withdraw", "official": "x", "withdraw_reason": "y"}).status_code == 422
    sent = {"do": "withdraw", "official": _account(house, "handler"), "withdraw_reason": "a complaint"}
    assert client.post(_page(case), sent).status_code == 302
    assert Recusal.objects.get().way == "superior"
    assert house.client("handler").get(f"/desk/cases/{case.number}/").status_code == 404


@pytest.mark.parametrize(
    ("upheld", "told"), [("yes", "Your objection was upheld."), ("no", "Your objection was dismissed.")]
)
def test_the_party_objects_and_reads_what_becomes_of_it(case, house, upheld, told):
    party, address = house.client("firm"), f"/en/cases/{case.number}/objection/"
    assert address in party.get(f"/en/cases/{case.number}/").content.decode()
    assert "Object to an official" in party.get(address).content.decode()
    for sent in ({"reason": "unfair"}, {"step": "2", "reason": ""}, {"step": "1", "reason": "unfair"}):
        assert party.post(address, sent).status_code == 422
    assert party.post(address, {"step": "2", "reason": "she is my rival's sister", "key": "k"}).status_code == 302
    assert "Your objection waits to be decided." in party.get(f"/en/cases/{case.number}/").content.decode()
    assert "sister" not in house.client("handler").get(_page(case)).content.decode()
    client = house.client("decider")
    assert "1 objection waits to be decided" in client.get(f"/en/desk/cases/{case.number}/").content.decode()
    page = client.get(_page(case)).content.decode()
    assert "sister" in page
    assert "演示 handler" in page
    made = Objection.objects.get()
    sent = {"do": "decide", "objection": str(made.pk), "upheld": upheld, "decide_reason": "we looked into it"}
    assert client.post(_page(case), sent | {"objection": "?"}).status_code == 422
    assert client.post(_page(case), sent).status_code == 302
    said = party.get(f"/en/cases/{case.number}/").content.decode()
    assert told in said
    assert "we looked into it" in said
    expected = 404 if upheld == "yes" else 200
    assert house.client("handler").get(f"/desk/cases/{case.number}/").status_code == expected
    assert house.client("handler").post(_page(case), sent).status_code in {404, 409}


def test_a_stranger_is_asked_for_the_code(case, house):
    answer = house.client().get(f"/cases/{case.number}/objection/")
    assert answer.status_code == 302
    assert "/track" in answer.headers["Location"] or "number=" in answer.headers["Location"]
