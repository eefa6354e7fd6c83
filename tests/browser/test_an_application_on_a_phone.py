"""One application from the first page to the outcome of an appeal, by somebody without an account and with a phone.

It is begun on one device and gone on with on another, asked to be supplemented, decided, and contested. On each page
axe finds nothing, nothing is wider than the screen, and what is touched is large enough. The offices act by the acts
that their desk calls: the desk has walks of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.packs.declarations import Player
from amur.packs.play.stage import machine
from amur.people import reads as people
from amur.procedures import acts
from amur.procedures.models import Case
from tests.browser.visit import Visitor, heavy
from tests.web.house import BODY, PLAN, PROCEDURE, House

pytestmark = pytest.mark.browser

NEXT = "main form button[type=submit]:not([name])"
SEND = "main form.amur-section button[type=submit]"
REVIEW_BODY = "miit"
SAID = {
    "zh": {"granted": "已备案", "waits": "等您补正", "refused": "不予备案", "reviewed": "发回重新作出决定"},
    "en": {
        "granted": "Filed",
        "waits": "Waiting for your supplement",
        "refused": "Refuse",
        "reviewed": "The decision was sent back to be made anew",
    },
}
GROUNDS = {"request": "撤销决定。", "grounds": "方案里写明了安全措施。", "contact_name": "例申诉人"}
UNDER_FINGERS = """() => [...document.querySelectorAll('main button, main .govuk-button')]
    .filter(one => one.checkVisibility() && !one.closest('details:not([open])'))
    .filter(one => { const box = one.getBoundingClientRect(); return box.height < 24 || box.width < 24 })
    .map(one => one.outerHTML.slice(0, 120))"""
"""Buttons that a finger does not hit: WCAG 2.2 wants 24 px a side."""


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_application_is_begun_on_one_phone_and_ends_in_a_review(language, width, served: House, visitor, tmp_path):
    plan = tmp_path / "方案.pdf"
    plan.write_bytes(PLAN)
    said = SAID[language]
    touch = {"has_touch": True, "is_mobile": width < 500}

    lost = visitor(language, width, **touch)
    code = _begin(lost, plan)
    phone = visitor(language, width, **touch)
    number = _go_on(phone, code, plan)

    _moved(served, number, "request_supplement", "handler", "方案第三页看不清。")
    _follow(phone, number)
    assert said["waits"] in phone.page.inner_text("h1")
    assert "方案第三页看不清。" in phone.page.inner_text("main")
    phone.press("#supply form button[type=submit]")  # nothing was typed
    assert phone.page.locator(".govuk-error-summary").count() == 1
    phone.page.fill("main [name=reason]", "重新扫描了。")
    phone.page.set_input_files("main input[type=file]", plan)
    phone.press("main form[enctype] button[type=submit]:not([name])")

    _moved(served, number, "accept", "handler")
    _moved(served, number, "refuse", "decider", "安全措施没有写明。")
    _follow(phone, number)
    assert said["refused"] in phone.page.inner_text("main")
    assert "安全措施没有写明。" in phone.page.inner_text("main")
    _download(phone)

    _follow(phone, number)
    review = _contest(phone, number)
    _enter_reviewers(served)
    _moved(served, review, "admit", "reviewer")
    _moved(served, review, "send_back", "review_head", "原决定没有说明理由。")
    _follow(phone, review)
    assert said["reviewed"] in phone.page.inner_text("main")
    _follow(phone, number)
    assert said["reviewed"] in phone.page.inner_text("main")

    _moved(served, number, "file", "decider")
    _follow(phone, number)
    assert said["granted"] in phone.page.inner_text("h1")
    _download(phone)
    unasked = "status of 422"  # the answer to a form that was sent empty on purpose
    assert [fault for fault in (*lost.faults, *phone.faults) if unasked not in fault] == []
    assert heavy(phone) == {}


def _begin(lost: Visitor, plan: Path) -> str:
    """Fill two pages and return the resume code that stands on the third."""
    lost.go(f"/services/{PROCEDURE}/")
    lost.press("form.amur-start button")
    lost.press(NEXT)  # nothing was typed
    assert lost.page.locator(".govuk-error-summary a").count() > 0
    for _page in range(2):
        lost.fill(plan)
        lost.press(NEXT)
    lost.page.click("main details:has(.amur-code) summary")
    lost.look()
    return lost.page.inner_text("main details .amur-code")


def _go_on(phone: Visitor, code: str, plan: Path) -> str:
    """Take the form up by its code, end it, send it, and return the number of the case."""
    phone.go("/drafts/")
    phone.page.fill("[name=resume_code]", code.lower())
    phone.press(NEXT)
    while not phone.page.url.endswith("/check/"):
        assert phone.page.locator("main h1").count() == 1
        assert phone.page.evaluate(UNDER_FINGERS) == []
        phone.fill(plan)
        phone.press(NEXT)
    phone.press(SEND)
    number, query = phone.page.locator(".amur-receipt dd").all_inner_texts()
    phone.page.context.clear_cookies()
    phone.go("/track/")
    phone.page.fill("[name=number]", number)
    phone.page.fill("[name=code]", query)
    phone.press(NEXT)
    return number


def _contest(phone: Visitor, number: str) -> str:
    """Ask for a review of the decision, and return the number of the case in which it is heard."""
    phone.press("main a[href*='/contest/']")
    phone.press(NEXT)
    while not phone.page.url.endswith("/check/"):
        for name, value in GROUNDS.items():
            if phone.page.locator(f"main [name={name}]").count():
                phone.page.fill(f"main [name={name}]", value)
        phone.press(NEXT)
    phone.press(SEND)
    review, query = phone.page.locator(".amur-receipt dd").all_inner_texts()
    assert (review != number, bool(query)) == (True, True)
    phone.press("main form button[type=submit]")
    return review


def _follow(phone: Visitor, number: str) -> None:
    """Open a case that was opened before on this phone."""
    phone.go(f"/cases/{number}/")
    assert phone.page.evaluate(UNDER_FINGERS) == []


def _download(phone: Visitor) -> None:
    """Fetch the newest paper of a case as a PDF, and read the page of the same paper."""
    address = phone.page.locator("aside a[href$='.pdf']").last.get_attribute("href")
    answer = phone.page.context.request.get(f"{phone.address}{address}")
    assert answer.body().startswith(b"%PDF-")
    phone.go(str(address).removeprefix("/en").removesuffix(".pdf") + "/")


def _moved(house: House, number: str, event: str, who: str, reason: str = "") -> None:
    """Let an official move a case as the desk does."""
    case, member = Case.objects.get(number=number), house.stage.cast[who]
    scope = people.scope_of(member.account, house.now)
    body = REVIEW_BODY if who.startswith("review") else BODY
    by = people.actor_for(member.account, scope, role=who, body_id=body, client="desk")
    options = {"expected_version": case.version, "reason": reason}
    acts.fire(case.id, event, by=by, scope=scope, now=house.now, **options)
    house.seal()


def _enter_reviewers(house: House) -> None:
    """Let those be who hear a review."""
    for role in ("reviewer", "review_head"):
        house.stage.enter(
            Player(id=role, name=f"演示 {role}", roles=(role,), body=REVIEW_BODY), by=machine(), key="house"
        )
