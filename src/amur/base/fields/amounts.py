"""Amounts: numbers, quantities with a unit, money. None is ever a float: what is counted stays exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Literal

from babel.numbers import format_currency, format_decimal, get_currency_precision, list_currencies
from pydantic import Field, model_validator

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields.column import INTEGER, Column
from amur.base.fields.declaration import FieldDeclaration, FieldError, Lookups, folded

_DIGITS = 15
"""A number has at most so many digits, so that it fits the integers of JSON and every store."""
_PLAIN = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?")


class NumberField(FieldDeclaration):
    """A number with a fixed count of decimals: an integer where there are none, else a decimal text.

    >>> from datetime import date
    >>> share = NumberField(id="share", type="number", title=Text(zh="比例", en="Share"), decimals=2)
    >>> share.parse("１,２34.5", Lookups(date(2026, 1, 1)))
    '1234.50'
    """

    type: Literal["number"]
    decimals: int = Field(default=0, ge=0, le=9)
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    @model_validator(mode="after")
    def _the_least_is_below_the_most(self) -> NumberField:
        check_bounds(self.minimum, self.maximum)
        return self

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the number if it is within its bounds."""
        del lookups
        return self._kept(within(exact(text, self.decimals), self.minimum, self.maximum))

    def as_typed(self, value: Json) -> str:
        """Return the digits."""
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str if self.decimals else int):
            raise self.misfit(value)
        return str(value)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the number as the language writes it."""
        del lookups
        pattern = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        return shown(lambda locale: format_decimal(Decimal(str(value)), format=pattern, locale=locale), value, language)

    def column(self) -> Column:
        """Return an integer, or a decimal of as many places."""
        return Column("decimal", scale=self.decimals) if self.decimals else INTEGER

    def cell(self, value: Json) -> object:
        """Return an int or a Decimal."""
        return value if value is None or not self.decimals else Decimal(str(value))

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an integer with its bounds, or a string of digits."""
        schema = super().json_schema(lookups)
        if self.decimals:
            return schema | {"type": "string", "pattern": rf"^-?[0-9]+\.[0-9]{{{self.decimals}}}$"}
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return schema | {"type": "integer"} | {name: int(bound) for name, bound in bounds.items() if bound is not None}

    def constraints(self) -> dict[str, Json]:
        """Return the bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {name: str(bound) for name, bound in bounds.items() if bound is not None}

    def _kept(self, number: Decimal) -> Json:
        return f"{number:.{self.decimals}f}" if self.decimals else int(number)


class QuantityField(NumberField):
    """A number of a unit, such as ``Mbit/s``; the unit may be typed after the number and is not kept with it."""

    type: Literal["quantity"]  # type: ignore[assignment] # a quantity is a number whose kind has its own name
    unit: str = Field(min_length=1, max_length=20)
    unit_title: Text | None = None

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the number before the unit."""
        return super().read(folded(text).removesuffix(folded(self.unit)).rstrip() or text, lookups)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the number with its unit."""
        unit = self.unit_title.say(language) if self.unit_title else self.unit
        return f"{super().show(value, language, lookups)} {unit}"


class MoneyField(FieldDeclaration):
    """An amount of a currency, kept as an integer of its minor unit; the bounds are of the major unit.

    >>> from datetime import date
    >>> fee = MoneyField(id="fee", type="money", title=Text(zh="费用", en="Fee"), currency="CNY")
    >>> fee.parse("1,234.5", Lookups(date(2026, 1, 1))), fee.as_typed(123450)
    (123450, '1234.50')
    """

    type: Literal["money"]
    currency: str
    minimum: Decimal | None = Decimal(0)
    maximum: Decimal | None = None

    @model_validator(mode="after")
    def _currency_exists(self) -> MoneyField:
        if self.currency not in list_currencies():
            raise ValueError(f"found currency {self.currency!r}; give a code of ISO 4217 such as 'EUR'")
        check_bounds(self.minimum, self.maximum)
        return self

    @property
    def decimals(self) -> int:
        """Return how many digits the minor unit has."""
        return get_currency_precision(self.currency)

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the minor units of an amount typed in the major unit."""
        del lookups
        number = within(exact(text.removeprefix("¥").removeprefix("￥"), self.decimals), self.minimum, self.maximum)
        return int(number.scaleb(self.decimals))

    def as_typed(self, value: Json) -> str:
        """Return the amount in the major unit."""
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.misfit(value)
        return f"{self._major(value):.{self.decimals}f}"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the amount with its currency as the language writes it."""
        del lookups
        if not isinstance(value, int):
            return str(value)
        return shown(lambda locale: format_currency(self._major(value), self.currency, locale=locale), value, language)

    def column(self) -> Column:
        """Return a decimal of the major unit, exact."""
        return Column("decimal", scale=self.decimals)

    def cell(self, value: Json) -> object:
        """Return the amount in the major unit."""
        return self._major(value) if isinstance(value, int) else None

    def cel_column(self) -> Column:
        """Return an integer: expressions count minor units."""
        return INTEGER

    def cel_cell(self, value: Json) -> object:
        """Return the minor units."""
        return value

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return an integer and say what it counts."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        said = f"{self.currency}, in units of 10^-{self.decimals}"
        schema = super().json_schema(lookups) | {"type": "integer", "description": said}
        return schema | {n: int(bound.scaleb(self.decimals)) for n, bound in bounds.items() if bound is not None}

    def constraints(self) -> dict[str, Json]:
        """Return the bounds in the major unit."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        return {name: str(bound) for name, bound in bounds.items() if bound is not None}

    def _major(self, value: int) -> Decimal:
        return Decimal(value).scaleb(-self.decimals)


def exact(text: str, decimals: int) -> Decimal:
    """Return the number that a text writes, with at most so many decimals.

    Raises:
        FieldError: ``not_a_number`` or ``too_precise``.

    >>> exact("-1 000.50", 1)
    Decimal('-1000.50')
    >>> exact("1.25", 1)
    Traceback (most recent call last):
    ...
    amur.base.fields.declaration.FieldError: found '1.25'; at most 1 decimals fit
    """
    found = _PLAIN.fullmatch(folded(text).replace(",", "").replace(" ", "").replace("\u2212", "-"))
    places = found[3].rstrip("0") if found and found[3] else ""
    if found is None or len(found[2].lstrip("0")) + decimals > _DIGITS:
        need = "a number" if decimals else "a whole number"
        raise FieldError("not_a_number", f"found {text[:40]!r}; give {need} of at most {_DIGITS - decimals} digits")
    if len(places) > decimals:
        need = f"at most {decimals} decimals fit" if decimals else "give a whole number"
        raise FieldError("too_precise" if decimals else "not_a_number", f"found {text[:40]!r}; {need}")
    number = Decimal(f"{found[1]}{found[2]}.{found[3] or '0'}" if found[3] else f"{found[1]}{found[2]}")
    return number or abs(number)


def within(number: Decimal, least: Decimal | None, most: Decimal | None) -> Decimal:
    """Return a number that lies within its bounds.

    Raises:
        FieldError: ``too_small`` or ``too_large``.
    """
    if least is not None and number < least:
        raise FieldError("too_small", f"found {number}; the least is {least}")
    if most is not None and number > most:
        raise FieldError("too_large", f"found {number}; the most is {most}")
    return number


def check_bounds(least: Decimal | None, most: Decimal | None) -> None:
    """Refuse bounds between which nothing lies.

    Raises:
        ValueError: if the least is above the most.
    """
    if least is not None and most is not None and least > most:
        raise ValueError(f"minimum {least} is above maximum {most}; exchange them")


def shown(write: Callable[[str], Any], value: Json, language: str) -> str:
    """Return what Babel writes in a language; a language it does not know reads the value as it is kept."""
    try:
        return str(write(_LOCALES.get(language.partition("-")[0], "en")))
    except ArithmeticError:
        return str(value)


_LOCALES = {"zh": "zh_Hans_CN", "en": "en", "ru": "ru", "ja": "ja", "ko": "ko"}
