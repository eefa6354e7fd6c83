"""Numbers of cases and documents: one series a year, without gaps."""

from __future__ import annotations

from datetime import datetime

from amur.people.reads import day_of
from amur.procedures.models import Serial


def next_number(series: str, now: datetime) -> str:
    """Return the next number of a series and year. Its row stays locked, so that what fails uses none up."""
    year = day_of(now).year
    serial, _ = Serial.objects.select_for_update().get_or_create(series=f"{year}-{series}")
    serial.value += 1
    serial.save(update_fields=["value"])
    return f"{serial.series}-{serial.value:05}"
