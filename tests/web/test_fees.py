"""What a party sees of what it has to pay, what the office does about it, and how the cashier is heard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches

from amur.people.models import Body
from amur.procedures import acts
from amur.procedures.fees.models import FeeBooking, FeeRefund
from amur.procedures.models import Case
from amur.procedures.notices import signatures
from tests.procedures.fees.cashier import SECRET, Till, open_till, signed
from tests.procedures.fees.charged import accept, demand_of, furnish
from tests.procedures.fees.conftest import work
from tests.web.contested import follow, official

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def till(settings):
    made = Till()
    with open_till(made) as port:
        settings.CASHIER = {"URL": f"http://127.0.0.1:{port}", "SECRET": SECRET}
        yield made


@pytest.fixture
def case(clock, now, till) -> Case:
    caches["counts"].clear()
    Body.objects.create(id="bureau", titles={"zh": "局", "en": "Bureau"}, region_id=None)
    furnish(now)
    found = accept(now)
    work(now)
    return found


@pytest.fixture
def pays(case, till, now, client):
    def pay(amount, *, secret=SECRET, **changes) -> int:
        said = till.pays(demand_of(case).code, amount, now.date()) | changes
        headers, body = signed(said, now, secret)
        sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        address = "/open/hooks/cashier/"
        return client.post(address, body, content_type="application/json", HTTP_HOST="localhost", **sent).status_code

    return pay


def test_a_party_sees_what_to_pay_by_when_why_and_under_which_code(case):
    browser, at = follow(case), f"/en/cases/{case.number}/"
    page = browser.get(at).content.decode()
    assert f'href="{at}fees/licence/"' in page
    assert "CN¥106.00" in page
    found = browser.get(f"{at}fees/licence/").content.decode()
    for said in ("PAY0000", "<svg", "24 March 2026", "base_fee", "100.00", "0.03", "in force since"):
        assert said in found
    chinese = browser.get(f"/cases/{case.number}/fees/licence/").content.decode()
    for said in ("¥106.00", "缴款码", "许可费", "待缴"):
        assert said in chinese
    assert browser.get(f"{at}fees/nothing/").status_code == 404


def test_a_stranger_is_asked_for_the_code_of_the_case(case, client):
    answer = client.get(f"/en/cases/{case.number}/fees/licence/", HTTP_HOST="localhost")
    assert answer["Location"] == f"/en/track/?number={case.number}"


def test_a_late_party_sees_each_line_of_the_surcharge(case, clock):
    clock.advance(days=16)
    page = follow(case).get(f"/en/cases/{case.number}/fees/licence/").content.decode()
    for said in ("CN¥112.36", "CN¥6.36", "2 days", "late", "Why a surcharge?"):
        assert said in page


def test_the_cashier_is_heard_when_it_signed_and_once(case, pays):
    assert pays(10_600, secret=signatures.secret_text(b"another secret of thirty-two byte")) == 401
    assert [pays(10_600, id="p-1"), pays(10_600, id="p-1"), pays(5, id="p-1"), pays(0), pays(5, code="X")] == [
        204,
        204,
        409,
        422,
        404,
    ]
    assert FeeBooking.objects.count() == 1
    page = follow(case).get(f"/en/cases/{case.number}/fees/licence/").content.decode()
    assert "000002" in page
    assert "7f3a" in page
    assert "PAY0000" not in page


def test_what_the_cashier_signed_and_nobody_can_read_is_refused(case, client, now):
    for body, status in ((b"{", 422), (b"x" * 20_000, 413)):
        headers = signatures.headers([SECRET], "m", int(now.timestamp()), body)
        sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        answer = client.post("/open/hooks/cashier/", body, content_type="text/plain", HTTP_HOST="localhost", **sent)
        assert answer.status_code == status


def test_the_office_gives_back_what_was_too_much(case, pays, now):
    pays(11_500)
    keeper, at = official("cashkeeper"), f"/en/desk/cases/{case.number}/"
    assert "Paid too much" in keeper.get(at).content.decode()
    page = keeper.get(f"{at}fees/licence/").content.decode()
    assert 'value="9.00"' in page
    sent = {"verb": "refund", "refund-amount": "9.00", "refund-reason": "多缴", "key": "k"}
    for wrong, said in (({"refund-amount": "lots"}, "12.50"), ({"refund-amount": "500"}, "not above")):
        answer = keeper.post(f"{at}fees/licence/", sent | wrong)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    for _ in range(2):
        assert keeper.post(f"{at}fees/licence/", sent).status_code == 302
    assert FeeRefund.objects.get().amount == 900
    assert keeper.post(f"{at}fees/licence/", sent | {"key": "l", "refund-amount": "1"}).status_code == 409
    assert "Refund asked of the cashier" in keeper.get(f"{at}fees/licence/").content.decode()


def test_the_office_lets_a_sum_go_with_its_basis(case):
    keeper, at = official("cashkeeper"), f"/en/desk/cases/{case.number}/fees/licence/"
    sent = {"verb": "waive", "waive-of": "amount", "waive-amount": "6.00", "waive-reason": "火灾", "waive-basis": ""}
    assert keeper.post(at, sent).status_code == 422
    assert keeper.post(at, sent | {"waive-basis": "条例第9条"}).status_code == 302
    page = keeper.get(at).content.decode()
    assert "条例第9条" in page
    assert "CN¥100.00" in page
    assert keeper.post(at, {"verb": "nothing"}).status_code == 404


def test_whoever_only_works_on_the_case_sees_it_and_changes_nothing(case):
    handler, at = official("handler"), f"/en/desk/cases/{case.number}/fees/licence/"
    assert "Let this sum go" not in handler.get(at).content.decode()
    assert handler.post(at, {"verb": "refund"}).status_code == 404
    assert handler.get("/en/desk/fees/").status_code == 404


def test_the_list_of_a_day_shows_what_came_and_what_the_cashier_says(case, pays, till, clock):
    pays(600)
    till.pays("PAY9", 5, clock.now().date(), id="p-strange")
    keeper = official("cashkeeper")
    assert "/en/desk/fees/" in keeper.get("/en/desk/").content.decode()
    page = keeper.get("/en/desk/fees/").content.decode()
    assert "CN¥6.00" in page
    assert "Not compared yet" in page
    acts.tidy(clock.now() + timedelta(days=1))
    work(clock.now() + timedelta(days=1))
    page = keeper.get("/desk/fees/?day=2026-03-10").content.decode()
    assert "strange" in page
    assert "本处无此缴款码" in page
