"""Registers at the desk: whoever keeps one adds, changes, lets things happen and imports; nobody else comes near."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from amur.base.acting import SYSTEM, Actor, system
from amur.ledger.models import Entry
from amur.people import acts as people
from amur.people.declarations import BodyDeclaration, RoleDeclaration
from amur.registers import acts, reads
from amur.registers.models import Import, Record, RecordVersion
from tests.procedures.pack import sync
from tests.procedures.samples import text
from tests.registers.samples import PERMITS_BODY, enter

pytestmark = pytest.mark.django_db
DESK = "/en/desk/registers/permits/"


@pytest.fixture
def office(now, clock):
    """Return a function that signs somebody in who holds a role."""

    by = system("test")
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.1.0")
    people.sync_roles(
        [RoleDeclaration(id=name, title=text(name), summary=text(name)) for name in ("handler", "cook")], by=by, now=now
    )
    people.sync_bodies([BodyDeclaration(id="bureau", title=text("Bureau"), region="230000")], by=by, now=now)

    def sign_in(role: str) -> Client:
        account = people.open_account(
            username=f"{role}-1", email=f"{role}@example.org", display_name=role, by=by, now=now, key=f"test:{role}"
        )
        people.appoint(
            account.pk, role, "bureau", by=by, now=now, key=f"test:{role}", region="", valid_from=date(2026, 1, 1)
        )
        client = Client(HTTP_HOST="localhost")
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def keeper(office):
    return office("handler")


NEW = {
    "number": "P-1",
    "holder": "甲店",
    "colour": "red",
    "watts": "9.5",
    "indoors": "yes",
    "_valid_from": "2026-03-10",
    "_reason": "asked at the window",
    "_source": "S-9",
    "_form": "form-1",
    "_version": "0",
}


def test_a_keeper_enters_a_record_with_reason_and_source(keeper):
    page = keeper.get(f"{DESK}add/").content.decode()
    for name in ("number", "holder", "colour", "phone", "_valid_from", "_valid_to", "_reason", "_source"):
        assert f'name="{name}"' in page
    answer = keeper.post(f"{DESK}add/", NEW)
    assert (answer.status_code, answer["Location"]) == (302, f"{DESK}records/P-1/")
    row = reads.record(SYSTEM, "permits", "P-1")
    assert (row.values["holder"], row.values["watts"], row.reason, row.source) == ("甲店", "9.5", NEW["_reason"], "S-9")
    assert row.through == "office"
    keeper.post(f"{DESK}add/", NEW)
    assert RecordVersion.objects.count() == 1, "a second click finds what the first one wrote"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"holder": ""}, "fill this in"),
        ({"colour": "green"}, "choose from the list"),
        ({"watts": "many"}, "number"),
        ({"_reason": ""}, "Reason: Fill this in."),
        ({"_source": ""}, "Source: Fill this in."),
        ({"_valid_from": "soon"}, "Give year, month and day"),
        ({"_valid_to": "2026-03-01"}, "The end lies before the beginning."),
        ({"number": "a/history"}, "cannot be part of an address"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(keeper, changes, said):
    answer = keeper.post(f"{DESK}add/", NEW | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said.lower() in page.lower()
    assert "S-9" in page or "_source" in changes
    assert not Record.objects.exists()


def test_a_key_that_is_taken_leads_to_changing_that_record(keeper, now):
    enter(now)
    answer = keeper.post(f"{DESK}add/", NEW)
    assert answer.status_code == 409
    assert "There is a record with this key" in answer.content.decode()


def test_a_keeper_changes_what_a_record_says_and_a_stale_form_changes_nothing(keeper, now):
    enter(now, values={"phone": "0451"})
    page = keeper.get(f"{DESK}change/P-1/").content.decode()
    assert 'value="0451"' in page
    change = NEW | {"holder": "乙店", "_version": "1", "_form": "form-2"}
    assert keeper.post(f"{DESK}change/P-1/", change).status_code == 302
    assert reads.record(SYSTEM, "permits", "P-1").values["holder"] == "乙店"
    stale = keeper.post(f"{DESK}change/P-1/", change | {"holder": "丙店", "_form": "form-3"})
    assert stale.status_code == 409
    assert "丙店" in stale.content.decode()
    assert RecordVersion.objects.count() == 2
    assert (
        keeper.post(f"{DESK}change/P-1/", change | {"number": "P-2", "_version": "2", "_form": "f"}).status_code == 422
    )
    assert Entry.objects.filter(kind="ledger.content_read").count() == 1


def test_a_keeper_lets_something_happen_to_a_record(keeper, now):
    enter(now)
    page = keeper.get(f"{DESK}records/P-1/").content.decode()
    assert 'value="suspend"' in page
    assert 'value="resume"' not in page
    assert 'value="expire"' not in page
    assert len(re.findall(r'id="suspend-_on"', page)) == 1
    act = {"_event": "suspend", "_on": "2026-03-10", "_reason": "no light", "_source": "D-7", "_form": "f-1"}
    answer = keeper.post(f"{DESK}records/P-1/", act)
    assert answer.status_code == 422
    assert "Until: Fill this in." in answer.content.decode()
    assert keeper.post(f"{DESK}records/P-1/", act | {"_until": "2026-04-01"}).status_code == 302
    row = reads.record(SYSTEM, "permits", "P-1")
    assert (row.state, row.reason, row.event) == ("suspended", "no light", "suspend")
    assert keeper.post(f"{DESK}records/P-1/", act | {"_until": "2026-04-01", "_form": "f-2"}).status_code == 409


def test_a_transfer_asks_for_the_new_holder(keeper, now):
    enter(now)
    act = {"_event": "transfer", "_on": "2026-03-10", "_reason": "sold", "_source": "D-8", "_form": "f-1"}
    answer = keeper.post(f"{DESK}records/P-1/", act | {"holder": ""})
    assert answer.status_code == 422
    assert "holder" in answer.content.decode()
    assert keeper.post(f"{DESK}records/P-1/", act | {"holder": "丁店"}).status_code == 302
    assert reads.record(SYSTEM, "permits", "P-1").values["holder"] == "丁店"


def test_the_desk_lists_what_a_keeper_keeps_and_finds_it(keeper, now):
    enter(now, values={"note": "inside"})
    assert "/en/desk/registers/" in keeper.get("/en/desk/").content.decode()
    assert DESK in keeper.get("/en/desk/registers/").content.decode()
    for asked in ({}, {"q": "P-1"}, {"note": "inside"}, {"state": "in_force"}):
        assert f"{DESK}records/P-1/" in keeper.get(DESK, asked).content.decode(), asked
    assert "records/P-1/" not in keeper.get(DESK, {"note": "other"}).content.decode()
    assert keeper.get(DESK, {"granted_on__from": "soon"}).status_code == 422


def send(client, content, name="rows.csv", **changes):
    form = {"_valid_from": "2026-03-01", "_reason": "taken over", "_source": "old book"} | changes
    return client.post(f"{DESK}imports/", form | {"file": SimpleUploadedFile(name, content.encode())})


def test_a_file_is_checked_looked_at_and_confirmed(keeper, now):
    header = b"".join(keeper.get(f"{DESK}template.csv").streaming_content).decode("utf-8-sig")
    assert header.startswith("Number,Holder")
    answer = send(keeper, "number,holder\nP-1,甲\nP-2,乙\n")
    path = answer["Location"]
    page = keeper.get(path).content.decode()
    assert "Nothing is wrong with its 2 rows" in page
    assert not Record.objects.exists()
    assert keeper.post(path, {"do": "enter"}).status_code == 302
    assert "being entered" in keeper.get(path).content.decode()
    run = Import.objects.get()
    acts.import_rows(run.pk, by=Actor(**run.by), now=now)
    assert "2 rows are entered" in keeper.get(path).content.decode()
    assert reads.record(SYSTEM, "permits", "P-2").reason == "taken over"


def test_a_faulty_file_shows_each_fault_with_its_row_in_the_readers_words(keeper):
    path = send(keeper, "number,holder,colour,shape\nP-1,甲,red,x\n")["Location"]
    assert "No field is called so" in keeper.get(path).content.decode()
    path = send(keeper, "number,holder,colour\nP-1,甲,green\nP-1,,red\n")["Location"]
    page = keeper.get(path).content.decode()
    for said in ("3 things have to be put right", "green", "choose from the list", "This key stands in the file twice"):
        assert said in page
    assert 'value="enter"' not in page
    assert keeper.post(path, {"do": "enter"}).status_code == 409
    chinese = keeper.get(path.replace("/en/", "/")).content.decode()
    assert "这个键在文件里出现了两次" in chinese


def test_a_file_that_is_none_or_a_form_that_lacks_something_is_said(keeper):
    answer = keeper.post(f"{DESK}imports/", {"_valid_from": ""})
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()
    path = send(keeper, "\x00\x01")["Location"]
    assert "Save it as CSV in UTF-8" in keeper.get(path).content.decode()


def test_an_import_is_dropped(keeper):
    path = send(keeper, "number,holder\nP-1,甲\n")["Location"]
    assert keeper.post(path, {"do": "drop"}).status_code == 302
    assert "It was dropped" in keeper.get(path).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "add/",
        "imports/",
        "template.csv",
        "records/P-1/",
        "change/P-1/",
        "imports/00000000-0000-4000-8000-000000000000/",
    ],
)
def test_nobody_but_a_keeper_comes_near(office, now, path):
    enter(now)
    other, stranger = office("cook"), Client(HTTP_HOST="localhost")
    assert other.get(DESK + path).status_code == 404
    assert stranger.get(DESK + path).status_code == 302
    if path not in {"", "template.csv"}:
        assert other.post(DESK + path, NEW | {"_event": "revoke", "_on": "2026-03-10"}).status_code == 404
    assert RecordVersion.objects.count() == 1
    assert "keep no register" in other.get("/en/desk/registers/").content.decode()
