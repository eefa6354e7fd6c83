from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.base.faults import Conflict, Invalid
from amur.registers import engine
from amur.registers.declarations import RegisterDeclaration
from amur.registers.engine import Standing
from tests.procedures.samples import LICENCES_BODY
from tests.registers.samples import PERMITS

FIRST, AT = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
DAYS = [FIRST + timedelta(days=number) for number in range(12)]
PLAIN = RegisterDeclaration.model_validate(LICENCES_BODY)


@dataclass(frozen=True)
class Row:
    number: int
    valid_from: date
    valid_to: date | None
    recorded_at: datetime


@st.composite
def histories(draw):
    """Versions in the order in which they were recorded, two of them perhaps at one instant."""
    rows, at = [], AT
    for number in range(1, draw(st.integers(1, 7)) + 1):
        first = draw(st.integers(0, 9))
        length = draw(st.none() | st.integers(0, 5))
        at += timedelta(minutes=draw(st.integers(0, 2)))
        rows.append(Row(number, DAYS[first], None if length is None else DAYS[first] + timedelta(days=length), at))
    return rows


def rectangles(rows: list[Row], known_at: datetime | None) -> dict[date, Row]:
    """What is known of each day, painted over version by version, each up to where the next one known then begins."""
    painted: dict[date, Row] = {}
    known: list[Row] = []
    for row in rows:
        if known_at is not None and row.recorded_at > known_at:
            continue
        border = min((other.valid_from for other in known if other.valid_from > row.valid_from), default=date.max)
        painted |= {day: row for day in DAYS if row.valid_from <= day < border}
        known.append(row)
    return painted


@given(histories(), st.sampled_from(DAYS), st.none() | st.integers(-1, 15))
@settings(max_examples=300)
def test_what_held_is_what_the_rectangles_say(rows, day, minutes):
    known_at = None if minutes is None else AT + timedelta(minutes=minutes)
    painted = rectangles(rows, known_at).get(day)
    assert engine.speaking(rows, day, known_at) == painted
    is_over = painted is not None and painted.valid_to is not None and painted.valid_to < day
    assert engine.holding(rows, day, known_at) == (None if is_over else painted)


@given(histories())
def test_something_always_stands_for_a_record(rows):
    for day in DAYS:
        assert engine.shown(rows, day) in rows


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def after(event: str, standing: Standing, on: date, **options) -> Standing:
    declared = PERMITS.event(event, engine.state_shown(standing, on))
    return engine.after(PERMITS, declared, standing, on=on, **options)


GRANTED = engine.first_standing(PERMITS, FIRST, day(100))


def test_a_suspension_ends_by_itself_and_its_term_goes_on():
    suspended = after("suspend", GRANTED, day(10), until=day(20))
    states = [engine.state_on(suspended, day(number)) for number in (10, 20, 21, 100, 101)]
    assert states == ["suspended", "suspended", "in_force", "in_force", "expired"]
    assert engine.by_itself(suspended, day(20)) is None
    assert engine.by_itself(suspended, day(21)) == ("resume", day(21))
    assert engine.next_turn(suspended, None, day(10)) == day(21)


def test_a_suspension_that_outlasts_the_term_ends_with_it():
    suspended = after("suspend", GRANTED, day(90), until=day(120))
    assert engine.by_itself(suspended, day(101)) == ("expire", day(100))
    assert engine.state_on(suspended, day(101)) == "expired"


def test_a_suspension_is_lifted_before_its_time():
    resumed = after("resume", after("suspend", GRANTED, day(10), until=day(20)), day(15))
    assert [engine.state_on(resumed, day(number)) for number in (15, 30)] == ["in_force", "in_force"]
    assert (resumed.valid_to, resumed.ends_as) == (day(100), "expired")


def test_a_renewal_moves_the_end_also_of_what_had_expired():
    renewed = after("renew", GRANTED, day(90), valid_to=day(200))
    assert (renewed.valid_from, renewed.valid_to, renewed.state) == (day(90), day(200), "in_force")
    late = after("renew", GRANTED, day(110), valid_to=day(210))
    assert [engine.state_on(late, day(number)) for number in (110, 211)] == ["in_force", "expired"]


def test_what_is_revoked_holds_to_the_end_of_that_day_and_is_shown_as_revoked():
    revoked = after("revoke", GRANTED, day(50))
    assert (revoked.valid_from, revoked.valid_to) == (FIRST, day(50))
    assert [engine.state_on(revoked, day(number)) for number in (49, 50, 51)] == ["in_force", "in_force", "revoked"]
    assert engine.state_shown(revoked, day(50)) == "revoked"
    assert engine.by_itself(revoked, day(90)) is None
    back = after("reinstate", revoked, day(50))
    assert (back.valid_from, back.valid_to, back.state, back.ends_as) == (day(50), None, "in_force", "")


def test_what_only_changes_hands_keeps_its_state_and_its_term():
    transferred = after("transfer", GRANTED, day(30))
    assert transferred == replace(GRANTED, valid_from=day(30))


@pytest.mark.parametrize(
    ("event", "on", "options", "field", "code"),
    [
        ("suspend", 10, {}, "until", "required"),
        ("suspend", 10, {"until": day(9)}, "until", "ends_before_it_begins"),
        ("transfer", 10, {"until": day(9)}, "until", "not_asked"),
        ("transfer", 10, {"valid_to": day(9)}, "valid_to", "not_asked"),
        ("renew", 10, {}, "valid_to", "required"),
        ("renew", 10, {"valid_to": day(100)}, "valid_to", "not_later"),
        ("revoke", -1, {}, "on", "before_last_change"),
    ],
)
def test_an_event_gets_the_days_that_it_asks_for_and_no_other(event, on, options, field, code):
    with pytest.raises(Invalid) as error:
        after(event, GRANTED, day(on), **options)
    assert error.value.fields[field][0] == code


def test_an_event_leads_on_only_from_the_states_that_it_names():
    with pytest.raises(Conflict) as error:
        after("resume", GRANTED, day(10))
    assert error.value.code == "wrong_state"
    with pytest.raises(Conflict):
        after("suspend", GRANTED, day(101), until=day(110))


def test_a_suspension_without_end_is_one_that_the_register_declares_so():
    event = PERMITS.event("suspend").model_copy(update={"open_ended": True})
    open_ended = engine.after(PERMITS, event, GRANTED, on=day(10))
    assert (open_ended.state_until, open_ended.returns_to) == (None, "")


def test_writing_the_content_anew_keeps_state_and_term_unless_it_moves_the_end():
    suspended = after("suspend", GRANTED, day(10), until=day(20))
    assert engine.rewritten(PERMITS, suspended, day(12), None) == replace(suspended, valid_from=day(12))
    assert engine.rewritten(PERMITS, suspended, day(12), day(50)).valid_to == day(50)
    assert engine.rewritten(PERMITS, None, FIRST, day(100)) == GRANTED
    with pytest.raises(Conflict) as error:
        engine.rewritten(PERMITS, GRANTED, day(101), None)
    assert error.value.code == "record_ended"


def test_a_record_without_declared_states_begins_again_after_its_end():
    ended = replace(engine.first_standing(PLAIN, FIRST, day(10)), is_ended=True)
    assert engine.rewritten(PLAIN, ended, day(11), None) == Standing(day(11), None, "current", ends_as="closed")


def test_a_term_needs_a_register_that_says_what_becomes_of_it():
    endless = PERMITS.model_copy(
        update={"events": tuple(one for one in PERMITS.events if one.does not in {"expire", "renew"})}
    )
    assert engine.first_standing(endless, FIRST, None).ends_as == ""
    with pytest.raises(Invalid) as error:
        engine.first_standing(endless, FIRST, day(3))
    assert error.value.fields["valid_to"][0] == "no_term"
    with pytest.raises(Invalid):
        engine.first_standing(PERMITS, FIRST, day(-1))
