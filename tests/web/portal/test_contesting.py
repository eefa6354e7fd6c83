"""P20: from the refusal straight to contesting it, with the last day and why; both cases say how the review stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.procedures import acts
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case, Decision
from tests.procedures.conftest import Officer
from tests.procedures.contests import COUNCIL, MINISTRY
from tests.web.contested import follow, furnish, lodge, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def case(clock, now) -> Case:
    furnish(now)
    return refuse(now)


def address(case: Case) -> str:
    return f"/en/contest/{case.number}/{Decision.objects.filter(case=case).latest('pk').pk}/"


def test_the_page_of_a_refused_case_leads_to_contesting_it_with_the_last_day(case):
    browser = follow(case)
    page = browser.get(f"/en/cases/{case.number}/").content.decode()
    assert "If you disagree" in page
    assert f'href="{address(case)}"' in page
    assert "9 May 2026" in page
    assert "不服决定" in browser.get(f"/cases/{case.number}/").content.decode()


def test_the_page_says_why_that_day_and_leads_on_to_a_form_that_is_filled_in(case, now):
    browser = follow(case)
    page = browser.get(address(case)).content.decode()
    assert "Why this date?" in page
    assert "Ministry" in page
    nothing = browser.post(address(case), {})
    assert nothing.status_code == 422
    answer = browser.post(address(case), {"review_body": MINISTRY})
    assert answer.status_code == 302
    step = browser.get(answer["Location"], follow=True)
    assert case.number in step.content.decode()


def test_somebody_else_is_asked_for_the_code_and_a_strange_decision_is_none(case, client):
    answer = client.get(address(case), HTTP_HOST="localhost")
    assert answer["Location"] == f"/en/track/?number={case.number}"
    assert follow(case).get(f"/en/contest/{case.number}/999999/").status_code == 404


def test_a_late_one_is_asked_why(case, clock):
    clock.advance(days=70)
    browser = follow(case)
    page = browser.get(address(case)).content.decode()
    assert "The last day was" in page
    assert "Why is it late?" in page
    answer = browser.post(address(case), {"review_body": COUNCIL})
    assert answer.status_code == 422
    assert "Fill this in." in answer.content.decode()
    assert browser.post(address(case), {"review_body": COUNCIL, "late_reason": "洪水"}).status_code == 302


def test_both_cases_say_how_the_review_stands(case, now):
    review = lodge(case, now)
    first = follow(case)
    page = first.get(f"/en/cases/{case.number}/").content.decode()
    assert review.number in page
    assert acts.query_code(review) in page
    assert "Being heard" in page
    assert "This decision is contested already" in first.get(address(case)).content.decode()
    page = follow(review).get(f"/en/cases/{review.number}/").content.decode()
    assert "What is contested" in page
    assert "灯太暗" in page
    Officer("33", "reviewer", body=COUNCIL).fire(review, "send_back", now, reason="重新查验")
    page = first.get(f"/en/cases/{case.number}/").content.decode()
    assert "This decision does not stand any more." in page
    assert "The decision was sent back to be made anew" in page


def test_a_suspended_decision_says_that_it_waits(clock, now):
    furnish(now, suspends="yes")
    case = refuse(now)
    review = lodge(case, now)
    first = follow(case).get(f"/en/cases/{case.number}/").content.decode()
    assert "The decision waits until the appeal has ended." in first
    assert "The decision waits meanwhile" in follow(review).get(f"/en/cases/{review.number}/").content.decode()


def test_the_party_asks_for_a_hearing_or_does_without(case, now):
    review = lodge(case, now)
    browser, at = follow(review), f"/en/hearing/{review.number}/"
    assert at in browser.get(f"/en/cases/{review.number}/").content.decode()
    assert "at least 7 working days before" in browser.get(at).content.decode()
    assert browser.post(at, {}).status_code == 422
    assert browser.post(at, {"wish": "asked", "why": "有证人"}).status_code == 302
    assert Hearing.objects.get(case=review).why == "有证人"
    assert "You asked for a hearing" in browser.get(f"/en/cases/{review.number}/").content.decode()
    assert "This is settled" in browser.get(at).content.decode()
    assert browser.post(at, {"wish": "waived"}).status_code == 302
    officer = Officer("33", "reviewer", body=COUNCIL)
    day = now + timedelta(days=20)
    acts.call_hearing(
        review.pk, by=officer.by, scope=officer.scope, now=now, starts_at=day, place="二楼", is_public=True
    )
    acts.hold_hearing(review.pk, by=officer.by, scope=officer.scope, now=day, minutes="证人说灯很亮")
    assert "证人说灯很亮" in browser.get(f"/en/cases/{review.number}/").content.decode()
    assert follow(case).get(f"/en/hearing/{case.number}/").status_code == 404
    assert follow(case).get(at)["Location"] == f"/en/track/?number={review.number}"
