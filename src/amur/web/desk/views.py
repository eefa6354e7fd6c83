"""The views that an official keeps: saving the one that is shown, naming them anew, opening with one, deleting."""

from __future__ import annotations

from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amur.base.faults import AmurError, Invalid, NotFound, Refused
from amur.procedures import acts
from amur.procedures.queues.asked import asked_from
from amur.procedures.queues.engine import MOST_SAVED
from amur.procedures.queues.reads import saved_views
from amur.web.desk import narrowing
from amur.web.desk.entry import for_officials
from amur.web.requests import AmurRequest

_LONGEST_ADDRESS = 2_000


@for_officials
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: AmurRequest) -> HttpResponse:
    """Show the views that the reader keeps, or change one."""
    fault, status = "", 200
    if request.method == "POST":
        try:
            return _do(request)
        except (Invalid, Refused) as found:
            fault, status = _wording(found), 422
        except NotFound:
            fault, status = _("There is no such view any more."), 404
    kept = [(one, narrowing.address(one.asked)) for one in saved_views(request.scope)]
    typed = request.POST.get("name", "")[:200]
    values = {"views": kept, "fault": fault, "typed": typed, "most": MOST_SAVED, "address": _address(request)}
    return render(request, "desk/views.html", values, status=status)


def _do(request: AmurRequest) -> HttpResponse:
    """Do what was asked for and lead on.

    Raises:
        Invalid, Refused, NotFound: as the acts.
    """
    wish, by, now = request.POST.get("do", ""), request.actor(), request.now
    name = request.POST.get("name", "")
    if wish == "save":
        asked = asked_from(dict(parse_qsl(_address(request))))
        acts.save_view(name, asked, by=by, now=now, is_default=request.POST.get("is_default") == "yes")
        messages.success(request, _("The view is kept."))
        return HttpResponseRedirect(f"{reverse('desk:queue')}?{narrowing.address(asked)}")
    view_id = _view_id(request)
    if wish == "rename" and view_id:
        acts.rename_view(view_id, name, by=by, now=now)
    elif wish == "open" and view_id:
        acts.open_with_view(view_id, by=by, now=now)
    elif wish == "open":
        acts.open_with_view(None, by=by, now=now)
    elif wish == "delete" and view_id:
        acts.delete_view(view_id, by=by, now=now)
    return HttpResponseRedirect(reverse("desk:views"))


def _address(request: AmurRequest) -> str:
    return request.POST.get("address", "")[:_LONGEST_ADDRESS]


def _view_id(request: AmurRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("view", ""))
    except ValueError:
        return None


def _wording(fault: AmurError) -> str:
    code = fault.fields["name"][0] if isinstance(fault, Invalid) and "name" in fault.fields else fault.code
    words = {
        "required": _("Give the view a name."),
        "too_long": _("Shorten the name to at most 60 characters."),
        "taken": _("Another view has this name. Choose another, or delete that one."),
        "too_many_views": _("You keep %(most)s views already. Delete one first.") % {"most": MOST_SAVED},
    }
    return words.get(code, _("Check this entry"))
