"""For how long the personal data of a closed case is kept, from the day on which it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from amur.base.fields.retention import years_after
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.models import Case
from amur.procedures.personal import days_of_case


@dataclass(frozen=True, slots=True)
class Schedule:
    """The last day of the whole, and of each value that has a time of its own."""

    whole_until: date
    parts_until: Mapping[str, date]

    @property
    def first(self) -> date:
        """Return the day after which something is to be erased."""
        return min([*self.parts_until.values(), self.whole_until])


def schedule(case: Case) -> Schedule:
    """Return until which days what is personal of a closed case is kept.

    Raises:
        ValueError: if the case is open.
    """
    if case.closed_at is None:
        raise ValueError(f"{case} is open")
    ended_on = day_of(case.closed_at)
    years = declared.pinned(case.declaration_hash).retention_years
    parts = {part: ended_on + timedelta(days=days) for part, days in days_of_case(case).items()}
    return Schedule(years_after(ended_on, years), parts)
