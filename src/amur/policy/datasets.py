"""What the pack declares, as datasets: each synced release makes a row of what it says anew, and of what it drops."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.datasets import Dataset, Row, Shape, dataset
from amur.ledger import reads as ledger
from amur.policy import reads
from amur.policy.declarations import PolicyDeclaration
from amur.policy.shapes import COMMITMENTS

Listed: TypeAlias = "Callable[[Mapping[str, Json]], Mapping[str, Mapping[str, Any]]]"
"""Gives the things that a declaration's body lists, by key, as values of columns."""

_PREFIX = "release:"


def datasets(_: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of this room; they are open to everybody."""
    return (released(COMMITMENTS, "policy", _commitments),)


def released(shape: Shape, kind: str, listed: Listed) -> Dataset:
    """Return the dataset of what the releases of the pack list in a declaration that occurs once.

    A row is made where a release says something else of a thing than the one before; what a release no longer lists
    has one more row, in which ``declared`` is false.
    """

    def rows(after: int, up_to: int) -> Iterator[Row]:
        before: Mapping[str, Mapping[str, Any]] = {}
        for place in ledger.places(-1, up_to, subjects=_PREFIX, kinds=["release.synced"]):
            found = {name: {**values, "declared": True} for name, values in _listed(place.subject, kind, listed)}
            gone = {name: {**values, "declared": False} for name, values in before.items() if name not in found}
            present = {**gone, **found}
            if place.index > after:
                changed = (values for name, values in sorted(present.items()) if before.get(name) != values)
                yield from ((place.index, place.subject, values) for values in changed)
            before = present

    return dataset(shape, rows)


def _listed(subject: str, kind: str, listed: Listed) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for declared in reads.declarations_of(subject.removeprefix(_PREFIX), kind).values():
        yield from listed(declared.body).items()


def _commitments(body: Mapping[str, Json]) -> Mapping[str, Mapping[str, Any]]:
    return {
        commitment.id: {
            "id": commitment.id,
            "clause": commitment.clause,
            "target": commitment.target,
            "verdict": commitment.verdict,
            "title_zh": commitment.title.zh,
            "title_en": commitment.title.en,
        }
        for commitment in PolicyDeclaration.model_validate(body).commitments
    }
