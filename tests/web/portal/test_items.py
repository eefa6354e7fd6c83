"""The page of a service says which item of the catalogue it is, and when nobody applies for it any more; items are data."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest
from django.core.cache import caches
from django.test import Client

from amur.base.acting import Actor
from tests.procedures.contests import furnish as furnish_bodies
from tests.procedures.items.cataloguing import KEY, enter, furnish, happen
from tests.procedures.pack import fill

pytestmark = [pytest.mark.django_db, pytest.mark.either]
ENTERED, YESTERDAY = date(2026, 2, 10), date(2026, 3, 9)


@pytest.fixture
def browser(clock, now) -> Client:
    caches["counts"].clear()
    furnish_bodies(now)
    furnish(now)
    enter(now, ENTERED)
    return Client(HTTP_HOST="localhost")


def test_the_item_stands_on_the_page_of_its_service_and_the_record_leads_back(browser):
    page = browser.get("/en/services/licence/").content.decode()
    for words in (
        "Within a period",
        "Wholly online",
        "In the whole province",
        "Of the island",
        "Time by law",
        "20 working days",
        "Time promised",
        "10 working days",
        "The national code",
        f"/en/registers/catalogue/{KEY}/",
        "Start now",
    ):
        assert words in page
    assert "/en/services/licence/" in browser.get(f"/en/registers/catalogue/{KEY}/").content.decode()
    guide = pypdf.PdfReader(io.BytesIO(browser.get("/en/services/licence/guide.pdf").content))
    assert "The national code" in "".join(one.extract_text() for one in guide.pages)


def test_a_cancelled_item_is_not_begun_any_more_and_a_form_on_the_way_is_told_so(browser, now, clock):
    draft = fill(now, by=Actor("anonymous", client="portal"))
    happen(now, "cancel", YESTERDAY)
    page = browser.get("/en/services/licence/").content.decode()
    assert "Nobody applies for this here any more" in page
    assert "Start now" not in page
    assert draft.pk


def test_items_are_data_with_what_the_register_and_the_procedure_say(browser, now):
    (item,) = browser.get("/open/api/v1/items").json()
    wanted = {
        "code": KEY,
        "state": "kept",
        "is_open": True,
        "steps": 3,
        "visits": 1,
        "legal_amount": 20,
        "service": "licence",
    }
    assert {name: item[name] for name in wanted} == wanted
    assert item["data"]["name"] == "灯笼许可"
    assert [one["required"] for one in item["papers"]] == [True]
    (early,) = browser.get("/open/api/v1/items?on=2026-02-01").json()
    assert (early["state"], early["data"]) == (None, {})
    heads, line = browser.get("/open/api/v1/items/table.csv").content.decode("utf-8-sig").splitlines()
    assert heads.startswith("code,name,state,since")
    assert line.startswith(f"{KEY},灯笼许可,kept,2026-02-10")
    happen(now, "cancel", YESTERDAY)
    (item,) = browser.get("/open/api/v1/items").json()
    assert item["is_open"] is False
