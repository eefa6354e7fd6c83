"""A draw in a real browser: committed to at the desk, drawn, seen by strangers, withdrawn; no barrier on the way."""

from __future__ import annotations

import pytest

from amur.procedures.draws.models import Draw
from tests.browser.visit import heavy
from tests.web.drawing import declare, pass_on
from tests.web.house import House, furnish

pytestmark = pytest.mark.browser


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draw_from_its_commitment_to_its_withdrawal_has_no_barrier(language, width, served: House, visitor):
    furnish(served)
    declare(served)
    officer, stranger = visitor(language, width), visitor(language, width)
    officer.sign_in("handler")
    officer.go("/desk/draws/")
    officer.press("main form button")
    draw = Draw.objects.get()
    stranger.go(f"/draws/{draw.number}/")
    pass_on(served)
    officer.go(f"/desk/draws/{draw.number}/")
    stranger.go("/draws/")
    stranger.go(f"/draws/{draw.number}/")
    for summary in stranger.page.locator("main details summary").all():
        summary.click()
    stranger.look()
    officer.page.click("main details:has(form) summary")
    officer.press("button[value=withdraw]")
    officer.page.fill("input[name=reason]", "a wrong list")
    officer.press("button[value=withdraw]")
    stranger.go(f"/draws/{draw.number}/")
    assert Draw.objects.get().status == "withdrawn"
    assert stranger.faults == []
    assert [fault for fault in officer.faults if "status of 422" not in fault] == []
    assert heavy(stranger) == {}
