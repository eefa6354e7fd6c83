"""What logs say of the time, as instants: ISO 8601 with a zone or without (UTC is meant), and seconds since 1970.

A time without a year (``--11-29T02:10:01``) is of the last year in which it was not after the file was written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us", tz="UTC")
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The years 1 to 9999 in microseconds since 1970: what is not in them after its zone is counted in is no time."""
_NO_YEAR, _LEAPS, _AHEAD = "--", 8, timedelta(days=1)
_SECONDS = 1e11
"""Whole numbers over this are milliseconds, over a thousand times this microseconds."""


def instants(said: Sequence[str | None], written_at: datetime | None = None) -> pa.Array:
    """Return what events say of their time as instants; null where nobody can read it.

    >>> instants(["2026-05-01T08:00:00+08:00", "1767225600.5", "soon", None]).to_pylist()[2:]
    [None, None]
    """
    texts = pa.array(said, pa.utf8())
    try:
        found = texts.cast(INSTANT)  # in one go, where all have a zone
    except pa.ArrowInvalid:
        return pa.array([None if one is None else instant(one, written_at) for one in said], INSTANT)
    ends = pc.min_max(found)
    if ends["min"].is_valid and (ends["min"].value < _FIRST or ends["max"].value > _LAST):
        numbers = found.cast(pa.int64())
        return pc.if_else(
            pc.and_(pc.greater_equal(numbers, _FIRST), pc.less_equal(numbers, _LAST)), found, pa.scalar(None, INSTANT)
        )
    return found


def instant(said: str, written_at: datetime | None = None) -> datetime | None:
    """Return one instant, or None.

    >>> instant("2026-05-01 00:00:00.123").isoformat(), instant("1767225600").year
    ('2026-05-01T00:00:00.123000+00:00', 2026)
    """
    if said.startswith(_NO_YEAR):
        return None if written_at is None else _of_last_year(said, written_at)
    try:
        found = datetime.fromisoformat(said.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return _of_number(said)


def _of_last_year(said: str, written_at: datetime) -> datetime | None:
    """Return a time without a year; clocks of others may be a day ahead, and 29 February may be eight years ago.

    >>> _of_last_year("--12-31T23:59:59", datetime(2026, 1, 2, tzinfo=UTC)).year
    2025
    """
    for year in range(written_at.year + 1, max(written_at.year - _LEAPS, 0), -1):
        with suppress(ValueError, OverflowError):
            found = datetime.fromisoformat(f"{year:04}{said[1:]}").replace(tzinfo=UTC)
            if found <= written_at + _AHEAD:
                return found
    return None


def _of_number(said: str) -> datetime | None:
    try:
        seconds = float(said)
        if not 0 < seconds < math.inf:
            return None
        while seconds > _SECONDS:
            seconds /= 1_000
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
