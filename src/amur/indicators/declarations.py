"""What a pack can say about an indicator: what is counted, by which query, in which unit, against which target."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from amur.base.declared import Basis, Carrier, Declared, Text
from amur.base.fields import AnyField, CodeField, FieldDeclaration, RegionField, YesNoField

Direction = Literal["lower_is_better", "higher_is_better", "neither"]
Cycle = Literal["hourly", "daily"]

MEASURES = ("value", "numerator", "denominator", "base")
"""The columns of a query beside its dimensions: a value, or a numerator with its denominator; ``base`` counts cases."""


def _plain_number(found: object) -> object:
    if isinstance(found, float):
        raise ValueError(f"found {found}; write the number in quotes, so that no digit is lost")  # noqa: TRY004  # a fault of the file
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else found


Number = Annotated[Decimal, BeforeValidator(_plain_number), Field(allow_inf_nan=False)]
"""A decimal, written in quotes."""


class Target(Declared):
    """What shall be reached, from or by which day, and who says so."""

    value: Number
    on: date
    basis: tuple[Basis, ...] = Field(min_length=1)


class NoTarget(Declared):
    """That nobody has set a target, and why there is none; an indicator without one is not read as met."""

    none: Text


class Ranking(Declared):
    """That the groups of one dimension stand beside each other: what is counted, out of what, and how sure that is.

    A ``share`` counts some of the things that it is out of; a ``rate`` counts what happens to them, which may be more
    than there are. Of fewer than ``least`` nothing is compared. ``caution`` says what the comparison does not tell.
    """

    by: str
    of: Literal["share", "rate"] = "share"
    counted: Text
    out_of: Text
    least: int = Field(default=5, ge=2, le=1000)
    caution: Text | None = None


class IndicatorDeclaration(Carrier):
    """An indicator: one SQL query over datasets, which gives a row for all together and one for each group.

    Its columns are the dimensions by their ids and either ``value``, or ``numerator`` and ``denominator``, of which
    the share is taken times ``per``; ``base`` may say how many things a value rests on. In the row for all together
    every dimension is null. Its page, chart, table, history, CSV and API are derived from this; with ``ranking`` there
    is a page that compares its groups.
    """

    kind: Literal["indicator"] = "indicator"
    summary: Text
    definition: Text
    unit: Text
    decimals: int = Field(default=0, ge=0, le=9)
    per: int = Field(default=1, gt=0)
    direction: Direction
    dimensions: tuple[AnyField, ...] = ()
    ranking: Ranking | None = None
    sql: str = Field(min_length=1, max_length=20_000)
    target: Target | NoTarget
    source: Text
    cycle: Cycle = "daily"
    basis: tuple[Basis, ...] = ()

    @property
    def fixed_target(self) -> Target | None:
        """Return the target, or None where there is none."""
        return self.target if isinstance(self.target, Target) else None

    def dimension(self, name: str) -> FieldDeclaration:
        """Return a dimension by its id.

        Raises:
            KeyError: if there is none.
        """
        for field in self.dimensions:
            if field.id == name:
                return field
        raise KeyError(name)

    @model_validator(mode="after")
    def _a_target_can_be_compared(self) -> IndicatorDeclaration:
        if self.fixed_target and self.direction == "neither":
            raise ValueError("found a target with direction 'neither'; say which side of it is better")
        return self

    @model_validator(mode="after")
    def _groups_can_be_compared(self) -> IndicatorDeclaration:
        if self.ranking and self.ranking.by not in {field.id for field in self.dimensions}:
            raise ValueError(f"found a ranking by {self.ranking.by!r}; name a dimension of the indicator")
        if self.ranking and self.direction == "neither":
            raise ValueError("found a ranking with direction 'neither'; say which side is better")
        return self

    @model_validator(mode="after")
    def _dimensions_group_and_tell_nobody_apart(self) -> IndicatorDeclaration:
        names = [field.id for field in self.dimensions]
        for field in self.dimensions:
            if names.count(field.id) > 1 or field.id in MEASURES:
                raise ValueError(f"found dimension {field.id!r} twice or named as a measure; give it another id")
            if not isinstance(field, CodeField | RegionField | YesNoField) or not field.column().is_scalar:
                raise ValueError(f"dimension {field.id!r} is a {field.type}; group by a code, a region or a yes_no")
            if field.personal_class != "none":
                raise ValueError(f"dimension {field.id!r} is personal data; nobody is grouped by it")
        return self
