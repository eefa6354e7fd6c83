"""One record at the desk of its keeper: what it says, what may happen to it now, and what happened."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.canonical import Json
from amur.base.faults import AmurError, Invalid
from amur.base.fields import FieldError
from amur.registers import acts, reads
from amur.registers.declarations import RecordEvent
from amur.registers.reads import RecordView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.keeping.office import Kept, day, day_from, kept, plain, say, words_from
from amur.web.fields import FieldView, SummaryRow, value_shown
from amur.web.portal import forms
from amur.web.portal.wording import field_error
from amur.web.requests import AmurRequest

_BY_NOBODY = {"expire", "merge"}
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may happen to the record now, with what it asks."""

    event: RecordEvent
    fields: tuple[FieldView, ...]


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AmurRequest, register_id: str, key: str) -> HttpResponse:
    """Show a record to whoever keeps it, or let something happen to it."""
    own = kept(request, register_id)
    row = reads.record(request.scope, register_id, key)
    if request.method == "POST":
        return _happen(request, own, row)
    acts.log_reading(row.subject, by=own.by, now=request.now, purpose="register.record")
    return _page(request, own, row, {})


def _happen(request: AmurRequest, own: Kept, row: RecordView) -> HttpResponse:
    post, said = request.POST, dict[str, str]()
    event = own.declaration.event(post.get("_event", ""), row.state)
    if event is None or event.does in _BY_NOBODY:
        return _page(
            request, own, row, {}, refusal=_("This step is no longer possible. Look at the record again."), status=409
        )
    on, until, valid_to = (day_from(post, name, said) for name in ("_on", "_until", "_valid_to"))
    values = _changed(request, own, event, said)
    if on is None:
        said.setdefault("_on", _("Fill this in."))
    words = words_from(post)
    if not said and on is not None:
        try:
            acts.change_state(
                own.declaration.id,
                row.key,
                event.event,
                by=own.by,
                now=request.now,
                on=on,
                until=until,
                valid_to=valid_to,
                values=values,
                reason=words["reason"],
                source=words["source"],
                through="office",
                idempotency=f"desk:{own.by.actor_id}:{form}" if (form := post.get("_form", "")[:_KEY_LENGTH]) else "",
            )
        except Invalid as fault:
            said = {name if name in event.changes else f"_{name}": say(one) for name, one in fault.fields.items()}
        except AmurError as fault:
            return _page(request, own, row, {}, refusal=errors.wording(fault) or fault.message, status=409)
    if said:
        return _page(request, own, row, said, chosen=event.event, status=422)
    messages.success(request, _("Written. The ledger keeps your reason."))
    return HttpResponseRedirect(reverse("desk:record", args=[own.declaration.id, row.key]))


def _changed(request: AmurRequest, own: Kept, event: RecordEvent, said: dict[str, str]) -> dict[str, Json]:
    """Return the values that an event changes; what is wrong with one is noted under its name."""
    values: dict[str, Json] = {}
    for name in event.changes:
        field = own.declaration.field(name)
        try:
            values[name] = field.parse(forms.raw_of((field,), request.POST).get(name) or "", own.found)
        except FieldError as error:
            said[name] = field_error(field, error.code, forms.language())
    return values


def _page(
    request: AmurRequest,
    own: Kept,
    row: RecordView,
    said: dict[str, str],
    *,
    chosen: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    language = forms.language()
    choices = [
        Choice(event, tuple(_asked(request, own, event, said if event.event == chosen else {})))
        for event in own.declaration.record_events
        if row.state in event.sources and event.does not in _BY_NOBODY
    ]
    values = {
        "register": own.declaration,
        "record": row,
        "rows": [
            SummaryRow(one.title.say(language), value_shown(one, row.values.get(one.id), language, own.found))
            for one in row.fields
        ],
        "choices": choices,
        "versions": reads.history(request.scope, own.declaration.id, row.key),
        "errors": [
            (view.anchor, f"{view.label}: {view.error}")
            for choice in choices
            if choice.event.event == chosen
            for view in choice.fields
            if view.error
        ],
        "refusal": refusal,
        "form": uuid.uuid4().hex,
    }
    return render(request, "desk/record.html", values, status=status)


def _asked(request: AmurRequest, own: Kept, event: RecordEvent, said: dict[str, str]) -> list[FieldView]:
    """Return what an event asks: its day, the days that it sets, the fields that it changes, reason and source."""
    post = request.POST if said else {}

    def value(name: str, default: str = "") -> str:
        return str(post.get(name, default))

    asked = [day("_on", _("With effect from"), value("_on", own.today.isoformat()), error=said.get("_on", ""))]
    if event.does == "suspend":
        hint = _("After this day it comes back by itself.")
        needed = not event.open_ended
        asked.append(
            day("_until", _("Until"), value("_until"), hint=hint, error=said.get("_until", ""), required=needed)
        )
    if event.does == "renew":
        asked.append(day("_valid_to", _("New end"), value("_valid_to"), error=said.get("_valid_to", "")))
    changed = tuple(own.declaration.field(name) for name in event.changes)
    raw = forms.raw_of(changed, request.POST) if said else {}
    views = forms.views(changed, raw, {}, own.found, {})
    asked += [replace(view, error=said.get(view.name, "")) for view in views]
    asked.append(plain("_reason", _("Reason"), value("_reason"), error=said.get("_reason", "")))
    asked.append(plain("_source", _("Source"), value("_source"), error=said.get("_source", "")))
    # Several forms stand on the page, so what each control is called has to say of which.
    return [replace(view, element=f"{event.event}-{view.name}") for view in asked]
