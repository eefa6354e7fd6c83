"""An officer's day: twenty cases in the queue, one act for all of them, one refusal drafted and signed by three hands."""

from __future__ import annotations

import pytest

from amur.packs.declarations import Step
from amur.packs.play.steps import perform
from amur.procedures.models import Case, Decision
from tests.browser.visit import Visitor
from tests.browser.walking import EACH_WAY, Pictures, enter, faults
from tests.web.house import House

pytestmark = [pytest.mark.browser, pytest.mark.deep]

MANY = 20
PROCEDURE, OFFICE = "news_licence", "hlj_cyberspace_office"
HANDS = {"officer": "handler", "chief": "decider", "lawyer": "legal_reviewer", "leader": "head"}
FORM = {
    "enterprise_name": "样江日报社（演示）",
    "credit_code": "12239900MA0DEM001C",
    "contact_name": "例经办",
    "contact_telephone": "0451-00000000",
    "applicant_kind": "local_news_unit",
    "service_types": ["gathering", "reprinting"],
    "carriers": ["website", "app"],
    "region": "230100",
    "editor_name": "样总编",
}
SAID = {
    "zh": "没有专职的编辑人员，不符合许可条件。",
    "en": "The unit has no full-time editors, as the licence demands.",
}
FORWARD = "main form button.govuk-button:not([name]):not(.govuk-button--secondary):not([tabindex])"


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_twenty_cases_are_accepted_at_once_and_one_goes_through_the_hands_that_sign(
    way: tuple[str, int], served: House, visitor
):
    pictures = Pictures("officer", *way)
    for name, role in HANDS.items():
        enter(served, name, [role], OFFICE)
    for number in range(1, MANY + 1):
        _apply(served, number)
    served.seal()
    people = {name: visitor(*way) for name in HANDS}
    for name, person in people.items():
        person.sign_in(name)
    officer = people["officer"]

    officer.go("/desk/?chosen=all")
    assert officer.page.locator("input[name=chosen]:checked").count() == MANY
    pictures.take(officer, "queue")
    officer.press(".amur-choosebar button")
    officer.page.check("input[value=accept]")
    pictures.take(officer, "many")
    _do_all(officer)
    served.seal()
    pictures.take(officer, "done")
    assert _accepted() == MANY

    case = Case.objects.filter(procedure=PROCEDURE).earliest("submitted_at", "number")
    officer.go(f"/desk/cases/{case.number}/")
    pictures.take(officer, "case")
    officer.go(f"/desk/cases/{case.number}/draft/refuse/")
    officer.page.fill("textarea[name=reason]", SAID[way[0]])
    pictures.take(officer, "draft")
    officer.press(FORWARD)
    pictures.take(officer, "drafted")
    for name in ("chief", "lawyer", "leader"):
        assert not Decision.objects.filter(case=case).exists()
        _sign(people[name], pictures, name)
    assert Decision.objects.get(case=case).reason == SAID[way[0]]
    served.seal()
    officer.go(f"/desk/cases/{case.number}/")
    pictures.take(officer, "decided")
    assert faults(*people.values()) == []


def _apply(served: House, number: int) -> None:
    """Hand in an application for a licence."""
    form = FORM | {"service_name": f"演示 第{number}号新闻客户端"}
    files = {"plan": {"name": "演示方案.pdf"}}
    step = Step.model_validate({"as": "firm", "submit": PROCEDURE, "form": form, "files": files})
    assert perform(step, served.stage, f"walk:{number}") is None


def _accepted() -> int:
    return Case.objects.filter(procedure=PROCEDURE, state="under_review").count()


def _do_all(officer: Visitor) -> None:
    """Let the act be done; the page comes again by itself until every case has its outcome."""
    with officer.page.expect_navigation():
        officer.page.click("main form button.govuk-button")
    for _second in range(60):
        if _accepted() == MANY:
            break
        officer.page.wait_for_timeout(500)
    officer.page.wait_for_timeout(1000)
    officer.page.reload()


def _sign(person: Visitor, pictures: Pictures, name: str) -> None:
    """Go to what waits for a signature, and sign it."""
    person.go("/desk/signing/")
    pictures.take(person, f"waiting-{name}")
    person.press("main a[href*='/sign-off/']")
    person.page.fill("#sign-remark", "同意。")
    pictures.take(person, f"sign-{name}")
    person.press(FORWARD)
    pictures.take(person, f"signed-{name}")
