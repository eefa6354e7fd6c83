"""The form: begin it, one page after the other, check, submit, receipt. The address of a draft is its key.

What was entered is kept at each step, right or wrong, and whoever has the address can go on with it elsewhere; a draft
that was begun with an account is for that account alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.base.faults import AmurError, Conflict, Invalid, Refused
from amur.base.fields import FieldDeclaration
from amur.base.legal_time import span
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.procedures.declarations import Page
from amur.procedures.filling.declarations import Precheck
from amur.procedures.filling.finding import Known
from amur.registers import reads as registers
from amur.web import errors
from amur.web.fields import FieldView, SummaryRow, reshaped, takes_files, value_shown
from amur.web.limits import limited
from amur.web.portal import agreeing, forms, promising
from amur.web.portal.filling import Filling, opened, step_address
from amur.web.portal.services import steps_ahead
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_MOST_CONFIRMED = 50
_GONE = {"draft_expired", "no_draft"}


@require_http_methods(["GET", "HEAD", "POST"])
@limited("begin", "30/10m")
def begin(request: AmurRequest, service: str) -> HttpResponse:
    """Open a draft; whoever comes by the address alone is led to the page of the service first."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("portal:service", args=[service]))
    account = str(request.user.pk) if request.user.is_authenticated else ""
    whose, _sep, name = request.POST.get("for", "").partition(":")
    firm, given = (name if whose == kind else "" for kind in ("firm", "by"))
    draft = acts.open_draft(
        service,
        by=request.actor(on_behalf_of=firm),
        now=request.now,
        language=forms.language(),
        account_id=account,
        enterprise_id=firm,
        authorisation_id=given if given in {one.id for one in request.scope.mandates} else "",
    )
    return HttpResponseRedirect(reverse("portal:resume", args=[draft.id]))


@require_safe
@never_cache
def resume(request: AmurRequest, draft_id: UUID) -> HttpResponse:
    """Lead to where the form was left, or to the receipt."""
    form = opened(request, draft_id)
    return HttpResponseRedirect(_receipt_address(draft_id) if form.case else form.first_unfinished())


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("step", "240/10m")
def step(request: AmurRequest, draft_id: UUID, step: str) -> HttpResponse:
    """Show one page of the form, or keep what was entered there."""
    form = opened(request, draft_id)
    if form.case:
        return HttpResponseRedirect(_receipt_address(draft_id))
    page = form.page(step)
    if request.method == "POST":
        return _kept(request, form, page)
    known = reads.known_in(form.draft, form.service, form.on)
    fresh = {name: one.raw for name, one in known.items() if one.locked or name not in form.draft.raw}
    return _page(request, form, page, {**form.draft.raw, **fresh}, {})


def _kept(request: AmurRequest, form: Filling, page: Page) -> HttpResponse:
    """Keep a page with its files, then lead on, or show the page again with what is wrong."""
    draft, by, now = form.draft, request.actor(), request.now
    typed = forms.raw_of(page.fields, request.POST, request.FILES)
    onward = reshaped(page.fields, typed, request.POST)
    if removed := request.POST.get("remove", ""):
        acts.remove_upload(draft.id, _uuid(removed), by=by, now=now)
        return HttpResponseRedirect(step_address(draft.id, page.id))
    faults: dict[str, tuple[str, str]] = {}
    try:
        for field, file in forms.files_of(page.fields, request.FILES):
            acts.attach(draft.id, field.id, file.chunks(), file.name or "", by=by, now=now)
    except Invalid as fault:
        faults = fault.fields
    except AmurError as fault:
        return _again(request, form, page, typed, fault)
    try:
        acts.save_step(draft.id, page.id, typed, version=_version(request), by=by, now=now)
    except Invalid as fault:
        faults = fault.fields | faults
    except Conflict as fault:
        return _again(request, form, page, typed, fault)
    if onward:
        then = "?then=check" if _leads_to_check(request) else ""
        return HttpResponseRedirect(f"{step_address(draft.id, page.id)}{then}#{onward}")
    if faults:
        return _with_faults(request, form, page, typed, faults)
    # What was just entered may ask a page more, or one less.
    fresh = opened(request, draft.id)
    return HttpResponseRedirect(step_address(draft.id, "") if _leads_to_check(request) else fresh.after(page))


def _with_faults(
    request: AmurRequest, form: Filling, page: Page, typed: Mapping[str, Json], faults: forms.Faults
) -> HttpResponse:
    """Show a page again with its faults; what it asks only since this answer is asked first, and no fault yet."""
    fresh, before = opened(request, form.draft.id), {one.id for one in form.fields(page)}
    new = [one.id for one in fresh.fields(page) if one.id not in before]
    told = {name: fault for name, fault in faults.items() if name not in new}
    if told or not new:
        return _page(request, fresh, page, typed, told or faults)
    then = "?then=check" if _leads_to_check(request) else ""
    return HttpResponseRedirect(f"{step_address(form.draft.id, page.id)}{then}#{new[0]}")


def _again(
    request: AmurRequest, form: Filling, page: Page, typed: Mapping[str, Json], fault: AmurError
) -> HttpResponse:
    """Show the page again with what was entered, when it could not be kept; nothing that was typed is lost."""
    if fault.code in _GONE:
        raise fault
    if fault.code == "draft_submitted":
        return HttpResponseRedirect(_receipt_address(form.draft.id))
    fresh = opened(request, form.draft.id)
    said = _form_changed() if fault.code == "form_changed" else errors.wording(fault)
    theirs = _saved_elsewhere(fresh, page, typed) if fault.code == "stale_version" else ()
    return _page(request, fresh, fresh.page(page.id), typed, {}, whole=said or fault.message, theirs=theirs)


def _saved_elsewhere(form: Filling, page: Page, typed: Mapping[str, Json]) -> tuple[SummaryRow, ...]:
    """Return what another device saved on this page and is not what was typed here; neither is lost."""
    differing = page.model_copy(
        update={"fields": tuple(one for one in page.fields if form.draft.raw.get(one.id, "") != typed.get(one.id, ""))}
    )
    other = form.service.model_copy(update={"pages": (differing,)})
    cards = forms.cards(other, form.answers, form.lookups, form.received, asked=form.asked)
    return tuple(row for card in cards for row in card.rows)


def _page(
    request: AmurRequest,
    form: Filling,
    page: Page,
    raw: Mapping[str, Json],
    faults: forms.Faults,
    *,
    whole: str = "",
    theirs: tuple[SummaryRow, ...] = (),
) -> HttpResponse:
    fields = form.fields(page)
    known = reads.known_in(form.draft, form.service, form.on)
    views = forms.views(fields, raw, faults, form.lookups, form.received)
    shown = [
        _known(one, field, known[one.name], form) if one.name in known else one
        for one, field in zip(views, fields, strict=True)
    ]
    first = shown[0].anchor
    values = {
        "service": form.service,
        "page": page,
        "fields": shown,
        "errors": [(first, whole)] * bool(whole) + forms.summary(shown),
        "number": form.number(page),
        "total": form.total,
        "version": form.draft.version,
        "back": step_address(form.draft.id, "") if _leads_to_check(request) else form.before(page),
        "to_check": _leads_to_check(request),
        "theirs": theirs,
        "has_file": takes_files(page.fields),
        "has_group": any(field.type == "group" for field in page.fields),
        "told": promising.told(form, page),
    }
    status = UNPROCESSABLE if values["errors"] else 200
    return render(request, "portal/step.html", values | _later(request, form), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("submit", "60/10m")
def check(request: AmurRequest, draft_id: UUID) -> HttpResponse:
    """Show all answers before they are submitted, and submit them: once, however often the button is pressed."""
    form = opened(request, draft_id)
    if form.case:
        return HttpResponseRedirect(_receipt_address(draft_id))
    if request.method != "POST":
        return _check_page(request, form, {})
    try:
        acts.submit(draft_id, by=request.actor(), now=request.now, key=str(draft_id), **_looked_through(request))
    except Invalid as fault:
        return _check_page(request, form, fault.fields)
    except Refused as fault:
        if fault.code not in {"checks_stop", "checks_to_confirm", "agreement_missing", "item_closed"}:
            raise
        said = errors.wording(fault) if fault.code == "item_closed" else ""
        return _check_page(request, form, {}, whole=said, is_refused=not said)
    except Conflict as fault:
        if fault.code not in {"form_changed", "stale_version"}:
            raise
        said = _form_changed() if fault.code == "form_changed" else errors.wording(fault)
        return _check_page(request, opened(request, draft_id), {}, whole=said)
    return HttpResponseRedirect(_receipt_address(draft_id))


def _check_page(
    request: AmurRequest, form: Filling, faults: forms.Faults, *, whole: str = "", is_refused: bool = False
) -> HttpResponse:
    draft = form.draft
    is_whole = not form.faults(tuple(one for one in form.service.fields if one.id in form.asked and one.type != "file"))
    failing = reads.failing_in(draft, form.service, form.on) if is_whole else ()
    confirmed = request.POST.getlist("confirm")
    signers = agreeing.signers(form, request)
    kept_back = _kept_back(failing, confirmed, signers) if is_refused else []
    cards = forms.cards(
        form.service,
        form.answers,
        form.lookups,
        form.received,
        draft=str(draft.id),
        faults=faults,
        asked=form.asked,
    )
    missing = [(row.name, row.error) for card in cards for row in card.rows if row.error]
    values = {
        "service": form.service,
        "cards": cards,
        "errors": [("main", whole)] * bool(whole) + kept_back + missing,
        "number": form.total,
        "total": form.total,
        "draft": draft.id,
        "signers": signers,
        "is_agreed": all(one.state == "agreed" for one in signers),
        "stops": [one for one in failing if one.severity == "stop"],
        "warns": [(one, one.id in confirmed) for one in failing if one.severity == "warn"],
        "version": draft.version,
        "back": step_address(draft.id, form.pages[-1].id),
        "promised": promising.promised(form, request.scope),
        "alike": reads.alike_before(request.scope, draft.id, now=request.now),
    }
    status = UNPROCESSABLE if values["errors"] else 200
    return render(request, "portal/check.html", values | _later(request, form), status=status)


def _kept_back(
    failing: Sequence[Precheck], confirmed: Sequence[str], signers: Sequence[agreeing.Signer]
) -> list[tuple[str, str]]:
    """Return all that keeps a form from being submitted, each with where it stands on the page."""
    found = [(f"stop-{one.id}", one.message.say(forms.language())) for one in failing if one.severity == "stop"]
    unread = [one for one in failing if one.severity == "warn" and one.id not in confirmed]
    found += [
        (f"confirm-{one.id}", _("Confirm that you have read this:") + " " + one.message.say(forms.language()))
        for one in unread
    ]
    if any(one.state != "agreed" for one in signers):
        found.append(("signers", _("Not all who must agree have agreed yet.")))
    return found or [("main", _("This keeps the form from being submitted."))]


@require_safe
@never_cache
def receipt(request: AmurRequest, draft_id: UUID) -> HttpResponse:
    """Show number and query code to whoever submitted; a draft that was not submitted leads back to the form."""
    form = opened(request, draft_id)
    case = form.case
    if case is None:
        return HttpResponseRedirect(form.first_unfinished())
    code = acts.query_code(case)
    lines = reads.timeline(reads.scope_by_code(case.number, code), case.id)
    if case.account_id or case.enterprise_id:
        # Whoever acts for them follows the case for as long as they may, and no longer.
        code = code if not form.draft.authorisation_id else ""
    values = {
        "service": form.service,
        "case": case,
        "code": code,
        "steps": steps_ahead(form.service),
        "proof": lines[0].entry_hash,
        "consent": people.authorisations(request.scope).filter(case_id=str(case.id)).exclude(consent="account").first(),
    }
    return render(request, "portal/receipt.html", values)


def _known(view: FieldView, field: FieldDeclaration, known: Known, form: Filling) -> FieldView:
    """Return a field whose answer a register knows; what cannot be changed here is told and not asked."""
    note = _from_register(known)
    if not known.locked:
        return replace(view, note=note)
    told = value_shown(field, known.value, forms.language(), form.lookups)
    return replace(view, control="told", told=told, hint="", note=note)


def _from_register(known: Known) -> str:
    """Return where an answer comes from, and whether it can be corrected."""
    said = forms.language()
    title = next((one.title.say(said) for one in registers.registers(PUBLIC) if one.id == known.register), "")
    values = {"register": title or known.register, "day": span(localdate(known.as_of), localdate(known.as_of), said)}
    if known.locked:
        return _("From the register “%(register)s”, as of %(day)s. It is changed there, not here.") % values
    return _("From the register “%(register)s”, as of %(day)s. Correct it if it is wrong.") % values


def _later(request: AmurRequest, form: Filling) -> dict[str, object]:
    address = request.build_absolute_uri(reverse("portal:resume", args=[form.draft.id]))
    code = "" if form.draft.account_id else acts.resume_code(form.draft)
    return {"resume": address, "resume_code": code, "expires_at": form.draft.expires_at}


def _form_changed() -> str:
    return _("The form has changed since you began. What you entered is kept; look through it again.")


def _leads_to_check(request: AmurRequest) -> bool:
    return "check" in {request.GET.get("then"), request.POST.get("then")}


def _receipt_address(draft_id: UUID) -> str:
    return reverse("portal:receipt", args=[draft_id])


def _version(request: AmurRequest) -> int:
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < len("1000000000") else 0


def _looked_through(request: AmurRequest) -> dict[str, Any]:
    """Return which version was looked through, and which warnings were confirmed."""
    return {"version": _version(request) or None, "confirmed": request.POST.getlist("confirm")[:_MOST_CONFIRMED]}


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        return UUID(int=0)
