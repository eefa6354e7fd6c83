"""What a pack can say about a fee or a fine: how much, when it is due, who is exempt, and what being late costs."""

from __future__ import annotations

from typing import Literal

from babel.numbers import get_currency_precision, list_currencies
from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.base.legal_time import LastDay, Period, Unit

_UNITS: tuple[Unit, ...] = ("working_days", "days", "months")


class DuePeriod(Declared):
    """How long a party has to pay, counted from the day of the demand by legal time. It has one unit."""

    working_days: int | None = Field(default=None, gt=0, le=400)
    days: int | None = Field(default=None, gt=0, le=4000)
    months: int | None = Field(default=None, gt=0, le=240)
    last_day: LastDay | None = None

    @model_validator(mode="after")
    def _has_one_period(self) -> DuePeriod:
        units = [unit for unit in _UNITS if getattr(self, unit) is not None]
        if len(units) != 1:
            raise ValueError(f"found {' and '.join(units) or 'no period'}; write one of {', '.join(_UNITS)}")
        if (units[0] == "working_days") != (self.last_day is None):
            raise ValueError(
                "days and months say in last_day what becomes of a last day that is a rest day: as_is, "
                "next_working_day or previous_working_day; working days say nothing"
            )
        return self

    @property
    def period(self) -> Period:
        """Return how long it is.

        >>> DuePeriod(days=15, last_day="next_working_day").period
        Period(amount=15, unit='days')
        """
        unit = next(unit for unit in _UNITS if getattr(self, unit) is not None)
        return Period(getattr(self, unit), unit)


class Exemption(Declared):
    """Who pays less, or with ``percent`` 100 nothing: where ``when`` holds. The first that holds is taken."""

    id: Identifier
    title: Text
    when: str = Field(min_length=1)
    percent: int = Field(default=100, gt=0, le=100)
    basis: tuple[Basis, ...] = Field(min_length=1)


class Cap(Declared):
    """The most that a surcharge comes to: a percentage of the amount, or an expression in minor units."""

    percent: int | None = Field(default=None, gt=0, le=1000)
    amount: str = ""

    @model_validator(mode="after")
    def _says_one_of_both(self) -> Cap:
        if (self.percent is None) == (not self.amount):
            raise ValueError("a cap is either a percent of the amount or an amount; give one of the two")
        return self


class Surcharge(Declared):
    """What a party pays more that pays late: a share of what is open for each day, or a fixed sum once; never above.

    ``per_day`` is a decimal text, such as ``"0.03"``, or names a dated value, such as ``value.late_rate``; ``fixed`` is
    an expression in minor units.
    """

    title: Text
    per_day: str = Field(default="", pattern=r"^(|0\.[0-9]{1,6}|value\.[a-z][a-z0-9_]*)$")
    fixed: str = ""
    cap: Cap
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_one_of_both(self) -> Surcharge:
        if bool(self.per_day) == bool(self.fixed):
            raise ValueError("a surcharge is either per_day or fixed; give one of the two")
        return self


class Fee(Declared):
    """What a party has to pay once in a case, when one of the events ``on`` has happened.

    ``amount`` is an expression in minor units over the form and dated values, such as ``value.licence_fee``. What is
    unpaid falls away with an event of ``ends_on``. The roles ``by`` give back and let go.
    """

    id: Identifier
    title: Text
    kind: Literal["fee", "fine"] = "fee"
    amount: str = Field(min_length=1)
    currency: str
    on: tuple[Identifier, ...] = Field(min_length=1)
    due: DuePeriod
    exemptions: tuple[Exemption, ...] = ()
    surcharge: Surcharge | None = None
    ends_on: tuple[Identifier, ...] = ()
    by: tuple[Identifier, ...] = Field(min_length=1)
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _currency_exists(self) -> Fee:
        if self.currency not in list_currencies():
            raise ValueError(f"found currency {self.currency!r}; give a code of ISO 4217 such as 'EUR'")
        return self

    @property
    def decimals(self) -> int:
        """Return how many digits the minor unit of its currency has."""
        return get_currency_precision(self.currency)

    def exemption(self, name: str) -> Exemption | None:
        """Return the exemption of an id, or None."""
        return next((one for one in self.exemptions if one.id == name), None)
