from __future__ import annotations

import re

import pytest
from django.test import Client

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger
from tests.web.house import MARKS, House

pytestmark = pytest.mark.django_db


def _address(house: House, language: str = "") -> str:
    return f"{language}/desk/cases/{house.case.number}/"


def _sent(client: Client, house: House, **values: str):
    page = client.get(_address(house)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)">', page))
    return client.post(_address(house), hidden | values)


def test_a_case_shows_answers_with_who_may_read_them_files_course_and_clock(house: House):
    page = house.client("handler").get(_address(house, "/en")).content.decode()
    assert MARKS[0] in page
    assert "personal, office only" in page
    assert f"{MARKS[5]}.pdf" in page
    assert "Why this date?" in page
    assert "Submitted" in page
    assert "working day" in page


def test_only_what_this_person_may_do_is_offered(house: House):
    offered = re.findall(
        r'name="event" type="radio" value="(\w+)"', house.client("handler").get(_address(house)).content.decode()
    )
    assert offered == ["request_supplement", "accept", "not_accept"]
    page = house.client("decider").get(_address(house, "/en")).content.decode()
    assert 'name="event"' not in page
    assert "Another office takes the next step." in page


def test_accepting_moves_the_case_and_says_so(house: House):
    client = house.client("handler")
    answer = _sent(client, house, event="accept")
    assert answer.status_code == 302
    house.case.refresh_from_db()
    assert house.case.state == "under_review"
    assert "已办：材料齐全，受理" in client.get(answer.headers["Location"]).content.decode()


def test_a_second_click_of_the_same_form_is_done_once(house: House):
    client = house.client("handler")
    page = client.get(_address(house)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)">', page))
    for _ in range(2):
        assert client.post(_address(house), hidden | {"event": "accept"}).status_code == 302
    assert house.case.events.count() == 2


def test_a_reason_that_is_required_is_asked_for_and_nothing_is_lost(house: House):
    answer = _sent(house.client("handler"), house, event="request_supplement", reason="  ")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "写明理由，申请人会看到。" in page
    assert 'value="request_supplement" checked' in page
    house.case.refresh_from_db()
    assert house.case.state == "received"


def test_a_reason_that_is_too_long_is_kept_while_it_is_shortened(house: House):
    answer = _sent(house.client("handler"), house, event="request_supplement", reason="长" * 5001)
    assert answer.status_code == 422
    assert "长" * 100 in answer.content.decode()


def test_choosing_nothing_asks_to_choose(house: House):
    answer = _sent(house.client("handler"), house, reason="为什么")
    assert answer.status_code == 422
    assert "请选择要做什么。" in answer.content.decode()


@pytest.mark.parametrize("event", ["supply", "no_such", "withdraw"])
def test_what_is_not_the_offices_to_do_is_not_done(event: str, house: House):
    assert _sent(house.client("handler"), house, event=event, reason="x").status_code == 422
    house.case.refresh_from_db()
    assert house.case.version == 1


def test_a_stale_form_does_nothing_shows_what_is_new_and_keeps_what_was_typed(house: House):
    client = house.client("handler")
    page = client.get(_address(house)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)">', page))
    house.fire(house.case, "both", "accept", "handler")
    answer = client.post(_address(house), hidden | {"event": "request_supplement", "reason": "方案缺第四章"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "没有办理：您打开之后，本件已有变动。" in text
    assert "材料齐全，受理" in text
    assert "方案缺第四章" in text
    house.case.refresh_from_db()
    assert house.case.state == "under_review"


def test_whoever_accepted_a_case_is_told_that_somebody_else_decides_it(house: House):
    house.fire(house.case, "both", "accept", "handler")
    page = house.client("both").get(_address(house)).content.decode()
    assert 'value="file"' not in page
    assert "不能由您办：本件的“材料齐全，受理”是您办的" in page


def test_a_forced_decision_by_whoever_accepted_is_refused_and_kept(house: House):
    house.fire(house.case, "both", "accept", "handler")
    house.case.refresh_from_db()
    sent = {"event": "file", "version": house.case.version, "key": "k", "reason": "同意备案"}
    answer = house.client("both").post(_address(house), sent)
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "本件前面的一步是您办的，这一步要由别人办。" in text
    assert "同意备案" in text
    house.case.refresh_from_db()
    assert house.case.state == "under_review"


def test_reading_a_case_is_recorded_once_an_hour(house: House):
    for _ in range(2):
        house.client("decider").get(_address(house))
    kinds = [entry.kind for entry in ledger.entries_of(SYSTEM, f"case:{house.case.id}")]
    assert kinds.count("ledger.content_read") == 1


def test_the_ledgers_entries_of_the_case_name_who_acted_in_which_office(house: House):
    page = house.client("handler").get(_address(house, "/en")).content.decode()
    assert "entries in the ledger" in page
    assert "演示 firm" in page
    assert "/en/verify/?entry=" in page


def test_a_file_is_sent_as_an_attachment_that_no_browser_runs(house: House):
    upload = house.upload(house.case)
    answer = house.client("handler").get(f"{_address(house)}files/{upload.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_file_is_not_sent_under_the_number_of_another_case(house: House):
    upload = house.upload(house.case)
    answer = house.client("handler").get(f"/desk/cases/{house.filed.number}/files/{upload.pk}/")
    assert answer.status_code == 404


def test_a_closed_case_says_that_nothing_is_left_to_do(house: House):
    house.fire(house.case, "handler", "accept", "handler")
    house.fire(house.case, "decider", "refuse", "decider", "目录里已有这一类业务")
    page = house.client("decider").get(_address(house, "/en")).content.decode()
    assert "The case is closed; nothing is left to do." in page
    assert "is-refused" in page


def test_no_page_of_the_desk_is_kept_by_a_browser(house: House):
    assert "no-store" in house.client("handler").get(_address(house)).headers["Cache-Control"]
