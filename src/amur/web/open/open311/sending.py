"""The call of Open311 that sends a report. What it names is never fetched, and a document of others is never parsed."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext as _

from amur.base.acting import PUBLIC, Actor
from amur.base.faults import Invalid
from amur.procedures import acts
from amur.procedures.open311.acts import Media
from amur.procedures.open311.entering import Sent
from amur.procedures.open311.reads import PROGRAM
from amur.procedures.open311.reads import alike as earlier
from amur.web.open.open311.gate import Answer, check_jurisdiction, check_text, limit
from amur.web.open.open311.reading import language, sender_of, status_page
from amur.web.requests import AmurRequest

WITH_KEY, WITHOUT_KEY = "120/m", "20/h"
"""How many reports one program may send, and one network address without a key."""
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_UTF_8 = ("utf-8", "utf8")


def send(request: AmurRequest) -> Answer:
    """Take a report and say its number, its query code, and where it is followed."""
    sent, media = _received(request)
    check_jurisdiction(_one(sent, "jurisdiction_id"))
    sender = sender_of(_one(sent, "api_key") or request.GET.get("api_key", ""))
    has_key = sender.startswith(PROGRAM)
    address = str(request.META.get("REMOTE_ADDR", ""))
    limit(
        request,
        "program" if has_key else "stranger",
        WITH_KEY if has_key else WITHOUT_KEY,
        of=sender if has_key else "",
    )
    if not (code := _one(sent, "service_code")):
        raise Invalid({"service_code": ("required", "nothing was given")})
    case = acts.report(
        code,
        sent,
        by=Actor(sender, client="open", request_id=request.request_id),
        now=request.now,
        key=request.headers.get("Idempotency-Key", ""),
        caller=sender if has_key else address,
        media=media,
        language=language(),
    )
    notice = _("Keep the number and the query code. With both you follow your report at %(page)s")
    page = status_page(request, case.number)
    alike = ", ".join(earlier(PUBLIC, case))
    said = notice % {"page": page}
    if alike:
        known = _("It may have been reported before, as %(numbers)s.") % {"numbers": alike}
        said = f"{said} {known}"
    told = {
        "service_request_id": case.number,
        "service_notice": said,
        "account_id": None,
        "query_code": acts.query_code(case),
        "status_page": page,
        "similar_requests": alike,
    }
    return Answer("service_requests", [told], HTTPStatus.CREATED)


def _received(request: AmurRequest) -> tuple[Sent, Media | None]:
    """Return what came in the body: parameters, and a file if one came along.

    Raises:
        Invalid: if the body is no form, or not UTF-8.
    """
    if request.content_type not in _FORMS:
        raise Invalid({"Content-Type": ("no_form", f"send a form: {' or '.join(_FORMS)}")})
    charset = (request.content_params or {}).get("charset", "utf-8").strip('"').lower()
    if charset not in _UTF_8:
        raise Invalid({"charset": ("not_utf_8", f"found {charset[:40]!r}; send UTF-8")})
    sent = dict(request.POST.lists())
    for name, values in sent.items():
        check_text(name, *values)
    file = request.FILES.get("media")
    return sent, Media(file.name or "", file.chunks) if file else None


def _one(sent: Sent, name: str) -> str:
    return next((value.strip() for value in sent.get(name, ()) if value.strip()), "")
