"""Where the gateway of short messages and the cashier report: signed, or not heard."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from amur.base.faults import Conflict, Invalid, NotFound
from amur.procedures import acts
from amur.procedures.fees import cashier
from amur.procedures.notices import sms
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_ARRIVED, _LOST = "delivered", "failed"
_MOST_BYTES = 10_000


@csrf_exempt
@never_cache
@require_POST
@limited("sms_report", "600/m")
def sms_report(request: AmurRequest) -> HttpResponse:
    """Take a report: 204 when it is kept, 401 unless the gateway signed it, 404 if no such message was sent."""
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    report = sms.report_of(headers, request.body, request.now)
    if report is None:
        return HttpResponse(status=401)
    if report.status not in {_ARRIVED, _LOST}:
        return HttpResponse(status=204)  # it is still on its way
    try:
        acts.hear_report(
            report.reference, report.id, arrived=report.status == _ARRIVED, error=report.error, now=request.now
        )
    except NotFound:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


@csrf_exempt
@never_cache
@require_POST
@limited("cashier_report", "1200/m")
def cashier_report(request: AmurRequest) -> HttpResponse:
    """Take a report of money: 204 when it is booked, also before; 401 unless the cashier signed it.

    404 if we asked for nothing of the kind, 409 if it was reported otherwise before, 422 if it cannot be.
    """
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        report = cashier.report_of(headers, request.body, request.now)
        if report is None:
            return HttpResponse(status=401)
        acts.hear_cashier(report, now=request.now)
    except NotFound:
        return HttpResponse(status=404)
    except Conflict as fault:
        return HttpResponse(status=503 if fault.code == "busy" else 409)
    except (Invalid, ValueError):
        return HttpResponse(status=422)
    return HttpResponse(status=204)
