"""The manifest: which files are the snapshot, at which index of which ledger, and what each must be.

It is the one file that is replaced; everything that it does not name is not there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from amur.indicators.engine.parts import Part

FORMAT = "amur-datasets/1"


@dataclass(frozen=True, slots=True)
class Head:
    """The signed head of the ledger that the snapshot is read at: its size, root and instant (RFC 3339, UTC)."""

    size: int
    root: str
    made_at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A dataset as it is stored; ``fingerprint`` and ``basis`` say when everything must be read anew."""

    openness: str
    fingerprint: str
    basis: str
    parts: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        """Return how many rows there are, versions counted each."""
        return sum(part.rows for part in self.parts)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All datasets at the index of a head."""

    head: Head
    datasets: Mapping[str, Stored] = field(default_factory=dict)

    @property
    def index(self) -> int:
        """Return the sealed index up to which everything was read."""
        return self.head.size - 1

    @property
    def files(self) -> frozenset[str]:
        """Return all files that the snapshot is made of."""
        return frozenset(part.file for stored in self.datasets.values() for part in stored.parts)

    def text(self) -> str:
        """Return the manifest as it is stored."""
        body = {
            "format": FORMAT,
            "index": self.index,
            "head": asdict(self.head),
            "datasets": {name: asdict(stored) for name, stored in sorted(self.datasets.items())},
        }
        return json.dumps(body, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Manifest | None:
    r"""Return a manifest that was stored, or None where the text is none of this format.

    >>> kept = Manifest(Head(3, "ab", "2026-01-01T00:00:00Z"), {"lamps": Stored("public", "f", "", (
    ...     Part("lamps/1.parquet", -1, 2, 5, 100, "cd"),))})
    >>> read(kept.text()) == kept, read("{}"), read("\x00")
    (True, None, None)
    """
    try:
        body = json.loads(text)
        if body["format"] != FORMAT:
            return None
        return Manifest(Head(**body["head"]), {name: _stored(told) for name, told in body["datasets"].items()})
    except (ValueError, KeyError, TypeError):
        return None


def _stored(told: dict[str, Any]) -> Stored:
    return Stored(**{**told, "parts": tuple(Part(**part) for part in told["parts"])})
