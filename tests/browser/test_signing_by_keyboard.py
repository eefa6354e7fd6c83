"""A chain of signatures by keyboard alone: drafted, returned, drafted again, signed twice, decided."""

from __future__ import annotations

import pytest

from amur.procedures.models import Case, Decision
from tests.browser.visit import Visitor
from tests.web.house import House
from tests.web.signing import accepted, declare

pytestmark = [pytest.mark.browser, pytest.mark.deep]


def reach(visitor: Visitor, selector: str) -> None:
    """Go to a control by the tab key, as somebody without a mouse does."""
    for _ in range(200):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"no key leads to {selector}")


def enter(visitor: Visitor, selector: str) -> None:
    """Go to a control that leads to another page, and press it; look at that page."""
    reach(visitor, selector)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.look()


def write(visitor: Visitor, selector: str, text: str) -> None:
    reach(visitor, selector)
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.insert_text(text)


def drafts(visitor: Visitor, case: Case, text: str) -> None:
    visitor.go(f"/desk/cases/{case.number}/draft/file/")
    write(visitor, "textarea[name=reason]", text)
    enter(visitor, "main form button.govuk-button:not([name]):not([tabindex])")


def signs(visitor: Visitor) -> None:
    visitor.go("/desk/")
    enter(visitor, "a[href$='/desk/signing/']")
    enter(visitor, "main a[href*='/sign-off/']")
    write(visitor, "#sign-remark", "好")
    enter(visitor, "main form button.govuk-button:not([name]):not(.govuk-button--secondary):not([tabindex])")


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), pytest.param("en", 390, marks=pytest.mark.deep)])
def test_a_decision_goes_through_all_hands_by_keyboard_alone(language, width, served: House, visitor):
    declare(served)
    case = accepted(served)
    drafter, chief, leader = (visitor(language, width) for _ in range(3))
    for person, who in ((drafter, "handler"), (chief, "decider"), (leader, "coordinator")):
        person.sign_in(who)
    drafts(drafter, case, "材料齐全。")
    chief.go(f"/desk/cases/{case.number}/sign-off/decision/")
    reach(chief, "details:has(input[value=return]) > summary")
    chief.page.keyboard.press("Enter")
    reach(chief, "input[name=to]")
    chief.page.keyboard.press("Space")
    write(chief, "#return-reason", "请写明依据。")
    enter(chief, "main form:has(input[value=return]) button.govuk-button:not([name])")
    drafts(drafter, case, "材料齐全，依据见条例。")
    signs(chief)
    signs(leader)
    assert Decision.objects.get(case=case).reason == "材料齐全，依据见条例。"
    assert [fault for one in (drafter, chief, leader) for fault in one.faults] == []
