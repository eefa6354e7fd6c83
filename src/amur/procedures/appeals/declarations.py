"""What a pack can say about contesting a decision: until when, before whom, by which procedure, with what effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.base.legal_time import LastDay, Period, Term, Unit

ReviewAct = Literal[
    "admitted",
    "inadmissible",
    "suspended",
    "lifted",
    "upheld",
    "changed",
    "annulled",
    "sent_back",
    "withdrawn",
]
"""What an event means for the appeal: that it is heard or not, that the decision waits or no longer, how it ends."""
Result = Literal["inadmissible", "upheld", "changed", "annulled", "sent_back", "withdrawn"]
"""With which an appeal ends."""
ON_MERITS: tuple[Result, ...] = ("upheld", "changed", "annulled", "sent_back")
"""Results that judge the decision itself."""
UNDOING: tuple[Result, ...] = ("changed", "annulled", "sent_back")
"""Results after which the decision no longer stands."""
_UNITS: tuple[Unit, ...] = ("working_days", "days", "months", "years")


class AppealPeriod(Declared):
    """Within which time a decision can be contested, counted from its day or from the day on which it was served."""

    working_days: int | None = Field(default=None, gt=0, le=400)
    days: int | None = Field(default=None, gt=0, le=4000)
    months: int | None = Field(default=None, gt=0, le=240)
    years: int | None = Field(default=None, gt=0, le=50)
    last_day: LastDay | None = None
    runs_from: Literal["decision", "service"] = Field(default="service", alias="from")

    @model_validator(mode="after")
    def _has_one_unit(self) -> AppealPeriod:
        units = [unit for unit in _UNITS if getattr(self, unit) is not None]
        if len(units) != 1:
            raise ValueError(f"found {' and '.join(units) or 'no unit'}; write one of {', '.join(_UNITS)}")
        if (units[0] == "working_days") == (self.last_day is not None):
            raise ValueError("last_day says what becomes of a last day of rest: for days, months and years, and there")
        return self

    @property
    def term(self) -> Term:
        """Return what the law says of the period."""
        unit = next(unit for unit in _UNITS if getattr(self, unit) is not None)
        return Term(Period(getattr(self, unit), unit), self.last_day or "as_is")


class Appeal(Declared):
    """Where and until when a decision can be contested: in words, and as what really runs where ``procedure`` says so.

    ``bodies`` are those that hear it; of several the party chooses one. ``values`` fill the form of the appeal out of
    the case. ``suspends`` says whether the decision waits meanwhile: always, never, or when the body orders it.
    ``then`` names, for each result, the event by which it moves the case. A decision that was judged cannot be
    contested ``again``, unless that says so.
    """

    title: Text
    body: Text
    within: Text
    basis: tuple[Basis, ...] = Field(min_length=1)
    procedure_id: Identifier | None = Field(default=None, alias="procedure")
    period: AppealPeriod | None = None
    bodies: tuple[Identifier, ...] = ()
    suspends: Literal["yes", "no", "on_order"] = "no"
    values: dict[Identifier, str] = Field(default_factory=dict)
    then: Mapping[Result, Identifier] = Field(default_factory=dict)
    again: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> Appeal:
        said = [name for name in ("period", "bodies", "values", "then") if getattr(self, name)]
        if self.procedure_id is None and said:
            raise ValueError(f"found {', '.join(said)} and no procedure by which the appeal is heard; name it")
        if self.procedure_id is not None and (self.period is None or not self.bodies):
            raise ValueError("an appeal that is heard by a procedure says period and bodies too")
        return self
