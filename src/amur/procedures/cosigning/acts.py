"""The acts of co-signing: ask those who must agree, and let them agree or decline. Whatever changes is asked anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.mail import EmailMessage

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, Refused
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.procedures import declared, mailed
from amur.procedures.acts.drafts import locked
from amur.procedures.cosigning.models import CoSignature
from amur.procedures.cosigning.reads import co_signature_by_code
from amur.procedures.cosigning.saying import code_of, says, standing
from amur.procedures.models import Draft
from amur.procedures.transactions import act

ASK = "draft.ask_co_signer"
"""The kind of the job that sends a code to whoever is asked."""
_LONGEST = 2_000
_SUBJECT = Text(zh="请您确认同意：{title}", en="You are asked to agree: {title}")
_BODY = Text(
    zh="请打开 {address} ，输入这个码：{code}。您会看到将要提交的全部内容，再决定是否同意。",
    en="Open {address} and enter this code: {code}. You see there exactly what would be submitted, and then decide.",
)


def ask_co_signers(draft_id: UUID, *, by: Actor, now: datetime, address: str) -> tuple[CoSignature, ...]:
    """Ask all who must agree to a draft as it stands and have not answered; each is sent a code and ``address``.

    What was answered about other words is void.

    Raises:
        NotFound, Conflict: as any act on a draft.
        Refused: if nobody has to agree to this form.
        Invalid: naming each field in which an address is missing.
    """
    with act():
        draft = locked(draft_id, by=by, now=now)
        definition = declared.pinned(draft.declaration_hash)
        if definition.cosign is None:
            raise Refused("nobody_to_agree", "nobody has to agree to this form")
        missing = [one.contact for one in definition.cosign.signers if not draft.data.get(one.contact)]
        if missing:
            raise Invalid(dict.fromkeys(missing, ("required", "enter the address")))
        rows = {
            place: row
            for place, row in standing(draft, now).items()
            if row.state in {CoSignature.State.WAITING, CoSignature.State.AGREED}
        }
        others = CoSignature.objects.filter(draft=draft).exclude(pk__in=[row.pk for row in rows.values()])
        others.exclude(state=CoSignature.State.VOID).update(state=CoSignature.State.VOID)
        for one in definition.cosign.signers:
            if one.id not in rows:
                until = min(draft.expires_at, now + timedelta(days=definition.cosign.within_days))
                rows[one.id] = _asked(draft, one.id, until, by=by, now=now, address=address)
        return tuple(rows.values())


def answer_co_signature(code: str, *, agrees: bool, by: Actor, now: datetime, reason: str = "") -> CoSignature:
    """Agree to exactly what a code shows, or decline with a reason; the same answer twice is one.

    Raises:
        NotFound: if the code opens nothing, or it has expired.
        Conflict: if the form changed since it was asked, was submitted, or was answered otherwise.
        Invalid: if somebody declines without a reason.
    """
    why = " ".join(reason.split())
    if not agrees and not 0 < len(why) <= _LONGEST:
        raise Invalid({"reason": ("required", f"say why in 1 to {_LONGEST} characters")})
    with act():
        found = co_signature_by_code(code, now=now)
        draft = Draft.objects.select_for_update().get(pk=found.row.draft_id)
        row = CoSignature.objects.select_for_update().get(pk=found.row.pk)
        if row.says != says(draft) or row.state == CoSignature.State.VOID:
            raise Conflict("form_moved", "this form was changed since you were asked; you will be asked again")
        state = CoSignature.State.AGREED if agrees else CoSignature.State.DECLINED
        if row.state == state:
            return row
        if row.state != CoSignature.State.WAITING:
            raise Conflict("answered", "this was answered before, and stands")
        row.state, row.reason, row.answered_at = state, why, now
        row.account_id = "" if by.actor_id == "anonymous" else by.actor_id
        row.save()
        body: dict[str, Json] = {"place": row.place, "says": row.says}
        if why:
            body["reason"] = sealed_for(row, why)
        ledger.record(subject=row.key_subject, kind=f"draft.{state}", by=by, now=now, body=body)
        return row


def _asked(draft: Draft, place: str, until: datetime, *, by: Actor, now: datetime, address: str) -> CoSignature:
    row = CoSignature.objects.create(draft=draft, place=place, says=says(draft), asked_at=now, expires_at=until)
    body: dict[str, Json] = {"place": place, "says": row.says}
    ledger.record(subject=row.key_subject, kind="draft.co_signer_asked", by=by, now=now, body=body)
    jobs.enqueue(ASK, {"co_signature": str(row.pk), "address": address}, now=now, key=f"{ASK}:{row.pk}")
    return row


def send_code(payload: Mapping[str, Json], _now: datetime, _key: str) -> None:
    """Send a code to whoever is asked to agree; what was answered or is void is sent no more.

    Raises:
        OSError: if the mail cannot be handed over now; the job is tried again.
    """
    row = CoSignature.objects.filter(pk=str(payload["co_signature"]), state=CoSignature.State.WAITING).first()
    definition = declared.pinned(row.draft.declaration_hash) if row else None
    if row is None or definition is None or definition.cosign is None:
        return
    signer = next((one for one in definition.cosign.signers if one.id == row.place), None)
    to = str(row.draft.data.get(signer.contact, "")) if signer else ""
    if not to:
        return
    said = row.draft.language
    subject = _SUBJECT.say(said).format(title=definition.title.say(said))
    text = _BODY.say(said).format(address=payload["address"], code=code_of(row.pk))
    mailed.send(EmailMessage(subject, text, to=[to], headers={"Auto-Submitted": "auto-generated"}))
