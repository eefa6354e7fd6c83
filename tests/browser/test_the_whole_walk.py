"""From the form to the proof, in a real browser: file, receipt, follow, accept, decide, register, verify.

One walk is in the gate; the other widths and languages are deep. On every page axe finds nothing, nothing is wider
than the screen, the console is silent, and the first view is light.
"""

from __future__ import annotations

import pytest

from tests.browser.visit import decide, heavy
from tests.web.house import MARKS, PLAN, REGISTER, House

pytestmark = pytest.mark.browser

HOLDS = {"zh": "成立。", "en": "It holds."}


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("zh", 390),
        pytest.param("en", 390, marks=pytest.mark.deep),
        pytest.param("zh", 1280, marks=pytest.mark.deep),
        pytest.param("en", 1280, marks=pytest.mark.deep),
    ],
)
def test_a_filing_goes_from_the_form_to_a_proof_that_the_browser_checks(
    language: str, width: int, served: House, visitor, tmp_path
):
    plan = tmp_path / "方案.pdf"
    plan.write_bytes(PLAN)

    firm = visitor(language, width)
    firm.go("/")
    number, code = firm.file_a_service(plan)
    firm.page.context.clear_cookies()
    firm.go("/track/")
    firm.page.fill("[name=number]", number)
    firm.page.fill("[name=code]", code)
    firm.press("main form button[type=submit]")
    assert number in firm.page.content()

    office = visitor(language, width)
    decide(office, served, "handler", number, "accept")
    decide(office, served, "decider", number, "file")

    stranger = visitor(language, width)
    stranger.go(f"/registers/{REGISTER}/")
    stranger.press(f"main a[href$='{number}/']")
    assert not any(mark in stranger.page.content() for mark in MARKS)
    record = stranger.page.url
    stranger.go("/verify/")
    stranger.page.fill("#about", record)
    stranger.press("main form button[type=submit]")
    stranger.page.click("[data-receipt]")
    stranger.page.wait_for_selector("#result:not([hidden])")
    stranger.look()
    assert stranger.page.inner_text("#verdict").startswith(HOLDS[language])
    assert stranger.page.locator("#steps .amur-tag--no").count() == 0

    assert [*firm.faults, *office.faults, *stranger.faults] == []
    assert [*heavy(firm).items(), *heavy(stranger).items()] == []
