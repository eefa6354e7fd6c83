"""The published calendar: which days are worked, which are rest, by what name, and how far the publication reaches.

A calendar is one notice (days and range at the top) or a row of years, each with its own notice. What a period makes
of the days stands in ``periods``; how days are counted without walking over them, in ``index``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails

from amur.base.declared import Declared, Text
from amur.base.legal_time.index import WorkdayIndex

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DayKind = Literal["counted", "rest", "holiday", "swapped"]
Path = tuple[str | int, ...]

_WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DECEMBER = 12
_LONGEST_HOLIDAY_DAYS = 62


class Holiday(Declared):
    """A holiday of one day or several, with the name that people know it by. Days of rest in it may be named too."""

    on: date | None = None
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    name: Text

    @model_validator(mode="after")
    def _is_a_day_or_a_span(self) -> Self:
        if (self.on is None) == (self.first is None and self.last is None):
            raise ValueError("found neither a day nor a span, or both; write 'on', or 'from' and 'to'")
        if self.on is None and (self.first is None or self.last is None):
            raise ValueError("found half a span; write both 'from' and 'to'")
        if self.first and self.last and not 0 <= (self.last - self.first).days < _LONGEST_HOLIDAY_DAYS:
            raise ValueError(
                f"found a holiday from {self.first} to {self.last}; it ends on or soon after its first day"
            )
        return self

    def days(self) -> Iterator[date]:
        """Yield its days.

        >>> [str(day) for day in Holiday.model_validate({"from": "2026-05-01", "to": "2026-05-02",
        ...     "name": {"zh": "劳动节", "en": "Labour Day"}}).days()]
        ['2026-05-01', '2026-05-02']
        """
        first, last = self.on or self.first, self.on or self.last
        assert first is not None  # noqa: S101 - the validator has seen to it
        assert last is not None  # noqa: S101 - likewise
        for offset in range((last - first).days + 1):
            yield first + timedelta(days=offset)


class SwappedDay(Declared):
    """A day of rest that is worked, with the name of the holiday that it is worked for."""

    on: date
    name: Text


class CalendarYear(Declared):
    """What the notice for one year says. It may also settle days in the December before.

    ``source`` is who was read for it, ``notices`` where the notices themselves stand, a later one that changed the
    year among them; ``published_on`` is the day of the first.
    """

    year: int = Field(ge=1, le=9998)
    holidays: tuple[date | Holiday, ...] = ()
    workdays: tuple[date | SwappedDay, ...] = ()
    source: str = Field(min_length=1)
    notices: tuple[str, ...] = ()
    published_on: date | None = None
    verified: bool = False


class WorkCalendar(Declared):
    """Holidays, and days of rest that are worked; complete from ``published_from`` through ``published_to``.

    Days and holidays may be bare dates or carry a name. Where ``years`` are declared, everything else but the title
    follows from them.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "required": ["title"],
            "anyOf": [{"required": ["years"]}, {"required": ["published_from", "published_to", "source"]}],
        }
    )

    title: Text
    published_from: date
    published_to: date
    holidays: tuple[date | Holiday, ...] = ()
    workdays: tuple[date | SwappedDay, ...] = ()
    source: str = Field(min_length=1)
    published_on: date | None = None
    verified: bool = False
    rest_weekdays: frozenset[Weekday] = frozenset({"saturday", "sunday"})
    years: tuple[CalendarYear, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _range_of_years(cls, given: Any) -> Any:
        """Take range and source from the years; that they are there and whole is seen to afterwards."""
        if not isinstance(given, Mapping) or not given.get("years"):
            return given
        entries = list(given["years"]) if isinstance(given["years"], (list, tuple)) else []
        years = [year for year in (_said(entry, "year") for entry in entries) if _is_year(year)]
        if not years:
            return given
        first, last = date(min(years), 1, 1), date(max(years), 12, 31)
        sources = dict.fromkeys(str(_said(entry, "source") or "") for entry in entries)
        return {"published_from": first, "published_to": last, "source": ", ".join(filter(None, sources))} | dict(given)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        """Refuse a calendar that contradicts itself, naming every place at once."""
        problems = list(_problems(self))
        if problems:
            details = [
                InitErrorDetails(type="value_error", loc=path, input=found, ctx={"error": ValueError(said)})
                for path, said, found in problems
            ]
            raise ValidationError.from_exception_data(type(self).__name__, details)
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, which builds an index of its own."""
        copied = super().model_copy(update=update, deep=deep)
        for name in ("index", "holiday_names", "workday_names"):
            copied.__dict__.pop(name, None)
        return copied

    def is_working_day(self, day: date) -> bool:
        """Say whether a day counts.

        >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
        ...     published_to=date(2026, 12, 31), holidays=frozenset({date(2026, 1, 1)}), source="demo")
        >>> calendar.is_working_day(date(2026, 1, 1)), calendar.is_working_day(date(2026, 1, 5))
        (False, True)
        """
        return self.kind_of(day) in {"counted", "swapped"}

    def kind_of(self, day: date) -> DayKind:
        """Return what a day is: ``counted``, ``rest`` (of the week), ``holiday``, or ``swapped``, a rest day worked.

        >>> calendar = WorkCalendar(title=Text(zh="历", en="C"), published_from=date(2026, 1, 1),
        ...     published_to=date(2026, 12, 31), source="demo",
        ...     holidays=(date(2026, 1, 1),), workdays=(date(2026, 1, 4),))
        >>> [calendar.kind_of(date(2026, 1, day)) for day in (1, 3, 4, 5)]
        ['holiday', 'rest', 'swapped', 'counted']
        """
        if day in self.workday_names:
            return "swapped"
        if day in self.holiday_names:
            return "holiday"
        return "rest" if self._rests(day) else "counted"

    def name_of(self, day: date) -> Text | None:
        """Return the name of the holiday that a day is, or is worked for; None where the calendar has none.

        >>> calendar = WorkCalendar.model_validate({"title": {"zh": "历", "en": "C"}, "years": [{"year": 2026,
        ...     "source": "demo", "holidays": [{"on": "2026-05-01", "name": {"zh": "劳动节", "en": "Labour Day"}}]}]})
        >>> calendar.name_of(date(2026, 5, 1)).en, calendar.name_of(date(2026, 5, 4))
        ('Labour Day', None)
        """
        return self.workday_names.get(day) or self.holiday_names.get(day)

    def covers(self, day: date) -> bool:
        """Say whether the published calendar reaches this day."""
        return self.published_from <= day <= self.published_to

    def year(self, number: int) -> CalendarYear | None:
        """Return what was declared for a year, with its source; None where there is no such entry."""
        return next((one for one in self.years if one.year == number), None)

    @cached_property
    def index(self) -> WorkdayIndex:
        """The index by which days are counted; made when it is first asked for."""
        changed = {day: -1 for day in self.holiday_names if not self._rests(day)} | dict.fromkeys(self.workday_names, 1)
        worked = [number for number, name in enumerate(_WEEKDAYS) if name not in self.rest_weekdays]
        return WorkdayIndex.of(worked, changed)

    @cached_property
    def holiday_names(self) -> Mapping[date, Text | None]:
        """Every holiday with its name, where it has one."""
        return {day: name for _, day, name in _holidays(self)}

    @cached_property
    def workday_names(self) -> Mapping[date, Text | None]:
        """Every rest day that is worked, with the name of the holiday that it is worked for."""
        return {day: name for _, day, name in _workdays(self)}

    def _rests(self, day: date) -> bool:
        return _WEEKDAYS[day.weekday()] in self.rest_weekdays


def _said(entry: Any, name: str) -> Any:
    """Return what an entry says, be it still a mapping or already a declaration."""
    return entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)


def _is_year(year: Any) -> bool:
    return isinstance(year, int) and 1 <= year < date.max.year


def _holidays(calendar: WorkCalendar) -> Iterator[tuple[Path, date, Text | None]]:
    for path, entries in _lists(calendar, "holidays"):
        for place, entry in enumerate(entries):
            if isinstance(entry, Holiday):
                yield from (((*path, place), day, entry.name) for day in entry.days())
            else:
                yield (*path, place), entry, None


def _workdays(calendar: WorkCalendar) -> Iterator[tuple[Path, date, Text | None]]:
    for path, entries in _lists(calendar, "workdays"):
        for place, entry in enumerate(entries):
            if isinstance(entry, SwappedDay):
                yield (*path, place), entry.on, entry.name
            else:
                yield (*path, place), entry, None


def _lists(calendar: WorkCalendar, name: str) -> Iterator[tuple[Path, tuple[Any, ...]]]:
    yield (name,), getattr(calendar, name)
    for place, year in enumerate(calendar.years):
        yield ("years", place, name), getattr(year, name)


def _problems(calendar: WorkCalendar) -> Iterator[tuple[Path, str, Any]]:
    """Yield what contradicts itself: where, in words, and the value that was found there."""
    yield from _problems_of_range(calendar)
    seen: dict[date, str] = {}
    for what, entries in (("holiday", _holidays(calendar)), ("swapped workday", _workdays(calendar))):
        for path, day, _ in entries:
            if day in seen:
                again = "twice" if seen[day] == what else f"as a {seen[day]} and as a {what}"
                yield path, f"found {day} {again}; name each day once", str(day)
            seen[day] = what
            if not calendar.covers(day):
                span = f"{calendar.published_from} to {calendar.published_to}"
                yield path, f"found the {what} {day} outside the published range {span}; move it or the range", str(day)
            elif path[0] == "years" and not _in_notice(calendar.years[int(path[1])].year, day):
                year = calendar.years[int(path[1])].year
                yield path, f"found the {what} {day} in the notice for {year}; put it under its own year", str(day)
            if what == "swapped workday" and not calendar._rests(day):  # noqa: SLF001 - the same module
                name = _WEEKDAYS[day.weekday()]
                yield path, f"found the swapped workday {day}, a {name}, which is worked anyway; take it out", str(day)


def _problems_of_range(calendar: WorkCalendar) -> Iterator[tuple[Path, str, Any]]:
    if calendar.published_to < calendar.published_from:
        found = f"found {calendar.published_to} before {calendar.published_from}; the range ends after it begins"
        yield ("published_to",), found, str(calendar.published_to)
    if len(calendar.rest_weekdays) == len(_WEEKDAYS):
        yield ("rest_weekdays",), "found no weekday that is worked; leave at least one out", None
    if not calendar.years:
        return
    if calendar.holidays or calendar.workdays:
        yield ("years",), "found days beside years; write each day under its year", None
    numbers = [one.year for one in calendar.years]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            yield ("years", place, "year"), f"found the year {number} twice; keep one", number
    for number in sorted(set(range(min(numbers), max(numbers))) - {*numbers}):
        yield ("years",), f"found a gap: {number} is missing; declare it, or begin after it", number
    whole = date(min(numbers), 1, 1), date(max(numbers), 12, 31)
    if (calendar.published_from, calendar.published_to) != whole:
        yield (
            ("published_from",),
            f"found another range than that of the years, {whole[0]} to {whole[1]}; leave it out",
            None,
        )


def _in_notice(year: int, day: date) -> bool:
    """Say whether the notice for a year may settle a day: its own days, and those of the December before."""
    return day.year == year or (day.year == year - 1 and day.month == _DECEMBER)
