"""A memory that forgets what was not asked for lately, before it grows over its bound."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bound:
    """How many bytes some memories may keep together, in two generations.

    When the younger generation has half of it, the older is dropped everywhere. What is asked for comes among the
    young, so what is used stays.
    """

    __slots__ = ("_before", "_half", "_members", "_used")

    def __init__(self, most: int) -> None:
        """Bound memories by so many bytes."""
        self._half, self._used, self._before = most // 2, 0, 0
        self._members: list[Bounded[Any, Any]] = []

    @property
    def size(self) -> int:
        """Return how many bytes are kept."""
        return self._used + self._before

    def join(self, member: Bounded[Any, Any]) -> None:
        """Take a memory in."""
        self._members.append(member)

    def grow(self, size: int) -> None:
        """Make room for so many bytes."""
        if self._used + size > self._half:
            self._before, self._used = self._used, 0
            for member in self._members:
                member.age()
        self._used += size

    def clear(self) -> None:
        """Forget everything."""
        self._used = self._before = 0
        for member in self._members:
            member.age()
            member.age()


class Bounded(Generic[K, V]):
    """Keeps values within a bound that it shares with others; each entry says its own size.

    >>> bound = Bound(4)
    >>> kept = Bounded[str, int](bound)
    >>> kept.put("a", 1, size=1), kept.put("b", 2, size=2), kept.put("c", 3, size=2), kept.get("a")
    (None, None, None, None)
    >>> kept.get("c"), bound.size
    (3, 4)
    """

    __slots__ = ("_bound", "_old", "_young")

    def __init__(self, bound: Bound) -> None:
        """Make one that keeps nothing yet."""
        self._bound = bound
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}
        bound.join(self)

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
        self._bound.grow(size)
        self._young[key] = value, size

    def age(self) -> None:
        """Let the young be the old, and forget those that were."""
        self._old, self._young = self._young, {}
