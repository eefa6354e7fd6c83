"""The trace: from each commitment to its carriers and examples, and the verdict that follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from amur.base.declared import MayCarry
from amur.packs.declarations import ExampleDeclaration
from amur.packs.engine import Found, Pack
from amur.policy.declarations import CommitmentDeclaration, PolicyDeclaration

AUTOMATED, ASSISTED, UNPROVED, GAP = "automated", "assisted", "unproved", "gap"
"""Verdicts that are computed: a person decides in what is assisted; unproved was not run; a gap proves nothing."""


def trace(pack: Pack, results: Mapping[str, bool] | None) -> dict[str, Any]:
    """Return the trace of a pack, given which examples passed, or None where they were not run.

    A commitment is carried out only when each example that names it passed and there is at least one.
    """
    policy = pack.one(PolicyDeclaration)
    lines = [_line(pack, commitment, results) for commitment in policy.commitments] if policy else []
    counts = Counter(line["verdict"] for line in lines)
    return {
        "commitments": lines,
        "counts": {"total": len(lines), **dict(sorted(counts.items()))},
        "gaps": [line["id"] for line in lines if line["verdict"] == GAP],
    }


def as_if_proved(pack: Pack) -> dict[str, Any]:
    """Return the trace of a pack whose examples all pass, as the gate sees to it."""
    return trace(pack, {example.id: True for _, example in pack.of(ExampleDeclaration)})


def _line(pack: Pack, commitment: CommitmentDeclaration, results: Mapping[str, bool] | None) -> dict[str, Any]:
    carriers = list(_carriers(pack, commitment.id))
    passed = {
        example.id: None if results is None else results.get(example.id, False)
        for _, example in pack.of(ExampleDeclaration)
        if commitment.id in example.proves
    }
    return {
        "id": commitment.id,
        "clause": commitment.clause,
        "target": commitment.target,
        "verdict": _verdict(commitment, [carrier for _, carrier in carriers], list(passed.values())),
        "carriers": [{"kind": found.kind.name, "id": found.id, "file": found.file} for found, _ in carriers],
        "examples": [{"id": name, "passed": result} for name, result in passed.items()],
    }


def _carriers(pack: Pack, commitment_id: str) -> Iterator[tuple[Found, MayCarry]]:
    for found, carrier in pack.of(MayCarry):
        if commitment_id in carrier.carries_out:
            yield found, carrier


def _verdict(commitment: CommitmentDeclaration, carriers: list[MayCarry], passed: list[bool | None]) -> str:
    """Return the computed verdict where something carries the commitment out, else the declared one.

    One carrier in which a person decides makes the whole assisted.
    """
    if not carriers:
        return commitment.verdict or GAP
    if not passed or False in passed:
        return GAP
    if None in passed:
        return UNPROVED
    return ASSISTED if any(carrier.assisted for carrier in carriers) else AUTOMATED
