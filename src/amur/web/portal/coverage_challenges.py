"""Say that the map is wrong about a place: a form begins with the place, the definition and the answer filled in."""

from __future__ import annotations

from contextlib import suppress

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from amur.base.faults import Invalid, NotFound
from amur.procedures import acts
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.web.limits import limited
from amur.web.portal import coverage_studies, forms
from amur.web.portal.coverage_results import Results, Village
from amur.web.requests import AmurRequest


def procedure(survey: coverage_studies.Survey) -> ProcedureDeclaration | None:
    """Return the procedure that takes what readers say against a survey; None where there is none to apply for."""
    found = {one.id: one for one in procedures.services()}
    return found.get(survey.challenge)


@require_POST
@limited("begin", "30/10m")
def report(request: AmurRequest, place: str) -> HttpResponse:
    """Begin the form against what the survey says of a village, with what the page knows filled in."""
    survey = coverage_studies.newest()
    service = procedure(survey) if survey else None
    if survey is None or service is None:
        raise NotFound("no_challenge", "nothing is declared that takes challenges of coverage")
    village = survey.results.village(place)
    if village is None:
        raise NotFound("no_place", f"the survey has no village {place!r}")
    account = str(request.user.pk) if request.user.is_authenticated else ""
    by = request.actor()
    draft = acts.open_draft(service.id, by=by, now=request.now, language=forms.language(), account_id=account)
    known = _known(survey.results, village, request.POST.get("definition", ""))
    version = draft.version
    for page in service.pages:
        typed = {one.id: known[one.id] for one in page.fields if one.id in known}
        if typed:
            with suppress(
                Invalid
            ):  # what the form asks beside it is still open; what was filled in is kept all the same
                acts.save_step(draft.id, page.id, typed, version=version, by=by, now=request.now)
            version += 1
    return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))


def _known(found: Results, village: Village, definition: str) -> dict[str, str]:
    """Return what the page knows, under the names by which a form may ask for it."""
    county = found.counties.get(village.county)
    answer = village.answers.get(definition, "")
    told = {
        "place": village.id,
        "place_name": village.name,
        "county": village.county,
        "county_name": county.name if county else "",
        "definition": definition if answer else "",
        "answer": answer.replace(" ", "_"),
        "results": found.digest,
    }
    if village.latitude is not None and village.longitude is not None:
        told |= {"latitude": str(village.latitude), "longitude": str(village.longitude)}
    return {name: value for name, value in told.items() if value}
