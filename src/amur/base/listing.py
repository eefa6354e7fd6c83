"""One page of a long list. Its total stops at a thousand, since nobody reads on and counting more costs a scan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 25
MOST_COUNTED = 1_000
LAST_PAGE = MOST_COUNTED // PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """The rows of one page; ``counted`` is the number of all rows, at most one more than ``MOST_COUNTED``.

    >>> page = Listing(("a", "b"), 2, 1_001)
    >>> page.total, page.pages, page.previous, page.next
    ('1000+', 40, 1, 3)
    >>> Listing((), 1, 0).pages
    1
    """

    rows: tuple[T, ...]
    page: int
    counted: int

    @property
    def total(self) -> str:
        """Return the total as it is shown."""
        return f"{MOST_COUNTED}+" if self.counted > MOST_COUNTED else str(self.counted)

    @property
    def pages(self) -> int:
        """Return how many pages can be opened."""
        return max(1, -(-min(self.counted, MOST_COUNTED) // PAGE_SIZE))

    @property
    def previous(self) -> int | None:
        """Return the page before."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """Return the page after."""
        return self.page + 1 if self.page < self.pages else None


def bounds(page: int) -> slice:
    """Return which rows stand on a page, counted from 1; what is out of range is brought into it.

    >>> bounds(2), bounds(-5), bounds(10**9)
    (slice(25, 50, None), slice(0, 25, None), slice(975, 1000, None))
    """
    first = (valid_page(page) - 1) * PAGE_SIZE
    return slice(first, first + PAGE_SIZE)


def valid_page(page: int) -> int:
    """Return a page number that can be opened.

    >>> valid_page(0), valid_page(3), valid_page(41)
    (1, 3, 40)
    """
    return min(max(page, 1), LAST_PAGE)
