from __future__ import annotations

import copy
import json
from dataclasses import asdict
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope
from amur.base.faults import NotFound, Refused
from amur.registers import acts, reads
from tests.procedures.pack import sync
from tests.procedures.samples import LICENCES_BODY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
BY = Actor("7", client="desk")
HANDLER = Scope("office", "7", grants=(Grant("handler", "bureau"),))
ADMINISTRATOR = Scope("office", "1", grants=(Grant("system_administrator", "bureau"),))
PARTY = Scope("party", "8")
SECRET = "987"


def write(now, key, name="灯", on=date(2026, 3, 10), **values):
    data = {"name": name, "colour": "red", "keeper": SECRET, "granted_on": "2026-03-10", "state": "in_force"} | values
    return acts.write_record(
        "licences", key, data, by=BY, now=now, valid_from=on, reason="granted", source="S-1", through="filing"
    )


def keys(listing):
    return [row.key for row in listing.rows]


@pytest.mark.parametrize("scope", [PUBLIC, PARTY, ADMINISTRATOR])
def test_a_restricted_field_never_leaves_a_public_read(scope, now):
    write(now, "L-1", remark="只限内部")
    views = [
        *reads.records(scope, "licences").rows,
        reads.record(scope, "licences", "L-1"),
        *reads.history(scope, "licences", "L-1"),
        reads.version(scope, "licences", "L-1", 1),
        reads.as_of(scope, "licences", "L-1", valid_on=date(2026, 3, 10)),
    ]
    for view in views:
        assert {field.id for field in view.fields} == {"name", "colour", "granted_on", "state"}
        said = asdict(view)
        said.pop("declaration")
        said.pop("entry_hash")
        said.pop("declaration_hash")
        said.pop("id")
        plain = json.dumps(said, default=str, ensure_ascii=False)
        assert SECRET not in plain
        assert "只限内部" not in plain


@pytest.mark.parametrize("query", [SECRET, "只限", "内部"])
@pytest.mark.parametrize("scope", [PUBLIC, HANDLER, SYSTEM])
def test_nobody_finds_a_record_by_what_is_restricted(scope, query, now):
    write(now, "L-1", remark="只限内部")
    assert reads.records(scope, "licences", query=query).rows == ()


@pytest.mark.parametrize("scope", [HANDLER, SYSTEM])
def test_an_office_reads_what_is_restricted(scope, now):
    write(now, "L-1")
    assert reads.record(scope, "licences", "L-1").values["keeper"] == SECRET


def test_where_a_register_names_its_readers_no_other_office_reads_what_is_restricted(now):
    sync(now, {("register", "licences"): {**LICENCES_BODY, "readers": ["decider"]}}, "1.1.0")
    write(now, "L-1")
    assert "keeper" not in reads.record(HANDLER, "licences", "L-1").values
    decider = Scope("office", "7", grants=(Grant("decider", "bureau"),))
    assert "keeper" in reads.record(decider, "licences", "L-1").values


@pytest.mark.parametrize("query", ["江", "互联", "移动互联", "red", "Red", "红", "l-2", "网 红", "50%", "a_b"])
def test_a_query_of_any_length_finds_what_contains_it(query, now):
    write(now, "L-1", "别的", colour="blue")
    write(now, "L-2", "黑龙江移动互联网 50% a_b")
    assert keys(reads.records(PUBLIC, "licences", query=query)) == ["L-2"]


@pytest.mark.parametrize("query", ["%", "_", "龙黑", "互联江", "' OR 1=1 --"])
def test_a_query_is_taken_as_it_is_written(query, now):
    write(now, "L-1", "黑龙江移动互联网")
    assert reads.records(PUBLIC, "licences", query=query).rows == ()


def test_an_exact_key_comes_first_then_the_newest(now):
    for place, key in enumerate(["L-1", "L-12", "L-13"]):
        write(now + timedelta(minutes=place), key)
    assert keys(reads.records(PUBLIC, "licences", query="l-1")) == ["L-1", "L-13", "L-12"]
    assert keys(reads.records(PUBLIC, "licences")) == ["L-13", "L-12", "L-1"]


def test_pages_hold_twenty_five_rows_and_no_page_is_out_of_range(now):
    for number in range(30):
        write(now + timedelta(minutes=number), f"L-{number:02}")
    first, second = reads.records(PUBLIC, "licences"), reads.records(PUBLIC, "licences", page=2)
    assert (len(first.rows), len(second.rows), first.total, first.pages) == (25, 5, "30", 2)
    assert set(keys(first)).isdisjoint(keys(second))
    assert reads.records(PUBLIC, "licences", page=-3).rows == first.rows
    assert reads.records(PUBLIC, "licences", page=10**12).rows == ()


def test_a_page_takes_few_queries_however_many_records_there_are(now, django_assert_max_num_queries):
    asked = []
    for number in range(30):
        write(now, f"L-{number:02}")
        if number in {4, 29}:
            with django_assert_max_num_queries(4):
                reads.records(SYSTEM, "licences")
            with CaptureQueriesContext(connection) as found:
                reads.records(SYSTEM, "licences", query="灯")
            asked.append(len(found))
    assert asked[0] == asked[1]


def test_what_held_on_a_day_as_it_was_known_then(now):
    write(now, "L-1", "甲")
    later = now + timedelta(days=30)
    write(later, "L-1", "乙", on=date(2026, 4, 1))
    latest = now + timedelta(days=60)
    write(latest, "L-1", "甲（更正）", on=date(2026, 3, 10))

    def name(day, known_at=None):
        return reads.as_of(PUBLIC, "licences", "L-1", valid_on=day, known_at=known_at).values["name"]

    assert name(date(2026, 3, 20), now) == "甲"
    assert name(date(2026, 4, 20), now) == "甲"
    assert name(date(2026, 4, 20), later) == "乙"
    assert name(date(2026, 3, 20), later) == "甲"
    assert name(date(2026, 3, 20)) == "甲（更正）"
    with pytest.raises(NotFound):
        name(date(2026, 3, 9))
    with pytest.raises(NotFound):
        name(date(2026, 3, 20), now - timedelta(days=1))


def test_after_its_end_a_record_no_longer_holds(now):
    write(now, "L-1")
    acts.close_record(
        "licences", "L-1", by=BY, now=now, valid_to=date(2026, 6, 30), reason="r", source="s", through="filing"
    )
    assert reads.as_of(PUBLIC, "licences", "L-1", valid_on=date(2026, 6, 30)).number == 2
    with pytest.raises(NotFound):
        reads.as_of(PUBLIC, "licences", "L-1", valid_on=date(2026, 7, 1))


def test_an_old_version_is_shown_with_the_declaration_of_its_time(now):
    write(now, "L-1")
    changed = copy.deepcopy(LICENCES_BODY)
    changed["fields"][0]["title"]["en"] = "Full name"
    changed["fields"][4]["openness"] = "restricted"
    sync(now, {("register", "licences"): changed}, "2.0.0")
    write(now + timedelta(days=1), "L-1")
    new, old = reads.history(PUBLIC, "licences", "L-1")
    assert [view.declaration.field("name").title.en for view in (new, old)] == ["Full name", "Name"]
    assert "state" not in new.values
    assert "state" not in old.values, "what is restricted now was public then and must not be shown"


def test_a_register_that_is_not_public_does_not_exist_for_the_public(now):
    sync(now, {("register", "licences"): {**LICENCES_BODY, "public": False}}, "2.0.0")
    write(now, "L-1")
    for read in (reads.records, reads.history, reads.record):
        with pytest.raises(NotFound):
            read(PUBLIC, "licences", *([] if read is reads.records else ["L-1"]))
    assert reads.registers(PUBLIC) == ()
    assert [declared.id for declared in reads.registers(HANDLER)] == ["licences"]
    assert keys(reads.records(HANDLER, "licences")) == ["L-1"]


def test_what_is_not_there_is_not_found():
    for attempt in (
        lambda: reads.register("ships"),
        lambda: reads.record(PUBLIC, "licences", "L-9"),
        lambda: reads.history(PUBLIC, "licences", "L-9"),
        lambda: reads.version(PUBLIC, "licences", "L-9", 1),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert reads.registers(PUBLIC)[0].id == "licences"


def test_only_the_machine_asks_for_what_the_search_may_find_of_all_records():
    with pytest.raises(Refused, match="only the machine"):
        next(reads.documents(PUBLIC, on=date(2026, 3, 10)))
