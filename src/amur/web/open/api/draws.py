"""Draws as data: all of them, and each with what is needed to draw it again without us."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.urls import reverse
from ninja import Path, Query, Router, Schema

from amur.base.acting import PUBLIC
from amur.procedures import reads
from amur.procedures.reads import DrawView
from amur.web.open.api.schemas import Problem, Said, said
from amur.web.requests import AmurRequest

router = Router(tags=["draws"])

Number = Annotated[str, Path(pattern=r"^[0-9]{4}-[A-Z]{2,6}-[0-9]{5,9}$", max_length=40)]
Page = Annotated[int, Query(ge=1, le=9_999_999)]


class DrawOut(Schema):
    """A draw in a list; status is committed, held, impossible or withdrawn."""

    number: str
    draw: str
    title: Said
    status: str
    committed_at: datetime
    held_at: datetime | None
    address: str


class DrawFileOut(Schema):
    """What a stranger draws again by. Parts that are not there yet are null."""

    format: str
    number: str
    status: str
    withdrawn_reason: str
    commitment: dict[str, Any]
    sealed: dict[str, int] | None
    head: dict[str, str] | None
    result: dict[str, Any] | None
    receipt: dict[str, Any] | None
    entries: dict[str, str]


@router.get("", response=list[DrawOut], operation_id="draws", summary="All draws")
def draws(request: AmurRequest, page: Page = 1) -> list[DrawOut]:
    """Return one page of all draws, the newest first; withdrawn ones too."""
    return [_brief(request, one) for one in reads.draws(PUBLIC, page=page).rows]


@router.get(
    "/{number}", response={200: DrawFileOut, 404: Problem}, operation_id="draw", summary="A draw, to draw it again"
)
def draw(request: AmurRequest, number: Number) -> dict[str, Any]:  # noqa: ARG001  # the framework passes it
    """Return the commitment, the head that gave the seed, the result, and the receipt of the commitment."""
    return reads.published(PUBLIC, number)


def _brief(request: AmurRequest, one: DrawView) -> DrawOut:
    return DrawOut(
        number=one.row.number,
        draw=one.row.draw,
        title=said(one.declaration.title),
        status=one.row.status,
        committed_at=one.row.committed_at,
        held_at=one.row.held_at,
        address=request.build_absolute_uri(reverse("portal:draw", args=[one.row.number])),
    )
