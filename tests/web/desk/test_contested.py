"""P20 at the desk: both cases are linked, hearings are called in time, bad ratings followed up, plans answered."""

from __future__ import annotations

import pytest

from amur.procedures import acts
from amur.procedures.consultation.models import Comment, Summary
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case
from amur.procedures.ratings.models import Rating
from tests.procedures.appeals.conftest import party_of
from tests.procedures.contests import COUNCIL
from tests.procedures.pack import STRANGER
from tests.web.contested import furnish, lodge, official, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.either]
PLAN = "/en/desk/consultations/colours_plan/"


@pytest.fixture
def case(clock, now) -> Case:
    furnish(now)
    return refuse(now)


def test_both_cases_name_each_other(case, now):
    review = lodge(case, now)
    page = official("handler").get(f"/en/desk/cases/{case.number}/").content.decode()
    assert review.number in page
    assert "Being heard" in page
    reviewer = official("reviewer", COUNCIL)
    page = reviewer.get(f"/en/desk/cases/{review.number}/").content.decode()
    assert case.number in page
    assert "灯太暗" in page
    assert reviewer.get(f"/en/desk/cases/{case.number}/").status_code == 404


def test_a_late_appeal_shows_its_reason_to_whoever_decides_on_it(case, clock):
    clock.advance(days=70)
    review = lodge(case, clock.now(), late_reason="洪水断路")
    page = official("reviewer", COUNCIL).get(f"/en/desk/cases/{review.number}/").content.decode()
    assert "洪水断路" in page
    assert "Decide first whether it is heard." in page


def test_a_hearing_is_called_held_and_called_off(case, clock, now):
    review = lodge(case, now)
    browser, at = official("reviewer", COUNCIL), f"/en/desk/cases/{review.number}/hearing/"
    assert at in browser.get(f"/en/desk/cases/{review.number}/").content.decode()
    assert "19 March 2026" in browser.get(at).content.decode()
    call = {
        "verb": "call",
        "call-day": "2026-03-12",
        "call-time": "09:00",
        "call-place": "二楼",
        "call-public": "yes",
    }
    early = browser.post(at, call)
    assert early.status_code == 409
    assert "2026-03-19" in early.content.decode()
    assert browser.post(at, call | {"call-day": "soon"}).status_code == 422
    assert browser.post(at, call | {"call-day": "2026-03-19", "call-place": ""}).status_code == 422
    assert browser.post(at, call | {"call-day": "2026-03-19"}).status_code == 302
    clock.advance(days=9)
    assert browser.post(at, {"verb": "hold", "hold-minutes": "灯很亮", "hold-attends": "甲"}).status_code == 302
    assert Hearing.objects.get(case=review).state == "held"
    assert "灯很亮" in browser.get(f"/en/desk/cases/{review.number}/").content.decode()
    other = lodge(refuse(clock.now()), clock.now())
    acts.ask_hearing(other.pk, by=STRANGER, scope=party_of(other), now=clock.now())
    there = f"/en/desk/cases/{other.number}/hearing/"
    assert browser.post(there, {"verb": "off", "off-why": "停电"}).status_code == 302
    assert Hearing.objects.get(case=other).state == "called_off"
    assert official("handler").get(f"/en/desk/cases/{case.number}/hearing/").status_code == 404


def test_bad_ratings_wait_in_a_list_and_are_followed_up(case, now):
    browser = official("handler")
    assert "Nothing waits" in browser.get("/en/desk/ratings/").content.decode()
    acts.rate_case(case.pk, 1, by=STRANGER, scope=party_of(case), now=now, reasons=["slow"], said="等了很久")
    at = f"/en/desk/cases/{case.number}/rating/"
    page = browser.get("/en/desk/ratings/").content.decode()
    assert at in page
    assert "Very dissatisfied" in page
    assert "Bad ratings to follow up" in browser.get("/en/desk/").content.decode()
    assert "等了很久" in browser.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert official("decider").get(at).status_code == 404
    assert browser.post(at, {"result": ""}).status_code == 422
    assert browser.post(at, {"result": "已致歉"}).status_code == 302
    assert browser.post(at, {"result": "另一个"}).status_code == 409
    assert Rating.objects.get(case=case).result == "已致歉"
    assert "已致歉" in browser.get(at).content.decode()
    assert "Followed up" in browser.get(f"/en/desk/cases/{case.number}/").content.decode()


def test_a_consultation_is_answered_at_the_desk(case, clock, now):
    browser = official("handler")
    assert "Consultations that you answer" in browser.get("/en/desk/").content.decode()
    assert PLAN in browser.get("/en/desk/consultations/").content.decode()
    letter = {"verb": "enter", "channel": "letter", "text": "来信", "key": "k"}
    assert browser.post(PLAN, letter).status_code == 302
    acts.comment("colours_plan", "含他人信息", by=STRANGER, scope=party_of(case), now=now)
    assert browser.post(PLAN, {"verb": "withhold", "serial": "2", "law": "", "reason": "甲"}).status_code == 422
    withhold = {"verb": "withhold", "serial": "2", "law": "个人信息保护法", "reason": "含身份证号"}
    assert browser.post(PLAN, withhold).status_code == 302
    assert browser.post(PLAN, withhold | {"reason": "另一个"}).status_code == 409
    assert Comment.objects.get(serial=2).withheld_law == "个人信息保护法"
    clock.advance(days=25)
    answer = {"verb": "answer", "count": "1", "summary": "综述", "said-0": "赞成", "taken_up-0": "yes", "why-0": "有理"}
    assert browser.post(PLAN, answer | {"serials-0": "x"}).status_code == 422
    left = browser.post(PLAN, answer | {"serials-0": "1"})
    assert "Some comments are not answered yet." in left.content.decode()
    more = browser.post(PLAN, answer | {"serials-0": "1", "verb": "add"})
    assert 'name="said-1"' in more.content.decode()
    assert browser.post(PLAN, answer | {"serials-0": "1-2"}).status_code == 302
    assert Summary.objects.get().points[0]["serials"] == [1, 2]
    assert "Correct the answer" in browser.get(PLAN).content.decode()
    assert official("decider").get(PLAN).status_code == 404
