"""The acts of Open311: issue a key and revoke it, and take a report, which becomes an ordinary case."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from amur.base.acting import PUBLIC, Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import FieldError, Lookups, TextField
from amur.jobs.engine import ADMINISTRATOR
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures.acts import drafts, submission, uploads
from amur.procedures.channels import OPEN311
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, Draft
from amur.procedures.open311 import entering, reads
from amur.procedures.open311.entering import Entered, Sent
from amur.procedures.open311.models import ApiKey, ReceivedReport
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

ISSUED, REVOKED = "open311.key_issued", "open311.key_revoked"
KNOWN_BY_KEY, KNOWN_BY_BODY = timedelta(days=1), timedelta(minutes=10)
"""How long a report is known again: by the key that its program sends with it, or by being the same word for word."""
_SECRET_BYTES = 20
_LONGEST_HOLDER = 100
_PASSING = frozenset({"api_key", "jurisdiction_id", "account_id", "device_id"})
"""Parameters by which two reports are not told apart; the last two are kept nowhere."""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came with a report; ``chunks`` begins anew each time it is asked."""

    name: str
    chunks: Callable[[], Iterable[bytes]]


def issue_key(holder: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> tuple[ApiKey, str]:
    """Give a program a key and return it; it is shown this once. The same key of the act again returns none.

    Raises:
        Refused: if the actor is not the system administrator.
        Invalid: if no holder is named, or the name is too long.
    """
    check_key(key)
    _check_administers(scope)
    name = _holder(holder, now)
    with act():
        if key and (before := ApiKey.objects.filter(issued_by=by.actor_id, key=key).first()):
            return before, ""
        secret = secrets.token_hex(_SECRET_BYTES)
        row = ApiKey(digest=reads.digest_of(secret), issued_by=by.actor_id, issued_at=now, key=key)
        row.holder = name
        row.save(force_insert=True)
        _record(row, ISSUED, {"holder": sealed_for(row, name)}, by=by, now=now)
        return row, secret


def revoke_key(key_id: UUID, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = "") -> ApiKey:
    """Let a key open nothing any more; twice is once.

    Raises:
        Refused: if the actor is not the system administrator.
        NotFound: if there is no such key.
    """
    check_key(key)
    _check_administers(scope)
    with act():
        row = ApiKey.objects.select_for_update().filter(pk=key_id).first()
        if row is None:
            raise NotFound("no_key", "there is no such key")
        if row.revoked_at is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
            _record(row, REVOKED, {"key": key}, by=by, now=now)
        return row


def report(
    service_code: str,
    sent: Sent,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    caller: str = "",
    media: Media | None = None,
    language: str = "zh-hans",
) -> Case:
    """Take a report. With the same key, or word for word within minutes from the same caller, it is the same case.

    ``caller`` says who sends: the id of a key, or an address; it is kept only in a keyed hash, and not for long.

    Raises:
        NotFound: if there is no such service.
        Refused: if the service wants a key, and the actor is no program that has one.
        Invalid: naming by its name in the standard what is missing or wrong.
        Conflict: if the key came with another report.
    """
    check_key(key)
    definition = reads.service(PUBLIC, service_code)
    if reads.said_by(definition).needs_key and not by.actor_id.startswith(reads.PROGRAM):
        raise Refused("key_needed", "this service takes reports only from programs with an api_key")
    body = reads.keyed_hash(
        service_code, {name: [*sent[name]] for name in sent if name not in _PASSING}, _of_file(media)
    )
    sign = reads.keyed_hash("key", by.actor_id, key) if key else reads.keyed_hash("body", caller, body)
    by = replace(by, channel=OPEN311)
    with act():
        row, is_first = _first(sign, body, now, KNOWN_BY_KEY if key else KNOWN_BY_BODY)
        if is_first:
            row.case = _taken(definition, sent, media, by=by, now=now, key=key, language=language)
            row.save(update_fields=["case"])
        if row.body != body or row.case is None:
            raise Conflict("other_report", "this Idempotency-Key came with another report before")
        return row.case


def forget_received(now: datetime) -> None:
    """Forget by which signs reports would be known again, once their time is over; the worker calls it."""
    ReceivedReport.objects.filter(until__lte=now).delete()


def _first(sign: str, body: str, now: datetime, known_for: timedelta) -> tuple[ReceivedReport, bool]:
    """Return the row of a sign, and whether it is new; of two at once the second waits for the first."""
    ReceivedReport.objects.filter(sign=sign, until__lte=now).delete()
    if before := ReceivedReport.objects.select_related("case").filter(sign=sign).first():
        return before, False
    try:
        with transaction.atomic():
            return ReceivedReport.objects.create(sign=sign, body=body, until=now + known_for), True
    except IntegrityError:
        return ReceivedReport.objects.select_related("case").get(sign=sign), False


def _taken(
    definition: ProcedureDeclaration,
    sent: Sent,
    media: Media | None,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
    language: str,
) -> Case:
    service = reads.said_by(definition)
    found = lookups(day_of(now))
    try:
        draft = drafts.open_draft(definition.id, by=by, now=now, channel=OPEN311, language=language)
        _fill(draft, definition, entering.entered(service, definition.fields, sent), found)
        if service.media and media:
            uploads.attach(draft.pk, service.media, media.chunks(), media.name, by=by, now=now)
        return submission.submit(draft.pk, by=by, now=now, key=key)
    except Invalid as fault:
        raise Invalid(entering.named(service, fault.fields)) from None


def _fill(draft: Draft, definition: ProcedureDeclaration, answers: Entered, found: Lookups) -> None:
    """Let the draft hold what was sent, and of what is not to be kept only that it was seen."""
    fields = {field.id: field for field in definition.fields}
    draft.raw = {name: fields[name].drafted(drafts.storable(value), None, found) for name, value in answers.items()}
    draft.save(update_fields=["raw"])


def _holder(typed: str, now: datetime) -> str:
    title = Text(zh="持有者", en="Holder")
    field = TextField(id="holder", type="text", title=title, max_length=_LONGEST_HOLDER)
    try:
        return str(field.parse(typed, Lookups(day_of(now))))
    except FieldError as error:
        raise Invalid({"holder": (error.code, str(error))}) from None


def _check_administers(scope: Scope) -> None:
    if not scope.holds(ADMINISTRATOR):
        raise Refused("not_allowed", "only the system administrator does this", role=ADMINISTRATOR)


def _of_file(media: Media | None) -> str:
    digest = hashlib.sha256()
    for chunk in media.chunks() if media else ():
        digest.update(chunk)
    return digest.hexdigest()


def _record(row: ApiKey, kind: str, body: dict[str, Json], *, by: Actor, now: datetime) -> None:
    ledger.record(subject=row.key_subject, kind=kind, by=by, now=now, body=body)
