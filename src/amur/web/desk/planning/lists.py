"""The studies of the reader's methods, the newest first, and which methods there are to run."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.studies import reads
from amur.studies.reads import StudyView
from amur.web.desk.entry import for_officials
from amur.web.desk.planning import office
from amur.web.pages import number_from
from amur.web.requests import AmurRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A study in the list: how far it is, in words and colour, and who asked for it."""

    study: StudyView
    state: str
    meaning: str
    left: str
    who: str


@for_officials
@never_cache
@require_safe
def listed(request: AmurRequest) -> HttpResponse:
    """Show the studies of the methods that the reader works with."""
    own = office.methods(request.scope)
    known = {one.id for one in own}
    asked = request.GET.get("method", "")
    chosen = asked if asked in known else ""
    listing = reads.studies(request.scope, method=chosen, page=number_from(request.GET.get("page", "")))
    found = [one for one in listing.rows if one.method in known]
    who = office.names(request.scope, {one.created_by for one in found})
    states = office.states()
    values = {
        "methods": own,
        "may_run": [one for one in own if reads.may_run(request.scope, one)],
        "chosen": chosen,
        "lines": [
            Line(one, *states[one.state], office.time_left(one, request.now), who.get(one.created_by, one.created_by))
            for one in found
        ],
        "listing": listing,
        "kept": urlencode({"method": chosen}) if chosen else "",
        "comparable": sum(one.state == "done" for one in found) > 1,
        "is_moving": any(one.state in {"queued", "running"} for one in found),
    }
    return render(request, "desk/planning.html", values)


@for_officials
@never_cache
@require_safe
def choose(request: AmurRequest) -> HttpResponse:
    """Show the methods that the reader runs."""
    own = [one for one in office.methods(request.scope) if reads.may_run(request.scope, one)]
    return render(request, "desk/planning_methods.html", {"methods": own})
