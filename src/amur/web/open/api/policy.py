"""The policy as data: clauses in the pack's words, commitments with carriers, examples and the computed verdict."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router

from amur.base.faults import NotFound
from amur.web.board.reading import Board, board
from amur.web.board.view import ClauseView, CommitmentView
from amur.web.open.api.schemas import (
    CarrierOut,
    ClauseCommitmentsOut,
    ClauseOut,
    CommitmentOut,
    ExampleOut,
    Problem,
    said,
)

router = Router(tags=["policy"])

Number = Annotated[int, Path(ge=1, le=999)]
CommitmentNumber = Annotated[str, Path(pattern="^[1-9][0-9]{0,2}[.][1-9][0-9]{0,2}$", description="Such as 3.7.")]


@router.get("/clauses", response=list[ClauseOut], operation_id="clauses", summary="All clauses")
def clauses(request: HttpRequest) -> list[ClauseOut]:  # noqa: ARG001  # the framework passes it
    """Return the clauses in the pack's own words, each with how many of its commitments have which verdict."""
    found = board()
    return [_clause(clause) for clause in found.clauses] if found else []


@router.get(
    "/clauses/{number}",
    response={200: ClauseCommitmentsOut, 404: Problem},
    operation_id="clause",
    summary="A clause with its commitments",
)
def clause(request: HttpRequest, number: Number) -> ClauseCommitmentsOut:
    """Return a clause with its commitments."""
    found = _board().clause(number)
    if found is None:
        raise NotFound("no_clause", f"the policy has no clause {number}")
    commitments = [_commitment(request, number, one) for one in found.commitments]
    return ClauseCommitmentsOut(**dict(_clause(found)), commitments=commitments)


@router.get("/commitments", response=list[CommitmentOut], operation_id="commitments", summary="All commitments")
def commitments(request: HttpRequest) -> list[CommitmentOut]:
    """Return the commitments of all clauses."""
    found = board()
    if found is None:
        return []
    return [_commitment(request, clause.number, one) for clause in found.clauses for one in clause.commitments]


@router.get(
    "/commitments/{commitment_id}",
    response={200: CommitmentOut, 404: Problem},
    operation_id="commitment",
    summary="A commitment",
)
def commitment(request: HttpRequest, commitment_id: CommitmentNumber) -> CommitmentOut:
    """Return one thing that the policy names or requires."""
    for clause in _board().clauses:
        for one in clause.commitments:
            if one.id == commitment_id:
                return _commitment(request, clause.number, one)
    raise NotFound("no_commitment", f"the pack names no commitment {commitment_id}")


def _board() -> Board:
    found = board()
    if found is None:
        raise NotFound("no_release", "no pack is synced here yet")
    return found


def _clause(found: ClauseView) -> ClauseOut:
    return ClauseOut(
        number=found.number,
        title=said(found.title),
        summary=said(found.summary),
        tally={share.verdict: share.count for share in found.shares},
    )


def _commitment(request: HttpRequest, clause_number: int, one: CommitmentView) -> CommitmentOut:
    return CommitmentOut(
        id=one.id,
        clause=clause_number,
        text=said(one.title),
        verdict=one.verdict,
        reason=said(one.reason) if one.reason else None,
        missing=said(one.missing) if one.missing else None,
        carriers=[
            CarrierOut(
                kind=carrier.kind,
                id=carrier.id,
                title=said(carrier.title),
                address=request.build_absolute_uri(carrier.address) if carrier.address else "",
            )
            for carrier in one.carriers
        ],
        examples=[
            ExampleOut(id=example.id, title=said(example.title), passed=example.passed) for example in one.examples
        ],
    )
