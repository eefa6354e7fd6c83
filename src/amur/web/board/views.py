"""The pages of the board: the whole policy, one clause with its text, and the report of supervision to print."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.web.board.live import LATENESS, late_of, narrowed_by
from amur.web.board.measuring import gathered, measured
from amur.web.board.reading import Board, board
from amur.web.board.view import VERDICTS, all_commitments, bodies_of, narrowed, neighbours, shares
from amur.web.requests import AmurRequest


@require_safe
def overview(request: AmurRequest) -> HttpResponse:
    """Show the policy and how far it is carried out, or the commitments of one body or with one verdict."""
    found = _measured(request)
    return render(request, "board/policy.html", {"board": found, **_late(found), **_asked(request, found)})


@require_safe
def clause(request: AmurRequest, number: int) -> HttpResponse:
    """Show a clause: its text, its commitments, what carries them out and what proves it."""
    found = _measured(request)
    chosen = found.clause(number) if found else None
    if found is None or chosen is None:
        raise Http404
    before, after = neighbours(found.parts, number)
    shown = {"board": found, "clause": chosen, "before": before, "after": after}
    return render(request, "board/policy.html", {**shown, **_late(found)})


@require_safe
def report(request: AmurRequest) -> HttpResponse:
    """Show every clause with its text and what became of each commitment, on pages to print."""
    found = _measured(request)
    if found is None:
        raise Http404
    shown = {"board": found, "parts": found.parts, "at": request.now}
    return render(request, "board/report.html", {**shown, **_late(found), **_asked(request, found)})


def _measured(request: AmurRequest) -> Board | None:
    found = board()
    return measured(found, gathered(request.scope, at=request.now)) if found else None


def _late(found: Board | None) -> dict[str, Any]:
    return {"late": late_of(found.parts)} if found else {}


def _asked(request: AmurRequest, found: Board | None) -> dict[str, Any]:
    """Return what the reader narrows the commitments to, and what is left; a word that means nothing is passed over."""
    if found is None:
        return {}
    bodies = bodies_of(found.parts)
    body = request.GET.get("body", "")
    verdict = request.GET.get("verdict", "")
    lateness = request.GET.get("late", "")
    body = body if body in {name.id for name in bodies} else ""
    verdict = verdict if verdict in VERDICTS else ""
    lateness = lateness if lateness in LATENESS else ""
    only = next((name for name in bodies if name.id == body), None)
    told = {
        "bodies": bodies,
        "body": body,
        "only": only,
        "verdict": verdict,
        "verdicts": [one.verdict for one in found.shares],
        "lateness": lateness,
        "latenesses": LATENESS,
    }
    if not body and not verdict and not lateness:
        return told
    parts = narrowed_by(narrowed(found.parts, body=body, verdict=verdict), lateness)
    left = all_commitments(parts)
    return told | {"parts": parts, "narrowed": left, "left": shares(one.verdict for one in left), "asked": True}
