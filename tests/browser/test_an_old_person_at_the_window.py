"""An old person lets a neighbour bring a complaint to the window: the letter, the printed receipt, the telephone at home.

Whoever brings it shows a document that is looked at and never kept; the complaint is the old person's, and number and
code on the receipt open it on any telephone, in large letters.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.procedures.models import Case
from tests.browser.visit import Visitor
from tests.browser.walking import EACH_WAY, Pictures, enter, faults, fill, paper
from tests.web import windowed
from tests.web.house import House

pytestmark = [pytest.mark.browser, pytest.mark.deep]

COMPLAINT, CENTRE = "operator_complaint", "hlj_telecom_appeal_centre"
OLD = "例大爷"
ANSWERS = {
    "party_name": OLD,
    "party_address": "样江县演示路5号",
    "party_telephone": "0451-00000000",
    "operator": "demo_ni",
    "kind": "billing",
    "happened_on": "2026-03-01",
    "region": "230100",
    "demand": "退还多收的 36 元。",
    "facts": "没有开通过的业务扣了钱，打过两次电话，没有说清楚。",
}


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_a_neighbour_hands_a_complaint_in_and_the_old_person_follows_it_at_home(
    way: tuple[str, int], served: House, visitor, tmp_path: Path
):
    pictures = Pictures("window", *way)
    enter(served, "counter", ["handler"], CENTRE)
    clerk: Visitor = visitor(*way)
    clerk.page.add_init_script("window.print = () => { window.printed = (window.printed || 0) + 1; };")
    clerk.sign_in("counter")
    clerk.go("/desk/window/")
    pictures.take(clerk, "counter")
    clerk.go(f"/desk/window/services/{COMPLAINT}/")
    button = "main form[data-window] .govuk-button-group button:not([name])"
    clerk.page.click(button)
    clerk.page.wait_for_selector(".govuk-error-summary")
    pictures.take(clerk, "faults")
    fill(clerk, ANSWERS, paper(tmp_path))
    clerk.page.check("#material-authorisation-0")
    clerk.page.check("main [name=identity-kind][value=resident_card]")
    clerk.page.fill("#identity-number", windowed.NUMBER)
    pictures.take(clerk, "filled")
    with clerk.page.expect_navigation():
        clerk.page.click(button)
    case = Case.objects.get(procedure=COMPLAINT)
    assert case.channel == "window"
    assert clerk.page.evaluate("window.printed") == 1
    pictures.take(clerk, "receipt")
    code = clerk.page.locator(".amur-slip p:not(.amur-meta) .amur-code").inner_text()
    assert OLD in clerk.page.inner_text(".amur-slip")
    assert windowed.NUMBER not in clerk.page.content()
    address = clerk.page.locator("a.govuk-button[href$='.pdf']").get_attribute("href")
    assert clerk.page.context.request.get(f"{clerk.address}{address}").body().startswith(b"%PDF-")
    served.seal()

    home: Visitor = visitor(*way)
    home.go("/")
    home.press(".amur-elder button")
    home.go("/track/")
    home.page.fill("[name=number]", case.number)
    home.page.fill("[name=code]", code)
    pictures.take(home, "track-in-large-letters")
    home.press("main form button[type=submit]:not([name])")
    assert case.number in home.page.inner_text("main")
    pictures.take(home, "case-in-large-letters")
    assert faults(clerk, home) == []
