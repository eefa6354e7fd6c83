"""Code lists as data: all of them, and each with its levels, editions and days, as JSON or CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router, Schema

from amur.base.acting import PUBLIC
from amur.base.codelists import CodeList
from amur.policy import reads as policy
from amur.registers import codelists as lists
from amur.registers.sheets import write_csv
from amur.web.open.api.schemas import Problem, Said, said
from amur.web.open.api.services import Identifier

router = Router(tags=["code lists"])


class EditionOut(Schema):
    """An edition of a list: from when on it is in force, and whether it was compared with its source."""

    id: str
    title: Said
    valid_from: date
    verified: bool


class CodeOut(Schema):
    """A code: parent is the one above it; a heading is never chosen; successors carry on where it has ended."""

    code: str
    title: Said
    parent: str
    heading: bool
    edition: str
    valid_from: date | None
    valid_to: date | None
    successors: list[str]


class CodeListOut(Schema):
    """A code list; verified says whether somebody has compared it with its source."""

    id: str
    title: Said
    source: str
    verified: bool
    codes: int
    carries_out: list[str]
    declaration_hash: str
    address: str


class CodesOut(CodeListOut):
    """A code list with its editions and all of its codes, those that have ended too."""

    editions: list[EditionOut]
    entries: list[CodeOut]


@router.get("", response=list[CodeListOut], operation_id="codelists", summary="All code lists")
def codelists(request: HttpRequest) -> list[CodeListOut]:
    """Return the code lists that the running pack declares."""
    return [CodeListOut(**_values(request, one)) for one in lists.codelists(PUBLIC)]


@router.get("/{codelist_id}", response={200: CodesOut, 404: Problem}, operation_id="codelist", summary="A code list")
def codelist(request: HttpRequest, codelist_id: Identifier) -> CodesOut:
    """Return a code list with its editions and codes, in the order in which they are offered."""
    found = lists.codelist(PUBLIC, codelist_id)
    editions = [
        EditionOut(id=one.id, title=said(one.title), valid_from=one.valid_from, verified=one.verified)
        for one in found.editions
    ]
    entries = [
        CodeOut(
            code=one.code,
            title=said(one.title),
            parent=one.parent,
            heading=one.heading,
            edition=one.edition,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            successors=list(one.successors),
        )
        for one in found.codes
    ]
    return CodesOut(**_values(request, found), editions=editions, entries=entries)


@router.get(
    "/{codelist_id}/codes.csv", response={200: str, 404: Problem}, operation_id="codelist_csv", summary="Codes as CSV"
)
def codelist_csv(request: HttpRequest, codelist_id: Identifier) -> HttpResponse:  # noqa: ARG001  # the framework passes it
    """Return all codes as CSV by RFC 4180, in UTF-8 with a byte-order mark, so that spreadsheets read Chinese."""
    found = lists.codelist(PUBLIC, codelist_id)
    rows = [["code", "title_zh", "title_en", "parent", "heading", "edition", "valid_from", "valid_to", "successors"]]
    for one in found.codes:
        days = [day.isoformat() if day else "" for day in (one.valid_from, one.valid_to)]
        heading = "yes" if one.heading else "no"
        words = [one.code, one.title.zh, one.title.en, one.parent, heading, one.edition]
        rows.append([*words, *days, " ".join(one.successors)])
    return HttpResponse(
        b"".join(write_csv(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{codelist_id}.csv"'},
    )


def _values(request: HttpRequest, found: CodeList) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": said(found.title),
        "source": found.source,
        "verified": found.verified,
        "codes": len(found.codes),
        "carries_out": list(found.carries_out),
        "declaration_hash": policy.declaration("codelist", found.id)[0],
        "address": request.build_absolute_uri(reverse("portal:codelist", args=[found.id])),
    }
