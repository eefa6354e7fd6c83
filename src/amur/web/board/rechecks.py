"""Re-checks on the board: a commitment that a new edition touches is looked at again, and closed with a verdict."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Actor
from amur.base.faults import Conflict, Invalid, Refused
from amur.policy import acts
from amur.policy.editions import reads, showing
from amur.policy.editions.models import Recheck
from amur.web.board.bodies import body_names, named
from amur.web.board.deciding import (
    carrier_link,
    commitment_titles,
    in_office,
    key_of,
    language_of,
    refusal_words,
)
from amur.web.requests import AmurRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request: AmurRequest, recheck_id: UUID) -> HttpResponse:
    """Show a commitment that has to be looked at again, with both texts; close it with a verdict."""
    found = reads.recheck(request.scope, recheck_id)
    refusal, faults = "", {}
    if request.method == "POST":
        verdict, remark = request.POST.get("verdict", ""), request.POST.get("remark", "")
        try:
            by = _answering(request, found)
            acts.close_recheck(
                found.pk, verdict, remark, by=by, scope=request.scope, now=request.now, key=key_of(request)
            )
        except Invalid as fault:
            faults = {name: code for name, (code, _message) in fault.fields.items()}
        except (Conflict, Refused) as fault:
            refusal = refusal_words(fault)
        else:
            messages.success(request, _("Closed. Your verdict stands beside the commitment's history."))
            return redirect("board:recheck", recheck_id=found.pk)
    compared = showing.of_crosswalk(found.crosswalk)
    values = {
        "recheck": found,
        "view": rechecks_shown([found])[0],
        "rows": compared.shown(place for place in found.places if place < len(compared.rows)),
        "old_lang": language_of(compared.old),
        "new_lang": language_of(compared.new),
        "may_close": found.closed_at is None and reads.may_close(request.scope, found),
        "faults": faults,
        "errors": [(f"{name}", _field_words(name)) for name in faults],
        "sent": request.POST,
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "board/editions/recheck.html", values, status=422 if faults else 409 if refusal else 200)


def rechecks_shown(found: Iterable[Recheck]) -> list[dict[str, Any]]:
    """Return re-checks with the titles of their commitments, bodies and carriers in the active release."""
    commitments, names, carried = commitment_titles(), body_names(), reads.carriers()
    return [
        {
            "row": one,
            "title": commitments.get(one.commitment),
            "bodies": named(one.bodies, names),
            "carriers": [carrier_link(this) for this in carried.get(one.commitment, ())],
            "files": one.carriers,
        }
        for one in found
    ]


def _answering(request: AmurRequest, found: Recheck) -> Actor:
    """Return the reader in a body that answers for a commitment, else in the office that confirms."""
    for role, body in reads.offices_of(request.scope, found.bodies):
        return request.actor(role=role, body=body)
    return in_office(request)


def _field_words(name: str) -> str:
    return {"verdict": _("Choose what became of it."), "remark": _("Say in a few words what was looked at.")}[name]
