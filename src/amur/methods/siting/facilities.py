"""Where to put centres for content and computing, so that people are near enough to one and it costs least.

Places ask for traffic; a centre at a candidate costs something by itself and something for each unit that it serves. A
place is served by centres that are near enough in time; at least a share of all traffic has to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_matrix, vstack

from amur.base.faults import AmurError, Reason
from amur.methods.siting.inputs import Numbers, Places_
from amur.methods.siting.reasons import NoPlan, because
from amur.methods.siting.solving import Effort, no_plan_in_time, solved

_BUILT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """Traffic of each place; of each candidate what it costs, how much it can serve, and what a unit costs there.

    ``delays_ms`` is a table, places down and candidates across; infinite where there is no way.
    """

    traffic: Numbers
    costs: Numbers
    capacities: Numbers
    unit_costs: Numbers
    delays_ms: Numbers

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            AmurError: it says which row and what stands there.
        """
        places, sites = len(self.traffic), len(self.costs)
        if self.delays_ms.shape != (places, sites) or {len(self.capacities), len(self.unit_costs)} != {sites}:
            raise AmurError(
                "uneven_facilities", f"{places} places and {sites} candidates want tables of that size, not others"
            )
        for name in ("traffic", "costs", "unit_costs"):
            values = getattr(self, name)
            wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
            if len(wrong):
                raise AmurError("bad_number", f"{name}, row {wrong[0]}: found {values[wrong[0]]}, wanted 0 or more")
        for name in ("capacities", "delays_ms"):
            if (np.isnan(getattr(self, name)) | (getattr(self, name) < 0)).any():
                raise AmurError("bad_number", f"{name}: a number is missing or negative")


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Centres to build, by number; the share of each place's traffic that each serves; cost, mean delay and proof."""

    built: Places_
    shares: Numbers
    cost: float
    delay_ms: float
    served: float
    bound: float
    gap: float


def cheapest(
    asked: Facilities, *, within_ms: float, share: float = 1.0, most: int | None = None, effort: Effort | None = None
) -> Assignment:
    """Return the cheapest centres that serve a share of all traffic within a delay; no more of them than ``most``.

    Raises:
        NoPlan: if there are none; it says why.
        AmurError: if none were found in time.

    >>> near = Facilities(*map(np.array, ([5.0, 5.0], [9.0, 4.0], [10.0, 10.0], [0.0, 0.0], [[1.0, 9.0], [1.0, 9.0]])))
    >>> cheapest(near, within_ms=2).built.tolist(), cheapest(near, within_ms=10).built.tolist()
    ([0], [1])
    """
    rows, columns = np.nonzero(asked.delays_ms <= within_ms)
    total = asked.traffic.sum()
    _check(asked, rows, share, most)
    effort = effort or Effort()
    solver = _solver(asked, rows, columns, share * total, most, effort)
    said = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise NoPlan([_short_of(asked, most)])
    if said.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise no_plan_in_time(effort)
    values = np.asarray(solver.getSolution().col_value)
    shares = np.zeros(asked.delays_ms.shape)
    shares[rows, columns] = values[len(asked.costs) :]
    flow = shares * asked.traffic[:, None]
    delays = np.where(flow > 0, asked.delays_ms, 0.0)
    served, cost = float(flow.sum()), float(said.objective_function_value)
    return Assignment(
        built=np.flatnonzero(values[: len(asked.costs)] > _BUILT),
        shares=shares,
        cost=cost,
        delay_ms=float((flow * delays).sum() / served) if served else 0.0,
        served=served,
        bound=float(said.mip_dual_bound),
        gap=max(0.0, (cost - said.mip_dual_bound) / cost) if cost > 0 else 0.0,
    )


def _check(asked: Facilities, rows: Places_, share: float, most: int | None) -> None:
    if not 0 <= share <= 1 or (most is not None and most < 0):
        raise AmurError("bad_share", f"found a share of {share} and at most {most} centres; wanted 0 to 1, 0 or more")
    near = np.zeros(len(asked.traffic), bool)
    near[rows] = True
    can, total = asked.traffic[near].sum(), asked.traffic.sum()
    if total and can < share * total * (1 - 1e-9):
        values = {"asked": f"{100 * share:.1f}", "near": f"{100 * can / total:.1f}"}
        raise NoPlan([because("traffic_too_far", **values)])


def _short_of(asked: Facilities, most: int | None) -> Reason:
    largest = np.sort(asked.capacities)[::-1]
    can = largest[: most if most is not None else len(largest)].sum()
    values = {"can": f"{can:.10g}", "all": f"{asked.traffic.sum():.10g}"}
    if most is None:
        return because("centres_too_small", **values)
    return because("few_centres_too_small", most=most, **values)


def _solver(  # noqa: PLR0917 -- all that a programme is made of
    asked: Facilities, rows: Places_, columns: Places_, needed: float, most: int | None, effort: Effort
) -> Any:
    sites, ways = len(asked.costs), len(rows)
    matrix = _matrix(asked, rows, columns)
    high = np.zeros(matrix.shape[0])
    high[: len(asked.traffic)], high[-2], high[-1] = 1.0, np.inf, sites if most is None else most
    found = highspy.HighsLp()
    found.num_col_, found.num_row_ = sites + ways, matrix.shape[0]
    found.col_cost_ = np.concatenate([asked.costs, asked.traffic[rows] * asked.unit_costs[columns]])
    found.col_lower_, found.col_upper_ = np.zeros(sites + ways), np.ones(sites + ways)
    found.row_lower_ = np.concatenate([np.full(matrix.shape[0] - 2, -np.inf), [needed * (1 - 1e-9), -np.inf]])
    found.row_upper_ = high
    found.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    found.a_matrix_.start_, found.a_matrix_.index_, found.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    found.integrality_ = [highspy.HighsVarType.kInteger] * sites + [highspy.HighsVarType.kContinuous] * ways
    return solved(found, effort)


def _matrix(asked: Facilities, rows: Places_, columns: Places_) -> csr_matrix:
    """Return the rows: no place more than whole, none by what is not built, no centre more than it can; enough; few."""
    sites, ways = len(asked.costs), len(rows)
    flow, at, each = asked.traffic[rows], np.arange(ways), np.arange(sites)

    def table(values: Numbers, down: Places_, across: Places_, size: int) -> csr_matrix:
        return csr_matrix((values, (down, across)), shape=(size, sites + ways))

    whole = table(np.ones(ways), rows, sites + at, len(asked.traffic))
    within = table(np.ones(ways), at, sites + at, ways) - table(np.ones(ways), at, columns, ways)
    limits = np.where(np.isfinite(asked.capacities), asked.capacities, asked.traffic.sum())
    full = table(flow, columns, sites + at, sites) - table(limits, each, each, sites)
    enough = csr_matrix(np.concatenate([np.zeros(sites), flow])[None, :])
    few = csr_matrix(np.concatenate([np.ones(sites), np.zeros(ways)])[None, :])
    return vstack([whole, within, full, enough, few]).tocsc()
