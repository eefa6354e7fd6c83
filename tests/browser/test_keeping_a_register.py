"""A register kept at the desk with a real browser: entered, corrected, refused, suspended, imported; no barrier on the way."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.cache import caches

from amur.base.acting import system
from amur.people import acts as people
from amur.people.declarations import BodyDeclaration, RoleDeclaration
from amur.registers.models import Record
from tests.browser.visit import Visitor
from tests.procedures.pack import sync
from tests.procedures.samples import text
from tests.registers.samples import PERMITS_BODY
from tests.web.house import PASSWORD

pytestmark = pytest.mark.browser

DESK = "/desk/registers/permits/"
ROWS = "number,holder,colour,granted_on,watts,indoors,note,phone\nP-2,乙店,red,2026-01-05,4.5,yes,,\nP-3,,green,soon,x,,,\n"


@pytest.fixture
def keeper(transactional_db, clock, now, live_server, open_page):
    """Return a function that signs the keeper of a register in: ``keeper("zh", 390)``."""
    caches["counts"].clear()
    by = system("test")
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.1.0")
    role = RoleDeclaration(id="handler", title=text("Handler", "经办岗"), summary=text("Handler"))
    people.sync_roles([role], by=by, now=now)
    people.sync_bodies([BodyDeclaration(id="bureau", title=text("Bureau"), region="230000")], by=by, now=now)
    account = people.open_account(
        username="keeper", email="keeper@example.org", display_name="keeper", by=by, now=now, key="test"
    )
    account.set_password(PASSWORD)
    account.save()
    people.appoint(account.pk, "handler", "bureau", by=by, now=now, key="test", region="", valid_from=date(2026, 1, 1))

    def sign_in(language: str, width: int) -> Visitor:
        locale = "en-GB" if language == "en" else "zh-CN"
        visitor = Visitor(open_page(width=width, locale=locale), live_server.url, language)
        visitor.sign_in("keeper")
        return visitor

    return sign_in


@pytest.mark.parametrize(
    ("language", "width"),
    [("zh", 390), *(pytest.param(*one, marks=pytest.mark.deep) for one in (("zh", 1280), ("en", 390), ("en", 1280)))],
)
def test_a_register_is_kept_without_a_barrier(keeper, tmp_path, language, width):
    office: Visitor = keeper(language, width)
    page = office.page
    office.go("/desk/registers/")
    office.go(f"{DESK}add/")
    page.fill("[name=number]", "P-1")
    page.fill("[name=_reason]", "窗口申请")
    office.press("main form button[type=submit]")
    assert page.locator(".govuk-error-summary a").count() == 2  # holder and source, at once
    assert page.input_value("[name=number]") == "P-1"
    page.fill("[name=holder]", "甲店")
    page.fill("[name=_source]", "S-9")
    office.press("main form button[type=submit]")
    assert Record.objects.get().key == "P-1"
    happens = page.locator("details:has(input[value=suspend])")
    happens.locator("summary").first.click()
    happens.locator("[name=_until]").fill("2026-04-01")
    happens.locator("[name=_reason]").fill("检查")
    happens.locator("[name=_source]").fill("S-10")
    office.press("details:has(input[value=suspend]) button[type=submit]")
    assert Record.objects.get().state == "suspended"
    office.go(f"{DESK}change/P-1/")
    file = tmp_path / "rows.csv"
    file.write_text(ROWS, encoding="utf-8")
    office.go(f"{DESK}imports/")
    page.set_input_files("input[type=file]", str(file))
    office.press("main form button[type=submit]")
    assert page.locator("main table tbody tr").count() == 8, "each fault of each row has its line"
    assert Record.objects.count() == 1
    office.go(DESK)
    assert [fault for fault in office.faults if "status of 422" not in fault] == []
