"""Numbers of cases and documents: one series a year, without gaps."""

from __future__ import annotations

from datetime import datetime

from amur.ledger import rows
from amur.people.reads import day_of

_NEXT = (
    "INSERT INTO procedures_serial (series, value) VALUES (%s, 1)"
    " ON CONFLICT (series) DO UPDATE SET value = procedures_serial.value + 1 RETURNING value"
)


def next_number(series: str, now: datetime) -> str:
    """Return the next number of a series and year. Its row stays locked, so that what fails uses none up."""
    year = day_of(now).year
    name = f"{year}-{series}"
    [number] = rows.run(_NEXT, [name]).fetchone()
    return f"{name}-{number:05}"
