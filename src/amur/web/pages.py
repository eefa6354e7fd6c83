"""Which page of a list an address asks for. How long a page is and how far one can leaf is ``base.listing``."""

from __future__ import annotations

_LONGEST = 7


def number_from(raw: str) -> int:
    """Return the page number of an address; what is no number is the first page.

    >>> number_from("3"), number_from("-1"), number_from("x"), number_from("9" * 30)
    (3, 1, 1, 1)
    """
    return max(1, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) <= _LONGEST else 1
