"""The calls of Open311 that read: discovery, services and what they ask, reports, tokens."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.base.acting import PUBLIC
from amur.base.faults import Invalid, NotFound
from amur.policy import reads as policy
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.open311 import engine, reads
from amur.procedures.open311.reads import CLOSED, MOST, OPEN, ReportView
from amur.web import demonstration, tongues
from amur.web.open.open311.gate import Answer, errors, jurisdiction
from amur.web.open.open311.rendering import MEDIA_TYPES, Value
from amur.web.requests import AmurRequest

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_FRESH = {"Cache-Control": "public, max-age=60"}
_PAGES = 9_999
_LONGEST_TOKEN = 200


def discovery(request: AmurRequest) -> Answer:
    """Say where the services are, in each language, and how to get a key."""
    release = policy.active_release()
    changed = _w3c(release.synced_at if release else request.now)
    formats: list[Value] = [media_type.partition(";")[0] for media_type in MEDIA_TYPES.values()]
    kind = "test" if demonstration.is_present() else "production"
    endpoints: list[Value] = [
        {"specification": SPECIFICATION, "url": address, "changeset": changed, "type": kind, "formats": formats}
        for address in _roots(request)
    ]
    bodies = dict.fromkeys(one.body_id for one in reads.services(PUBLIC))
    titles = [reads.body_title(PUBLIC, body).say(language()) for body in bodies]
    value: dict[str, Value] = {
        "changeset": changed,
        "contact": "; ".join([*titles, request.build_absolute_uri(reverse("portal:home"))]),
        "key_service": _("Reports are taken without a key, a few in an hour. The administrator issues keys for more.")
        + f" jurisdiction_id: {jurisdiction()}",
        "endpoints": endpoints,
    }
    return Answer("discovery", value, headers=_FRESH)


def services(_request: AmurRequest) -> Answer:
    """List the services."""
    return Answer("services", [_service(one) for one in reads.services(PUBLIC)], headers=_FRESH)


def service(request: AmurRequest, code: str) -> Answer:
    """Say what a service asks."""
    on = localdate(request.now)
    asked: list[Value] = [
        {
            "variable": True,
            "code": one.code,
            "datatype": one.datatype,
            "required": one.required,
            "datatype_description": one.hint or None,
            "order": one.order,
            "description": one.description,
            "values": [{"key": key, "name": name} for key, name in one.values],
        }
        for one in reads.attributes(PUBLIC, code, language=language(), on=on)
    ]
    return Answer("service_definition", {"service_code": code, "attributes": asked}, headers=_FRESH)


def reports(request: AmurRequest) -> Answer:
    """List reports: those that are named, or those of a time."""
    given = request.GET
    if named := engine.listed(given.get("service_request_id", "").upper()):
        return _listed(request, reads.reports_by_number(PUBLIC, named))
    page = engine.whole_number(given.get("page", "1"), "page", _PAGES)
    size = engine.whole_number(given.get("page_size", str(MOST)), "page_size", MOST)
    statuses = engine.listed(given.get("status", ""))
    if unknown := [one for one in statuses if one not in {OPEN, CLOSED}]:
        raise Invalid({"status": ("unknown", f"found {unknown[0][:40]!r}; it is open or closed")})
    found, more = reads.reports(
        PUBLIC,
        between=engine.asked_range(_given(request, "start_date"), _given(request, "end_date"), request.now),
        codes=engine.listed(given.get("service_code", "")),
        statuses=statuses,
        page=page,
        size=size,
    )
    return _listed(request, found, page + 1 if more else 0)


def report(request: AmurRequest, number: str) -> Answer:
    """Show one report."""
    found = reads.reports_by_number(PUBLIC, [number.upper()])
    if not found:
        raise NotFound("no_report", f"service_request_id {number[:80]!r} was not found")
    return _listed(request, found)


def token(request: AmurRequest, code: str) -> Answer:
    """Say which number the report has that came with an Idempotency-Key: the one token that there is here."""
    sender = sender_of(request.GET.get("api_key", ""))
    number = reads.number_by_token(PUBLIC, code[:_LONGEST_TOKEN], sender=sender, at=request.now)
    return Answer("service_requests", [{"service_request_id": number, "token": code[:_LONGEST_TOKEN]}])


def nowhere(_request: AmurRequest, rest: str) -> Answer:
    """Answer an address that Open311 does not have, or not in this form."""
    return errors(HTTPStatus.NOT_FOUND, f"there is nothing at {rest[:80]!r}; addresses end in .xml or .json")


def sender_of(secret: str) -> str:
    """Return the name under which a caller acts.

    Raises:
        Refused: for a key that there is not, or that was revoked.
    """
    return reads.sender_of(PUBLIC, secret)


def language() -> str:
    """Return the language of the address that was asked."""
    return get_language() or "zh-hans"


def status_page(request: HttpRequest, number: str) -> str:
    """Return where a report is followed with its number and its query code."""
    return request.build_absolute_uri(f"{reverse('portal:track')}?{urlencode({'number': number})}")


def _roots(request: HttpRequest) -> list[str]:
    """Return where the calls begin, in each language that all pages have."""
    found = []
    for code in (tongues.CHINESE, tongues.ENGLISH):
        with translation.override(code):
            address = reverse("open:open311_services", kwargs={"ending": "xml"})
        found.append(request.build_absolute_uri(address.removesuffix("/services.xml")))
    return found


def _service(definition: ProcedureDeclaration) -> Value:
    said, speaks = reads.said_by(definition), language()
    asks = engine.asked(definition.fields, said.mapped.values())
    return {
        "service_code": definition.id,
        "service_name": (said.service_name or definition.title).say(speaks),
        "description": definition.summary.say(speaks),
        "metadata": bool(asks),
        "type": "realtime",
        "keywords": ",".join(word.say(speaks) for word in said.keywords),
        "group": said.group.say(speaks) if said.group else None,
    }


def _listed(request: AmurRequest, found: tuple[ReportView, ...], following: int = 0) -> Answer:
    headers = {}
    if following:
        there = request.GET.copy()
        there["page"] = str(following)
        headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{there.urlencode()}>; rel="next"'
    return Answer("service_requests", [_report(request, one) for one in found], headers=headers)


def _report(request: HttpRequest, one: ReportView) -> Value:
    speaks = language()
    return {
        "service_request_id": one.number,
        "status": OPEN if one.is_open else CLOSED,
        "status_notes": f"{one.state.say(speaks)}: {one.answer.say(speaks)}",
        "service_name": one.service.say(speaks),
        "service_code": one.code,
        "description": one.description or None,
        "agency_responsible": one.agency.say(speaks),
        "service_notice": status_page(request, one.number),
        "requested_datetime": _w3c(one.requested_at),
        "updated_datetime": _w3c(one.updated_at),
        "expected_datetime": _w3c(one.expected_at) if one.expected_at else None,
        "address": one.address or None,
        "address_id": one.address_id or None,
        "zipcode": None,
        "lat": float(one.lat) if one.lat else None,
        "long": float(one.long) if one.long else None,
        "media_url": one.media_url or None,
    }


def _given(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name, "")
    try:
        return engine.instant(text, timezone.get_default_timezone()) if text else None
    except ValueError as error:
        raise Invalid({name: ("not_an_instant", str(error))}) from None


def _w3c(at: datetime) -> str:
    return localtime(at).isoformat(timespec="seconds")
