"""What is owed: the amount, what was paid and given back, and what being late costs; pure, and in whole minor units.

Payments count toward the amount first. A day is late when the amount is still open as it begins, so the day of a late
payment counts. Each line of a surcharge is rounded down, so that the lines add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from amur.base.expressions import Kind, Struct

BookingKind = Literal["payment", "refund", "waiver", "lifted"]
"""Money that came, money that went back, a part of the amount that is let go, a part of the surcharge that is."""

Status = Literal["nothing", "open", "late", "part", "paid", "waived"]

FEE = Struct.of(
    {
        "demanded": Kind.BOOLEAN,
        "paid": Kind.BOOLEAN,
        "settled": Kind.BOOLEAN,
        "late": Kind.BOOLEAN,
        "amount": Kind.INTEGER,
        "owed": Kind.INTEGER,
        "surcharge": Kind.INTEGER,
        "due": Kind.DATE,
    }
)
"""What an expression may read of a fee."""

NOT_DEMANDED: Mapping[str, object] = {"demanded": False, "paid": False, "settled": False, "late": False}
"""What it reads before the fee is demanded: nothing is paid then, and there is no amount."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a demand froze: the amount, the last day, and what being late costs. ``per_day`` is a decimal text."""

    amount: int
    due_on: date
    per_day: str = ""
    fixed: int = 0
    cap: int = 0


@dataclass(frozen=True, slots=True)
class Booked:
    """One booking, on the day that it counts for."""

    kind: BookingKind
    amount: int
    on: date


@dataclass(frozen=True, slots=True)
class Line:
    """Why a surcharge is what it is: so many days on which so much was open, or a fixed sum where ``days`` is 0."""

    since: date
    until: date
    days: int
    base: int
    amount: int


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed on a day. Either nothing is ``owed`` or nothing is ``over``."""

    amount: int
    waived: int
    lines: tuple[Line, ...]
    cap: int
    lifted: int
    received: int
    returned: int

    @property
    def uncapped(self) -> int:
        """Return what the lines of the surcharge add up to."""
        return sum(line.amount for line in self.lines)

    @property
    def surcharge(self) -> int:
        """Return the surcharge: never above its cap, and without what was let go of it."""
        return max(0, min(self.uncapped, self.cap) - self.lifted)

    @property
    def total(self) -> int:
        """Return what is to be paid in all."""
        return self.amount - self.waived + self.surcharge

    @property
    def net(self) -> int:
        """Return what came and did not go back."""
        return self.received - self.returned

    @property
    def owed(self) -> int:
        """Return what is still to be paid."""
        return max(0, self.total - self.net)

    @property
    def over(self) -> int:
        """Return what was paid too much."""
        return max(0, self.net - self.total)

    @property
    def is_capped(self) -> bool:
        """Say whether the cap makes the surcharge less."""
        return self.uncapped > self.cap


def bill(terms: Terms, bookings: Iterable[Booked], on: date) -> Bill:
    """Return what is owed on a day. Bookings of a later day do not count yet.

    >>> terms = Terms(10_000, date(2026, 3, 10), per_day="0.03", cap=10_000)
    >>> late = bill(terms, [Booked("payment", 4_000, date(2026, 3, 12))], date(2026, 3, 13))
    >>> [(line.days, line.base, line.amount) for line in late.lines], late.owed
    ([(2, 10000, 600), (1, 6000, 180)], 6780)
    >>> bill(terms, [], date(2027, 3, 10)).surcharge, bill(terms, [], date(2026, 3, 10)).owed
    (10000, 10000)
    >>> bill(terms, [Booked("payment", 12_000, date(2026, 3, 9))], date(2026, 4, 1)).over
    2000
    """
    known = sorted((one for one in bookings if one.on <= on), key=lambda one: one.on)

    def summed(kind: BookingKind) -> int:
        return sum(one.amount for one in known if one.kind == kind)

    return Bill(
        amount=terms.amount,
        waived=min(terms.amount, summed("waiver")),
        lines=tuple(_lines(terms, known, on)),
        cap=terms.cap,
        lifted=summed("lifted"),
        received=summed("payment"),
        returned=summed("refund"),
    )


def _lines(terms: Terms, known: list[Booked], on: date) -> Iterable[Line]:
    """Yield the lines of a surcharge: one for each stretch of days in which the same sum was open."""
    if on <= terms.due_on:
        return
    if terms.fixed and _open(terms, known, terms.due_on):
        yield Line(terms.due_on + _ONE_DAY, on, 0, _open(terms, known, terms.due_on), terms.fixed)
    if not terms.per_day:
        return
    moments = sorted({terms.due_on, on, *(one.on for one in known if terms.due_on < one.on < on)})
    for after, until in pairwise(moments):
        base, days = _open(terms, known, after), (until - after).days
        if base:
            yield Line(after + _ONE_DAY, until, days, base, int(base * days * Fraction(terms.per_day)))


def _open(terms: Terms, known: list[Booked], at_end_of: date) -> int:
    """Return how much of the amount is open when a day is over."""
    signs = {"payment": -1, "refund": 1}
    past = [one for one in known if one.on <= at_end_of]
    waived = sum(one.amount for one in past if one.kind == "waiver")
    paid = -sum(signs.get(one.kind, 0) * one.amount for one in past)
    return max(0, terms.amount - waived - max(0, paid))


def status(found: Bill, due_on: date, on: date) -> Status:
    """Return in a word how a demand stands.

    >>> due = date(2026, 3, 10)
    >>> def at(day, *booked):
    ...     return status(bill(Terms(100, due), booked, day), due, day)
    >>> at(due), at(date(2026, 3, 11)), at(due, Booked("payment", 40, due)), at(due, Booked("payment", 100, due))
    ('open', 'late', 'part', 'paid')
    >>> at(due, Booked("waiver", 100, due)), status(bill(Terms(0, due), [], due), due, due)
    ('waived', 'nothing')
    """
    if found.owed:
        return "late" if on > due_on else "part" if found.net else "open"
    if found.net:
        return "paid"
    return "waived" if found.amount else "nothing"


def standing(found: Bill, due_on: date, on: date) -> Mapping[str, object]:
    """Return what expressions read of a fee that was demanded; it is ``paid`` when money came and nothing is owed.

    >>> due = date(2026, 3, 10)
    >>> read = standing(bill(Terms(100, due), [Booked("payment", 100, due)], due), due, due)
    >>> read["paid"], read["settled"], read["owed"]
    (True, True, 0)
    """
    return {
        "demanded": True,
        "paid": found.owed == 0 and found.net > 0,
        "settled": found.owed == 0,
        "late": found.owed > 0 and on > due_on,
        "amount": found.amount,
        "owed": found.owed,
        "surcharge": found.surcharge,
        "due": due_on,
    }


def reduced(amount: int, percent: int) -> int:
    """Return what is left of an amount of which so much of a hundred is not asked, rounded down.

    >>> reduced(999, 50), reduced(999, 100)
    (499, 0)
    """
    return amount * (100 - percent) // 100


def let_go(found: Bill, given_back: int) -> tuple[int, int]:
    """Return how much of the amount and of the surcharge is not asked any more when money is given back.

    What was paid too much goes back first; what goes back beyond that is let go, so that it is not owed again.

    >>> due = date(2026, 3, 10)
    >>> paid = bill(Terms(100, due), [Booked("payment", 130, due)], due)
    >>> let_go(paid, 30), let_go(paid, 50), let_go(paid, 130)
    ((0, 0), (20, 0), (100, 0))
    """
    beyond = max(0, given_back - found.over)
    of_amount = min(beyond, found.amount - found.waived)
    return of_amount, beyond - of_amount


def variables(fees: Iterable[str]) -> Struct:
    """Return what expressions may read of the fees of a procedure.

    >>> [name for name, _ in variables(["licence"]).fields]
    ['licence']
    """
    return Struct.of(dict.fromkeys(fees, FEE))
