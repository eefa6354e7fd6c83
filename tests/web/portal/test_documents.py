"""A document on its page: for its party and its offices, in the reader's language, to be printed and verified."""

from __future__ import annotations

import pytest

from tests.web.house import House
from tests.web.portal.test_cases import follow

pytestmark = pytest.mark.django_db


def document(house: House):
    return house.filed.documents.get(document="filing_notice")


def test_a_case_names_its_documents_and_each_is_read_in_the_readers_language(house: House):
    browser = follow(house, house.filed)
    page = browser.get(f"/cases/{house.filed.number}/").content.decode()
    address = f"/cases/{house.filed.number}/documents/{document(house).number}/"
    assert f'href="{address}"' in page
    assert "新型电信业务备案通知书" in page
    chinese = browser.get(address).content.decode()
    assert "演示 已备案" in chinese
    assert "以中文" not in chinese
    english = browser.get(f"/en{address}").content.decode()
    assert "was put on file on" in english
    assert "The Chinese text prevails." in english
    assert f"verify/?entry={document(house).entry_hash}" in english


def test_a_language_that_a_document_is_not_written_in_shows_the_one_that_prevails(house: House):
    found = document(house)
    found.content = {"zh": found.content["zh"]}
    found.save(update_fields=["content"])
    browser = follow(house, house.filed)
    page = browser.get(f"/en/cases/{house.filed.number}/documents/{found.number}/").content.decode()
    assert 'lang="zh-Hans"' in page
    assert "新型电信业务备案通知书" in page


def test_an_erased_document_says_so_and_keeps_its_number_and_proof(house: House):
    found = document(house)
    found.content = {}
    found.save(update_fields=["content"])
    browser = follow(house, house.filed)
    page = browser.get(f"/en/cases/{house.filed.number}/documents/{found.number}/").content.decode()
    assert "was erased" in page
    assert found.number in page
    assert found.entry_hash in page


def test_a_document_that_is_not_of_this_case_is_not_there(house: House):
    browser = follow(house, house.case)
    assert browser.get(f"/cases/{house.case.number}/documents/{document(house).number}/").status_code == 404


def test_the_desk_shows_a_document_and_records_that_the_case_was_read(house: House):
    browser = house.client("handler")
    case = browser.get(f"/desk/cases/{house.filed.number}/").content.decode()
    address = f"/desk/cases/{house.filed.number}/documents/{document(house).number}/"
    assert f'href="{address}"' in case
    assert "演示 已备案" in browser.get(address).content.decode()
