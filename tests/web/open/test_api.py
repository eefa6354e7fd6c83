from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.cache import caches
from django.test import Client

from amur.ledger import engine
from amur.web.open.api import gate
from tests.web.house import MARKS, House

pytestmark = pytest.mark.django_db
ROOT = "/open/api/v1/"


def _get(house: House, path: str, **headers: str):
    return house.client().get(f"{ROOT}{path}", headers=headers)


def test_services_say_their_periods_and_their_form(house: House):
    one = next(one for one in _get(house, "services").json() if one["id"] == "new_service_filing")
    assert one["clocks"][1]["working_days"] == 20
    assert one["address"] == "http://localhost/services/new_service_filing/"
    form = _get(house, "services/new_service_filing").json()["form"]
    assert form["properties"]["starts_on"] == {"title": "Planned start", "type": "string", "format": "date"}


def test_a_register_describes_only_its_public_fields(house: House):
    schema = _get(house, "registers/new_services").json()["record"]
    assert "service_name" in schema["properties"]
    assert "technology" not in schema["properties"]


def test_a_record_has_its_proof_and_no_restricted_field(house: House):
    one = _get(house, f"registers/new_services/records/{house.filed.number}").json()
    assert one["data"]["service_name"] == "演示 已备案"
    assert "technology" not in one["data"]
    receipt = _get(house, f"ledger/entries/{one['entry_hash']}/receipt").json()
    assert json.loads(receipt["header"])["kind"] == "record.written"
    assert receipt["disclosed"] == {}


def test_records_are_paged_and_found_by_words(house: House):
    page = _get(house, "registers/new_services/records?q=已备案").json()
    assert (page["total"], page["page"], page["pages"]) == (1, 1, 1)
    assert _get(house, "registers/new_services/records?q=没有").json()["total"] == 0


def test_csv_is_read_back_by_any_reader(house: House):
    answer = _get(house, "registers/new_services/records.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["service_name"] == "演示 已备案"
    assert not any(mark in answer.content.decode() for mark in MARKS)


def test_a_text_that_a_spreadsheet_would_run_is_disarmed(house: House):
    case = house.submit(service_name="=1+1")
    house.fire(case, "handler", "accept", "handler")
    house.fire(case, "decider", "file", "decider")
    rows = csv.DictReader(io.StringIO(_get(house, "registers/new_services/records.csv").content.decode("utf-8-sig")))
    assert "'=1+1" in [row["service_name"] for row in rows]


def test_the_history_of_a_record_is_complete(house: House):
    [one] = _get(house, f"registers/new_services/records/{house.filed.number}/history").json()
    assert (one["number"], one["source"]) == (1, house.filed.number)


def test_heads_are_signed_by_a_published_key(house: House):
    head = _get(house, "ledger/head").json()
    keys = _get(house, "ledger/keys").json()
    [public] = [key["public_key"] for key in keys["keys"] if key["key_id"] == head["key_id"]]
    suite = engine.SUITES[head["suite"]]
    assert suite.verify(bytes.fromhex(public), head["body"].encode(), bytes.fromhex(head["signature"]))


def test_heads_are_listed_a_page_at_a_time(house: House):
    first = _get(house, "ledger/checkpoints?limit=1").json()
    house.submit()
    house.seal()
    page = _get(house, "ledger/checkpoints?limit=1").json()
    assert page["next_after"] == first["checkpoints"][0]["size"]
    rest = _get(house, f"ledger/checkpoints?after={page['next_after']}").json()
    assert (len(rest["checkpoints"]), rest["next_after"]) == (1, None)


def test_an_entry_that_waits_for_the_seal_is_a_conflict_and_not_missing(house: House):
    entry = house.submit().events.get().entry_hash
    answer = _get(house, f"ledger/entries/{entry}/receipt")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("the entry waits")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing/here", 404),
        ("services/no_such", 404),
        ("registers/no_such/records", 404),
        ("registers/new_services/records/no-such", 404),
        ("registers/new_services/records?page=0", 422),
        ("registers/new_services/records?page=x", 422),
        ("ledger/entries/xyz/receipt", 422),
        (f"ledger/entries/{'0' * 64}/receipt", 404),
        ("ledger/consistency", 422),
        ("ledger/consistency?old=99999", 409),
        ("policy/clauses/98", 404),
        ("policy/commitments/0.1", 422),
        ("policy/commitments/3.99", 404),
    ],
)
def test_every_error_is_a_problem_in_four_members(path: str, status: int, house: House):
    answer = _get(house, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert sorted(answer.json()) == ["detail", "status", "title", "type"]
    assert answer.json()["status"] == status


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_the_interface_only_reads(method: str, house: House):
    answer = getattr(house.client(), method)(f"{ROOT}services")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_head_answers_like_get_without_a_body(house: House):
    got, head = _get(house, "services"), house.client().head(f"{ROOT}services")
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(got.content))
    assert head.headers["ETag"] == got.headers["ETag"]


def test_what_has_not_changed_is_not_sent_again(house: House):
    etag = _get(house, "services").headers["ETag"]
    assert _get(house, "services", if_none_match=etag).status_code == 304
    assert "max-age" in _get(house, "services").headers["Cache-Control"]


def test_pages_of_other_sites_may_read_it(house: House):
    assert _get(house, "services").headers["Access-Control-Allow-Origin"] == "*"


def test_whoever_asks_too_often_is_told_when_to_come_back(house: House, monkeypatch):
    monkeypatch.setattr(gate.ByAddress, "allow_request", lambda *_: False)
    monkeypatch.setattr(gate.ByAddress, "wait", lambda _: 12.4)
    answer = _get(house, "services")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "12")
    assert answer.json()["title"] == "Too Many Requests"


def test_a_header_that_the_caller_writes_does_not_lift_the_limit():
    caches["default"].clear()
    limit = gate.ByAddress("2/m")
    request = Client(HTTP_HOST="localhost").get("/healthz").wsgi_request
    allowed = []
    for number in range(4):
        request.META["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        allowed.append(limit.allow_request(request))
    assert allowed == [True, True, False, False]


def test_a_fault_of_ours_is_a_problem_without_its_inside(house: House, monkeypatch):
    monkeypatch.setattr("amur.web.open.api.ledger.reads.trusted_keys", lambda: 1 / 0)
    answer = _get(house, "ledger/keys")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.content.decode()


def test_the_interface_sees_what_a_stranger_sees_whoever_is_signed_in(house: House):
    for path in ("registers/new_services/records", f"registers/new_services/records/{house.filed.number}"):
        assert house.client("decider").get(f"{ROOT}{path}").content == _get(house, path).content


def test_the_description_names_every_operation_once(house: House):
    schema = _get(house, "openapi.json").json()
    names = [methods["get"]["operationId"] for methods in schema["paths"].values()]
    assert len(names) == len(set(names)) == 36
    assert all(list(methods) == ["get"] for methods in schema["paths"].values())
