"""What every address of the interface has in common, put around it once.

Read-only (GET and HEAD, anything else is a problem 405), limited by the caller's network address, open to pages of
other sites (nothing here depends on who is signed in), and cheap to ask again: an ETag over the body answers 304.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from ninja.throttling import SimpleRateThrottle

from amur.web.open.api.problem import problem, too_many

View = Callable[..., HttpResponseBase]

FRESH_SECONDS = 60
_READING = ("GET", "HEAD")


class ByAddress(SimpleRateThrottle):
    """So many requests a minute from one network address; a header that the caller writes is not believed."""

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return where the calls of this address are counted."""
        return f"open-api:{request.META.get('REMOTE_ADDR', '')}"


RATE = "240/m"


def guarded(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Put the gate around the views of the patterns."""
    throttle = ByAddress(RATE)
    guarded_patterns = list(patterns)
    for pattern in guarded_patterns:
        pattern.callback = gate(pattern.callback, throttle)
    return guarded_patterns


def gate(view: View, throttle: SimpleRateThrottle) -> View:
    """Return the view behind the gate."""

    @csrf_exempt  # nothing is written here, and a browser's wrong method deserves 405, not a hint about tokens
    @functools.wraps(view)
    def guarded_view(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in _READING:
            answer: HttpResponseBase = problem(405, "this interface only reads; use GET or HEAD")
            answer["Allow"] = ", ".join(_READING)
        elif not throttle.allow_request(request):
            answer = too_many(throttle.wait())
        else:
            answer = _read(view, request, *args, **kwargs)
        answer["Access-Control-Allow-Origin"] = "*"
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    return guarded_view


def nowhere(_: HttpRequest) -> HttpResponse:
    """Answer an address that the interface does not have."""
    return problem(404, "there is nothing at this address; the reference lists all addresses")


def _read(view: View, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
    head = request.method == "HEAD"
    request.method = "GET"
    answer = view(request, *args, **kwargs)
    if isinstance(answer, HttpResponse) and answer.status_code == HTTPStatus.OK:
        etag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
        answer["ETag"] = etag
        if not answer.has_header("Cache-Control"):
            patch_cache_control(answer, public=True, max_age=FRESH_SECONDS)
        answer = get_conditional_response(request, etag=etag, response=answer) or answer
    if head and isinstance(answer, HttpResponse):
        answer["Content-Length"] = str(len(answer.content))
        answer.content = b""
    return answer
