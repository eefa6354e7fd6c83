from __future__ import annotations

from datetime import date

import pytest

from amur.base.acting import PUBLIC, SYSTEM, system
from amur.ledger import acts as ledger
from amur.registers import acts
from amur.registers.datasets import datasets
from amur.registers.declarations import RegisterDeclaration
from amur.registers.shapes import shapes
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCES_BODY, text

pytestmark = pytest.mark.django_db

VALUES = {
    "name": "灯",
    "colour": "red",
    "keeper": "123",
    "granted_on": "2026-03-01",
    "state": "in_force",
    "remark": "密",
}


@pytest.fixture
def rows(pack, now):
    """Return a function that seals and gives the rows of a dataset of the licences."""

    def read(name="register_licences"):
        ledger.seal(now)
        found = {dataset.name: dataset for dataset in datasets(SYSTEM)}[name]
        return [row for batch in found.batches(-1, 10_000) for row in batch.to_pylist()]

    return read


def write(now, **changes):
    values = {name: value for name, value in (VALUES | changes).items() if value is not None}
    acts.write_record(
        "licences",
        "A",
        values,
        by=system("t"),
        now=now,
        valid_from=date(2026, 3, 1),
        reason="r",
        source="s",
        through="filing",
    )


def test_each_version_is_a_row_and_the_end_is_one_too(rows, now):
    write(now)
    write(now, colour="blue")
    acts.close_record(
        "licences", "A", by=system("t"), now=now, valid_to=date(2026, 3, 9), reason="r", source="s", through="filing"
    )
    found = rows()
    assert [(row["_key"], row["_number"], row["colour"]) for row in found] == [
        ("A", 1, "red"),
        ("A", 2, "blue"),
        ("A", 3, "blue"),
    ]
    assert [row["_ended"] for row in found] == [False, False, True]
    assert found[2]["_valid_to"] == date(2026, 3, 9)
    assert found[0]["granted_on"] == date(2026, 3, 1)
    assert [row["_index"] for row in found] == sorted(row["_index"] for row in found)


def test_a_restricted_field_is_in_the_restricted_dataset_alone(rows, now):
    write(now)
    assert "remark" not in rows()[0]
    assert "keeper" not in rows()[0]
    assert rows("register_licences__restricted")[0]["remark"] == "密"


def test_everybody_may_read_the_public_one_alone(pack):
    assert [dataset.name for dataset in datasets(PUBLIC)] == ["register_licences"]
    assert [dataset.openness for dataset in datasets(SYSTEM)] == ["public", "restricted"]


def _shapes(*fields, public=True):
    body = {**LICENCES_BODY, "fields": list(fields), "shows": [fields[0]["id"]], "public": public}
    return {shape.name: list(shape.columns) for shape in shapes(RegisterDeclaration.model_validate(body))}


OPEN = {"id": "name", "type": "text", "title": text("Name"), "openness": "public"}
PERSONAL = {"id": "holder", "type": "text", "title": text("Holder"), "personal": True}
FILE = {"id": "paper", "type": "file", "title": text("Paper"), "media_types": ["application/pdf"], "openness": "public"}


def test_personal_fields_and_files_are_in_no_dataset():
    found = _shapes(OPEN, PERSONAL, FILE)
    assert list(found) == ["register_licences"]
    assert not {"holder", "paper"} & set(found["register_licences"])


def test_a_register_that_is_not_public_has_no_public_dataset():
    assert list(_shapes(OPEN, public=False)) == ["register_licences__restricted"]


def test_what_was_closed_when_it_was_written_stays_out_of_the_public_dataset(rows, now):
    write(now)
    opened = [
        {**field, "openness": "public"} if field["id"] == "remark" else field for field in LICENCES_BODY["fields"]
    ]
    sync(now, {("register", "licences"): {**LICENCES_BODY, "fields": opened}}, "1.0.1")
    write(now, remark="开")
    assert [row["remark"] for row in rows()] == [None, "开"]


def test_what_is_of_another_kind_now_is_null(rows, now):
    write(now)
    changed = [
        {"id": "state", "type": "number", "title": text("State"), "openness": "public"}
        if field["id"] == "state"
        else field
        for field in LICENCES_BODY["fields"]
    ]
    sync(now, {("register", "licences"): {**LICENCES_BODY, "fields": changed}}, "1.0.1")
    write(now, state=7)
    assert [row["state"] for row in rows()] == [None, 7]
