"""Working time: minutes since a beginning, and how many of them are worked, by calendar and hours of the day; pure."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from amur.base.legal_time import WorkCalendar
from amur.procedures.simulating.declarations import minutes_of

MINUTES_A_DAY = 1440
_SPARE_DAYS = 800


@dataclass(frozen=True, slots=True)
class WorkTime:
    """The axis of worked minutes. ``worked`` are the working days by their place after the beginning.

    ``before`` says for each day how many working days came before it; ``windows`` are the hours of a day.
    """

    worked: Sequence[int]
    before: Sequence[int]
    windows: tuple[tuple[int, int], ...]
    daily: int

    @classmethod
    def of(cls, begin: date, days: int, calendar: WorkCalendar, hours: Sequence[str]) -> WorkTime:
        """Make the axis from a day on, with room for what is not over at the end.

        >>> from tests.procedures.samples import CALENDAR
        >>> axis = WorkTime.of(date(2026, 3, 9), 14, CALENDAR, ("09:00-12:00", "13:00-17:00"))
        >>> axis.daily, axis.worked[:6]
        (420, [0, 1, 2, 3, 4, 7])
        """
        worked: list[int] = []
        before: list[int] = []
        for place in range(days + _SPARE_DAYS):
            before.append(len(worked))
            if calendar.is_working_day(begin + timedelta(days=place)):
                worked.append(place)
        windows = tuple(minutes_of(window) for window in hours)
        return cls(worked, before, windows, sum(last - first for first, last in windows))

    def at(self, time: float) -> float:
        """Return how many minutes are worked up to a time.

        >>> from tests.procedures.samples import CALENDAR
        >>> axis = WorkTime.of(date(2026, 3, 9), 14, CALENDAR, ("09:00-12:00", "13:00-17:00"))
        >>> [axis.at(time) for time in (0, 540, 600, 750, 1440, 5 * 1440 + 700, 99_999_999)]
        [0.0, 0.0, 60.0, 180.0, 420.0, 2100.0, 243180.0]
        """
        day = int(time // MINUTES_A_DAY)
        if day >= len(self.before):
            return float(len(self.worked) * self.daily)
        done = self.before[day]
        total = float(done * self.daily)
        if done < len(self.worked) and self.worked[done] == day:
            minute = time - day * MINUTES_A_DAY
            for first, last in self.windows:
                if minute <= first:
                    break
                total += min(minute, last) - first
        return total

    def reach(self, work: float) -> float:
        """Return when so many minutes are worked; what is finished at closing time is finished on that day.

        Beyond the room that was made it is never reached.

        >>> from tests.procedures.samples import CALENDAR
        >>> axis = WorkTime.of(date(2026, 3, 9), 14, CALENDAR, ("09:00-12:00", "13:00-17:00"))
        >>> [axis.reach(work) for work in (60, 180, 200, 420, 421, 2160, 10**9)]
        [600, 720, 800, 1020, 1981, 10680, inf]
        """
        place = max(math.ceil(work / self.daily) - 1, 0)
        if place >= len(self.worked):
            return math.inf
        left = work - place * self.daily
        for first, last in self.windows:
            if left <= last - first:
                break
            left -= last - first
        return self.worked[place] * MINUTES_A_DAY + first + left

    def days_up_to(self, day: int) -> int:
        """Return how many working days lie before a day.

        >>> from tests.procedures.samples import CALENDAR
        >>> WorkTime.of(date(2026, 3, 9), 14, CALENDAR, ("09:00-12:00",)).days_up_to(7)
        5
        """
        return bisect_right(self.worked, day - 1)
