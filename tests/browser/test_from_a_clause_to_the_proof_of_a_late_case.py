"""A coordinator goes from a clause to what is late under it, to one case, and lets the browser verify its entries."""

from __future__ import annotations

import pytest

from tests.browser.walking import EACH_WAY, Pictures, faults
from tests.web.house import MARKS, PROCEDURE, House, furnish

pytestmark = [pytest.mark.browser, pytest.mark.deep]

HOLDS = {"zh": "成立。", "en": "It holds."}


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_a_coordinator_finds_a_late_case_under_its_clause_and_verifies_it(
    way: tuple[str, int], served: House, visitor, clock
):
    pictures = Pictures("coordinator", *way)
    furnish(served)
    served.now = clock.advance(days=40)
    served.seal()
    overseer = visitor(*way)
    overseer.sign_in("coordinator")
    overseer.go("/board/")
    pictures.take(overseer, "board")
    overseer.press("main a[href$='/board/clauses/3/']")
    pictures.take(overseer, "clause")
    overseer.press(f"main a[href$='/board/figures/cases/{PROCEDURE}/']:has(.amur-late)")
    assert served.case is not None
    text = overseer.page.inner_text("main")
    assert served.case.number in text
    assert not any(mark in text for mark in MARKS)
    pictures.take(overseer, "late-cases")
    overseer.press("main a[href*='/verify/?entry=']")
    pictures.take(overseer, "entry")
    overseer.page.click("[data-receipt]")
    overseer.page.wait_for_selector("#result:not([hidden])")
    pictures.take(overseer, "verified")
    assert overseer.page.inner_text("#verdict").startswith(HOLDS[way[0]])
    assert overseer.page.locator("#steps .amur-tag--no").count() == 0
    overseer.go("/board/figures/late/")
    pictures.take(overseer, "all-late")
    assert faults(overseer) == []
