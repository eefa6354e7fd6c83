"""Cards that roles need: the security administrator enters them and ends them; everybody sees their own."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
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
from amur.people.engine import GIVES_RIGHTS
from amur.people.models import Appointment, Card
from amur.web import errors
from amur.web.desk.entry import for_officials
from amur.web.desk.standins import day_field, office_words, select
from amur.web.fields import FieldView
from amur.web.portal.forms import language, summary
from amur.web.requests import AmurRequest

_LONGEST = 100
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card, in words."""

    id: int
    who: str
    title: str
    role: str
    number: str
    first: date
    last: date
    is_valid: bool
    is_over: bool


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: AmurRequest) -> HttpResponse:
    """Show cards, all of them to the security administrator, who enters and ends them."""
    typed = {name: value[:_LONGEST] for name, value in request.POST.items() if isinstance(value, str)}
    faults: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            (_end if typed.get("do") == "end" else _enter)(request, typed)
        except Invalid as fault:
            faults = _said(fault)
        except AmurError as fault:
            refusal = errors.wording(fault) or fault.message
        else:
            messages.success(request, _("Done. The ledger keeps it."))
            return redirect("desk:cards")
    return _page(request, typed, faults, refusal)


def _enter(request: AmurRequest, typed: Mapping[str, str]) -> None:
    account, _colon, role = typed.get("holder", "").partition(":")
    offered = {(str(one.account_id), one.role_id) for one in reads.needing_cards(request.scope, on=_today(request))}
    by = request.actor(role=GIVES_RIGHTS)
    if (account, role) not in offered:
        raise Invalid({"holder": ("missing_choice", "choose one")})
    acts.enter_card(
        account,
        role,
        number=typed.get("number", ""),
        valid_from=_day(typed, "card_first"),
        valid_to=_day(typed, "card_last"),
        by=by,
        now=request.now,
        key=typed.get("key", "")[:_LONGEST_KEY],
    )


def _end(request: AmurRequest, typed: Mapping[str, str]) -> None:
    chosen = typed.get("card", "")
    by = request.actor(role=GIVES_RIGHTS)
    if not (chosen.isascii() and chosen.isdecimal()) or len(chosen) > _LONGEST_KEY // 2:
        raise Invalid({"card": ("missing_choice", "choose one")})
    acts.end_card(int(chosen), on=_today(request), by=by, now=request.now)


def _said(fault: Invalid) -> dict[str, str]:
    words = {
        "required": _("Write the number of the card."),
        "reversed": _("The last day lies before the first."),
        "missing_day": _("Choose a day."),
        "missing_choice": _("Choose one."),
    }
    places = {"valid_to": "card_last", "role": "holder"}
    return {places.get(name, name): words.get(code, _("Check this entry")) for name, (code, _m) in fault.fields.items()}


def _day(typed: Mapping[str, str], name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Invalid({name: ("missing_day", "choose a day")}) from None


def _today(request: AmurRequest) -> date:
    return localdate(request.now)


def _page(request: AmurRequest, typed: Mapping[str, str], faults: dict[str, str], refusal: str) -> HttpResponse:
    on, scope = _today(request), request.scope
    enters = scope.holds(GIVES_RIGHTS)
    needing: list[Appointment] = list(reads.needing_cards(scope, on=on))
    found = list(reads.cards(scope))
    names = reads.names(scope, {str(one.account_id) for one in needing} | {str(one.account_id) for one in found})
    offered = {
        f"{one.account_id}:{one.role_id}": f"{names.get(str(one.account_id), '')} · {office_words(one)}"
        for one in needing
        if str(one.account_id) != scope.account_id
    }
    form = [
        select("holder", _("Whose card"), offered, typed, error=faults.get("holder", "")),
        FieldView(
            "number", "input", _("Number"), value=typed.get("number", ""), error=faults.get("number", ""), is_code=True
        ),
        day_field("card_first", _("First day"), typed, faults),
        day_field("card_last", _("Last day"), typed, faults),
    ]
    values = {
        "enters": enters,
        "offered": offered,
        "form": form,
        "lines": [_line(one, names, on) for one in found],
        "lacking": _lacking(offered, found, on),
        "key": secrets.token_urlsafe(12),
        "refusal": refusal,
        "errors": summary(form),
    }
    return render(request, "desk/cards.html", values, status=422 if faults else 409 if refusal else 200)


def _lacking(offered: Mapping[str, str], found: list[Card], on: date) -> list[str]:
    """Return, in words, who needs a card today and has none that is valid."""
    valid = {f"{one.account_id}:{one.role_id}" for one in found if one.valid_from <= on <= one.valid_to}
    return [words for name, words in offered.items() if name not in valid]


def _line(card: Card, names: Mapping[str, str], on: date) -> CardLine:
    title = Text.model_validate(card.role.card) if card.role.card else Text.model_validate(card.role.titles)
    return CardLine(
        id=card.pk,
        who=names.get(str(card.account_id), ""),
        title=title.say(language()),
        role=Text.model_validate(card.role.titles).say(language()),
        number=card.number,
        first=card.valid_from,
        last=card.valid_to,
        is_valid=card.valid_from <= on <= card.valid_to,
        is_over=card.valid_to < on,
    )
