"""Joint work at the desk: the lead's page of a case, what other bodies are asked, and cases that are handed over."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.acting import Actor
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.people import reads as people
from amur.procedures import acts, reads
from amur.procedures.joint.models import HandOver
from amur.procedures.joint.reads import JointView, OfferView, PartView
from amur.procedures.models import Case
from amur.procedures.opinions.receiving import MEDIA_TYPES, Sent
from amur.procedures.reads import CaseView
from amur.registers.lookups import as_pinned, lookups
from amur.web import clocks, errors
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.desk.opinions import bodies_by_id
from amur.web.desk.sending import sent
from amur.web.fields import FieldView, Option, OptionGroup, value_shown
from amur.web.panels import Panel
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest, door_of

_LONGEST_TEXT = 10_000
_LONGEST_KEY = 60
_HASH = 64
Said = Mapping[str, tuple[str, str]]


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what the page of a case shows of joint work: how many parts are open, and whether it is offered."""
    if found.definition.joint is None:
        return None
    view = reads.joint_of(request.scope, found.id, on=localdate(request.now))
    waiting = sum(one.is_open for one in view.parts)
    offered = next((one for one in view.offers if one.row.state == HandOver.State.OFFERED), None)
    body = bodies_by_id().get(offered.row.to_body) if offered else None
    values = {"number": found.number, "waiting": waiting, "given": len(view.parts) - waiting, "offered_to": body}
    return Panel("desk/panels/joint.html", values)


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: AmurRequest, number: str) -> HttpResponse:
    """Show the joint work on a case; ask for a part, offer the case, or take an offer back."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    if found.definition.joint is None:
        raise NotFound("no_case", "nobody works on this case together")
    if request.method != "POST":
        acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
        return _joint_page(request, found, {}, {})
    typed = {
        name: request.POST.get(name, "")[: _LONGEST_TEXT + 1]
        for name in ("what", "ask", "text", "to", "why", "version")
    }
    try:
        done = _VERBS[typed["what"]](request, found, typed) if typed["what"] in _VERBS else ""
    except Invalid as fault:
        return _joint_page(request, found, typed, fault.fields, status=422)
    except (Refused, Conflict) as fault:
        words = errors.wording(fault) or fault.message
        return _joint_page(request, found, typed, {}, refusal=words, status=409 if isinstance(fault, Conflict) else 403)
    if done:
        messages.success(request, done)
    return HttpResponseRedirect(reverse("desk:joint", args=[number]))


def _ask(request: AmurRequest, found: CaseView, typed: Mapping[str, str]) -> str:
    part, _colon, body = typed["ask"].partition(":")
    joint = found.definition.joint
    roles = next((one.by for one in joint.parts if one.id == part), ()) if joint else ()
    if not roles:
        raise Invalid({"body": ("required", "choose who is asked for what")})
    by = _actor(request, roles, found.case.body_id, found.case)
    acts.ask_part(
        found.id, part, body, by=by, scope=request.scope, now=request.now, text=typed["text"], key=_key(request)
    )
    return _("Asked. The body finds it on its desk.")


def _offer(request: AmurRequest, found: CaseView, typed: Mapping[str, str]) -> str:
    version = typed["version"]
    acts.offer_case(
        found.id,
        typed["to"],
        by=_actor(request, _handing_roles(found), found.case.body_id, found.case),
        scope=request.scope,
        now=request.now,
        expected_version=int(version) if version.isascii() and version.isdecimal() else 0,
        reason=typed["why"],
        key=_key(request),
    )
    return _("Offered. The case stays yours until it is confirmed.")


def _withdraw(request: AmurRequest, found: CaseView, _typed: Mapping[str, str]) -> str:
    view = reads.joint_of(request.scope, found.id, on=localdate(request.now))
    for one in view.offers:
        if one.row.state == HandOver.State.OFFERED:
            by = _actor(request, _handing_roles(found), found.case.body_id, found.case)
            acts.withdraw_hand_over(one.row.pk, by=by, scope=request.scope, now=request.now)
    return _("Taken back.")


_VERBS: Mapping[str, Callable[[AmurRequest, CaseView, Mapping[str, str]], str]] = {
    "ask": _ask,
    "offer": _offer,
    "withdraw": _withdraw,
}


def _handing_roles(found: CaseView) -> tuple[str, ...]:
    joint = found.definition.joint
    return joint.hand_over.by if joint and joint.hand_over else ()


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: AmurRequest, part_id: UUID) -> HttpResponse:
    """Show what a body is asked to do, with as much of the case as it needs, and take what it gives."""
    found = reads.asked_part(request.scope, part_id, on=localdate(request.now))
    by = _actor(request, (found.row.role,), found.row.body_id, found.row.case)
    if request.method != "POST":
        acts.log_desk_read(found.row.case_id, by=by, now=request.now)
        return _part_page(request, found, "", {})
    text, file = request.POST.get("text", "")[: _LONGEST_TEXT + 1], request.FILES.get("file")
    try:
        acts.give_part(
            part_id,
            by=by,
            scope=request.scope,
            now=request.now,
            text=text,
            file=Sent(file.name or "", file.chunks()) if file else None,
        )
    except Invalid as fault:
        return _part_page(request, found, text, fault.fields, status=422)
    except (Refused, Conflict) as fault:
        again = reads.asked_part(request.scope, part_id, on=localdate(request.now))
        return _part_page(request, again, text, {}, refusal=errors.wording(fault) or fault.message, status=409)
    messages.success(request, _("Given. The lead of the case has it."))
    return HttpResponseRedirect(reverse("desk:part", args=[part_id]))


@for_officials
@require_safe
def part_file(request: AmurRequest, part_id: UUID, upload_id: UUID) -> FileResponse:
    """Send a file of a part to either side."""
    return sent(*reads.part_file(request.scope, part_id, upload_id, on=localdate(request.now)))


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def handed(request: AmurRequest, hand_over_id: UUID) -> HttpResponse:
    """Show a case that is offered, with its pack; confirm it with the hash that was checked, or refuse it."""
    found = reads.offer(request.scope, hand_over_id, on=localdate(request.now))
    if request.method != "POST":
        return _handed_page(request, found, {}, {})
    typed = {name: request.POST.get(name, "").strip()[:_LONGEST_TEXT] for name in ("manifest", "reason", "what")}
    by, scope = _actor(request, (found.row.role,), found.row.to_body, found.row.case), request.scope
    try:
        if typed["what"] == "back":
            acts.send_case_back(hand_over_id, by=by, scope=scope, now=request.now, reason=typed["reason"])
            messages.success(request, _("Sent back. The case is theirs again."))
        elif typed["what"] == "refuse":
            acts.refuse_hand_over(hand_over_id, by=by, scope=scope, now=request.now, reason=typed["reason"])
            messages.success(request, _("Refused. The case stays where it was."))
        else:
            acts.confirm_hand_over(hand_over_id, typed["manifest"][:_HASH], by=by, scope=scope, now=request.now)
            messages.success(request, _("Confirmed. The case is yours from now on."))
    except Invalid as fault:
        faults = {"reason" if name == "text" else name: said for name, said in fault.fields.items()}
        return _handed_page(request, found, typed, faults, status=422)
    except (Refused, Conflict) as fault:
        again = reads.offer(request.scope, hand_over_id, on=localdate(request.now))
        return _handed_page(request, again, typed, {}, refusal=errors.wording(fault) or fault.message, status=409)
    return HttpResponseRedirect(reverse("desk:handed", args=[hand_over_id]))


@for_officials
@require_safe
def pack(request: AmurRequest, hand_over_id: UUID) -> FileResponse:
    """Send the pack of a case that is offered, and record that the case was read."""
    found = reads.offer(request.scope, hand_over_id, on=localdate(request.now))
    upload, file = reads.pack(request.scope, hand_over_id)
    by = people.actor_for(request.user, request.scope, client=door_of(request), request_id=request.request_id)
    acts.log_desk_read(found.row.case_id, by=by, now=request.now)
    return sent(upload, file)


def listed(request: AmurRequest) -> dict[str, object]:
    """Return what else stands on the page of what is asked of an office: parts, and cases that are handed over."""
    on, titles = localdate(request.now), bodies_by_id()
    parts = [
        (one, _light(one.left), titles.get(one.row.case.body_id)) for one in reads.parts_asked_of(request.scope, on=on)
    ]
    offers = [
        (one, titles.get(one.row.from_body), titles.get(one.row.to_body), state_words(one.row.state), _light(one.left))
        for one in reads.offers_of(request.scope, on=on)
    ]
    return {"parts": parts, "offers": offers}


def state_words(state: str) -> str:
    """Return how far a hand-over is, in words."""
    return {
        "offered": _("offered"),
        "confirmed": _("confirmed"),
        "refused": _("refused"),
        "withdrawn": _("taken back"),
        "lapsed": _("not answered in time"),
    }[state]


def _actor(request: AmurRequest, roles: tuple[str, ...], body_id: str, case: Case) -> Actor:
    """Return in which office somebody acts; who only reads needs no card."""
    region, procedure = case.region, case.procedure
    held = [one for one in roles if request.scope.holds(one, body_id=body_id, region=region, procedure=procedure)]
    return people.actor_for(
        request.user,
        request.scope,
        role=held[0] if held else (roles[0] if roles else ""),
        body_id=body_id,
        procedure=procedure,
        client=door_of(request),
        request_id=request.request_id,
        reads=request.method != "POST",
    )


def _key(request: AmurRequest) -> str:
    return request.POST.get("key", "")[:_LONGEST_KEY]


def _light(left: int | None) -> clocks.ClockView:
    return clocks.stopped() if left is None else clocks.running(left)


def _joint_page(
    request: AmurRequest,
    found: CaseView,
    typed: Mapping[str, str],
    faults: Said,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    view, titles = reads.joint_of(request.scope, found.id, on=localdate(request.now)), bodies_by_id()
    asks = typed.get("what") == "ask"
    fields = _asking(view, titles, typed, faults if asks else {}, found.case.body_id)
    handing = found.definition.joint.hand_over if found.definition.joint else None
    asks_why = handing is not None and handing.reason == "required"
    offers = _offering(view, titles, typed, {} if asks else faults, asks_why=asks_why)
    open_offer = any(one.row.state == HandOver.State.OFFERED and not one.stale for one in view.offers)
    values = {
        "case": found,
        "parts": [(one, titles.get(one.row.body_id), _light(one.left)) for one in view.parts],
        "offers": [
            (one, titles.get(one.row.to_body), state_words(one.row.state), _light(one.left)) for one in view.offers
        ],
        "asking": fields,
        "offering": offers if not open_offer else [],
        "may_withdraw": open_offer and bool(view.may_offer),
        "errors": summary([*fields, *offers]),
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "desk/joint.html", values, status=status)


def _asking(
    view: JointView, titles: Mapping[str, Text], typed: Mapping[str, str], faults: Said, own: str
) -> list[FieldView]:
    """Return the fields by which a part is asked: who for what, and in which words."""
    groups = tuple(
        OptionGroup(
            one.title.say(language()),
            tuple(
                Option(f"{one.id}:{body}", _title(titles, body), typed.get("ask") == f"{one.id}:{body}")
                for body in one.bodies
                if body != own
            ),
        )
        for one in view.may_ask
    )
    if not groups:
        return []
    chosen = _("Choose who is asked for what.") if "body" in faults else ""
    words = _("Say what the body is asked to do, in at most 10,000 characters.") if "text" in faults else ""
    hint = _("The body sees this and what the procedure shares with it, and nothing else of the case.")
    return [
        FieldView("ask", "select", _("Who does what"), groups=groups, error=chosen),
        FieldView("text", "textarea", _("What is to be done"), hint=hint, value=typed.get("text", ""), error=words),
    ]


def _offering(
    view: JointView, titles: Mapping[str, Text], typed: Mapping[str, str], faults: Said, *, asks_why: bool
) -> list[FieldView]:
    options = tuple(Option(one, _title(titles, one), typed.get("to") == one) for one in view.may_offer)
    error = _("Choose which body takes the case over.") if "body" in faults else ""
    missing = _("Say why, in at most 10,000 characters.") if "text" in faults else ""
    why = FieldView("why", "textarea", _("Why it is theirs"), value=typed.get("why", ""), error=missing)
    fields = [FieldView("to", "radios", _("To which body"), options=options, error=error)]
    return [*fields, *([why] if asks_why else [])] if options else []


def _title(titles: Mapping[str, Text], body: str) -> str:
    return titles[body].say(language()) if body in titles else body


def _part_page(
    request: AmurRequest, found: PartView, text: str, faults: Said, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    words = as_pinned(lookups(localdate(request.now)), found.row.case.closure_hash)
    fields = _giving(found, text, faults) if found.is_open else []
    values = {
        "part": found,
        "lead": bodies_by_id().get(found.row.case.body_id),
        "clock": _light(found.left),
        "shared": [
            (field.title, value_shown(field, value, language(), words))
            for field, value in found.shared
            if field.type != "file"
        ],
        "fields": fields,
        "errors": summary(fields),
        "refusal": refusal,
    }
    return render(request, "desk/part.html", values, status=status)


def _giving(found: PartView, text: str, faults: Said) -> list[FieldView]:
    said = _("Say what was done, in at most 10,000 characters.") if "text" in faults else ""
    fields = [FieldView("text", "textarea", _("What was done"), value=text, error=said)]
    if found.declaration.file != "none":
        bad = _("Send the file: PDF, a picture or plain text, of at most 20 MB.") if "file" in faults else ""
        needed = found.declaration.file == "required"
        fields.append(FieldView("file", "file", _("File"), is_required=needed, accept=",".join(MEDIA_TYPES), error=bad))
    return fields


def _handed_page(
    request: AmurRequest,
    found: OfferView,
    typed: Mapping[str, str],
    faults: Said,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    titles = bodies_by_id()
    other = _("This is not the hash of the offered pack. Verify the pack and copy the hash again.")
    confirming = FieldView(
        "manifest",
        "input",
        _("Hash of the manifest that you verified"),
        hint=_("SHA-256 of the file tagmanifest-sha256.txt in the pack, 64 characters"),
        value=typed.get("manifest", ""),
        is_code=True,
        error=other if "manifest" in faults else "",
    )
    refusing = FieldView(
        "reason",
        "textarea",
        _("Why is it sent back?") if found.backs else _("Why is it refused?"),
        value=typed.get("reason", ""),
        error=_("Say why it is refused.") if "reason" in faults else "",
    )
    values = {
        "offer": found,
        "from_body": titles.get(found.row.from_body),
        "to_body": titles.get(found.row.to_body),
        "state": state_words(found.row.state),
        "clock": _light(found.left),
        "confirming": confirming,
        "refusing": refusing,
        "errors": summary([confirming, refusing]),
        "refusal": refusal,
    }
    return render(request, "desk/handed.html", values, status=status)
