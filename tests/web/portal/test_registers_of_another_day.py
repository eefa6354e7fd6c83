"""Public registers filtered, as of another day, version by version; nothing of it tells what is not public."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from amur.base.acting import PUBLIC, SYSTEM
from amur.ledger import acts as ledger
from amur.registers.datasets import datasets
from amur.search.models import IndexedDocument
from tests.procedures.pack import sync
from tests.registers.samples import PERMITS_BODY, enter, happen

pytestmark = pytest.mark.django_db
SECRET, PHONE = "暗记甲7Q", "0451-70809010"


@pytest.fixture
def client(now, clock):
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.1.0")
    hidden = {"note": SECRET, "phone": PHONE}
    enter(now, "P-1", date(2026, 1, 1), values={"holder": "甲店", "granted_on": "2026-01-01", **hidden})
    enter(now, "P-1", date(2026, 3, 1), values={"holder": "乙店", "granted_on": "2026-01-01", **hidden})
    enter(now + timedelta(days=1), "P-2", values={"holder": "丙店", "colour": "blue", **hidden})
    happen(now + timedelta(days=2), "suspend", date(2026, 3, 12), "P-2", until=date(2026, 4, 1))
    clock.advance(days=3)
    return Client(HTTP_HOST="localhost")


def page(client, path, **asked):
    return client.get(path, asked).content.decode()


def test_a_list_is_filtered_by_what_the_register_declares(client):
    assert "乙店" not in page(client, "/en/registers/permits/", colour="blue")
    assert "丙店" in page(client, "/en/registers/permits/", colour="blue")
    assert "丙店" in page(client, "/en/registers/permits/", state="suspended")
    assert "丙店" not in page(client, "/en/registers/permits/", granted_on__from="2025-12-31")
    answer = client.get("/en/registers/permits/", {"granted_on__from": "soon"})
    assert answer.status_code == 422
    assert "cannot be looked for" in answer.content.decode()


def test_a_filter_that_is_not_public_is_neither_offered_nor_obeyed(client):
    shown = page(client, "/en/registers/permits/", note="other")
    assert 'name="note"' not in shown
    assert "乙店" in shown


def test_the_list_of_another_day_shows_what_held_then_and_says_so(client):
    shown = page(client, "/en/registers/permits/", valid_on="2026-02-01")
    assert "甲店" in shown
    assert "乙店" not in shown
    assert "丙店" not in shown
    assert "What you see held on" in shown
    assert "by all that is known today" in shown
    known = page(client, "/en/registers/permits/", valid_on="2026-03-10", known_at="2026-03-10")
    assert "丙店" not in known
    assert "as far as it was known at the end of" in known


def test_a_record_of_another_day_shows_what_held_then(client):
    path = "/en/registers/permits/P-1/"
    assert "乙店" in page(client, path)
    assert "甲店" in page(client, path, valid_on="2026-02-01").partition("History")[0]
    gone = page(client, path, valid_on="2025-02-01")
    assert "Nothing was known to hold" in gone
    assert client.get(path, {"valid_on": "x"}).status_code == 422


def test_each_version_has_an_address_that_leads_to_it(client):
    first = page(client, "/en/registers/permits/P-1/versions/1/").partition("History")[0]
    assert "甲店" in first
    assert "Version 1" in first
    assert client.get("/en/registers/permits/P-1/versions/9/").status_code == 404
    assert "/en/registers/permits/P-1/versions/2/" in page(client, "/en/registers/permits/P-1/")


def test_a_state_is_shown_by_its_title_with_its_end(client):
    shown = page(client, "/en/registers/permits/P-2/")
    assert "【Suspended】" in shown or "Suspended" in shown
    assert "1 April 2026" in shown


API = "/open/api/v1/registers/permits"


def test_the_interface_answers_the_same_questions(client):
    def keys(**asked):
        return [(row["key"], row["data"]["holder"]) for row in client.get(f"{API}/records", asked).json()["records"]]

    assert keys(colour="blue") == [("P-2", "丙店")]
    assert keys(state="in_force") == [("P-1", "乙店")]
    assert keys(valid_on="2026-02-01") == [("P-1", "甲店")]
    assert keys(valid_on="2026-03-11", known_at="2026-03-10T12:00:00+00:00") == [("P-1", "乙店")]
    assert client.get(f"{API}/records", {"note": SECRET}).status_code == 422
    assert client.get(f"{API}/records", {"valid_on": "x"}).status_code == 422
    record = client.get(f"{API}/records/P-1", {"valid_on": "2026-02-01"}).json()
    assert (record["data"]["holder"], record["number"]) == ("甲店", 1)
    assert record["version_address"].endswith("/registers/permits/P-1/versions/1/")
    version = client.get(f"{API}/records/P-1/versions/1")
    assert version.json()["data"]["holder"] == "甲店"
    again = client.get(f"{API}/records/P-1/versions/1", HTTP_IF_NONE_MATCH=version["ETag"])
    assert again.status_code == 304
    head = client.head(f"{API}/records/P-1")
    assert (head.status_code, head.content) == (200, b"")
    suspended = client.get(f"{API}/records/P-2").json()
    assert (suspended["state"], suspended["in_force"], suspended["state_until"]) == ("suspended", False, "2026-04-01")
    lines = client.get(f"{API}/records.csv", {"valid_on": "2026-02-01"}).content.decode("utf-8-sig").splitlines()
    assert "甲店" in lines[1]
    assert len(lines) == 2


EVERYWHERE = [
    "/registers/",
    "/registers/permits/",
    "/registers/permits/?valid_on=2026-02-01",
    "/registers/permits/?q=P-1",
    "/registers/permits/P-1/",
    "/registers/permits/P-1/?valid_on=2026-02-01",
    "/registers/permits/P-1/versions/1/",
    "/registers/permits/P-2/",
    "/search/?q=P-1",
    "/search/?q=0451",
    API,
    f"{API}/records",
    f"{API}/records?valid_on=2026-02-01",
    f"{API}/records.csv",
    f"{API}/records/P-1",
    f"{API}/records/P-1/history",
    f"{API}/records/P-1/versions/1",
    "/open/",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_nothing_that_is_published_tells_what_is_restricted(client, path):
    answer = client.get(path)
    whole = answer.content + str(answer.headers).encode()
    assert answer.status_code == 200
    for secret in (SECRET, PHONE):
        if secret not in path:
            assert secret.encode() not in whole
            assert secret.encode("unicode_escape") not in whole


def test_what_is_given_as_data_tells_nothing_that_is_restricted(client, now):
    ledger.seal(now + timedelta(days=4))
    public = datasets(PUBLIC)
    assert public
    rows = [row for one in public for batch in one.batches(-1, 10**9) for row in batch.to_pylist()]
    assert any("丙店" in str(row) for row in rows)
    assert not [row for row in rows if SECRET in str(row) or PHONE in str(row)]
    restricted = [one for one in datasets(SYSTEM) if one.shape.openness == "restricted"]
    rows = [row for one in restricted for batch in one.batches(-1, 10**9) for row in batch.to_pylist()]
    assert any(SECRET in str(row) for row in rows)
    assert not [row for row in rows if PHONE in str(row)], "what is personal is in no dataset"


def test_the_index_of_the_search_holds_nothing_that_is_restricted(client):
    kept = [str(row) for row in IndexedDocument.objects.filter(kind="record:permits").values()]
    assert kept
    assert not [row for row in kept if SECRET in row or PHONE in row]
