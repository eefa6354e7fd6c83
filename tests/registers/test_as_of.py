from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import NotFound
from amur.registers import acts, reads
from amur.registers.models import Record, RecordVersion
from tests.registers.samples import enter, happen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("permits")]
FIRST = date(2026, 3, 1)
HOLDERS = "甲乙丙丁戊己庚"

writes = st.lists(
    st.tuples(st.sampled_from(["P-1", "P-2"]), st.integers(0, 8), st.sampled_from(["write", "end"])),
    min_size=1,
    max_size=6,
)


def painted(done, on: date, known_at: datetime) -> dict[str, str]:
    """What an attentive clerk would say: each write paints its days up to where the next one known then begins."""
    said: dict[str, str] = {}
    for key in ("P-1", "P-2"):
        holder, starts, ended = None, [], None
        days: dict[date, str | None] = {}
        for at, written, first, what in done:
            if written != key or at > known_at:
                continue
            if what is None:
                days |= {day: None for day in map(day_of, range(60)) if day > first}
                continue
            border = min((start for start in starts if start > first), default=date.max)
            days |= {day: what for day in map(day_of, range(60)) if first <= day < border}
            starts.append(first)
        holder = days.get(on, ended)
        if holder:
            said[key] = holder
    return said


def day_of(number: int) -> date:
    return FIRST + timedelta(days=number)


@given(writes, st.integers(0, 20), st.integers(-1, 7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_record_and_list_say_what_was_known_then_of_that_day(writes, day, minutes):
    RecordVersion.objects.all().delete()
    Record.objects.all().delete()
    now, done = datetime(2026, 3, 10, 2, tzinfo=UTC), []
    for number, (key, first, what) in enumerate(writes):
        at, on = now + timedelta(minutes=number), day_of(first)
        last = max((start for _, written, start, _ in done if written == key), default=None)
        ended = any(written == key and said is None for _, written, _, said in done)
        if ended or (what == "end" and (last is None or on < last)):
            continue
        if what == "write":
            enter(at, key, on, values={"holder": HOLDERS[number]})
        else:
            happen(at, "revoke", on, key)
        done.append((at, key, on, HOLDERS[number] if what == "write" else None))
    on, known_at = day_of(day), now + timedelta(minutes=minutes)
    expected = painted(done, on, known_at)
    wanted = reads.wanted_of({}, valid_on=on, known_at=known_at)
    listed = {row.key: row.values["holder"] for row in reads.records(PUBLIC, "permits", wanted=wanted).rows}
    assert listed == expected
    assert {row.key: row.values["holder"] for row in reads.every_record(PUBLIC, "permits", wanted=wanted)} == expected
    single = {}
    for key in ("P-1", "P-2"):
        try:
            single[key] = reads.as_of(PUBLIC, "permits", key, valid_on=on, known_at=known_at).values["holder"]
        except NotFound:
            continue
    assert single == expected


def test_an_instant_alone_asks_for_its_own_day(now):
    enter(now, on=date(2026, 3, 10))
    late = now + timedelta(days=1)
    assert reads.wanted_of({}, known_at=late).valid_on == date(2026, 3, 11)
    assert reads.records(SYSTEM, "permits", wanted=reads.wanted_of({}, known_at=late)).counted == 1
    assert reads.records(SYSTEM, "permits", wanted=reads.wanted_of({}, known_at=now - timedelta(hours=1))).counted == 0


def test_filters_of_another_day_ask_for_the_values_of_that_day(now):
    enter(now, on=date(2026, 3, 1), values={"watts": "9.0", "indoors": True})
    enter(now, on=date(2026, 3, 8), values={"colour": "blue", "watts": "10.5", "indoors": False})

    def found(on, **filters):
        return reads.records(SYSTEM, "permits", wanted=reads.wanted_of(filters, valid_on=on)).counted

    before, after = date(2026, 3, 2), date(2026, 3, 9)
    assert [found(on, colour="red") for on in (before, after)] == [1, 0]
    assert [found(on, indoors="yes") for on in (before, after)] == [1, 0]
    assert [found(on, watts__from="9.5") for on in (before, after)] == [0, 1]
    assert [found(on, colour="blue") for on in (before, after)] == [0, 1]
    assert acts.turn_due(now) == 0
