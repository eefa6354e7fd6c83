"""Groups beside each other: how sure the number of each is, in which order they stand, which are too few to compare.

A share has the interval of Wilson, a rate that of Byar, both for 95 of 100: where it reaches beyond the number for all
together, the difference may be chance, and no more is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["share", "rate"]
Position: TypeAlias = Literal["better", "worse", "alike", "too_few", "no_number"]
POSITIONS: tuple[Position, ...] = ("better", "worse", "alike", "too_few", "no_number")

_Z = Decimal("1.959963984540054")
"""Of a normal distribution, 95 of 100 lie within so many standard deviations."""
_CONTEXT = Context(prec=30)


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which numbers the true one lies, 95 times of 100."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Counted:
    """A group: its number, so many counted out of so many; without a denominator there is no number."""

    name: str
    value: Decimal | None
    counted: Decimal | None
    out_of: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """A group in its place; ``rank`` is None where it is not compared."""

    group: Counted
    position: Position
    interval: Interval | None = None
    rank: int | None = None


def interval(kind: Kind, counted: Decimal, out_of: int, *, per: int, decimals: int) -> Interval:
    """Return the interval of a number in its own unit, rounded as it is.

    >>> interval("share", Decimal(81), 263, per=100, decimals=1)
    Interval(low=Decimal('25.5'), high=Decimal('36.6'))
    >>> interval("rate", Decimal(20), 20_000, per=1000, decimals=3)
    Interval(low=Decimal('0.611'), high=Decimal('1.544'))
    >>> interval("rate", Decimal(0), 1, per=1, decimals=1).low
    Decimal('0.0')
    """
    found = _wilson(counted, Decimal(out_of)) if kind == "share" else _byar(counted, Decimal(out_of))
    return Interval(*(_rounded(end * per, decimals) for end in found))


def _wilson(counted: Decimal, out_of: Decimal) -> tuple[Decimal, Decimal]:
    share, square = counted / out_of, _Z * _Z
    middle = share + square / (2 * out_of)
    reach = _Z * _CONTEXT.sqrt(max(share * (1 - share), Decimal(0)) / out_of + square / (4 * out_of * out_of))
    whole = 1 + square / out_of
    return max((middle - reach) / whole, Decimal(0)), min((middle + reach) / whole, Decimal(1))


def _byar(counted: Decimal, out_of: Decimal) -> tuple[Decimal, Decimal]:
    above = counted + 1
    high = above * (1 - 1 / (9 * above) + _Z / (3 * _CONTEXT.sqrt(above))) ** 3
    if not counted:
        return Decimal(0), high / out_of
    low = counted * (1 - 1 / (9 * counted) - _Z / (3 * _CONTEXT.sqrt(counted))) ** 3
    return max(low, Decimal(0)) / out_of, high / out_of


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=60))


@dataclass(frozen=True, slots=True)
class Rule:
    """How groups are compared: of fewer than ``least`` nothing is said."""

    kind: Kind
    is_less_better: bool
    least: int
    per: int = 1
    decimals: int = 0


def ranked(groups: Sequence[Counted], together: Counted, rule: Rule) -> tuple[Ranked, ...]:
    """Return the groups in order: the best first, then those too few to compare, then those without a number.

    Equal numbers share a rank. A share is too few to compare where it is out of fewer than ``least``; a rate, where
    fewer than ``least`` would be counted if the group were like all together.

    >>> rule = Rule("share", is_less_better=False, least=5, per=100)
    >>> def group(name, counted, out_of):
    ...     return Counted(name, Decimal(100 * counted // out_of) if out_of else None, Decimal(counted), out_of)
    >>> found = ranked([group("a", 50, 100), group("b", 99, 100), group("c", 1, 2), group("d", 3, 0)],
    ...     group("", 150, 202), rule)
    >>> [(one.group.name, one.rank, one.position) for one in found]
    [('b', 1, 'better'), ('a', 2, 'worse'), ('c', None, 'too_few'), ('d', None, 'no_number')]
    """
    placed = [_placed(group, together, rule) for group in groups]
    compared = [one for one in placed if one.position in {"better", "worse", "alike"}]
    values = [_value(one) for one in compared]
    found = []
    for one in compared:
        own = _value(one)
        before = sum(other < own if rule.is_less_better else other > own for other in values)
        found.append(replace(one, rank=before + 1))
    found.sort(key=_rank)
    rest = [one for position in ("too_few", "no_number") for one in placed if one.position == position]
    return (*found, *rest)


def _rank(one: Ranked) -> tuple[int, str]:
    return one.rank or 0, one.group.name


def _value(one: Ranked) -> Decimal:
    return one.group.value or Decimal(0)


def _placed(group: Counted, together: Counted, rule: Rule) -> Ranked:
    if group.value is None or group.counted is None or not group.out_of or group.counted < 0:
        return Ranked(group, "no_number")
    if rule.kind == "share" and group.counted > group.out_of:
        return Ranked(group, "no_number")
    reach = interval(rule.kind, group.counted, group.out_of, per=rule.per, decimals=rule.decimals)
    if _is_few(group.out_of, together, rule):
        return Ranked(group, "too_few", reach)
    return Ranked(group, _position(reach, together.value, is_less_better=rule.is_less_better), reach)


def _is_few(out_of: int, together: Counted, rule: Rule) -> bool:
    if rule.kind == "share":
        return out_of < rule.least
    if together.counted is None or not together.out_of:
        return True
    return together.counted * out_of < rule.least * Decimal(together.out_of)


def _position(reach: Interval, together: Decimal | None, *, is_less_better: bool) -> Position:
    """Say on which side of all together a whole interval lies.

    >>> _position(Interval(Decimal(1), Decimal(2)), Decimal(3), is_less_better=True)
    'better'
    >>> _position(Interval(Decimal(4), Decimal(5)), Decimal(3), is_less_better=True)
    'worse'
    >>> _position(Interval(Decimal(1), Decimal(5)), Decimal(3), is_less_better=True)
    'alike'
    >>> _position(Interval(Decimal(1), Decimal(5)), None, is_less_better=True)
    'alike'
    """
    if together is None or reach.low <= together <= reach.high:
        return "alike"
    return "better" if (reach.high < together) is is_less_better else "worse"
