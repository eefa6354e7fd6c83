"""The acts of a consent by telephone: send a code to whoever is to be served, and take it as their consent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import ContactField, FieldError
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people import reads as people
from amur.people.acts import record_consent
from amur.people.models import Authorisation
from amur.procedures import declared
from amur.procedures.consents import engine
from amur.procedures.consents.models import ConsentAsked
from amur.procedures.notices import sms
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

SEND = "consent.send_code"
"""The kind of the job that hands the code to the gateway."""
KNOWN_FOR = timedelta(minutes=15)
MOST_TRIES = 5
_MOST_A_DAY = 3
"""How many codes one number is sent within a day by one proxy, so that nobody is pestered."""
_NUMBER = ContactField.model_validate(
    {"id": "number", "type": "contact", "medium": "telephone", "title": {"zh": "电话", "en": "Telephone"}}
)
_WORDS = Text(
    zh="{code}：把它告诉代办人，即同意其替您办一件事。不同意请勿告诉任何人。",
    en="{code}: tell it to your proxy only if you agree that they act for you in one matter. Else tell nobody.",
)


def ask_consent(
    procedure: str, number: str, *, by: Actor, now: datetime, language: str = "zh-hans", key: IdempotencyKey = ""
) -> ConsentAsked:
    """Let a code be sent to the telephone of whoever is to be served; without the code nothing is given.

    The same key again, while its code holds, is the same question.

    Raises:
        NotFound: if there is no such service.
        Invalid: if the number is none.
        Refused: if no gateway is set up, or this proxy had several codes sent within a day.
    """
    declared.active(procedure)
    if not sms.is_set_up():
        raise Refused("no_gateway", "no gateway of short messages is set up; let the person sign on paper")
    try:
        parsed = str(_NUMBER.parse(number, lookups(people.day_of(now))))
    except FieldError as error:
        raise Invalid({"number": (error.code, str(error))}) from None
    check_key(key)
    with act():
        mine = ConsentAsked.objects.filter(account_id=by.actor_id, expires_at__gt=now)
        if key and (same := mine.filter(key=key).first()):
            return same
        before = ConsentAsked.objects.filter(account_id=by.actor_id, asked_at__gt=now - timedelta(days=1))
        if sum(one.number == parsed for one in before) >= _MOST_A_DAY:
            raise Refused("asked_often", "this number was sent several codes today; let the person sign on paper")
        row = ConsentAsked(account_id=by.actor_id, procedure=procedure, language=language, asked_at=now, key=key)
        row.number, row.expires_at = parsed, now + KNOWN_FOR
        row.save(force_insert=True)
        body: dict[str, Json] = {"procedure": procedure, "number": sealed_for(row, parsed)}
        ledger.record(subject=row.key_subject, kind="consent.asked", by=by, now=now, body=body)
        jobs.enqueue(SEND, {"consent": str(row.pk)}, now=now, key=f"{SEND}:{row.pk}")
        return row


def confirm_consent(
    asked_id: UUID, code: str, *, by: Actor, now: datetime, days: int = 30, key: IdempotencyKey = ""
) -> Authorisation:
    """Take the code as the consent of whoever was sent it, and let the proxy act in one case; twice is once.

    Raises:
        NotFound: if nothing was asked, by somebody else, or too long ago.
        Invalid: if it is another code.
        Conflict: if it was tried too often.
    """
    fault: Exception | None = None
    with act():
        row = ConsentAsked.objects.select_for_update().filter(pk=asked_id, account_id=by.actor_id).first()
        if row is None or (row.expires_at <= now and not row.authorisation_id):
            raise NotFound("no_consent", "nothing was asked, or the code is too old; have another one sent")
        if row.authorisation_id:
            return Authorisation.objects.get(pk=row.authorisation_id)
        if row.tries >= MOST_TRIES:
            raise Conflict("tried_often", "it was tried too often; have another code sent")
        if engine.fits(settings.QUERY_CODE_KEY, row.pk, code):
            how = Authorisation.Consent.PHONE
            given = record_consent(row.procedure, row.number, by=by, now=now, days=days, key=key, consent=how)
            row.authorisation_id = str(given.pk)
        else:
            row.tries += 1
            fault = Invalid({"code": ("wrong_code", "this is not the code that was sent")})
        row.save(update_fields=["tries", "authorisation_id"])
    if fault is not None:
        raise fault  # outside, so that the attempt stays counted
    return given


def send_consent_code(payload: Mapping[str, Json], now: datetime, _key: str) -> None:
    """Hand the code to the gateway, unless the question is over.

    Raises:
        OSError: if the gateway does not take it now; the job is tried again.
    """
    row = ConsentAsked.objects.filter(pk=str(payload["consent"]), expires_at__gt=now, authorisation_id="").first()
    if row is None:
        return
    text = _WORDS.say(row.language).format(code=engine.consent_code(settings.QUERY_CODE_KEY, row.pk))
    outcome = sms.post(str(row.pk), row.number, text, now)
    if outcome.kind == "deferred":
        raise OSError(outcome.error)


def forget_asked(now: datetime) -> None:
    """Forget which numbers were asked, a day later; what came of it is kept with the authorisation."""
    old = ConsentAsked.objects.filter(asked_at__lte=now - timedelta(days=1)).defer("number")
    subjects = [one.key_subject for one in old]
    old.delete()
    ledger.discard(subjects, now=now)
