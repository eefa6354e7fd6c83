"""Which files of a dataset are joined, so that many small increments do not stay many small files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_PARTS = 8
"""So many files of one size are joined."""
FULL_ROWS = 1_000_000
"""A file with so many rows is left as it is."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a dataset: the rows of after < index ≤ up_to, and what the file must be."""

    file: str
    after: int
    up_to: int
    rows: int
    bytes: int
    sha256: str


def to_join(parts: Sequence[Part]) -> tuple[int, int] | None:
    """Return from which to before which part a dataset's files are to be joined, or None.

    There are four sizes, each eight times the one before. When the newest files are all below one of them and enough
    to be joined, they are: so a dataset has few files, and a row is written again a few times only.

    >>> def sizes(*rows):
    ...     return [Part(f"{n}", n - 1, n, size, 0, "") for n, size in enumerate(rows)]
    >>> to_join(sizes(1, 1, 1)), to_join(sizes(*[1] * 8))
    (None, (0, 8))
    >>> to_join(sizes(9_000, *[1] * 8)), to_join(sizes(*[FULL_ROWS] * 9))
    ((1, 9), None)
    """
    for size in (FULL_ROWS // 512, FULL_ROWS // 64, FULL_ROWS // 8, FULL_ROWS):
        small = 0
        for part in reversed(parts):
            if part.rows >= size:
                break
            small += 1
        if small >= MOST_PARTS:
            return len(parts) - small, len(parts)
    return None
