"""Asking for what is missing and answering it, on the pages of the desk and of the party; reminders on the desk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amur.base.acting import system
from amur.people.models import Account, Appointment, Body, Role
from amur.procedures import acts
from amur.procedures.models import Case, Upload
from amur.procedures.reminders.models import Reminder
from amur.procedures.supplements.models import SupplementItem, SupplementRequest
from tests.conftest import FrozenClock
from tests.procedures.conftest import Officer
from tests.procedures.pack import PDF, STRANGER, fill, sync
from tests.procedures.reminders.ladder import LADDER, morning
from tests.procedures.supplements.missing import itemised

pytestmark = pytest.mark.django_db
HANDLER = Officer("11", "handler")


@dataclass
class Office:
    """A case that was accepted, its party's browser and an official's."""

    case: Case
    party: Client
    desk: Client

    @property
    def form(self) -> str:
        """Return where the official asks for what is missing."""
        return f"/desk/cases/{self.case.number}/supplement/request_supplement/"

    def hidden(self, page: str) -> dict[str, str]:
        """Return the hidden inputs of a page."""
        return dict(re.findall(r'<input type="hidden" name="(version|key)" value="([^"]*)">', page))

    def ask(self, *rows: dict[str, str], **more: str):
        """Send the form of the official."""
        typed = {f"items-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
        return self.desk.post(self.form, self.hidden(self.desk.get(self.form).content.decode()) | typed | more)


@pytest.fixture
def office(now, clock: FrozenClock) -> Office:
    caches["counts"].clear()
    body = itemised()
    body["clocks"][0]["remind"] = LADDER
    sync(now, {("procedure", "licence"): body})
    account = Account.objects.create(username="wang")
    role = Role.objects.create(id="handler", titles={"zh": "经办人", "en": "Handler"})
    bureau = Body.objects.create(id="bureau", titles={"zh": "灯笼局", "en": "Bureau"})
    Appointment.objects.create(account=account, role=role, body=bureau, valid_from=date(2026, 1, 1))
    case = HANDLER.fire(acts.submit(fill(now).id, by=STRANGER, now=now), "accept", now)
    party, desk = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    party.post("/track/", {"number": case.number, "code": acts.query_code(case)})
    desk.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return Office(case, party, desk)


WATTS = {"part": "watts", "wrong": "十二瓦太暗", "title": "", "how": "整数"}
PLAN = {"part": "plan", "wrong": "看不清", "title": "", "how": ""}
WORDS = {"part": "+words", "wrong": "为什么放在室内", "title": "", "how": "", "optional": "on"}
EMPTY = {"part": "", "wrong": "", "title": "", "how": ""}


def test_an_official_lists_what_is_missing_with_a_form_that_grows_without_a_script(office: Office):
    page = office.desk.get(f"/desk/cases/{office.case.number}/").content.decode()
    assert office.form in page
    assert 'value="request_supplement"' not in page, "the plain list of events does not offer it"
    page = office.ask(WATTS, add="1").content.decode()
    assert "十二瓦太暗" in page
    assert 'name="items-1-wrong"' in page
    page = office.ask(WATTS, EMPTY, drop="0").content.decode()
    assert "十二瓦太暗" not in page
    answer = office.ask(WATTS, EMPTY, PLAN, WORDS, send="1")
    assert answer["Location"] == f"/desk/cases/{office.case.number}/"
    assert [item.part for item in SupplementItem.objects.order_by("place")] == ["watts", "plan", "+words"]
    page = office.desk.get(answer["Location"]).content.decode()
    assert "等待答复" in page
    assert "十二瓦太暗" in page


def test_a_form_with_something_wrong_says_what_and_keeps_what_was_typed(office: Office):
    answer = office.ask(EMPTY, WATTS | {"wrong": ""}, {"part": "+paper", "wrong": "缺", "title": "", "how": "原件"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#items-1-wrong"' in page
    assert 'href="#items-2-title"' in page
    assert 'value="原件"' in page
    assert office.ask(EMPTY).status_code == 422
    assert not SupplementRequest.objects.exists()


def test_a_second_request_is_not_offered_by_its_address_either(office: Office):
    office.ask(WATTS)
    assert office.desk.get(office.form).status_code == 404
    assert Client(HTTP_HOST="localhost").get(office.form).status_code in {302, 403, 404}


def item(office: Office, place: int) -> str:
    return f"/cases/{office.case.number}/items/{place}/"


def test_the_party_answers_item_by_item_and_sends_all_at_once(office: Office):
    office.ask(WATTS, PLAN, WORDS)
    case = f"/cases/{office.case.number}/"
    page = office.party.get(case).content.decode()
    assert page.count("govuk-task-list__item--with-link") == 3
    assert "待办" in page
    shown = office.party.get(item(office, 1)).content.decode()
    assert 'value="12"' in shown, "what is there can be corrected"
    assert "整数" in shown
    assert office.party.post(item(office, 1), {"watts": "-3"}).status_code == 422
    assert office.party.post(item(office, 1), {"watts": "60"})["Location"] == f"{case}#items"
    assert 'value="60"' in office.party.get(item(office, 1)).content.decode()

    send = office.hidden(page)
    refused = office.party.post(f"{case}answer/", send)
    assert refused.status_code == 422
    assert 'href="#item-2"' in refused.content.decode()
    assert "【Plan】”还没有答复" in refused.content.decode()

    assert office.party.post(item(office, 2), {}).status_code == 422
    wrong = office.party.post(item(office, 2), {"plan": SimpleUploadedFile("x.pdf", b"\x00\x01" * 50)})
    assert wrong.status_code == 422
    file = SimpleUploadedFile("新图.pdf", PDF, content_type="application/pdf")
    assert office.party.post(item(office, 2), {"plan": file}).status_code == 302
    assert "新图.pdf" in office.party.get(item(office, 2)).content.decode()
    assert office.party.post(item(office, 2), {}).status_code == 302, "the file that arrived is the answer"

    done = office.party.post(f"{case}answer/", send)
    assert done["Location"] == case
    office.case.refresh_from_db()
    assert (office.case.state, office.case.data["watts"]) == ("accepted", 60)
    assert "我们曾要求" in office.party.get(case).content.decode()
    desk = office.desk.get(f"/desk/cases/{office.case.number}/").content.decode()
    assert "新图.pdf" in desk
    assert "已答复" in desk


def test_the_party_says_why_it_cannot_give_something(office: Office):
    office.ask(PLAN)
    assert office.party.post(item(office, 1), {"decline": "1", "why": " "}).status_code == 422
    assert office.party.post(item(office, 1), {"decline": "1", "why": "图纸烧了"}).status_code == 302
    assert "已说明原因" in office.party.get(f"/cases/{office.case.number}/").content.decode()
    assert "图纸烧了" not in office.desk.get(f"/desk/cases/{office.case.number}/").content.decode()
    page = office.party.get(f"/en/cases/{office.case.number}/answer/").content.decode()
    assert "Reason given" in page
    assert office.party.post(f"/cases/{office.case.number}/answer/", office.hidden(page)).status_code == 302
    assert "图纸烧了" in office.desk.get(f"/desk/cases/{office.case.number}/").content.decode()


def test_nobody_else_opens_an_item(office: Office):
    office.ask(PLAN)
    stranger = Client(HTTP_HOST="localhost")
    for browser, place in ((stranger, 1), (office.desk, 1), (office.party, 7)):
        assert browser.get(item(office, place)).status_code == 302
        assert browser.post(item(office, place), {"decline": "1", "why": "x"}).status_code == 302
    assert not SupplementItem.objects.exclude(saved_at=None).exists()


def test_a_file_for_another_paper_is_received_and_named_on_the_desk(office: Office):
    office.ask({"part": "+paper", "title": "身份证复印件", "wrong": "没有交", "how": ""})
    file = SimpleUploadedFile("证.pdf", PDF, content_type="application/pdf")
    assert office.party.post(item(office, 1), {"supplement_1": file}).status_code == 302
    page = office.party.get(f"/cases/{office.case.number}/").content.decode()
    assert office.party.post(f"/cases/{office.case.number}/answer/", office.hidden(page)).status_code == 302
    assert Upload.objects.get(field="supplement_1").case == office.case
    desk = office.desk.get(f"/desk/cases/{office.case.number}/").content.decode()
    assert "supplement_1" not in desk
    assert "身份证复印件" in desk


def test_the_desk_shows_whoever_is_told_what_they_are_reminded_of(office: Office):
    acts.remind(office.case.pk, by=system("clocks"), now=morning(4, 2))
    assert Reminder.objects.count() == 2
    queue = office.desk.get("/desk/").content.decode()
    assert "【handler -3】" in queue
    page = office.desk.get(f"/en/desk/cases/{office.case.number}/").content.decode()
    assert "handler -3" in page
    assert "To the applicant" in page
    assert "is due on 8 April 2026: Accepted" in page
