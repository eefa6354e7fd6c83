"""Cases that belong together on the pages of their party and of the office, and what nobody applies for."""

from __future__ import annotations

import pytest

from amur.procedures import acts
from amur.procedures.models import Case
from tests.procedures.followups import OPENS, items
from tests.procedures.pack import sync
from tests.web.house import House
from tests.web.portal.test_cases import follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def related(house: House) -> House:
    """Return the authority with a case that another has opened."""
    Case.objects.filter(pk=house.case.pk).update(origin=house.filed)
    return house


def test_a_case_names_what_it_opened_with_the_query_code_of_that(related: House):
    page = follow(related, related.filed).get(f"/en/cases/{related.filed.number}/").content.decode()
    assert f'href="/en/cases/{related.case.number}/"' in page
    assert acts.query_code(related.case) in page


def test_whoever_is_signed_in_needs_no_code_to_go_on(related: House):
    page = related.client("firm").get(f"/en/cases/{related.filed.number}/").content.decode()
    assert f'href="/en/cases/{related.case.number}/"' in page
    assert acts.query_code(related.case) not in page


def test_an_opened_case_names_the_one_that_opened_it_to_its_party_and_its_office(related: House):
    page = follow(related, related.case).get(f"/en/cases/{related.case.number}/").content.decode()
    assert f'href="/en/cases/{related.filed.number}/"' in page
    desk = related.client("handler").get(f"/en/desk/cases/{related.case.number}/").content.decode()
    assert f'href="/en/desk/cases/{related.filed.number}/"' in desk


def test_what_nobody_applies_for_is_told_of_and_cannot_be_begun(client, now):
    sync(now, items(OPENS))
    page = client.get("/en/services/second_look/", HTTP_HOST="localhost")
    assert "Nobody applies for this" in page.content.decode()
    for asked in ("Start now", "What you need", "To fill in"):
        assert asked not in page.content.decode()
    assert client.post("/en/services/second_look/apply/", HTTP_HOST="localhost").status_code == 403
