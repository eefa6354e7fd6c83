"""Arrows as the compiled chart holds them: with places for names, and sets of places as whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Way:
    """A compiled arrow or a default. Where no history has a say in where it leads, it is fixed what it enters."""

    source: int
    targets: tuple[int, ...]
    guard: object
    effects: tuple[object, ...]
    internal: bool
    fixed: bool = False
    domain: int = 0
    entry: int = 0
    by_default: int = 0


def bits(mask: int) -> Iterator[int]:
    """Yield the places of a set in their order.

    >>> list(bits(0b1011))
    [0, 1, 3]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
