"""What an expression may compute with: six kinds of single values, structs of named values, lists of either.

Here belongs how Python values enter and leave an expression, strictly: nothing is guessed, cut short or rounded. How
a declared field becomes one of these types is said by the field types, not here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """A kind of single value; its text is what a pack author reads in an error.

    ``DATE`` and ``INSTANT`` are both instants inside an expression: a date is 00:00 of its day where the authority is.
    """

    BOOLEAN = "yes or no"
    INTEGER = "whole number"
    DECIMAL = "decimal number"
    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Struct:
    """Named values, each of which may be absent; ``fields`` keeps them in their order.

    >>> Struct.of({"watts": Kind.INTEGER}).fields
    (('watts', <Kind.INTEGER: 'whole number'>),)
    """

    fields: tuple[tuple[str, Type], ...]

    @classmethod
    def of(cls, fields: Mapping[str, Type]) -> Struct:
        """Return the struct of a mapping."""
        return cls(tuple(fields.items()))

    def get(self, name: str) -> Type | None:
        """Return the type of a field, or None if there is none of this name."""
        return dict(self.fields).get(name)


@dataclass(frozen=True, slots=True)
class ListOf:
    """Any number of values of one type; an absent list is an empty one."""

    of: Kind | Struct


Type: TypeAlias = Kind | Struct | ListOf
Value: TypeAlias = "bool | int | Decimal | str | date | datetime | list[Value]"
"""What an expression yields."""


def words(kind: Type) -> str:
    """Return a type as a person reads it.

    >>> words(ListOf(Kind.TEXT)), words(Struct.of({}))
    ('list of text', 'group of values')
    """
    if isinstance(kind, ListOf):
        return f"list of {words(kind.of)}"
    return "group of values" if isinstance(kind, Struct) else kind.value


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a day begins.

    >>> from datetime import timezone
    >>> midnight(date(2026, 3, 9), timezone(timedelta(hours=8))).isoformat()
    '2026-03-09T00:00:00+08:00'
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def enter(kind: Kind, value: object, zone: tzinfo) -> Any:
    """Return a Python value as an expression takes it: instants as aware ``datetime``, decimals as ``float``.

    Raises:
        ValueError: if the value is not of this kind, or no expression can hold it.

    >>> enter(Kind.INTEGER, 3, UTC), enter(Kind.DECIMAL, Decimal("2.5"), UTC)
    (3, 2.5)
    >>> enter(Kind.INTEGER, True, UTC)
    Traceback (most recent call last):
    ...
    ValueError: found bool, not a whole number
    """
    if kind is Kind.TEXT and type(value) is str:
        # The runtime cuts a text at its first NUL and has no word for half a character.
        if "\0" in value or not _is_whole(value):
            raise ValueError("found a text with characters that cannot be kept")
        return value
    if kind is Kind.BOOLEAN and type(value) is bool:
        return value
    if kind is Kind.INTEGER and type(value) is int:
        if not LEAST_INTEGER <= value <= GREATEST_INTEGER:
            raise ValueError("found a whole number of more than 64 bits")
        return value
    if kind is Kind.DECIMAL and isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _finite(value)
    if kind in {Kind.DATE, Kind.INSTANT}:
        return _instant(kind, value, zone)
    raise ValueError(f"found {type(value).__name__}, not a {kind.value}")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finite(value: float | Decimal) -> float:
    try:
        number = float(value)
    except (OverflowError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("found a number that is not finite")
    return number


def _instant(kind: Kind, value: object, zone: tzinfo) -> datetime:
    if kind is Kind.DATE and type(value) is date:
        found = midnight(value, zone)
    elif kind is Kind.INSTANT and isinstance(value, datetime) and value.tzinfo is not None:
        found = value
    else:
        raise ValueError(f"found {type(value).__name__}, not a {kind.value}")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"found {value}, which no calendar of instants holds") from None


def parts(instant: datetime) -> tuple[int, int]:
    """Return an instant as whole seconds since 1970 and nanoseconds.

    >>> parts(datetime(1969, 12, 31, 23, 59, 59, 500000, tzinfo=UTC))
    (-1, 500000000)
    """
    since = instant - _EPOCH
    return since.days * 86_400 + since.seconds, since.microseconds * 1000


def leave(kind: Kind, value: object, zone: tzinfo) -> bool | int | Decimal | str | date | datetime:
    """Return what an expression yielded as a Python value of the declared kind.

    Raises:
        ValueError: if it is not of this kind: also if it is no finite number, or a date that is not 00:00 of a day.

    >>> leave(Kind.DECIMAL, 0.1, UTC), leave(Kind.DATE, datetime(2026, 1, 2, tzinfo=UTC), UTC)
    (Decimal('0.1'), datetime.date(2026, 1, 2))
    >>> leave(Kind.DATE, datetime(2026, 1, 2, 5, tzinfo=UTC), UTC)
    Traceback (most recent call last):
    ...
    ValueError: the result is an instant in the middle of a day, not a date
    """
    if kind is Kind.DECIMAL and type(value) is float and math.isfinite(value):
        return Decimal(repr(value))
    if kind in {Kind.DATE, Kind.INSTANT} and isinstance(value, datetime):
        return _left_day(value, zone) if kind is Kind.DATE else value
    if isinstance(value, bool | int | str) and type(value) is _PLAIN.get(kind):
        return value
    raise ValueError(f"the result is not a {kind.value}")


def _left_day(value: datetime, zone: tzinfo) -> date:
    try:
        day = value.astimezone(zone).date()
        exact = midnight(day, zone) == value
    except OverflowError:
        raise ValueError("the result lies outside the years 1 to 9999") from None
    if not exact:
        raise ValueError("the result is an instant in the middle of a day, not a date")
    return day


_PLAIN: Mapping[Kind, type] = {Kind.BOOLEAN: bool, Kind.INTEGER: int, Kind.TEXT: str}
DAY = timedelta(days=1)
