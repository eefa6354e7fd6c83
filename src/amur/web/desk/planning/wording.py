"""What the workbench calls sums, shares, states and proofs, in the language of the page."""

from __future__ import annotations

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_symbol
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from amur.base.declared import Text
from amur.base.fields.amounts import locale_of

_MYRIAD, _MYRIAD_OF_MYRIADS = Decimal(10_000), Decimal(100_000_000)
_HUNDRED, _MILLION = Decimal(100), Decimal(1_000_000)
_PLACES = 2
_FINE = Decimal("0.001")


def language() -> str:
    """Return the language of the page."""
    return get_language() or "zh-hans"


def text(said: str | Text) -> str:
    """Return a text of a declaration in the language of the page; what somebody typed stays as it is.

    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     text("节点布局"), text(Text(zh="节点", en="Centres"))
    ('节点布局', '节点')
    """
    return said if isinstance(said, str) else said.say(language())


def money(amount: Decimal | None, currency: str) -> str:
    """Return a sum as one says it: large ones in myriads in Chinese, in millions in English, small ones exactly.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     money(Decimal(2_500_000), "CNY"), money(Decimal("812.4"), "CNY"), money(Decimal(12_000), "")
    ('CN¥2.5 million', 'CN¥812', '12,000')
    >>> with translation.override("en"):
    ...     money(Decimal("0.507216"), "CNY"), money(Decimal(0), "")
    ('CN¥0.51', '0')
    >>> with translation.override("zh-hans"):
    ...     money(Decimal(2_500_000), "CNY"), money(Decimal(812), "CNY"), money(Decimal(312_000_000), "")
    ('250 万元', '812 元', '3.12 亿')
    """
    if amount is None:
        return "–"
    if language().startswith("zh"):
        yuan = "元" if currency == "CNY" else f" {currency}" if currency else ""
        if abs(amount) >= _MYRIAD_OF_MYRIADS:
            return f"{shortened(amount / _MYRIAD_OF_MYRIADS)} 亿{yuan}"
        if abs(amount) >= _MYRIAD:
            return f"{shortened(amount / _MYRIAD)} 万{yuan}"
        return f"{_small(amount)} {yuan.strip()}".strip()
    sign = get_currency_symbol(currency, locale=locale_of(language())) if currency else ""
    if abs(amount) >= _MILLION:
        return _("%(sum)s million") % {"sum": f"{sign}{shortened(amount / _MILLION)}"}
    return f"{sign}{_small(amount)}"


def _small(amount: Decimal) -> str:
    return shortened(amount) if abs(amount) < _HUNDRED else whole(amount)


def whole(amount: Decimal) -> str:
    """Return a number without its decimals, thousands parted.

    >>> whole(Decimal("1234567.5")), whole(Decimal(0))
    ('1,234,568', '0')
    """
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,f}"


def shortened(amount: Decimal) -> str:
    """Return a number to two decimals, without those that are nought.

    >>> shortened(Decimal("2.500")), shortened(Decimal("1234.567")), shortened(Decimal(30))
    ('2.5', '1,234.57', '30')
    """
    said = f"{amount.quantize(Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP):,f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def percent(share: Decimal | float | None) -> str:
    """Return a share of 1 in per cent; a tenth of one where it matters.

    >>> percent(Decimal("0.98765")), percent(Decimal(1)), percent(None), percent(Decimal("0.00042"))
    ('98.8 %', '100 %', '–', '0.04 %')
    """
    if share is None:
        return "–"
    exact = Decimal(str(share)) * 100
    places = Decimal("0.01") if 0 < abs(exact) < 1 else Decimal("0.1")
    said = f"{exact.quantize(places, ROUND_HALF_UP):f}"
    return f"{said.rstrip('0').rstrip('.') if '.' in said else said} %"


def difference(first: Decimal | None, second: Decimal | None) -> Decimal | None:
    """Return by how much the second is more; None where one of them is not there.

    >>> difference(Decimal(3), Decimal(5)), difference(None, Decimal(5))
    (Decimal('2'), None)
    """
    return None if first is None or second is None else second - first


def signed(words: str, amount: Decimal | None) -> str:
    """Return a difference with its sign; what is the same is said in words.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     signed("12", Decimal(12)), signed("3", Decimal(-3)), signed("0", Decimal(0)), signed("", None)
    ('+12', '−3', 'the same', '–')
    """
    if amount is None:
        return "–"
    if not amount:
        return pgettext("two numbers", "the same")
    return f"{'+' if amount > 0 else chr(0x2212)}{words}"


def proof(gap: Decimal, *, is_least_cost: bool) -> str:
    """Return in plain words how far a plan is from the best at most."""
    if gap < Decimal("0.000005"):
        return (
            _("It is proved that no cheaper plan reaches this.")
            if is_least_cost
            else _("It is proved that no plan for this money reaches more.")
        )
    if is_least_cost:
        said = {"gap": percent(gap)}
        return _("At most %(gap)s of its cost could be saved; it is proved that no plan saves more.") % said
    said = {"share": percent((1 - gap).quantize(_FINE, ROUND_FLOOR))}
    return (
        _("It is proved that this reaches at least %(share)s of what the best plan for this money could reach.") % said
    )


def served() -> dict[str, str]:
    """Return how a place is served by a plan, in words."""
    return {
        "before": _("Reached before"),
        "site": _("Reached by a new site"),
        "otherwise": _("Served another way"),
        "none": _("Not reached"),
    }


def households(count: Decimal, *, is_reach: bool = False) -> str:
    """Return a number of households, or of those within the reach of a site.

    >>> from django.utils import translation
    >>> with translation.override("en"):
    ...     households(Decimal(1)), households(Decimal(1200), is_reach=True)
    ('1 household', '1,200 households within reach')
    """
    plural = int(count) if count == int(count) else 2
    said = (
        ngettext("%(count)s household within reach", "%(count)s households within reach", plural)
        if is_reach
        else ngettext("%(count)s household", "%(count)s households", plural)
    )
    return said % {"count": whole(count)}


def separator() -> str:
    """Return what parts the items of a line: a full-width space in Chinese, a middle dot in English."""
    return "\N{IDEOGRAPHIC SPACE}" if language().startswith("zh") else " · "
