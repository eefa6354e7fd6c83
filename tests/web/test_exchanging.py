"""What other systems send to us, and what the desk, a party and everybody see of what goes to and fro."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amur.exchange.models import Difference, Intake, Message
from amur.people.models import Body
from amur.procedures.models import Case
from amur.procedures.notices import signatures
from tests.exchange.conftest import ORDER, send_order, work
from tests.exchange.conftest import fire as fire  # noqa: PLC0414 -- a fixture
from tests.exchange.conftest import other_side as other_side  # noqa: PLC0414 -- a fixture
from tests.exchange.hotline import PACK
from tests.exchange.other_side import KEEPER_TOKEN, SECRET, TOKEN
from tests.exchange.travelling import TRAVELLING
from tests.procedures.pack import sync
from tests.web.contested import follow, official

pytestmark = [pytest.mark.django_db, pytest.mark.either]
AT = "/open/exchange/hotline/"


@pytest.fixture
def orders(clock, now):
    Body.objects.create(id="bureau", titles={"zh": "局", "en": "Bureau"}, region_id=None)
    return sync(now, PACK)


@pytest.fixture
def desk(orders) -> Client:
    return official("handler")


def call(path: str, told: object, token: str = TOKEN) -> tuple[int, dict]:
    sent = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    body = told if isinstance(told, str) else json.dumps(told)
    found = Client().post(AT + path, body, content_type="application/json", HTTP_HOST="localhost", **sent)
    return found.status_code, json.loads(found.content) if found.content else {}


def page(client: Client, address: str, **sent) -> str:
    found = client.post(f"/en/{address}", sent, follow=True) if sent else client.get(f"/en/{address}")
    return found.content.decode()


def test_a_message_by_call_is_taken_once_and_answered_in_full(orders, other_side, now):
    status, said = call("order/", ORDER)
    case = Case.objects.get()
    assert (status, said) == (201, {"state": "taken", "id": "1", "number": case.number})
    assert call("order/", ORDER) == (200, said)
    assert call("order/", ORDER | {"matter": "x"})[0] == 409
    status, said = call("order/", ORDER | {"流水号": "2", "工单编号": "W-2", "类别": "77", "matter": None})
    assert (status, said["faults"]) == (
        422,
        [
            {"field": "matter", "code": "required", "found": "nothing was entered"},
            {"field": "kind", "code": "unknown_code", "found": "the code '77' has no counterpart in 'kinds'"},
        ],
    )
    assert call("redo/", {"serial": "1", "order_no": "W-9", "why": "y"})[0] == 404
    for path, told, token, wanted in (
        ("order/", ORDER, "", 401),
        ("order/", ORDER, "not-a-token-of-24-characters", 401),
        ("song/", ORDER, TOKEN, 404),
        ("order/", "{", TOKEN, 400),
        ("order/", 5, TOKEN, 400),
        ("order/", '"' + "x" * 1_000_001 + '"', TOKEN, 413),
    ):
        assert call(path, told, token)[0] == wanted
    assert (
        Client().post("/open/exchange/national/lamp_there/", "{}", content_type="application/json").status_code == 401
    )


def test_many_answers_come_in_one_call_each_with_its_own_result(orders, other_side, now, fire):
    case = send_order(now)
    fire(case, "sign")
    told = {"serial": 1, "number": case.number, "found": "灯泡坏", "why": True}
    status, said = call("answers/", [told, told | {"serial": 2, "number": "x"}], KEEPER_TOKEN)
    assert status == 200
    assert [(one["item"], one["status"], one["state"]) for one in said["items"]] == [
        (1, 201, "taken"),
        (2, 404, "refused"),
    ]
    assert call("answers/", told | {"serial": 3})[0] == 401, "the platform is no keeper"


def test_a_receipt_by_call_is_signed_or_not_heard(orders, other_side, now, fire):
    case = send_order(now)
    other_side.answers = [(202, {"state": "taken"})]
    fire(case, "sign")
    work(now)
    row = Message.objects.get()
    body = json.dumps({"message": str(row.pk), "number": "W-1"}).encode()
    headers = signatures.headers([SECRET], "r1", int(now.timestamp()), body)
    sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    for wanted in (204, 204):
        found = Client().post(AT + "receipts/", body, content_type="application/json", **sent)
        assert found.status_code == wanted
    row.refresh_from_db()
    assert (row.state, row.their_number) == ("received", "W-1")
    assert call("receipts/", {"message": str(row.pk), "state": "refused", "reason": "no"})[0] == 409
    assert call("receipts/", {"message": "x"})[0] == 404
    assert call("receipts/", {"message": str(row.pk), "state": "sung"})[0] == 422
    assert call("receipts/", {"number": "x"})[0] == 400
    assert call("receipts/", {"message": str(row.pk)}, "")[0] == 401


def test_the_desk_shows_what_failed_and_a_person_tries_again_or_sets_it_aside(desk, other_side, now, clock, fire):
    case = send_order(now)
    other_side.answers = [(500, {}), (500, {}), (500, {})]
    fire(case, "sign")
    for minutes in (0, 1, 3):
        work(now + timedelta(minutes=minutes))
    assert "1 thing needs somebody" in page(desk, "desk/exchanges/")
    assert 'href="/en/desk/exchanges/hotline/"' in page(desk, "desk/")
    found = page(desk, "desk/exchanges/hotline/")
    assert "It answered 500." in found
    row = Message.objects.get()
    at = f"desk/exchanges/hotline/messages/{row.pk}/"
    assert "W-1" in page(desk, at)
    assert "Done." in page(desk, at, verb="again", key="a")
    assert Message.objects.get().state == "waiting"
    assert "Nothing was done" in page(desk, at, verb="aside", why=" ")
    assert "Set aside" in page(desk, at, verb="aside", why="电话告知")
    assert desk.post(f"/en/{at}", {"verb": "sing"}).status_code == 404
    case = send_order(now, 流水号="2", 工单编号="W-2")
    fire(case, "sign")
    work(now)
    at = f"desk/exchanges/hotline/messages/{Message.objects.get(case=case).pk}/"
    assert f'href="/en/{at}"' in page(desk, f"desk/cases/{case.number}/")


def test_without_another_side_what_waits_is_taken_as_a_file_and_answered_by_hand(desk, now, fire):
    case = send_order(now)
    fire(case, "sign")
    work(now)
    found = page(desk, "desk/exchanges/hotline/")
    assert "No other side is set up here" in found
    found = page(desk, "desk/exchanges/hotline/", file="signed", key="f")
    assert "The file is made" in found
    row = Message.objects.get()
    answer = desk.get(f"/en/desk/exchanges/hotline/out/signed/{row.sent_at.isoformat()}.csv")
    assert answer.content.decode().splitlines()[1].startswith(f"{row.pk},{case.number},sign,")
    assert desk.get("/en/desk/exchanges/hotline/out/signed/yesterday.csv").status_code == 404
    assert "Nothing waits" in page(desk, "desk/exchanges/hotline/", file="signed", key="g")
    at = f"desk/exchanges/hotline/messages/{row.pk}/"
    assert "Nothing was done" in page(desk, at, verb="refused", number="", reason="")
    assert "Received there" in page(desk, at, verb="received", number="R-1", reason="")


def test_a_file_is_looked_through_and_taken_in_at_the_desk(desk, now):
    text = "流水号,工单编号,类别,诉求内容,更多\n1,W-1,01,路灯不亮,x\n2,W-2,77,井盖,y\n"
    empty = desk.get("/en/desk/exchanges/hotline/in/order/empty.csv").content.decode()
    assert empty == "\ufeff流水号,工单编号,诉求内容,类别,来电人,【Keeper】\r\n"
    at = "/en/desk/exchanges/hotline/in/order/"
    assert desk.post(at, {}).status_code == 422
    wrong = desk.post(at, {"file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert "The first row does not name" in wrong.content.decode()
    found = desk.post(at, {"file": SimpleUploadedFile("orders.csv", text.encode())}, follow=True).content.decode()
    for said in ("2 rows were looked through", "The code 77 has no counterpart", "更多", "orders.csv"):
        assert said in found
    run = Intake.objects.get()
    at = f"desk/exchanges/hotline/files/{run.pk}/"
    found = page(desk, at, do="take")
    assert "Taken in 1, known from before 0, refused 1." in found
    refused = desk.get(f"/en/{at}refused.csv").content.decode()
    assert "3,类别: The code 77 has no counterpart in our lists," in refused
    assert "井盖" in refused
    page(desk, at, do="drop")
    assert Intake.objects.get().file_name == ""
    assert desk.get(f"/en/desk/exchanges/national/files/{run.pk}/").status_code == 404
    assert "keeper_a" in page(desk, "desk/exchanges/hotline/in/answers/")
    assert desk.get("/en/desk/exchanges/hotline/in/closed/").status_code == 404


def test_what_the_field_of_a_row_refuses_is_told_as_forms_tell_it(desk, now):
    text = f"流水号,工单编号,类别,诉求内容\n1,W-1,77,{'x' * 3_000}\n"
    at = "/en/desk/exchanges/hotline/in/order/"
    desk.post(at, {"file": SimpleUploadedFile("orders.csv", text.encode())})
    found = page(desk, f"desk/exchanges/hotline/files/{Intake.objects.get().pk}/", do="take")
    assert "Matter: shorten it to at most" in found
    assert "too_long" not in found
    assert "lists.;" not in found


def test_what_differs_is_shown_and_resolved_with_a_reason(desk, now):
    send_order(now)
    file = SimpleUploadedFile("list.csv", "工单编号,state\nW-1,2\n".encode())
    found = desk.post("/en/desk/exchanges/hotline/in/orders/", {"file": file}, follow=True).content.decode()
    for said in ("Compared: 1 differences.", "Different", "sent_out", "signed", "they list 1, 0 agree, 1 differences"):
        assert said in found
    assert "not compared, as" not in found
    row = Difference.objects.get()
    assert "Nothing was done" in page(desk, "desk/exchanges/hotline/", difference=str(row.pk), reason="")
    found = page(desk, "desk/exchanges/hotline/", difference=str(row.pk), reason="对方明日更新")
    assert "No difference stands." in found
    assert "对方明日更新" in found
    assert desk.post("/en/desk/exchanges/hotline/", {"difference": "x", "reason": "r"}).status_code == 404


def test_the_desk_says_what_was_not_compared_as_their_list_does_not_give_it(desk, now):
    sync(now, TRAVELLING)
    send_order(now)
    file = SimpleUploadedFile("list.csv", "工单编号,state\nW-1,1\n".encode())
    desk.post("/en/desk/exchanges/hotline/in/orders/", {"file": file})
    assert "not compared, as their list does not give it: Files" in page(desk, "desk/exchanges/hotline/")


def test_a_party_and_everybody_are_told_which_system_decides(orders, now, fire):
    case = send_order(now)
    fire(case, "sign")
    work(now)
    found = follow(case).get(f"/en/cases/{case.number}/").content.decode()
    for said in ("Handed over to another system", "platform", "W-1", "On its way"):
        assert said in found
    stranger = Client()
    assert "What is listed here is a copy" in stranger.get("/en/registers/lamps/").content.decode()
    listed = stranger.get("/en/systems/").content.decode()
    assert "The national list of lamps" in listed
    assert "order_no" in listed
    api = json.loads(stranger.get("/open/api/v1/registers/lamps").content)
    assert api["system_of_record"] == {
        "whose": "national",
        "title": {"zh": "全国灯册", "en": "The national list of lamps"},
        "decides": {"zh": "【The ministry of lamps】", "en": "The ministry of lamps"},
        "exchange": "national",
        "not_handed_over": None,
    }
    assert json.loads(stranger.get("/open/api/v1/services/desk_task").content)["system_of_record"] is None


def test_an_imagined_other_side_says_so_wherever_it_shows(desk, settings, now, fire):
    settings.EXCHANGES = {"hotline": {"url": "", "secret": "", "clients": {}, "simulated": True}}
    case = send_order(now)
    fire(case, "sign")
    work(now)
    row = Message.objects.get()
    assert (row.state, row.way) == ("received", "simulated")
    assert row.their_number.startswith("SIM-")
    for address in ("desk/exchanges/", "desk/exchanges/hotline/"):
        assert "The other side is imagined." in page(desk, address)
    assert "imagined in this demonstration" in page(follow(case), f"cases/{case.number}/")


def test_nobody_but_who_looks_after_an_exchange_sees_it(orders, now, fire):
    case = send_order(now)
    fire(case, "sign")
    work(now)
    other = official("decider")
    assert other.get("/en/desk/exchanges/hotline/").status_code == 404
    assert other.get(f"/en/desk/exchanges/hotline/messages/{Message.objects.get().pk}/").status_code == 404
    assert "look after no exchange" in page(other, "desk/exchanges/")
