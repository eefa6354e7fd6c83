"""How the cases of each service go: open, late, handed in within a year, and how long they truly took.

What was promised stands beside it. Of few cases no number is shown, and what was not measured is not 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from amur.base.acting import PUBLIC
from amur.indicators.reads import ResultView, ValueView
from amur.procedures import reads as procedures
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.reads import OpenCases
from amur.web.board.figures import Figure, of_many
from amur.web.board.measuring import by_clock
from amur.web.portal.times import at_the_latest, by_law, longest_clock

Values = Mapping[tuple[str, str], Mapping[str, ValueView]]
_NONE = Figure("not_measured", "no_value")


@dataclass(frozen=True, slots=True)
class Going:
    """How a service goes; ``received`` is None where few cases came, ``days`` is the median of its longest clock."""

    service: ProcedureDeclaration
    clock: Clock | None
    counts: OpenCases
    received: int | None
    days: Figure = _NONE
    in_time: Figure = _NONE
    in_promise: Figure = _NONE

    @property
    def length(self) -> str:
        """Return within which time it is to be done, in words."""
        return at_the_latest(self.clock) if self.clock else ""

    @property
    def by_law(self) -> str:
        """Return how long the law gives, in words."""
        return by_law(self.clock) if self.clock else ""

    @property
    def share(self) -> Figure:
        """Return the share in time: of what was promised where something is, else of what the law gives."""
        return self.in_promise if self.clock and self.clock.promise_working_days else self.in_time


@dataclass(frozen=True, slots=True)
class Goings:
    """How all services go, and of which snapshot the times are."""

    services: tuple[Going, ...]
    times: ResultView | None


def goings(*, at: datetime) -> Goings:
    """Return how the services of today go; three queries for all of them."""
    counts, received = procedures.open_cases(PUBLIC, at=at), procedures.received(PUBLIC, at=at)
    times, values = by_clock(PUBLIC)
    return Goings(tuple(_going(one, counts, received, values) for one in procedures.services()), times)


def going(service: ProcedureDeclaration, *, at: datetime) -> Going:
    """Return how one service goes."""
    counts, received = procedures.open_cases(PUBLIC, at=at), procedures.received(PUBLIC, at=at)
    return _going(service, counts, received, by_clock(PUBLIC)[1])


def most_used(found: Goings, most: int) -> tuple[Going, ...]:
    """Return the services for which most cases came, among them none for which few did."""
    used = [one for one in found.services if one.received]
    return tuple(sorted(used, key=lambda one: -(one.received or 0))[:most])


def _going(
    service: ProcedureDeclaration, counts: Mapping[str, OpenCases], received: Mapping[str, int], values: Values
) -> Going:
    clock = longest_clock(service)
    open_cases, came = counts.get(service.id, OpenCases()), procedures.told(received.get(service.id, 0))
    if clock is None:
        return Going(service, None, open_cases, came)
    measured = values.get((service.id, clock.id), {})
    days, in_time, in_promise = (of_many(measured.get(name)) for name in ("days", "in_time", "in_promise"))
    return Going(service, clock, open_cases, came, days, in_time, in_promise)
