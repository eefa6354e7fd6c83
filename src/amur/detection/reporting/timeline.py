"""When there were hits, by hours, days, weeks or longer, so that a run over any time makes a figure of some width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from amur.base.legal_time.wording import MONTHS
from amur.detection.reporting.words import Both, both
from amur.detection.sigma.rules import LEVELS

UNITS = {"hour": 96, "day": 120, "week": 130, "month": 144, "year": 120, "decade": 1_000}
"""The lengths of time by which hits are counted, and how many of each at most make a figure."""

_NARROWEST = 24
_HEIGHT = 100.0
_LEAST = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """What was found in one of the lengths of time: its place in the figure, its name, and hits by level."""

    at: int
    name: Both
    iso: str
    counts: dict[str, int]
    parts: tuple[tuple[str, float, float], ...]

    @property
    def hits(self) -> int:
        """Return how many hits there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Timeline:
    """Hits over time: each bar that is not empty, how many places there are, and names of places for the axis."""

    unit: str
    bars: tuple[Bar, ...]
    places: int
    axis: tuple[Both, Both, Both]
    height: float

    @property
    def busiest(self) -> Bar:
        """Return the bar with the most hits, the first of them."""
        return max(self.bars, key=lambda bar: bar.hits)


def timeline(hours: Mapping[tuple[str, datetime], int]) -> Timeline | None:
    """Return hits by level and hour as a figure, or nothing where there are none.

    >>> timeline({("high", datetime(2026, 3, 10, 2, tzinfo=UTC)): 3}).unit
    'hour'
    """
    if not hours:
        return None
    unit = next(one for one, most in UNITS.items() if _span(one, (at for _, at in hours)) <= most)
    found: dict[int, Counter[str]] = {}
    for (level, at), hits in hours.items():
        found.setdefault(place_of(unit, at), Counter())[level] += hits
    first, last = min(found), max(found)
    missing = max(0, _NARROWEST - (last - first + 1))
    first, last = max(_lowest(unit), first - missing // 2), min(_highest(unit), last + missing - missing // 2)
    most = max(counts.total() for counts in found.values())
    bars = tuple(
        Bar(at - first, name_of(unit, at), iso_of(unit, at), dict(counts), _parts(counts, most))
        for at, counts in sorted(found.items())
    )
    axis = name_of(unit, first), name_of(unit, (first + last) // 2), name_of(unit, last)
    tallest = max(sum(height for _, _, height in bar.parts) for bar in bars)
    return Timeline(unit, bars, last - first + 1, axis, tallest)


def _span(unit: str, instants: Iterable[datetime]) -> int:
    places = [place_of(unit, at) for at in instants]
    return max(places) - min(places) + 1


def _parts(counts: Counter[str], most: int) -> tuple[tuple[str, float, float], ...]:
    """Return level, foot and height of each part of a bar, the gravest at the foot; none is too low to be seen."""
    parts, foot = [], 0.0
    for level in reversed(LEVELS):
        if counts[level]:
            height = round(max(_LEAST, counts[level] * _HEIGHT / most), 2)
            parts.append((level, round(foot, 2), height))
            foot += height
    return tuple(parts)


def place_of(unit: str, at: datetime) -> int:
    """Return the number of the hour, day, … in which an instant lies.

    >>> place_of("week", datetime(2026, 11, 29)) - place_of("week", datetime(2026, 11, 23))
    0
    """
    return {
        "hour": at.toordinal() * 24 + at.hour,
        "day": at.toordinal(),
        "week": (at.toordinal() - 1) // 7,
        "month": at.year * 12 + at.month - 1,
        "year": at.year,
        "decade": at.year // 10,
    }[unit]


def _lowest(unit: str) -> int:
    return place_of(unit, datetime.min.replace(tzinfo=UTC))


def _highest(unit: str) -> int:
    return place_of(unit, datetime.max.replace(tzinfo=UTC))


def _day_of(unit: str, place: int) -> date:
    return date.fromordinal({"hour": place // 24, "day": place, "week": place * 7 + 1}[unit])


def name_of(unit: str, place: int) -> Both:
    """Return what an hour, day, … is called, in both languages.

    >>> print(name_of("month", place_of("month", datetime(2026, 11, 29))).en)
    November 2026
    """
    if unit == "decade":
        return both("{0}–{1}年", "{0}–{1}", place * 10, place * 10 + 9)
    if unit == "year":
        return both("{0}年", "{0}", place)
    if unit == "month":
        return both("{0}年{1}月", "{2} {0}", place // 12, place % 12 + 1, MONTHS[place % 12])
    day = _day_of(unit, place)
    named = {
        "hour": ("{0}年{1}月{2}日 {4:02}:00", "{2} {3} {0}, {4:02}:00"),
        "day": ("{0}年{1}月{2}日", "{2} {3} {0}"),
        "week": ("{0}年{1}月{2}日起一周", "week of {2} {3} {0}"),
    }[unit]
    return both(*named, day.year, day.month, day.day, MONTHS[day.month - 1], place % 24)


def iso_of(unit: str, place: int) -> str:
    """Return the same as ISO 8601 writes it, as far as it does.

    >>> iso_of("hour", place_of("hour", datetime(2026, 11, 29, 8)))
    '2026-11-29T08:00Z'
    """
    if unit in {"decade", "year"}:
        return f"{place * 10 if unit == 'decade' else place:04}"
    if unit == "month":
        return f"{place // 12:04}-{place % 12 + 1:02}"
    day = _day_of(unit, place).isoformat()
    return f"{day}T{place % 24:02}:00Z" if unit == "hour" else day
