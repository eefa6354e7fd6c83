"""The page of a study: how far it is or why it failed, its result, how it came about, and what can be done with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import AmurError, Invalid, NotFound
from amur.studies import acts, reads
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.planning import coverage, generic, mapping, office, origin, reasons, siting, steps
from amur.web.desk.planning.figures import figure_rows
from amur.web.desk.planning.office import Found
from amur.web.desk.planning.plans import Reading
from amur.web.fields import FieldView
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST_REASON = 501
_LONGEST_KEY = 60
_MOST_OTHERS = 25
_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
    ".parquet": "application/vnd.apache.parquet",
}


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def study(request: AmurRequest, study_id: int) -> HttpResponse:
    """Show a study; publish it or take it back when that is asked for."""
    found = office.study(request, study_id)
    reason, fault, refusal = "", "", ""
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()[:_LONGEST_REASON]
        try:
            return _do(request, found, reason)
        except Invalid:
            fault = _("Say why, in at most 500 characters.")
        except AmurError as error:
            refusal = errors.wording(error) or error.message
    field = FieldView(
        "reason",
        "input",
        _("Why is it taken back?"),
        hint=_("It stands in the ledger for everybody; name nobody."),
        value=reason,
        error=fault,
    )
    values = _values(request, found) | {"field": field, "errors": summary([field]), "refusal": refusal}
    return render(request, "desk/planning_study.html", values, status=422 if fault else 409 if refusal else 200)


@for_officials
@require_safe
def file(request: AmurRequest, study_id: int, name: str) -> HttpResponseBase:
    """Give a file of a study's result."""
    found = office.study(request, study_id)
    path = reads.file(request.scope, study_id, name)
    kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
    whole = f"study-{found.study.id}-{name}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=whole, content_type=kind)


@for_officials
@require_safe
def points(request: AmurRequest, study_id: int) -> HttpResponse:
    """Give the points of a result as its map takes them: those of the plan that the address names."""
    found = office.study(request, study_id)
    if found.study.state != "done" or found.study.model == "coverage":
        raise NotFound("no_points", f"the study {study_id} has no points to show")
    if found.study.model == "siting":
        return JsonResponse(siting.marks(reading(request, found), found.currency, request.GET.get("plan", "")[:9]))
    return JsonResponse(generic.marks(request.scope, found))


def _points(found: Found) -> str:
    return reverse("desk:study_points", args=[found.study.id])


def _do(request: AmurRequest, found: Found, reason: str) -> HttpResponse:
    """Publish a study, or take it back.

    Raises:
        Invalid: without a reason for taking it back.
        AmurError: as the acts.
    """
    verb, key = request.POST.get("verb", ""), request.POST.get("key", "")[:_LONGEST_KEY]
    by = office.publisher(request, found.now or found.declaration)
    if verb == "publish":
        acts.publish(found.study.id, by=by, scope=request.scope, now=request.now, key=key)
        messages.success(request, _("It is public. Everybody reads what the method calls public."))
    elif verb == "withdraw":
        acts.withdraw(found.study.id, by=by, scope=request.scope, now=request.now, reason=reason, key=key)
        messages.success(request, _("It is no longer public. That it was, and your reason, stay in the ledger."))
    return HttpResponseRedirect(reverse("desk:study", args=[found.study.id]))


def _values(request: AmurRequest, found: Found) -> dict[str, Any]:
    one = found.study
    state, meaning = office.states()[one.state]
    declaration = found.now or found.declaration
    values = {
        "study": one,
        "declaration": found.declaration,
        "model": found.model,
        "state": state,
        "meaning": meaning,
        "doing": steps.said(one),
        "left": office.time_left(one, request.now),
        "figures": figure_rows(one.figures, found.currency, coverage.titles_of(request, found)),
        "is_current": found.now is not None,
        "may_run": found.now is not None and reads.may_run(request.scope, found.now),
        "may_publish": one.state == "done" and reads.may_publish(request.scope, declaration),
        "publishable": declaration.public is not None,
        "others": _others(request, found),
        **origin.values(request, found),
    }
    if one.state == "failed":
        values |= {"no_plan": reasons.is_no_plan(one), "reasons": reasons.reasons(one)}
    return values | (_result(request, found) if one.state == "done" else {})


def _result(request: AmurRequest, found: Found) -> dict[str, Any]:
    """Return what the page shows of a result, by its model; a file that is damaged is said, and hides no other."""
    asked = {name: request.GET.get(name, "")[:200] for name in ("plan", "pair", "page")}
    try:
        if found.study.model == "siting":
            values = siting.values(reading(request, found), found.study.files, found.currency, asked)
            plan = {"plan": str(values["chosen"].view.plan.number)} if values else {}
            return values | {"map_frame": mapping.frame(_points(found), **plan)}
        if found.study.model == "coverage":
            return coverage.values(coverage.results_of(request, found), asked)
        return generic.values(request.scope, found, asked["page"]) | {"map_frame": mapping.frame(_points(found))}
    except AmurError as error:
        return {"broken": errors.wording(error) or error.message}


def reading(request: AmurRequest, found: Found) -> Reading:
    """Return what reads the files of a study's result, each looked at by its hash."""
    return lambda name: reads.file(request.scope, found.study.id, name).read_bytes()


def _others(request: AmurRequest, found: Found) -> list[reads.StudyView]:
    """Return the newest other results of the method, to compare with."""
    listing = reads.studies(request.scope, method=found.study.method)
    return [one for one in listing.rows if one.state == "done" and one.id != found.study.id][:_MOST_OTHERS]
