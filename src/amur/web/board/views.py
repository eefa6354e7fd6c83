"""The pages of the board: the whole policy, one clause with its text, and the report of supervision to print."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.web.board.reading import Board, board
from amur.web.board.view import VERDICTS, all_commitments, bodies_of, narrowed, neighbours, shares
from amur.web.requests import AmurRequest


@require_safe
def overview(request: AmurRequest) -> HttpResponse:
    """Show the policy and how far it is carried out, or the commitments of one body or with one verdict."""
    found = board()
    return render(request, "board/policy.html", {"board": found, **_asked(request, found)})


@require_safe
def clause(request: AmurRequest, number: int) -> HttpResponse:
    """Show a clause: its text, its commitments, what carries them out and what proves it."""
    found = board()
    chosen = found.clause(number) if found else None
    if found is None or chosen is None:
        raise Http404
    before, after = neighbours(found.parts, number)
    return render(request, "board/policy.html", {"board": found, "clause": chosen, "before": before, "after": after})


@require_safe
def report(request: AmurRequest) -> HttpResponse:
    """Show every clause with its text and what became of each commitment, on pages to print."""
    found = board()
    if found is None:
        raise Http404
    asked = _asked(request, found)
    return render(request, "board/report.html", {"board": found, "parts": found.parts, **asked})


def _asked(request: AmurRequest, found: Board | None) -> dict[str, Any]:
    """Return what the reader narrows the commitments to, and what is left; a word that means nothing is passed over."""
    if found is None:
        return {}
    bodies = bodies_of(found.parts)
    body = request.GET.get("body", "")
    verdict = request.GET.get("verdict", "")
    body = body if body in {name.id for name in bodies} else ""
    verdict = verdict if verdict in VERDICTS else ""
    only = next((name for name in bodies if name.id == body), None)
    told = {
        "bodies": bodies,
        "body": body,
        "only": only,
        "verdict": verdict,
        "verdicts": [one.verdict for one in found.shares],
    }
    if not body and not verdict:
        return told
    parts = narrowed(found.parts, body=body, verdict=verdict)
    left = all_commitments(parts)
    return told | {"parts": parts, "narrowed": left, "left": shares(one.verdict for one in left), "asked": True}
