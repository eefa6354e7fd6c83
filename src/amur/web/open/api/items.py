"""Items of the catalogue as data: six basic elements and what a guide says, derived from procedure and register."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from ninja import Query, Router, Schema

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.people import reads as people
from amur.procedures.items import engine, reads
from amur.procedures.items.reads import ItemView
from amur.registers.sheets import write_csv
from amur.web.open.api.schemas import BasisOut, Said, basis_out, said
from amur.web.requests import AmurRequest

router = Router(tags=["items"])

On = Annotated[date | None, Query(description="As the items stand on this day, such as 2026-03-01; else today.")]


class PaperOut(Schema):
    """A paper that is asked for."""

    title: Said
    required: bool


class ItemOut(Schema):
    """An item: name, code, type, authority, implementing body and basis, then what its guide says.

    data is what the register of items says of it; state is null where no record was entered yet.
    """

    code: str
    name: Said
    state: str | None
    state_title: Said | None
    since: date | None
    implementing_body: Said
    data: dict[str, Any]
    basis: list[BasisOut]
    is_open: bool
    handling: Said
    online: Said
    visits: int
    reach: Said | None
    for_whom: Said
    fee: Said
    result: Said
    steps: int
    papers: list[PaperOut]
    legal_amount: int | None
    legal_unit: str | None
    promised_working_days: int | None
    appeal: Said
    service: str
    guide: str


@router.get(
    "", response=list[ItemOut], operation_id="items", summary="Items of the catalogue that are carried out here"
)
def items(request: AmurRequest, on: On = None) -> list[ItemOut]:
    """Return the items that procedures carry out, as they stand on a day."""
    bodies = people.body_titles()
    return [_out(request, one, said(bodies[one.definition.body_id])) for one in _found(request, on)]


@router.get("/table.csv", response=str, operation_id="items_csv", summary="Items as CSV")
def items_csv(request: AmurRequest, on: On = None) -> HttpResponse:
    """Return the items as CSV by RFC 4180, in UTF-8 with a byte-order mark."""
    bodies = people.body_titles()
    rows = [list(_COLUMNS)]
    for one in _found(request, on):
        shown = _out(request, one, said(bodies[one.definition.body_id]))
        rows.append([_cell(getattr(shown, name)) for name in _COLUMNS])
    return HttpResponse(
        b"".join(write_csv(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="items.csv"'},
    )


_COLUMNS = (
    "code",
    "name",
    "state",
    "since",
    "implementing_body",
    "basis",
    "is_open",
    "handling",
    "online",
    "visits",
    "for_whom",
    "fee",
    "result",
    "steps",
    "papers",
    "legal_amount",
    "legal_unit",
    "promised_working_days",
    "service",
)


def _cell(value: object) -> str:
    """Return a value as one cell: texts in Chinese, several of them with semicolons between."""
    if isinstance(value, list):
        return "；".join(f"{one.title.zh}{getattr(one, 'article', '')}" for one in value)
    if isinstance(value, Said):
        return value.zh
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _found(request: AmurRequest, on: date | None) -> Iterator[ItemView]:
    return reads.items(PUBLIC, on=on or localdate(request.now))


def _out(request: AmurRequest, one: ItemView, body: Said) -> ItemOut:
    definition, item, record = one.definition, one.item, one.record
    clock = engine.limit(definition)
    data: dict[str, Json] = dict(record.values) if record else {}
    return ItemOut(
        code=item.key,
        name=said(definition.title),
        state=record.state if record else None,
        state_title=said(record.standing.title) if record else None,
        since=record.valid_from if record else None,
        implementing_body=body,
        data=data,
        basis=[basis_out(basis) for basis in definition.basis],
        is_open=one.is_open,
        handling=said(item.handling),
        online=said(item.online),
        visits=item.visits,
        reach=said(item.reach) if item.reach else None,
        for_whom=said(definition.for_whom),
        fee=said(definition.fee),
        result=said(definition.result),
        steps=engine.steps(definition),
        papers=[PaperOut(title=said(paper.title), required=paper.required) for paper in engine.papers(definition)],
        legal_amount=clock.period.amount if clock else None,
        legal_unit=clock.period.unit if clock else None,
        promised_working_days=clock.promise_working_days if clock else None,
        appeal=said(definition.appeal.body),
        service=definition.id,
        guide=request.build_absolute_uri(reverse("portal:service", args=[definition.id])),
    )
