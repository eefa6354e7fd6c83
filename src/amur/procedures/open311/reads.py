"""What Open311 tells: the services, what they ask, and reports with what of them everybody may read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from amur.base.acting import Scope
from amur.base.canonical import Json, canonical
from amur.base.declared import Text
from amur.base.faults import NotFound, Refused
from amur.jobs.engine import ADMINISTRATOR
from amur.ledger.kept import prefetch, stored
from amur.people import reads as people
from amur.policy.models import Declaration
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.open311 import engine
from amur.procedures.open311.declarations import Open311
from amur.procedures.open311.models import ApiKey, ReceivedReport
from amur.procedures.ties.models import Likeness
from amur.registers.lookups import lookups

PROGRAM = "api_key:"
"""What the name of an actor begins with that is a program with a key."""
OPEN, CLOSED = "open", "closed"
MOST = 1_000
"""How many reports one answer holds."""
_MOST_ALIKE = 5
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as everybody may read it: what is not declared public of it is empty."""

    number: str
    is_open: bool
    state: Text
    answer: Text
    service: Text
    code: str
    description: str
    agency: Text
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    address: str
    address_id: str
    lat: str
    long: str
    media_url: str


def said_by(definition: ProcedureDeclaration) -> Open311:
    """Return what a procedure says of Open311.

    Raises:
        NotFound: if it says nothing.
    """
    if definition.open311 is None:
        raise NotFound("no_service", f"service_code {definition.id!r} was not found")
    return definition.open311


def services(scope: Scope) -> tuple[ProcedureDeclaration, ...]:
    """Return the services: the procedures of the active pack that take reports. They are public."""
    del scope
    return tuple(one for one in declared.everything().procedures.values() if one.open311 and not one.opened_only)


def service(scope: Scope, code: str) -> ProcedureDeclaration:
    """Return a service.

    Raises:
        NotFound: if there is none of this code.
    """
    found = next((one for one in services(scope) if one.id == code), None)
    if found is None:
        raise NotFound("no_service", f"service_code {code[:80]!r} was not found")
    return found


def attributes(scope: Scope, code: str, *, language: str, on: date) -> tuple[engine.Attribute, ...]:
    """Return what a service asks beside where and what, with what can be chosen on a day.

    Raises:
        NotFound: if there is none of this code.
    """
    definition = service(scope, code)
    return engine.attributes(definition.fields, said_by(definition).mapped.values(), lookups(on), language)


def reports(
    scope: Scope,
    *,
    between: tuple[datetime, datetime],
    codes: Collection[str] = (),
    statuses: Collection[str] = (),
    page: int = 1,
    size: int = MOST,
) -> tuple[tuple[ReportView, ...], bool]:
    """Return a page of the reports of a time, the latest first, and whether there are more.

    Raises:
        NotFound: if a code is that of no service.
    """
    named = [service(scope, code).id for code in codes] or [one.id for one in services(scope)]
    found = _among(named, statuses).filter(submitted_at__gte=between[0], submitted_at__lte=between[1])
    first = (page - 1) * size
    rows = found.order_by("-submitted_at", "number")[first : first + size + 1]
    shown = _shown(rows)
    return shown[:size], len(shown) > size


def reports_by_number(scope: Scope, numbers: Collection[str]) -> tuple[ReportView, ...]:
    """Return the reports with these numbers, the latest first; a number that is none of a report is left out."""
    named = [one.id for one in services(scope)]
    return _shown(_among(named, ()).filter(number__in=[*numbers][:MOST]).order_by("-submitted_at", "number"))


def alike(scope: Scope, case: Case) -> tuple[str, ...]:
    """Return the numbers of earlier reports that a report is like, by rules that compare what everybody may read.

    What a rule compares that is not public is told to the desk alone: a number would say that it is the same.
    """
    definition = declared.pinned(case.declaration_hash)
    duplicates = definition.ties.duplicates if definition.ties else None
    public = {one.id for one in definition.fields if one.openness == "public"}
    rules = [one.id for one in (duplicates.rules if duplicates else ()) if public.issuperset(one.same)]
    found = Likeness.objects.filter(case=case, rule__in=rules).order_by("-earlier__submitted_at", "earlier__number")
    numbers = found.values_list("earlier__number", flat=True)[:_MOST_ALIKE]
    return tuple(one.number for one in reports_by_number(scope, numbers))


def number_by_token(scope: Scope, token: str, *, sender: str, at: datetime) -> str:
    """Return the number of the report that a sender sent with this Idempotency-Key within the last day.

    Raises:
        NotFound: if none came with it, or not from this sender.
    """
    del scope  # whoever has the token sent the report
    sign = keyed_hash("key", sender, token)
    row = ReceivedReport.objects.select_related("case").filter(sign=sign, until__gt=at).first()
    if row is None or row.case is None:
        raise NotFound("no_token", "token was not found")
    return row.case.number


def keys(scope: Scope) -> tuple[ApiKey, ...]:
    """Return the keys of programs, the latest first.

    Raises:
        Refused: if the reader is not the system administrator.
    """
    if not scope.holds(ADMINISTRATOR):
        raise Refused("not_allowed", "only the system administrator does this", role=ADMINISTRATOR)
    return prefetch(ApiKey.objects.order_by("-issued_at", "pk"))


def sender_of(scope: Scope, secret: str) -> str:
    """Return the name under which a program acts that sends this secret, or that of a stranger if it sends none.

    Raises:
        Refused: if there is no such key, or it was revoked.
    """
    if not secret:
        return "anonymous"
    found = key_by_secret(scope, secret)
    if found is None:
        raise Refused("bad_key", "api_key is none that was issued, or it was revoked")
    return f"{PROGRAM}{found}"


def body_title(scope: Scope, body_id: str) -> Text:
    """Return the name of a body, or its id where it is not known."""
    del scope  # names of bodies are public
    body = people.bodies().filter(pk=body_id).first()
    return Text.model_validate(body.titles) if body else Text(zh=body_id, en=body_id)


def key_by_secret(scope: Scope, secret: str) -> UUID | None:
    """Return the id of the key that a program sends, or None if there is none or it was revoked."""
    del scope  # whoever has the secret has the key
    row = ApiKey.objects.filter(digest=digest_of(secret), revoked_at=None).only("pk").first()
    return row.pk if row else None


def digest_of(secret: str) -> str:
    """Return what is kept of the secret of a key."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def keyed_hash(*parts: Json) -> str:
    """Return a keyed hash: whoever sees it cannot try out what a report may have said."""
    told = canonical(["open311", *parts])
    return hmac.new(settings.QUERY_CODE_KEY.encode(), told, hashlib.sha256).hexdigest()


def _among(procedures: Iterable[str], statuses: Collection[str]) -> QuerySet[Case]:
    """Return the cases of procedures that said when they were filed that they take reports, in one of the states.

    A case whose declaration did not say so is not public, whatever a later one says.
    """
    wanted = Q(pk=None)
    both = {*statuses} in (set(), {OPEN, CLOSED})
    versions = Declaration.objects.filter(kind="procedure", declared_id__in=[*procedures])
    for content_hash in versions.values_list("hash", flat=True):
        definition = declared.pinned(content_hash)
        if definition.open311 is None:
            continue
        one = Q(procedure=definition.id, declaration_hash=content_hash)
        closed = Q(state__in=closed_states(definition))
        wanted |= one if both else one & (closed if CLOSED in statuses else ~closed)
    return Case.objects.filter(wanted)


def closed_states(definition: ProcedureDeclaration) -> frozenset[str]:
    """Return the states in which a report is closed: those that are named, and all inside them."""
    return _with_inner(definition, said_by(definition).closed)


def _with_inner(definition: ProcedureDeclaration, names: Iterable[str]) -> frozenset[str]:
    return frozenset(inner.id for name in names for inner in definition.state(name).every())


def _shown(rows: Iterable[Case]) -> tuple[ReportView, ...]:
    cases = list(rows)
    titles = people.body_titles() if cases else {}
    return tuple(_view(case, titles) for case in cases)


def _view(case: Case, titles: Mapping[str, Text]) -> ReportView:
    definition = declared.pinned(case.declaration_hash)
    service_said = said_by(definition)
    state = definition.state(case.state)
    is_open = case.state not in closed_states(definition)
    shown = _public(case, definition)
    place = shown.get(service_said.location or "", {})
    lat, lon = (str(place.get(name, "")) if isinstance(place, Mapping) else "" for name in ("lat", "lon"))
    own = titles.get(case.body_id) or Text(zh=case.body_id, en=case.body_id)
    return ReportView(
        number=case.number,
        is_open=is_open,
        state=state.title,
        answer=state.answer,
        service=service_said.service_name or definition.title,
        code=definition.id,
        description=str(shown.get(service_said.description, "")),
        agency=own,
        requested_at=case.submitted_at,
        updated_at=case.changed_at,
        expected_at=_expected(case) if is_open else None,
        address=str(shown.get(service_said.address or "", "")),
        address_id=str(shown.get(service_said.address_id or "", "")),
        lat=lat,
        long=lon,
        media_url=str(shown.get(service_said.media_url or "", "")),
    )


def _public(case: Case, definition: ProcedureDeclaration) -> Mapping[str, Json]:
    """Return the values of a case that everybody may read: of open fields, and words only where they are shown.

    They are taken as the database holds them, so that nothing that is sealed is even opened.
    """
    kept = stored(case, "data")
    values: Mapping[str, Json] = kept if isinstance(kept, Mapping) else {}
    said = said_by(definition)
    hidden = (
        said.words if said.words_shown_in and case.state not in _with_inner(definition, said.words_shown_in) else ()
    )
    open_fields = {field.id for field in definition.fields if field.openness == "public"} - {*hidden}
    return {name: value for name, value in values.items() if name in open_fields}


def _expected(case: Case) -> datetime | None:
    if case.due_at or case.due_on is None:
        return case.due_at
    return datetime.combine(case.due_on, _LAST_SECOND, timezone.get_default_timezone())
