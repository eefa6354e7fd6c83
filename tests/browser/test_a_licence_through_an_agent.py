"""A firm lets somebody act for it, who applies for a telecom licence; it is handed over, received, and decided elsewhere.

What the national system says is said as the recorded other side says it. The agent and the firm each follow the case on
their own page, and what came of it stands in the public register.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from amur.packs.exchange_declarations import Exchanging
from amur.packs.play.exchanging import exchange, hear
from amur.procedures.models import Case
from tests.browser.visit import Visitor
from tests.browser.walking import EACH_WAY, NEXT, SEND, Pictures, faults, fill, paper
from tests.web.house import FORM, House

pytestmark = [pytest.mark.browser, pytest.mark.deep]

LICENCE, PLATFORM = "telecom_licence", "telecom_licence_platform"
NUMBER = "黑B2-20260001"
SAID = {
    "zh": {
        "granted": "已许可",
        "with": "全国系统已收",
        "wait": "现在不需要您做什么",
        "elsewhere": "以国家系统的记录为准",
    },
    "en": {
        "granted": "Licensed",
        "with": "With the national system",
        "wait": "You need not do anything now",
        "elsewhere": "A national system keeps the record that counts",
    },
}
ANSWERS = {
    "enterprise_name": FORM["enterprise_name"],
    "credit_code": FORM["credit_code"],
    "region": "230100",
    "registered_capital": "1000000",
    "foreign_investment": "no",
    "legal_representative": "例法人",
    "contact_name": "例经办",
    "contact_telephone": "0451-00000000",
    "contact_email": "liyunqiao@li.example",
    "by_agent": "yes",
    "agent_name": "样代办（演示）有限公司",
    "offered-0-service": "B25",
    "offered-0-what": "信息发布平台",
    "offered-0-starts_on": "2026-06-01",
    "catalogue_edition": "2019",
    "several_provinces": "no",
    "staff-0-post": "technology",
    "staff-0-people": "8",
    "staff-0-insured": "8",
}


@pytest.mark.parametrize("way", EACH_WAY, ids=str)
def test_an_agent_applies_and_the_firm_reads_what_another_system_decided(
    way: tuple[str, int], served: House, visitor, tmp_path: Path, clock
):
    said, pictures = SAID[way[0]], Pictures("licence", *way)
    owner: Visitor = visitor(*way)
    owner.sign_in("firm")
    _authorise(owner, served, pictures)

    agent: Visitor = visitor(*way)
    agent.sign_in("nobody")
    agent.go(f"/services/{LICENCE}/")
    assert said["elsewhere"] in agent.page.inner_text("main")
    pictures.take(agent, "service")
    number = _apply(agent, paper(tmp_path), pictures)

    case = Case.objects.get(number=number)
    assert (case.channel, case.enterprise_id) == ("agent", served.stage.cast["firm"].enterprise_id)
    served.stage.cases["licence"] = case
    served.seal()
    agent.go(f"/cases/{number}/")
    assert said["wait"] in agent.page.inner_text("main")
    pictures.take(agent, "handed-over")

    hear(served.stage)
    _other_side(served, "receipt", receipt="licence", number="N-1")
    agent.go(f"/cases/{number}/")
    assert said["with"] in agent.page.inner_text("main")
    assert "N-1" in agent.page.inner_text("main")
    pictures.take(agent, "received")

    served.stage.now = clock.advance(days=2)
    _other_side(served, "accepted", receive="licence_accepted", values={"serial": "S-2", "order": "{theirs}"})
    grant = {"serial": "S-3", "order": "{theirs}", "licence": NUMBER, "services": "B25"}
    grant |= {"granted_on": "2026-03-19", "valid_until": "2031-03-18"}
    served.stage.now = clock.advance(days=7)
    _other_side(served, "granted", receive="licence_granted", values=grant)
    served.seal()
    owner.go(f"/cases/{number}/")
    assert said["granted"] in owner.page.inner_text("h1")
    assert NUMBER in owner.page.inner_text("main")
    pictures.take(owner, "result")
    owner.press("main a[href*='/documents/']:not([href$='.pdf']):not([href$='.json'])")
    pictures.take(owner, "paper")

    stranger: Visitor = visitor(*way)
    stranger.go("/registers/telecom_licences/")
    stranger.press(f"main a:has-text('{NUMBER}')")
    pictures.take(stranger, "record")
    assert "例法人" not in stranger.page.content()
    assert faults(owner, agent, stranger) == []


def _authorise(owner: Visitor, house: House, pictures: Pictures) -> None:
    """Let somebody act for the firm in this one matter, for a year; first without saying for how long."""
    owner.go("/authorisations/")
    page = owner.page
    page.check(f"main [name=whose][value='{house.stage.cast['firm'].enterprise_id}']")
    page.check("main [name=to_kind][value=agent]")
    page.fill("main [name=to]", "nobody")
    page.select_option("main [name=matter]", f"all:{LICENCE}")
    button = "main form.amur-form button[type=submit]"
    owner.press(button)
    assert page.locator(".govuk-error-summary a").count() == 2
    pictures.take(owner, "authorise-faults")
    page.fill("main [name=valid_from]", "2026-03-10")
    page.fill("main [name=valid_to]", "2027-03-09")
    owner.press(button)
    assert page.locator("main .amur-news__whole").count() == 1
    pictures.take(owner, "authorised")


def _apply(agent: Visitor, file: Path, pictures: Pictures) -> str:
    """Fill the form for the firm to its receipt, and return the number of the case."""
    given = agent.page.locator("main select[name=for] option[value^='by:']").get_attribute("value")
    agent.page.select_option("main select[name=for]", given)
    agent.press("form.amur-start button")
    for _page in range(20):
        if agent.page.url.endswith("/check/"):
            break
        fill(agent, ANSWERS, file)
        if "/offered/" in agent.page.url or "/papers/" in agent.page.url:
            pictures.take(agent, agent.page.url.rstrip("/").rpartition("/")[2])
        _onward(agent)
    pictures.take(agent, "check")
    agent.press(SEND)
    pictures.take(agent, "receipt")
    return str(agent.page.locator(".amur-receipt dd").first.inner_text())


def _onward(agent: Visitor) -> None:
    """Send a page; one with files is sent by a script, which leads on when they have arrived."""
    before = agent.page.url
    agent.page.click(NEXT)
    agent.page.wait_for_function(
        "before => location.href != before || document.querySelector('.govuk-error-summary')", arg=before
    )
    agent.page.wait_for_load_state()
    assert agent.page.locator(".govuk-error-summary").count() == 0, agent.page.inner_text(".govuk-error-summary")
    agent.look()


def _other_side(house: House, key: str, **said: object) -> None:
    exchange(Exchanging.model_validate({"id": PLATFORM, **said}), "licence", house.stage, name=None, reason="", key=key)
