from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import Conflict, NotFound, Refused
from amur.indicators import reads
from amur.indicators.acts import compute, export, refresh
from amur.indicators.models import Computation
from amur.ledger import acts
from amur.ledger import reads as ledger
from amur.registers import acts as registers
from tests.indicators.conftest import MACHINE, indicator
from tests.procedures.samples import LICENCES_BODY, text

pytestmark = pytest.mark.django_db

COLOUR = {"id": "colour", "type": "code", "codelist": "colours", "title": text("Colour", "颜色")}
BY_COLOUR = "select colour, count(*) as value from register_licences group by grouping sets ((), (colour))"


@pytest.fixture
def measuring(authority, target):
    """Return a function that declares an indicator, seals, exports and computes it."""

    def measure(**changes):
        body = indicator(**changes)
        authority.declare({("indicator", body["id"]): body}, f"1.0.{len(authority.__dict__) + authority.written}")
        authority.seal()
        export(into=target)
        return compute(body["id"], by=MACHINE, now=authority.now, into=target)

    return measure


def shown(computation):
    return [(value.dimensions, value.value, value.status) for value in computation.values.order_by("place")]


def test_a_number_leads_to_its_query_its_snapshot_and_its_proof(authority, measuring):
    authority.write()
    authority.write()
    made = measuring()
    assert shown(made) == [({}, "2", "measured")]
    assert made.snapshot_index == ledger.head().size - 1
    assert made.snapshot_root == ledger.head().root
    assert made.query == "SELECT COUNT(*) AS value FROM register_licences WHERE NOT _ended"
    told = ledger.entries_of(SYSTEM, "indicator:lanterns")
    assert [entry.kind for entry in told] == ["indicator.computed"]
    assert told[0].leaf == made.entry_hash
    assert told[0].body["index"] == made.snapshot_index


def test_groups_stand_after_all_together(authority, measuring):
    authority.write()
    authority.write(colour="blue")
    authority.write()
    made = measuring(dimensions=[COLOUR], sql=BY_COLOUR)
    assert shown(made) == [
        ({}, "3", "measured"),
        ({"colour": "blue"}, "1", "measured"),
        ({"colour": "red"}, "2", "measured"),
    ]


def test_a_version_counts_once_and_an_ended_record_not_at_all(authority, measuring):
    authority.write()
    authority.write("K1", colour="blue")
    authority.write()
    authority.close("K3")
    assert shown(measuring())[0][1] == "1"


def test_a_share_of_nothing_has_no_denominator(measuring):
    made = measuring(
        sql="select count(*) filter (where colour = 'red') as numerator, count(*) as denominator from register_licences",
        per=100,
    )
    assert shown(made) == [({}, None, "no_denominator")]


def test_what_was_not_measured_is_not_nothing(authority, measuring):
    authority.submit()
    made = measuring(sql="select median(working_days) as value from clocks")
    assert shown(made) == [({}, None, "not_measured")]


def test_a_target_is_apart_from_the_value(authority, measuring):
    basis = [{"title": text("Lantern Act")}]
    for wanted, standing in (("1", "met"), ("5", "missed")):
        authority.write()
        measuring(target={"value": wanted, "on": "2026-01-01", "basis": basis})
        total = reads.latest(PUBLIC, "lanterns", on=authority.now.date()).total
        assert (total.status, total.standing) == ("measured", standing)


def test_the_same_snapshot_is_computed_once(authority, measuring, target):
    first = measuring()
    assert compute("lanterns", by=MACHINE, now=authority.now, into=target) == first
    assert Computation.objects.count() == 1


def test_what_does_not_change_is_not_computed_again(authority, measuring, target):
    measuring()
    with transaction.atomic():
        acts.record(subject="system", kind="test.happened", by=MACHINE, now=authority.now, body={})
    authority.seal()
    assert refresh(by=MACHINE, now=authority.now, into=target) == ([], [])
    authority.write()
    authority.seal()
    done, failed = refresh(by=MACHINE, now=authority.now, into=target)
    assert [shown(one)[0][1] for one in done] == ["1"]
    assert failed == []


def test_a_daily_indicator_is_computed_once_a_day(authority, measuring, target):
    measuring(cycle="daily")
    authority.write()
    authority.seal()
    assert refresh(by=MACHINE, now=authority.now, into=target)[0] == []
    authority.now += timedelta(days=1)
    authority.write()
    authority.seal()
    assert len(refresh(by=MACHINE, now=authority.now, into=target)[0]) == 1
    assert [result.total.value for result in reads.history(PUBLIC, "lanterns", on=authority.now.date())] == [0, 2]


def test_a_record_that_begins_tomorrow_counts_tomorrow(authority, measuring, target):
    values = {"name": "灯", "colour": "red", "keeper": "123", "granted_on": "2026-03-01", "state": "in_force"}
    tomorrow = (authority.now + timedelta(days=1)).date()
    registers.write_record(
        "licences",
        "T",
        values,
        by=MACHINE,
        now=authority.now,
        valid_from=tomorrow,
        reason="r",
        source="s",
        through="filing",
    )
    assert shown(measuring())[0][1] == "0"
    authority.now += timedelta(days=1)
    authority.write()
    authority.seal()
    assert shown(refresh(by=MACHINE, now=authority.now, into=target)[0][0])[0][1] == "2"


def test_one_that_fails_does_not_stop_the_others(authority, measuring, target):
    measuring()
    broken = indicator(id="broken", sql="select cast('x' as integer) as value from register_licences")
    authority.declare({("indicator", "broken"): broken, ("indicator", "lanterns"): indicator()})
    authority.write()
    authority.seal()
    done, failed = refresh(by=MACHINE, now=authority.now, into=target)
    assert [one.indicator for one in done] == ["lanterns"]
    assert failed[0].startswith("broken: the query failed:")


def test_single_cases_cannot_pass_for_groups(authority, measuring):
    authority.submit()
    region = {"id": "region", "type": "region", "title": text("Region")}
    with pytest.raises(Refused, match="which is no region"):
        measuring(dimensions=[region], sql="select number as region, count(*) as value from cases group by number")


def test_two_rows_for_one_group_are_refused(authority, measuring):
    authority.write()
    authority.write(colour="blue")
    with pytest.raises(Refused, match="two rows"):
        measuring(sql="select count(*) as value from register_licences group by colour")


def test_what_is_no_number_is_refused(authority, measuring):
    authority.write()
    with pytest.raises(Refused, match="no number"):
        measuring(sql="select max(name) as value from register_licences")


def test_there_is_nothing_to_compute_on_before_the_first_snapshot(authority, target):
    authority.declare({("indicator", "lanterns"): indicator()})
    with pytest.raises(Conflict) as raised:
        compute("lanterns", by=MACHINE, now=authority.now, into=target)
    assert raised.value.code == "no_snapshot"
    with pytest.raises(NotFound):
        compute("other", by=MACHINE, now=authority.now, into=target)


def test_a_snapshot_of_other_columns_must_be_made_anew_first(authority, measuring, target):
    measuring()
    fewer = {**LICENCES_BODY, "fields": [one for one in LICENCES_BODY["fields"] if one["id"] != "granted_on"]}
    authority.declare({("indicator", "lanterns"): indicator(), ("register", "licences"): fewer})
    with pytest.raises(Conflict) as raised:
        compute("lanterns", by=MACHINE, now=authority.now, into=target)
    assert raised.value.code == "snapshot_outdated"
