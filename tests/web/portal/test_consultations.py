"""Anybody reads what is planned and comments; at the end everybody reads what was said and what came of it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client

from amur.procedures import acts
from amur.procedures.consultation.models import Comment
from amur.procedures.consultation.reads import Point
from tests.procedures.conftest import Officer
from tests.web.contested import furnish

pytestmark = [pytest.mark.django_db, pytest.mark.either]
AT = "/en/consultations/colours_plan/"


@pytest.fixture
def browser(clock, now, monkeypatch) -> Client:
    limiter = SimpleNamespace(time=lambda: clock.now().timestamp())  # else a limit begins anew with each true minute
    monkeypatch.setattr("django_ratelimit.core.time", limiter)
    furnish(now)
    return Client(HTTP_HOST="localhost")


def test_what_is_planned_is_listed_and_shown(browser):
    assert "Which colours may lanterns have?" in browser.get("/en/consultations/").content.decode()
    page = browser.get(AT).content.decode()
    assert "Lanterns may be red or blue." in page
    assert "https://lantern.example/plan.pdf" in page
    assert "说说您的意见" in browser.get("/consultations/colours_plan/").content.decode()
    assert browser.get("/en/consultations/nothing/").status_code == 404


def test_a_comment_is_taken_without_a_name_and_said_what_is_missing(browser):
    assert browser.post(AT, {"text": ""}).status_code == 422
    assert browser.post(AT, {"text": "蓝色太暗", "publish": "named"}).status_code == 422
    for _ in range(2):
        assert browser.post(AT, {"text": "蓝色太暗", "key": "k"}, follow=True).status_code == 200
    assert Comment.objects.get().publish == "unnamed"
    assert "1 comment received" in browser.get(AT).content.decode()


def test_one_address_comments_only_so_often(browser):
    answers = [browser.post(AT, {"text": f"第{n}条"}).status_code for n in range(22)]
    assert answers[0] == 302
    assert answers[-1] == 429


def test_a_closed_one_takes_nothing_and_shows_its_answer(browser, clock, now):
    browser.post(AT, {"text": "同意", "publish": "named", "name": "甲"})
    browser.post(AT, {"text": "勿公开", "publish": "not"})
    clock.advance(days=25)
    page = browser.get(AT).content.decode()
    assert "The authority says what it took up" in page
    assert "<form class" not in page.partition("<main")[2]
    assert "This consultation is not open." in browser.post(AT, {"text": "迟"}, follow=True).content.decode()
    officer = Officer("11", "handler")
    point = Point("赞成", "partly", "先试点", (1, 2))
    acts.publish_summary(
        "colours_plan", "综述如下", [point], by=officer.by, scope=officer.scope, now=now + timedelta(days=25)
    )
    page = browser.get(AT).content.decode()
    for words in ("综述如下", "Taken up in part", "先试点", "同意", "甲", "Its writer did not let it be published."):
        assert words in page
    assert "勿公开" not in page
