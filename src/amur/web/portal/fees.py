"""What a party has to pay: how much, by when, why so much, under which code, and what came; to read and to print."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amur.base.acting import Scope
from amur.procedures import reads
from amur.procedures.papers.codes import qr
from amur.procedures.reads import CaseView
from amur.web.panels import Panel
from amur.web.portal.following import for_party
from amur.web.requests import AmurRequest


def panel(request: AmurRequest, scope: Scope, case: CaseView) -> Panel | None:
    """Return what a case costs; None where nothing was demanded."""
    found = reads.fees_of(scope, case.id, on=localdate(request.now)) if case.definition.fees else ()
    values = {"fees": found, "case": case, "owed": any(one.bill.owed for one in found)}
    return Panel("portal/panels/fees.html", values, "main") if found else None


@never_cache
@require_safe
@for_party
def fee(request: AmurRequest, scope: Scope, case: CaseView, fee_id: str) -> HttpResponse:
    """Show the demand with its code, the reasons of the sum, and the receipts."""
    today = localdate(request.now)
    found = reads.fee_of(scope, case.id, fee_id, on=today)
    code = SafeString(qr(found.row.code)) if found.row.code and found.bill.owed else ""
    values = {"case": case, "service": case.definition, "fee": found, "qr": code, "today": today}
    return render(request, "portal/fee.html", values)
