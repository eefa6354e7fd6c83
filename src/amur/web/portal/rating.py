"""Rating a case with one of five grades, and how services are rated, for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import PUBLIC, Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.ratings.declarations import GRADES
from amur.procedures.ratings.reads import RatingView, grade_titles
from amur.procedures.reads import CaseView
from amur.registers.lookups import lookups
from amur.web import errors, refusals
from amur.web.fields import FieldView, Option
from amur.web.limits import limited
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.following import for_party, party_actor
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_LONGEST = 2_001


def grade_words(grade: int | None) -> str:
    """Return what a grade is called in the reader's language."""
    return grade_titles()[grade].say(forms.language()) if grade else ""


def reason_titles(view: RatingView, request: AmurRequest) -> list[str]:
    """Return the reasons that were chosen, in words."""
    listed = lookups(localdate(request.now)).codelists.get(view.declared.reasons or "")
    chosen = view.row.reasons if view.row else ()
    entries = ((code, listed.find(code) if listed else None) for code in chosen)
    return [entry.title.say(forms.language()) if entry else code for code, entry in entries]


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return the rating of a case, or the way to give one; None where it is not the time for it."""
    view = reads.rating_of(scope, case.id, on=localdate(request.now)) if case.definition.rating else None
    if view is None or (view.row is None and view.refusal is not None):
        return None
    row = view.row
    values = {
        "view": view,
        "case": case,
        "grade": grade_words(row.grade if row else None),
        "after": grade_words(row.grade_after if row else None),
        "reasons": reason_titles(view, request),
    }
    return Panel("portal/panels/rating.html", values, "main")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("rate", "30/10m")
@for_party
def rate(request: AmurRequest, scope: Scope, case: CaseView) -> HttpResponse:
    """Let the party rate its case, change that once, or say what it thinks after the follow-up."""
    view = reads.rating_of(scope, case.id, on=localdate(request.now))
    if view is None:
        raise NotFound("no_rating", "cases of this procedure are not rated")
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = _rated(request, scope, case, view)
        if not faults:
            return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
    fields = _fields(request, view, faults)
    said = refusals.words(view.refusal) if view.refusal and not view.may_rate_again else ""
    values = {"case": case.case, "service": case.definition, "view": view, "fields": fields, "refusal": said}
    values["errors"] = forms.summary(fields)
    return render(request, "portal/rate.html", values, status=UNPROCESSABLE if faults else 200)


def _rated(request: AmurRequest, scope: Scope, case: CaseView, view: RatingView) -> dict[str, str]:
    """Do what was sent; return what is wrong with it."""
    sent = request.POST.get("grade", "")
    grade = int(sent) if sent in {str(one) for one in GRADES} else 0
    by, now = party_actor(request, scope, case.id), request.now
    try:
        if view.may_rate_again:
            acts.rate_follow_up(case.id, grade, by=by, scope=scope, now=now)
        else:
            said, reasons = request.POST.get("said", "")[:_LONGEST], request.POST.getlist("reasons")[:50]
            acts.rate_case(case.id, grade, by=by, scope=scope, now=now, reasons=reasons, said=said)
    except Invalid as fault:
        words = {"grade": _("Choose one of the five.")}
        return {name: words.get(name) or refusals.field_words(code) for name, (code, _text) in fault.fields.items()}
    except (Conflict, Refused) as fault:
        messages.warning(request, errors.wording(fault) or fault.message)
    else:
        messages.success(request, _("Thank you. Your rating was taken."))
    return {}


def _fields(request: AmurRequest, view: RatingView, faults: dict[str, str]) -> list[FieldView]:
    """Return the five grades, and what may be said to them."""
    row = None if view.may_rate_again else view.row
    sent = request.POST.get("grade", str(row.grade) if row else "")
    options = tuple(Option(str(grade), grade_words(grade), sent == str(grade)) for grade in GRADES)
    label = _("How is it after the follow-up?") if view.may_rate_again else _("How was your case dealt with?")
    found = [FieldView("grade", "radios", label, options=options, error=faults.get("grade", ""))]
    if view.may_rate_again:
        return found
    on = localdate(request.now)
    listed = lookups(on).codelists.get(view.declared.reasons or "")
    chosen = request.POST.getlist("reasons") if request.method == "POST" else row.reasons if row else []
    if listed:
        codes = [code for code in listed.codes if code.may_be_chosen(on)]
        reasons = tuple(Option(one.code, one.title.say(forms.language()), one.code in chosen) for one in codes)
        fault = faults.get("reasons", "")
        found.append(FieldView("reasons", "checkboxes", _("Why?"), options=reasons, is_required=False, error=fault))
    typed = request.POST.get("said", row.said if row else "")[:_LONGEST]
    hint = _("Only the office that dealt with it reads this. Name no official.")
    found.append(
        FieldView(
            "said",
            "textarea",
            _("In your own words"),
            hint=hint,
            value=typed,
            is_required=False,
            error=faults.get("said", ""),
        )
    )
    return found


@require_safe
def figures(request: AmurRequest) -> HttpResponse:
    """Show how services are rated; of a service that few have rated nothing is shown."""
    rows = [
        (one, [(grade_words(grade), count) for grade, count in (one.counts or {}).items()])
        for one in reads.figures(PUBLIC)
    ]
    titles = [grade_words(grade) for grade in GRADES]
    return render(request, "portal/ratings.html", {"rows": rows, "titles": titles})
