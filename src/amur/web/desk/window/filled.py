"""A form under way at the window, and the page that shows the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from amur.base.canonical import Json
from amur.base.fields import PersonField, Raw
from amur.procedures import reads
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Draft
from amur.registers.lookups import lookups
from amur.web.desk.window import showing
from amur.web.desk.window.keys import KEYS
from amur.web.fields import Received
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422


@dataclass(slots=True)
class Filled:
    """A form under way: its id, what was typed, what became of the papers, which document was shown."""

    form: UUID
    raw: dict[str, Raw] = field(default_factory=dict)
    ticked: Mapping[str, list[str]] = field(default_factory=dict)
    kind: str = ""
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a form: never what is not kept, but that it was seen; and which files came."""

    raw: Mapping[str, Json]
    faults: Mapping[str, tuple[str, str]]
    received: Mapping[str, tuple[Received, ...]]


def shown_of(definition: ProcedureDeclaration, filled: Filled) -> Shown:
    """Return what a page may show of a form under way."""
    draft = Draft.objects.filter(pk=filled.form).first()
    held = reads.uploads_of(draft) if draft else {}
    before: Mapping[str, Json] = draft.raw if draft else {}
    unkept = {one.id for one in definition.fields if isinstance(one, PersonField) and not one.keep}
    raw: dict[str, Json] = {name: _json(value) for name, value in filled.raw.items() if name not in unkept}
    raw |= {name: True for name in unkept if before.get(name) is True}
    faults = {name: fault for name, fault in filled.faults.items() if fault[0] != "required" or name not in held}
    received = {name: (Received(str(one.pk), one.name, one.size),) for name, one in held.items()}
    return Shown(raw, faults, received)


def page(request: AmurRequest, definition: ProcedureDeclaration, filled: Filled) -> HttpResponse:
    """Show the whole form; nothing of it is kept by a browser or between."""
    shown, check = shown_of(definition, filled), definition.window.identity if definition.window else None
    pages = showing.pages(definition, shown.raw, shown.faults, lookups(localdate(request.now)), shown.received)
    asked = showing.materials(definition, filled.ticked, shown.faults)
    boxes = showing.identity_views(definition, filled.kind, shown.faults)
    views = [view for one in pages for view in one.fields]
    problems = [problem for view in (*views, *asked, *boxes) for problem in view.problems]
    first = views[0].anchor
    values = {
        "service": definition,
        "form": filled.form,
        "pages": pages,
        "materials": asked,
        "identity": boxes,
        "purpose": check.purpose if check else None,
        "errors": [(first, filled.whole)] * bool(filled.whole) + problems,
        "is_old": request.GET.get("edition") == "old",
        "first": first,
        "keys": KEYS,
    }
    return render(request, "desk/window/intake.html", values, status=UNPROCESSABLE if values["errors"] else 200)


def _json(value: Raw) -> Json:
    if isinstance(value, Mapping):
        return {name: _json(one) for name, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value
