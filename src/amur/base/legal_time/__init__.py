"""Legal time: published calendars, periods of law, clocks that run, wait and are extended, and why a date is due.

Everything here is a plain value: no database, no reading of the time. A day beyond the published calendar is counted by
its weekday and the result is *provisional*: it is counted anew when the calendar is published, never an exception.
What a case makes of its clocks stands in the room of procedures.
"""

from amur.base.legal_time.calendar import CalendarYear, DayKind, Holiday, SwappedDay, Weekday, WorkCalendar
from amur.base.legal_time.explaining import Explanation, Step, Why, explain
from amur.base.legal_time.index import WorkdayIndex
from amur.base.legal_time.periods import (
    Due,
    LastDay,
    Measure,
    Period,
    Unit,
    add_months,
    add_working_days,
    due,
    working_days_between,
)
from amur.base.legal_time.running import Extension, Pause, Reading, RunningClock, Term
from amur.base.legal_time.wording import Line, amount, counted, lines, note, span

__all__ = [
    "CalendarYear",
    "DayKind",
    "Due",
    "Explanation",
    "Extension",
    "Holiday",
    "LastDay",
    "Line",
    "Measure",
    "Pause",
    "Period",
    "Reading",
    "RunningClock",
    "Step",
    "SwappedDay",
    "Term",
    "Unit",
    "Weekday",
    "Why",
    "WorkCalendar",
    "WorkdayIndex",
    "add_months",
    "add_working_days",
    "amount",
    "counted",
    "due",
    "explain",
    "lines",
    "note",
    "span",
    "working_days_between",
]
