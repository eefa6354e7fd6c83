"""Elder mode by the national rule, measured in a real browser: letters from 18 px, 24 for what is read, 60 px to touch."""

from __future__ import annotations

import pytest

from tests.browser.visit import Visitor
from tests.web.comparing import NAME, compare
from tests.web.house import PROCEDURE, REGISTER, House, furnish

pytestmark = pytest.mark.browser

SMALLEST_LETTER, READ_LETTER, SMALLEST_TARGET, LEAST_LEADING = 18, 24, 60, 1.3
_SMALL_TARGETS = """least => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, .govuk-radios__label')]
  .filter(one => !one.closest('.govuk-visually-hidden, .govuk-skip-link'))
  .filter(one => !(one.tagName == 'A' && one.closest('p, dd, td, th, h3')))
  .filter(one => one.getBoundingClientRect().width && one.getBoundingClientRect().height < least - 0.5)
  .map(one => `${one.tagName} ${Math.round(one.getBoundingClientRect().height)} ${one.textContent.trim().slice(0, 20)}`)"""
_SMALL_LETTERS = """least => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const around = walker.currentNode.parentElement, size = parseFloat(getComputedStyle(around).fontSize);
    const said = walker.currentNode.textContent.trim();
    if (said && size < least - 0.1 && !around.closest('.govuk-visually-hidden, script, option')) {
      found.push(`${size} ${said.slice(0, 20)}`);
    }
  }
  return found; }"""
_LEADING = (
    "() => { const s = getComputedStyle(document.body); return parseFloat(s.lineHeight) / parseFloat(s.fontSize); }"
)


@pytest.mark.deep
def test_elder_mode_is_one_press_away_and_large_everywhere(served: House, visitor):
    house = compare(furnish(served))
    reader: Visitor = visitor("zh", 390)
    reader.go("/")
    reader.press(".amur-elder button")
    for path in (
        "/",
        f"/services/{PROCEDURE}/",
        f"/registers/{REGISTER}/",
        f"/registers/{REGISTER}/{house.filed.number}/",
        f"/registers/{REGISTER}/?valid_on=2026-02-20",
        "/search/?q=备案",
        "/board/indicators/",
        "/board/indicators/filing_time/",
        "/board/clauses/14/",
        "/board/figures/late/",
        f"/board/figures/cases/{PROCEDURE}/",
        "/statistics/",
        "/statistics/rankings/",
        f"/statistics/rankings/{NAME}/",
        "/services/",
        "/services/telecom_licence/",
        "/find/",
        "/find/which_permission/",
        "/find/who_takes_my_complaint/?asked=about&about=telecom",
        "/find/which_permission/table/",
        "/registers/approval_items/",
        "/systems/",
        "/draws/",
        "/ratings/",
        "/open/",
        "/verify/",
        "/track/",
        "/display/",
        "/accounts/login/",
    ):
        reader.go(path)
        assert reader.page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET) == [], path
        assert reader.page.evaluate(_SMALL_LETTERS, SMALLEST_LETTER) == [], path
    body = reader.page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")
    assert body >= READ_LETTER
    assert reader.page.evaluate(_LEADING) >= LEAST_LEADING
    assert reader.faults == []
    reader.press(".amur-elder button")
    assert reader.page.locator("[data-elder=on]").count() == 0
