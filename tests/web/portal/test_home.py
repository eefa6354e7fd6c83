"""The first page: services, registers, search, promises counted and not typed in."""

from __future__ import annotations

import re

import pytest

from amur.web.portal.promises import tally
from tests.web.house import MARKS, PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db


def test_the_home_page_shows_each_service_with_what_is_promised(house: House):
    page = house.client().get("/").content.decode()
    assert f'href="/services/{PROCEDURE}/"' in page
    assert "承诺 10 个工作日" in page
    assert f'href="/registers/{REGISTER}/"' in page


def test_what_was_entered_last_is_the_news(house: House):
    page = house.client().get("/en/").content.decode()
    assert f'href="/en/registers/{REGISTER}/{house.filed.number}/"><span lang="zh-Hans">演示 已备案</span>' in page


def test_promises_are_counted_from_the_pack(house: House):
    counted = tally()
    assert sum(share.count for share in counted.shares) == counted.commitments
    page = house.client().get("/").content.decode()
    shown = page.partition('class="amur-tally"')[2].partition("</ul>")[0]
    assert sum(map(int, re.findall(r"<b>(\d+)</b>", shown))) == counted.commitments


@pytest.mark.parametrize("query", ["备案", "FILING telecom", "目录", "试办 企业"])
def test_a_search_finds_a_service_by_its_words_in_any_language(house: House, query):
    page = house.client().get("/en/", {"q": query}).content.decode()
    assert f'href="/en/services/{PROCEDURE}/"' in page


def test_a_search_finds_a_record_by_its_words(house: House):
    page = house.client().get("/", {"q": "已备案", "in": "registers"}).content.decode()
    assert house.filed.number in page
    assert f'href="/services/{PROCEDURE}/"' not in page


def test_a_search_within_services_leaves_registers_alone(house: House):
    page = house.client().get("/", {"q": "备案", "in": "services"}).content.decode()
    assert house.filed.number not in page


@pytest.mark.parametrize("query", ["没有这个词", "<script>alert(1)</script>", "x" * 5000, *MARKS])
def test_a_search_that_finds_nothing_says_so_and_where_to_look(house: House, query):
    answer = house.client().get("/en/", {"q": query})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Nothing found" in page
    assert "<script>alert" not in page


def test_before_the_first_sync_the_page_says_that_nothing_is_declared(client, db):
    page = client.get("/en/", HTTP_HOST="localhost").content.decode()
    assert "No service is declared yet" in page
