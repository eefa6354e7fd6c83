"""The act inside an act that tells a party something: the words are kept, what leaves the house waits.

Nothing is sent here. The jobs that send are queued in the transaction of the act: if that does not commit, nothing was
ever told, and if it does, each is queued exactly once.
"""

from __future__ import annotations

from datetime import datetime

from amur.base.acting import IdempotencyKey
from amur.jobs import acts as jobs
from amur.procedures import moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, Notice
from amur.procedures.notices import addresses
from amur.procedures.notices.engine import SMS, Template, Words, template_of
from amur.procedures.notices.models import Delivery
from amur.procedures.wording import filled

NOTICE = "notice.send"
"""The kind of the job that sends a notice over a channel."""


def tell(
    case: Case,
    definition: ProcedureDeclaration,
    said: Words,
    reason: str,
    *,
    key: IdempotencyKey,
    now: datetime,
    template: Template | None = None,
) -> Notice:
    """Tell the party something in the words of the pack: on its page always, and over the channels that it chose.

    ``template`` is which of the pack's texts it is where ``said`` is one that was filled in part.
    """
    words = moments.words(case, definition, reason, case.language)
    which = template or template_of(definition, said)
    notice = Notice.objects.create(
        case=case,
        version=case.version,
        subject=" ".join(filled(said.subject.say(case.language), words).split()),
        body=filled(said.body.say(case.language), words),
        short=" ".join(filled(said.short.say(case.language), words).split()) if said.short else "",
        language=case.language,
        template_hash=case.declaration_hash,
        template=which.id,
        template_version=which.version,
        created_at=now,
    )
    for channel, address in addresses.wanted(case, definition).items():
        if channel != SMS or notice.short:
            hand_over(notice, channel, address, now=now, job_key=f"notice:{key}:{channel}")
    return notice


def hand_over(
    notice: Notice,
    channel: str,
    address: str,
    *,
    now: datetime,
    job_key: IdempotencyKey,
    ordered_by: str = "",
    key: IdempotencyKey = "",
) -> Delivery:
    """Put a notice into the outbox of a channel, in the transaction of the act."""
    delivery = Delivery.objects.create(
        notice=notice,
        case=notice.case,
        channel=channel,
        address=address,
        created_at=now,
        ordered_by=ordered_by,
        key=key,
    )
    jobs.enqueue(NOTICE, {"delivery": str(delivery.pk)}, now=now, key=job_key)
    return delivery
