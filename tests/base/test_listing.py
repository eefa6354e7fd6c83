from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from amur.base.listing import LAST_PAGE, MOST_COUNTED, PAGE_SIZE, Listing, bounds, valid_page


@given(st.integers(), st.integers(0, MOST_COUNTED + 1))
def test_every_page_number_opens_a_page(number, counted):
    page = valid_page(number)
    listing = Listing((), page, counted)
    assert 1 <= page <= LAST_PAGE
    assert bounds(number).stop - bounds(number).start == PAGE_SIZE
    assert (listing.previous is None) == (page == 1)
    assert (listing.next is None) == (page >= listing.pages)


def test_a_total_stops_at_a_thousand():
    assert [Listing((), 1, n).total for n in (0, 1_000, 1_001)] == ["0", "1000", "1000+"]
    assert [Listing((), 1, n).pages for n in (0, 25, 26, 1_001)] == [1, 1, 2, LAST_PAGE]
