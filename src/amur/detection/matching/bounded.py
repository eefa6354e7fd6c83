"""A memory that forgets what was not asked for lately, before it grows over its bound."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """Keeps values in two generations, of which the older is dropped when the younger has half of the bytes.

    What is asked for comes among the young, so what is used stays. Each entry says its own size.

    >>> kept = Bounded[str, int](most=4)
    >>> kept.put("a", 1, size=1), kept.put("b", 2, size=2), kept.put("c", 3, size=2), kept.get("a")
    (None, None, None, None)
    >>> kept.get("c")
    3
    """

    __slots__ = ("_half", "_old", "_used", "_used_before", "_young")

    def __init__(self, most: int) -> None:
        """Make one that holds at most so many bytes."""
        self._half, self._used, self._used_before = most // 2, 0, 0
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}

    def get(self, key: K) -> V | None:
        """Return what was kept, or None."""
        if (found := self._young.get(key)) is not None:
            return found[0]
        if (found := self._old.pop(key, None)) is None:
            return None
        self.put(key, *found)
        return found[0]

    def put(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes."""
        if self._used + size > self._half:
            self._old, self._young, self._used_before, self._used = self._young, {}, self._used, 0
        self._young[key] = value, size
        self._used += size

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return self._used + self._used_before

    def clear(self) -> None:
        """Forget everything."""
        self._young, self._old, self._used, self._used_before = {}, {}, 0, 0
