"""Draws for everybody: all of them, and each with its lists, its seed, its result, and how to draw it again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.procedures import reads
from amur.web.limits import limited
from amur.web.pages import number_from
from amur.web.requests import AmurRequest


@require_safe
@limited("draws", "120/m", method="GET")
def draws(request: AmurRequest) -> HttpResponse:
    """Show all draws, the newest first; withdrawn ones too."""
    listing = reads.draws(PUBLIC, page=number_from(request.GET.get("page", "")))
    return render(request, "portal/draws.html", {"listing": listing})


@require_safe
@limited("draws", "120/m", method="GET")
def draw(request: AmurRequest, number: str) -> HttpResponse:
    """Show a draw as a stranger may know it."""
    found = reads.draw(PUBLIC, number, on=localdate(request.now))
    return render(request, "portal/draw.html", {"draw": found, "file": file_of(number)})


def file_of(number: str) -> str:
    """Return the address of the file by which a draw is drawn again; it stands without a language."""
    with translation.override("zh-hans"):
        return reverse("open:api:draw", args=[number])
