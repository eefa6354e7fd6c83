"""Error pages that say what to do. They need no database, so they also stand when there is none.

Django calls the handlers that ``config.urls`` names; the middleware calls ``of_room`` and ``too_large``.
"""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django_ratelimit.exceptions import Ratelimited

from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.journal import journal
from amur.web import context

_STATUS: tuple[tuple[type[AmurError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Refused, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (Invalid, HTTPStatus.BAD_REQUEST),
)


def page(request: HttpRequest, status: int, message: str = "") -> HttpResponse:
    """Return the page of a status; ``message`` says more than the status can."""
    values = {"frame": context.bare_frame(request), "message": message, "status": int(status)}
    return HttpResponse(render_to_string(f"{int(status)}.html", values), status=int(status))


def bad_request(request: HttpRequest, fault: Exception | None = None) -> HttpResponse:
    """Answer what could not be read; lead from 127.0.0.1 to localhost, which passkeys require."""
    if isinstance(fault, DisallowedHost) and (place := _same_place_on_localhost(request)):
        return HttpResponseRedirect(place)
    if isinstance(fault, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request)
    return page(request, HTTPStatus.BAD_REQUEST)


def refused(request: HttpRequest, fault: Exception | None = None) -> HttpResponse:
    """Answer what may not be done, or not so often."""
    if isinstance(fault, Ratelimited):
        return too_often(request)
    return page(request, HTTPStatus.FORBIDDEN)


def missing(request: HttpRequest, fault: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """Answer an address that leads nowhere."""
    return page(request, HTTPStatus.NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when it is our fault."""
    return page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer a body that is larger than what is accepted."""
    return page(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def too_often(request: HttpRequest) -> HttpResponse:
    """Answer a caller who has to wait."""
    answer = page(request, HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = "60"
    return answer


def of_room(request: HttpRequest, fault: AmurError) -> HttpResponse:
    """Return the page for an error of a room, with its reason in the reader's words where there are any."""
    status = next((status for kind, status in _STATUS if isinstance(fault, kind)), HTTPStatus.BAD_REQUEST)
    journal("web").info("%s %s: %s", status.value, fault.code, fault.message)
    return page(request, status, wording(fault))


def wording(fault: AmurError) -> str:
    """Return what a reader should know about an error of a room; empty where the status says it all."""
    words = {
        "draft_expired": _("The draft has expired. Begin a new one; nothing was submitted."),
        "draft_submitted": _("This form was already submitted. Nothing was sent twice."),
        "stale": _("Somebody else, or you in another window, changed this meanwhile. Load it again and repeat your change."),
        "stale_version": _("Somebody else, or you in another window, changed this meanwhile. Load it again and repeat your change."),
    }
    return words.get(fault.code, "")


def _same_place_on_localhost(request: HttpRequest) -> str:
    host = request.META.get("HTTP_HOST", "")
    name, _separator, port = host.partition(":")
    if name != "127.0.0.1" or request.method not in {"GET", "HEAD"}:
        return ""
    return f"{request.scheme}://localhost{':' + port if port.isdecimal() else ''}{request.get_full_path()}"
