"""A question as a mixed-integer programme, and the answer of HiGHS with the bound that it proved.

Variables: ``x`` of a candidate, built or not; ``z`` of a place, served in another way or not; ``y`` of a place,
reached, which needs no whole numbers since whatever bounds it is whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, vstack

from amur.base.faults import AmurError
from amur.methods.siting.goals import Goal
from amur.methods.siting.inputs import ALONE, Numbers, Question

_BUILT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """Which candidates are built and which places are served in another way; and the bound that was proved."""

    built: np.ndarray[Any, np.dtype[np.bool_]]
    otherwise: np.ndarray[Any, np.dtype[np.bool_]]
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Rows of a programme over ``y``: at least so many households, of all and of counties."""

    rows: csr_matrix
    least: Numbers


@dataclass(frozen=True, slots=True)
class Effort:
    """How near to the best is near enough, and how long HiGHS may look for it, in seconds of this clock on the wall."""

    gap: float = 0.01
    seconds: float = 60.0
    threads: int = 1


def least(question: Question, needs: Needs, goal: Goal, effort: Effort) -> Answer | None:
    """Return the cheapest that meets all needs, or None where there is none."""
    served = np.where(np.isfinite(question.places.fallback_costs), question.places.fallback_costs, 0)
    objective = np.concatenate([question.candidates.costs, served, np.zeros(len(question.places))])
    return _solved(question, needs, goal, objective, effort)


def cheapest_charge(question: Question, needs: Needs, effort: Effort) -> Answer | None:
    """Return what takes the least of a budget and meets all needs."""
    served = np.where(np.isfinite(question.places.fallback_costs), question.places.fallback_costs, 0)
    objective = np.concatenate([question.candidates.charges, served, np.zeros(len(question.places))])
    return _solved(question, needs, Goal(), objective, effort)


def most(question: Question, needs: Needs, goal: Goal, effort: Effort) -> Answer | None:
    """Return what reaches most weighted households within a budget; its ``bound`` is their number, below zero."""
    gain = -question.places.households * question.places.weights
    objective = np.concatenate([np.zeros(len(question.candidates) + len(question.places)), gain])
    return _solved(question, needs, goal, objective, effort)


def no_plan_in_time(effort: Effort) -> AmurError:
    """Return that the time was over before any plan was found."""
    seconds = f"{effort.seconds:g}"
    return AmurError(
        "no_plan_in_time", f"no plan was found in {seconds} seconds; give it more, or ask for less", seconds=seconds
    )


def _solved(question: Question, needs: Needs, goal: Goal, objective: Numbers, effort: Effort) -> Answer | None:
    sites, places = len(question.candidates), len(question.places)
    if not (sites or places):  # all are served, and HiGHS solves nothing about nothing
        return Answer(np.zeros(0, bool), np.zeros(0, bool), 0.0)
    solver = solved(_programme(question, needs, goal, objective), effort)
    status, said = solver.getModelStatus(), solver.getInfo()
    if status in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}:
        return None
    if said.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise no_plan_in_time(effort)
    values = np.asarray(solver.getSolution().col_value)
    bound = said.mip_dual_bound if np.isfinite(said.mip_dual_bound) else said.objective_function_value
    built, otherwise = values[:sites] > _BUILT, values[sites : sites + places] > _BUILT
    return Answer(built, otherwise, bound)


def _programme(question: Question, needs: Needs, goal: Goal, objective: Numbers) -> highspy.HighsLp:
    sites, places = len(question.candidates), len(question.places)
    has_other = np.isfinite(question.places.fallback_costs)
    rows, low, high = _rows(question, needs, goal)
    matrix = rows.tocsc()
    found = highspy.HighsLp()
    found.num_col_, found.num_row_ = sites + 2 * places, matrix.shape[0]
    found.col_cost_ = objective
    found.col_lower_ = np.concatenate([np.zeros(sites + places), question.places.must.astype(float)])
    found.col_upper_ = np.concatenate([np.ones(sites), has_other.astype(float), np.ones(places)])
    found.row_lower_, found.row_upper_ = low, high
    found.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    found.a_matrix_.start_, found.a_matrix_.index_, found.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    whole, any_ = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    found.integrality_ = [whole] * sites + [whole if one else any_ for one in has_other] + [any_] * places
    return found


def _rows(question: Question, needs: Needs, goal: Goal) -> tuple[csr_matrix, Numbers, Numbers]:
    """Return all rows with their bounds: who is reached, what is needed, the budget, one of each group."""
    sites, places = len(question.candidates), len(question.places)
    reached = hstack([question.reach.matrix, identity(places), -identity(places)])
    needed = hstack([csr_matrix((len(needs.least), sites + places)), needs.rows])
    parts, low, high = [reached, needed], [np.zeros(places), needs.least], [np.full(places + len(needs.least), np.inf)]
    if goal.budget is not None:
        others = question.places.fallback_costs
        spent = np.concatenate(
            [question.candidates.charges, np.where(np.isfinite(others), others, 0), np.zeros(places)]
        )
        parts.append(csr_matrix(spent))
        low.append(np.array([-np.inf]))
        high.append(np.array([goal.budget]))
    groups = np.unique(question.candidates.groups[question.candidates.groups != ALONE])
    for group in groups:
        row = np.concatenate([question.candidates.groups == group, np.zeros(2 * places)])
        parts.append(csr_matrix(row.astype(float)))
        low.append(np.array([-np.inf]))
        high.append(np.ones(1))
    return vstack(parts).tocsr(), np.concatenate(low), np.concatenate(high)


class _Silent(highspy.Highs):
    """HiGHS without a word: its first one comes with its callbacks, before anybody could ask for silence."""

    def enableCallbacks(self) -> Any:  # noqa: N802 -- HiGHS calls it so
        self.silent()
        return super().enableCallbacks()  # type: ignore[no-untyped-call]  # as below


def solved(programme: highspy.HighsLp, effort: Effort) -> Any:
    """Return HiGHS with a programme run."""
    solver: Any = _Silent()  # type: ignore[no-untyped-call]  # it has no types
    for name, value in (("mip_rel_gap", effort.gap), ("time_limit", effort.seconds), ("threads", effort.threads)):
        solver.setOptionValue(name, value)
    solver.setOptionValue("random_seed", 1)
    solver.passModel(programme)
    solver.run()
    return solver
