"""Real times of arrival out of a CSV file; pure."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO


def arrival_times(text: str) -> tuple[Sequence[datetime], Sequence[tuple[int, str]]]:
    r"""Return the times in the first column, and the lines that hold none; the first line may be a heading.

    Times are those of the place: an offset is passed over, and a day alone is its midnight.

    >>> times, faults = arrival_times("arrived\n2026-03-09T09:30:00+08:00\n2026-03-10\n\nsoon\n")
    >>> [when.isoformat() for when in times], faults
    (['2026-03-09T09:30:00', '2026-03-10T00:00:00'], [(5, 'soon')])
    """
    times: list[datetime] = []
    faults: list[tuple[int, str]] = []
    rows = csv.reader(StringIO(text.removeprefix("\ufeff")))
    for row in rows:
        if not row or not row[0].strip():
            continue
        try:
            times.append(datetime.fromisoformat(row[0].strip()).replace(tzinfo=None))
        except ValueError:
            if rows.line_num > 1:
                faults.append((rows.line_num, row[0]))
    return times, faults
