"""What every call of Open311 has in common: the form of the answer, the limits, and errors as the standard has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import cast

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.csrf import csrf_exempt
from django_ratelimit.core import is_ratelimited

from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.journal import journal
from amur.policy import reads as policy
from amur.web.middleware import UNREADABLE
from amur.web.open.open311.rendering import MEDIA_TYPES, Format, Value, rendered
from amur.web.requests import AmurRequest

READING, SENDING = "240/m", "60/m"
"""How many calls of each kind one network address may make; who sends without a key has a limit of its own."""
_STATUS: tuple[tuple[type[AmurError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Refused, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a view answers: the name of the root in XML, a tree, and what else the answer says."""

    root: str
    value: Value
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


class TooOftenError(Exception):
    """The caller has to wait."""


View = Callable[..., Answer]


def answering(**views: View) -> Callable[..., HttpResponse]:
    """Return a view of Django: one view for each method, behind the gate; ``HEAD`` is ``GET`` without the body."""
    methods = {name.upper(): view for name, view in views.items()}
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    @csrf_exempt  # nothing here depends on who is signed in
    @wraps(next(iter(views.values())))
    def gated(request: HttpRequest, *, ending: str | None = None, **named: str) -> HttpResponse:
        form: Format = "json" if (ending or request.path).endswith("json") else "xml"
        head = request.method == "HEAD"
        view = methods.get("GET" if head else str(request.method))
        if view is not None:
            answer = _answered(view, cast("AmurRequest", request), named)
        elif request.method == "OPTIONS":
            answer = Answer("", "", HTTPStatus.NO_CONTENT, {"Access-Control-Allow-Methods": allowed})
        else:
            answer = errors(HTTPStatus.METHOD_NOT_ALLOWED, f"use {allowed}", Allow=allowed)
        return _response(answer, form, head=head)

    return gated


def errors(status: int, *descriptions: str, **headers: str) -> Answer:
    """Return errors as the standard has them; underscores in the names of headers are hyphens."""
    value: list[Value] = [{"code": int(status), "description": said} for said in descriptions]
    return Answer("errors", value, status, {name.replace("_", "-"): said for name, said in headers.items()})


def limit(request: HttpRequest, group: str, rate: str, *, of: str = "") -> None:
    """Count a call of a network address, or of what ``of`` names.

    Raises:
        TooOftenError: if there were too many.
    """
    whose = (lambda _group, _request: of) if of else "ip"
    if is_ratelimited(request, group=f"amur.open311.{group}", key=whose, rate=rate, increment=True):
        raise TooOftenError


def _answered(view: View, request: AmurRequest, named: Mapping[str, str]) -> Answer:
    try:
        limit(request, *(("send", SENDING) if request.method == "POST" else ("read", READING)))
        _check_readable(request)
        check_jurisdiction(request.GET.get("jurisdiction_id", ""))
        return view(request, **named)
    except TooOftenError:
        return errors(HTTPStatus.TOO_MANY_REQUESTS, "too many calls; try again later", Retry_After="60")
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return errors(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the report is larger than what is accepted")
    except MultiPartParserError:
        return errors(HTTPStatus.BAD_REQUEST, "the body is no multipart/form-data")
    except Invalid as fault:
        return errors(HTTPStatus.BAD_REQUEST, *(f"{name}: {said}" for name, (_, said) in fault.fields.items()))
    except AmurError as fault:
        return _of_room(fault)


def _of_room(fault: AmurError) -> Answer:
    if fault.code == "busy":
        return errors(HTTPStatus.SERVICE_UNAVAILABLE, fault.message, Retry_After="5")
    status = next((status for kind, status in _STATUS if isinstance(fault, kind)), HTTPStatus.BAD_REQUEST)
    journal("web").info("open311 %s %s", status.value, fault.code)  # its message may quote what a person sent
    return errors(status, fault.message)


def _check_readable(request: HttpRequest) -> None:
    for name, values in request.GET.lists():
        check_text(name, *values)


def check_text(*texts: str) -> None:
    """Refuse what did not come as UTF-8.

    Raises:
        Invalid: if it did not.
    """
    if any(UNREADABLE in text for text in texts):
        raise Invalid({"charset": ("not_utf_8", "what came is not UTF-8; send it as UTF-8")})


def jurisdiction() -> str:
    """Return the name by which programs may call this installation: that of its pack."""
    release = policy.active_release()
    return release.pack if release else ""


def check_jurisdiction(given: str) -> None:
    """Let pass who names no jurisdiction, since there is one, or names it.

    Raises:
        NotFound: for any other.
    """
    if given and given != jurisdiction():
        raise NotFound("no_jurisdiction", f"jurisdiction_id {given[:80]!r} was not found")


def _response(answer: Answer, form: Format, *, head: bool) -> HttpResponse:
    body = rendered(answer.root, answer.value, form) if answer.root else b""
    response = HttpResponse(b"" if head else body, status=answer.status, content_type=MEDIA_TYPES[form])
    response["Content-Length"] = str(len(body))
    for name, value in {**_HEADERS, **answer.headers}.items():
        response[name] = value
    return response


_HEADERS = {
    "Cache-Control": "no-store",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
    "Access-Control-Expose-Headers": "Link, Location, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
