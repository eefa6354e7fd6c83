"""Public registers as data: record, history, and whole pages as JSON or CSV. Restricted fields never come here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from ninja import Path, Query, Router
from pydantic import WithJsonSchema

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.base.faults import Invalid, NotFound
from amur.base.fields import FieldDeclaration, Lookups
from amur.base.listing import LAST_PAGE
from amur.policy import reads as policy
from amur.registers import lookups, reads
from amur.registers.declarations import RegisterDeclaration, is_open
from amur.registers.sheets import write_csv
from amur.web.listing import OURS, moments_from, wanted_from
from amur.web.open.api.schemas import (
    FilterOut,
    Problem,
    RecordOut,
    RecordPage,
    RegisterFieldsOut,
    RegisterOut,
    Said,
    StateOut,
    basis_out,
    said,
    system_out,
)
from amur.web.open.api.services import Identifier, object_schema
from amur.web.requests import AmurRequest

router = Router(tags=["registers"])

Key = Annotated[str, Path(min_length=1, max_length=200, description="The record's key, as its page shows it.")]
Words = Annotated[str, Query(alias="q", max_length=100, description="Words to find in the key and the shown fields.")]
State = Annotated[str, Query(max_length=120, description="A state of the register's records.")]
ValidOn = Annotated[
    str,
    Query(max_length=40, description="What held on this day, such as 2026-03-01."),
    WithJsonSchema({"type": "string", "format": "date"}),
]
KnownAt = Annotated[
    str,
    Query(max_length=40, description="As it was known at this instant (ISO 8601), or at the end of this day."),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
PageNumber = Annotated[int, Query(ge=1, le=LAST_PAGE)]

_PLAIN = ("key", "state", "number", "valid_from", "valid_to", "recorded_at", "reason", "source")
_NO_FILTER = ("unknown_filter", "no filter of this register")


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
    public = tuple(field for field in declared.fields if is_open(field))
    schema = object_schema(public, lookups.lookups(localdate(request.now)))
    return RegisterFieldsOut(**_values(request, declared), record=schema)


@router.get(
    "/{register_id}/records",
    response={200: RecordPage, 404: Problem, 422: Problem},
    operation_id="records",
    summary="Records, a page at a time",
)
def records(  # noqa: PLR0917 -- each is a parameter of the address
    request: AmurRequest,
    register_id: Identifier,
    words: Words = "",
    page: PageNumber = 1,
    state: State = "",
    valid_on: ValidOn = "",
    known_at: KnownAt = "",
) -> RecordPage:
    """Return one page: an exact key first, then the newest. total stops at 1001, which means *more*.

    A field that the register is filtered by (see the register) is a parameter of its name; where it is a range, add
    __from or __to. With valid_on or known_at the page shows what held on that day, as far as it was known then.
    """
    del state, valid_on, known_at
    found = reads.records(PUBLIC, register_id, query=words, page=page, wanted=_wanted(request, register_id))
    return RecordPage(
        total=found.counted,
        page=found.page,
        pages=found.pages,
        records=records_out(request, found.rows),
    )


@router.get(
    "/{register_id}/records.csv",
    response={200: str, 404: Problem, 422: Problem},
    operation_id="records_csv",
    summary="Records as CSV, a page at a time",
)
def records_csv(  # noqa: PLR0917 -- each is a parameter of the address
    request: AmurRequest,
    register_id: Identifier,
    words: Words = "",
    page: PageNumber = 1,
    state: State = "",
    valid_on: ValidOn = "",
    known_at: KnownAt = "",
) -> HttpResponse:
    """Return one page as CSV by RFC 4180, in UTF-8 with a byte-order mark, so that spreadsheets read Chinese.

    A text that a spreadsheet would take for a formula has an apostrophe before it. Each value stands as a person would
    type it, so that the file can be imported. It takes the parameters of the list.
    """
    del state, valid_on, known_at
    declared = _public(register_id)
    found = reads.records(PUBLIC, register_id, query=words, page=page, wanted=_wanted(request, register_id))
    fields = [field for field in declared.fields if is_open(field)]
    rows = [[*_PLAIN, *(field.id for field in fields), "entry_hash"]]
    for row in found.rows:
        plain = [_said(getattr(row, name)) for name in _PLAIN]
        rows.append([*plain, *(reads.typed(row, field) for field in fields), row.entry_hash])
    return HttpResponse(
        b"".join(write_csv(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{register_id}-{found.page}.csv"'},
    )


@router.get(
    "/{register_id}/records/{path:key}/versions/{int:number}",
    response={200: RecordOut, 404: Problem},
    operation_id="record_version",
    summary="A version of a record",
)
def record_version(request: AmurRequest, register_id: Identifier, key: Key, number: int) -> RecordOut:
    """Return one version of a record as it was entered; this address never leads to another."""
    return records_out(request, [reads.version(PUBLIC, register_id, key, number)])[0]


@router.get(
    "/{register_id}/records/{path:key}/history",
    response={200: list[RecordOut], 404: Problem},
    operation_id="record_history",
    summary="A record's history",
)
def record_history(request: AmurRequest, register_id: Identifier, key: Key) -> list[RecordOut]:
    """Return all versions, the latest first, each with its reason, its source and its ledger entry."""
    return records_out(request, reads.history(PUBLIC, register_id, key))


@router.get(
    "/{register_id}/records/{path:key}",
    response={200: RecordOut, 404: Problem},
    operation_id="record",
    summary="A record",
)
def record(
    request: AmurRequest, register_id: Identifier, key: Key, valid_on: ValidOn = "", known_at: KnownAt = ""
) -> RecordOut:
    """Return a record as it stands now, or with valid_on or known_at what held on that day, as it was known then."""
    del valid_on, known_at
    on, known = moments_from(request.GET)
    wanted = reads.wanted_of({}, valid_on=on, known_at=known)
    if wanted.valid_on is None:
        return records_out(request, [reads.record(PUBLIC, register_id, key)])[0]
    return records_out(
        request, [reads.as_of(PUBLIC, register_id, key, valid_on=wanted.valid_on, known_at=wanted.known_at)]
    )[0]


def records_out(request: AmurRequest, rows: Iterable[reads.RecordView]) -> list[RecordOut]:
    """Return versions of records as the interface shows them."""
    found = lookups.lookups(localdate(request.now))
    return [_record_out(request, row, lookups.as_pinned(found, row.closure_hash)) for row in rows]


def _record_out(request: AmurRequest, row: reads.RecordView, found: Lookups) -> RecordOut:
    given = [field for field in row.fields if field.id in row.values]
    return RecordOut(
        id=row.id,
        key=row.key,
        state=row.state,
        state_title=said(row.standing.title),
        in_force=row.standing.in_force,
        state_until=row.state_until,
        event=row.event,
        number=row.number,
        data=row.values,
        shown={field.id: _shown(field, row.values[field.id], found) for field in given},
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        reason=row.reason,
        source=row.source,
        declaration_hash=row.declaration_hash,
        entry_hash=row.entry_hash,
        address=request.build_absolute_uri(reverse("portal:record", args=[row.register, row.key])),
        version_address=request.build_absolute_uri(reverse("portal:version", args=[row.register, row.key, row.number])),
    )


def _shown(field: FieldDeclaration, value: Json, found: Lookups) -> Said:
    return Said(zh=field.display(value, "zh", found), en=field.display(value, "en", found))


def _public(register_id: str) -> RegisterDeclaration:
    for declared in reads.registers(PUBLIC):
        if declared.id == register_id:
            return declared
    raise NotFound("no_register", f"there is no register {register_id!r}")


def _values(request: HttpRequest, declared: RegisterDeclaration) -> dict[str, Any]:
    states = declared.record_states
    return {
        "id": declared.id,
        "title": said(declared.title),
        "summary": said(declared.summary),
        "carries_out": list(declared.carries_out),
        "declaration_hash": policy.declaration("register", declared.id)[0],
        "basis": [basis_out(basis) for basis in declared.basis],
        "states": [StateOut(id=state.id, title=said(state.title), in_force=state.in_force) for state in states],
        "system_of_record": system_out(declared),
        "filters": [FilterOut(name=one.name, is_range=one.is_range) for one in reads.filters_for(PUBLIC, declared)],
        "address": request.build_absolute_uri(reverse("portal:register", args=[declared.id])),
    }


def _wanted(request: AmurRequest, register_id: str) -> reads.Wanted:
    """Return what an address asks of a list.

    Raises:
        Invalid: also for a name that is no filter: who mistypes one would else take everything for an answer.
    """
    declared = _public(register_id)
    known = {one.name for one in reads.filters_for(PUBLIC, declared)}
    unknown = {name: _NO_FILTER for name in request.GET if name not in OURS and name.partition("__")[0] not in known}
    if unknown:
        names = ", ".join(sorted(known)) or "none"
        raise Invalid(unknown, f"{', '.join(sorted(unknown))}: no filter of this register; choose from {names}")
    return wanted_from(PUBLIC, declared, request.GET)


def _said(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
