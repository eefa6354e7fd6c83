"""The desk serves documents: files to print and to edit, each reading logged, the post and its slip, and what is late."""

from __future__ import annotations

import io
from datetime import timedelta

import docx
import pytest

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger
from amur.procedures.models import DeskRead, Document
from amur.procedures.papers.models import Service
from tests.conftest import FrozenClock
from tests.procedures.papers.judges import plain
from tests.web.house import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(house: House) -> Document:
    """Return a document that must be served."""
    Document.objects.update(must_be_served=True)
    return house.filed.documents.get(document="filing_notice")


def place(house: House, document: Document, ending: str) -> str:
    return f"/desk/cases/{house.filed.number}/documents/{document.number}{ending}"


def test_each_file_is_sent_to_whoever_works_on_the_case_and_the_reading_is_recorded(house: House, document):
    DeskRead.objects.all().delete()
    browser = house.client("handler")
    assert "演示已备案" in plain(browser.get(place(house, document, ".pdf")).content)
    read = ledger.entries_of(SYSTEM, house.filed.key_subject)[-1]
    assert read.kind == "ledger.content_read"
    answer = browser.get(place(house, document, ".docx"))
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    said = "\n".join(one.text for one in docx.Document(io.BytesIO(answer.content)).paragraphs)
    assert "新型电信业务备案通知书" in said
    assert browser.get(place(house, document, ".json")).json()["number"] == document.number
    for ending in (".pdf", ".docx", ".json", "/service/"):
        assert house.client("elsewhere").get(place(house, document, ending)).status_code == 404


def test_a_letter_is_recorded_and_its_slip_serves_the_document(house: House, document, clock: FrozenClock):
    browser, page = house.client("handler"), place(house, document, "/service/")
    assert "未同意" in browser.get(page).content.decode()
    sent = {"way": "post", "post_tracking": "EX 123", "key": "k1"} | _day("post_sent_on", "2026-03-10")
    assert browser.post(page, sent).status_code == 302
    assert "EX 123" in browser.get(page).content.decode()
    taken = {"way": "delivered", "delivered_receiver": "王五"} | _day("delivered_received_on", "2026-03-10")
    assert browser.post(page, taken | {"key": "k2"}).status_code == 302
    document.refresh_from_db()
    assert document.served_at == house.now
    shown = browser.get(page).content.decode()
    assert "王五" in shown
    assert 'name="post_tracking"' not in shown


def test_what_is_missing_is_shown_again_with_what_was_typed(house: House, document):
    browser, page = house.client("handler"), place(house, document, "/service/")
    answer = browser.post(page, {"way": "hand", "hand_receiver": "王五"} | _day("hand_received_on", "2026-03-11"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "签收日期：这一天还没有到" in shown
    assert 'value="王五"' in shown
    assert browser.post(page, {"way": "hand"}).status_code == 422
    assert browser.post(page, {"way": "pigeon"}).status_code == 302
    answer = browser.post(page, {"way": "returned", "returned_reason": "查无此人"})
    assert answer.status_code == 404
    assert not Service.objects.exists()


def test_a_letter_that_came_back_and_a_document_that_is_served_are_said_so(house: House, document):
    browser, page = house.client("handler"), place(house, document, "/service/")
    browser.post(page, {"way": "post", "post_tracking": "EX1", "key": "a"} | _day("post_sent_on", "2026-03-10"))
    browser.post(page, {"way": "returned", "returned_reason": "查无此人"})
    assert "查无此人" in browser.get(page).content.decode()
    by_hand = {"way": "hand", "hand_receiver": "王五"} | _day("hand_received_on", "2026-03-10")
    assert browser.post(page, by_hand | {"key": "b"}).status_code == 302
    assert browser.post(page, by_hand | {"key": "c"}).status_code == 422


def test_the_desk_lists_what_is_to_be_served_and_marks_what_is_late(house: House, document, monkeypatch):
    from amur.procedures.papers import reads
    from amur.procedures.papers.declarations import ServeWithin

    within = ServeWithin(working_days=5, basis=({"title": {"zh": "法", "en": "Act"}},))
    monkeypatch.setattr(reads, "_within", lambda *_: within)
    browser = house.client("handler")
    page = browser.get("/desk/documents/").content.decode()
    assert document.number in page
    assert "amur-clock--late" not in page
    Document.objects.update(issued_at=house.now - timedelta(days=30))
    assert "amur-clock--late" in browser.get("/desk/documents/").content.decode()
    assert "amur-clock--late" in browser.get(f"/desk/cases/{house.filed.number}/").content.decode()
    assert document.number not in house.client("elsewhere").get("/desk/documents/").content.decode()


def _day(name: str, day: str) -> dict[str, str]:
    return dict(zip((f"{name}-year", f"{name}-month", f"{name}-day"), day.split("-"), strict=True))
