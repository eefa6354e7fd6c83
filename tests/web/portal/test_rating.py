"""P20: five grades after each case, on a phone and in large letters; numbers for everybody, names for nobody."""

from __future__ import annotations

import pytest

from amur.procedures import acts
from amur.procedures.models import Case
from amur.procedures.ratings.models import Rating
from tests.procedures.appeals.conftest import party_of
from tests.procedures.conftest import Officer
from tests.procedures.pack import STRANGER
from tests.web.contested import follow, furnish, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.either]


@pytest.fixture
def case(clock, now) -> Case:
    furnish(now)
    return refuse(now)


def test_the_page_of_a_decided_case_asks_for_a_rating_and_takes_it(case):
    browser, at = follow(case), f"/en/rate/{case.number}/"
    assert at in browser.get(f"/en/cases/{case.number}/").content.decode()
    page = browser.get(at).content.decode()
    for words in ("Very satisfied", "Fairly satisfied", "Very dissatisfied", "Polite"):
        assert words in page
    assert "非常满意" in browser.get(f"/rate/{case.number}/").content.decode()
    assert "Choose one of the five." in browser.post(at, {}).content.decode()
    answer = browser.post(at, {"grade": "1", "reasons": ["slow"], "said": "等了很久"})
    assert answer["Location"] == f"/en/cases/{case.number}/"
    assert Rating.objects.get(case=case).reasons == ["slow"]
    page = browser.get(f"/en/cases/{case.number}/").content.decode()
    assert "Very dissatisfied" in page
    assert "17 March 2026" in page
    assert "Change it once" in page


def test_after_a_follow_up_the_party_is_asked_again(case, now):
    browser, at = follow(case), f"/en/rate/{case.number}/"
    browser.post(at, {"grade": "2"})
    handler = Officer("11", "handler")
    acts.follow_up_rating(case.pk, "已致歉", by=handler.by, scope=handler.scope, now=now)
    page = browser.get(f"/en/cases/{case.number}/").content.decode()
    assert "已致歉" in page
    assert "Say how it is now" in page
    assert "How is it after the follow-up?" in browser.get(at).content.decode()
    browser.post(at, {"grade": "4"})
    assert Rating.objects.get(case=case).grade_after == 4
    page = browser.get(at).content.decode()
    assert "This rating was followed up." in page
    assert browser.post(at, {"grade": "5"}).status_code == 302


def test_somebody_else_is_asked_for_the_code(case, client, now):
    assert client.get(f"/en/rate/{case.number}/", HTTP_HOST="localhost").status_code == 302


def test_numbers_are_public_from_so_many_on(case, client, now):
    page = client.get("/en/ratings/", HTTP_HOST="localhost").content.decode()
    assert "Fewer than 3 ratings so far" in page
    for one in (case, refuse(now), refuse(now)):
        acts.rate_case(one.pk, 5, by=STRANGER, scope=party_of(one), now=now)
    page = client.get("/en/ratings/", HTTP_HOST="localhost").content.decode()
    assert "100 %" in page
    assert "of 3 ratings" in page
    assert case.number not in page
