"""My stand-ins: an official lends an office, names a deputy, enters leave, and takes each of these back."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.declared import Text
from amur.base.faults import AmurError, Invalid
from amur.people import acts, reads
from amur.people.models import Appointment, StandIn
from amur.procedures import reads as procedures
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST = 600
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class Loan:
    """A delegation or a deputy, in words."""

    id: int
    office: str
    who: str
    procedure: Text | None
    is_deputy: bool
    first: date
    last: date | None
    reason: str


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stand_ins(request: AmurRequest) -> HttpResponse:
    """Show who stands in for the reader and for whom the reader does; change it."""
    faults: dict[str, str] = {}
    refusal, typed = "", {name: value[:_LONGEST] for name, value in request.POST.items() if isinstance(value, str)}
    verb = _VERBS.get(typed.get("do", "")) if request.method == "POST" else None
    if verb:
        try:
            verb(request, typed)
        except Invalid as fault:
            faults = _said(typed["do"], fault)
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, _("Done. The ledger keeps it."))
            return redirect("desk:stand_ins")
    return _page(request, typed, faults, refusal)


def _delegate(request: AmurRequest, typed: Mapping[str, str]) -> None:
    acts.delegate(
        _number(typed, "lent_office"),
        _chosen(request, typed, "lent_to"),
        valid_from=_day(typed, "lent_first"),
        valid_to=_day(typed, "lent_last"),
        procedure=typed.get("lent_procedure", ""),
        reason=typed.get("lent_reason", ""),
        by=request.actor(),
        now=request.now,
        key=_key(typed),
    )


def _name_deputy(request: AmurRequest, typed: Mapping[str, str]) -> None:
    to = _chosen(request, typed, "deputy_to")
    acts.name_deputy(_number(typed, "deputy_office"), to, by=request.actor(), now=request.now, key=_key(typed))


def _enter_leave(request: AmurRequest, typed: Mapping[str, str]) -> None:
    acts.enter_leave(
        request.scope.account_id,
        first_day=_day(typed, "leave_first"),
        last_day=_day(typed, "leave_last"),
        by=request.actor(),
        now=request.now,
        key=_key(typed),
    )


def _revoke(request: AmurRequest, typed: Mapping[str, str]) -> None:
    acts.revoke_stand_in(_number(typed, "stand_in"), by=request.actor(), now=request.now)


def _end_leave(request: AmurRequest, typed: Mapping[str, str]) -> None:
    acts.revoke_leave(_number(typed, "leave"), by=request.actor(), now=request.now)


_VERBS: Mapping[str, Callable[[AmurRequest, Mapping[str, str]], None]] = {
    "delegate": _delegate,
    "deputy": _name_deputy,
    "leave": _enter_leave,
    "revoke": _revoke,
    "end_leave": _end_leave,
}
_PLACES: Mapping[str, Mapping[str, str]] = {
    "delegate": {"to": "lent_to", "valid_from": "lent_first", "valid_to": "lent_last", "reason": "lent_reason"},
    "deputy": {"to": "deputy_to"},
    "leave": {"valid_to": "leave_last"},
}
"""In which control of a form a fault of the act is shown."""


def _said(form: str, fault: Invalid) -> dict[str, str]:
    words = {
        "required": _("Say why in one sentence."),
        "reversed": _("The last day lies before the first."),
        "over": _("The last day is over."),
        "ended": _("The office ends before that day."),
        "no_colleague": _("Choose somebody who has an office in the same body on that day."),
        "missing_day": _("Choose a day."),
        "missing_choice": _("Choose one."),
    }
    places = _PLACES.get(form, {})
    return {places.get(name, name): words.get(code, _("Check this entry")) for name, (code, _m) in fault.fields.items()}


def _number(typed: Mapping[str, str], name: str) -> int:
    text = typed.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST_KEY // 2):
        raise Invalid({name: ("missing_choice", "choose one")})
    return int(text)


def _chosen(request: AmurRequest, typed: Mapping[str, str], name: str) -> str:
    """Return the colleague that was chosen: one of those who were offered."""
    offered = reads.colleagues(request.scope, on=localdate(request.now))
    if typed.get(name, "") not in {str(one) for some in offered.values() for one in some}:
        raise Invalid({name: ("missing_choice", "choose one")})
    return typed[name]


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid({name: ("missing_day", "choose a day")}) from None


def _key(typed: Mapping[str, str]) -> str:
    return typed.get("key", "")[:_LONGEST_KEY]


def office_words(office: Appointment) -> str:
    """Return an office in words."""
    role, body = Text.model_validate(office.role.titles), Text.model_validate(office.body.titles)
    return f"{role.say(language())} · {body.say(language())}"


def select(name: str, label: str, options: Mapping[str, str], typed: Mapping[str, str], **more: str) -> FieldView:
    """Return a list to choose one of."""
    shown = tuple(Option(value, words, typed.get(name) == value) for value, words in options.items())
    return FieldView(
        name,
        "select",
        label,
        hint=more.get("hint", ""),
        error=more.get("error", ""),
        groups=(OptionGroup("", shown),),
        is_required=not more.get("optional"),
    )


def day_field(name: str, label: str, typed: Mapping[str, str], faults: Mapping[str, str]) -> FieldView:
    """Return a day to be chosen."""
    value = typed.get(name, "")
    return FieldView(name, "input", label, input_type="date", value=value, error=faults.get(name, ""), width=10)


def _page(request: AmurRequest, typed: Mapping[str, str], faults: dict[str, str], refusal: str) -> HttpResponse:
    on, scope = localdate(request.now), request.scope
    own = {str(one.pk): office_words(one) for one in reads.lendable(scope, on=on)}
    beside = {str(one) for some in reads.colleagues(scope, on=on).values() for one in some}
    people = dict(sorted(reads.names(scope, beside).items(), key=lambda one: one[1]))
    known = {one.id: one.title for one in procedures.services()}
    found = list(reads.stand_ins(scope, on=on))
    names = reads.names(
        scope, {str(one.account_id) for one in found} | {str(one.appointment.account_id) for one in found}
    )
    lent = [one for one in found if str(one.appointment.account_id) == scope.account_id]
    forms = _forms(own, people, {name: title.say(language()) for name, title in known.items()}, typed, faults)
    values = {
        **forms,
        "lent": [_loan(one, names.get(str(one.account_id), ""), known, shows_why=True) for one in lent],
        "borrowed": [
            _loan(one, names.get(str(one.appointment.account_id), ""), known, shows_why=False)
            for one in found
            if one not in lent
        ],
        "leaves": reads.leaves(scope, on=on),
        "has_office": bool(own),
        "has_colleagues": bool(people),
        "key": secrets.token_urlsafe(12),
        "refusal": refusal,
        "errors": summary([field for form in forms.values() for field in form]),
    }
    return render(request, "desk/stand_ins.html", values, status=422 if faults else 409 if refusal else 200)


def _loan(row: StandIn, who: str, known: Mapping[str, Text], *, shows_why: bool) -> Loan:
    return Loan(
        id=row.pk,
        office=office_words(row.appointment),
        who=who,
        procedure=known.get(row.procedure) or (Text(zh=row.procedure, en=row.procedure) if row.procedure else None),
        is_deputy=row.is_deputy,
        first=row.valid_from,
        last=row.valid_to,
        reason=row.reason if shows_why else "",
    )


def _why(name: str, typed: Mapping[str, str], faults: Mapping[str, str]) -> FieldView:
    hint = _("Only you read it again; the ledger keeps it sealed.")
    return FieldView(name, "input", _("Why"), hint=hint, value=typed.get(name, ""), error=faults.get(name, ""))


def _forms(
    own: Mapping[str, str],
    people: Mapping[str, str],
    known: Mapping[str, str],
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> dict[str, list[FieldView]]:
    def choice(name: str, label: str, options: Mapping[str, str], **more: str) -> FieldView:
        return select(name, label, options, typed, error=faults.get(name, ""), **more)

    return {
        "lending": [
            choice("lent_office", _("Which office"), own),
            choice("lent_to", _("To whom"), people, hint=_("Colleagues who have an office in the same body.")),
            choice(
                "lent_procedure",
                _("For which procedure"),
                known,
                hint=_("Leave it open to lend the office whole."),
                optional="yes",
            ),
            day_field("lent_first", _("First day"), typed, faults),
            day_field("lent_last", _("Last day"), typed, faults),
            _why("lent_reason", typed, faults),
        ],
        "deputies": [
            choice("deputy_office", _("Which office"), own),
            choice("deputy_to", _("Who is the deputy"), people),
        ],
        "away": [
            day_field("leave_first", _("First day"), typed, faults),
            day_field("leave_last", _("Last day"), typed, faults),
        ],
    }
