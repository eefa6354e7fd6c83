"""How long there is to serve a document, and whether it was done in time; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from amur.base.legal_time import WorkCalendar, due
from amur.procedures.papers.declarations import ServeWithin

Standing = Literal["waits", "late", "served", "served_late"]


@dataclass(frozen=True, slots=True)
class ServiceClock:
    """Where the service of a document stands: its last day, whether that is final, and what is left."""

    last_day: date
    provisional: bool
    standing: Standing

    @property
    def is_late(self) -> bool:
        """Say whether the last day passed before the party had it.

        >>> ServiceClock(date(2026, 3, 2), False, "served_late").is_late
        True
        """
        return self.standing in {"late", "served_late"}


def service_clock(
    within: ServeWithin, issued_on: date, served_on: date | None, today: date, calendar: WorkCalendar
) -> ServiceClock:
    """Return where the service of a document stands on a day.

    >>> from amur.base.declared import Basis, Text
    >>> from tests.procedures.samples import CALENDAR
    >>> ten = ServeWithin(working_days=10, basis=(Basis(title=Text(zh="法", en="Act")),))
    >>> service_clock(ten, date(2026, 3, 9), None, date(2026, 3, 23), CALENDAR).standing
    'waits'
    >>> service_clock(ten, date(2026, 3, 9), None, date(2026, 3, 24), CALENDAR).standing
    'late'
    >>> service_clock(ten, date(2026, 3, 9), date(2026, 3, 24), date(2026, 4, 1), CALENDAR)
    ServiceClock(last_day=datetime.date(2026, 3, 23), provisional=False, standing='served_late')
    >>> service_clock(ten, date(2026, 3, 9), date(2026, 3, 10), date(2026, 4, 1), CALENDAR).is_late
    False
    """
    counted = due(issued_on, within.period, calendar, last_day=within.last_day or "as_is")
    passed = (served_on or today) > counted.on
    standing: Standing = ("served_late" if passed else "served") if served_on else "late" if passed else "waits"
    return ServiceClock(counted.on, counted.provisional, standing)
