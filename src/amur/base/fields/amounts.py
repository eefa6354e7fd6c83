"""Amounts: numbers, quantities with a unit, money. None is ever a float: what is counted stays exact."""

from __future__ import annotations

import re
from decimal import Decimal
from math import ceil, floor
from typing import Literal

from babel.numbers import (
    format_currency,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
    list_currencies,
)
from pydantic import Field, model_validator

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields.column import INTEGER, Column
from amur.base.fields.declaration import FieldDeclaration, Lookups
from amur.base.fields.raw import FieldError, folded, plain

_DIGITS = 15
"""A number has at most so many digits, so that it fits the integers of JSON and every store."""
_PLAIN = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?")
_GROUPED = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[, ][0-9]{3})+|[0-9]{1,4}(?:[, ][0-9]{4})+)(?:\.[0-9]*)?")
"""Thousands, or myriads as Chinese counts, set apart by one mark; any other comma may have been meant as a point."""


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
        return plain(value)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the number as the language writes it."""
        del lookups
        number = Decimal(self.as_typed(value))
        if not number.is_finite() or number.adjusted() > _DIGITS:
            return plain(value)
        pattern = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        return str(format_decimal(number, format=pattern, locale=locale_of(language)))

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
        return schema | {"type": "integer"} | whole_bounds(self.minimum, self.maximum)

    def constraints(self) -> dict[str, Json]:
        """Return the bounds."""
        return super().constraints() | told_bounds(self.minimum, self.maximum)

    def _kept(self, number: Decimal) -> Json:
        return f"{number:.{self.decimals}f}" if self.decimals else int(number)


class QuantityField(NumberField):
    """A number of a unit, such as ``Mbit/s``; the unit may be typed after the number and is not kept with it.

    >>> from datetime import date
    >>> title = Text(zh="速率", en="Rate")
    >>> rate = QuantityField(id="rate", type="quantity", title=title, unit="Mbit/s", decimals=1)
    >>> rate.parse("1,000 Mbit/s", Lookups(date(2026, 1, 1)))
    '1000.0'
    """

    type: Literal["quantity"]  # type: ignore[assignment] # a quantity is a number whose kind has its own name
    unit: str = Field(min_length=1, max_length=20)
    unit_title: Text | None = None

    @model_validator(mode="after")
    def _a_unit_is_no_number(self) -> QuantityField:
        if folded(self.unit)[0] in "0123456789+-.,":
            raise ValueError(f"found unit {self.unit!r}, which begins as a number does; begin it with a letter")
        return self

    @property
    def unit_code(self) -> str:
        """Return the unit."""
        return self.unit

    def unit_in(self, language: str) -> str:
        """Return the unit as a language says it."""
        return self.unit_title.say(language) if self.unit_title else self.unit

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the number before the unit, which may be typed as the declaration writes or says it."""
        number = folded(text)
        for unit in {self.unit, self.unit_in("zh"), self.unit_in("en")}:
            if number.endswith(folded(unit)):
                return super().read(number.removesuffix(folded(unit)).rstrip() or text, lookups)
        return super().read(text, lookups)

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the number with its unit."""
        return f"{super().show(value, language, lookups)} {self.unit_in(language)}"

    def json_schema(self, lookups: Lookups) -> dict[str, Json]:
        """Return the schema of a number, and say its unit."""
        return super().json_schema(lookups) | {"description": self.unit}


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

    @property
    def unit_code(self) -> str:
        """Return the currency."""
        return self.currency

    def symbol_in(self, language: str) -> str:
        """Return the sign of the currency as a language writes it.

        >>> fee = MoneyField(id="fee", type="money", title=Text(zh="费用", en="Fee"), currency="CNY")
        >>> fee.symbol_in("zh"), fee.symbol_in("en")
        ('¥', 'CN¥')
        """
        return get_currency_symbol(self.currency, locale=locale_of(language))

    def read(self, text: str, lookups: Lookups) -> Json:
        """Return the minor units of an amount typed in the major unit, with or without its currency before it."""
        del lookups
        typed = folded(text)
        for sign in (self.currency, self.symbol_in("en"), self.symbol_in("zh")):
            if typed.startswith(sign):
                typed = typed.removeprefix(sign).lstrip()
                break
        number = within(exact(typed, self.decimals), self.minimum, self.maximum)
        return int(number.scaleb(self.decimals))

    def as_typed(self, value: Json) -> str:
        """Return the amount in the major unit."""
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _MOST:
            raise self.misfit(value)
        return f"{self._major(value):.{self.decimals}f}"

    def show(self, value: Json, language: str, lookups: Lookups) -> str:
        """Return the amount with its currency as the language writes it."""
        del lookups
        amount = Decimal(self.as_typed(value))
        return str(format_currency(amount, self.currency, locale=locale_of(language)))

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
        said = f"{self.currency}, in units of 10^-{self.decimals}"
        schema = super().json_schema(lookups) | {"type": "integer", "description": said}
        return schema | whole_bounds(self.minimum, self.maximum, self.decimals)

    def constraints(self) -> dict[str, Json]:
        """Return the bounds in the major unit."""
        return super().constraints() | told_bounds(self.minimum, self.maximum)

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
    amur.base.fields.raw.FieldError: found '1.25'; at most 1 decimals fit
    """
    plain_text = folded(text).replace("\u2212", "-").strip()
    if _GROUPED.fullmatch(plain_text):
        plain_text = plain_text.replace(",", "").replace(" ", "")
    found = _PLAIN.fullmatch(plain_text)
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
    for bound in (least, most):
        if bound is not None and bound.adjusted() >= _DIGITS:
            raise ValueError(f"found bound {bound}; a number has at most {_DIGITS} digits")


def whole_bounds(least: Decimal | None, most: Decimal | None, scale: int = 0) -> dict[str, Json]:
    """Return bounds as JSON Schema says them of integers of a minor unit.

    >>> whole_bounds(Decimal("0.5"), Decimal("2.5"))
    {'minimum': 1, 'maximum': 2}
    """
    low: dict[str, Json] = {} if least is None else {"minimum": ceil(least.scaleb(scale))}
    return low if most is None else low | {"maximum": floor(most.scaleb(scale))}


def told_bounds(least: Decimal | None, most: Decimal | None) -> dict[str, Json]:
    """Return bounds as a Table Schema says them.

    >>> told_bounds(None, Decimal("2.50"))
    {'maximum': '2.50'}
    """
    bounds = {"minimum": least, "maximum": most}
    return {name: f"{bound:f}" for name, bound in bounds.items() if bound is not None}


def locale_of(language: str) -> str:
    """Return the locale in whose way a language writes numbers; English where it is none of ours.

    >>> locale_of("zh-hans"), locale_of("fr")
    ('zh_Hans_CN', 'en')
    """
    return _LOCALES.get(language.partition("-")[0], "en")


_MOST = 10**_DIGITS
_LOCALES = {"zh": "zh_Hans_CN", "en": "en", "ru": "ru", "ja": "ja", "ko": "ko"}
