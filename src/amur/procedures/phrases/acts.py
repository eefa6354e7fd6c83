"""The acts on an official's own phrases: keep one, remove one. They are nobody else's to see or to change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.declared import Text
from amur.base.faults import Invalid, Refused
from amur.base.fields import FieldError, Lookups, TextField
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures.phrases.models import OwnPhrase
from amur.procedures.transactions import act, check_key

MOST = 200
"""How many phrases somebody keeps at most."""
REMOVED = "its keeper removed it"
_TITLE = TextField(id="title", type="text", title=Text(zh="名称", en="Name"), max_length=80)
_TEXT = TextField(id="text", type="text", multiline=True, title=Text(zh="内容", en="Words"), max_length=2_000)


def keep_phrase(
    title: str, text: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> OwnPhrase:
    """Keep a phrase for oneself; the same key again keeps no second one.

    Raises:
        Refused: if the actor is no official, or keeps too many.
        Invalid: if the name or the words are missing or too long.
    """
    check_key(key)
    account = _official(scope)
    with act():
        own = OwnPhrase.objects.filter(account_id=account)
        if key and (before := own.filter(key=key).first()):
            return before
        if own.count() >= MOST:
            raise Refused("too_many_phrases", f"you keep {MOST} phrases; remove one first", most=MOST)
        found, faults = {}, {}
        for field, value in ((_TITLE, title), (_TEXT, text)):
            try:
                found[field.id] = str(field.parse(value, Lookups(day_of(now))))
            except FieldError as error:
                faults[field.id] = (error.code, str(error))
        if faults:
            raise Invalid(faults)
        phrase = OwnPhrase(account_id=account, kept_at=now, key=key, **found)
        phrase.save(force_insert=True)
        body = {"words": sealed_for(phrase, dict(found))}
        ledger.record(subject=phrase.key_subject, kind="phrase.kept", by=by, now=now, body=body)
        return phrase


def remove_phrase(phrase_id: UUID, *, by: Actor, scope: Scope, now: datetime) -> bool:
    """Remove an own phrase and destroy its key; say whether there was one.

    Raises:
        Refused: if the actor is no official.
    """
    account = _official(scope)
    with act():
        phrase = OwnPhrase.objects.select_for_update().filter(pk=phrase_id, account_id=account).first()
        if phrase is None:
            return False
        subject = phrase.key_subject
        phrase.delete()
        ledger.forget(subject, by=by, now=now, reason=REMOVED)
        return True


def _official(scope: Scope) -> str:
    if scope.kind != "office" or not scope.account_id:
        raise Refused("no_office", "only officials keep phrases")
    return scope.account_id
