"""The form page by page at the window, and a form that is put aside under a code. Its id stands in no address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.timezone import localdate

from amur.base.acting import Actor
from amur.base.faults import NotFound
from amur.procedures import acts
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.models import Draft
from amur.procedures.papers import codes
from amur.registers.lookups import lookups
from amur.web.desk.window import showing
from amur.web.desk.window.filled import UNPROCESSABLE, Filled, shown_of
from amur.web.desk.window.filled import page as whole_form
from amur.web.desk.window.keys import KEYS
from amur.web.portal import forms
from amur.web.requests import AmurRequest


def page(request: AmurRequest, definition: ProcedureDeclaration, filled: Filled, step: Page) -> HttpResponse:
    """Show one page of a form."""
    shown = shown_of(definition, filled)
    parts = showing.pages(definition, shown.raw, shown.faults, lookups(localdate(request.now)), shown.received)
    part = next(one for one in parts if one.id == step.id)
    problems = [problem for view in part.fields for problem in view.problems]
    values = {
        "service": definition,
        "form": filled.form,
        "part": part,
        "number": parts.index(part) + 1,
        "total": len(parts) + 1,
        "errors": problems,
        "first": part.fields[0].anchor,
        "keys": KEYS,
    }
    return render(request, "desk/window/page.html", values, status=UNPROCESSABLE if problems else 200)


def kept(request: AmurRequest, definition: ProcedureDeclaration, filled: Filled, step: str, by: Actor) -> HttpResponse:
    """Keep a page and show the next one that asks something; after the last the whole form is looked through.

    Raises:
        NotFound: if the form has no such page.
    """
    known = [one for one in definition.pages if any(inner.type != "computed" for inner in one.fields)]
    here = next((one for one in known if one.id == step), None)
    if here is None:
        raise NotFound("no_page", f"the form has no page {step!r}")
    mine = {one.id for one in here.fields}
    filled.raw = {name: value for name, value in filled.raw.items() if name in mine}
    faults = _put_aside(request, definition, filled, by)
    filled.faults |= {name: fault for name, fault in faults.items() if name.partition(".")[0] in mine}
    if filled.faults:
        return page(request, definition, filled, here)
    going_on = Filled(filled.form, dict(Draft.objects.get(pk=filled.form).raw))
    following = known[known.index(here) + 1 :]
    return page(request, definition, going_on, following[0]) if following else whole_form(request, definition, going_on)


def aside(request: AmurRequest, definition: ProcedureDeclaration, filled: Filled, by: Actor) -> HttpResponse:
    """Keep the whole form, right or wrong, and show the code under which it is found again."""
    _put_aside(request, definition, filled, by)
    code = filled.form.hex
    bars = mark_safe(codes.bars(code))  # noqa: S308  # our own drawing of an id
    values = {"service": definition, "code": code, "bars": bars, "keys": KEYS}
    return render(request, "desk/window/aside.html", values)


def _put_aside(
    request: AmurRequest, definition: ProcedureDeclaration, filled: Filled, by: Actor
) -> dict[str, tuple[str, str]]:
    return acts.put_aside(
        definition.id,
        filled.form,
        filled.raw,
        language=forms.language(),
        by=by,
        scope=request.scope,
        now=request.now,
    )
