"""Searching as a program does it: services, public registers, records and clauses in one list."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Router, Schema

from amur.base.listing import LAST_PAGE
from amur.base.search_tokens import LONGEST_QUERY
from amur.search import reads
from amur.web.open.api.schemas import Said, said
from amur.web.requests import AmurRequest
from amur.web.results import SECTIONS, results

router = Router(tags=["search"])

Words = Annotated[
    str,
    Query(
        alias="q",
        max_length=LONGEST_QUERY,
        description="Every word must stand in what is found: signs anywhere, letters and digits from their beginning.",
    ),
]
Where = Annotated[Literal["all", "services", "registers", "pages"], Query(alias="in")]
PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE)]


class FoundOut(Schema):
    """A thing that was found; id is its id in its kind, of a record its key in the register that in_register names."""

    kind: str
    id: str
    title: Said
    in_register: Said | None
    address: str


class FoundPage(Schema):
    """What was found, twenty or so at a time."""

    total: int
    page: int
    pages: int
    found: list[FoundOut]


@router.get("", response=FoundPage, operation_id="search", summary="Search services, registers, records and clauses")
def search(request: AmurRequest, words: Words, where: Where = "all", page: PageNumber = 1) -> FoundPage:
    """Return one page: exact keys and titles first, then the newest. total stops at 1001, which means *more*."""
    kinds = SECTIONS.get(where, tuple(kind for several in SECTIONS.values() for kind in several))
    listing = reads.find(frozenset(), words, kinds=kinds, page=page)
    found = [
        FoundOut(
            kind=result.kind,
            id=result.ref,
            title=said(result.title),
            in_register=said(result.register) if result.register else None,
            address=request.build_absolute_uri(result.address),
        )
        for result in results(listing.rows, request.now.date())
    ]
    return FoundPage(total=listing.counted, page=listing.page, pages=listing.pages, found=found)
