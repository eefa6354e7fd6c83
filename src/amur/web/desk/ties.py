"""Cases that belong together at the desk: what one belongs to, what belongs to it, and what can be done about it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import Actor
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, TiesView
from amur.web import errors, refusals
from amur.web.desk import tying
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.sending import sent
from amur.web.fields import FieldView
from amur.web.panels import Panel
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST_KEY = 60


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return to what a case belongs and what belongs to it, with the way to the page of that."""
    if found.definition.ties is None and found.case.origin_id is None:
        return None
    view = reads.ties_of(request.scope, found.id, on=localdate(request.now))
    if view is None or not view.is_anything:
        return None
    waiting = sum(not one.likeness.says for one in view.alike)
    return Panel("desk/panels/ties.html", {"ties": view, "number": found.number, "waiting": waiting})


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent by one of the forms of the page."""

    request: AmurRequest
    found: CaseView
    view: TiesView
    by: Actor
    reason: str
    key: str

    def said(self, name: str) -> str:
        """Return what was typed or chosen, cut to what anybody types."""
        return self.request.POST.get(name, "").strip()[: tying.LONGEST]

    @property
    def version(self) -> int:
        """Return which version of the case was seen."""
        version = self.said("version")[:9]
        return int(version) if version.isascii() and version.isdecimal() else 0


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ties(request: AmurRequest, number: str) -> HttpResponse:
    """Show to what a case belongs and what belongs to it; merge, split, join, reopen it or take that back."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    view = reads.ties_of(request.scope, found.id, on=localdate(request.now))
    if view is None:
        raise NotFound("no_case", "this case belongs to no other")
    by = office_for(request, found)
    what = request.POST.get("what", "")
    if request.method != "POST" or what not in _VERBS:
        acts.log_desk_read(found.id, by=by, now=request.now)
        return _page(request, found, view, "", {})
    key = request.POST.get("key", "")[:_LONGEST_KEY]
    reason = request.POST.get("reason", "")[: tying.LONGEST]
    try:
        done = _VERBS[what](_Sent(request, found, view, by, reason, key))
    except Invalid as fault:
        wrong = {name: refusals.field_words(code) for name, (code, _said) in fault.fields.items()}
        return _page(request, found, view, what, wrong, status=422)
    except (Refused, Conflict, NotFound) as fault:
        refusal = tying.words(fault) or errors.wording(fault) or fault.message
        return _page(request, found, view, what, {}, refusal=refusal, status=409)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("desk:ties", args=[number]))


@for_officials
@require_safe
def tied_file(request: AmurRequest, number: str, upload_id: UUID) -> FileResponse:
    """Send a file of a case that was merged into this one, and record that this was read."""
    found = reads.case_for_desk(request.scope, number)
    upload, file = reads.tied_file(request.scope, found.id, upload_id)
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    return sent(upload, file)


def _merge(one: _Sent) -> str:
    acts.merge_case(
        one.found.id,
        one.said("number"),
        by=one.by,
        scope=one.request.scope,
        now=one.request.now,
        expected_version=one.version,
        reason=one.reason,
        key=one.key,
    )
    return _("Merged. It is dealt with in the other case from now on.")


def _undo(one: _Sent) -> str:
    scope, now = one.request.scope, one.request.now
    acts.undo_merge(one.found.id, by=one.by, scope=scope, now=now, reason=one.reason, key=one.key)
    return _("Taken back. It is a case of its own again.")


def _split(one: _Sent) -> str:
    acts.split_case(
        one.found.id,
        tying.shares(one.request, one.found),
        by=one.by,
        scope=one.request.scope,
        now=one.request.now,
        expected_version=one.version,
        reason=one.reason,
        key=one.key,
    )
    return _("Split. The new cases stand below.")


def _join(one: _Sent) -> str:
    scope, now = one.request.scope, one.request.now
    acts.join_case(one.found.id, one.said("number"), by=one.by, scope=scope, now=now, reason=one.reason, key=one.key)
    return _("Joined. It stays a case of its own with its own clock.")


def _leave(one: _Sent) -> str:
    scope, now = one.request.scope, one.request.now
    acts.leave_incident(one.found.id, by=one.by, scope=scope, now=now, reason=one.reason, key=one.key)
    return _("It belongs to the incident no more.")


def _answer(one: _Sent) -> str:
    scope, now = one.request.scope, one.request.now
    acts.answer_joined(one.found.id, one.said("event"), by=one.by, scope=scope, now=now, reason=one.reason, key=one.key)
    return _("Begun. Each case is answered by itself within a few seconds, and its party told.")


def _reopen(one: _Sent) -> str:
    acts.reopen_case(
        one.found.id,
        one.said("event"),
        by=one.by,
        scope=one.request.scope,
        now=one.request.now,
        expected_version=one.version,
        reason=one.reason,
        key=one.key,
    )
    return _("Reopened. What was decided stays readable, and is marked.")


def _say(one: _Sent) -> str:
    acts.say_likeness(
        one.found.id,
        one.said("number"),
        is_same=one.said("says") == "same",
        by=one.by,
        scope=one.request.scope,
        now=one.request.now,
        reason=one.reason,
        key=one.key,
    )
    return _("Kept.")


_VERBS: Mapping[str, Callable[[_Sent], str]] = {
    "merge": _merge,
    "undo": _undo,
    "split": _split,
    "join": _join,
    "leave": _leave,
    "answer": _answer,
    "reopen": _reopen,
    "say": _say,
}


def _page(
    request: AmurRequest,
    found: CaseView,
    view: TiesView,
    what: str,
    wrong: Mapping[str, str],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    forms = tying.forms(request, found, view, what, wrong)
    fields: list[FieldView] = [field for form in forms for field in form.fields]
    values = {
        "case": found,
        "ties": view,
        "forms": forms,
        "merged": [(one, tying.shown(request, one)) for one in view.merged],
        "alike": [(one, ", ".join(field.title.say(language()) for field in one.fields)) for one in view.alike],
        "errors": summary(fields),
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/ties.html", values, status=status)
