"""The pages of the Open door: what there is, how to ask for it, and the ledger's signed heads."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.indicators import reads as indicators
from amur.ledger import reads as ledger
from amur.procedures.finders import reads as finders
from amur.procedures.open311 import reads as open311
from amur.registers import codelists
from amur.registers import reads as registers
from amur.web.limits import limited
from amur.web.open.api import api
from amur.web.open.api.gate import RATE
from amur.web.open.reference import chapters
from amur.web.portal.systems import elsewhere
from amur.web.requests import AmurRequest

_HEADS = 20
_LOOK_BACK = 500
"""Heads grow by an entry at least, so the latest twenty are among those of the last so many entries, if they exist."""


@require_safe
def catalogue(request: AmurRequest) -> HttpResponse:
    """Show what is open: registers as data, the ledger, the interface."""
    values = {
        "registers": [(one, elsewhere(one)) for one in registers.registers(PUBLIC)],
        "rankings": indicators.rankings(PUBLIC),
        "codelists": codelists.codelists(PUBLIC),
        "finders": finders.finders(PUBLIC),
        "interface": request.build_absolute_uri(_plain("open:api:api-root")),
        "rate": RATE.partition("/")[0],
        "takes_reports": bool(open311.services(PUBLIC)),
        "discovery": request.build_absolute_uri(_plain("open:open311_discovery", ending="xml")),
    }
    return render(request, "open/catalogue.html", values)


@require_safe
@limited("reference", "30/m", method="GET")
def reference(request: AmurRequest) -> HttpResponse:
    """Show every address of the interface, its parameters and its answer."""
    schema = api.get_openapi_schema(path_prefix=_plain("open:api:api-root"))
    values = {
        "chapters": chapters(schema),
        "interface": request.build_absolute_uri(_plain("open:api:api-root")),
        "openapi": _plain("open:api:openapi-json"),
        "rate": RATE.partition("/")[0],
    }
    return render(request, "open/reference.html", values)


@require_safe
def ledger_heads(request: AmurRequest) -> HttpResponse:
    """Show the signed heads, the newest first, the keys, and how to take the log away and check it."""
    newest = ledger.head()
    latest = ledger.checkpoints(max(0, newest.size - _LOOK_BACK), _LOOK_BACK)[-_HEADS:] if newest else []
    values = {
        "head": newest,
        "keys": {key_id: public.hex() for key_id, public in ledger.trusted_keys().items()},
        "heads": latest[::-1],
        "interface": _plain("open:api:api-root"),
    }
    return render(request, "open/ledger.html", values)


def _plain(name: str, **named: str) -> str:
    """Return an address of the interface as it stands for programs: without a language before it."""
    with translation.override("zh-hans"):
        return reverse(name, kwargs=named)
