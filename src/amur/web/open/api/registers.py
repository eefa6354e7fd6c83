"""Public registers as data: record, history, and whole pages as JSON or CSV. Restricted fields never come here."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Query, Router

from amur.base.acting import PUBLIC
from amur.base.faults import NotFound
from amur.base.fields import Lookups
from amur.base.listing import LAST_PAGE
from amur.policy import reads as policy
from amur.registers import reads
from amur.registers.declarations import RegisterDeclaration
from amur.web.open.api.schemas import Problem, RecordOut, RecordPage, RegisterFieldsOut, RegisterOut, basis_out, said
from amur.web.open.api.services import Identifier, object_schema
from amur.web.requests import AmurRequest

router = Router(tags=["registers"])

Key = Annotated[str, Path(min_length=1, max_length=200, description="The record's key, as its page shows it.")]
Words = Annotated[str, Query(alias="q", max_length=100, description="Words to find in the key and the shown fields.")]
PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE)]

_PLAIN = ("key", "state", "number", "valid_from", "valid_to", "recorded_at", "reason", "source")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@router.get("", response=list[RegisterOut], operation_id="registers", summary="All public registers")
def registers(request: HttpRequest) -> list[RegisterOut]:
    """Return the registers that anyone may read."""
    return [RegisterOut(**_values(request, declared)) for declared in reads.registers(PUBLIC)]


@router.get(
    "/{register_id}",
    response={200: RegisterFieldsOut, 404: Problem},
    operation_id="register",
    summary="A register",
)
def register(request: AmurRequest, register_id: Identifier) -> RegisterFieldsOut:
    """Return a register with the JSON Schema of a record's public fields."""
    declared = _public(register_id)
    public = tuple(field for field in declared.fields if field.openness == "public")
    schema = object_schema(public, Lookups(on=request.now.date()))
    return RegisterFieldsOut(**_values(request, declared), record=schema)


@router.get(
    "/{register_id}/records",
    response={200: RecordPage, 404: Problem},
    operation_id="records",
    summary="Records, a page at a time",
)
def records(request: HttpRequest, register_id: Identifier, words: Words = "", page: PageNumber = 1) -> RecordPage:
    """Return one page: an exact key first, then the newest. total stops at 1001, which means *more*."""
    found = reads.records(PUBLIC, register_id, query=words, page=page)
    return RecordPage(
        total=found.counted,
        page=found.page,
        pages=found.pages,
        records=[record_out(request, row) for row in found.rows],
    )


@router.get(
    "/{register_id}/records.csv",
    response={200: str, 404: Problem},
    operation_id="records_csv",
    summary="Records as CSV, a page at a time",
)
def records_csv(request: HttpRequest, register_id: Identifier, words: Words = "", page: PageNumber = 1) -> HttpResponse:  # noqa: ARG001  # the framework passes it
    """Return one page as CSV by RFC 4180, in UTF-8 with a byte-order mark, so that spreadsheets read Chinese.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    declared = _public(register_id)
    found = reads.records(PUBLIC, register_id, query=words, page=page)
    names = [field.id for field in declared.fields if field.openness == "public"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*_PLAIN, *names, "entry_hash"])
    for row in found.rows:
        plain = [getattr(row, name) for name in _PLAIN]
        writer.writerow([_cell(value) for value in (*plain, *map(row.values.get, names), row.entry_hash)])
    return HttpResponse(
        b"\xef\xbb\xbf" + text.getvalue().encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{register_id}-{found.page}.csv"'},
    )


@router.get(
    "/{register_id}/records/{path:key}/history",
    response={200: list[RecordOut], 404: Problem},
    operation_id="record_history",
    summary="A record's history",
)
def record_history(request: HttpRequest, register_id: Identifier, key: Key) -> list[RecordOut]:
    """Return all versions, the latest first, each with its reason, its source and its ledger entry."""
    return [record_out(request, row) for row in reads.history(PUBLIC, register_id, key)]


@router.get(
    "/{register_id}/records/{path:key}",
    response={200: RecordOut, 404: Problem},
    operation_id="record",
    summary="A record",
)
def record(request: HttpRequest, register_id: Identifier, key: Key) -> RecordOut:
    """Return what is held true of a record now."""
    return record_out(request, reads.record(PUBLIC, register_id, key))


def record_out(request: HttpRequest, row: reads.RecordView) -> RecordOut:
    """Return a version of a record as the interface shows it."""
    return RecordOut(
        key=row.key,
        state=row.state,
        number=row.number,
        data=row.values,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        reason=row.reason,
        source=row.source,
        declaration_hash=row.declaration_hash,
        entry_hash=row.entry_hash,
        address=request.build_absolute_uri(reverse("portal:record", args=[row.register, row.key])),
    )


def _public(register_id: str) -> RegisterDeclaration:
    for declared in reads.registers(PUBLIC):
        if declared.id == register_id:
            return declared
    raise NotFound("no_register", f"there is no register {register_id!r}")


def _values(request: HttpRequest, declared: RegisterDeclaration) -> dict[str, Any]:
    return {
        "id": declared.id,
        "title": said(declared.title),
        "summary": said(declared.summary),
        "carries_out": list(declared.carries_out),
        "declaration_hash": policy.declaration("register", declared.id)[0],
        "basis": [basis_out(basis) for basis in declared.basis],
        "address": request.build_absolute_uri(reverse("portal:register", args=[declared.id])),
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
