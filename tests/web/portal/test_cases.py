"""Following a case: who may see it, what it says first, and what its party can do."""

from __future__ import annotations

import re

import pytest

from amur.procedures import acts
from amur.procedures.models import Case, Upload
from tests.web.house import MARKS, REGISTER, House
from tests.web.portal.forms import plan

pytestmark = pytest.mark.django_db


def follow(house: House, case: Case, root: str = ""):
    """Open a case with its code; return the browser."""
    browser = house.client()
    answer = browser.post(f"{root}/track/", {"number": case.number, "code": acts.query_code(case)})
    assert answer["Location"] == f"{root}/cases/{case.number}/"
    return browser


def form_of(page: str) -> dict[str, str]:
    """Return the hidden inputs of the form of an action."""
    form = page.partition('<form class="amur-form"')[2]
    return {name: re.search(rf'name="{name}" value="([^"]+)"', form)[1] for name in ("version", "key")}


def test_number_and_code_open_a_case_however_they_are_typed(house: House):
    code = acts.query_code(house.case).lower().replace("-", " ")
    answer = house.client().post("/track/", {"number": f" {house.case.number.lower()} ", "code": code})
    assert answer["Location"] == f"/cases/{house.case.number}/"


@pytest.mark.parametrize("which", ["number", "code", "both", "empty"])
def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(house: House, which):
    right = {"number": house.case.number, "code": acts.query_code(house.case)}
    wrong = {
        "number": right | {"number": "2026-XYW-99999"},
        "code": right | {"code": "0000-0000-0000"},
        "both": {"number": "甲" * 500, "code": "\x00乙"},
        "empty": {},
    }
    answer = house.client().post("/en/track/", wrong[which])
    assert answer.status_code == 404
    assert "do not belong together" in answer.content.decode()


def test_the_code_of_one_case_opens_no_other(house: House):
    browser = follow(house, house.case)
    assert browser.get(f"/cases/{house.case.number}/").status_code == 200
    other = browser.get(f"/cases/{house.filed.number}/")
    assert other["Location"] == f"/track/?number={house.filed.number}"
    assert house.filed.number in browser.get(other["Location"]).content.decode()


@pytest.mark.parametrize("who", ["anonymous", "rival", "nobody", "handler"])
def test_nobody_else_sees_a_case_here(house: House, who):
    answer = house.client(who).get(f"/cases/{house.case.number}/")
    assert answer.status_code == 302


def test_the_account_that_submitted_needs_no_code_and_finds_its_cases(house: House):
    browser = house.client("firm")
    assert browser.get(f"/cases/{house.case.number}/").status_code == 200
    assert f'href="/cases/{house.case.number}/"' in browser.get("/track/").content.decode()


def test_the_answer_stands_first_then_the_date_then_why(house: House):
    page = follow(house, house.case, "/en").get(f"/en/cases/{house.case.number}/").content.decode()
    answer, date, why = (
        page.index("You need not do anything now"),
        page.index("amur-deadline__date"),
        page.index("Why this date?"),
    )
    assert answer < date < why
    assert 'datetime="2026-03-17"' in page
    assert "= 5 working days" in page
    assert "We promise it by" in page


def test_a_case_is_kept_by_no_cache(house: House):
    answer = follow(house, house.case).get(f"/cases/{house.case.number}/")
    assert "no-store" in answer["Cache-Control"]


def test_a_party_sees_what_it_sent_and_no_name_of_an_official(house: House):
    page = follow(house, house.filed).get(f"/cases/{house.filed.number}/").content.decode()
    assert MARKS[2] in page
    assert "演示 handler" not in page


def test_a_granted_case_leads_to_the_register_and_waits_for_no_decision(house: House):
    page = follow(house, house.filed, "/en").get(f"/en/cases/{house.filed.number}/").content.decode()
    assert f'href="/en/registers/{REGISTER}/{house.filed.number}/"' in page
    assert "Granted or refused" not in page
    assert "amur-notice--done" in page


def test_a_refusal_says_reason_basis_and_how_to_appeal(house: House):
    house.fire(house.case, "handler", "accept", "handler")
    house.fire(house.case, "decider", "refuse", "decider", reason="目录里有这一类")
    page = follow(house, house.case, "/en").get(f"/en/cases/{house.case.number}/").content.decode()
    for words in ("目录里有这一类", "Telecommunications Regulations", "Ask for a review", "Within 60 days"):
        assert words in page
    assert "is-refused" in page


def test_a_supplement_is_asked_once_and_answered_with_a_file(house: House):
    house.fire(house.case, "handler", "request_supplement", "handler", reason="缺第四章")
    browser = follow(house, house.case)
    page = browser.get(f"/cases/{house.case.number}/").content.decode()
    assert "缺第四章" in page
    assert "暂停" in page
    answer = browser.post(
        f"/cases/{house.case.number}/supply/",
        {**form_of(page.partition('id="supply"')[2]), "reason": "第四章在这里", "plan": plan(name="新方案.pdf")},
    )
    assert answer["Location"] == f"/cases/{house.case.number}/"
    page = browser.get(answer["Location"]).content.decode()
    assert "第四章在这里" in page
    assert "新方案.pdf" in page
    house.case.refresh_from_db()
    assert house.case.state == "supplied"


def test_an_answer_without_words_keeps_the_file_that_came_with_it(house: House):
    house.fire(house.case, "handler", "request_supplement", "handler", reason="缺第四章")
    browser = follow(house, house.case)
    place = f"/cases/{house.case.number}/supply/"
    hidden = form_of(browser.get(place).content.decode())
    answer = browser.post(place, {**hidden, "reason": " ", "plan": plan(name="新方案.pdf")})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "新方案.pdf" in page
    sent = re.search(r'name="plan-upload" value="([^"]+)"', page)[1]
    answer = browser.post(place, {**hidden, "reason": "补上了", "plan-upload": sent})
    assert answer.status_code == 302
    assert Upload.objects.get(pk=sent).case_id == house.case.id


def test_a_file_of_somebody_else_cannot_be_slipped_in(house: House):
    house.fire(house.case, "handler", "request_supplement", "handler", reason="缺第四章")
    browser = follow(house, house.case)
    place = f"/cases/{house.case.number}/supply/"
    foreign = house.upload(house.filed)
    hidden = form_of(browser.get(place).content.decode())
    answer = browser.post(place, {**hidden, "reason": "补上了", "plan-upload": str(foreign.pk)})
    assert answer.status_code == 422
    foreign.refresh_from_db()
    assert foreign.case_id == house.filed.id


def test_withdrawing_asks_once_and_counts_once(house: House):
    browser = follow(house, house.case, "/en")
    place = f"/en/cases/{house.case.number}/withdraw/"
    page = browser.get(place).content.decode()
    assert "You withdrew it" in page
    answers = [browser.post(place, form_of(page)) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    house.case.refresh_from_db()
    assert house.case.state == "withdrawn"
    assert Case.objects.get(pk=house.case.pk).events.filter(event="withdraw").count() == 1


def test_who_was_overtaken_by_the_office_is_told_and_changes_nothing(house: House):
    browser = follow(house, house.case, "/en")
    place = f"/en/cases/{house.case.number}/withdraw/"
    old = form_of(browser.get(place).content.decode())
    house.fire(house.case, "handler", "accept", "handler")
    answer = browser.post(place, old)
    assert "changed meanwhile" in browser.get(answer["Location"]).content.decode()
    house.case.refresh_from_db()
    assert house.case.state == "under_review"


@pytest.mark.parametrize("event", ["accept", "file", "no_such_event"])
def test_a_party_cannot_do_what_is_the_offices(house: House, event):
    browser = follow(house, house.case)
    place = f"/cases/{house.case.number}/{event}/"
    assert browser.get(place)["Location"] == f"/cases/{house.case.number}/"
    browser.post(place, {"version": "1", "key": "k"})
    before = house.case.state
    house.case.refresh_from_db()
    assert house.case.state == before


def test_what_a_stranger_sends_to_a_case_asks_for_the_code(house: House):
    answer = house.client().post(f"/cases/{house.case.number}/withdraw/", {"version": "1", "key": "k"})
    assert answer["Location"].startswith("/track/")
