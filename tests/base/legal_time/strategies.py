"""Clocks and calendars as hypothesis makes them."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from amur.base.declared import Text
from amur.base.legal_time import Extension, Pause, Period, RunningClock, Term

DAY_UNITS = ("working_days", "days", "months", "years")
MOST = {"working_days": 90, "days": 200, "months": 14, "years": 2}
STARTS = st.dates(date(2003, 6, 1), date(2027, 6, 1))


@st.composite
def terms(draw, units=DAY_UNITS):
    unit = draw(st.sampled_from(units))
    amount = draw(st.integers(0 if unit == "working_days" else 1, MOST[unit]))
    rules = ["as_is"] if unit == "working_days" else ["as_is", "next_working_day", "previous_working_day"]
    return Term(Period(amount, unit), draw(st.sampled_from(rules)), draw(st.integers(0, 10)))


@st.composite
def pauses(draw, start):
    """Pauses after a start, overlapping or not, one of them possibly without an end."""
    found = []
    for number in range(draw(st.integers(0, 4))):
        since = start + timedelta(days=draw(st.integers(0, 150)))
        until = None if draw(st.integers(0, 9)) == 0 else since + timedelta(days=draw(st.integers(0, 40)))
        reason = draw(st.sampled_from([None, Text(zh=f"因{number}", en=f"cause {number}")]))
        found.append(Pause(since, until, str(number), reason))
    return tuple(found)


@st.composite
def clocks(draw, units=DAY_UNITS):
    """A clock in days of any kind, as stored rows may describe it."""
    start, term = draw(STARTS), draw(terms(units))
    extension = None
    if term.extendable_by and draw(st.booleans()):
        extension = Extension(
            draw(st.integers(1, term.extendable_by)), start + timedelta(days=draw(st.integers(0, 200)))
        )
    return RunningClock(term, start, draw(pauses(start)), extension)
