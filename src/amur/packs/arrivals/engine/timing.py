"""When cases come and when the next step is done, in the time of the place; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from amur.base.legal_time import WorkCalendar, add_working_days
from amur.packs.year.declarations import Span

_USUAL = 100
_MORNING, _EVENING = time(9, 0), time(17, 30)
_MINUTES_AN_HOUR, _MINUTES_A_DAY = 60, 1440


def weights_of(
    days: Sequence[date],
    weekdays: Sequence[int],
    months: Mapping[str, int],
    holidays: int,
    calendar: WorkCalendar,
) -> list[int]:
    """Return how likely a case comes on each of some days; a holiday leaves so many percent of what would be.

    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), holidays=(date(2026, 1, 1),), source="demo")
    >>> weights_of([date(2026, 1, 1), date(2026, 1, 2), date(2026, 2, 2)], [1] * 7, {"2": 50}, 10, calendar)
    [1000, 10000, 5000]
    >>> weights_of([date(2026, 3, 19), date(2026, 3, 20), date(2026, 3, 31)], [1] * 7, {"3-20": 200}, 10, calendar)
    [10000, 20000, 20000]
    """
    since = sorted(
        (int(name.split("-")[0]), int((*name.split("-"), "1")[1]), weight) for name, weight in months.items()
    )
    found = []
    for day in days:
        rest = holidays if calendar.kind_of(day) == "holiday" else _USUAL
        of_month = [weight for month, first, weight in since if month == day.month and first <= day.day]
        found.append(weekdays[day.weekday()] * (of_month or [_USUAL])[-1] * rest)
    return found


def spread(count: int, days: Sequence[date], weights: Sequence[int], chance: Random) -> list[date]:
    """Return so many days in their order, spread by the weights as evenly as chance lets them be.

    >>> from random import Random
    >>> days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]
    >>> spread(4, days, [1, 0, 1], Random(1)) == [days[0], days[0], days[2], days[2]]
    True
    >>> spread(2, days, [0, 0, 0], Random(1))
    []
    """
    total = list(accumulate(weights))
    if not total or not total[-1]:
        return []
    places = ((number + chance.random()) / count * total[-1] for number in range(count))
    return [days[min(bisect_right(total, place), len(days) - 1)] for place in places]


def burst(count: int, first: date, days: int) -> list[date]:
    """Return so many days within some from the first on: half of those that are left come on each.

    >>> from random import Random
    >>> found = burst(8, date(2026, 1, 1), 3)
    >>> [found.count(date(2026, 1, day)) for day in (1, 2, 3)]
    [4, 2, 2]
    """
    found: list[date] = []
    for number in range(days):
        left = count - len(found)
        found += [first + timedelta(days=number)] * (left if number == days - 1 else (left + 1) // 2)
    return found


def at_hour(day: date, hours: tuple[int, int], chance: Random) -> datetime:
    """Return a moment of a day between two hours.

    >>> from random import Random
    >>> at_hour(date(2026, 1, 1), (8, 9), Random(1)).isoformat()
    '2026-01-01T08:08:00'
    """
    minute = chance.randint(hours[0] * _MINUTES_AN_HOUR, hours[1] * _MINUTES_AN_HOUR - 1)
    return datetime.combine(day, time()) + timedelta(minutes=min(minute, _MINUTES_A_DAY - 1))


def drawn(bounds: Sequence[int], chance: Random) -> float:
    """Return a number between two bounds, or around the middle one of three.

    >>> from random import Random
    >>> drawn((2, 2), Random(1)), 1 <= drawn((1, 2, 9), Random(1)) <= 9
    (2.0, True)
    """
    least, *middle, most = bounds
    return chance.triangular(least, most, middle[0]) if middle else chance.uniform(least, most)


def later(
    now: datetime, span: Span, calendar: WorkCalendar, chance: Random, *, office: bool, due: datetime | None = None
) -> datetime:
    """Return when something is done that takes a time from now on; an office works in its hours and on working days.

    A share is one of the time until ``due``; where nothing is due, of ten days.

    >>> from random import Random
    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> friday, chance = datetime(2026, 1, 2, 16, 0), Random(1)
    >>> later(friday, Span(working_days=(1, 1)), calendar, chance, office=True).isoformat()[:10]
    '2026-01-05'
    >>> later(friday, Span(days=(1, 1)), calendar, chance, office=False).isoformat()[:10]
    '2026-01-03'
    >>> later(friday, Span(days=(1, 1)), calendar, chance, office=True).isoformat()[:10]
    '2026-01-05'
    >>> later(friday, Span(hours=(2, 2)), calendar, chance, office=False).isoformat()
    '2026-01-02T18:00:00'
    >>> later(friday, Span(share=(50, 50)), calendar, chance, office=False, due=datetime(2026, 1, 4, 16)).isoformat()
    '2026-01-03T16:00:00'
    """
    number = drawn(span.bounds, chance)
    if span.unit == "hours":
        found = now + timedelta(hours=number)
    elif span.unit == "share":
        left = max((due - now) if due else timedelta(days=10), timedelta())
        found = now + left * (number / 100)
    else:
        whole = round(number)
        day = add_working_days(now.date(), whole, calendar).on if span.unit == "working_days" else None
        found = datetime.combine(day or now.date() + timedelta(days=whole), time())
        found += timedelta(minutes=chance.randint(540, 1049 if office else 1300))
    found = max(found, now + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return in_hours(found, calendar, chance) if office else found


def in_hours(moment: datetime, calendar: WorkCalendar, chance: Random) -> datetime:
    """Return a moment, or the next at which an office works.

    >>> from random import Random
    >>> from amur.base.declared import Text
    >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
    ...     published_to=date(2026, 12, 31), source="demo")
    >>> in_hours(datetime(2026, 1, 2, 16, 0), calendar, Random(1)).isoformat()
    '2026-01-02T16:00:00'
    >>> in_hours(datetime(2026, 1, 2, 22, 0), calendar, Random(1)).isoformat()[:13]
    '2026-01-05T09'
    >>> in_hours(datetime(2026, 1, 5, 7, 0), calendar, Random(1)).isoformat()[:13]
    '2026-01-05T09'
    """
    day = moment.date() if moment.time() <= _EVENING else moment.date() + timedelta(days=1)
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    if day == moment.date() and moment.time() >= _MORNING:
        return moment
    return datetime.combine(day, _MORNING) + timedelta(minutes=chance.randint(0, 59))
