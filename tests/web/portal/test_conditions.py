"""Pages ask what conditions hold for, and say why an event is not possible before anybody tries it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from amur.base.declared import Text
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from tests.web.house import House
from tests.web.portal.forms import begin, plan, save, submit, typed

pytestmark = pytest.mark.django_db
WHY = Text(zh="江上结冰，暂不受理。", en="The river is frozen, so nothing is accepted.")


@pytest.fixture
def change(monkeypatch) -> Callable[[Callable[[dict[str, Any]], None]], None]:
    """Return a function that changes what procedures declare, as a later edition would."""
    known = declared.pinned

    def by(change: Callable[[dict[str, Any]], None]) -> None:
        def pinned(content_hash: str) -> ProcedureDeclaration:
            body = known(content_hash).model_dump(mode="json", by_alias=True)
            change(body)
            return ProcedureDeclaration.model_validate(body)

        monkeypatch.setattr(declared, "pinned", pinned)

    return by


def _page(body: dict[str, Any], name: str) -> dict[str, Any]:
    return next(page for page in body["pages"] if page["id"] == name)


def test_a_page_is_asked_where_its_condition_holds_and_passed_over_where_not(house: House, change):
    change(lambda body: _page(body, "technology").update(when="form.service_name.contains('车船')"))
    browser = house.client()
    address = begin(browser)
    for step in ("enterprise", "contact"):
        assert save(browser, address, step, **typed()).status_code == 302
    assert save(browser, address, "service", **typed())["Location"].endswith(("/nearest/", "/technology/"))
    assert browser.get(f"{address}technology/").status_code == 200
    answer = save(browser, address, "service", **typed(service_name="灯"))
    assert answer.status_code == 302
    assert browser.get(f"{address}technology/").status_code == 404
    for step in ("nearest", "start", "security"):
        assert save(browser, address, step, **typed(service_name="灯")).status_code == 302
    assert save(browser, address, "plan", plan=plan()).status_code == 302
    assert "自组网" not in browser.get(f"{address}check/").content.decode()
    assert submit(browser, address).status_code == 200
    assert "technology" not in Case.objects.get(subject="灯").data


def test_a_field_is_asked_on_its_page_once_the_answer_before_it_holds(house: House, change):
    def conditional(body: dict[str, Any]) -> None:
        page = _page(body, "service")
        page["fields"][1]["when"] = "form.service_name == '灯'"

    change(conditional)
    browser = house.client()
    address = begin(browser)
    hidden = browser.get(f"{address}service/").content.decode()
    assert 'name="description"' not in hidden
    answer = save(browser, address, "service", service_name="灯")
    assert answer["Location"] == f"{address}service/#description", "it is asked, and no fault yet"
    asked = browser.get(f"{address}service/").content.decode()
    assert 'name="description"' in asked
    assert "govuk-error-summary" not in asked
    assert save(browser, address, "service", service_name="灯").status_code == 422
    assert save(browser, address, "service", service_name="灯", description="亮").status_code == 302


def test_the_desk_says_why_an_event_is_not_possible_and_does_not_offer_it(house: House, change):
    def frozen(body: dict[str, Any]) -> None:
        for arrow in body["transitions"]:
            if arrow["event"] == "accept":
                arrow |= {"when": "case.region == '999999'", "otherwise": WHY.model_dump()}

    change(frozen)
    client = house.client("handler")
    page = client.get(f"/en/desk/cases/{house.case.number}/").content.decode()
    assert WHY.en in page
    assert 'value="accept"' not in page
    assert WHY.zh in client.get(f"/desk/cases/{house.case.number}/").content.decode()
    answer = client.post(f"/en/desk/cases/{house.case.number}/", {"version": house.case.version, "event": "accept"})
    assert answer.status_code == 403
    assert WHY.en in answer.content.decode()
