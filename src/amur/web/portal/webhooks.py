"""Webhooks: whoever acts for an enterprise, or administers a body, has an address called about its cases.

The secret of a subscription is shown once, on the page that answers the form that made it.
"""

from __future__ import annotations

import secrets
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.acting import Actor
from amur.base.faults import Invalid, NotFound, Refused
from amur.jobs.engine import ADMINISTRATOR
from amur.procedures import acts
from amur.procedures.notices.webhooks import reads
from amur.web import errors
from amur.web.fields import FieldView
from amur.web.limits import limited
from amur.web.portal.forms import summary
from amur.web.requests import AmurRequest

_LONGEST_URL, _LONGEST_KEY = 501, 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("webhooks", "30/10m")
def webhooks(request: AmurRequest) -> HttpResponseBase:
    """Show the addresses that are called for the reader's enterprises and bodies, and add one."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    owners = reads.owner_titles(request.scope)
    fault, refusal, typed = "", "", ""
    if request.method == "POST":
        owner = next((one for one in owners if "/".join(one) == request.POST.get("owner", "")), None)
        if owner is None:
            raise NotFound("no_owner", "there is no such enterprise or body that you act for")
        typed = request.POST.get("endpoint", "").strip()[:_LONGEST_URL]
        try:
            made, secret = acts.subscribe(
                *owner,
                typed,
                by=_actor(request, owner),
                scope=request.scope,
                now=request.now,
                key=request.POST.get("key", "")[:_LONGEST_KEY],
            )
        except Invalid:
            fault = _("This cannot be called: give an https:// address in the open internet, without a password in it.")
        except Refused as error:
            refusal = errors.wording(error) or error.message
        else:
            return _page(request, made.pk, secret=secret) if secret else redirect("portal:webhook", made.pk)
    hint = _("An https:// address. Redirects are not followed.")
    field = FieldView("endpoint", "input", _("Address to be called"), hint=hint, value=typed, error=fault, is_code=True)
    values = {
        "owners": [("/".join(one), title) for one, title in owners.items()],
        "rows": reads.subscriptions(request.scope),
        "field": field,
        "errors": summary([field]),
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "portal/webhooks.html", values, status=422 if fault else 409 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("webhooks", "30/10m")
def webhook(request: AmurRequest, subscription_id: UUID) -> HttpResponseBase:
    """Show one subscription with what got through and what did not; replace its secret, or end it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found, _latest = reads.subscription(request.scope, subscription_id)
    if request.method != "POST":
        return _page(request, subscription_id)
    by = _actor(request, (found.owner_kind, found.owner_id))
    if request.POST.get("verb") == "end":
        acts.end_subscription(subscription_id, by=by, scope=request.scope, now=request.now)
        messages.success(request, _("Ended. Nothing is called there any more, and its secret is erased."))
        return redirect("portal:webhooks")
    _row, secret = acts.rotate_secret(subscription_id, by=by, scope=request.scope, now=request.now)
    return _page(request, subscription_id, secret=secret)


def _page(request: AmurRequest, subscription_id: UUID, *, secret: str = "") -> HttpResponse:
    found, latest = reads.subscription(request.scope, subscription_id)
    title = reads.owner_titles(request.scope).get((found.owner_kind, found.owner_id))
    values = {"found": found, "title": title, "latest": latest, "secret": secret}
    return render(request, "portal/webhook.html", values)


def _actor(request: AmurRequest, owner: tuple[str, str]) -> Actor:
    kind, name = owner
    if kind == "body":
        return request.actor(role=ADMINISTRATOR, body=name)
    return request.actor(on_behalf_of=name)
