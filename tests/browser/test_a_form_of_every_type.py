"""A form of every field type in a real browser: filled by hand at two widths in two languages, with faults on the way.

Every page is looked at by axe, and so is the case on the desk and the record that comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches

from amur.procedures.models import Case
from tests.browser.visit import Visitor
from tests.web.every_type import BAD, GOOD, furnish
from tests.web.house import PASSWORD, PLAN, House

pytestmark = pytest.mark.browser

ONWARD = "main form.amur-form .govuk-button-group button"


@pytest.fixture
def served(transactional_db: None, clock, now, live_server) -> House:
    """Return a house in which the form of every type is asked."""
    caches["counts"].clear()
    house = furnish(now, PASSWORD)
    house.address = live_server.url
    return house


def fill(visitor: Visitor, values: Mapping[str, Any], plan: Path) -> None:
    """Fill what a page asks, whatever its control is."""
    page = visitor.page
    for name, value in values.items():
        control = page.locator(f"main [name='{name}']:not([type=hidden])")
        if not control.count():
            continue
        kind = control.first.evaluate("one => one.type || one.tagName")
        if kind in {"radio", "checkbox"}:
            for code in [value] if isinstance(value, str) else value:
                if code:
                    page.check(f"main [name='{name}'][value='{code}']")
        elif kind == "select-one":
            page.select_option(f"main [name='{name}']", value)
        else:
            control.first.fill(value)
    if page.locator("main [name=plan][type=file]").count():
        page.set_input_files("main [name=plan]", plan)


def fill_all(visitor: Visitor, plan: Path) -> None:
    """Send each page wrong first, follow the first error to its control, mend it and go on."""
    for page, values in GOOD.items():
        assert f"/{page}/" in visitor.page.url
        if page == "owners":
            visitor.press("button[name=add]")
            assert visitor.page.evaluate("location.hash") == "#owners-1"
        changes, wrong = BAD[page]
        fill(visitor, {name: value for name, value in (values | changes).items() if value not in ("x", "L-9")}, plan)
        # With a file the page is sent by a script, which shows the answer in its own place.
        visitor.page.click(ONWARD)
        visitor.page.wait_for_selector(".govuk-error-summary")
        visitor.look()
        leads_to = visitor.page.locator(".govuk-error-summary__list a").evaluate_all("all => all.map(a => a.hash)")
        assert set(leads_to) <= {f"#{one}" for one in wrong}
        assert leads_to
        visitor.page.click(".govuk-error-summary__list a")
        assert f"#{visitor.page.evaluate('document.activeElement.id')}" == leads_to[0]
        fill(visitor, values, plan)
        visitor.press(ONWARD)


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_is_filled_by_hand_and_shown(language, width, served: House, visitor, tmp_path):
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PLAN)
    applicant = visitor(language, width)
    applicant.go("/services/everything/")
    applicant.press("form.amur-start button")
    fill_all(applicant, plan)
    assert "/check/" in applicant.page.url
    assert applicant.page.locator("main table.amur-inner tbody tr").count() == 2
    applicant.press("main form.amur-section button[type=submit]")
    case = Case.objects.get(procedure="everything")
    assert case.data["owners"][1]["name"] == "Olga"
    served.case = case
    for who, event in (("handler", "accept"), ("decider", "grant")):
        applicant.page.context.clear_cookies()
        applicant.sign_in(who)
        applicant.go(f"/desk/cases/{case.number}/")
        applicant.page.check(f"input[value={event}]")
        applicant.press("main form:has(#reason) button[type=submit]:not([name]):not([tabindex])")
    applicant.go("/registers/every_record/")
    applicant.go(f"/registers/every_record/{case.number}/")
    applicant.page.click("main details:has(.amur-outline) summary")
    assert applicant.page.locator("text=POLYGON ((126 45").is_visible()
    assert [fault for fault in applicant.faults if "status of 422" not in fault] == [], "the browser tells refusals"


@pytest.mark.deep
def test_the_enter_key_goes_on_and_removes_nothing(served: House, visitor):
    applicant = visitor("en", 390)
    applicant.go("/services/everything/")
    applicant.press("form.amur-start button")
    applicant.go(f"{applicant.page.url.removeprefix(applicant.root).partition('words/')[0]}owners/")
    applicant.press("button[name=add]")
    applicant.page.fill("[name=owners-0-name]", "First")
    with applicant.page.expect_navigation():
        applicant.page.press("[name=owners-0-name]", "Enter")
    assert applicant.page.locator(".govuk-error-summary").count() == 1, "it was sent as a whole"
    assert applicant.page.locator("[name=owners-0-name]").input_value() == "First"
    assert applicant.page.locator("[name=owners-1-name]").count() == 1
