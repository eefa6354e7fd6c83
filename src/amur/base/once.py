"""What one look at the database asks only once: a page that is put together of many reads sees one and the same state.

Reads stay as they are and ask; while a look lasts, the first answer is theirs too. An act is never inside a look.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Answer = TypeVar("Answer")

_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Keep what is asked ``once`` until the end."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """Return the answer, asked for once while a look lasts, and each time without one.

    >>> ask = iter(range(9)).__next__
    >>> with one_look():
    ...     inside = once("a", ask), once("a", ask), once("b", ask)
    >>> inside, once("a", ask), once("a", ask)
    ((0, 0, 1), 2, 3)
    """
    known = _known.get()
    if known is None:
        return ask()
    if key not in known:
        known[key] = ask()
    answer: Answer = known[key]
    return answer
