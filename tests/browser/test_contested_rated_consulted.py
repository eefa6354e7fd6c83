"""Contesting, rating and commenting on a phone and at the desk: axe, widths, and 60 px to touch in elder mode."""

from __future__ import annotations

import pytest

from amur.procedures import acts
from amur.procedures.models import Decision
from tests.browser.test_elder_mode import _SMALL_TARGETS, SMALLEST_TARGET
from tests.browser.visit import Visitor
from tests.procedures.appeals.conftest import party_of
from tests.procedures.contests import COUNCIL
from tests.procedures.pack import STRANGER
from tests.web.contested import furnish, lodge, official, refuse

pytestmark = [pytest.mark.browser, pytest.mark.deep]


def _open(reader: Visitor, case) -> None:
    """Open a case with its code."""
    reader.go(f"/track/?number={case.number}")
    reader.page.fill("#number", case.number)
    reader.page.fill("#code", acts.query_code(case))
    reader.press("main form button[type=submit]")


@pytest.mark.usefixtures("transactional_db", "clock")
@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.deep)])
def test_a_party_contests_and_rates_and_anybody_comments_on_a_phone(now, live_server, open_page, language):
    furnish(now)
    case, other = refuse(now), refuse(now)
    review = lodge(other, now)
    locale = "en-GB" if language == "en" else "zh-CN"
    reader = Visitor(open_page(width=390, locale=locale), live_server.url, language)
    for one in (case, other, review):
        _open(reader, one)
    decision = Decision.objects.get(case=case).pk
    pages = (f"/contest/{case.number}/{decision}/", f"/hearing/{review.number}/", f"/rate/{case.number}/")
    for path in (*pages, "/ratings/", "/consultations/", "/consultations/colours_plan/"):
        reader.go(path)
    assert max(weight for path, weight in reader.seen.items() if path.startswith("/consult")) <= 60_000
    if language == "zh":
        reader.go("/")
        reader.press(".amur-elder button")
        for path in (*pages, "/consultations/colours_plan/"):
            reader.go(path)
            assert reader.page.evaluate(_SMALL_TARGETS, SMALLEST_TARGET) == [], path
    assert reader.faults == []


@pytest.mark.deep
def test_the_office_hears_follows_up_and_answers_at_two_widths(transactional_db, clock, now, live_server, open_page):
    furnish(now)
    case = refuse(now)
    review = lodge(case, now)
    acts.rate_case(case.pk, 1, by=STRANGER, scope=party_of(case), now=now, said="等了很久")
    acts.comment("colours_plan", "蓝色太暗", by=STRANGER, scope=party_of(case), now=now)
    clock.advance(days=25)
    handled = ("/desk/ratings/", f"/desk/cases/{case.number}/rating/", f"/desk/cases/{case.number}/")
    for role, body, paths in (
        ("handler", "bureau", (*handled, "/desk/consultations/", "/desk/consultations/colours_plan/")),
        ("reviewer", COUNCIL, (f"/desk/cases/{review.number}/hearing/", f"/desk/cases/{review.number}/")),
    ):
        session = official(role, body).cookies["sessionid"].value
        for width in (390, 1280):
            reader = Visitor(open_page(width=width), live_server.url, "zh")
            reader.page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
            for path in paths:
                reader.go(path)
            assert reader.faults == []
