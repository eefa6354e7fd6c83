"""The whole form of a service on one page, its papers, the identity of whoever stands there; handed in by keyboard.

What was typed is shown again when something is wrong, but for what is not kept: that is typed again. The id of the form
is its key, so that the same post twice is one case.
"""

from __future__ import annotations

import uuid
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from amur.base.acting import Actor
from amur.base.faults import AmurError, Conflict, Invalid
from amur.procedures import acts
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Draft
from amur.procedures.window import identity
from amur.procedures.window import reads as window
from amur.procedures.window.acts import HandedIn
from amur.procedures.window.identity import Person
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.window import paging
from amur.web.desk.window.filled import Filled, page
from amur.web.fields import reshaped
from amur.web.portal import forms
from amur.web.requests import AmurRequest

BY_SCRIPT = "X-Amur-Window"
"""The header by which the script of the window asks for a short answer."""


@for_officials
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: AmurRequest, service: str) -> HttpResponse:
    """Show the form of a service, or take in what stands in it."""
    definition = window.service_at(request.scope, service, localdate(request.now))
    if request.method == "POST":
        return _taken(request, definition)
    if request.GET.get("by") == "page":
        return paging.page(request, definition, Filled(uuid.uuid4()), definition.pages[0])
    return page(request, definition, Filled(uuid.uuid4()))


def of_draft(request: AmurRequest, draft: Draft) -> HttpResponse:
    """Show a form with what somebody wrote at home."""
    definition = window.service_at(request.scope, draft.procedure, localdate(request.now))
    return page(request, definition, Filled(draft.id, dict(draft.raw)))


def _taken(request: AmurRequest, definition: ProcedureDeclaration) -> HttpResponse:
    filled = _sent(request, definition)
    if reshaped(definition.fields, filled.raw, request.POST):
        return page(request, definition, filled)
    by = request.actor(
        role=definition.window.by if definition.window else "",
        body=window.office_of(definition, localdate(request.now)),
        procedure=definition.id,
    )
    _attach(request, definition, filled, by)
    if step := request.POST.get("page", ""):
        return paging.kept(request, definition, filled, step, by)
    if request.POST.get("go") == "aside":
        return paging.aside(request, definition, filled, by)
    try:
        case = acts.take_in(
            definition.id,
            filled.form,
            HandedIn(filled.raw, filled.ticked, _person(request)),
            language=forms.language(),
            by=by,
            scope=request.scope,
            now=request.now,
            key=str(filled.form),
        )
    except Invalid as fault:
        filled.faults = fault.fields | filled.faults
    except AmurError as fault:
        filled.whole = errors.wording(fault) or fault.message
    else:
        return _answer(request, case.number)
    return page(request, definition, filled)


def _attach(request: AmurRequest, definition: ProcedureDeclaration, filled: Filled, by: Actor) -> None:
    """Receive the scans of a form; a form that was handed in before is answered by what follows."""
    for one, file in forms.files_of(definition.fields, request.FILES):
        try:
            acts.attach_scan(
                definition.id,
                filled.form,
                one.id,
                file.chunks(),
                file.name or "",
                by=by,
                scope=request.scope,
                now=request.now,
            )
        except Invalid as fault:
            filled.faults |= fault.fields
        except Conflict as fault:
            if fault.code != "draft_submitted":
                raise


def _answer(request: AmurRequest, number: str) -> HttpResponse:
    address = f"{reverse('desk:window_case', args=[number])}?new=1"
    if BY_SCRIPT in request.headers:
        return JsonResponse({"number": number, "to": address}, headers={"Cache-Control": "no-store"})
    return HttpResponseRedirect(address)


def _sent(request: AmurRequest, definition: ProcedureDeclaration) -> Filled:
    materials = definition.window.materials if definition.window else ()
    return Filled(
        _uuid(request.POST.get("form", "")),
        forms.raw_of(definition.fields, request.POST, request.FILES),
        {one.id: request.POST.getlist(f"material-{one.id}") for one in materials},
        request.POST.get(identity.KIND, ""),
    )


def _person(request: AmurRequest) -> Person:
    return Person(*(request.POST.get(name, "") for name in (identity.KIND, identity.NUMBER, identity.NAME)))


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        return uuid.uuid4()
