"""Erasing what is personal of a record: who may, when, and that its history and proof stay."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from amur.base.acting import PUBLIC, SYSTEM, Actor, Grant, Scope, system
from amur.base.faults import NotFound, Refused
from amur.ledger import acts as ledger_acts
from amur.ledger import reads as ledger
from amur.ledger.models import Entry
from amur.registers import acts, reads
from amur.registers.models import Record, RecordVersion
from tests.procedures.pack import sync
from tests.procedures.samples import BASIS, LICENCES_BODY, text

pytestmark = pytest.mark.django_db
BY = Actor("7", role="handler", body_id="bureau", client="desk")
CLERKS = Scope("office", "33", grants=(Grant("eraser", "bureau"),))
VALUES = {"name": "灯一", "colour": "red", "keeper": "123", "granted_on": "2026-03-10", "state": "in_force"}
PERSONAL = {"phone": "0451-0000000", "holder_name": "李雷"}


@pytest.fixture
def body():
    changed = copy.deepcopy(LICENCES_BODY)
    name = {"id": "holder_name", "type": "person", "of": "name", "retention_days": 30, "required": False}
    phone = {"id": "phone", "type": "text", "title": text("Phone"), "personal": True, "required": False}
    changed["fields"] += [phone, name | {"title": text("Name"), "purpose": text("To reach you")}]
    return changed | {"retention_years": 3, "erasure": {"by": "eraser", "basis": [BASIS]}}


@pytest.fixture
def ended(body, now):
    """Return a record with two versions that hold a name and a telephone number, and that has ended."""
    sync(now, {("register", "licences"): body})
    for values in (VALUES, VALUES | {"colour": "blue"}):
        acts.write_record(
            "licences", "L-1", values | PERSONAL, by=BY, now=now, valid_from=date(2026, 3, 10), reason="granted",
            source="2026-LAN-00001", through="filing",
        )  # fmt: skip
    acts.close_record(
        "licences", "L-1", by=BY, now=now, valid_to=date(2026, 3, 10), reason="given back", source="x", through="filing"
    )
    return Record.objects.get()


def after(now, years=3, **more):
    return now.replace(year=now.year + years) + timedelta(days=1, **more)


def erase(now, **options):
    options = {"by": BY, "scope": CLERKS, "reason": "the holder asked"} | options
    return acts.erase_record("licences", "L-1", now=now, **options)


def test_what_is_personal_is_sealed_in_table_and_ledger_and_read_by_whom_it_is_for(ended, now):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM registers_recordversion")
        stored = str(cursor.fetchall())
    bodies = "".join(entry.content.body for entry in Entry.objects.select_related("content"))
    for value in PERSONAL.values():
        assert value not in stored + bodies
    assert PERSONAL.items() <= reads.record(SYSTEM, "licences", "L-1").values.items()
    assert not PERSONAL.keys() & reads.record(PUBLIC, "licences", "L-1").values.keys()


def test_it_is_erased_from_every_version_and_the_rest_stays(ended, now):
    erase(after(now))
    for view in reads.history(SYSTEM, "licences", "L-1"):
        assert not PERSONAL.keys() & view.values.keys()
        assert view.values["name"] == "灯一"
    assert Record.objects.get().erased_at == after(now)
    found = ledger.forgotten(f"record:licences:{ended.id}")
    assert (found.basis, found.reason) == ("灯塔条例7", "the holder asked")
    assert RecordVersion.objects.count() == 3


def test_what_an_old_copy_holds_is_noise_and_the_proof_is_whole(ended, now):
    kept = RecordVersion.objects.first().data["phone"]
    leaf = RecordVersion.objects.first().entry_hash
    ledger_acts.seal(now)
    receipt = ledger.receipt(SYSTEM, leaf, disclose=["body"])
    erase(after(now))
    ledger_acts.seal(after(now))
    assert ledger.reveal(f"record:licences:{ended.id}", kept) is ledger.ERASED
    assert ledger.receipt(SYSTEM, leaf, disclose=["body"])["disclosed"] == receipt["disclosed"]
    assert ledger.verify_stored().holds


def test_a_second_erasure_does_nothing(ended, now):
    erase(after(now))
    count = Entry.objects.count()
    erase(after(now, hours=5), idempotency="k")
    assert Entry.objects.count() == count


def test_a_record_that_was_erased_takes_no_personal_data_again(ended, now):
    erase(after(now))
    options = {"by": BY, "now": after(now), "valid_from": date(2029, 4, 1), "reason": "r", "source": "s"}
    with pytest.raises(Refused, match="nothing can be added"), transaction.atomic():
        acts.write_record("licences", "L-1", VALUES | PERSONAL, through="filing", **options)
    acts.write_record("licences", "L-1", VALUES, through="filing", **options)


def test_only_the_declared_role_erases_what_has_ended_when_its_time_is_over(ended, now, body):
    handlers = Scope("office", "7", grants=(Grant("handler", "bureau"),))
    for scope in (handlers, PUBLIC):
        with pytest.raises(Refused, match="role that the pack names"):
            erase(after(now), scope=scope)
    with pytest.raises(Refused, match="kept until 2029-03-10"):
        erase(now)
    with pytest.raises(NotFound):
        acts.erase_record("licences", "L-2", by=BY, scope=CLERKS, now=now, reason="x")
    acts.write_record(
        "licences",
        "L-2",
        VALUES,
        by=BY,
        now=now,
        valid_from=date(2026, 3, 10),
        reason="r",
        source="s",
        through="filing",
    )
    with pytest.raises(Refused, match="has not ended"):
        acts.erase_record("licences", "L-2", by=BY, scope=CLERKS, now=after(now), reason="x")
    erase(now, despite_retention=True, basis="judgment 12")


def test_the_machine_says_on_what_ground(ended, now, body):
    sync(now, {("register", "licences"): {name: value for name, value in body.items() if name != "erasure"}}, "2.0.0")
    Record.objects.update(erased_at=None)
    with pytest.raises(Refused, match="needs a reason"):
        erase(after(now), scope=SYSTEM, by=system("erase"), reason=" ")


def test_what_is_on_hold_stays(ended, now):
    ledger_acts.hold(f"record:licences:{ended.id}", by=BY, now=now, reason="a court asks")
    with pytest.raises(Refused, match="on hold"):
        erase(after(now))
    assert acts.erase_due(now) == 0
    assert Record.objects.get().erase_on == date(2026, 3, 11)


class TestRetention:
    def test_each_value_goes_when_its_time_is_over_and_once(self, ended, now):
        assert acts.erase_due(now) == 0
        assert Record.objects.get().erase_on == date(2026, 4, 9)
        assert acts.erase_due(now + timedelta(days=30)) == 0
        assert acts.erase_due(now + timedelta(days=31)) == 1
        values = reads.record(SYSTEM, "licences", "L-1").values
        assert (values.get("holder_name"), values.get("phone")) == (None, PERSONAL["phone"])
        assert acts.erase_due(now + timedelta(days=32)) == 0
        assert acts.erase_due(after(now)) == 1
        assert acts.erase_due(after(now, hours=30)) == 0
        kinds = Entry.objects.filter(kind="subject.forgotten").order_by("sequence")
        assert [json.loads(one.content.body)["parts"] for one in kinds] == [["holder_name"], []]

    def test_a_record_that_was_taken_up_again_waits_for_its_next_end(self, ended, now):
        acts.erase_due(now)
        acts.write_record(
            "licences", "L-1", VALUES, by=BY, now=now, valid_from=date(2026, 3, 11), reason="r", source="s",
            through="filing",
        )  # fmt: skip
        Record.objects.update(present=4, state="current")
        assert acts.erase_due(after(now)) == 0
        assert (Record.objects.get().erase_on, Record.objects.get().erased_at) == (None, None)

    def test_one_that_cannot_be_erased_does_not_hold_up_the_others(self, ended, now, monkeypatch):
        def fail(*_, **__):
            raise Refused("ledger.key_unfit", "the key is away")

        monkeypatch.setattr(ledger_acts, "forget", fail)
        assert acts.erase_due(after(now)) == 0


def forgotten_entry(subject, now):
    ledger_acts.seal(now)
    return next(entry for entry in ledger.sealed_after(SYSTEM, -1, 1000) if entry.kind == "subject.forgotten")


def test_what_was_forgotten_elsewhere_is_cleared_away(ended, now):
    """As after a restored backup, where the ledger alone forgets."""
    subject = f"record:licences:{ended.id}"
    ledger_acts.forget(subject, by=BY, now=now, reason="again")
    for _ in range(2):
        acts.hear_of_forgetting(forgotten_entry(subject, now), now)
    assert Record.objects.get().erased_at == now
    assert not PERSONAL.keys() & RecordVersion.objects.first().data.keys()


def test_what_was_written_in_plain_words_before_is_sealed_by_the_upgrade(ended):
    RecordVersion.objects.filter(number=2).update(data=VALUES | PERSONAL)
    assert acts.seal_what_is_plain() == 1
    assert acts.seal_what_is_plain() == 0
    data = RecordVersion.objects.get(number=2).data
    assert data["name"] == "灯一"
    assert not [value for value in PERSONAL.values() if value in str(data)]
    assert PERSONAL.items() <= reads.version(SYSTEM, "licences", "L-1", 2).values.items()


def test_what_was_written_in_plain_words_before_is_read_and_erased(ended, now):
    plain = VALUES | PERSONAL
    RecordVersion.objects.update(data=plain)
    assert reads.record(SYSTEM, "licences", "L-1").values["phone"] == PERSONAL["phone"]
    with transaction.atomic():
        old = ledger_acts.record(
            subject=f"record:licences:{ended.id}", kind="record.written", by=BY, now=now, body={"values": plain}
        )
    RecordVersion.objects.filter(number=1).update(entry_hash=old.leaf)
    erase(after(now))
    old.content.refresh_from_db()
    assert old.content.body is None
    assert not PERSONAL.keys() & RecordVersion.objects.first().data.keys()
