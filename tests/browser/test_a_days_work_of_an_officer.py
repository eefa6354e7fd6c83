"""An officer's day: twenty cases in the queue, one act for all of them, one case drafted, signed twice and decided."""

from __future__ import annotations

import pytest

from amur.procedures.models import Case, Decision
from tests.browser.visit import Visitor
from tests.browser.walking import EACH_WAY, Pictures, faults
from tests.web.house import PROCEDURE, House
from tests.web.signing import declare

pytestmark = [pytest.mark.browser, pytest.mark.deep]

MANY = 20
SAID = {
    "zh": "材料齐全，方案写明了应急办法。",
    "en": "The papers are complete and the plan tells what is done in an emergency.",
}
FORWARD = "main form button.govuk-button:not([name]):not(.govuk-button--secondary):not([tabindex])"


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_twenty_cases_are_accepted_at_once_and_one_goes_through_the_hands_that_sign(
    way: tuple[str, int], served: House, visitor
):
    pictures = Pictures("officer", *way)
    declare(served)
    for number in range(1, MANY + 1):
        served.submit(service_name=f"演示 第{number}项新业务")
    served.seal()
    officer, chief, leader = (visitor(*way) for _ in range(3))
    for person, who in ((officer, "handler"), (chief, "decider"), (leader, "coordinator")):
        person.sign_in(who)

    officer.go("/desk/?chosen=all")
    assert officer.page.locator("input[name=chosen]:checked").count() == MANY
    pictures.take(officer, "queue")
    officer.press(".amur-choosebar button")
    officer.page.check("input[value=accept]")
    pictures.take(officer, "many")
    _do_all(officer)
    served.seal()
    pictures.take(officer, "done")
    assert Case.objects.filter(procedure=PROCEDURE, state="under_review").count() == MANY

    case = Case.objects.filter(procedure=PROCEDURE).earliest("submitted_at")
    officer.go(f"/desk/cases/{case.number}/")
    pictures.take(officer, "case")
    officer.go(f"/desk/cases/{case.number}/draft/file/")
    officer.page.fill("textarea[name=reason]", SAID[way[0]])
    pictures.take(officer, "draft")
    officer.press(FORWARD)
    pictures.take(officer, "drafted")
    for person, step in ((chief, "chief"), (leader, "leader")):
        _sign(person, pictures, step)
    assert Decision.objects.get(case=case).reason == SAID[way[0]]
    served.seal()
    officer.go(f"/desk/cases/{case.number}/")
    pictures.take(officer, "decided")
    assert faults(officer, chief, leader) == []


def _do_all(officer: Visitor) -> None:
    """Let the act be done; the page comes again by itself until every case has its outcome."""
    with officer.page.expect_navigation():
        officer.page.click("main form button.govuk-button")
    for _second in range(60):
        if Case.objects.filter(procedure=PROCEDURE, state="under_review").count() == MANY:
            break
        officer.page.wait_for_timeout(500)
    officer.page.wait_for_timeout(1000)
    officer.page.reload()


def _sign(person: Visitor, pictures: Pictures, step: str) -> None:
    """Go to what waits for a signature, and sign it."""
    person.go("/desk/signing/")
    pictures.take(person, f"waiting-{step}")
    person.press("main a[href*='/sign-off/']")
    person.page.fill("#sign-remark", "同意。")
    pictures.take(person, f"sign-{step}")
    person.press(FORWARD)
    pictures.take(person, f"signed-{step}")
