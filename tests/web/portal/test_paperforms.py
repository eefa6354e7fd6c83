"""The form of a service on paper: anybody may print it, and a draft is printed by whoever may go on with it."""

from __future__ import annotations

import pytest

from tests.procedures.papers.judges import codes_on, plain
from tests.web.house import FORM, PROCEDURE, House

pytestmark = pytest.mark.django_db


def test_the_page_of_a_service_leads_to_its_form_on_paper(house: House):
    browser = house.client()
    assert f"/services/{PROCEDURE}/form.pdf" in browser.get(f"/services/{PROCEDURE}/").content.decode()
    blank = browser.get(f"/services/{PROCEDURE}/form.pdf")
    assert blank["Content-Type"] == "application/pdf"
    said = plain(blank.content)
    assert "新型电信业务备案" in said
    assert "统一社会信用代码" in said
    assert codes_on(blank.content)["Code128"].startswith(f"{PROCEDURE}/")
    assert blank.content == browser.get(f"/services/{PROCEDURE}/form.pdf").content
    assert "Unifiedsocialcreditcode" in plain(browser.get(f"/en/services/{PROCEDURE}/form.pdf").content)
    assert browser.get("/services/nothing/form.pdf").status_code == 404


def test_the_check_page_leads_to_the_draft_on_paper(house: House):
    browser, draft = house.client("firm"), house.draft
    page = browser.get(f"/apply/{draft.id}/check/").content.decode()
    assert f"/apply/{draft.id}/form.pdf" in page
    made = browser.get(f"/apply/{draft.id}/form.pdf")
    said = plain(made.content)
    assert FORM["contact_name"] in said
    assert "演示未提交" in said
    assert FORM["credit_code"] in said
    assert codes_on(made.content)["Code128"] == draft.id.hex
    assert "no-store" in made["Cache-Control"]


def test_a_draft_of_somebody_else_and_one_that_was_submitted_are_not_printed(house: House):
    assert house.client("rival").get(f"/apply/{house.draft.id}/form.pdf").status_code == 404
    assert house.client("firm").get(f"/apply/{house.case.draft_id}/form.pdf").status_code == 404
