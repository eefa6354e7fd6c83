"""What other authorities ask of an office: opinions, parts of joint work, and cases that are handed over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from amur.procedures import reads
from amur.web import clocks
from amur.web.desk import joint
from amur.web.desk.entry import for_officials
from amur.web.pages import number_from
from amur.web.requests import AmurRequest


@for_officials
@require_safe
def asked_of_us(request: AmurRequest) -> HttpResponse:
    """Show what other authorities ask of the reader's offices."""
    on = localdate(request.now)
    listing = reads.asked_of(request.scope, on=on, page=number_from(request.GET.get("page", "")))
    lines = [
        (
            one,
            None if one.left is None else clocks.running(one.left),
            reverse("desk:asked", args=[one.asked.pk]),
        )
        for one in listing.rows
    ]
    values = {"listing": listing, "lines": lines, **joint.listed(request)}
    return render(request, "desk/asked_of_us.html", values)


def beside(request: AmurRequest) -> dict[str, object]:
    """Return what the queue says of it: whether there is anything, and how much waits for an answer."""
    scope = request.scope
    due = reads.count_asked(scope) + reads.count_joined(scope)
    return {"is_asked": bool(due) or reads.is_asked_anything(scope) or reads.is_joined(scope), "answers_due": due}
