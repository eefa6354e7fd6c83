"""The rules of a consultation as pure functions: when it is open, and which comments a summary does not answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal

Phase = Literal["to_come", "open", "closed"]


def phase(opens_on: date, closes_on: date, on: date) -> Phase:
    """Return where a consultation is on a day; its last day belongs to it.

    >>> first, last = date(2026, 3, 1), date(2026, 3, 31)
    >>> [phase(first, last, on) for on in (date(2026, 2, 28), last, date(2026, 4, 1))]
    ['to_come', 'open', 'closed']
    """
    return "to_come" if on < opens_on else "open" if on <= closes_on else "closed"


def unanswered(serials: Collection[int], points: Iterable[Collection[int]]) -> list[int]:
    """Return the serials of comments that no point answers.

    >>> unanswered([1, 2, 3, 4], [{1, 2}, {4}])
    [3]
    """
    answered = {serial for point in points for serial in point}
    return sorted(set(serials) - answered)


def unknown(serials: Collection[int], points: Iterable[Collection[int]]) -> list[int]:
    """Return what points name and is no comment.

    >>> unknown([1, 2], [{1}, {7}])
    [7]
    """
    return sorted({serial for point in points for serial in point} - set(serials))


def serials_of(text: str) -> tuple[int, ...]:
    """Return the serials that somebody typed: numbers and spans, with commas or spaces between.

    Raises:
        ValueError: if something else stands there, or a span is too long or runs backwards.

    >>> serials_of("1, 3-5 9"), serials_of("")
    ((1, 3, 4, 5, 9), ())
    >>> serials_of("5-1")
    Traceback (most recent call last):
    ...
    ValueError: found '5-1'; write numbers and spans such as 3-5
    """
    found: set[int] = set()
    for part in text.replace(",", " ").replace("，", " ").replace("、", " ").split():
        first, dash, last = part.partition("-")
        ends = (first, last or first)
        if not all(one.isascii() and one.isdecimal() and len(one) <= _LONGEST for one in ends) or (dash and not last):
            raise ValueError(f"found {part!r}; write numbers and spans such as 3-5")
        low, high = int(ends[0]), int(ends[1])
        if high < low or high - low > _MOST:
            raise ValueError(f"found {part!r}; write numbers and spans such as 3-5")
        found |= {*range(low, high + 1)}
    return tuple(sorted(found))


_LONGEST = 7
_MOST = 100_000
