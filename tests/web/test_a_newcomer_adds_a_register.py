"""A newcomer writes one file with five fields and finds form, table, search, page, API, CSV, history and dataset."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client

from amur.base.acting import SYSTEM, system
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.packs import acts, reads, scaffolding
from amur.people import acts as people
from amur.registers.datasets import datasets

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
FIVE = """fields:
  - { id: name, type: text, openness: public, title: { zh: 井名, en: Name } }
  - { id: depth, type: quantity, unit: m, decimals: 1, openness: public, title: { zh: 深度, en: Depth } }
  - { id: dug_on, type: date, openness: public, required: false, title: { zh: 挖成日期, en: Dug on } }
  - { id: drinkable, type: yes_no, openness: public, indexed: true, title: { zh: 能喝, en: Drinkable } }
  - { id: note, type: text, multiline: true, required: false, title: { zh: 备注, en: Note } }
"""
HIDDEN = "暗记井底Q7"
WELL = {
    "name": "灯屿东坡老井",
    "depth": "12.5",
    "dug_on-year": "1998",
    "dug_on-month": "5",
    "dug_on-day": "1",
    "drinkable": "yes",
    "note": HIDDEN,
    "_key": "W-1",
    "_valid_from": "2026-03-10",
    "_reason": "taken up",
    "_source": "round of the island",
    "_form": "form-1",
    "_version": "0",
}


@pytest.fixture
def keeper(tmp_path: Path, now, clock) -> Client:
    """Return the keeper's browser, after the file was written, checked and synced: nothing else was touched."""
    caches["counts"].clear()
    island = tmp_path / "island"
    shutil.copytree(ROOT / "packs" / "lantern", island)
    scaffolding.new_file(
        island, "register", "1", "wells", schemas=ROOT / "docs" / "reference" / "schemas", on=date(2026, 3, 10)
    )
    file = island / "01-lamps" / "wells.register.yaml"
    before, fields, after = file.read_text(encoding="utf-8").partition("fields:")
    basis = after[after.index("basis:") :]
    shown = "shows: [name, depth, drinkable]\nfilters: [drinkable]\n"
    file.write_text(before.replace("shows: [name]\n", shown) + FIVE + basis, encoding="utf-8")
    assert fields
    assert reads.check(island) == []
    by = system("test")
    acts.sync(island, by=by, now=now)
    account = people.open_account(
        username="keeper", email="keeper@example.org", display_name="K", by=by, now=now, key="test:keeper"
    )
    people.appoint(
        account.pk,
        "keeper_of_the_book",
        "lamp_office",
        by=by,
        now=now,
        key="test:keeper",
        region="",
        valid_from=date(2026, 1, 1),
    )
    client = Client(HTTP_HOST="localhost")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def stranger(keeper: Client) -> Client:
    """Return a stranger's browser, after the keeper entered a well and corrected its depth."""
    desk = "/en/desk/registers/wells/"
    assert keeper.post(f"{desk}add/", WELL).status_code == 302
    again = WELL | {"depth": "13", "_reason": "measured again", "_form": "form-2", "_version": "1"}
    assert keeper.post(f"{desk}change/W-1/", again).status_code == 302
    return Client(HTTP_HOST="localhost")


def test_the_form_has_a_control_for_each_field_and_says_what_is_wrong(keeper: Client) -> None:
    page = keeper.get("/en/desk/registers/wells/add/").content.decode()
    for name in ("name", "depth", "dug_on-year", "drinkable", "note"):
        assert f'name="{name}"' in page
    wrong = keeper.post("/en/desk/registers/wells/add/", WELL | {"depth": "deep"})
    assert wrong.status_code == 422
    assert "Depth: " in wrong.content.decode()


def test_the_table_the_filter_the_page_and_the_history_are_there(stranger: Client) -> None:
    table = stranger.get("/registers/wells/").content.decode()
    assert "灯屿东坡老井" in table
    assert "13.0 m" in table
    assert "能喝" in table
    assert "灯屿东坡老井" not in stranger.get("/registers/wells/?drinkable=no").content.decode()
    page = stranger.get("/en/registers/wells/W-1/").content.decode()
    assert "13.0 m" in page
    assert "measured again" in page
    assert "taken up" in page
    assert "12.5 m" in stranger.get("/en/registers/wells/W-1/versions/1/").content.decode()


def test_two_characters_find_it_in_its_register_and_from_the_first_page(stranger: Client) -> None:
    assert "灯屿东坡老井" in stranger.get("/registers/wells/", {"q": "东坡"}).content.decode()
    found = stranger.get("/search/", {"q": "老井"}).content.decode()
    assert "灯屿东坡<mark>老井</mark>" in found


def test_a_program_reads_it_as_json_and_as_a_table(stranger: Client) -> None:
    one = stranger.get("/open/api/v1/registers/wells/records/W-1").json()
    assert one["data"]["depth"] == "13.0"
    table = stranger.get("/open/api/v1/registers/wells/records.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["name"], row["depth"], row["drinkable"]) == ("灯屿东坡老井", "13.0", "yes")
    assert "note" not in row


def test_it_is_a_dataset_whose_rows_are_its_versions(stranger: Client, now) -> None:
    ledger.seal(now)
    wells = next(one for one in datasets(SYSTEM) if one.shape.name == "register_wells")
    rows = [row for batch in wells.batches(0, ledger_reads.head().size) for row in batch.to_pylist()]
    assert [str(row["depth"]) for row in rows] == ["12.5", "13.0"]


def test_what_is_not_public_is_on_no_page_of_a_stranger(stranger: Client) -> None:
    for path in (
        "/registers/wells/",
        "/registers/wells/W-1/",
        "/registers/wells/W-1/versions/1/",
        "/open/api/v1/registers/wells/records",
        "/open/api/v1/registers/wells/records.csv",
        "/open/api/v1/registers/wells/records/W-1/history",
    ):
        answer = stranger.get(path)
        assert answer.status_code == 200
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert HIDDEN not in body.decode()
    assert stranger.get("/search/", {"q": HIDDEN}).content.decode().count(HIDDEN) <= 3, "only the box says it back"
