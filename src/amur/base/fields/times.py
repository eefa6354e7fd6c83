"""Times: a day, an instant, a period of days."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Literal

from amur.base.canonical import Json
from amur.base.fields.column import DATE, INSTANT, Column
from amur.base.fields.declaration import FieldDeclaration, FieldError, Lookups, Raw, folded

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
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
    """An instant to the second, kept in UTC as ``2026-11-24T04:00:00Z``; without an offset it is read in the zone."""

    type: Literal["instant"]

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the instant in UTC."""
        plain = folded(text).replace("/", "-")
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            found = None
        if found is None or len(plain) <= len("2026-11-24"):
            raise FieldError("not_an_instant", f"found {text[:40]!r}; give a day and a time such as 2026-11-24 09:30")
        try:
            at = _located(found, lookups.zone).astimezone(UTC)
        except OverflowError:
            raise FieldError("not_an_instant", f"found {text[:40]!r}, which lies beyond the calendar") from None
        return at.replace(microsecond=0, tzinfo=None).isoformat() + "Z"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return day and time in the zone of reference."""
        at = self.cell(value)
        if not isinstance(at, datetime):
            return super().show(value, language, lookups)
        return at.astimezone(lookups.zone).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")

    def column(self) -> Column:
        """Return an instant."""
        return INSTANT

    def cell(self, value: Json) -> object:
        """Return the instant, aware."""
        return datetime.fromisoformat(value) if isinstance(value, str) else None

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return a string that is a date and a time."""
        return super().json_schema(lookups) | {"format": "date-time"}


class PeriodField(FieldDeclaration):
    """From a day to a day, both counted; the end may be left open where that is allowed.

    Its value is ``{"from": …, "to": …}``; its plain text ``2026-01-01/2026-12-31``, or ``2026-01-01/..``.
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
        first, last = (str(raw.get(end) or "").strip() for end in ("from", "to"))
        since, until = _end(first, "from"), _end(last, "to") if last or not self.may_be_open else None
        if until is not None and until < since:
            raise FieldError("ends_before_it_begins", f"{until} lies before {since}", at=("to",))
        return {"from": since.isoformat(), "to": until.isoformat() if until else None}

    def as_typed(self, value: Json) -> str:
        """Return both days with a stroke between them."""
        if value is None:
            return ""
        if not isinstance(value, Mapping):
            raise self.misfit(value)
        return f"{value.get('from') or ''}/{value.get('to') or _OPEN}"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return both days; an open end says so."""
        if not isinstance(value, Mapping):
            return super().show(value, language, lookups)
        chinese = language.startswith("zh")
        if not value.get("to"):
            return f"{value.get('from')} 起" if chinese else f"from {value.get('from')}"
        return f"{value.get('from')} {'至' if chinese else 'to'} {value.get('to')}"

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


def _end(text: str, at: str) -> date:
    if not text:
        raise FieldError("required", "nothing was entered", at=(at,))
    try:
        return day_in(text)
    except FieldError as error:
        raise FieldError(error.code, str(error), at=(at,)) from None


def _located(found: datetime, zone: tzinfo) -> datetime:
    """Return an aware instant; a local time that the clocks skip is refused."""
    if found.tzinfo is not None:
        return found
    at = found.replace(tzinfo=zone)
    if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        raise FieldError("not_an_instant", f"found {found}, a time that the clocks skipped that day")
    return at
