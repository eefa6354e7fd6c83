"""The beginning of something that could not be read, as it can be shown to whoever has to find it."""

from __future__ import annotations

_MOST = 80


def shown(found: bytes) -> str:
    """Return the beginning of some bytes as text on one line.

    >>> shown(b"a" * 100) == repr("a" * 80) + "…"
    True
    """
    return repr(found[:_MOST].decode("utf-8", "replace")) + ("…" if len(found) > _MOST else "")
