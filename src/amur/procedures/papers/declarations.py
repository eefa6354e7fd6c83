"""What a pack says about the papers of a procedure: which standard paper a document is, and by when it is served."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared
from amur.base.legal_time import LastDay, Period

PaperKind = Literal["received", "accepted", "not_accepted", "supplement", "decision"]
"""What a standard paper says: that something was handed in, is taken up or not, lacks something, or was decided."""


class ServeWithin(Declared):
    """By when a document must reach its party, counted from the day after it was issued: a clock of its own.

    ``days`` says by ``last_day`` what becomes of a last day that is a rest day.
    """

    working_days: int | None = Field(default=None, gt=0, le=400)
    days: int | None = Field(default=None, gt=0, le=4000)
    last_day: LastDay | None = None
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_one_period(self) -> ServeWithin:
        if (self.working_days is None) == (self.days is None):
            raise ValueError("serve_within: write one of working_days and days")
        if (self.days is None) != (self.last_day is None):
            raise ValueError("serve_within: last_day stands with days, and only there")
        return self

    @property
    def period(self) -> Period:
        """Return how long it is.

        >>> from amur.base.declared import Text
        >>> ServeWithin(working_days=10, basis=(Basis(title=Text(zh="法", en="Act")),)).period
        Period(amount=10, unit='working_days')
        >>> ServeWithin(days=15, last_day="as_is", basis=(Basis(title=Text(zh="法", en="Act")),)).period
        Period(amount=15, unit='days')
        """
        if self.working_days is not None:
            return Period(self.working_days, "working_days")
        return Period(self.days or 0, "days")
