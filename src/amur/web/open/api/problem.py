"""How the interface says that something went wrong: RFC 9457 problem details, always in the same four members."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError

from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.journal import journal

_STATUS: dict[type[AmurError], int] = {Invalid: 422, Refused: 403, Conflict: 409, NotFound: 404}
_LONGEST_WAIT_SECONDS = 60


def problem(status: int, detail: str) -> HttpResponse:
    """Return a problem; its type is ``about:blank``, so its title is the status' own phrase."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "detail": detail, "status": status}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=status,
        content_type="application/problem+json",
        headers={"Cache-Control": "no-store"},
    )


def too_many(wait: float | None) -> HttpResponse:
    """Return the answer to somebody who asks too often, with the seconds after which to come back."""
    seconds = max(1, round(wait or _LONGEST_WAIT_SECONDS))
    answer = problem(429, f"too many requests from this address; ask again in {seconds} seconds")
    answer["Retry-After"] = str(seconds)
    return answer


def declare_problems(api: NinjaAPI) -> None:
    """Make every error that an operation may raise a problem."""

    @api.exception_handler(AmurError)
    def refused(_: HttpRequest, error: AmurError) -> HttpResponse:
        return problem(_STATUS.get(type(error), 400), error.message)

    @api.exception_handler(Http404)
    def not_found(_: HttpRequest, __: Http404) -> HttpResponse:
        return problem(404, "there is nothing at this address; the reference lists all addresses")

    @api.exception_handler(ValidationError)
    def invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
        return problem(422, "; ".join(_said(fault) for fault in error.errors))

    @api.exception_handler(HttpError)
    def http_error(_: HttpRequest, error: HttpError) -> HttpResponse:
        return too_many(error.wait) if isinstance(error, Throttled) else problem(error.status_code, error.message)

    @api.exception_handler(Exception)
    def broken(request: HttpRequest, error: Exception) -> HttpResponse:
        journal("web").exception("the interface failed at %s", request.path, exc_info=error)
        return problem(500, "the interface failed; the operator's log says why")


def _said(fault: dict[str, object]) -> str:
    place = fault.get("loc")
    name = place[-1] if isinstance(place, tuple | list) and place else "input"
    return f"{name}: {fault.get('msg', 'not acceptable')}"
