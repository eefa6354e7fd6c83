"""The first page: services, registers, promises counted and not typed in."""

from __future__ import annotations

import re

import pytest

from amur.web.portal.promises import tally
from tests.web.house import PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db


def test_each_service_stands_under_what_happened_with_what_is_promised(house: House):
    page = house.client().get("/").content.decode()
    assert 'href="/services/?topic=new_telecom_business"' in page
    assert f'href="/registers/{REGISTER}/"' in page
    topic = house.client().get("/services/", {"topic": "new_telecom_business"}).content.decode()
    assert f'href="/services/{PROCEDURE}/"' in topic
    assert "承诺 10 个工作日" in topic


def test_what_was_entered_last_is_the_news(house: House):
    page = house.client().get("/en/").content.decode()
    assert f'href="/en/registers/{REGISTER}/{house.filed.number}/"><span lang="zh-Hans">演示 已备案</span>' in page


def test_promises_are_counted_from_the_pack(house: House):
    counted = tally()
    assert sum(share.count for share in counted.shares) == counted.commitments
    page = house.client().get("/").content.decode()
    shown = page.partition('class="amur-tally"')[2].partition("</ul>")[0]
    assert sum(map(int, re.findall(r"<b>(\d+)</b>", shown))) == counted.commitments


def test_an_address_that_searched_here_leads_to_the_search(house: House):
    answer = house.client().get("/en/", {"q": "备案", "in": "services"})
    assert answer.status_code == 302
    assert answer["Location"] == "/en/search/?q=%E5%A4%87%E6%A1%88&in=services"


def test_before_the_first_sync_the_page_says_that_nothing_is_declared(client, db):
    page = client.get("/en/", HTTP_HOST="localhost").content.decode()
    assert "No service is declared yet" in page
