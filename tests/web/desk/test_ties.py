"""Pages of cases that belong together: at the desk they are merged, split, joined and reopened, and the party reads its own."""

from __future__ import annotations

import re

import pytest

from amur.procedures.models import Case
from tests.web.house import MARKS, PLAN, House
from tests.web.tied import tied

pytestmark = [pytest.mark.django_db, pytest.mark.either]

AGAIN = {"service_name": "演示 再次"}


def at(case: Case) -> str:
    return f"/en/desk/cases/{case.number}/ties/"


def send(client, case: Case, what: str, **values: object):
    """Send one form of the page, as it stands there."""
    page = client.get(at(case)).content.decode()
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        if f'name="what" value="{what}"' in form:
            hidden = dict(re.findall(r'<input type="hidden" name="(what|key|version|number)" value="([^"]*)"', form))
            return client.post(at(case), hidden | values)
    raise AssertionError(f"the page offers no {what}")


@pytest.fixture
def desk(house: House):
    tied(house)
    return house.client("handler")


def test_what_may_be_the_same_is_told_before_it_is_submitted_and_at_the_desk(house: House, desk):
    first = house.submit(**AGAIN)
    draft = house.fill(**AGAIN)
    page = house.client("firm").get(f"/en/apply/{draft.id}/check/").content.decode()
    assert "You may have handed this in before." in page
    assert first.number in page
    rivals = house.fill("rival", **AGAIN)
    assert first.number not in house.client("rival").get(f"/en/apply/{rivals.id}/check/").content.decode()
    second = house.submit(**AGAIN)
    assert "may be the same as another" in desk.get("/en/desk/").content.decode()
    assert "1 case may be the same" in desk.get(f"/en/desk/cases/{second.number}/").content.decode()
    assert send(desk, second, "say", says="other").status_code == 422
    assert send(desk, second, "say", says="other", reason="another boat").status_code == 302
    assert "another boat" in desk.get(at(second)).content.decode()


def test_a_case_is_merged_read_from_the_lead_and_taken_back(house: House, desk):
    first, second = house.submit(**AGAIN), house.submit(**AGAIN)
    assert send(desk, second, "merge", number=second.number, reason="twice").status_code == 409
    assert send(desk, second, "merge", number="NONE", reason="twice").status_code == 409
    assert send(desk, second, "merge", number=first.number, reason="").status_code == 422
    assert send(desk, second, "merge", number=first.number, reason="twice").status_code == 302
    page = desk.get(at(first)).content.decode()
    assert second.number in page
    assert MARKS[0] in page
    file = re.search(r'href="([^"]+/ties/files/[^"]+)"', page)
    assert b"".join(desk.get(file[1]).streaming_content) == PLAN
    assert house.client("elsewhere").get(file[1]).status_code == 404
    assert "took in another" in desk.get("/en/desk/").content.decode()
    own = house.client("firm").get(f"/en/cases/{second.number}/").content.decode()
    assert "This is dealt with in your other case:" in own
    assert first.number in own
    assert send(desk, second, "undo", reason="not twice").status_code == 302
    assert "Merged into" not in desk.get(at(second)).content.decode()


def test_a_case_is_split_into_what_was_chosen(house: House, desk):
    first = house.submit(**AGAIN)
    plan = house.upload(first)
    names = [name for name in first.data if name != "plan"]
    few = {"fields-0": names[:1], "files-0": [str(plan.pk)], "fields-1": names}
    wrong = send(desk, first, "split", reason="two boats", **few)
    assert wrong.status_code == 422
    assert "The new case wants more" in wrong.content.decode()
    many = {
        f"{what}-{place}": chosen for place in (0, 1) for what, chosen in (("fields", names), ("files", [str(plan.pk)]))
    }
    assert send(desk, first, "split", reason="two boats", **many).status_code == 302
    page = desk.get(at(first)).content.decode()
    parts = list(Case.objects.filter(origin=first))
    assert len(parts) == 2
    assert all(one.number in page for one in parts)
    assert parts[0].number in house.client("firm").get(f"/en/cases/{first.number}/").content.decode()


def test_cases_of_one_incident_are_joined_answered_and_left(house: House, desk):
    lead, rivals = house.submit(**AGAIN), house.submit("rival", service_name="演示 别家")
    assert send(desk, rivals, "join", number=lead.number, reason="one storm").status_code == 302
    page = house.client("firm").get(f"/en/cases/{lead.number}/").content.decode()
    assert "1 other case of the same incident" in page
    assert rivals.number not in page
    page = house.client("rival").get(f"/en/cases/{rivals.number}/").content.decode()
    assert "together with other cases of the same incident" in page
    assert lead.number not in page
    assert send(desk, lead, "answer", event="accept", reason="").status_code == 302
    assert send(desk, rivals, "leave", reason="another storm").status_code == 302


def test_a_closed_case_is_reopened_by_whoever_may(house: House, desk):
    case = house.submit(**AGAIN)
    case = house.fire(case, "handler", "accept", "handler")
    names = [arrow.event for arrow in _arrows(case) if arrow.outcome == "refused" and arrow.by == "decider"]
    case = house.fire(case, "decider", names[0], "decider", reason="no")
    decider = house.client("decider")
    assert send(decider, case, "reopen", event="reopened", reason="new facts").status_code == 302
    page = house.client("firm").get(f"/en/cases/{case.number}/").content.decode()
    assert "Looked at anew" in page
    assert "See above." not in page, "what was decided before is its decision no more"
    assert "new facts" in page


def _arrows(case: Case):
    from amur.procedures import declared

    return declared.pinned(case.declaration_hash).transitions
