"""Who acts for whom: give an authorisation for one matter, see all that one gave and holds, end one at once.

A proxy who serves somebody without an account says here, before the form, that the person agreed on paper.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import Invalid, NotFound
from amur.people import acts, reads
from amur.people.acts.authorising import Matter
from amur.people.models import Authorisation
from amur.procedures import acts as procedures
from amur.procedures import reads as cases
from amur.procedures.models import Case
from amur.procedures.notices.sms import is_set_up
from amur.procedures.reads import CaseView
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.limits import limited
from amur.web.open.kinds import kind_words
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.portal.following import party_actor, party_scope
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_LONGEST = 500
_CASE, _MATTER = "case:", "all:"


@dataclass(frozen=True, slots=True)
class Shown:
    """An authorisation as pages show it."""

    row: Authorisation
    giver: str
    holder: str
    matter: Text
    is_over: bool
    may_end: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("authorise", "20/10m")
def authorisations(request: AmurRequest) -> HttpResponseBase:
    """Show who acts for the reader and for whom the reader acts, and authorise somebody."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    typed = {name: value.strip()[:_LONGEST] for name, value in request.POST.items() if isinstance(value, str)}
    faults: dict[str, str] = {}
    if request.method == "POST":
        try:
            _give(request, typed)
        except Invalid as fault:
            faults = {name: _said(code) for name, (code, _words) in fault.fields.items()}
        else:
            messages.success(request, _("Authorised. Both of you see it here, and either ends it."))
            return redirect("portal:authorisations")
    shown = [_shown(row, request) for row in reads.authorisations(request.scope)]
    fields = _fields(request, typed, faults)
    values = {"rows": shown, "fields": fields, "errors": forms.summary(fields), "key": secrets.token_urlsafe(12)}
    return render(request, "portal/authorisations.html", values, status=UNPROCESSABLE if faults else 200)


@never_cache
@require_POST
@limited("authorise", "20/10m")
def end(request: AmurRequest, authorisation_id: UUID) -> HttpResponseBase:
    """End an authorisation: for whoever gave it or holds it, and for whoever has shown the code of the case."""
    number = request.POST.get("number", "")[:60]
    if number:
        scope = party_scope(request, number)
        case = cases.case_for_party(scope, number, on=localdate(request.now), at=request.now)
        own = f"case:{case.id}"
        by = party_actor(request, scope, case.id)
        acts.revoke_authorisation(
            authorisation_id, by=by, now=request.now, as_party=own if own in scope.parties else ""
        )
        messages.success(request, _("Ended. From now on nobody acts by it."))
        return redirect("portal:case", number)
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("portal:authorisations"))
    acts.revoke_authorisation(authorisation_id, by=request.actor(), now=request.now)
    messages.success(request, _("Ended. From now on nobody acts by it."))
    return redirect("portal:authorisations")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("begin", "30/10m")
def for_somebody(request: AmurRequest, service: str) -> HttpResponseBase:
    """Let a proxy say how somebody without an account agreed, and begin the form for them; show what to print."""
    declaration = cases.service(service)
    if declaration.opened_only:
        raise NotFound("no_service", "nobody applies for this")
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    said, fault = request.POST.get("said", "")[: _LONGEST + 1], ""
    if request.method == "POST":
        key = request.POST.get("key", "")[:60]
        by = request.actor()
        try:
            given = acts.record_consent(service, said, by=by, now=request.now, days=declaration.draft_days, key=key)
            draft = procedures.open_draft(
                service,
                by=by,
                now=request.now,
                language=forms.language(),
                account_id=by.actor_id,
                authorisation_id=str(given.pk),
            )
        except Invalid:
            fault = _("Say who signed, and where the signed paper is kept.")
        else:
            return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))
    label, hint = _("Who signed the consent, and where is it kept?"), _("Sealed with the case, and erased with it.")
    field = FieldView("said", "input", label, hint=hint, value=said, error=fault)
    values = {"service": declaration, "fields": [field], "errors": forms.summary([field])}
    values["by_telephone"] = number_field() if is_set_up() else None
    values |= {"key": secrets.token_urlsafe(12), "today": localdate(request.now), "days": declaration.draft_days}
    return render(request, "portal/for_somebody.html", values, status=UNPROCESSABLE if fault else 200)


def number_field(value: str = "", error: str = "") -> FieldView:
    """Return the field that asks for the telephone of whoever is to be served."""
    label, hint = _("Mobile number of the person"), _("Theirs, not yours. A code is sent there once.")
    return FieldView(
        "number", "input", label, hint=hint, value=value, error=error, width=20, input_type="tel", autocomplete="off"
    )


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return how a case came, and who acts in it for its party, with the way to end that."""
    found = cases.agents_of(scope, case.id, on=localdate(request.now))
    for_another = cases.acts_for_another(scope, case.id)
    if not found and case.case.channel == "portal":
        return None
    titles = (
        {line.entry_hash: line.title.say(forms.language()) for line in cases.timeline(scope, case.id)} if found else {}
    )
    agents = [(one, [(at, titles.get(leaf) or kind_words(kind)) for at, kind, leaf in one.acted]) for one in found]
    values = {"agents": agents, "channel": channel_words(case.case.channel), "number": case.number}
    return Panel("portal/panels/agents.html", values | {"may_end": not for_another})


def channel_words(channel: str) -> str:
    """Return how a case came, in words."""
    known = {
        "portal": _("Portal"),
        "window": _("Window"),
        "hotline": _("Hotline"),
        "file": _("Operator file"),
        "agent": _("Agent"),
        "proxy": _("Proxy"),
        "office": _("The authority itself"),
    }
    return known.get(channel, channel)


def parties_for(scope: Scope, service: str) -> list[tuple[str, str]]:
    """Return for whom a reader may begin a form beside themselves: their enterprises, and whoever authorised them."""
    if not scope.account_id:
        return []
    found = [(f"firm:{firm.pk}", firm.name) for firm in reads.enterprises(scope)]
    held = {one.id for one in scope.mandates if one.procedure == service and not one.case_id and one.party}
    rows = [row for row in reads.authorisations(scope) if str(row.pk) in held]
    return found + [(f"by:{row.pk}", _giver(row)) for row in rows]


def _give(request: AmurRequest, typed: Mapping[str, str]) -> None:
    whose, to = typed.get("whose", ""), typed.get("to", "")
    _check(typed)
    kind, _sep, matter = typed.get("matter", "").partition(":")
    procedure, case_id = matter, ""
    if f"{kind}:" == _CASE:
        case = _own_case(request, matter)
        procedure, case_id = case.procedure, str(case.pk)
    elif not matter or matter not in {one.id for one in cases.services()}:
        raise Invalid({"matter": ("missing", "choose a matter")})
    is_firm = typed.get("to_kind") == "enterprise"
    acts.authorise(
        Matter(procedure, _day(typed, "valid_from"), _day(typed, "valid_to"), case_id),
        by=request.actor(),
        now=request.now,
        enterprise_id=whose,
        to_account="" if is_firm else to,
        to_enterprise=to if is_firm else "",
        kind="proxy" if typed.get("to_kind") == "proxy" else "agent",
        key=typed.get("key", "")[:60],
    )


def _check(typed: Mapping[str, str]) -> None:
    """Refuse what is not whole, all of it at once."""
    missing = {"to_kind": "missing_kind", "to": "required", "matter": "missing"}
    faults = {name: (code, "say it") for name, code in missing.items() if not typed.get(name)}
    for name in ("valid_from", "valid_to"):
        try:
            _day(typed, name)
        except Invalid as fault:
            faults |= fault.fields
    if faults:
        raise Invalid(faults)


def _own_case(request: AmurRequest, number: str) -> Case:
    try:
        return cases.case_for_party(request.scope, number).case
    except NotFound:
        raise Invalid({"matter": ("missing", "choose a matter")}) from None


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid({name: (f"missing_{name}", "choose a day")}) from None


def _said(code: str) -> str:
    words = {
        "reversed": _("The last day lies before the first."),
        "over": _("The last day is over."),
        "missing_valid_from": _("Choose the first day."),
        "missing_valid_to": _("Choose the last day."),
        "missing": _("Choose a matter."),
        "missing_kind": _("Choose who may act."),
        "too_long": _("An authorisation runs three years at most. Give it again when it ends."),
        "unknown": _("There is no such account or enterprise here."),
        "required": _("Name an account or an enterprise."),
        "yourself": _("Name somebody else."),
    }
    return words.get(code, _("Check this entry"))


def _fields(request: AmurRequest, typed: Mapping[str, str], faults: Mapping[str, str]) -> list[FieldView]:
    said = forms.language()
    whose = {"": _("Myself"), **{str(firm.pk): firm.name for firm in reads.owned(request.scope)}}
    matters = {f"{_MATTER}{one.id}": one.title.say(said) for one in cases.services()}
    own = {f"{_CASE}{one.number}": one.number for one in cases.cases_of(request.scope).rows}
    kinds = {
        "agent": _("An account, as agent"),
        "proxy": _("An account, as proxy: a relative or helper, who keeps no papers"),
        "enterprise": _("An enterprise, such as an agency"),
    }

    def chosen(name: str, options: Mapping[str, str]) -> tuple[Option, ...]:
        return tuple(Option(value, words, typed.get(name, "") == value) for value, words in options.items())

    groups = [OptionGroup(_("All cases of a service"), chosen("matter", matters))]
    groups += [OptionGroup(_("One case"), chosen("matter", own))] if own else []
    hint = _("The name they sign in with, or the identifier of the enterprise.")
    return [
        FieldView("whose", "radios", _("For whom?"), options=chosen("whose", whose), error=faults.get("whose", "")),
        FieldView(
            "to_kind", "radios", _("Who may act?"), options=chosen("to_kind", kinds), error=faults.get("to_kind", "")
        ),
        FieldView(
            "to", "input", _("Account or identifier"), hint=hint, value=typed.get("to", ""), error=faults.get("to", "")
        ),
        FieldView("matter", "select", _("In which matter?"), groups=tuple(groups), error=faults.get("matter", "")),
        _day_field("valid_from", _("First day"), typed, faults),
        _day_field("valid_to", _("Last day"), typed, faults),
    ]


def _day_field(name: str, label: str, typed: Mapping[str, str], faults: Mapping[str, str]) -> FieldView:
    value, error = typed.get(name, ""), faults.get(name, "")
    return FieldView(name, "input", label, input_type="date", value=value, error=error, width=10)


def _shown(row: Authorisation, request: AmurRequest) -> Shown:
    on, known = localdate(request.now), {one.id: one.title for one in cases.services()}
    number = Case.objects.filter(pk=row.case_id).values_list("number", flat=True).first() if row.case_id else None
    plain = number or row.procedure
    is_over = row.revoked_at is not None or row.valid_to < on
    mine = {str(row.giver_id), str(row.account_id)}
    firms = {str(firm.pk) for firm in reads.owned(request.scope)}
    may_end = request.scope.account_id in mine or bool(firms & {str(row.giver_enterprise_id), str(row.enterprise_id)})
    return Shown(
        row,
        _giver(row),
        row.enterprise.name if row.enterprise else row.account.person.display_name if row.account else "",
        Text(zh=plain, en=plain) if number else known.get(row.procedure, Text(zh=plain, en=plain)),
        is_over,
        may_end and not is_over,
    )


def _giver(row: Authorisation) -> str:
    if row.giver_enterprise:
        return row.giver_enterprise.name
    return row.giver.person.display_name if row.giver else _("Somebody without an account")
