"""A release that is held: whoever does many acts in one transaction need not ask for each of them which pack runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_held: ContextVar[str] = ContextVar("held_release", default="")


@contextmanager
def hold(release: str) -> Iterator[None]:
    """Let this be the release that runs until the end, for this context alone."""
    token = _held.set(release)
    try:
        yield
    finally:
        _held.reset(token)


def held() -> str:
    """Return the release that is held, or nothing.

    >>> with hold("abc"):
    ...     inside = held()
    >>> inside, held()
    ('abc', '')
    """
    return _held.get()
