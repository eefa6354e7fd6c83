"""All exchanges that a reader looks after, and one of them with what needs somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amur.base.faults import AmurError, NotFound
from amur.exchange import acts, reads
from amur.exchange.declarations import ExchangeDeclaration, Reconciliation
from amur.web.desk.entry import for_officials
from amur.web.desk.exchanging import wording
from amur.web.pages import number_from
from amur.web.requests import AmurRequest

_LONGEST_REASON, _LONGEST_KEY = 2_001, 64
_STATES = ("failed", "refused", reads.OVERDUE, "waiting", "sent", "received", "dropped")


@for_officials
@never_cache
@require_safe
def listed(request: AmurRequest) -> HttpResponse:
    """Show the exchanges that the reader looks after, each with what needs somebody."""
    return render(request, "desk/exchanges.html", {"exchanges": reads.exchanges(request.scope, at=request.now)})


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: AmurRequest, exchange_id: str) -> HttpResponse:
    """Show an exchange; resolve a difference with a reason, or make a file of what waits."""
    view, refusal = reads.exchange_of(request.scope, exchange_id, at=request.now), ""
    if request.method == "POST":
        try:
            return _done(request, exchange_id)
        except AmurError as fault:
            if isinstance(fault, NotFound):
                raise
            refusal = wording.said(fault)
    state = request.GET.get("state", "")
    state = state if state in _STATES else next((one for one in _STATES if view.counts.get(one)), "received")
    page = number_from(request.GET.get("page", ""))
    listing = reads.messages(request.scope, exchange_id, at=request.now, state=state, page=page)
    words = wording.message_states()
    values: dict[str, Any] = {
        "exchange": view,
        "declared": view.declaration,
        "tabs": [(one, words[one], view.counts.get(one, 0), one == state) for one in _STATES],
        "state": state,
        "listing": listing,
        "kept": f"state={state}",
        "rows": [
            (row, made.sends(row.message).title, words[row.state], wording.error_words(row.error))
            for row, made in listing.rows
        ],
        "waiting": _waiting(view.declaration, request),
        "files_made": _named(view.declaration, reads.files_made(request.scope, exchange_id)),
        "intakes": reads.intakes(request.scope, exchange_id),
        "refusals": _refusals(request, exchange_id),
        "rules": [(rule, *_last(request, exchange_id, rule)) for rule in view.declaration.reconciliation],
        "differences": _differences(request, view.declaration),
        "ended": reads.differences(request.scope, exchange_id, ended=True),
        "kinds": wording.kinds(),
        "refusal": refusal,
        "chosen": request.POST.get("difference", ""),
        "typed": request.POST.get("reason", "")[:_LONGEST_REASON],
        "key": uuid4().hex,
    }
    return render(request, "desk/exchange.html", values, status=422 if refusal else 200)


def _done(request: AmurRequest, exchange_id: str) -> HttpResponse:
    """Do what was sent, and lead on."""
    by, key = request.actor(), request.POST.get("key", "")[:_LONGEST_KEY]
    if name := request.POST.get("file", ""):
        made = acts.hand_over_as_file(exchange_id, name, by=by, scope=request.scope, now=request.now, key=key)
        if not made:
            messages.info(request, _("Nothing waits that can be handed over."))
            return redirect("desk:exchange", exchange_id=exchange_id)
        messages.success(request, _("The file is made. Take it below, and hand it over."))
        return redirect("desk:exchange", exchange_id=exchange_id)
    acts.resolve_difference(
        exchange_id,
        _uuid(request.POST.get("difference", "")),
        by=by,
        scope=request.scope,
        now=request.now,
        reason=request.POST.get("reason", "")[:_LONGEST_REASON],
        key=key,
    )
    messages.success(request, _("Resolved. The ledger keeps your reason."))
    return redirect("desk:exchange", exchange_id=exchange_id)


def _waiting(found: ExchangeDeclaration, request: AmurRequest) -> list[tuple[str, Any, int]]:
    """Return what waits of each message, where it goes by file."""
    if "file" not in found.ways:
        return []
    counted: dict[str, int] = {}
    listing = reads.messages(request.scope, found.id, at=request.now, state="waiting")
    for row, _made in listing.rows:
        counted[row.message] = counted.get(row.message, 0) + 1
    return [(one.id, one.title, counted[one.id]) for one in found.outbound if one.id in counted]


def _named(found: ExchangeDeclaration, made: tuple[Any, ...]) -> list[tuple[str, Any, Any, int]]:
    titles = {one.id: one.title for one in found.outbound}
    return [(name, titles[name], at, count) for name, at, count in made if name in titles]


def _refusals(request: AmurRequest, exchange_id: str) -> list[tuple[Any, str]]:
    found = reads.refusals(request.scope, exchange_id)
    return [(one, "; ".join(_fault(fault) for fault in one.faults)) for one in found]


def _fault(fault: dict[str, str]) -> str:
    words = wording.fault_words(fault.get("code", ""), fault.get("found", ""))
    return f"{fault['field']}: {words}" if fault.get("field") else words


def _last(request: AmurRequest, exchange_id: str, rule: Reconciliation) -> tuple[Any, list[Any]]:
    """Return the last comparison by a rule, and the titles of what was not compared in it."""
    last = next((one for one in reads.comparisons(request.scope, exchange_id) if one.rule == rule.id), None)
    fields = [rule.field(name) for name in last.not_compared] if last else []
    return last, [field.title for field in fields if field]


def _differences(request: AmurRequest, found: ExchangeDeclaration) -> list[tuple[Any, Any, Any]]:
    """Return the differences that stand, each with the rule and the field that it is about."""
    rules = {rule.id: rule for rule in found.reconciliation}
    lines = []
    for one in reads.differences(request.scope, found.id):
        rule = rules.get(one.rule)
        field = rule.field(one.field) if rule and one.field else None
        lines.append((one, rule.title if rule else None, field.title if field else None))
    return lines


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("no_difference", "there is no such difference") from None
