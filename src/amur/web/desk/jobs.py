"""What the machine could not do by itself: the system administrator revives it or lets it go, always with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.jobs import acts, reads
from amur.web.desk.entry import for_officials
from amur.web.requests import AmurRequest

ADMINISTRATOR = "system_administrator"
_LONGEST_REASON = 500
_VERBS = {"revive": acts.revive, "discard": acts.discard}


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def dead_jobs(request: AmurRequest) -> HttpResponse:
    """Show what was given up; carry out the administrator's choice for one of them."""
    typed, fault, chosen = "", "", ""
    if request.method == "POST":
        typed = request.POST.get("reason", "").strip()[:_LONGEST_REASON]
        chosen = request.POST.get("job", "")
        verb = _VERBS.get(request.POST.get("verb", ""))
        if typed and verb and chosen.isdecimal():
            verb(int(chosen), by=request.actor(role=ADMINISTRATOR), now=request.now, reason=typed)
            messages.success(request, _("Done. The ledger keeps your reason."))
            return redirect("desk:jobs")
        fault = _("Say why. The reason is kept in the ledger.")
    values = {
        "jobs": reads.dead(request.scope),
        "stuck": reads.stuck(request.scope),
        "counts": reads.due_counts(request.scope),
        "typed": typed,
        "chosen": chosen,
        "fault": fault,
    }
    return render(request, "desk/jobs.html", values, status=422 if fault else 200)
