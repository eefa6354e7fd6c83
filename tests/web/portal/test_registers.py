"""Public registers: found, paged, shown with history and proof, and without what is not public."""

from __future__ import annotations

import pytest

from tests.web.house import MARKS, REGISTER, House

pytestmark = pytest.mark.django_db


def test_a_register_lists_what_it_shows_by_the_titles_of_its_fields(house: House):
    page = house.client().get(f"/registers/{REGISTER}/").content.decode()
    assert f'href="/registers/{REGISTER}/{house.filed.number}/"' in page
    assert "哈尔滨市" in page
    assert "2026年3月10日</time>" in page


@pytest.mark.parametrize("query", ["备", "已备案", "2026-XYW"])
def test_a_record_is_found_by_however_short_a_word(house: House, query):
    assert house.filed.number in house.client().get(f"/registers/{REGISTER}/", {"q": query}).content.decode()


@pytest.mark.parametrize("query", [*MARKS, "没有", "%", "'; --"])
def test_what_is_not_public_is_not_found_either(house: House, query):
    page = house.client().get(f"/en/registers/{REGISTER}/", {"q": query}).content.decode()
    assert "Nothing found" in page
    assert f"/{house.filed.number}/" not in page


@pytest.mark.parametrize("page", ["2", "-1", "x", "9" * 50])
def test_a_page_beyond_the_list_is_no_error(house: House, page):
    assert house.client().get(f"/registers/{REGISTER}/", {"page": page}).status_code == 200


def test_a_record_shows_its_public_fields_history_and_proof(house: House):
    page = house.client("handler").get(f"/en/registers/{REGISTER}/{house.filed.number}/").content.decode()
    assert "演示 已备案" in page
    assert "/en/verify/?entry=" in page
    assert house.filed.number in page
    assert [mark for mark in MARKS if mark in page] == []


def test_a_record_or_register_that_is_not_there_is_not_found(house: House):
    for path in (f"/registers/{REGISTER}/2026-XYW-99999/", "/registers/no_such_list/", "/registers/no_such_list/x/"):
        assert house.client().get(path).status_code == 404


def test_the_list_of_registers_names_them(house: House):
    assert f'href="/en/registers/{REGISTER}/"' in house.client().get("/en/registers/").content.decode()
