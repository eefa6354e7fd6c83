"""Sums of money on pages: whole minor units in, words out, and back; never a float."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from amur.base.declared import Text
from amur.base.fields import FieldError, Lookups, MoneyField

_DAY = date(2000, 1, 1)


def shown(amount: int, currency: str, language: str) -> str:
    """Return a sum as a language writes it.

    >>> shown(10_650, "CNY", "en"), shown(10_650, "CNY", "zh-hans"), shown(5, "JPY", "en")
    ('CN¥106.50', '¥106.50', '¥5')
    """
    return _field(currency).show(amount, language, Lookups(_DAY))


def dated(used: Mapping[str, Any], language: str) -> str:
    """Return a dated value that was used, as a language writes it: a sum with its currency, all else as it is written.

    >>> dated({"type": "money", "value": 1250, "written": "12.50", "unit": {"zh": "CNY", "en": "CNY"}}, "zh-hans")
    '¥12.50'
    >>> dated({"type": "integer", "value": 20, "written": "20", "unit": {"zh": "夜", "en": "nights"}}, "en")
    '20 nights'
    """
    unit = Text.model_validate(used["unit"]).say(language) if used["unit"] else ""
    if used["type"] == "money":
        return shown(used["value"], unit, language)
    return f"{used['written']} {unit}".strip()


def typed(amount: int, currency: str) -> str:
    """Return a sum as it is typed.

    >>> typed(10_650, "CNY")
    '106.50'
    """
    return _field(currency).as_typed(amount)


def read(text: str, currency: str) -> int | None:
    """Return the minor units of what was typed; None where it is no sum.

    >>> read("106.5", "CNY"), read("106.505", "CNY"), read("a lot", "CNY"), read("", "CNY")
    (10650, None, None, None)
    """
    try:
        found = _field(currency).parse(text, Lookups(_DAY))
    except FieldError:
        return None
    return found if isinstance(found, int) else None


def _field(currency: str) -> MoneyField:
    return MoneyField(id="sum", type="money", title=Text(zh="金额", en="Sum"), currency=currency, required=False)
