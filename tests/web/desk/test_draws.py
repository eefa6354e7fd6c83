from __future__ import annotations

import re

import pytest

from amur.procedures.draws.models import Draw
from amur.procedures.models import Case
from tests.web.drawing import commit, declare, drawn, pass_on
from tests.web.house import House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def test_the_office_commits_once_however_often_the_form_is_sent(house: House):
    declare(house)
    client = house.client("handler")
    page = client.get("/en/desk/draws/").content.decode()
    sent = dict(re.findall(r'name="(draw|key)" value="([^"]+)"', page))
    for _ in range(2):
        answer = client.post("/en/desk/draws/", sent)
        assert answer.status_code == 302
    assert Draw.objects.count() == 1
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "Not drawn yet" in shown
    assert "Draws that you hold" in client.get("/en/desk/").content.decode()


def test_a_draw_that_waits_says_so_and_the_office_sees_names(house: House):
    declare(house)
    draw, client = commit(house), house.client("handler")
    answer = client.post(f"/en/desk/draws/{draw.number}/", {"verb": "hold"})
    assert answer.status_code == 409
    assert "not sealed yet" in answer.content.decode()
    pass_on(house)
    assert client.post(f"/en/desk/draws/{draw.number}/", {"verb": "hold"}).status_code == 302
    page = client.get(f"/en/desk/draws/{draw.number}/").content.decode()
    assert "演示 both" in page
    assert "Draw now" not in page


def test_a_draw_is_withdrawn_with_a_reason_and_not_twice(house: House):
    draw, client = drawn(house), house.client("handler")
    address = f"/en/desk/draws/{draw.number}/"
    missing = client.post(address, {"verb": "withdraw", "reason": " "})
    assert missing.status_code == 422
    assert "Everybody will read it" in missing.content.decode()
    assert client.post(address, {"verb": "withdraw", "reason": "a wrong list"}).status_code == 302
    assert client.post(address, {"verb": "withdraw", "reason": "another"}).status_code == 409
    draw.refresh_from_db()
    assert draw.withdrawn_reason == "a wrong list"
    assert "This draw is not used." in client.get(address).content.decode()


def test_nothing_to_draw_from_is_said(house: House):
    declare(house, objects={"register": "new_services", "quota": {"count": 1}, "when": "false"})
    answer = house.client("handler").post("/en/desk/draws/", {"draw": "look", "key": "k"})
    assert answer.status_code == 409
    assert "nothing or nobody to draw from" in answer.content.decode()


@pytest.mark.parametrize("who", ["decider", "audit"])
def test_other_offices_hold_nothing(house: House, who: str):
    draw, client = drawn(house), house.client(who)
    assert "Your offices hold no draw" in client.get("/en/desk/draws/").content.decode()
    assert client.post("/en/desk/draws/", {"draw": "look"}).status_code == 404
    assert client.post(f"/en/desk/draws/{draw.number}/", {"verb": "hold"}).status_code == 404


def test_the_office_opens_the_case_of_each_drawn_object_at_one_stroke(house: House):
    asked = ("enterprise_name", "credit_code", "region")
    values = {**{name: f"object.{name}" for name in asked}, "draw_number": "draw.number", "inspectors": "draw.people"}
    declare(house, opens={"procedure": "market_inspection", "values": values})
    draw, client = commit(house), house.client("handler")
    address = f"/en/desk/draws/{draw.number}/"
    assert "Cases of what was drawn" not in client.get(address).content.decode()
    early = client.post(address, {"verb": "open"})
    assert early.status_code == 409
    assert "Only what was drawn" in early.content.decode()
    pass_on(house)
    assert "Open the case of each drawn object" in client.get(address).content.decode()
    assert client.post(address, {"verb": "open"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Open the case of each drawn object" not in page
    numbers = re.findall(r"desk/cases/(\d{4}-SJJC-\d{5})/", page)
    assert len(set(numbers)) == Case.objects.filter(drawn_by__draw=draw).count() > 0
    course = house.client("handler").get(f"/en/desk/cases/{numbers[0]}/").content.decode()
    assert "Opened by the authority itself" in course
