"""How long another body has, as a pack says it: working days, or days with what becomes of a last day of rest."""

from __future__ import annotations

from pydantic import Field, model_validator

from amur.base.declared import Declared
from amur.base.legal_time import LastDay, Period, Term


class Timed(Declared):
    """What another body has to do within a time."""

    working_days: int | None = Field(default=None, gt=0, le=400)
    days: int | None = Field(default=None, gt=0, le=4000)
    last_day: LastDay = "next_working_day"

    @model_validator(mode="after")
    def _has_one_period(self) -> Timed:
        if (self.working_days is None) == (self.days is None):
            raise ValueError("write either working_days or days; it says how long there is")
        return self

    @property
    def term(self) -> Term:
        """Return how long there is.

        >>> Timed(working_days=5).term.period.amount, Timed(days=14).term.last_day
        (5, 'next_working_day')
        """
        if self.working_days is not None:
            return Term(Period(self.working_days))
        return Term(Period(self.days or 0, "days"), self.last_day)
