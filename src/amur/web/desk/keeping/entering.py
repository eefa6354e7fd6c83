"""The form of a record, made from its register: a new one, or what changes of a known one; always with a reason.

A form carries a key of its own, so that a second click finds the first one's record, and the number of the version that
its writer saw: where the record has changed meanwhile nothing is written.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid
from amur.base.fields import FieldDeclaration, FieldError
from amur.registers import acts, reads
from amur.registers.reads import RecordView
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.keeping.office import Kept, day, day_from, kept, plain, say, words_from
from amur.web.fields import FieldView, reshaped
from amur.web.portal import forms
from amur.web.requests import AmurRequest

_KEY_LENGTH = 32


@dataclass(slots=True)
class Typed:
    """What a form brought, kept for when it has to be shown again."""

    raw: dict[str, Json] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    faults: dict[str, tuple[str, str]] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    refusal: str = ""
    key: str = ""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: AmurRequest, register_id: str) -> HttpResponse:
    """Ask for a new record, or enter it."""
    own = kept(request, register_id)
    if request.method != "POST":
        return _page(request, own, None, Typed(days={"_valid_from": own.today.isoformat()}))
    return _write(request, own, None)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AmurRequest, register_id: str, key: str) -> HttpResponse:
    """Ask what changes of a record and since when, or write it."""
    own = kept(request, register_id)
    row = reads.record(request.scope, register_id, key)
    if request.method == "POST":
        return _write(request, own, row)
    acts.log_reading(row.subject, by=own.by, now=request.now, purpose="register.change")
    raw = {one.id: one.as_typed(row.values.get(one.id)) for one in fields_of(own) if _fits(one, row)}
    return _page(request, own, row, Typed(raw=dict(raw), days={"_valid_from": own.today.isoformat()}))


def fields_of(own: Kept) -> tuple[FieldDeclaration, ...]:
    """Return the fields that a form asks; files come with cases, and what is computed is not asked."""
    return tuple(one for one in own.declaration.fields if one.type not in {"file", "computed"})


def _fits(one: FieldDeclaration, row: RecordView) -> bool:
    """Say whether a value can be typed as the field is today; what was entered otherwise has to be entered anew."""
    try:
        one.as_typed(row.values.get(one.id))
    except FieldError:
        return False
    return True


def _write(request: AmurRequest, own: Kept, row: RecordView | None) -> HttpResponse:
    post = request.POST
    typed = Typed(
        raw=dict(forms.raw_of(fields_of(own), post)),
        words=words_from(post),
        days={name: post.get(name, "")[:40] for name in ("_valid_from", "_valid_to")},
        key=post.get("_form", "")[:_KEY_LENGTH],
    )
    if reshaped(fields_of(own), typed.raw, post):
        return _page(request, own, row, typed)
    since, until = (day_from(post, name, typed.said) for name in typed.days)
    if since is None:
        typed.said.setdefault("_valid_from", _("Fill this in."))
    typed.said |= {f"_{name}": _("Fill this in.") for name in ("reason", "source") if not typed.words[name].strip()}
    if row is not None and post.get("_version") != str(row.latest):
        typed.refusal = _("The record was changed since you opened it. Look at it again; nothing was written.")
        return _page(request, own, row, typed, status=409)
    values = _values(own, typed)
    if typed.faults or typed.said or since is None:
        return _page(request, own, row, typed, status=422)
    return _enter(request, own, row, typed, values, (since, until))


def _values(own: Kept, typed: Typed) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for one in fields_of(own):
        try:
            values[one.id] = one.parse(typed.raw.get(one.id) or "", own.found)  # type: ignore[arg-type]  # as it was typed
        except FieldError as error:
            typed.faults |= error.told(one.id)
    return values


def _enter(  # noqa: PLR0917 -- a request, what it is about, what it brought
    request: AmurRequest,
    own: Kept,
    row: RecordView | None,
    typed: Typed,
    values: dict[str, Json],
    days: tuple[date, date | None],
) -> HttpResponse:
    key = row.key if row else _key(own, typed, values)
    # What no form asks stays as it is.
    unasked = {one.id for one in own.declaration.fields if one.type == "file"}
    carried = {name: value for name, value in (row.values if row else {}).items() if name in unasked}
    try:
        acts.write_record(
            own.declaration.id,
            key,
            {name: value for name, value in {**carried, **values}.items() if value is not None},
            by=own.by,
            now=request.now,
            valid_from=days[0],
            valid_to=days[1],
            reason=typed.words["reason"],
            source=typed.words["source"],
            through="office",
            when="existing" if row else "new",
            idempotency=f"desk:{own.by.actor_id}:{typed.key}" if typed.key else "",
        )
    except AmurError as fault:
        return _refused(request, own, row, typed, fault)
    messages.success(request, _("Written. The ledger keeps your reason."))
    return HttpResponseRedirect(reverse("desk:record", args=[own.declaration.id, key]))


def _refused(request: AmurRequest, own: Kept, row: RecordView | None, typed: Typed, fault: AmurError) -> HttpResponse:
    """Show the form again with why nothing was written."""
    if isinstance(fault, Invalid):
        known = {one.id for one in own.declaration.fields}
        typed.faults = {name: said for name, said in fault.fields.items() if name.partition(".")[0] in known}
        typed.said |= {f"_{name}": say(said) for name, said in fault.fields.items() if name not in typed.faults}
        return _page(request, own, row, typed, status=422)
    if fault.code == "record_exists":
        typed.said["_key"] = _("There is a record with this key. Change that one.")
    else:
        typed.refusal = errors.wording(fault) or fault.message
    return _page(request, own, row, typed, status=409 if isinstance(fault, Conflict) else 403)


def _key(own: Kept, typed: Typed, values: dict[str, Json]) -> str:
    if own.declaration.key:
        return own.declaration.field(own.declaration.key).as_typed(values.get(own.declaration.key))
    return typed.words["key"]


def _page(request: AmurRequest, own: Kept, row: RecordView | None, typed: Typed, status: int = 200) -> HttpResponse:
    shown = [
        replace(view, error=typed.said["_key"]) if view.name == own.declaration.key and "_key" in typed.said else view
        for view in forms.views(fields_of(own), typed.raw, typed.faults, own.found, {})
    ]
    beside = _beside(own, row, typed)
    values = {
        "register": own.declaration,
        "record": row,
        "fields": shown,
        "beside": beside,
        "errors": [*forms.summary(shown), *((one.anchor, f"{one.label}: {one.error}") for one in beside if one.error)],
        "refusal": typed.refusal,
        "form": typed.key or uuid.uuid4().hex,
        "latest": row.latest if row else 0,
    }
    return render(request, "desk/enter.html", values, status=status)


def _beside(own: Kept, row: RecordView | None, typed: Typed) -> list[FieldView]:
    """Return the boxes beside the fields: key, days, reason and source."""
    words, days, said = typed.words, typed.days, typed.said
    ask_key = row is None and own.declaration.key is None
    key = [plain("_key", _("Entry number"), words.get("key", ""), error=said.get("_key", ""))] if ask_key else []
    since = _("To correct the past, give the day from which it is true.") if row else ""
    term = own.declaration.expiry is not None
    last = [day("_valid_to", _("Valid to"), days.get("_valid_to", ""), error=said.get("_valid_to", ""), required=False)]
    reason = _("Who looks at the history reads it.")
    return [
        *key,
        day("_valid_from", _("Valid from"), days.get("_valid_from", ""), hint=since, error=said.get("_valid_from", "")),
        *(last if term else []),
        plain("_reason", _("Reason"), words.get("reason", ""), hint=reason, error=said.get("_reason", "")),
        plain(
            "_source",
            _("Source"),
            words.get("source", ""),
            hint=_("The document or the number that it rests on."),
            error=said.get("_source", ""),
        ),
    ]
