"""Gathers what the board measures: five queries for the whole policy, however many commitments and carriers it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from amur.base.acting import Scope
from amur.base.legal_time import amount
from amur.indicators import reads as indicators
from amur.indicators.declarations import IndicatorDeclaration
from amur.indicators.reads import ResultView, ValueView
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures import reads as procedures
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.reads import OpenCases
from amur.web.board.figures import of_many, of_value, plain
from amur.web.board.live import ClockMeasure, IndicatorMeasure, Live, ProcedureMeasure, gauge
from amur.web.board.reading import Board
from amur.web.board.view import CommitmentView

_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was measured of each carrier, and as of when."""

    at: datetime
    indicators: Mapping[str, IndicatorMeasure]
    procedures: Mapping[str, ProcedureMeasure]
    times: ResultView | None

    def live(self, commitment: CommitmentView) -> Live:
        """Return what is measured of a commitment."""
        ids = {kind: [one.id for one in commitment.carriers if one.kind == kind] for kind in ("indicator", "procedure")}
        return Live(
            tuple(self.indicators[name] for name in ids["indicator"] if name in self.indicators),
            tuple(self.procedures[name] for name in ids["procedure"] if name in self.procedures),
        )


def gathered(scope: Scope, *, at: datetime) -> Gathered:
    """Return what is measured of every carrier of the active pack."""
    on = day_of(at)
    newest = indicators.newest(scope, on=on)
    times, counts = indicators.clock_times(scope), procedures.open_cases(scope, at=at)
    values = _by_clock(times)
    return Gathered(
        at,
        {one.id: _indicator(one, newest.get(one.id)) for one in indicators.indicators(scope)},
        {
            name: procedure_measure(scope, name, definition, counts.get(name, OpenCases()), values)
            for name, definition in declared.everything().procedures.items()
        },
        times,
    )


def measured(board: Board, found: Gathered) -> Board:
    """Return the board with what is measured of each commitment."""
    return replace(
        board,
        parts=tuple(
            replace(
                part,
                clauses=tuple(
                    replace(clause, commitments=tuple(replace(one, live=found.live(one)) for one in clause.commitments))
                    for clause in part.clauses
                ),
            )
            for part in board.parts
        ),
    )


def procedure_measure(
    scope: Scope,
    name: str,
    definition: ProcedureDeclaration,
    counts: OpenCases,
    values: Mapping[tuple[str, str], Mapping[str, ValueView]],
) -> ProcedureMeasure:
    """Return what is measured of a procedure; a clock that promises nothing and never ended is left out."""
    clocks = tuple(
        clock_measure(clock, values.get((name, clock.id), {}))
        for clock in definition.clocks
        if clock.promise_working_days or (name, clock.id) in values
    )
    return ProcedureMeasure(name, definition.title, counts.open, counts.late, clocks, queue_of(scope, name, definition))


def clock_measure(clock: Clock, values: Mapping[str, ValueView]) -> ClockMeasure:
    """Return what is measured of a clock."""
    language = get_language() or "zh-hans"
    promise, days = clock.promise_working_days, values.get("days")
    share = values.get("in_promise" if promise else "in_time")
    shown = of_many(days)
    of_enough = share if of_many(share).status == "measured" else None
    return ClockMeasure(
        clock.id,
        clock.title,
        amount(clock.period.amount, clock.period.unit, language),
        amount(promise, "working_days", language) if promise else "",
        of_many(values.get("in_time")),
        of_many(values.get("in_promise")),
        shown,
        gauge(of_enough.value if of_enough else None, None, whole=_PERCENT),
        is_slow=bool(promise and days and days.value is not None and shown.text and days.value > promise),
    )


def queue_of(scope: Scope, name: str, definition: ProcedureDeclaration, view: str = "late") -> str:
    """Return the address of a procedure's cases in the queue, for whoever works on them; empty for everybody else."""
    works = scope.kind == "office" and any(
        grant.role in definition.roles and grant.procedure in {"", name} for grant in scope.grants
    )
    return f"{reverse('desk:queue')}?{urlencode({'view': view, 'procedure': name})}" if works else ""


def _by_clock(times: ResultView | None) -> Mapping[tuple[str, str], Mapping[str, ValueView]]:
    found: dict[tuple[str, str], dict[str, ValueView]] = {}
    for value in times.values if times else ():
        of = value.dimensions
        found.setdefault((str(of["procedure"]), str(of["clock"])), {})[str(of["time"])] = value
    return found


def by_clock(scope: Scope) -> tuple[ResultView | None, Mapping[tuple[str, str], Mapping[str, ValueView]]]:
    """Return how clocks went, as computed last, and the same by procedure and clock."""
    times = indicators.clock_times(scope)
    return times, _by_clock(times)


def _indicator(declaration: IndicatorDeclaration, result: ResultView | None) -> IndicatorMeasure:
    total = result.total if result else None
    target = declaration.fixed_target
    is_share = declaration.unit.en == "%"
    line = gauge(total.value if total else None, target.value if target else None, whole=_PERCENT if is_share else None)
    when: date | None = result.taken_on if result else None
    return IndicatorMeasure(
        declaration.id,
        declaration.title,
        declaration.unit,
        of_value(total) if total else None,
        line,
        plain(target.value) if target else "",
        target.on if target else None,
        when,
    )
