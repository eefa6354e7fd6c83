"""What a party can do to its case: answer what is missing, with files, or withdraw. Each asks once and counts once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Scope
from amur.base.declared import Text
from amur.base.faults import AmurError, Conflict, Invalid, Refused
from amur.base.fields import FieldDeclaration, Raw
from amur.procedures import acts
from amur.procedures.declarations import Transition
from amur.procedures.reads import CaseView
from amur.registers.lookups import as_pinned, lookups
from amur.web import errors
from amur.web.fields import FieldView, Received, reshaped, takes_files
from amur.web.limits import limited
from amur.web.portal import forms, supplement
from amur.web.portal.following import for_party, party_actor
from amur.web.requests import AmurRequest

UNPROCESSABLE = 422
_KEY_LENGTH = 32
_SENT_BEFORE = "-upload"
"""How the name ends of the input that keeps the id of a file which has arrived although something else was wrong."""


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that the party can do now."""

    event: str
    title: Text
    then: Text
    is_answer: bool
    is_ending: bool
    key: str
    fields: tuple[FieldView, ...]
    has_file: bool

    @property
    def has_group(self) -> bool:
        """Say whether there are buttons that only add or remove."""
        return any(field.control == "group" for field in self.fields)


def way(
    transition: Transition,
    case: CaseView,
    *,
    raw: Mapping[str, Raw] | None = None,
    faults: forms.Faults | None = None,
    received: Mapping[str, tuple[Received, ...]] | None = None,
    key: str = "",
) -> Way:
    """Return what the form of a transition shows, with what was entered before and what is wrong with it."""
    entered, wrong = raw or {}, faults or {}
    found = as_pinned(lookups(case.case.changed_at.date()), case.case.closure_hash)
    asked = forms.views(transition.asks, entered, wrong, found, received or {})
    reason = [_reason(transition, case, str(entered.get("reason", "")), wrong)] if transition.reason != "none" else []
    target = case.definition.state(transition.target)
    # A final state inside another ends that one only.
    is_ending = target.final and any(target is one for one in case.definition.states)
    return Way(
        event=transition.event,
        title=transition.title,
        then=target.answer,
        is_answer=case.state.needs_applicant and not is_ending,
        is_ending=is_ending,
        key=key or uuid.uuid4().hex,
        fields=(*reason, *asked),
        has_file=takes_files(transition.asks),
    )


def _reason(transition: Transition, case: CaseView, entered: str, faults: forms.Faults) -> FieldView:
    code = faults["reason"][0] if "reason" in faults else ""
    words = {
        "required": _("Say in a few words what you want to tell the authority"),
        "too_long": _("Shorten the text"),
        "control_characters": _("Type the text again; it holds characters that cannot be shown"),
    }
    return FieldView(
        "reason",
        "textarea",
        _("Your answer") if case.state.needs_applicant else _("Why"),
        value=entered,
        error=words.get(code, _("Check this entry")) if code else "",
        is_required=transition.reason == "required",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited("act", "60/10m")
@for_party
def act(request: AmurRequest, scope: Scope, case: CaseView, event: str) -> HttpResponse:
    """Ask once before something is done to a case, or do it."""
    transition = next((one for one in case.may if one.event == event), None)
    if request.method == "POST":
        return _done(request, scope, case, event, transition)
    if transition is None:
        return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
    return _page(request, scope, case, way(transition, case))


def _done(
    request: AmurRequest, scope: Scope, case: CaseView, event: str, transition: Transition | None
) -> HttpResponse:
    """Let the event happen; a second click of the same form finds it done."""
    asks = transition.asks if transition else ()
    entered = {**forms.raw_of(asks, request.POST, request.FILES), "reason": request.POST.get("reason", "")}
    sent = _sent_before(asks, request)
    if transition is not None and reshaped(asks, entered, request.POST):
        arrived = {name: (one,) for name, one in sent.items()}
        return _page(request, scope, case, way(transition, case, raw=entered, received=arrived, key=_key(request)))
    faults: forms.Faults = {}
    whole = ""
    try:
        _attach(request, scope, case, event, asks=asks, sent=sent)
        _fire(request, scope, case, event, entered=entered, sent=sent)
    except Invalid as fault:
        faults = fault.fields
    except (Conflict, Refused) as fault:
        messages.warning(request, errors.wording(fault) or _("This is not possible now; look at the case."))
        return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
    except AmurError as fault:
        whole = errors.wording(fault) or fault.message
    if transition is not None and (faults or whole):
        kept = {name: (one,) for name, one in sent.items()}
        again = way(transition, case, raw=entered, faults=faults, received=kept, key=_key(request))
        return _page(request, scope, case, again, [*_whole(whole), *supplement.open_items(case, scope, faults)])
    messages.success(request, _("Done. It is recorded below."))
    return HttpResponseRedirect(reverse("portal:case", args=[case.number]))


def _attach(
    request: AmurRequest,
    scope: Scope,
    case: CaseView,
    event: str,
    *,
    asks: tuple[FieldDeclaration, ...],
    sent: dict[str, Received],
) -> None:
    """Receive the files of the form, each noted at once, so that a later fault loses none of them."""
    for field, file in forms.files_of(asks, request.FILES):
        upload = acts.attach_to_case(
            case.id,
            event,
            field.id,
            file.chunks(),
            file.name or "",
            by=party_actor(request, scope, case.id),
            scope=scope,
            now=request.now,
        )
        sent[field.id] = Received(str(upload.pk), upload.name, upload.size)


def _fire(
    request: AmurRequest,
    scope: Scope,
    case: CaseView,
    event: str,
    *,
    entered: dict[str, Raw],
    sent: Mapping[str, Received],
) -> None:
    version = request.POST.get("version", "")
    acts.fire(
        case.id,
        event,
        by=party_actor(request, scope, case.id),
        scope=scope,
        now=request.now,
        expected_version=int(version) if version.isascii() and version.isdecimal() else 0,
        key=_key(request),
        reason=str(entered["reason"]),
        extra={name: typed for name, typed in entered.items() if name != "reason"}
        | {name: one.id for name, one in sent.items()},
    )


def _sent_before(asks: tuple[FieldDeclaration, ...], request: AmurRequest) -> dict[str, Received]:
    """Return the files that arrived with an earlier try; the act itself checks that they belong to this case."""
    ids = {field.id: request.POST.get(field.id + _SENT_BEFORE, "") for field in asks if field.type == "file"}
    names = {name: request.POST.get(f"{name}{_SENT_BEFORE}-name", "") for name in ids}
    return {name: Received(sent, names[name], 0) for name, sent in ids.items() if sent}


def _key(request: AmurRequest) -> str:
    return request.POST.get("key", "")[:_KEY_LENGTH]


def _whole(said: str) -> list[tuple[str, str]]:
    return [("main", said)] if said else []


def _page(
    request: AmurRequest, scope: Scope, case: CaseView, shown: Way, beyond: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """Show the form; ``beyond`` is what is wrong and is about none of its fields."""
    wrong = [*beyond, *forms.summary(shown.fields)]
    asked = supplement.panel(request, scope, case) if shown.is_answer else None
    values = {"case": case.case, "service": case.definition, "action": shown, "errors": wrong, "asked": asked}
    return render(request, "portal/act.html", values, status=UNPROCESSABLE if wrong else 200)
