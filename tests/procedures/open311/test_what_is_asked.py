from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.base.declared import Text
from amur.base.faults import Invalid
from amur.base.fields import Lookups, field_of
from amur.procedures.open311 import engine
from amur.procedures.open311.declarations import Open311
from amur.procedures.open311.entering import entered

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
LAMP = field_of({"id": "lamp", "type": "reference", "register_id": "lamps", "title": {"zh": "灯", "en": "Lamp"}})


@pytest.mark.parametrize("text", ["2026-02-30", "2026-03-01T25:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_day_that_there_is_not_is_no_instant(text):
    with pytest.raises(ValueError, match="give the W3C format"):
        engine.instant(text, UTC)


@given(st.text(max_size=40))
def test_whatever_comes_as_an_instant_is_one_or_is_refused(text):
    try:
        assert engine.instant(text, UTC).tzinfo is not None
    except ValueError as error:
        assert "W3C" in str(error)  # noqa: PT017 -- both outcomes are right, and no third


@pytest.mark.parametrize("ends", [(datetime.max.replace(tzinfo=UTC), None), (None, datetime.min.replace(tzinfo=UTC))])
def test_a_range_beyond_the_calendar_is_refused(ends):
    with pytest.raises(Invalid):
        engine.asked_range(*ends, NOW)


@given(st.none() | st.datetimes(timezones=st.just(UTC)), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_a_range_is_never_longer_than_ninety_days(start, end):
    try:
        first, last = engine.asked_range(start, end, NOW)
    except Invalid:
        return
    assert first <= last <= first + engine.LONGEST_RANGE
    assert start in {None, first}
    assert end in {None, last}


def test_a_record_is_chosen_from_its_register_or_is_where_the_report_is():
    found = Lookups(date(2026, 3, 10), listed=lambda register: {f"{register}-1": Text(zh="一号", en="First")})
    assert engine.choices(LAMP, found, "en") == (("lamps-1", "First"),)
    service = Open311(address_id="lamp", description="what", closed=("mended",))
    assert entered(service, [LAMP], {"address_id": ["lamps-1"]}) == {"lamp": "lamps-1"}
    with pytest.raises(Invalid) as caught:
        entered(service, [LAMP], {"lat": ["1"], "long": ["2"], "address_string": ["there"]})
    assert caught.value.fields["lat, long"][1] == "say where it is: this service takes address_id"
