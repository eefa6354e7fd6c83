"""Putting a mistake right at the desk: void the last event, let another take its place, or put answers right."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.base.fields import FieldError, Lookups, Raw
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.procedures.correcting.acts import agree, correct, withdraw_correction
from amur.procedures.correcting.reads import Correctable, correctable
from amur.procedures.reads import CaseView
from amur.registers.lookups import as_pinned, lookups
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.standins import select
from amur.web.fields import FieldView, SummaryRow, value_shown
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST = 5_001
_LONGEST_KEY = 40


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the way to put a mistake right, and whether a proposal waits."""
    if found.definition.correction is None:
        return None
    what = correctable(request.scope, found.id, localdate(request.now))
    if what is None:
        return None
    return Panel("desk/panels/correction.html", {"number": found.number, "waits": what.proposal is not None})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: AmurRequest, number: str) -> HttpResponse:
    """Show what may be put right in a case and do it; where two must agree, propose it, agree or withdraw."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    what = correctable(request.scope, found.id, localdate(request.now))
    if what is None:
        raise NotFound("no_correction", "there is nothing that this reader may put right in the case")
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    faults: forms.Faults = {}
    refusal = ""
    if request.method == "POST":
        try:
            done = _do(request, found, what)
        except Invalid as fault:
            faults = fault.fields
        except Conflict:
            refusal = _("The case has moved meanwhile. Look at it again.")
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, done)
            return redirect("desk:case", number=number)
    return _page(request, found, what, faults, refusal)


def _do(request: AmurRequest, found: CaseView, what: Correctable) -> str:
    sent = {name: value[:_LONGEST] for name, value in request.POST.items() if isinstance(value, str)}
    rule = found.definition.correction
    role = next((one for one in (rule.by if rule else ()) if request.scope.grants_of(one)), "")
    by, scope, now = office_for(request, found, role), request.scope, request.now
    key, version = sent.get("key", "")[:_LONGEST_KEY], _number(sent.get("version", ""))
    if what.proposal is not None and sent.get("do") == "agree":
        agree(what.proposal.pk, by=by, scope=scope, now=now, expected_version=version, key=key)
        return _("The mistake is put right. The party is told.")
    if what.proposal is not None and sent.get("do") == "withdraw":
        withdraw_correction(what.proposal.pk, by=by, scope=scope, now=now, key=key)
        return _("The proposal is withdrawn.")
    is_void = sent.get("do") == "void"
    extra: dict[str, Raw] = {}
    if not is_void:
        extra = forms.raw_of(what.fields, request.POST)
    correct(
        found.id,
        what.version if is_void else None,
        by=by,
        scope=scope,
        now=now,
        expected_version=version,
        key=key,
        reason=sent.get("reason" if is_void else "why", ""),
        event=sent.get("event", "") if is_void else "",
        said=sent.get("said", "") if is_void else "",
        extra=extra,
    )
    return _("It waits for a second person.") if what.two else _("The mistake is put right. The party is told.")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_KEY // 4 else 0


def _page(request: AmurRequest, found: CaseView, what: Correctable, faults: forms.Faults, refusal: str) -> HttpResponse:
    typed = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    wrong = {name: _words(code) for name, (code, _said) in faults.items()}
    is_void = typed.get("do") == "void"
    voiding = _voiding(what, typed, wrong if is_void else {})
    words = as_pinned(lookups(localdate(request.now)), found.case.closure_hash)
    answers: list[FieldView] = []
    if what.fields:
        shown: dict[str, Raw] = {field.id: field.as_typed(found.case.data.get(field.id)) for field in what.fields}
        shown |= forms.raw_of(what.fields, request.POST) if typed.get("do") == "answers" else {}
        answers = [*forms.views(what.fields, shown, faults, words, {}), _why("why", typed, {} if is_void else wrong)]
    proposal = what.proposal
    names = people.names(request.scope, [proposal.proposed_by]) if proposal else {}
    values = {
        "case": found,
        "what": what,
        "voiding": voiding,
        "answers": answers,
        "proposal": proposal,
        "proposed_by": next(iter(names.values()), ""),
        "is_own": bool(proposal and proposal.proposed_by == request.scope.account_id),
        "event": _title(found, proposal.event) if proposal else "",
        "proposed": _proposed(what, found, words),
        "key": secrets.token_urlsafe(12),
        "refusal": refusal,
        "errors": summary([*voiding, *answers]),
    }
    return render(request, "desk/correction.html", values, status=422 if faults else 409 if refusal else 200)


def _voiding(what: Correctable, typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[FieldView]:
    """Return what is asked when the last event is voided; what asks for more is done when it is voided."""
    if what.version is None:
        return []
    options = {"": _("Nothing yet: it is decided anew from there")}
    options |= {one.event: one.title.say(language()) for one in what.supersede if not one.asks_more}
    chosen = select("event", _("What takes its place"), options, {"event": ""} | dict(typed), optional="yes")
    said = _("What the party reads as the reason of what takes its place, if that has one.")
    return [
        _why("reason", typed, wrong),
        chosen,
        FieldView("said", "textarea", _("Reason of what takes its place"), hint=said, value=typed.get("said", "")),
    ]


def _why(name: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> FieldView:
    hint = _("What the mistake was. The party reads it.")
    value, error = typed.get(name, ""), wrong.get("reason", "")
    return FieldView(name, "textarea", _("Why this is put right"), hint=hint, value=value, error=error)


def _words(code: str) -> str:
    words = {"required": _("Say why. The applicant reads it."), "too_long": _("Shorten it.")}
    return words.get(code, _("Check this entry"))


def _proposed(what: Correctable, found: CaseView, words: Lookups) -> list[SummaryRow]:
    """Return the answers that a proposal would put right: as they are, and as they would be."""
    if what.proposal is None or what.proposal.voided_version is not None:
        return []
    rows, said = [], language()
    for field in what.fields:
        was, raw = found.case.data.get(field.id), what.proposal.extra.get(field.id, "")
        with suppress(FieldError):
            if (fresh := field.parse(raw, words)) != was:
                rows.append(SummaryRow(field.title.say(said), value_shown(field, fresh, said, words)))
    return rows


def _title(found: CaseView, event: str) -> str:
    return next((one.title.say(language()) for one in found.definition.transitions if one.event == event), "")
