from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Actor, system
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger.models import Entry
from amur.registers import acts, reads
from amur.registers.models import Record, RecordVersion
from tests.procedures.pack import sync
from tests.registers.samples import KEEPER, PERMITS_BODY, WHY, enter, happen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("permits")]
TODAY = date(2026, 3, 10)


def seen(key="P-1"):
    return reads.record(SYSTEM, "permits", key)


def test_an_event_makes_a_version_with_its_reason_its_source_and_its_basis(now):
    enter(now)
    version = happen(now, "suspend", TODAY, until=date(2026, 4, 1), reason="no light", source="D-7", idempotency="s")
    assert (version.number, version.event, version.state, version.through) == (2, "suspend", "suspended", "office")
    assert (seen().state, seen().standing.in_force, seen().state_until) == ("suspended", False, date(2026, 4, 1))
    entry = Entry.objects.get(leaf=version.entry_hash)
    assert entry.kind == "record.state_changed"
    assert '"reason":"no light"' in entry.content.body
    assert "灯塔条例 7" in entry.content.act
    again = happen(now, "suspend", TODAY, until=date(2026, 4, 1), idempotency="s")
    assert again.pk == version.pk


def test_a_term_ends_by_itself_exactly_once(now):
    enter(now, valid_to=date(2026, 3, 31))
    assert seen().state == "in_force"
    assert acts.turn_due(now) == 0
    later = now + timedelta(days=30)
    assert acts.turn_due(later) == 1
    assert acts.turn_due(later) == 0
    assert acts.turn_due(later + timedelta(days=90)) == 0
    record = seen()
    assert (record.state, record.event, record.number, record.valid_to) == ("expired", "expire", 2, date(2026, 3, 31))
    assert (record.source, record.through) == ("S-1", "itself")
    entry = Entry.objects.get(leaf=record.entry_hash)
    assert (entry.kind, '"actor_id":"system:registers"' in entry.content.act) == ("record.closed", True)


def test_a_suspension_and_then_the_term_end_by_themselves_even_when_the_worker_slept(now):
    enter(now, valid_to=date(2026, 5, 31))
    happen(now, "suspend", TODAY, until=date(2026, 4, 1))
    assert acts.turn_due(now + timedelta(days=365)) == 1
    events = [version.event for version in reads.history(SYSTEM, "permits", "P-1")]
    assert events == ["expire", "resume", "suspend", ""]
    record = reads.as_of(SYSTEM, "permits", "P-1", valid_on=date(2026, 4, 2))
    assert (record.state, record.valid_from) == ("in_force", date(2026, 4, 2))


def test_the_state_of_a_day_does_not_wait_for_the_worker(now):
    enter(now, valid_to=date(2026, 5, 31))
    happen(now, "suspend", TODAY, until=date(2026, 4, 1))
    states = [
        reads.as_of(SYSTEM, "permits", "P-1", valid_on=on).state for on in (date(2026, 3, 9), TODAY, date(2026, 4, 2))
    ]
    assert states == ["in_force", "suspended", "in_force"]
    with pytest.raises(NotFound):
        reads.as_of(SYSTEM, "permits", "P-1", valid_on=date(2026, 6, 1))


def test_a_renewal_moves_the_end_and_the_timer_with_it(now):
    enter(now, valid_to=date(2026, 3, 31))
    happen(now, "renew", TODAY, valid_to=date(2027, 3, 31))
    assert acts.turn_due(now + timedelta(days=40)) == 0
    assert seen().valid_to == date(2027, 3, 31)
    assert Record.objects.get().turns_on == date(2027, 4, 1)


def test_what_expired_is_renewed_late_and_the_gap_stays(now):
    enter(now, valid_to=date(2026, 3, 31))
    later = now + timedelta(days=40)
    acts.turn_due(later)
    happen(later, "renew", date(2026, 4, 15), valid_to=date(2027, 4, 14))
    assert seen().state == "in_force"
    with pytest.raises(NotFound):
        reads.as_of(SYSTEM, "permits", "P-1", valid_on=date(2026, 4, 10))


def test_a_transfer_changes_the_holder_from_its_day_on(now):
    enter(now)
    happen(now, "transfer", TODAY, values={"holder": "乙"})
    assert seen().values["holder"] == "乙"
    assert reads.as_of(SYSTEM, "permits", "P-1", valid_on=date(2026, 3, 9)).values["holder"] == "甲"
    assert reads.record(SYSTEM, "permits", "P-1").values["colour"] == "red"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"holder": ""}, "holder", "required"),
        ({"colour": "blue"}, "colour", "unknown_field"),
        ({}, "holder", "required"),
    ],
)
def test_a_transfer_changes_what_it_names_and_nothing_else(now, values, field, code):
    enter(now)
    with pytest.raises(Invalid) as error:
        happen(now, "transfer", TODAY, values=values)
    assert error.value.fields[field][0] == code


def test_a_holder_that_became_part_of_another_gives_all_its_records(now):
    for key, holder in (("P-1", "甲"), ("P-2", "乙"), ("P-3", "甲"), ("P-4", "甲")):
        enter(now, key, values={"holder": holder})
    happen(now, "revoke", TODAY, "P-4")
    call = {"by": KEEPER, "now": now, "on": TODAY, "idempotency": "merger", **WHY}
    written = acts.merge_holder("permits", "甲", "丙", **call)
    assert [version.record.key for version in written] == ["P-1", "P-3"]
    holders = {row.key: row.values["holder"] for row in reads.records(SYSTEM, "permits").rows}
    assert holders == {"P-1": "丙", "P-2": "乙", "P-3": "丙", "P-4": "甲"}
    assert [version.pk for version in acts.merge_holder("permits", "甲", "丙", **call)] == [one.pk for one in written]
    assert RecordVersion.objects.filter(event="merge").count() == 2
    with pytest.raises(Invalid):
        acts.merge_holder("permits", "甲", "甲", **call)
    with pytest.raises(Conflict):
        acts.merge_holder("licences", "甲", "丙", **call)


@pytest.mark.parametrize("event", ["expire", "merge", "fly"])
def test_nobody_lets_happen_what_only_time_does_or_what_is_not_declared(now, event):
    enter(now)
    with pytest.raises(Conflict) as error:
        happen(now, event, TODAY)
    assert error.value.code == "no_such_event"


def test_a_final_state_is_the_end(now):
    enter(now)
    happen(now, "revoke", TODAY)
    happen(now, "destroy", TODAY)
    assert (seen().state, seen().standing.final) == ("destroyed", True)
    for event in ("reinstate", "destroy"):
        with pytest.raises(Conflict):
            happen(now, event, TODAY)


def test_only_whom_the_register_names_writes_in_it(now):
    clerk = Actor("8", role="cook", body_id="bureau", client="desk")
    with pytest.raises(Refused) as error:
        enter(now, by=clerk)
    assert (error.value.code, error.value.details["basis"]) == ("not_the_keeper", "Lantern Act 7")
    with pytest.raises(Refused):
        enter(now, by=Actor("9"))
    with pytest.raises(Refused):
        enter(now, through="takeover")
    assert enter(now, by=system("import", client="cli"), through="takeover").through == "takeover"
    assert enter(now, "P-2", by=clerk, through="filing").through == "filing"


def test_where_the_entry_makes_the_right_only_a_decision_writes_it(now):
    sync(now, {("register", "permits"): {**PERMITS_BODY, "entry": "constitutive", "kept_by": []}}, "1.2.0")
    for through in ("office", "filing"):
        with pytest.raises(Refused) as error:
            enter(now, through=through)
        assert error.value.code == "only_by_decision"
    enter(now, through="decision", valid_to=date(2026, 3, 31))
    with pytest.raises(Refused):
        happen(now, "revoke", TODAY)
    happen(now, "suspend", TODAY, through="decision", until=date(2026, 3, 20))
    acts.turn_due(now + timedelta(days=40))
    assert seen().state == "expired", "what happens by itself needs no decision of its own"


def test_a_write_may_say_that_the_record_must_exist_or_must_be_new(now):
    with pytest.raises(NotFound):
        enter(now, when="existing")
    enter(now, when="new")
    with pytest.raises(Conflict) as error:
        enter(now, when="new")
    assert error.value.code == "record_exists"
    assert enter(now, when="existing").number == 2


@pytest.mark.parametrize("key", ["P 1 ", "a/history", "x/versions/3", "history", "P\n1"])
def test_a_key_is_one_that_an_address_can_name(now, key):
    with pytest.raises(Invalid) as error:
        enter(now, key)
    assert error.value.fields["key"][0] == "bad_key"


def test_the_key_is_the_field_that_the_register_names(now):
    with pytest.raises(Invalid) as error:
        enter(now, "P-1", values={"number": "P-2"})
    assert error.value.fields["number"][0] == "not_the_key"


def test_a_correction_of_the_past_does_not_change_what_stands_today(now):
    enter(now, on=date(2026, 1, 1))
    enter(now, on=date(2026, 3, 1), values={"holder": "乙"})
    enter(now, on=date(2026, 1, 1), values={"holder": "丙"}, reason="misread")
    assert (seen().values["holder"], seen().number, seen().latest) == ("乙", 2, 3)
    assert reads.as_of(SYSTEM, "permits", "P-1", valid_on=date(2026, 2, 1)).values["holder"] == "丙"
    assert [row.values["holder"] for row in reads.records(PUBLIC, "permits").rows] == ["乙"]


def test_what_is_to_come_stands_for_the_record_when_its_day_comes(now):
    enter(now, on=date(2026, 3, 1))
    enter(now, on=date(2026, 4, 1), values={"holder": "乙"})
    assert seen().values["holder"] == "甲"
    acts.turn_due(now + timedelta(days=30))
    assert (seen().values["holder"], seen().latest) == ("乙", 2)


def test_records_of_a_register_that_the_pack_gave_up_rest(now):
    enter(now, valid_to=date(2026, 3, 31))
    sync(now, version="1.3.0")
    assert acts.turn_due(now + timedelta(days=40)) == 1
    assert acts.turn_due(now + timedelta(days=40)) == 0
    assert RecordVersion.objects.count() == 1


def test_a_record_that_cannot_turn_does_not_hold_up_the_others(now, caplog):
    enter(now, "P-1", valid_to=date(2026, 3, 31))
    enter(now, "P-2", valid_to=date(2026, 3, 31))
    RecordVersion.objects.filter(record__key="P-1").update(declaration_hash="0" * 64)
    later = now + timedelta(days=30)
    assert acts.turn_due(later) == 2
    assert (seen("P-2").state, acts.turn_due(later)) == ("expired", 0)
    assert "could not turn" in caplog.text
    assert acts.turn_due(later + timedelta(days=1)) == 1, "it is tried again the next day"
