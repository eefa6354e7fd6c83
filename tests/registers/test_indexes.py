from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from amur.base.acting import PUBLIC, SYSTEM, Grant, Scope
from amur.base.faults import Invalid
from amur.registers import acts, dialect, filtering, reads
from amur.registers.models import Record
from amur.registers.reads.listing import chosen, ordered, page_of, selected
from tests.procedures.pack import sync
from tests.registers.samples import PERMITS, PERMITS_BODY, enter

pytestmark = pytest.mark.django_db
HANDLER = Scope("office", "7", grants=(Grant("handler", "bureau"),))
MANY = 50_000


def found(scope=SYSTEM, state="", **filters):
    wanted = reads.wanted_of(filters, state=state)
    return sorted(row.key for row in reads.records(scope, "permits", wanted=wanted).rows)


@pytest.fixture
def three(now, permits):
    enter(
        now, "P-1", values={"colour": "red", "granted_on": "2026-01-05", "watts": "9.0", "indoors": True, "note": "a"}
    )
    enter(now, "P-2", values={"colour": "blue", "granted_on": "2026-02-05", "watts": "10.5", "indoors": False})
    enter(now, "P-3", values={"colour": "red", "granted_on": "2026-03-05"}, valid_to=date(2026, 3, 12))


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("filters", "keys"),
    [
        ({"colour": "red"}, ["P-1", "P-3"]),
        ({"colour": ""}, ["P-1", "P-2", "P-3"]),
        ({"granted_on__from": "2026-02-01"}, ["P-2", "P-3"]),
        ({"granted_on__from": "2026/2/1", "granted_on__to": "2026-2-28"}, ["P-2"]),
        ({"watts__from": "9.5"}, ["P-2"]),
        ({"watts__to": "10"}, ["P-1"]),
        ({"watts": "9"}, ["P-1"]),
        ({"indoors": "yes"}, ["P-1"]),
        ({"indoors": "no"}, ["P-2"]),
        ({"colour": "red", "indoors": "yes"}, ["P-1"]),
        ({"colour": "old"}, []),
        ({"note": "a"}, ["P-1"]),
    ],
)
def test_a_list_is_filtered_by_what_the_register_declares(filters, keys):
    assert found(**filters) == keys


@pytest.mark.usefixtures("three")
def test_a_list_is_filtered_by_state(now):
    acts.turn_due(now + timedelta(days=9))
    assert found(state="expired") == ["P-3"]
    assert found(state="in_force", colour="red") == ["P-1"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("scope", "name", "value", "code"),
    [
        (SYSTEM, "phone", "1", "unknown_filter"),
        (SYSTEM, "colour__from", "red", "unknown_filter"),
        (SYSTEM, "watts__like", "1", "unknown_filter"),
        (PUBLIC, "note", "a", "unknown_filter"),
        (SYSTEM, "colour", "green", "not_in_list"),
        (SYSTEM, "granted_on__from", "soon", "not_a_date"),
    ],
)
def test_nobody_asks_for_what_is_not_filtered_or_not_theirs_to_read(scope, name, value, code):
    with pytest.raises(Invalid) as error:
        found(scope, **{name: value})
    assert error.value.fields[name][0] == code
    assert found(HANDLER, note="a") == ["P-1"]


def test_what_was_hidden_when_it_was_written_is_not_found_by_a_stranger_now(now):
    fields = [{**one, "openness": "restricted"} if one["id"] == "colour" else one for one in PERMITS_BODY["fields"]]
    hidden = {**PERMITS_BODY, "fields": fields, "shows": ["number"]}
    sync(now, {("register", "permits"): hidden}, "1.1.0")
    enter(now, "P-1")
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.2.0")
    enter(now, "P-2")
    assert found(HANDLER, colour="red") == ["P-1", "P-2"]
    assert found(PUBLIC, colour="red") == ["P-2"]


def test_sync_makes_the_indexes_that_are_declared_and_drops_the_others(now, permits):
    acts.sync(now=now)
    names = dialect.indexes(connection)
    assert names == {dialect.name_of("permits", one) for one in filtering.filters_of(PERMITS)}
    acts.sync(now=now)
    assert dialect.indexes(connection) == names
    sync(now, {("register", "permits"): {**PERMITS_BODY, "filters": ["colour"]}}, "1.2.0")
    acts.sync(now=now)
    (only,) = dialect.indexes(connection)
    assert only in names
    sync(now, version="1.3.0")
    acts.sync(now=now)
    assert dialect.indexes(connection) == set()


def test_sync_fills_in_what_records_were_written_without(now):
    sync(now, {("register", "permits"): {**PERMITS_BODY, "filters": []}}, "1.1.0")
    enter(now, "P-1")
    with pytest.raises(Invalid):
        found(colour="red")
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.2.0")
    assert found(colour="red") == []
    acts.sync(now=now)
    assert found(colour="red") == ["P-1"]


def test_an_id_that_is_no_word_never_becomes_sql():
    with pytest.raises(ValueError, match="no lower-case word"):
        dialect.of_register("x'; DROP TABLE registers_record; --")


@pytest.mark.deep
def test_a_filter_uses_its_index_on_fifty_thousand_records(fifty_thousand):
    for filters in (
        {"colour": "blue"},
        {"watts__from": "49000"},
        {"granted_on__from": "2026-12-20"},
        {"granted_on__from": "2026-05-01", "granted_on__to": "2026-05-03"},
        {"indoors": "yes"},
    ):
        wanted = reads.wanted_of(filters)
        (name, *_) = filters
        one = next(one for one in filtering.filters_of(PERMITS) if one.name == name.partition("__")[0])
        asked = chosen(PERMITS, selected(SYSTEM, PERMITS, "", wanted), wanted)
        assert dialect.name_of("permits", one) in asked.explain(), filters
        everything = ordered(selected(SYSTEM, PERMITS, "", wanted), "")
        for page in (1, 2):
            shown, count = page_of(PERMITS, selected(SYSTEM, PERMITS, "", wanted), "", page, wanted)
            assert shown == [record.pk for record in everything[25 * (page - 1) : 25 * page]]
        assert count == min(everything.count(), 1001)


@pytest.fixture
def fifty_thousand(now, permits):
    """Put many records into the table, as lists see them; their versions do not matter to a list's plan."""
    acts.sync(now=now)
    definition = filtering.definition(filtering.filters_of(PERMITS))
    first = date(2026, 1, 1)
    Record.objects.bulk_create(
        [
            Record(
                register="permits",
                key=f"P-{number:05}",
                state="in_force",
                recorded_at=now + timedelta(seconds=number),
                filtering=definition,
                filters={
                    "colour": "blue" if number % 500 == 0 else "red",
                    "watts": float(number),
                    "granted_on": (first + timedelta(days=number % 360)).isoformat(),
                    "indoors": "yes" if number % 1000 == 0 else "no",
                },
            )
            for number in range(MANY)
        ],
        batch_size=2_000,
    )
    dialect.analyse(connection)


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_an_index_is_made_while_others_write_and_a_broken_one_anew(now):
    sync(now, {("register", "permits"): PERMITS_BODY}, "1.1.0")
    acts.sync(now=now)
    names = dialect.indexes(connection)
    assert len(names) == len(filtering.filters_of(PERMITS))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            broken = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %s::regclass"
            cursor.execute(broken, [min(names)])
        assert dialect.indexes(connection) == names - {min(names)}
        acts.sync(now=now)
        assert dialect.indexes(connection) == names
    for name in names:
        dialect.drop(connection, name)
