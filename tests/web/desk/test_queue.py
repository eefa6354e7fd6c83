from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.house import House

pytestmark = pytest.mark.django_db


def test_the_queue_shows_what_waits_with_its_light(house: House):
    page = house.client("handler").get("/desk/").content.decode()
    assert house.case.number in page
    assert "还有 5 个工作日" in page
    assert "amur-clock--soon" in page


def test_tabs_count_what_each_view_holds_and_lead_there(house: House):
    page = house.client("handler").get("/desk/").content.decode()
    assert 'href="/desk/?view=late"' in page
    late = house.client("handler").get("/desk/?view=late").content.decode()
    assert "没有逾期" in late
    assert house.case.number not in late


def test_a_late_case_is_told_in_words_and_not_by_colour_alone(house: House, clock):
    clock.advance(days=20)
    page = house.client("handler").get("/en/desk/?view=late").content.decode()
    assert "amur-clock--late" in page
    assert "working days late" in page


def test_a_search_finds_a_part_of_the_name_and_is_kept_when_leafing(house: House):
    found = house.client("handler").get("/desk/", {"q": "车船"}).content.decode()
    assert house.case.number in found
    nothing = house.client("handler").get("/desk/", {"q": "没有这样的"}).content.decode()
    assert "没有符合的办件" in nothing


def test_an_unknown_view_and_a_wild_page_number_show_the_first(house: House):
    answer = house.client("handler").get("/desk/?view=<script>&page=999999999999")
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
    assert house.client("handler").get("/desk/?page=-4").status_code == 200


def test_a_stranger_is_led_to_the_sign_in_page_and_back(house: House):
    answer = house.client().get("/desk/?view=late")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "view%3Dlate" in answer.headers["Location"]


def test_an_account_without_an_office_is_told_so_plainly(house: House):
    answer = house.client("nobody").get("/desk/")
    assert answer.status_code == 403
    assert "您没有可用的岗位" in answer.content.decode()


def test_an_administrator_sees_no_cases_and_is_told_why(house: House):
    page = house.client("system").get("/en/desk/").content.decode()
    assert "Your office works on no cases" in page
    assert "/en/desk/jobs/" in page
    assert house.case.number not in page


def test_the_offices_of_the_reader_are_named(house: House):
    page = house.client("handler").get("/desk/").content.decode()
    assert "黑龙江省通信管理局" in page
    assert "受理岗" in page


def test_many_cases_are_shown_a_page_at_a_time(house: House):
    for number in range(30):
        house.submit(service_name=f"演示 {number}")
    first = house.client("handler").get("/en/desk/").content.decode()
    assert first.count("/en/desk/cases/") == 25
    assert "32 cases" in first or "31 cases" in first
    assert house.client("handler").get("/en/desk/?page=2").content.decode().count("/en/desk/cases/") >= 6


def test_the_queue_costs_the_same_number_of_queries_however_long_it_is(house: House, django_assert_max_num_queries):
    client = house.client("handler")
    client.get("/desk/")
    for number in range(10):
        house.submit(service_name=f"演示 {number}")
    with django_assert_max_num_queries(33):
        client.get("/desk/")
