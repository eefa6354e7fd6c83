"""What is to be paid, on a phone and in large letters, and the same at the desk: axe, widths, 60 px to touch."""

from __future__ import annotations

import pytest

from amur.procedures import acts
from tests.browser.test_elder_mode import _SMALL_TARGETS, SMALLEST_TARGET
from tests.browser.visit import Visitor
from tests.procedures.fees.cashier import SECRET, Till, open_till
from tests.procedures.fees.charged import accept, furnish
from tests.procedures.fees.conftest import work
from tests.web.contested import furnish as furnish_bodies
from tests.web.contested import official

pytestmark = [pytest.mark.browser, pytest.mark.deep]


@pytest.fixture
def case(transactional_db, clock, now, settings):
    furnish_bodies(now)
    furnish(now)
    with open_till(Till()) as port:
        settings.CASHIER = {"URL": f"http://127.0.0.1:{port}", "SECRET": SECRET}
        found = accept(now)
        work(now)
    clock.advance(days=16)
    return found


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.deep)])
def test_a_party_sees_what_to_pay_on_a_phone(case, live_server, open_page, language):
    reader = Visitor(open_page(width=390, locale="en-GB" if language == "en" else "zh-CN"), live_server.url, language)
    reader.go(f"/track/?number={case.number}")
    reader.page.fill("#number", case.number)
    reader.page.fill("#code", acts.query_code(case))
    reader.press("main form button[type=submit]")
    at = f"/cases/{case.number}/fees/licence/"
    reader.go(at)
    assert reader.seen[at] <= 60_000
    assert reader.page.locator("[role=img] svg").bounding_box()["width"] > 150
    if language == "zh":
        reader.press(".amur-elder button")
        reader.go(at)
        assert reader.page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET) == []
    assert reader.faults == []


@pytest.mark.deep
@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_the_office_sees_what_came(case, live_server, open_page, language, width):
    keeper = official("cashkeeper")
    page = open_page(width=width, locale="en-GB" if language == "en" else "zh-CN")
    page.context.add_cookies(
        [{"name": "sessionid", "value": keeper.cookies["sessionid"].value, "url": live_server.url}]
    )
    desk = Visitor(page, live_server.url, language)
    for path in (f"/desk/cases/{case.number}/", f"/desk/cases/{case.number}/fees/licence/", "/desk/fees/"):
        desk.go(path)
    assert desk.faults == []
