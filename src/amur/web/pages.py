"""Paging of lists: which page, out of how many, with totals told as ``1000+`` where counting on would be dear."""

from __future__ import annotations

from dataclasses import dataclass

COUNTED_TO = 1_000


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a list.

    >>> PageView(number=2, size=20, total=45).last, PageView(number=2, size=20, total=45).has_next
    (3, True)
    >>> PageView(number=1, size=20, total=1001).shown_total
    '1000+'
    """

    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        """Return the number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        """Say whether there is a page before this one."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """Say whether there is a page after this one."""
        return self.number < self.last

    @property
    def shown_total(self) -> str:
        """Return the total as it is shown."""
        return f"{COUNTED_TO}+" if self.total > COUNTED_TO else str(self.total)


def number_from(raw: str) -> int:
    """Return the page number of an address; what is no number is the first page.

    >>> number_from("3"), number_from("-1"), number_from("x"), number_from("9" * 30)
    (3, 1, 1, 1)
    """
    return max(1, int(raw)) if raw.isascii() and raw.isdecimal() and len(raw) < len(str(10**7)) else 1
