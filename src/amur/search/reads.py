"""Searching: one page of what a reader may find, exact keys and titles first, then the newest."""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.search import dialect, engine
from amur.search.engine import Hit
from amur.search.models import IndexedDocument


def find(scope_labels: frozenset[str], query: str, *, kinds: Iterable[str] = (), page: int = 1) -> Listing[Hit]:
    """Return one page of the documents that hold every term of a query.

    ``scope_labels`` are the labels that the reader holds; with none the reader is the public. ``kinds`` are kinds or
    families of kinds; none means all. What is called exactly as the query says comes first, then the newest second,
    then an order within the second that is the same everywhere. Nothing is found by an empty query.
    """
    kinds = frozenset(kinds)
    asked = engine.question(query, scope_labels, kinds)
    named = engine.question(query, scope_labels, kinds, by_name=True)
    if asked is None or named is None:
        return Listing((), valid_page(page), 0)
    rows = bounds(page)
    first, _ = dialect.newest(named, MOST_COUNTED + 1)
    others, counted = dialect.newest(asked, min(rows.stop + len(first), MOST_COUNTED + 1))
    ordered = list(dict.fromkeys([*first, *others]))[:MOST_COUNTED][rows]
    found = {
        number: Hit(kind, ref)
        for number, kind, ref in IndexedDocument.objects.filter(pk__in=ordered).values_list("id", "kind", "ref")
    }
    return Listing(tuple(found[number] for number in ordered if number in found), valid_page(page), counted)


def count(scope_labels: frozenset[str], query: str, *, kinds: Iterable[str] = ()) -> int:
    """Return how many documents ``find`` would find, at most one more than are counted."""
    asked = engine.question(query, scope_labels, frozenset(kinds))
    return dialect.newest(asked, 1)[1] if asked else 0
