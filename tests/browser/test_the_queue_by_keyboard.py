"""P25: an official works through the queue with the keyboard alone: to the list, along it, choosing, acting on both."""

from __future__ import annotations

import pytest

from amur.procedures.models import Case
from tests.web.house import House, furnish

pytestmark = [pytest.mark.browser, pytest.mark.deep]


def _focused(page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.innerText.split('\\n')[0]")


def test_two_cases_are_chosen_and_accepted_without_a_mouse(served: House, visitor):
    furnish(served)
    second = served.submit(service_name="演示 第二个")
    officer = visitor("en", 1280)
    officer.sign_in("handler")
    officer.go("/desk/")
    page = officer.page
    assert page.locator(".amur-withkeys").is_visible()
    page.locator("#main").focus()
    for _ in range(12):  # the skip link of the list is the first thing in it
        page.keyboard.press("Tab")
        if _focused(page) == "Skip to the list of cases":
            break
    assert _focused(page) == "Skip to the list of cases"
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    assert page.locator("input[name=chosen]:checked").count() == 2
    page.keyboard.press("a")
    assert page.locator("input[name=chosen]:checked").count() == 0
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    assert page.locator("input[name=chosen]:checked").count() == 1
    page.keyboard.press("k")
    page.keyboard.press("x")
    page.locator(".amur-choosebar button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.look()
    page.locator("input[value=accept]").focus()
    page.keyboard.press("Space")
    page.locator("main form button").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    officer.look()
    assert "2 done" in page.content()
    assert {case.state for case in Case.objects.filter(pk__in=[served.case.pk, second.pk])} == {"under_review"}
    officer.go("/desk/views/")
    assert officer.faults == []


@pytest.mark.deep
def test_the_queue_has_no_barrier_on_a_phone(served: House, visitor):
    furnish(served)
    officer = visitor("zh", 390)
    officer.sign_in("handler")
    officer.go("/desk/?view=all&mine=yes&size=100")
    assert not officer.page.locator(".amur-withkeys").is_visible()
    officer.go("/desk/?view=all&chosen=all")
    officer.press(".amur-choosebar button")
    assert officer.faults == []
