"""The display settings: one cookie, rendered by the server, for whoever reads badly."""

from __future__ import annotations

import pytest
from django.test import Client

from amur.web.display import COOKIE, Display, changed, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(HTTP_HOST="localhost")


def test_a_cookie_is_read_as_it_was_written():
    chosen = Display(theme="dark", elder="on", sight="low")
    assert read(chosen.cookie()) == chosen


@pytest.mark.parametrize("cookie", ["", "pink", "<b>.<i>.x", "dark.on.low.more", "." * 5000])
def test_a_cookie_that_somebody_made_up_does_no_harm(cookie):
    assert read(cookie).cookie().count(".") == 2


def test_only_choices_that_exist_are_taken():
    assert changed(Display(theme="dark"), {"elder": "on", "theme": "pink", "csrf": "x"}) == Display("dark", "on")


def test_one_press_in_the_header_makes_the_page_large_and_leads_back(browser):
    answer = browser.post("/display/", {"elder": "on", "next": "/registers/?q=x"})
    assert (answer.status_code, answer["Location"]) == (302, "/registers/?q=x")
    page = browser.get("/registers/").content.decode()
    assert 'data-elder="on"' in page.partition("<head>")[0]
    assert 'value="off"' in page


def test_a_choice_leaves_the_other_choices_alone(browser):
    browser.post("/display/", {"theme": "dark", "sight": "low"})
    browser.post("/display/", {"elder": "on"})
    assert browser.cookies[COOKIE].value == "dark.on.low"
    head = browser.get("/display/").content.decode().partition("<head>")[0]
    assert 'data-theme="dark" data-elder="on" data-sight="low"' in head


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
def test_the_way_back_never_leads_to_another_site(browser, place):
    answer = browser.post("/display/", {"elder": "on", "next": place})
    assert answer["Location"] == "/display/"
    assert (
        "evil"
        not in browser.get("/display/", {"next": place}).content.decode().partition("<main")[2].partition("</main")[0]
    )


def test_the_settings_page_shows_what_is_chosen(browser):
    browser.post("/display/", {"theme": "dark"})
    page = browser.get("/en/display/").content.decode()
    assert 'value="dark" checked' in page
    assert "Light or dark" in page


def test_display_settings_ask_for_no_session_and_no_token(browser):
    browser.get("/display/")
    browser.post("/display/", {"elder": "on"})
    assert set(browser.cookies) == {COOKIE}
