"""What the board measures of a commitment, as plain values: indicators, clocks against what was promised, open cases.

A verdict says whether something runs and is proved; what stands here says how it goes. The two are never merged, and
what was not measured is never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from amur.base.declared import Text
from amur.web.board.figures import Figure
from amur.web.board.view import PartView, all_commitments

LATENESS = ("late", "below", "in_time")
"""By what the board is narrowed: late cases, a number below target or promise, open cases of which none is late."""
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number on a line of a thousand units, and where its target stands on it; None where there is none."""

    width: int
    mark: int | None = None

    @property
    def mark_at(self) -> int:
        """Return where the mark begins, so that it stays on the line."""
        return max(0, min(_WHOLE - 6, (self.mark or 0) - 3))


@dataclass(frozen=True, slots=True)
class IndicatorMeasure:
    """An indicator: its newest number, its target, and how the two stand."""

    id: str
    title: Text
    unit: Text
    figure: Figure | None
    gauge: Gauge | None
    target: str = ""
    target_on: date | None = None
    taken_on: date | None = None

    @property
    def is_in_force(self) -> bool:
        """Say whether its target holds already on the day of which the number is."""
        return self.target_on is not None and self.taken_on is not None and self.target_on <= self.taken_on

    @property
    def is_below(self) -> bool:
        """Say whether its target is missed or not reached yet."""
        return self.figure is not None and self.figure.standing in {"missed", "not_yet"}


@dataclass(frozen=True, slots=True)
class ClockMeasure:
    """A clock of a procedure: how many ended within the promise and within the limit, and how long half of them took.

    ``limit`` and ``promise`` are in words; ``is_slow`` says that the median is above the promise.
    """

    id: str
    title: Text
    limit: str
    promise: str
    in_time: Figure
    in_promise: Figure
    days: Figure
    gauge: Gauge | None
    is_slow: bool = False

    @property
    def share(self) -> Figure:
        """Return the share that is shown first: of what was promised, else of what the rule allows."""
        return self.in_promise if self.promise else self.in_time

    @property
    def is_below(self) -> bool:
        """Say whether something ended later than was promised, or half took longer."""
        return self.is_slow or (self.gauge is not None and self.gauge.width < _WHOLE)


@dataclass(frozen=True, slots=True)
class ProcedureMeasure:
    """A procedure: its open and late cases now, and its clocks; ``queue`` is an address for those who work on them."""

    id: str
    title: Text
    open: int
    late: int
    clocks: tuple[ClockMeasure, ...]
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """What is measured of one commitment."""

    indicators: tuple[IndicatorMeasure, ...] = ()
    procedures: tuple[ProcedureMeasure, ...] = ()

    @property
    def late(self) -> int:
        """Return how many cases of its procedures are late."""
        return sum(one.late for one in self.procedures)

    @property
    def open(self) -> int:
        """Return how many cases of its procedures are open."""
        return sum(one.open for one in self.procedures)

    @property
    def is_below(self) -> bool:
        """Say whether any number of it stays below its target or promise."""
        clocks = [clock for one in self.procedures for clock in one.clocks]
        return any(one.is_below for one in self.indicators) or any(one.is_below for one in clocks)

    def is_like(self, lateness: str) -> bool:
        """Say whether it is what a filter asks for; an empty word asks for all.

        >>> one = Live(procedures=(ProcedureMeasure("p", Text(zh="备案", en="Filing"), 3, 1, ()),))
        >>> [one.is_like(word) for word in ("", "late", "below", "in_time")]
        [True, True, False, False]
        """
        if lateness == "late":
            return self.late > 0
        if lateness == "below":
            return self.is_below
        return not lateness or (self.open > 0 and not self.late)


NOTHING = Live()
"""Nothing is measured."""


def gauge(value: Decimal | None, target: Decimal | None, *, whole: Decimal | None = None) -> Gauge | None:
    """Return a number on a line that ends at the whole, or at the larger of number and target; without either, none.

    >>> gauge(Decimal("98.6"), Decimal(100), whole=Decimal(100))
    Gauge(width=986, mark=1000)
    >>> gauge(Decimal(30), Decimal(20)), gauge(Decimal(5), None), gauge(None, Decimal(5))
    (Gauge(width=1000, mark=666), None, None)
    >>> gauge(Decimal(-1), Decimal(0)), gauge(Decimal(0), Decimal(0)), gauge(Decimal(5), Decimal(-1))
    (None, None, Gauge(width=1000, mark=None))
    """
    if value is None or (target is None and whole is None):
        return None
    end = max(value, whole if whole is not None else value, target if target is not None else value)
    if end <= 0 or value < 0:
        return None
    mark = int(target * _WHOLE / end) if target is not None and target >= 0 else None
    return Gauge(int(value * _WHOLE / end), mark)


def narrowed_by(parts: Sequence[PartView], lateness: str) -> tuple[PartView, ...]:
    """Return what is left of each part where only commitments that are so late are asked for.

    >>> narrowed_by([], "late")
    ()
    """
    found = []
    for part in parts:
        clauses = tuple(
            replace(clause, commitments=left)
            for clause in part.clauses
            if (left := tuple(one for one in clause.commitments if (one.live or NOTHING).is_like(lateness)))
        )
        if clauses:
            found.append(replace(part, clauses=clauses))
    return tuple(found)


def late_of(parts: Sequence[PartView]) -> int:
    """Return how many cases are late in all, each procedure counted once.

    >>> late_of([])
    0
    """
    late = {one.id: one.late for shown in all_commitments(parts) for one in (shown.live or NOTHING).procedures}
    return sum(late.values())
