"""The same question with fewer places and candidates: each plan of the smaller one is a plan of the larger."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix

from amur.methods.siting.inputs import ALONE, Candidates, Flags, Numbers, Places, Places_, Question, Reach

_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A smaller question, and which candidate of the larger one each of its candidates is."""

    question: Question
    candidates: Places_


def reduced(question: Question) -> Reduced:
    """Return the question without what no best plan needs.

    Left out are places that are served or that nothing reaches, candidates that reach nothing or that another one beats
    for no more money; places that the same candidates reach become one.
    """
    open_ = ~question.reached & (question.reach.is_reachable | np.isfinite(question.places.fallback_costs))
    matrix = question.reach.matrix[open_]
    kept = np.flatnonzero(np.asarray(matrix.sum(axis=0)).ravel() > 0)
    matrix = matrix[:, kept]
    costs, charges, groups = _parts(question.candidates)
    free = ~_is_beaten(matrix, costs[kept], charges[kept], groups[kept])
    kept, matrix = kept[free], matrix[:, free].tocsr()
    places, matrix = _merged(_taken(question.places, open_), matrix)
    return Reduced(Question(places, Candidates(costs[kept], charges[kept], groups[kept]), Reach(matrix)), kept)


def _parts(found: Candidates) -> tuple[Numbers, Numbers, Places_]:
    return found.costs, found.charges, found.groups


def _taken(places: Places, rows: Flags | Places_) -> Places:
    return Places(
        places.households[rows],
        places.counties[rows],
        places.must[rows],
        places.weights[rows],
        places.fallback_costs[rows],
        places.names[rows],
    )


def _is_beaten(matrix: csr_matrix, costs: Numbers, charges: Numbers, groups: Places_) -> Flags:
    """Say of each candidate whether another one reaches all that it does, and takes no more of anything."""
    together = (matrix.T @ matrix).tocoo()
    of_one = np.asarray(matrix.sum(axis=0)).ravel()
    one, other = together.row, together.col
    is_within = together.data >= of_one[one] - _SLACK
    is_cheaper = (costs[other] <= costs[one]) & (charges[other] <= charges[one])
    is_same = (
        (of_one[one] == of_one[other]) & (costs[one] == costs[other]) & (charges[one] == charges[other])
    )  # of two that are alike, the first stays
    is_free = (groups[one] == ALONE) & (groups[other] == ALONE)
    beats = (one != other) & is_within & is_cheaper & is_free & (~is_same | (other < one))
    found = np.zeros(len(costs), bool)
    found[one[beats]] = True
    return found


def _merged(places: Places, matrix: csr_matrix) -> tuple[Places, csr_matrix]:
    """Return places as one where the same candidates reach them and nothing else tells them apart."""
    alike: dict[tuple[object, ...], list[int]] = {}
    matrix.sort_indices()
    for row in range(matrix.shape[0]):
        inside = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tobytes()
        apart = row if np.isfinite(places.fallback_costs[row]) else -1
        key = (inside, places.counties[row], bool(places.must[row]), float(places.weights[row]), apart)
        alike.setdefault(key, []).append(row)
    firsts = np.array([rows[0] for rows in alike.values()], dtype=np.int64)
    households = np.array([places.households[rows].sum() for rows in alike.values()], dtype=np.float64)
    return replace(_taken(places, firsts), households=households), matrix[firsts]
