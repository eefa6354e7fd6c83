"""Contesting a decision: from the refusal straight to the last day, why it is that day, before whom, and the form."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Scope
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.legal_time import Line, lines
from amur.procedures import acts, reads
from amur.procedures.appeals.reads import Contestable, Heard, Lodged
from amur.procedures.reads import CaseView
from amur.web import errors, refusals
from amur.web.fields import FieldView, Option
from amur.web.limits import limited
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.following import for_party, party_actor
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Review:
    """An appeal as the pages name it: how it ended, and the code of its case for whoever holds that of the first."""

    lodged: Lodged
    result: str
    code: str


@dataclass(frozen=True, slots=True)
class Contesting:
    """A decision on the page of its case, with what can still be done against it."""

    view: Contestable
    reviews: tuple[Review, ...]
    steps: tuple[Line, ...]
    refusal: str


def result_words(result: str) -> str:
    """Return how an appeal ended, in words; an open one is under way."""
    return {
        "": _("Being heard"),
        "inadmissible": _("Not heard"),
        "upheld": _("The decision stands"),
        "changed": _("The decision was changed"),
        "annulled": _("The decision was annulled"),
        "sent_back": _("The decision was sent back to be made anew"),
        "withdrawn": _("Withdrawn"),
    }[result]


def shown(view: Contestable, *, with_codes: bool) -> Contesting:
    """Return a decision with its reviews, as pages show it."""
    reviews = tuple(
        Review(one, result_words(one.row.result), acts.query_code(one.row.case) if with_codes else "")
        for one in view.lodged
    )
    steps = tuple(lines(view.why, forms.language())) if view.why else ()
    said = refusals.words(view.refusal) if view.refusal and view.appeal.procedure_id else ""
    return Contesting(view, reviews, steps, said)


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what can be done against the decisions of a case, and what its own appeal is about if it hears one."""
    by_code = not request.user.is_authenticated
    found = reads.contests_of(scope, case.id, on=localdate(request.now))
    mine = [shown(one, with_codes=by_code) for one in found if one.appeal.procedure_id]
    heard: Heard | None = reads.heard(scope, case.id) if case.definition.hears_appeals else None
    if not mine and heard is None:
        return None
    values = {"contesting": mine, "heard": heard, "result": result_words(heard.row.result) if heard else ""}
    return Panel("portal/panels/appeals.html", values | {"case": case}, "main")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("contest", "30/10m")
@for_party
def contest(request: AmurRequest, scope: Scope, case: CaseView, decision_id: int) -> HttpResponse:
    """Say until when and before whom a decision can be contested, and begin the form."""
    found = reads.contests_of(scope, case.id, on=localdate(request.now))
    view = next((one for one in found if one.decision.pk == decision_id and one.appeal.procedure_id), None)
    if view is None:
        raise NotFound("no_decision", "there is no such decision")
    if view.refusal is not None or request.method != "POST":
        return _page(request, case, view, {}, "")
    faults: dict[str, tuple[str, str]] = {}
    whole = ""
    try:
        draft = acts.begin_appeal(
            decision_id,
            by=party_actor(request, scope, case.id),
            scope=scope,
            now=request.now,
            review_body=request.POST.get("review_body", "")[:120],
            late_reason=request.POST.get("late_reason", "")[:10_000],
            language=forms.language(),
        )
    except Invalid as fault:
        faults = fault.fields
    except (Conflict, Refused) as fault:
        whole = errors.wording(fault) or fault.message
    else:
        return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))
    return _page(request, case, view, faults, whole)


def _page(
    request: AmurRequest, case: CaseView, view: Contestable, faults: dict[str, tuple[str, str]], whole: str
) -> HttpResponse:
    fields = _fields(request, view, faults)
    wrong = [("main", whole)] * bool(whole) + forms.summary(fields)
    said = shown(view, with_codes=False)
    values = {"case": case.case, "service": case.definition, "one": said, "fields": fields, "errors": wrong}
    return render(request, "portal/contest.html", values, status=UNPROCESSABLE if wrong else 200)


def _fields(request: AmurRequest, view: Contestable, faults: dict[str, tuple[str, str]]) -> list[FieldView]:
    """Return what is asked before the form: the body where there is a choice, and why so late where it is."""
    bodies = reads.bodies_of(request.scope, view.appeal, on=localdate(request.now))
    chosen = request.POST.get("review_body", "")
    wrong = {name: refusals.field_words(code) for name, (code, _said) in faults.items()}
    found = []
    if len(bodies) > 1:
        options = tuple(Option(name, title.say(forms.language()), name == chosen) for name, title in bodies)
        label = _("Before which body?")
        found.append(FieldView("review_body", "radios", label, error=wrong.get("review_body", ""), options=options))
    if view.is_late:
        hint = _("The last day has passed. The body decides first whether your reason is good.")
        typed = request.POST.get("late_reason", "")[:10_000]
        found.append(
            FieldView(
                "late_reason",
                "textarea",
                _("Why is it late?"),
                hint=hint,
                value=typed,
                error=wrong.get("late_reason", ""),
            )
        )
    return found
