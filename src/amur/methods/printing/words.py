"""What reports, maps and charts say, in Chinese and in English, and how they write numbers and days."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from amur.base.faults import AmurError
from amur.methods.printing.vocabulary import WORDS

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
NONE = "—"
"""What stands where there is no number."""


def language_of(said: str) -> Language:
    """Return a language that reports are written in.

    >>> language_of("zh")
    'zh'

    Raises:
        AmurError: if there are none in it.
    """
    for one in LANGUAGES:
        if one == said:
            return one
    raise AmurError("no_language", f"language: found {said!r}, wanted {' or '.join(LANGUAGES)}")


def say(key: str, language: Language, **fields: Any) -> str:
    """Return a sentence of ours in a language, with its fields.

    >>> say("page", "en"), say("sites_count", "zh", count="3")
    ('Page {page} of {pages}', '3 个站址')
    """
    found = WORDS[key][LANGUAGES.index(language)]
    return found.format(**fields) if fields else found


def told(said: Any, language: Language) -> str:
    """Return what a file says in a language: a text is the same in all, otherwise it is by language.

    >>> told({"zh": "村规", "en": "Village rule"}, "en"), told("plain", "zh"), told(None, "zh")
    ('Village rule', 'plain', '')
    """
    if isinstance(said, Mapping):
        return told(said.get(language) or next((one for one in said.values() if one), ""), language)
    return "" if said is None else str(said)


def number(value: float | None, digits: int = 0) -> str:
    """Return a number with thin groups of thousands, and a dash where there is none.

    >>> number(31850088), number(None), number(2.345, 1), number(-0.04, 1)
    ('31,850,088', '—', '2.3', '0.0')
    """
    if value is None or math.isnan(value):
        return NONE
    said = f"{value:,.{digits}f}"
    return said.lstrip("-") if not said.strip("-0.,") else said


def brief(value: float, language: Language, largest: float) -> str:
    """Return a number of an axis, in the unit that people count its largest in.

    >>> brief(1_200_000, "zh", 2e6), brief(1_200_000, "en", 2e6), brief(300, "zh", 900), brief(5e7, "zh", 2e8)
    ('120万', '1.2M', '300', '0.5亿')
    """
    units = ((1e8, "亿"), (1e5, "万")) if language == "zh" else ((1e9, "bn"), (1e6, "M"), (1e5, "k"))
    worth = {"亿": 1e8, "万": 1e4, "bn": 1e9, "M": 1e6, "k": 1e3, "": 1.0}
    unit = next((unit for size, unit in units if largest >= size), "")
    return f"{float(f'{value / worth[unit]:.4g}'):,g}{unit if value else ''}"


def percent(share: float | None, at_most: float | None = None) -> str:
    """Return a share of one in percent; where it may be more, from what to what.

    Nothing but a whole is told as 100.0 %, and nothing but nothing as 0.0 %.

    >>> percent(0.8725), percent(0.5, 0.75), percent(None), percent(0.99999), percent(1), percent(0.00001)
    ('87.2%', '50.0–75.0%', '—', '>99.9%', '100.0%', '<0.1%')
    """
    if share is None or math.isnan(share):
        return NONE
    if at_most is not None and round(at_most * 100, 1) > round(share * 100, 1):
        return f"{share * 100:.1f}–{at_most * 100:.1f}%"
    said = f"{share * 100:.1f}"
    if said == "100.0" and share < 1:
        return ">99.9%"
    return "<0.1%" if said == "0.0" and share > 0 else f"{said}%"


def at_most(share: float) -> str:
    """Return a share of one that is a bound, in percent; it is never told smaller than it is.

    >>> at_most(0.00421), at_most(0.01), at_most(0)
    ('0.43%', '1.00%', '0.00%')
    """
    return f"{math.ceil(round(share * 10_000, 6)) / 100:.2f}%"


def day_of(day: date, language: Language) -> str:
    """Return a day as people write it.

    >>> day_of(date(2026, 10, 27), "zh"), day_of(date(2026, 10, 27), "en")
    ('2026年10月27日', '27 October 2026')
    """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
