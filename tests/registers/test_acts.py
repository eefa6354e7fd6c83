from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from amur.base.acting import PUBLIC, SYSTEM, Actor
from amur.base.faults import Conflict, Invalid, NotFound
from amur.ledger.models import Entry
from amur.registers import acts, reads
from amur.registers.models import Record, RecordVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pack")]
BY = Actor("7", role="handler", body_id="bureau", client="desk")
VALUES = {"name": "灯一", "colour": "red", "keeper": "123", "granted_on": "2026-03-10", "state": "in_force"}


def write(now, key="L-1", **changes):
    values = VALUES | changes.pop("values", {})
    options = {
        "valid_from": date(2026, 3, 10),
        "reason": "granted",
        "source": "2026-LAN-00001",
        "through": "filing",
    } | changes
    return acts.write_record("licences", key, values, by=BY, now=now, **options)


def test_a_write_makes_a_version_and_an_entry_about_the_record(now, pack):
    version = write(now)
    record = version.record
    assert (version.number, record.latest, record.state) == (1, 1, "current")
    assert version.data == VALUES
    entry = Entry.objects.get(leaf=version.entry_hash)
    assert (entry.subject, entry.kind) == (f"record:licences:{record.id}", "record.written")
    assert '"source":"2026-LAN-00001"' in entry.content.body
    assert "灯一" not in entry.header


def test_each_write_adds_a_version_and_overwrites_none(now):
    first = write(now)
    second = write(now + timedelta(days=1), values={"colour": "blue"}, reason="corrected")
    first.refresh_from_db()
    assert (first.data["colour"], second.data["colour"], second.number) == ("red", "blue", 2)
    assert list(Entry.objects.filter(subject__startswith="record:").values_list("sequence", flat=True)) == [0, 1]


def test_values_are_kept_as_their_fields_keep_them(now):
    version = write(now, values={"name": "  灯\u3000一 ", "keeper": "1 2３", "remark": None})
    assert (version.data["name"], version.data["keeper"]) == ("灯\u3000一", "123")
    assert "remark" not in version.data


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"colour": "green"}, "colour", "not_in_list"),
        ({"colour": "old"}, "colour", "no_longer_in_list"),
        ({"keeper": "124"}, "keeper", "bad_identifier"),
        ({"name": None}, "name", "required"),
        ({"owner": "x"}, "owner", "unknown_field"),
        ({"granted_on": True}, "granted_on", "bad_shape"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_nothing_is_written(now, values, field, code):
    with pytest.raises(Invalid) as error:
        write(now, values=values)
    assert error.value.fields[field][0] == code
    assert not Record.objects.exists()
    assert not Entry.objects.filter(subject__startswith="record:").exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"source": ""}, "source"),
        ({"key": " "}, "key"),
        ({"key": "x" * 201}, "key"),
        ({"valid_to": date(2026, 3, 9)}, "valid_to"),
    ],
)
def test_a_version_says_why_and_from_where(now, changes, field):
    with pytest.raises(Invalid) as error:
        write(now, **changes)
    assert field in error.value.fields


def test_a_repeated_call_returns_what_the_first_one_wrote(now):
    assert write(now, idempotency="k").pk == write(now + timedelta(hours=1), idempotency="k").pk
    assert RecordVersion.objects.count() == 1
    with pytest.raises(Conflict):
        write(now, key="L-2", idempotency="k")


def test_an_unknown_register_is_not_found(now):
    with pytest.raises(NotFound):
        acts.write_record(
            "ships", "1", {}, by=BY, now=now, valid_from=date(2026, 1, 1), reason="r", source="s", through="filing"
        )


def close(now, key="L-1", **changes):
    options = {
        "valid_to": date(2026, 6, 30),
        "reason": "given back",
        "source": "2026-LAN-00001",
        "through": "filing",
    } | changes
    return acts.close_record("licences", key, by=BY, now=now, **options)


def test_an_ended_record_stays_readable_with_its_date(now):
    write(now)
    later = now + timedelta(days=112)
    ended = close(later, idempotency="end")
    assert (ended.number, ended.valid_to, ended.record.state) == (2, date(2026, 6, 30), "closed")
    assert close(later, idempotency="end").pk == ended.pk
    view = reads.record(PUBLIC, "licences", "L-1")
    assert (view.state, view.valid_to, view.values["name"]) == ("closed", date(2026, 6, 30), "灯一")
    assert Entry.objects.get(leaf=ended.entry_hash).kind == "record.closed"


def test_what_has_ended_cannot_end_again_but_can_come_back(now):
    write(now)
    close(now)
    with pytest.raises(Conflict):
        close(now)
    assert write(now, valid_from=date(2026, 7, 1)).record.state == "current"


def test_a_record_cannot_end_before_it_began_nor_without_being_there(now):
    with pytest.raises(NotFound):
        close(now)
    write(now)
    with pytest.raises(Invalid):
        close(now, valid_to=date(2026, 3, 9))
    with pytest.raises(Invalid):
        close(now, reason="")


def test_a_version_written_with_its_end_is_in_force_until_then(now):
    record = write(now, valid_to=date(2026, 12, 31)).record
    assert (record.state, record.turns_on) == ("current", date(2027, 1, 1))


def test_the_database_itself_refuses_a_version_twice_and_a_period_that_ends_before_it_begins(now):
    version = write(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecordVersion.objects.filter(pk=version.pk).update(valid_to=date(2020, 1, 1))
    version.pk, version.entry_hash = None, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save(force_insert=True)


def test_an_act_that_fails_later_takes_the_record_with_it(now):
    def act():
        with transaction.atomic():
            write(now)
            return 1 / 0

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Record.objects.exists()
    assert reads.records(SYSTEM, "licences").counted == 0
