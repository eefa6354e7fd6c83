"""Bad ratings at the desk: which wait to be followed up and until when, and what came of each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, declared, engine, reads
from amur.procedures.ratings.reads import RatingView
from amur.procedures.reads import CaseView
from amur.web import clocks, errors, refusals
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView
from amur.web.pages import number_from
from amur.web.panels import Panel
from amur.web.portal.forms import summary
from amur.web.portal.rating import grade_words, reason_titles
from amur.web.requests import AmurRequest

_LONGEST = 2_001


def _clock(view: RatingView, request: AmurRequest) -> clocks.ClockView | None:
    """Return the light of a follow-up."""
    if view.due is None:
        return None
    if view.due.provisional:
        return clocks.provisional(view.due.on)
    return clocks.running(engine.days_left(view.due.on, localdate(request.now), declared.calendar()), "working_days")


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the rating of a case, with the way to follow it up."""
    view = reads.rating_of(request.scope, found.id, on=localdate(request.now)) if found.definition.rating else None
    if view is None or view.row is None:
        return None
    words = {"grade": grade_words(view.row.grade), "after": grade_words(view.row.grade_after)}
    values = {"view": view, "case": found, "reasons": reason_titles(view, request), "clock": _clock(view, request)}
    return Panel("desk/panels/rating.html", values | words)


@for_officials
@never_cache
@require_safe
def ratings(request: AmurRequest) -> HttpResponse:
    """Show the bad ratings that wait, the longest first."""
    page = number_from(request.GET.get("page", ""))
    listing = reads.to_follow_up(request.scope, on=localdate(request.now), page=page)
    rows = [(one, grade_words(one.row.grade if one.row else None), _clock(one, request)) for one in listing.rows]
    return render(request, "desk/ratings.html", {"rows": rows, "listing": listing})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: AmurRequest, number: str) -> HttpResponse:
    """Show a bad rating, or write down what came of it."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    view = reads.rating_of(request.scope, found.id, on=localdate(request.now))
    if view is None or view.row is None or not view.role:
        raise NotFound("no_rating", "there is no rating here that you follow up")
    fault, refusal, result = "", "", request.POST.get("result", "")[:_LONGEST]
    if request.method == "POST":
        by = office_for(request, found, view.role)
        try:
            acts.follow_up_rating(found.id, result, by=by, scope=request.scope, now=request.now)
        except Invalid as error:
            fault = refusals.field_words(error.fields["result"][0])
        except (Conflict, Refused) as error:
            refusal = errors.wording(error) or error.message
        else:
            messages.success(request, _("Done. The party is told, and asked again."))
            return redirect("desk:case", number=found.number)
    hint = _("The party reads this. Name no official.")
    label = _("What did you find, and what was done?")
    field = FieldView("result", "textarea", label, hint=hint, value=result, error=fault)
    values = {
        "case": found,
        "view": view,
        "grade": grade_words(view.row.grade),
        "reasons": reason_titles(view, request),
        "field": field,
        "errors": summary([field]),
        "refusal": refusal,
    }
    return render(request, "desk/follow_up.html", values, status=422 if fault else 409 if refusal else 200)
