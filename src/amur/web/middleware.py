"""What every request carries before a view sees it, and how the errors of the rooms become pages.

The rules behind a scope live in ``people``; here they are only asked for, once per request.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import cast
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from amur.base.acting import PUBLIC, Scope
from amur.base.faults import AmurError
from amur.base.once import one_look
from amur.people import reads as people
from amur.web import clock, display, errors
from amur.web.requests import AmurRequest, actor_of

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
UNREADABLE = "\ufffd"
_LOOKS = {"GET", "HEAD"}
"""What only looks; whatever may act asks the database each time."""
_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class ActingMiddleware:
    """Give the request its instant, id, scope, actor and display; refuse what is too large; dress the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, plain: HttpRequest) -> HttpResponse:
        """Prepare, pass on, dress."""
        request = cast("AmurRequest", plain)
        _take_out_nul(request)
        request.now = clock.now()
        request.request_id = _request_id(request)
        request.display = display.read(request.COOKIES.get(display.COOKIE, ""))
        if _declared_size(request) > settings.REQUEST_LIMIT_BYTES:
            return _dressed(request, errors.too_large(request))
        request.scope = _scope(request)
        request.actor = partial(actor_of, request)  # type: ignore[method-assign]  # bound here, since Django makes the request
        with one_look() if request.method in _LOOKS else nullcontext():
            return _dressed(request, self.get_response(request))

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """Turn the refusals of the rooms into pages that say what to do."""
        return errors.of_room(request, fault) if isinstance(fault, AmurError) else None


def _take_out_nul(request: AmurRequest) -> None:
    """Read a NUL in the address as the sign for what cannot be read, which no value holds.

    PostgreSQL takes no NUL in a text, not even to look for it; SQLite does.
    """
    if "\0" in request.path_info:
        request.path_info = request.path_info.replace("\0", UNREADABLE)
        request.path = request.path.replace("\0", UNREADABLE)
    if "%00" in (query := request.META.get("QUERY_STRING", "")):
        request.META["QUERY_STRING"] = query.replace("%00", quote(UNREADABLE))
        vars(request).pop("GET", None)


def _scope(request: AmurRequest) -> Scope:
    return people.scope_of(request.user, request.now) if request.user.is_authenticated else PUBLIC


def _request_id(request: HttpRequest) -> str:
    """Keep the id that a proxy gave, so that its log and the ledger name the same request."""
    given = request.headers.get("X-Request-Id", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _declared_size(request: HttpRequest) -> int:
    size = request.META.get("CONTENT_LENGTH") or "0"
    return int(size) if size.isdecimal() else 0


def _dressed(request: AmurRequest, response: HttpResponse) -> HttpResponse:
    for name, value in _HEADERS.items():
        response.setdefault(name, value)
    response.setdefault("X-Request-Id", request.request_id)
    patch_vary_headers(response, ["Cookie"])
    return response
