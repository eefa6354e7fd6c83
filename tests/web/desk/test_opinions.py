"""Pages of opinions: the list of what is asked, the page to answer on, the panels of the office and of the party."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amur.procedures.models import Case, Upload
from amur.procedures.opinions.acts.closing import close_due
from amur.procedures.opinions.models import AskedRound, GivenOpinion
from tests.web.consulting import ASKED, asked, consulted
from tests.web.house import MARKS, PLAN, House

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def answer(client: Client, case: Case, body: str = ASKED[0], **sent: object):
    address = f"/en/desk/asked/{asked(case, body).pk}/"
    key = re.findall(r'name="key" value="([^"]+)"', client.get(address).content.decode())
    return client.post(address, {"key": key[0] if key else ""} | sent)


def test_an_asked_body_finds_it_reads_what_is_shared_and_answers(house: House):
    case, client = consulted(house), house.client("police")
    assert "Asked of us" in client.get("/en/desk/").content.decode()
    listed = client.get("/en/desk/asked/").content.decode()
    assert "5 working days left" in listed
    assert case.number in listed
    page = client.get(f"/en/desk/asked/{asked(case).pk}/").content.decode()
    assert "演示 征求意见" in page
    assert f"{MARKS[5]}.pdf" in page
    assert not [mark for mark in MARKS if mark != MARKS[5] and mark in page]
    file = re.search(r'href="([^"]+/files/[^"]+)"', page)
    assert b"".join(client.get(file[1]).streaming_content) == PLAN
    sent = answer(client, case, verdict="conditions", text="Keep the log.", file=SimpleUploadedFile("a.pdf", PLAN))
    assert sent.status_code == 302
    again = client.get(sent.headers["Location"]).content.decode()
    assert "Your answer is given" in again
    assert "Keep the log." in again
    assert "Change your answer" in again


def test_what_is_wrong_with_an_answer_is_said_and_what_was_typed_stays(house: House):
    case, client = consulted(house), house.client("police")
    sent = answer(client, case, verdict="object", text="")
    assert sent.status_code == 422
    assert "Say which conditions, or why not" in sent.content.decode()
    sent = answer(client, case, verdict="", text="some words")
    assert "some words" in sent.content.decode()
    assert "Choose what your opinion is." in sent.content.decode()
    exe = SimpleUploadedFile("a.exe", b"MZ\x90\x00" * 9)
    assert "Send the opinion as a file" in answer(client, case, verdict="agree", file=exe).content.decode()
    assert not GivenOpinion.objects.exists()


def test_a_body_that_answered_finds_its_own_answer_and_nothing_of_the_case_when_the_round_is_closed(house: House):
    case, client = consulted(house), house.client("police")
    answer(client, case, verdict="agree", text="mine")
    answer(house.client("web"), case, ASKED[1], verdict="agree", text="theirs")
    page = client.get(f"/en/desk/asked/{asked(case).pk}/").content.decode()
    assert "演示 征求意见" not in page
    assert "mine" in page
    assert "theirs" not in page
    assert "Give this answer" not in page
    plan = Upload.objects.get(case=case, field="plan")
    assert client.get(f"/en/desk/asked/{asked(case).pk}/files/{plan.pk}/").status_code == 404
    assert answer(client, case, verdict="object", text="again").status_code == 403
    assert client.get(f"/en/desk/cases/{case.number}/").status_code == 404


def test_the_office_sees_who_answered_what_and_cannot_go_on_before(house: House):
    case, office = consulted(house), house.client("decider")
    page = office.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert "0 of 2 answered, 1 are enough" in page
    assert "no answer yet" in page
    assert "Other bodies are asked about this first" in page
    answer(house.client("police"), case, verdict="object", text="no", file=SimpleUploadedFile("a.pdf", PLAN))
    answer(house.client("police"), case, verdict="agree", text="yes after all")
    page = office.get(f"/en/desk/cases/{case.number}/").content.decode()
    assert "yes after all" in page
    assert "before:" in page
    row = AskedRound.objects.get(case=case)
    close_due(row.pk, by=house.actor("handler", "handler"), now=house.now + timedelta(days=9))
    page = office.get(f"/desk/cases/{case.number}/").content.decode()
    assert "未答复" in page
    assert "2 家中 1 家已答复" in page
    assert house.fire(case, "decider", "file", "decider").state == "filed"


def test_a_late_answer_says_what_becomes_of_it(house: House, clock):
    case, client = consulted(house), house.client("police")
    clock.set(house.now + timedelta(days=9))
    page = client.get(f"/en/desk/asked/{asked(case).pk}/").content.decode()
    assert "Answer late" in page
    assert "marked late, and does not count" in page
    assert answer(client, case, verdict="object", text="too late").status_code == 302
    assert "kept, does not count" in house.client("decider").get(f"/en/desk/cases/{case.number}/").content.decode()


def test_the_file_of_an_answer_is_for_both_sides_and_nobody_else(house: House):
    case = consulted(house)
    answer(house.client("police"), case, verdict="agree", file=SimpleUploadedFile("a.pdf", PLAN))
    address = f"/desk/opinions/{GivenOpinion.objects.get().pk}/file/"
    for who, status in (("police", 200), ("handler", 200), ("web", 404), ("elsewhere", 404), ("coordinator", 404)):
        answered = house.client(who).get(address)
        assert answered.status_code == status, who
        assert status != 200 or b"".join(answered.streaming_content) == PLAN, who


def test_the_party_reads_that_others_are_asked_and_what_they_said_with_the_decision(house: House):
    case, party = consulted(house), house.client("firm")
    answer(house.client("police"), case, verdict="agree", text="暗语甲")
    page = party.get(f"/cases/{case.number}/").content.decode()
    assert "正在征求意见的机关" in page
    assert "黑龙江省公安厅" in page
    assert "暗语甲" not in page
    answer(house.client("web"), case, ASKED[1], verdict="agree")
    house.fire(case, "decider", "file", "decider")
    assert "暗语甲" in party.get(f"/cases/{case.number}/").content.decode()
