"""What follows from an event, carried out downward in its transaction: records in registers, notices to the party."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.faults import Invalid
from amur.base.fields import ContactField, Lookups
from amur.jobs import acts as jobs
from amur.people.reads import day_of
from amur.procedures import engine
from amur.procedures.declarations import CloseRecord, Notify, ProcedureDeclaration, Transition, WriteRecord
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, Notice
from amur.procedures.wording import filled
from amur.registers import acts as registers
from amur.registers.lookups import as_pinned, lookups

NOTICE = "notice.send"
"""The kind of the job that sends a notice."""

_LONGEST_SUBJECT = 200


def carry_out(
    case: Case,
    definition: ProcedureDeclaration,
    stepped: engine.Stepped,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Carry out all effects of an event, in their order."""
    for place, effect in enumerate(stepped.effects):
        key = f"case:{case.id}:{case.version}:{place}"
        if isinstance(effect, Notify):
            _notify(case, definition, effect, reason, key=key, now=now)
        else:
            _write(case, effect, stepped.transition, key, by=by, now=now)


def _write(
    case: Case, effect: WriteRecord | CloseRecord, transition: Transition, key: str, *, by: Actor, now: datetime
) -> None:
    """Write or end a record. Its reason is the event's title: what an official told the party stays with the case."""
    facts = facts_of(case)
    record_key = engine.resolve(effect.key, case.data, facts)
    if not record_key:
        raise Invalid({"key": ("required", f"{effect.key} is empty, so the record has no key")})
    values: dict[str, Json] = {}
    if isinstance(effect, WriteRecord):
        values = {name: engine.resolve(path, case.data, facts) for name, path in effect.values.items()}
    write: Callable[..., object] = (
        partial(registers.close_record, valid_to=day_of(now))
        if isinstance(effect, CloseRecord)
        else partial(
            registers.write_record, values=values, valid_from=day_of(now), when=effect.when, words=words_of(case)
        )
    )
    write(
        effect.register_id,
        key=str(record_key),
        by=by,
        now=now,
        reason=transition.title.zh,
        source=case.number,
        through="decision" if transition.outcome else "filing",
        idempotency=key,
    )


def words_of(case: Case) -> Lookups:
    """Return the lists that a case was entered with: what was chosen in time stays chosen."""
    return as_pinned(lookups(day_of(case.submitted_at)), case.closure_hash)


def _notify(
    case: Case, definition: ProcedureDeclaration, effect: Notify, reason: str, *, key: str, now: datetime
) -> None:
    address = address_of(case, definition)
    words = {
        "number": case.number,
        "subject": case.subject,
        "state": definition.state(case.state).title.say(case.language),
        "reason": reason,
    }
    subject = " ".join(filled(effect.subject.say(case.language), words).split())
    notice = Notice.objects.create(
        case=case,
        version=case.version,
        subject=subject[:_LONGEST_SUBJECT],
        body=filled(effect.body.say(case.language), words),
        language=case.language,
        template_hash=case.declaration_hash,
        channel="email" if address else "portal",
        address=address,
        state=Notice.State.QUEUED if address else Notice.State.SENT,
        created_at=now,
        sent_at=None if address else now,
    )
    if address:
        jobs.enqueue(NOTICE, {"notice": notice.pk}, now=now, key=f"notice:{key}")


def address_of(case: Case, definition: ProcedureDeclaration) -> str:
    """Return the address that the party gave in the form."""
    for field in definition.data_fields:
        if isinstance(field, ContactField) and field.medium == "email" and (address := case.data.get(field.id)):
            return str(address)
    return ""
