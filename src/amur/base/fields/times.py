"""Times: a day, an instant, a period of days."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, TypeVar

from amur.base.canonical import Json
from amur.base.fields.column import DATE, INSTANT, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups
from amur.base.fields.raw import FieldError, Raw, filled, folded, one_text, raise_all, says_something

Part = TypeVar("Part")

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))?", re.ASCII | re.IGNORECASE
)
_OPEN = ".."
"""What stands for an end that is not known yet, as in ISO 8601-2."""


class DateField(FieldDeclaration):
    """A day, kept as ``2026-11-24``.

    >>> from amur.base.declared import Text
    >>> start = DateField(id="start", type="date", title=Text(zh="日期", en="Start"))
    >>> start.parse("2026年1月5日", Lookups(date(2026, 1, 1)))
    '2026-01-05'
    >>> start.json_schema(Lookups(date(2026, 1, 1)))
    {'title': 'Start', 'type': 'string', 'format': 'date'}
    """

    type: Literal["date"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the day."""
        del lookups
        return day_in(text).isoformat()

    def column(self) -> Column:
        """Return a date."""
        return DATE

    def cell(self, value: Json) -> object:
        """Return the day."""
        return date.fromisoformat(value) if isinstance(value, str) else None

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string that is a date."""
        return super().json_schema(lookups) | {"format": "date"}


class InstantField(FieldDeclaration):
    """An instant to the second, kept in UTC as ``2026-11-24T04:00:00Z``; without an offset it is read in the zone.

    >>> from amur.base.declared import Text
    >>> seen = InstantField(id="seen", type="instant", title=Text(zh="时间", en="Seen"))
    >>> seen.parse("2026-11-24 12:00+08:00", Lookups(date(2026, 1, 1)))
    '2026-11-24T04:00:00Z'
    """

    type: Literal["instant"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the instant in UTC."""
        day, *rest = re.split(r"[T\s]+", folded(text), maxsplit=1)
        if not rest:
            raise FieldError("not_an_instant", f"found {text[:40]!r}; give a day and a time such as 2026-11-24 09:30")
        return self.gather({"day": day, "time": rest[0]}, lookups)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the instant of a ``day`` and a ``time``."""
        if not isinstance(raw, Mapping) or set(raw) - {"day", "time"}:
            return super().gather(raw, lookups)
        day = part_of(raw, "day", day_in)
        clock, zone = part_of(raw, "time", _clock_in)
        try:
            at = _located(datetime.combine(day, clock), zone or lookups.zone).astimezone(UTC)
        except OverflowError:
            raise FieldError("not_an_instant", f"found {day}, which lies beyond the calendar", at=("day",)) from None
        return at.replace(tzinfo=None).isoformat() + "Z"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return day and time in the zone of reference."""
        del language
        at = datetime.fromisoformat(self.as_typed(value)).astimezone(lookups.zone).replace(tzinfo=None)
        return at.isoformat(sep=" ", timespec="seconds" if at.second else "minutes")

    def column(self) -> Column:
        """Return an instant."""
        return INSTANT

    def cell(self, value: Json) -> object:
        """Return the instant, aware."""
        return datetime.fromisoformat(value) if isinstance(value, str) else None

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string that is a date and a time in UTC."""
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
        return super().json_schema(lookups) | {"format": "date-time", "pattern": pattern}


class PeriodField(FieldDeclaration):
    """From a day to a day, both counted; the end may be left open where that is allowed.

    Its value is ``{"from": …, "to": …}``; its plain text ``2026-01-01/2026-12-31``, or ``2026-01-01/..``.

    >>> from amur.base.declared import Text
    >>> term = PeriodField(id="term", type="period", title=Text(zh="期限", en="Term"))
    >>> value = term.parse("2026-1-1/2026-12-31", Lookups(date(2026, 1, 1)))
    >>> value, term.display(value, "en", Lookups(date(2026, 1, 1)))
    ({'from': '2026-01-01', 'to': '2026-12-31'}, '2026-01-01 to 2026-12-31')
    """

    type: Literal["period"]
    may_be_open: bool = False

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the period that two days with a stroke between them name."""
        first, stroke, last = folded(text).partition("/")
        if not stroke or "/" in last:
            raise FieldError("not_a_period", f"found {text[:40]!r}; give two days such as 2026-01-01/2026-12-31")
        return self.gather({"from": first, "to": "" if last.strip() == _OPEN else last}, lookups)

    def gather(self, raw: Sequence[Raw] | Mapping[str, Raw], lookups: Lookups) -> Json:
        """Return the period of two days."""
        if not isinstance(raw, Mapping) or set(raw) - {"from", "to"}:
            return super().gather(raw, lookups)
        days: dict[str, date | None] = {}
        faults: list[FieldError] = []
        for end in ("from", "to"):
            try:
                is_open = end == "to" and self.may_be_open and not says_something(raw.get(end))
                days[end] = None if is_open else part_of(raw, end, day_in)
            except FieldError as error:
                faults.append(error)
        raise_all(faults)
        since, until = days["from"], days["to"]
        if since and until and until < since:
            raise FieldError("ends_before_it_begins", f"{until} lies before {since}", at=("to",))
        return {end: day.isoformat() if day else None for end, day in days.items()}

    def as_typed(self, value: Json) -> str:
        """Return both days with a stroke between them."""
        if value is None:
            return ""
        if not isinstance(value, Mapping) or set(value) != {"from", "to"}:
            raise self.misfit(value)
        first, last = (super(PeriodField, self).as_typed(value[end]) for end in ("from", "to"))
        return f"{first}/{last or _OPEN}"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return both days; an open end says so."""
        del lookups
        first, _, last = self.as_typed(value).partition("/")
        chinese = language.startswith("zh")
        if last == _OPEN:
            return f"{first} 起" if chinese else f"from {first}"
        return f"{first} {'至' if chinese else 'to'} {last}"

    def column(self) -> Column:
        """Return two dates."""
        return Column("struct", columns=(("from", DATE), ("to", DATE)))

    def cell(self, value: Json) -> object:
        """Return both days."""
        if not isinstance(value, Mapping):
            return None
        return {end: date.fromisoformat(str(value[end])) if value.get(end) else None for end in ("from", "to")}

    def cel_column(self) -> Column:
        """Return two dates; ``from`` is a word of the language, so they are ``since`` and ``until``."""
        return Column("struct", columns=(("since", DATE), ("until", DATE)))

    def cel_cell(self, value: Json) -> object:
        """Return both days."""
        cell = self.cell(value)
        return {"since": cell["from"], "until": cell["to"]} if isinstance(cell, dict) else None

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an object of two dates."""
        last: dict[str, Json] = {"type": ["string", "null"] if self.may_be_open else "string", "format": "date"}
        return super().json_schema(lookups) | {
            "type": "object",
            "properties": {"from": {"type": "string", "format": "date"}, "to": last},
            "required": ["from", "to"],
            "additionalProperties": False,
        }


def day_in(text: str) -> date:
    """Return the day that a text names, year first.

    Raises:
        FieldError: ``not_a_date``.

    >>> day_in("２０２６/1/5")
    datetime.date(2026, 1, 5)
    """
    found = _DATE.fullmatch(folded(text).strip())
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise FieldError("not_a_date", f"found {text[:40]!r}; give year, month and day of a real date")


def part_of(raw: Mapping[str, Raw], name: str, read: Callable[[str], Part]) -> Part:
    """Return what a named part of composite raw input says; a fault says at which part.

    Raises:
        FieldError: ``required`` where it is empty, or what ``read`` raises.
    """
    try:
        return read(filled(one_text(raw.get(name))))
    except FieldError as error:
        raise error.inside(name) from None


def _clock_in(text: str) -> tuple[time, tzinfo | None]:
    """Return a time of day, with its offset where it names one."""
    found = _TIME.fullmatch(folded(text).replace("\u2212", "-"))
    try:
        if found:
            hour, minute, second = (int(digits or 0) for digits in found.group(1, 2, 3))
            return time(hour, minute, second), _offset(*found.group(4, 5, 6, 7))
    except ValueError:
        pass
    raise FieldError("not_an_instant", f"found {text[:40]!r}; give a time such as 09:30")


def _offset(utc: str | None, sign: str | None, hours: str | None, minutes: str | None) -> tzinfo | None:
    if utc:
        return UTC
    if not sign:
        return None
    ahead = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    return timezone(-ahead if sign == "-" else ahead)


def _located(found: datetime, zone: tzinfo) -> datetime:
    """Return a local time as an instant; one that the clocks skip is refused."""
    at = found.replace(tzinfo=zone)
    if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        raise FieldError("not_an_instant", f"found {found}, a time that the clocks skipped that day", at=("time",))
    return at
