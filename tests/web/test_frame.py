"""The frame of every page: languages, doors, notices, headers, and error pages that need no database."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import translation

from amur.base.acting import system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.web import demonstration, errors
from amur.web.portal import registers
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_HOST="localhost", raise_request_exception=False)


def test_chinese_stands_at_the_root_and_english_beside_it(browser):
    assert '<html class="govuk-template" lang="zh-Hans"' in browser.get("/").content.decode()
    assert '<html class="govuk-template" lang="en"' in browser.get("/en/").content.decode()


def test_a_browser_that_prefers_english_still_reads_chinese_at_the_chinese_address(browser):
    page = browser.get("/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'lang="zh-Hans"' in page


@pytest.mark.parametrize(
    ("here", "there"), [("/track/", "/en/track/"), ("/en/track/", "/track/"), ("/", "/en/"), ("/en/", "/")]
)
def test_the_language_switch_keeps_the_page(browser, here, there):
    assert f'rel="alternate" href="{there}">' in browser.get(here).content.decode()


def test_the_language_switch_keeps_what_was_asked(browser):
    page = browser.get("/registers/?q=%E7%81%AF&page=2").content.decode()
    assert 'href="/en/registers/?q=%E7%81%AF&amp;page=2"' in page


@pytest.mark.parametrize("path", ["/", "/track/", "/board/", "/open/"])
def test_exactly_one_door_is_the_one_one_stands_in(browser, path):
    doors = browser.get(path).content.decode().partition('class="amur-doors"')[2].partition("</nav>")[0]
    assert doors.count("<li>") == 4
    assert doors.count("aria-current") == 1


def test_every_page_has_the_security_headers(browser):
    answer = browser.get("/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "Cookie" in answer["Vary"]


def test_the_request_keeps_the_id_of_a_proxy_and_refuses_a_made_up_one(browser):
    assert browser.get("/healthz", HTTP_X_REQUEST_ID="proxy-12345678")["X-Request-Id"] == "proxy-12345678"
    assert re.fullmatch(r"[0-9a-f]{32}", browser.get("/healthz", HTTP_X_REQUEST_ID="a b\nc")["X-Request-Id"])


def test_a_page_says_that_there_is_demonstration_data_only_where_there_is(browser, monkeypatch, now):
    monkeypatch.setattr(demonstration, "_seen", set())
    assert "amur-demo" not in browser.get("/").content.decode()
    with transaction.atomic():
        ledger.record(subject="system", kind=demonstration.KIND, by=system("demonstration"), now=now, body={"cases": 1})
    for path in ("/", "/track/", "/accounts/login/", "/nope", "/display/"):
        assert 'class="amur-demo"' in browser.get(path).content.decode()


def test_the_footer_names_the_last_sealed_head(house: House):
    page = house.client().get("/").content.decode()
    assert "账本最近封存" in page
    assert "/verify/" in page


def test_before_the_first_seal_the_footer_says_so(browser):
    assert "The ledger has not been sealed yet." in browser.get("/en/").content.decode()


@pytest.mark.parametrize(("language", "words"), [("", "这个地址没有内容"), ("/en", "There is nothing at this address")])
def test_an_address_that_leads_nowhere_says_what_to_do(browser, language, words):
    answer = browser.get(f"{language}/nothing/here/")
    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert f'href="{language}/track/"' in answer.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500])
def test_every_error_page_stands_without_a_database(language, status, django_db_blocker):
    request = RequestFactory().get("/", HTTP_HOST="localhost")
    with translation.override(language), django_db_blocker.block():
        answer = errors.page(request, status, "said")
    page = answer.content.decode()
    assert answer.status_code == status
    assert "<h1" in page
    assert "said" in page
    assert ("跳到正文" if language == "zh-hans" else "Skip to main content") in page


def test_a_broken_page_says_that_it_is_our_fault_and_names_the_request(browser, monkeypatch):
    monkeypatch.setattr(registers.reads, "registers", lambda _scope: 1 / 0)
    answer = browser.get("/en/registers/", HTTP_X_REQUEST_ID="request-0001")
    assert answer.status_code == 500
    assert "This is not your fault" in answer.content.decode()
    assert "request-0001" in answer.content.decode()


def test_a_form_without_its_token_says_that_it_has_aged():
    browser = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    answer = browser.post("/en/track/", {"number": "x", "code": "y"})
    assert answer.status_code == 403
    assert "This form has aged" in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(browser):
    answer = browser.post("/en/track/", CONTENT_LENGTH=str(settings.UPLOAD_LIMIT_BYTES + 2 * 2**20))
    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()


def test_a_form_of_too_many_bytes_is_too_large(browser):
    answer = browser.generic("POST", "/en/track/", "a=" + "x" * 2**21, "application/x-www-form-urlencoded")
    assert answer.status_code == 413


def test_a_foreign_host_is_refused(browser):
    assert browser.get("/", HTTP_HOST="evil.example").status_code == 400


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (NotFound("no_case", "x"), 404),
        (Refused("wrong_role", "x"), 403),
        (Conflict("stale", "x"), 409),
        (Invalid({}), 400),
    ],
)
def test_what_a_room_refuses_becomes_a_page_in_the_readers_words(fault, status):
    request = RequestFactory().get("/en/", HTTP_HOST="localhost")
    with translation.override("en"):
        answer, words = errors.of_room(request, fault), errors.wording(fault)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_who_asks_too_often_is_told_to_wait(browser, house: House):
    for _ in range(20):
        browser.post("/en/track/", {"number": "a", "code": "b"})
    answer = browser.post("/en/track/", {"number": "a", "code": "b"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "Wait a minute" in answer.content.decode()
    assert browser.get("/en/track/").status_code == 200
