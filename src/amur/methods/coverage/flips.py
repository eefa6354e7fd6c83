"""What definitions make of a county, side by side, and which villages are covered by one and not by another.

A share is given twice: of what is covered for sure, and of what is covered at most, if all of which nothing is known
were. Where there is nothing to have a share of, there is none, not zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa

from amur.base.faults import AmurError
from amur.methods.coverage import reasons
from amur.methods.coverage.definitions import COVERED, NOT_COVERED, NOT_KNOWN, WORDS, Verdicts
from amur.methods.coverage.villages import Numbers, Rows, Words

ALL = ""
"""The county of a row that is about all counties together."""
SHARES = pa.schema(
    [
        ("county", pa.string()),
        ("definition", pa.string()),
        ("measure", pa.string()),
        ("total", pa.float64()),
        ("covered", pa.float64()),
        ("not_known", pa.float64()),
        ("share", pa.float64()),
        ("share_at_most", pa.float64()),
    ]
)
ANSWERS = pa.schema(
    [
        ("id", pa.string()),
        ("county", pa.string()),
        ("definition", pa.string()),
        ("answer", pa.string()),
        ("why", pa.string()),
        ("why_code", pa.string()),
    ]
)
FLIPS = pa.schema(
    [
        ("id", pa.string()),
        ("county", pa.string()),
        ("first", pa.string()),
        ("second", pa.string()),
        ("by_first", pa.string()),
        ("by_second", pa.string()),
        ("why_first", pa.string()),
        ("why_second", pa.string()),
        ("why_first_code", pa.string()),
        ("why_second_code", pa.string()),
    ]
)
BETWEEN = pa.schema(
    [
        ("first", pa.string()),
        ("second", pa.string()),
        ("both", pa.float64()),
        ("only_first", pa.float64()),
        ("only_second", pa.float64()),
        ("neither", pa.float64()),
        ("not_known", pa.float64()),
    ]
)


def shares(verdicts: Mapping[str, Verdicts], counties: Words, measures: Mapping[str, Numbers]) -> pa.Table:
    """Return the share of each measure under each definition, of each county and, with no county's code, of all.

    ``measures`` are what rows weigh, by name: ones for villages, households, people, square kilometres. A row is what
    was judged: a village, or a point of ground.

    >>> from amur.methods.coverage.definitions import SiteWithin, judged_ground
    >>> from amur.methods.coverage.villages import Points
    >>> ground = Points(np.zeros(2), np.array([0.0, 1.0]))
    >>> found = judged_ground([SiteWithin("near", "nobody", 5)], ground, sites=Points(np.zeros(1), np.zeros(1)))
    >>> told = shares(found, np.array(["a", "a"]), {"people": np.array([30.0, 10.0])})
    >>> told.select(["county", "covered", "share"]).to_pylist()[0]
    {'county': 'a', 'covered': 30.0, 'share': 0.75}

    Raises:
        AmurError: if there are not as many counties and weights as verdicts, or a weight is none; with the row.
    """
    codes, of = np.unique(np.asarray(counties, dtype=np.str_), return_inverse=True)
    size = len(codes)
    columns: dict[str, list[Any]] = {name: [] for name in SHARES.names}
    for measure, said in measures.items():
        weights = _weights(measure, said, len(of))
        total = _summed(of, weights, size)
        for id_, found in verdicts.items():
            _fits(id_, found, len(of))
            covered = _summed(of, weights * (found.states == COVERED), size)
            unknown = _summed(of, weights * (found.states == NOT_KNOWN), size)
            columns["county"] += [*codes.tolist(), ALL]
            columns["definition"] += [id_] * (size + 1)
            columns["measure"] += [measure] * (size + 1)
            for name, values in (("total", total), ("covered", covered), ("not_known", unknown)):
                columns[name] += values.tolist()
            columns["share"] += _parts(covered, total)
            columns["share_at_most"] += _parts(covered + unknown, total)
    return pa.table(columns, schema=SHARES)


def answers(verdicts: Mapping[str, Verdicts], ids: Words, counties: Words) -> pa.Table:
    """Return what each definition says of each village, and why, in English and as a code.

    >>> from amur.methods.coverage.definitions import SiteWithin, judged_ground
    >>> from amur.methods.coverage.villages import Points
    >>> found = judged_ground([SiteWithin("near", "nobody", 5)], Points(np.zeros(1), np.zeros(1)), sites=Points([], []))
    >>> answers(found, np.array(["v"]), np.array(["a"])).select(["id", "answer", "why"]).to_pylist()
    [{'id': 'v', 'answer': 'not covered', 'why': 'there is no site'}]

    Raises:
        AmurError: if there are not as many ids and counties as verdicts.
    """
    columns: dict[str, list[str]] = {name: [] for name in ANSWERS.names}
    for id_, found in verdicts.items():
        _named(id_, found, ids, counties)
        columns["id"] += np.asarray(ids).tolist()
        columns["county"] += np.asarray(counties).tolist()
        columns["definition"] += [id_] * len(found)
        columns["answer"] += [WORDS[state] for state in found.states]
        codes = found.why()
        columns["why"] += [reasons.said(one, "en") for one in codes]
        columns["why_code"] += codes
    return pa.table(columns, schema=ANSWERS)


def flips(verdicts: Mapping[str, Verdicts], ids: Words, counties: Words) -> pa.Table:
    """Return who flips: each row that two definitions answer differently, with both answers and why; pair by pair.

    >>> from amur.methods.coverage.definitions import SiteWithin, judged_ground
    >>> from amur.methods.coverage.villages import Points
    >>> rules = [SiteWithin("far", "nobody", 500), SiteWithin("near", "nobody", 5)]
    >>> found = judged_ground(rules, Points(np.zeros(1), np.ones(1)), sites=Points(np.zeros(1), np.zeros(1)))
    >>> flips(found, np.array(["v"]), np.array(["a"])).select(["id", "by_first", "why_second"]).to_pylist()
    [{'id': 'v', 'by_first': 'covered', 'why_second': 'the nearest site is 111.32 km away, too far'}]

    Raises:
        AmurError: if there are not as many ids and counties as verdicts.
    """
    columns: dict[str, list[str]] = {name: [] for name in FLIPS.names}
    why = {name: found.why() for name, found in verdicts.items() if len(verdicts) > 1}
    for first, second in combinations(verdicts, 2):
        one, other = verdicts[first], verdicts[second]
        _named(first, one, ids, counties)
        _named(second, other, ids, counties)
        rows = np.flatnonzero(one.states != other.states)
        columns["id"] += np.asarray(ids)[rows].tolist()
        columns["county"] += np.asarray(counties)[rows].tolist()
        columns["first"] += [first] * len(rows)
        columns["second"] += [second] * len(rows)
        for side, name, found in (("first", first, one), ("second", second, other)):
            columns[f"by_{side}"] += [WORDS[state] for state in found.states[rows]]
            codes = [why[name][row] for row in rows.tolist()]
            columns[f"why_{side}"] += [reasons.said(one, "en") for one in codes]
            columns[f"why_{side}_code"] += codes
    return pa.table(columns, schema=FLIPS)


def between(verdicts: Mapping[str, Verdicts], weights: Numbers) -> pa.Table:
    """Return for each two definitions the weight that both cover, only one, or neither; or that one does not know of.

    The five add up to the whole weight, for each pair.

    >>> from amur.methods.coverage.definitions import SiteWithin, judged_ground
    >>> from amur.methods.coverage.villages import Points
    >>> rules = [SiteWithin("far", "nobody", 500), SiteWithin("near", "nobody", 5)]
    >>> found = judged_ground(rules, Points(np.zeros(1), np.ones(1)), sites=Points(np.zeros(1), np.zeros(1)))
    >>> between(found, np.array([40.0])).to_pylist()[0]["only_first"]
    40.0

    Raises:
        AmurError: if there are not as many weights as verdicts, or one is none; with the row.
    """
    rows = []
    weighed = _weights("weights", weights, len(weights))
    for first, second in combinations(verdicts, 2):
        one, other = verdicts[first].states, verdicts[second].states
        for id_ in (first, second):
            _fits(id_, verdicts[id_], len(weighed))
        rows.append(
            {
                "first": first,
                "second": second,
                "both": float(weighed @ ((one == COVERED) & (other == COVERED))),
                "only_first": float(weighed @ ((one == COVERED) & (other == NOT_COVERED))),
                "only_second": float(weighed @ ((one == NOT_COVERED) & (other == COVERED))),
                "neither": float(weighed @ ((one == NOT_COVERED) & (other == NOT_COVERED))),
                "not_known": float(weighed @ ((one == NOT_KNOWN) | (other == NOT_KNOWN))),
            }
        )
    return pa.Table.from_pylist(rows, schema=BETWEEN)


def _summed(of: Rows, weights: Numbers, size: int) -> Numbers:
    """Return the sum of each county and, last, of all."""
    found: Numbers = np.asarray(np.bincount(of, weights, size), dtype=np.float64)
    return np.append(found, found.sum())


def _parts(of_it: Numbers, total: Numbers) -> list[float | None]:
    return [min(1.0, part / whole) if whole > 0 else None for part, whole in zip(of_it, total, strict=True)]


def _weights(name: str, said: Numbers, count: int) -> Numbers:
    found = np.asarray(said, dtype=np.float64)
    if found.shape != (count,):
        raise AmurError("uneven_weights", f"{name}: {count} rows have {found.size} weights; each needs one")
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(wrong):
        raise AmurError(
            "bad_number",
            f"{name}, row {wrong[0]}: found {found[wrong[0]]}, wanted a number that is not negative",
            where=f"{wrong[0]}, {name}",
            found=str(found[wrong[0]]),
        )
    return found


def _named(id_: str, found: Verdicts, ids: Words, counties: Words) -> None:
    _fits(id_, found, len(ids))
    if len(counties) != len(ids):
        raise AmurError("uneven_flips", f"{len(ids)} ids have {len(counties)} counties; each needs one")


def _fits(id_: str, found: Verdicts, count: int) -> None:
    if len(found) != count:
        raise AmurError("uneven_verdicts", f"{id_} judges {len(found)} rows, and {count} are asked for")
