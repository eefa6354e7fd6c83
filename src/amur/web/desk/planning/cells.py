"""Tables of results as they are shown: heads and cells in words, as the models' tables declare them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from amur.base.declared import Text
from amur.studies.results import Column, Table
from amur.web.desk.planning import wording

_NUMBERS = frozenset({"number", "sum", "share"})
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"0", "false", "no"})


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column; what nobody declared keeps the name that it has in the file, and is ``raw``."""

    title: str
    is_number: bool = False
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell in words."""

    head: Head
    said: str


def heads(names: Sequence[str], table: Table | None, currency: str = "") -> list[Head]:
    """Return the heads of a table's columns in the language of the page, with their units.

    >>> from django.utils import translation
    >>> from amur.studies.results import TABLES
    >>> with translation.override("en"):
    ...     [one.title for one in heads(["id", "cost", "delay_ms", "x"], TABLES["facilities"]["places"])]
    ['Place', 'cost', 'Mean delay (ms)', 'x']
    """
    return [_head(name, table.column(name) if table else None, currency) for name in names]


def _head(name: str, column: Column | None, currency: str) -> Head:
    if column is None:
        return Head(name, is_raw=True)
    unit = currency if column.holds == "sum" else column.unit.say(wording.language()) if column.unit else ""
    title = column.title.say(wording.language())
    if unit and column.holds != "share":
        title = _("%(title)s (%(unit)s)") % {"title": title, "unit": unit}
    return Head(title, column.holds in _NUMBERS)


def rows(
    names: Sequence[str],
    table: Table | None,
    found: Sequence[Sequence[str]],
    shown: Sequence[Head],
    counties: Mapping[str, Text],
) -> list[tuple[Cell, ...]]:
    """Return rows of a table in words, each cell with its head."""
    columns = [table.column(name) if table else None for name in names]
    return [
        tuple(
            Cell(head, said(value, column, counties)) for head, column, value in zip(shown, columns, row, strict=True)
        )
        for row in found
    ]


def said(value: str, column: Column | None, counties: Mapping[str, Text]) -> str:
    """Return what stands in a cell, in words; what is of no kind that is known here stays as it is.

    >>> from django.utils import translation
    >>> of = lambda holds, **more: Column(Text(zh="甲", en="A"), holds, **more)
    >>> with translation.override("en"):
    ...     said("0.985", of("share"), {}), said("126.500000", of("number", decimals=6), {}), said("", of("text"), {})
    ...     said("True", of("flag"), {}), said("no", of("code", codes={"no": Text(zh="否", en="None")}), {})
    ...     said("1", of("county"), {"1": Text(zh="县", en="Shire")}), said("2", of("county"), {}), said("x", None, {})
    ('98.5 %', '126.5', '–')
    ('Yes', 'None')
    ('Shire', '2', 'x')
    """
    if not value.strip():
        return "–"
    if column is None:
        return value
    if column.holds in _NUMBERS:
        return _number(value, column)
    if column.holds == "flag":
        plain = value.lower()
        return _("Yes") if plain in _TRUE else _("No") if plain in _FALSE else value
    known = counties if column.holds == "county" else column.codes
    return known[value].say(wording.language()) if value in known else value


def _number(value: str, column: Column) -> str:
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return value
    if not exact.is_finite():
        return "–" if exact.is_nan() else value
    if column.holds == "share":
        return wording.percent(exact)
    plain = f"{exact.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP):,f}".replace("-", "−")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
