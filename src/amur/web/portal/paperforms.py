"""The form of a service on paper: blank for anybody, and a filled draft for whoever may go on with it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.people import reads as people
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.papers.forms import Edition, Filled, form_pdf
from amur.registers.lookups import lookups
from amur.web.limits import limited
from amur.web.portal import forms, sheets
from amur.web.portal.filling import opened
from amur.web.requests import AmurRequest


@require_safe
@limited("paper_form", "60/10m", method="GET")
def blank(request: AmurRequest, service: str) -> HttpResponse:
    """Send the blank form of a service."""
    content_hash, declaration = declared.active(service)
    if declaration.opened_only:
        raise NotFound("no_service", "nobody applies for this")
    return _sent(request, declaration, content_hash, f"{declaration.id}.pdf", None)


@require_safe
@never_cache
@limited("paper_form", "60/10m", method="GET")
def filled(request: AmurRequest, draft_id: UUID) -> HttpResponse:
    """Send a draft on paper to whoever may go on with it."""
    form = opened(request, draft_id)
    if form.case:
        raise NotFound("no_draft", "this form was submitted")
    held = Filled(str(form.draft.id), form.answers, form.asked, form.draft.raw, frozenset(form.received))
    return _sent(request, form.service, form.draft.declaration_hash, f"{form.service.id}-draft.pdf", held)


def _sent(
    request: AmurRequest, service: ProcedureDeclaration, content_hash: str, name: str, held: Filled | None
) -> HttpResponse:
    release = policy.active_release()
    made_at: datetime = release.synced_at if release and held is None else request.now
    made = form_pdf(
        service,
        Edition(content_hash, release.version if release else ""),
        _body(service, request),
        language=forms.language().partition("-")[0],
        lookups=lookups(localdate(request.now)),
        made_at=made_at,
        filled=held,
    )
    return sheets.sent(made, sheets.PDF, name)


def _body(service: ProcedureDeclaration, request: AmurRequest) -> Text:
    body = people.body_on(service.body_id, localdate(request.now))
    return Text.model_validate(body.titles) if body else Text(zh=service.body_id, en=service.body_id)
