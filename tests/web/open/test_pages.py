from __future__ import annotations

import html
import json
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from amur.procedures import acts
from tests.web.house import MARKS, House

pytestmark = pytest.mark.django_db


def test_the_landing_page_leads_to_registers_interface_ledger_and_policy(house: House):
    page = house.client().get("/en/open/").content.decode()
    for address in ("registers/new_services/records.csv", "/en/open/reference/", "/en/open/ledger/", "/en/verify/"):
        assert address in page


def test_the_reference_shows_every_operation_with_its_parameters(house: House):
    page = house.client().get("/en/open/reference/").content.decode()
    schema = house.client().get("/open/api/v1/openapi.json").json()
    for address, methods in schema["paths"].items():
        assert address in page
        assert html.escape(methods["get"]["summary"], quote=True) in page
    assert "If-None-Match" in page
    assert "<script" not in page


def test_the_ledger_page_shows_the_newest_head_whole(house: House):
    head = house.client().get("/open/api/v1/ledger/head").json()
    page = house.client().get("/en/open/ledger/").content.decode().replace(" ", "")
    assert head["root"] in page
    assert head["signature"] in page
    assert head["key_id"] in page


def test_before_the_first_seal_the_ledger_page_says_so(db: None):
    assert "Nothing is sealed yet" in Client(HTTP_HOST="localhost").get("/en/open/ledger/").content.decode()


def test_a_stranger_verifies_the_export_with_nothing_but_what_was_downloaded(house: House, tmp_path):
    client = house.client()
    (tmp_path / "verify_ledger.py").write_bytes(client.get("/open/ledger/verify_ledger.py").content)
    export = b"".join(client.get("/open/ledger/export.jsonl").streaming_content)
    (tmp_path / "log.jsonl").write_bytes(export)
    assert not any(mark.encode() in export for mark in MARKS)
    done = subprocess.run(
        [sys.executable, "verify_ledger.py", "export", "log.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    entry = house.filed.events.first().entry_hash
    receipt = client.get(f"/open/api/v1/ledger/entries/{entry}/receipt")
    (tmp_path / "receipt.json").write_bytes(receipt.content)
    done = subprocess.run(
        [sys.executable, "verify_ledger.py", "receipt", "receipt.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_receipts_of_a_case_are_found_by_number_and_code(house: House):
    sent = {"about": house.case.number.lower(), "code": acts.query_code(house.case)}
    page = house.client().post("/en/verify/", sent).content.decode()
    entry = house.case.events.get().entry_hash
    assert f"/en/open/api/v1/ledger/entries/{entry}/receipt" in page
    assert not any(mark in page for mark in MARKS)


def test_a_wrong_code_finds_nothing_and_does_not_say_what_is_wrong(house: House):
    wrong = house.client().post("/en/verify/", {"about": house.case.number, "code": "x"})
    absent = house.client().post("/en/verify/", {"about": "2026-XYW-99999", "code": "x"})
    assert (wrong.status_code, absent.status_code) == (404, 404)
    said = "Nothing was found. Check the address"
    assert said in wrong.content.decode()
    assert said in absent.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        "/registers/{0}/{1}/",
        "http://localhost/en/registers/{0}/{1}",
        "https://elsewhere.example/registers/{0}/{1}/?q=1",
    ],
)
def test_the_receipts_of_a_record_are_found_by_its_address(form: str, house: House):
    address = form.format("new_services", house.filed.number)
    page = house.client().post("/en/verify/", {"about": address}).content.decode()
    assert "Version 1 of the record" in page


def test_a_link_to_an_entry_offers_its_receipt_at_once(house: House):
    entry = house.filed.events.first().entry_hash
    assert entry in house.client().get(f"/verify/?entry={entry}").content.decode()
    assert "data-receipt=" not in house.client().get("/verify/?entry=<script>").content.decode()


def test_an_entry_that_waits_is_told_to_wait(house: House):
    case = house.submit()
    sent = {"about": case.number, "code": acts.query_code(case)}
    assert "Waits for the next seal" in house.client().post("/en/verify/", sent).content.decode()


def test_the_page_that_verifies_works_without_a_script_by_telling_the_command(house: House):
    page = house.client().get("/en/verify/").content.decode()
    assert "<noscript>" in page
    assert "python3 verify_ledger.py receipt receipt.json" in page


def test_guessing_query_codes_is_limited(house: House):
    client = house.client()
    statuses = [client.post("/verify/", {"about": house.case.number, "code": str(n)}).status_code for n in range(32)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_healthz_is_ready_when_the_database_answers(db: None):
    answer = Client(HTTP_HOST="localhost").get("/healthz")
    assert (answer.status_code, json.loads(answer.content)["status"]) == (200, "ready")
    assert answer.headers["Cache-Control"] == "no-store"


def test_healthz_is_not_ready_when_it_does_not(db: None, monkeypatch):
    def fail(*_args):
        raise DatabaseError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = Client(HTTP_HOST="localhost").get("/healthz")
    assert (answer.status_code, json.loads(answer.content)["status"]) == (503, "not_ready")
