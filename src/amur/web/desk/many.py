"""Acts on many chosen cases: what can be done to them, one reason for all, and one line each of what became of it.

Nothing here needs a script. A second click of the same form, or loading the page of the outcome again, does nothing
twice; what a broken connection or a power cut leaves over, the worker finishes.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.legal_time import amount
from amur.procedures import acts
from amur.procedures.queues import reads
from amur.procedures.queues.acts.many import What
from amur.procedures.queues.engine import MOST_CHOSEN
from amur.web import errors
from amur.web.desk.choices import reason_fault
from amur.web.desk.entry import for_officials
from amur.web.requests import AmurRequest

_LONGEST_REASON = 5_000
_KEY_LENGTH = 32
_SECONDS_HERE = 2.0
"""For how long the page works itself; the rest is left to the worker, so that nobody waits before a blank page."""
_EXTEND = "extend:"


@dataclass(frozen=True, slots=True)
class Longer:
    """A clock that can be made longer, with the most by which it can."""

    found: reads.ManyExtension
    most: str


@dataclass(slots=True)
class Typed:
    """What the form brought."""

    what: str = ""
    amount: str = ""
    reason: str = ""
    faults: dict[str, tuple[str, str]] | None = None
    refusal: str = ""


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: AmurRequest) -> HttpResponse:
    """Show what can be done to the chosen cases, or do it."""
    seen, pairs = _chosen(request)
    what = request.POST.get("what", "")
    typed = Typed(
        what, request.POST.get("amount", "").strip()[:6], request.POST.get("reason", "")[: _LONGEST_REASON + 1]
    )
    if request.method != "POST" or "key" not in request.POST:
        return _page(request, seen, typed)
    try:
        batch = acts.begin_many(
            _what(typed),
            pairs,
            by=request.actor(),
            scope=request.scope,
            now=request.now,
            reason=typed.reason,
            key=request.POST.get("key", "")[:_KEY_LENGTH],
        )
    except Invalid as fault:
        typed.faults = fault.fields
        return _page(request, seen, typed, status=422)
    except (Refused, NotFound) as fault:
        typed.refusal = _wording(fault)
        return _page(request, seen, typed, status=403)
    _go_on(request, batch.pk)
    return HttpResponseRedirect(reverse("desk:batch", args=[batch.pk]))


@for_officials
@require_safe
def batch(request: AmurRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Show what became of each case of an act on many."""
    found = reads.batch_of(request.scope, batch_id)
    lines = [(case, _outcome(case)) for case in found.cases]
    counts = {name: found.count(name) for name in ("done", "moved", "refused", "")}
    values = {"batch": found, "lines": lines, "counts": counts, "waits": counts[""]}
    return render(request, "desk/batch.html", values)


def _go_on(request: AmurRequest, batch_id: uuid.UUID) -> None:
    until = time.monotonic() + _SECONDS_HERE
    try:
        while acts.go_on_with_many(batch_id, scope=request.scope, now=request.now, at_most=5):
            if time.monotonic() > until:
                return
    except Conflict:
        return  # the database is busy; the worker goes on


def _chosen(request: AmurRequest) -> tuple[dict[uuid.UUID, int], list[tuple[uuid.UUID, int]]]:
    """Return the chosen cases with their versions; what cannot be read was not chosen."""
    pairs = []
    for raw in request.POST.getlist("chosen")[: MOST_CHOSEN + 1]:
        case_id, _colon, version = raw.partition(":")
        try:
            pairs.append((uuid.UUID(case_id), int(version) if len(version) <= _KEY_LENGTH // 4 else 0))
        except ValueError:
            continue
    return dict(pairs), pairs


def _what(typed: Typed) -> What:
    if not typed.what.startswith(_EXTEND):
        if not typed.what:
            raise Invalid({"what": ("required", "nothing was chosen")})
        return What(event=typed.what)
    if not (typed.amount.isascii() and typed.amount.isdecimal()):
        raise Invalid({"amount": ("not_a_number", "found no whole number; write one")})
    return What(clock=typed.what.removeprefix(_EXTEND), amount=int(typed.amount))


def _page(request: AmurRequest, seen: dict[uuid.UUID, int], typed: Typed, *, status: int = 200) -> HttpResponse:
    found = reads.chosen_cases(request.scope, seen)
    faults = typed.faults or {}
    said = reason_fault(faults)
    values: dict[str, Any] = {
        "found": found,
        "too_many": len(seen) > MOST_CHOSEN,
        "most": MOST_CHOSEN,
        "longer": [Longer(one, amount(one.at_most, one.unit, get_language() or "zh-hans")) for one in found.extensions],
        "typed": typed,
        "reason_fault": said,
        "amount_fault": _("Write a whole number within the limit.") if "amount" in faults else "",
        "what_fault": _("Choose what to do.") if "what" in faults else "",
        "key": uuid.uuid4().hex,
    }
    values["errors"] = [
        (anchor, words)
        for anchor, words in (("what-0", values["what_fault"]), ("amount", values["amount_fault"]), ("reason", said))
        if words
    ]
    return render(request, "desk/many.html", values, status=status)


def _outcome(case: reads.BatchCase) -> str:
    """Return what became of a case, in words."""
    if case.outcome == "done":
        return _("Done")
    if case.outcome == "moved":
        fault: AmurError = Conflict(case.code, "", **case.details)
        return errors.wording(fault) or _("Somebody else moved it meanwhile.")
    if case.outcome == "refused":
        return errors.wording(Refused(case.code, "", **case.details)) or _refused(case)
    return _("Waits for its turn")


def _refused(case: reads.BatchCase) -> str:
    words = {
        "clock_not_running": _("This period does not run in this case."),
        "clock_extended": _("This period was extended before, and that can be done once only."),
        "no_case": _("You may not work on this case any more."),
        "not_extendable": _("Nothing allows this period to be extended."),
    }
    return words.get(case.code) or _("This cannot be done to this case. Open it to see why.")


def _wording(fault: AmurError) -> str:
    words = {
        "asks_for_fields": _("This step asks for more than a reason, so it is done case by case."),
        "different_procedures": _("The cases are of different procedures. Choose cases of one procedure."),
        "no_case": _("One of the cases is not there any more, or you may not work on it. Choose again."),
        "too_many_cases": _("At most %(most)s cases are taken together. Choose fewer.") % {"most": MOST_CHOSEN},
    }
    return words.get(fault.code) or errors.wording(fault) or _("This cannot be done to these cases.")
