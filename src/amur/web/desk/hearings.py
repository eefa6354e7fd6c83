"""Hearings at the desk: call one in time, keep its minutes, or call it off."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, Hearings
from amur.web import errors, refusals
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView, Option
from amur.web.panels import Panel
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

Verb = Literal["call", "hold", "off"]
_LONGEST = 20_001


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the hearings of a case, with the way to call one for whoever may."""
    hearings = (
        reads.hearings_of(request.scope, found.id, on=localdate(request.now)) if found.definition.hearing else None
    )
    if hearings is None or not (hearings.rows or hearings.role):
        return None
    return Panel("desk/panels/hearing.html", {"hearings": hearings, "case": found})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: AmurRequest, number: str) -> HttpResponse:
    """Show the hearing of a case with what can be done about it, or do it."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    hearings = reads.hearings_of(request.scope, found.id, on=localdate(request.now))
    if hearings is None or not hearings.role:
        raise NotFound("no_hearing", "there is no hearing here that you hold")
    faults: dict[str, str] = {}
    refusal = ""
    verb = cast("Verb", request.POST.get("verb", ""))
    if request.method == "POST":
        try:
            faults = _done(request, found, hearings, verb)
        except Invalid as fault:
            faults = {name: refusals.field_words(code) for name, (code, _said) in fault.fields.items()}
        except (Conflict, Refused) as fault:
            refusal = errors.wording(fault) or fault.message
        if not faults and not refusal:
            messages.success(request, _("Done. It is recorded below."))
            return redirect("desk:case", number=found.number)
    shown = {name: _fields(request, hearings, cast("Verb", name), faults if verb == name else {}) for name in _ASKED}
    values = {"case": found, "hearings": hearings, "shown": shown, "refusal": refusal}
    values["errors"] = [line for fields in shown.values() for line in summary(fields)]
    return render(request, "desk/hearing.html", values, status=422 if faults else 409 if refusal else 200)


def _done(request: AmurRequest, found: CaseView, hearings: Hearings, verb: Verb) -> dict[str, str]:
    """Do what was sent; return what is wrong with its day."""
    by, scope, now = office_for(request, found, hearings.role), request.scope, request.now
    sent = {name: request.POST.get(f"{verb}-{name}", "")[:_LONGEST] for name in _ASKED.get(verb, ())}
    if verb == "hold":
        acts.hold_hearing(found.id, by=by, scope=scope, now=now, minutes=sent["minutes"], attends=sent["attends"])
    elif verb == "off":
        acts.call_off_hearing(found.id, by=by, scope=scope, now=now, why=sent["why"])
    else:
        starts_at = _instant(sent["day"], sent["time"])
        if starts_at is None:
            return {"day": _("Write the day as 2026-03-19 and the time as 09:00.")}
        acts.call_hearing(
            found.id,
            by=by,
            scope=scope,
            now=now,
            starts_at=starts_at,
            place=sent["place"],
            link=sent["link"],
            attends=sent["attends"],
            is_public=sent["public"] == "yes",
            why=sent["why"],
        )
    return {}


_TYPES = {"day": "date", "time": "time"}
_ASKED: dict[str, tuple[str, ...]] = {
    "call": ("day", "time", "place", "link", "attends", "public", "why"),
    "hold": ("minutes", "attends"),
    "off": ("why",),
}


def _instant(day: str, time: str) -> datetime | None:
    try:
        found = datetime.strptime(f"{day.strip()} {time.strip()}", "%Y-%m-%d %H:%M")  # noqa: DTZ007 -- the next line says
        return found.replace(tzinfo=get_default_timezone())
    except ValueError:
        return None


def _fields(request: AmurRequest, hearings: Hearings, verb: Verb, faults: dict[str, str]) -> list[FieldView]:
    """Return what one of the three forms asks."""
    row = hearings.open
    public = _("The rule is that anybody may attend.") if hearings.declared.public else ""
    known: dict[str, tuple[str, str, str, bool]] = {
        "day": (_("Day of the hearing"), hearings.first_day.on.isoformat(), "input", True),
        "time": (_("Time of day"), "09:00", "input", True),
        "place": (_("Place of the hearing"), row.place if row else "", "textarea", False),
        "link": (_("Link of the video meeting"), row.link if row else "", "input", False),
        "attends": (_("Who attends"), row.attends if row else "", "textarea", False),
        "public": (_("May the public attend?"), "yes" if hearings.declared.public else "no", "radios", True),
        "why": (_("Why") if verb == "off" else _("Why may the public not attend?"), "", "textarea", verb == "off"),
        "minutes": (_("Minutes"), "", "textarea", True),
    }
    found = []
    for name in _ASKED[verb]:
        label, value, control, required = known[name]
        typed = request.POST.get(f"{verb}-{name}", value)[:_LONGEST]
        options = (Option("yes", _("Yes"), typed == "yes"), Option("no", _("No"), typed == "no"))
        found.append(
            FieldView(
                f"{verb}-{name}",
                control,
                label,
                hint=public if name == "public" else "",
                value=typed,
                input_type=_TYPES.get(name, "text"),
                is_required=required,
                options=options if control == "radios" else (),
                error=faults.get(name, ""),
            )
        )
    return found
