"""A plan played several times, and what that says of each role, state, clock and procedure; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from amur.procedures.simulating.engine import run
from amur.procedures.simulating.estimates import Estimate, estimate, percentile, share
from amur.procedures.simulating.hours import MINUTES_A_DAY
from amur.procedures.simulating.kept import Kept, Run
from amur.procedures.simulating.plans import Plan

_MINUTES_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long work waited until somebody began it, in hours of working time, and how often it waited at all."""

    mean: Estimate
    p50: Estimate
    p95: Estimate
    at_all: Estimate


@dataclass(frozen=True, slots=True)
class RoleForecast:
    """What a role has to do. ``queue`` is how many cases wait on average, ``done`` how many are begun a working day."""

    role: str
    people: int
    utilisation: Estimate
    queue: Estimate
    waiting: Waiting
    done: Estimate


@dataclass(frozen=True, slots=True)
class StateForecast:
    """What happens in a state. ``days`` is how long a case stands there, ``left`` how many leave it a working day."""

    procedure: str
    state: str
    left: Estimate
    days: Estimate
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class ClockForecast:
    """How many runs of a clock were settled in all plays, which share was late, how often its lapse did something."""

    procedure: str
    clock: str
    settled: int
    lapsed: int
    late: Estimate
    after_promise: Estimate | None


@dataclass(frozen=True, slots=True)
class RoundForecast:
    """What becomes of a round of opinions: how often it was closed, after how many days, who said nothing in time."""

    procedure: str
    round: str
    closed: int
    days: Estimate
    silent: Estimate
    too_few: Estimate


@dataclass(frozen=True, slots=True)
class ProcedureForecast:
    """What becomes of the cases of a procedure: numbers of all plays, and the share of which no clock was late."""

    procedure: str
    arrived: int
    promised: int
    ended: int
    unsettled: int
    on_time: Estimate
    a_working_day: Estimate
    days: Estimate
    days_p95: Estimate


@dataclass(frozen=True, slots=True)
class Forecast:
    """What plays of a plan say."""

    roles: tuple[RoleForecast, ...]
    states: tuple[StateForecast, ...]
    clocks: tuple[ClockForecast, ...]
    procedures: tuple[ProcedureForecast, ...]
    rounds: tuple[RoundForecast, ...]
    on_time: Estimate


def forecast(plan: Plan, passed: Callable[[int], None] = lambda _: None) -> Forecast:
    """Play a plan as often as it says; ``passed`` is told of each play that is over.

    >>> from tests.procedures.samples import CALENDAR, LICENCE
    >>> from amur.procedures.simulating import ScenarioDeclaration, plan_of
    >>> scenario = ScenarioDeclaration(procedures=[{"procedure": "licence"}], days=200, replications=3)
    >>> found = forecast(plan_of(scenario, {"licence": LICENCE}, CALENDAR))
    >>> [one.role for one in found.roles], found.on_time.value
    (['handler', 'decider'], 1.0)
    """
    runs = []
    for replication in range(plan.replications):
        runs.append(run(plan, replication))
        passed(replication + 1)
    return Forecast(
        roles=tuple(_role(plan, role, runs) for role in plan.offices),
        states=tuple(
            _state(plan, name, runs) for name in runs[0].states if any(one.states[name].stays for one in runs)
        ),
        clocks=tuple(_clock(plan, name, runs) for name in runs[0].clocks),
        procedures=tuple(_procedure(plan, name, runs) for name in runs[0].cases),
        rounds=tuple(_round(name, runs) for name in runs[0].rounds),
        on_time=on_time(runs),
    )


def on_time(runs: Sequence[Run]) -> Estimate:
    """Return the share of settled cases of which no clock was late."""
    return share(
        [
            (sum(one.settled - one.late for one in run.cases.values()), sum(one.settled for one in run.cases.values()))
            for run in runs
        ]
    )


def _working_days(plan: Plan) -> int:
    return max(plan.opening.days_up_to(plan.days) - plan.opening.days_up_to(plan.warm_up_days), 1)


def _role(plan: Plan, role: str, runs: Sequence[Run]) -> RoleForecast:
    office, kept = plan.offices[role], [one.roles[role] for one in runs]
    worked = office.time.at(plan.days * MINUTES_A_DAY) - office.time.at(plan.warm_up_days * MINUTES_A_DAY)
    worked = worked or 1.0
    return RoleForecast(
        role,
        office.people,
        estimate([one.busy_area / (worked * office.people) for one in kept]),
        estimate([one.waiting_area / worked for one in kept]),
        _waiting(kept),
        estimate([len(one.waits) / _working_days(plan) for one in kept]),
    )


def _state(plan: Plan, name: tuple[str, str], runs: Sequence[Run]) -> StateForecast:
    kept = [one.states[name] for one in runs]
    return StateForecast(
        *name,
        estimate([len(one.stays) / _working_days(plan) for one in kept]),
        estimate([fmean(one.stays) if one.stays else None for one in kept]),
        _waiting(kept),
    )


def _waiting(kept: Sequence[Kept]) -> Waiting:
    hours = [[minutes / _MINUTES_AN_HOUR for minutes in sorted(one.waits)] for one in kept]
    return Waiting(
        estimate([fmean(some) if some else None for some in hours]),
        estimate([percentile(some, 50) for some in hours]),
        estimate([percentile(some, 95) for some in hours]),
        share([(sum(wait > 0 for wait in some), len(some)) for some in hours]),
    )


def _clock(plan: Plan, name: tuple[str, str], runs: Sequence[Run]) -> ClockForecast:
    kept = [one.clocks[name] for one in runs]
    definition = next(route.definition for route in plan.routes if route.definition.id == name[0])
    promised = definition.clock(name[1]).promise_working_days is not None
    return ClockForecast(
        *name,
        sum(one.settled for one in kept),
        sum(one.lapsed for one in kept),
        share([(one.late, one.settled) for one in kept]),
        share([(one.after_promise, one.settled) for one in kept]) if promised else None,
    )


def _round(name: tuple[str, str], runs: Sequence[Run]) -> RoundForecast:
    kept = [one.rounds[name] for one in runs]
    return RoundForecast(
        *name,
        sum(len(one.days) for one in kept),
        estimate([fmean(one.days) if one.days else None for one in kept]),
        share([(one.silent, one.asked) for one in kept]),
        share([(one.too_few, len(one.days)) for one in kept]),
    )


def _procedure(plan: Plan, name: str, runs: Sequence[Run]) -> ProcedureForecast:
    kept = [one.cases[name] for one in runs]
    return ProcedureForecast(
        name,
        sum(one.arrived for one in kept),
        sum(one.promised for one in kept),
        sum(one.ended for one in kept),
        sum(one.arrived - one.settled for one in kept),
        share([(one.settled - one.late, one.settled) for one in kept]),
        estimate([one.ended / _working_days(plan) for one in kept]),
        estimate([fmean(one.days) if one.days else None for one in kept]),
        estimate([percentile(sorted(one.days), 95) for one in kept]),
    )
