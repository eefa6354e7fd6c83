"""Bodies at work on one case in a real browser: an opinion from a phone, a part, a hand-over; no barrier on the way."""

from __future__ import annotations

import pytest

from amur.procedures.joint.models import AskedPart, HandOver
from tests.browser.visit import heavy
from tests.web.consulting import ASKED, asked, consulted
from tests.web.house import House

pytestmark = [pytest.mark.browser, pytest.mark.deep]  # the gate has the same pages without a browser, in tests/web/desk


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 390), ("zh", 1280), ("en", 1280)])
def test_bodies_work_on_a_case_together_without_a_barrier(language, width, served: House, visitor):
    case = consulted(served)
    member, lead, party = visitor(language, width), visitor(language, width), visitor(language, width)
    member.sign_in("police")
    member.go("/desk/")
    member.go("/desk/asked/")
    member.go(f"/desk/asked/{asked(case).pk}/")
    member.press("main form button")  # nothing was chosen
    member.page.check("input[value=conditions]")
    member.page.fill("textarea[name=text]", "日志要留六个月。")
    member.press("main form button")
    lead.sign_in("both")
    lead.go(f"/desk/cases/{case.number}/joint/")
    lead.page.select_option("select[name=ask]", f"traces:{ASKED[0]}")
    lead.page.fill("textarea[name=text]", "请固定证据。")
    lead.press("main form:has(select) button")
    member.go(f"/desk/asked/parts/{AskedPart.objects.get().pk}/")
    member.page.fill("textarea[name=text]", "已固定。")
    member.press("main form button")
    lead.page.check(f"input[value={ASKED[0]}]")
    lead.press("main form:has(input[name=to]) button")
    lead.go(f"/desk/cases/{case.number}/")
    row = HandOver.objects.get()
    member.go(f"/desk/handed/{row.pk}/")
    for summary in member.page.locator("main details summary").all():
        summary.click()
    member.look()
    member.page.fill("input[name=manifest]", row.manifest_hash)
    member.press("main form:has(input[name=manifest]) button")
    member.go("/desk/asked/")
    party.sign_in("firm")
    party.go(f"/cases/{case.number}/")
    for one in (member, lead, party):
        assert [fault for fault in one.faults if "status of 422" not in fault] == []
    assert heavy(party) == {}
