"""Documents as files at the door of the party: a PDF, a proof, its word on service, and what opening one does."""

from __future__ import annotations

import json

import pytest

from amur.base.acting import SYSTEM, system
from amur.base.erasure import Ground
from amur.ledger import reads as ledger
from amur.procedures.acts.erasing import forget
from tests.procedures.papers.judges import codes_on, plain, read
from tests.web.house import House
from tests.web.portal.test_cases import follow

pytestmark = pytest.mark.django_db


def address(house: House, ending: str, language: str = "") -> str:
    number = house.filed.documents.get(document="filing_notice").number
    return f"{language}/cases/{house.filed.number}/documents/{number}{ending}"


def test_the_party_keeps_its_document_as_a_pdf_in_its_language(house: House):
    browser = follow(house, house.filed)
    answer = browser.get(address(house, ".pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("inline; ")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "演示已备案" in plain(answer.content)
    assert answer.content == browser.get(address(house, ".pdf")).content
    english = browser.get(address(house, ".pdf", "/en")).content
    assert "TheChinesetextprevails" in plain(english)
    assert read(english).trailer["/Root"]["/Lang"] == "en"
    assert codes_on(answer.content)["QRCode"].startswith("http://localhost/verify/?entry=")
    assert codes_on(answer.content)["Code128"] == house.filed.number


def test_the_code_on_a_document_leads_to_the_page_that_verifies_it(house: House):
    browser = follow(house, house.filed)
    address_on_paper = codes_on(browser.get(address(house, ".pdf")).content)["QRCode"]
    place = address_on_paper.removeprefix("http://localhost")
    page = house.client().get(place).content.decode()
    assert house.filed.documents.get(document="filing_notice").entry_hash in page
    assert "本机关出具过这份文书" in page
    forged = house.client().get(place.replace("document=2026", "document=2025")).content.decode()
    assert "本机关没有出具过" in forged
    assert "带有这个码的文书" not in house.client().get(place.replace("says=", "says=x")).content.decode()


def test_a_stranger_gets_no_file(house: House):
    for ending in (".pdf", ".json", "/"):
        answer = house.client().get(address(house, ending))
        assert answer.status_code == 302
        assert "track" in answer["Location"]
        assert house.client("handler").get(address(house, ending)).status_code == 302


def test_a_proof_holds_what_the_document_says_and_the_receipt_of_its_entry(house: House):
    answer = follow(house, house.filed).get(address(house, ".json"))
    proof = json.loads(answer.content)
    assert proof["format"] == "amur-document/1"
    assert proof["content"]["zh"]["title"] == "新型电信业务备案通知书"
    assert (
        proof["receipt"]["disclosed"]["body"]["value"]["says"]
        == house.filed.documents.get(document="filing_notice").says
    )


def test_an_erased_document_has_no_file(house: House):
    browser = follow(house, house.filed)
    forget(house.filed, by=system("test"), now=house.now, ground=Ground("over", ""))
    for ending in (".pdf", ".json"):
        assert browser.get(address(house, ending)).status_code == 404
    page = browser.get(address(house, "/")).content.decode()
    assert ".pdf" not in page


def test_the_party_gives_its_word_and_takes_it_back(house: House):
    browser = follow(house, house.filed)
    place = f"/cases/{house.filed.number}/online-service/"
    for agree, kind in (("yes", "case.online_service_agreed"), ("no", "case.online_service_withdrawn")):
        assert browser.post(place, {"agree": agree}).status_code == 302
        last = ledger.entries_of(SYSTEM, house.filed.key_subject)[-1]
        assert last.kind == kind
        assert last.act["on_behalf_of"] == house.filed.key_subject
    assert "track" in house.client().post(place, {"agree": "yes"})["Location"]


def test_a_receipt_for_a_document_needs_the_word(house: House):
    browser = follow(house, house.filed)
    place = address(house, "/acknowledge/")
    browser.post(place)
    assert house.filed.documents.get(document="filing_notice").served_at is None
    browser.post(f"/cases/{house.filed.number}/online-service/", {"agree": "yes"})
    browser.post(place, {"key": "k"})
    assert house.filed.documents.get(document="filing_notice").served_at == house.now
    assert "已送达" in browser.get(f"/cases/{house.filed.number}/").content.decode()
    assert "track" in house.client().post(place)["Location"]
