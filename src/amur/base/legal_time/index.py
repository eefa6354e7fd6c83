"""Counting working days without walking over them: weeks by arithmetic, exceptions by a running total.

Days are ordinals, as ``date.toordinal`` gives them. Names of days and what was published stand in ``calendar``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

_WEEK = 7
LAST_ORDINAL = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class WorkdayIndex:
    """Working days up to any day, and the day on which a number of them is reached; both in O(log exceptions).

    ``exceptions`` are the days that differ from their weekday, ``totals[n]`` is by how many working days the first n of
    them change the count, ``reached[n]`` how many working days there are up to and with exception n.
    """

    per_week: int
    within_week: tuple[int, ...]
    nth_of_week: tuple[int, ...]
    exceptions: tuple[int, ...]
    totals: tuple[int, ...]
    reached: tuple[int, ...]

    @classmethod
    def of(cls, worked_weekdays: Iterable[int], changed: Mapping[date, int]) -> WorkdayIndex:
        """Make the index of weekdays (Monday is 0) and of the days that count one more (1) or one less (-1).

        >>> index = WorkdayIndex.of(range(5), {date(2026, 1, 1): -1, date(2026, 1, 4): 1})
        >>> index.between(date(2025, 12, 31).toordinal(), date(2026, 1, 5).toordinal())
        3
        >>> date.fromordinal(index.reach(date(2025, 12, 31).toordinal(), 2))
        datetime.date(2026, 1, 4)
        """
        worked = sorted(worked_weekdays)
        within = tuple(sum(weekday < days for weekday in worked) for days in range(_WEEK))
        days = sorted(changed)
        totals = (0, *accumulate(changed[day] for day in days))
        index = cls(len(worked), within, tuple(day + 1 for day in worked), _ordinals(days), totals, ())
        return cls(
            index.per_week,
            within,
            index.nth_of_week,
            index.exceptions,
            totals,
            tuple(index.up_to(day) for day in index.exceptions),
        )

    def up_to(self, day: int) -> int:
        """Return how many working days there are up to and with a day, since the day before ordinal 1.

        >>> WorkdayIndex.of(range(5), {}).up_to(8)
        6
        """
        weeks, rest = divmod(day, _WEEK)
        return weeks * self.per_week + self.within_week[rest] + self.totals[bisect_right(self.exceptions, day)]

    def between(self, after: int, upto: int) -> int:
        """Return how many working days lie after one day, up to and with another; negative if that lies before."""
        return self.up_to(upto) - self.up_to(after)

    def reach(self, after: int, count: int) -> int:
        """Return the day on which ``count`` working days after a day are reached; the day itself where it is none.

        Raises:
            OverflowError: if that is beyond the last day that a calendar can name.
        """
        if not count:
            return after
        wanted = self.up_to(after) + count
        place = bisect_left(self.reached, wanted)
        day = self._nth(wanted - self.totals[place])
        # The weekday arithmetic of one stretch ends at its exception, which is then the day that is reached.
        if place < len(self.exceptions):
            day = min(day, self.exceptions[place])
        if day > LAST_ORDINAL:
            raise OverflowError(f"{count} working days reach beyond {date.max}")
        return day

    def at_or_before(self, day: int) -> int:
        """Return the last working day up to and with a day.

        >>> date.fromordinal(WorkdayIndex.of(range(5), {}).at_or_before(date(2026, 3, 8).toordinal()))
        datetime.date(2026, 3, 6)
        """
        return self.reach(0, self.up_to(day)) if day > 0 else day

    def at_or_after(self, day: int) -> int:
        """Return the first working day from a day on.

        >>> date.fromordinal(WorkdayIndex.of(range(5), {}).at_or_after(date(2026, 3, 7).toordinal()))
        datetime.date(2026, 3, 9)
        """
        return self.reach(day - 1, 1)

    def _nth(self, number: int) -> int:
        """Return the number-th worked weekday since ordinal 1, exceptions aside."""
        weeks, place = divmod(number - 1, self.per_week)
        return weeks * _WEEK + self.nth_of_week[place]


def _ordinals(days: Sequence[date]) -> tuple[int, ...]:
    return tuple(day.toordinal() for day in days)
