"""Fees at the desk: what was demanded and paid, giving money back, letting it go, and the list of a day."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.procedures import acts, reads
from amur.procedures.reads import CaseView, FeeView
from amur.web import errors, refusals, sums
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView, Option
from amur.web.panels import Panel
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST = 2_001
_LONGEST_KEY = 64
_ASKED = {"refund": ("amount", "reason"), "waive": ("of", "amount", "reason", "basis")}


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what a case costs, with the way to give back or let go for whoever may."""
    fees = reads.fees_of(request.scope, found.id, on=localdate(request.now)) if found.definition.fees else ()
    return Panel("desk/panels/fees.html", {"fees": fees, "case": found}) if fees else None


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fee(request: AmurRequest, number: str, fee_id: str) -> HttpResponse:
    """Show a demand with all that was booked; give money back or let it go."""
    today = localdate(request.now)
    found = reads.case_for_desk(request.scope, number, on=today, at=request.now)
    view = reads.fee_of(request.scope, found.id, fee_id, on=today)
    faults: dict[str, str] = {}
    refusal, verb = "", request.POST.get("verb", "")
    if request.method == "POST":
        if not view.role or verb not in _ASKED:
            raise NotFound("no_demand", "there is nothing here that you give back or let go")
        try:
            faults = _done(request, found, view, verb)
        except Invalid as fault:
            faults = {name: refusals.field_words(code) for name, (code, _said) in fault.fields.items()}
        except (Conflict, Refused) as fault:
            refusal = errors.wording(fault) or fault.message
        if not faults and not refusal:
            messages.success(request, _("Done. It is recorded below."))
            return redirect("desk:fee", number=found.number, fee_id=fee_id)
    shown = {name: _fields(request, view, name, faults if verb == name else {}) for name in _ASKED}
    values = {"case": found, "fee": view, "shown": shown, "refusal": refusal, "key": uuid4().hex}
    values["errors"] = [line for fields in shown.values() for line in summary(fields)]
    return render(request, "desk/fee.html", values, status=422 if faults else 409 if refusal else 200)


def _done(request: AmurRequest, found: CaseView, view: FeeView, verb: str) -> dict[str, str]:
    """Do what was sent; return what is wrong with its sum."""
    by, key = office_for(request, found, view.role), request.POST.get("key", "")[:_LONGEST_KEY]
    sent = {name: request.POST.get(f"{verb}-{name}", "")[:_LONGEST] for name in _ASKED[verb]}
    amount = sums.read(sent["amount"], view.row.currency)
    if amount is None:
        return {"amount": _("Write a sum such as 12.50.")}
    if verb == "refund":
        acts.refund_fee(
            view.row.pk, amount, by=by, scope=request.scope, now=request.now, reason=sent["reason"], key=key
        )
    else:
        acts.waive_fee(
            view.row.pk,
            amount,
            by=by,
            scope=request.scope,
            now=request.now,
            of="surcharge" if sent["of"] == "surcharge" else "amount",
            reason=sent["reason"],
            basis=sent["basis"],
            key=key,
        )
    return {}


def _fields(request: AmurRequest, view: FeeView, verb: str, faults: dict[str, str]) -> list[FieldView]:
    """Return what one of the two forms asks."""
    open_amount = view.bill.owed - min(view.bill.owed, view.bill.surcharge)
    proposed = (view.bill.over or view.bill.net) if verb == "refund" else open_amount or view.bill.owed
    hint = _("What was paid too much goes back first; what goes back beyond it is not owed again.")
    known = {
        "of": (_("What is let go?"), "radios", "amount", ""),
        "amount": (_("Sum"), "input", sums.typed(proposed, view.row.currency), hint if verb == "refund" else ""),
        "reason": (_("Why"), "textarea", "", _("The party reads this.")),
        "basis": (_("Which rule allows it?"), "input", "", ""),
    }
    found = []
    for name in _ASKED[verb]:
        label, control, value, said = known[name]
        entered = request.POST.get(f"{verb}-{name}", value)[:_LONGEST]
        options = (
            Option("amount", _("The amount"), entered != "surcharge"),
            Option("surcharge", _("The surcharge"), entered == "surcharge"),
        )
        found.append(
            FieldView(
                f"{verb}-{name}",
                control,
                label,
                hint=said,
                value=entered,
                options=options if control == "radios" else (),
                error=faults.get(name, ""),
            )
        )
    return found


@for_officials
@never_cache
@require_safe
def day_list(request: AmurRequest) -> HttpResponse:
    """Show what came and went on a day, and whether the cashier says the same."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = localdate(request.now)
    return render(request, "desk/fees.html", {"list": reads.day_of_fees(request.scope, day)})
