"""Service of documents: by post with its number, by hand with a receipt, in the portal with the party's word.

Each way that is taken is a row of its own, so a letter that came back and the one that followed it both stay. A
document is served once, by whichever way reached its party first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from django.utils import timezone

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import declared, engine
from amur.procedures.correcting.striking import voided_versions
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Document
from amur.procedures.papers.acts.consenting import consent_of
from amur.procedures.papers.models import Service
from amur.procedures.seeing import why_only_reads, works_on
from amur.procedures.transactions import act, check_key

SENT, SERVED, CAME_BACK = "case.document_sent", "case.document_served", "case.document_came_back"
_LONGEST = 200


def send_by_post(
    number: str,
    *,
    tracking: str,
    sent_on: date,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Service:
    """Record that a document was given to the post, under its number; it is served when somebody has taken it.

    Raises:
        NotFound: if there is no such document, or the actor does not work on its case.
        Invalid: if the number is missing, or the day lies ahead or before the document.
        Conflict: if it is served already.
        Refused: if what it tells was voided, or it was erased with its case.
    """
    check_key(key)
    with act():
        document = _offices_own(number, scope)
        if before := _done_with(document, key):
            return before
        _check_open(document)
        faults = _faults({"tracking": tracking}) | _faults_of_day("sent_on", sent_on, document, now)
        if faults:
            raise Invalid(faults)
        details: dict[str, Json] = {"tracking": _said(tracking)}
        return _sent(
            document, Service.Way.POST, details, at=_at(sent_on, document.issued_at, now), by=by, now=now, key=key
        )


def confirm_delivery(
    service_id: int,
    *,
    received_on: date,
    receiver: str,
    proof: str = "",
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Service:
    """Record who took a letter and when, as the slip of the post says: the document is served. Twice is once.

    Raises:
        NotFound: if there is no such letter, or the actor does not work on its case.
        Invalid: if it is not said who took it, or the day lies ahead or before it was sent.
        Refused: if the letter came back, or the document was erased with its case.
    """
    check_key(key)
    with act():
        service = _letter(service_id, scope)
        if service.served_at is not None:
            return service
        if service.failed_at is not None:
            raise Refused("came_back", "this letter came back; send another one")
        _check_kept(service.document)
        faults = _faults({"receiver": receiver}) | _faults_of_day("received_on", received_on, service.document, now)
        if not faults and received_on < day_of(service.sent_at):
            faults = {"received_on": ("too_early", "it was sent later than that")}
        if faults:
            raise Invalid(faults)
        details = {**service.details, "receiver": _said(receiver), **({"proof": _said(proof)} if proof.strip() else {})}
        return _serve(service, details, at=_at(received_on, service.sent_at, now), by=by, now=now)


def note_return(
    service_id: int, *, reason: str, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Service:
    """Record that a letter came back: the document is not served by it, and its clock runs on. Twice is once.

    Raises:
        NotFound: if there is no such letter, or the actor does not work on its case.
        Invalid: if no reason is given.
        Refused: if it was delivered.
    """
    check_key(key)
    with act():
        service = _letter(service_id, scope)
        if service.failed_at is not None:
            return service
        if service.served_at is not None:
            raise Refused("served", "this letter was delivered")
        if faults := _faults({"reason": reason}):
            raise Invalid(faults)
        service.details, service.failed_at = {**service.details, "reason": _said(reason)}, now
        _record(service.document, CAME_BACK, service, {}, by=by, now=now)
        service.save(update_fields=["details", "failed_at"])
        return service


def hand_over(
    number: str,
    *,
    receiver: str,
    received_on: date,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
    shown: Mapping[str, Json] | None = None,
) -> Service:
    """Record that a document was handed over and a receipt for it was signed: it is served.

    ``shown`` is what else was looked at there, such as an authorisation; it is sealed beside the receiver.

    Raises:
        NotFound, Invalid, Refused: as ``send_by_post``.
    """
    check_key(key)
    with act():
        document = _offices_own(number, scope)
        if before := _done_with(document, key):
            return before
        _check_open(document)
        faults = _faults({"receiver": receiver}) | _faults_of_day("received_on", received_on, document, now)
        if faults:
            raise Invalid(faults)
        details: dict[str, Json] = {"receiver": _said(receiver), **(shown or {})}
        at = _at(received_on, document.issued_at, now)
        service = _sent(document, Service.Way.HAND, details, at=at, by=by, now=now, key=key)
        return _serve(service, details, at=at, by=by, now=now)


def acknowledge_document(
    number: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Service | None:
    """Record that the party says it has received a document in the portal, which it agreed to: it is served.

    A document that is served already stays so, and nothing is returned.

    Raises:
        NotFound: if there is no such document, or the actor is not the party of its case.
        Refused: if the party has not agreed to service in the portal.
    """
    check_key(key)
    with act():
        document = _partys_own(number, scope)
        if document.served_at is not None or not document.content:
            return None
        if consent_of(document.case) is None:
            raise Refused("no_consent", "the party has not agreed to be served in the portal")
        return _serve_in_portal(document, "acknowledged", by=by, now=now, key=key)


def note_opening(number: str, *, by: Actor, scope: Scope, now: datetime) -> Service | None:
    """Serve a document that its party opens in the portal, where it agreed and the pack says that opening counts.

    Everybody else who opens it, and whoever opens it again, changes nothing.

    Raises:
        NotFound: if there is no such document, or the reader may not know of it.
    """
    known = Document.objects.select_related("case").filter(number=number, must_be_served=True, served_at=None).first()
    # Most openings change nothing, which a look without a lock can tell.
    if known is None or not _opening_counts(known, scope):
        return None
    with act():
        document = _partys_own(number, scope)
        if document.served_at is not None or not document.content or not _opening_counts(document, scope):
            return None
        return _serve_in_portal(document, "opened", by=by, now=now, key="")


def _opening_counts(document: Document, scope: Scope) -> bool:
    if not engine.is_party(scope, facts_of(document.case)):
        return False
    template = declared.pinned(document.case.declaration_hash).document(document.document)
    return template.opening_serves and consent_of(document.case) is not None


def _serve_in_portal(document: Document, how: str, *, by: Actor, now: datetime, key: IdempotencyKey) -> Service:
    consent = consent_of(document.case)
    since = max(document.issued_at, consent.given_at) if consent else document.issued_at
    service = _sent(document, Service.Way.PORTAL, {"how": how}, at=since, by=by, now=now, key=key)
    return _serve(service, service.details, at=now, by=by, now=now)


def _sent(
    document: Document,
    way: Service.Way,
    details: dict[str, Json],
    *,
    at: datetime,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> Service:
    service = Service(
        document=document, case=document.case, way=way, sent_at=at, sent_by=by.actor_id, details=details, key=key
    )
    service.entry_hash = _record(document, SENT, service, {}, by=by, now=now)
    service.save(force_insert=True)
    return service


def _serve(service: Service, details: Mapping[str, Json], *, at: datetime, by: Actor, now: datetime) -> Service:
    """Let a way have reached the party; the first one that did serves the document."""
    service.details, service.served_at = dict(details), at
    document = service.document
    told: dict[str, Json] = {"served_at": at.isoformat(), "entry": service.entry_hash}
    service.served_entry = _record(document, SERVED, service, told, by=by, now=now)
    service.save(update_fields=["details", "served_at", "served_entry"])
    document.served_at = min(at, document.served_at or at)
    document.save(update_fields=["served_at"])
    return service


def _record(document: Document, kind: str, service: Service, told: dict[str, Json], *, by: Actor, now: datetime) -> str:
    """Write the entry: the way and the times in plain words, who and what proves it only sealed."""
    template = declared.pinned(document.case.declaration_hash).document(document.document)
    body: dict[str, Json] = {
        "number": document.case.number,
        "document_number": document.number,
        "way": str(service.way),
        "sent_at": service.sent_at.isoformat(),
        "details": sealed_for(service, service.details),
        **told,
    }
    basis = cited(template.serve_within.basis) if template.serve_within else ""
    return ledger.record(
        subject=document.key_subject, kind=kind, by=by, now=max(now, document.issued_at), body=body, basis=basis
    ).leaf


def _offices_own(number: str, scope: Scope) -> Document:
    document = _locked(number)
    definition = declared.pinned(document.case.declaration_hash)
    if not works_on(scope, document.case, definition):
        raise NotFound("no_document", "there is no such document")
    if refusal := why_only_reads(scope, document.case, definition):
        raise refusal
    return document


def _partys_own(number: str, scope: Scope) -> Document:
    document = _locked(number)
    if not engine.is_party(scope, facts_of(document.case)):
        raise NotFound("no_document", "there is no such document")
    return document


def _locked(number: str) -> Document:
    """Return a document, with its case locked: acts on one case wait for each other."""
    case = Case.objects.select_for_update().filter(documents__number=number).first()
    document = Document.objects.filter(number=number).first()
    if case is None or document is None:
        raise NotFound("no_document", "there is no such document")
    document.case = case
    return document


def _letter(service_id: int, scope: Scope) -> Service:
    found = Service.objects.filter(pk=service_id, way=Service.Way.POST).select_related("document").first()
    if found is None:
        raise NotFound("no_letter", "there is no such letter")
    document = _offices_own(found.document.number, scope)
    found.refresh_from_db()
    found.document, found.case = document, document.case
    return found


def _done_with(document: Document, key: IdempotencyKey) -> Service | None:
    return Service.objects.filter(document=document, key=key).first() if key else None


def _check_open(document: Document) -> None:
    _check_kept(document)
    if document.served_at is not None:
        raise Conflict("served", "this document is served already")
    if document.version in voided_versions(document.case):
        raise Refused("voided", "what this document tells was voided; serve the one that took its place")


def _check_kept(document: Document) -> None:
    if not document.content:
        raise Refused("erased", "what this document said was erased with its case")


def _faults(wanted: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    faults = {name: ("required", "say it") for name, value in wanted.items() if not _said(value)}
    return faults | {
        name: ("too_long", f"at most {_LONGEST} characters fit")
        for name, value in wanted.items()
        if len(_said(value)) > _LONGEST
    }


def _faults_of_day(name: str, day: date, document: Document, now: datetime) -> dict[str, tuple[str, str]]:
    if day > day_of(now):
        return {name: ("too_late", "this day has not come yet")}
    if day < day_of(document.issued_at):
        return {name: ("too_early", "the document was issued later than that")}
    return {}


def _said(value: str) -> str:
    return " ".join(value.split())


def _at(day: date, after: datetime, now: datetime) -> datetime:
    """Return the instant of a day that somebody names: now if it is today, else noon, never before ``after``."""
    if day == day_of(now):
        return now
    return max(after, datetime.combine(day, time(12), tzinfo=timezone.get_default_timezone()))
