"""The pages of the board: the whole policy, and one clause with its text."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from amur.web.board.reading import board
from amur.web.board.view import neighbours
from amur.web.requests import AmurRequest


@require_safe
def overview(request: AmurRequest) -> HttpResponse:
    """Show the policy and how far it is carried out."""
    return render(request, "board/policy.html", {"board": board()})


@require_safe
def clause(request: AmurRequest, number: int) -> HttpResponse:
    """Show a clause: its text, its commitments, what carries them out and what proves it."""
    found = board()
    chosen = found.clause(number) if found else None
    if found is None or chosen is None:
        raise Http404
    before, after = neighbours(found.parts, number)
    return render(request, "board/policy.html", {"board": found, "clause": chosen, "before": before, "after": after})
