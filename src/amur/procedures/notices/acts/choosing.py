"""What people do with notices: a party chooses its channels and reads, an official sends again, a gateway reports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Invalid, NotFound, Refused
from amur.base.fields import FieldError
from amur.base.fields.words import reached
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Notice
from amur.procedures.notices import addresses
from amur.procedures.notices.acts.telling import hand_over
from amur.procedures.notices.asking import MEDIUM
from amur.procedures.notices.engine import CHANNELS, SMS, without
from amur.procedures.notices.models import Attempt, ChannelChoice, Delivery
from amur.procedures.seeing import why_only_reads, works_on
from amur.procedures.transactions import act, check_key

CHOSEN, SENT_AGAIN = "case.channels_chosen", "case.notice_sent_again"


def choose_channels(
    case_id: UUID,
    wanted: Mapping[str, str],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Case:
    """Let a party say over which channels it is told of its case, and where; a channel without an address is off.

    The same choice twice is one.

    Raises:
        NotFound: if there is no such case, or it is not the actor's own.
        Invalid: if an address is none, or there is no such channel.
        Refused: if what is personal of the case was erased.
    """
    check_key(key)
    with act():
        case = Case.objects.select_for_update().filter(pk=case_id).first()
        if case is None or not is_party(scope, facts_of(case)):
            raise NotFound("no_case", "there is no such case")
        if case.erased_at is not None:
            raise Refused("nobody_to_tell", "what is personal of this case was erased; nobody can be told anything")
        definition = declared.pinned(case.declaration_hash)
        chosen = _checked(wanted, addresses.offered(definition))
        before = {one.channel: one for one in addresses.chosen(case)}
        now_set = addresses.wanted(case, definition)
        changed = {name: place for name, place in chosen.items() if now_set.get(name, "") != place}
        if not changed:
            return case
        for channel, address in changed.items():
            row = before.get(channel) or ChannelChoice(case=case, channel=channel)
            row.wanted, row.address, row.chosen_at = bool(address), address, now
            row.save()
        ledger.record(
            subject=case.key_subject,
            kind=CHOSEN,
            by=by,
            now=now,
            body={
                "number": case.number,
                "channels": {name: sealed_for(case, place) if place else "" for name, place in changed.items()},
                "key": key,
            },
            release=policy.active_hash(),
        )
        return case


def _checked(wanted: Mapping[str, str], offered: tuple[str, ...]) -> dict[str, str]:
    faults: dict[str, tuple[str, str]] = {}
    found = {}
    for channel, typed in wanted.items():
        if channel not in offered:
            faults[channel] = ("no_channel", f"there is no channel {channel!r} here; choose from {', '.join(offered)}")
            continue
        try:
            found[channel] = reached(MEDIUM[channel], typed) if typed.strip() else ""
        except FieldError as error:
            faults[channel] = (error.code, str(error))
    if faults:
        raise Invalid(faults)
    return found


def send_again(
    notice_id: int, channel: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Delivery:
    """Send a notice once more, or over another channel, to where the party wants to be told by now.

    The same key again sends nothing more; what still waits in the outbox is not queued beside itself.

    Raises:
        NotFound: if there is no such notice, or the actor does not work on its case.
        Refused: if the party gave no address for that channel, the notice has no short text, or its case was erased.
    """
    check_key(key)
    with act():
        notice = Notice.objects.filter(pk=notice_id).select_related("case").first()
        case = Case.objects.select_for_update().filter(pk=notice.case_id).first() if notice else None
        definition = declared.pinned(case.declaration_hash) if case else None
        if notice is None or case is None or definition is None or not works_on(scope, case, definition):
            raise NotFound("no_notice", "there is no such notice")
        if refusal := why_only_reads(scope, case, definition):
            raise refusal
        if key and (before := notice.deliveries.filter(key=key).first()):
            return before
        if waiting := notice.deliveries.filter(channel=channel, state=Delivery.State.QUEUED).first():
            return waiting
        address = _address(case, definition, notice, channel)
        job_key = f"notice:{notice.pk}:again:{notice.deliveries.count()}"
        made = hand_over(notice, channel, address, now=now, job_key=job_key, ordered_by=by.actor_id, key=key)
        ledger.record(
            subject=case.key_subject,
            kind=SENT_AGAIN,
            by=by,
            now=now,
            body={
                "number": case.number,
                "message": str(made.pk),
                "channel": channel,
                "template": notice.template,
                "template_version": notice.template_version,
                "declaration": notice.template_hash,
            },
            release=policy.active_hash(),
        )
        return made


def _address(case: Case, definition: ProcedureDeclaration, notice: Notice, channel: str) -> str:
    if case.erased_at is not None:
        raise Refused("nobody_to_tell", "what is personal of this case was erased; nobody can be told anything")
    address = addresses.wanted(case, definition).get(channel, "") if channel in CHANNELS else ""
    if not address:
        raise Refused("no_address", "the party gave no address for this channel", channel=channel)
    if channel == SMS and not notice.short:
        raise Refused("no_short_text", "this notice has no text for a short message", channel=channel)
    return address


def read_notice(notice_id: int, *, by: Actor, scope: Scope, now: datetime) -> Notice:
    """Mark a notice as read by its party; the first time counts, and nobody but the party is shown it.

    Raises:
        NotFound: if there is no such notice, or it is not the actor's own.
    """
    del by  # that a person read something is theirs, and no ledger keeps it
    notice = Notice.objects.filter(pk=notice_id).select_related("case").first()
    if notice is None or not is_party(scope, facts_of(notice.case)):
        raise NotFound("no_notice", "there is no such notice")
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now)
        notice.read_at = now
    return notice


def hear_report(reference: str, receipt: str, *, arrived: bool, error: str, now: datetime) -> Delivery:
    """Keep what a channel reported of a short message: that it arrived, or that it was lost. The same twice is once.

    Raises:
        NotFound: if we sent no such message.
    """
    with act():
        found = Delivery.objects.select_for_update().filter(channel=SMS)
        row = found.filter(receipt=receipt).first() if receipt else None
        row = row or (found.filter(pk=reference).first() if _is_uuid(reference) else None)
        if row is None:
            raise NotFound("no_message", "no such message was sent from here")
        state = Delivery.State.DELIVERED if arrived else Delivery.State.FAILED
        if row.state in {state, Delivery.State.DELIVERED} or not row.address:
            return row
        outcome = Attempt.Outcome.ARRIVED if arrived else Attempt.Outcome.LOST
        said = "" if arrived else _said(error, row.address)
        Attempt.objects.create(delivery=row, at=now, outcome=outcome, receipt=receipt, error=said)
        row.state, row.error = state, said
        row.receipt = row.receipt or receipt
        row.sent_at = row.sent_at or now
        row.delivered_at = now if arrived else None
        row.save(update_fields=["state", "error", "receipt", "sent_at", "delivered_at"])
        return row


def _said(error: str, address: str) -> str:
    return without(error, address) or "the gateway reports that it did not arrive"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
