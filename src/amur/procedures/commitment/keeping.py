"""What happens to a promise within the acts on its case: it is signed, and later it held or was broken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from amur.base.acting import SYSTEM, Actor
from amur.base.canonical import Json
from amur.base.expressions import Kind, type_of
from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import conditions, moments
from amur.procedures.commitment.declarations import Bar, Commitment
from amur.procedures.commitment.engine import barred, is_promised
from amur.procedures.declarations import ProcedureDeclaration, Transition
from amur.procedures.models import Case
from amur.registers import acts as registers
from amur.registers import reads as records
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active

PROMISED, HELD, BROKEN = "case.promised", "case.promise_held", "case.promise_broken"
"""The kinds of entries about a promise."""


def bar_of(definition: ProcedureDeclaration, form: Mapping[str, Json], on: date) -> Bar | None:
    """Return what stands against the promise that a form makes, or None."""
    rule = definition.commitment
    if rule is None or not is_promised(rule, form):
        return None
    return barred(rule, moments.of_form(definition, form, on), _has_record)


def _has_record(register_id: str, key: str) -> bool:
    found = records.records_by_key(SYSTEM, register_id, [key]).get(key)
    return found is not None and found.standing.in_force


def sign(case: Case, definition: ProcedureDeclaration, *, by: Actor, now: datetime) -> None:
    """Keep what the party of a new case promises: in an entry, sealed under its key, with what it was told.

    Raises:
        Invalid: ``promise_barred`` if it may not promise.
    """
    rule = definition.commitment
    if rule is None or not is_promised(rule, case.data):
        return
    if bar := bar_of(definition, case.data, day_of(now)):
        raise Invalid({rule.choice: ("promise_barred", bar.otherwise.en)})
    _record(case, PROMISED, {"promise": sealed_for(case, _said(rule)), "instead_of": [*rule.instead_of]}, by, now)


def settle(case: Case, definition: ProcedureDeclaration, transition: Transition, *, by: Actor, now: datetime) -> None:
    """Keep that a promise held or was broken, if an event of its case says so, with the record that this leaves.

    Raises:
        Invalid, Conflict, Refused: as the acts of the registers; nothing of the event happens then.
    """
    rule = definition.commitment
    if rule is None or not is_promised(rule, case.data):
        return
    if transition.event == rule.verification.holds:
        _record(case, HELD, {}, by, now)
    elif transition.event == rule.verification.broken:
        written = _leave_record(case, definition, rule, transition, by=by, now=now)
        _record(case, BROKEN, {"record": written} if written else {}, by, now)


def _leave_record(
    case: Case,
    definition: ProcedureDeclaration,
    rule: Commitment,
    transition: Transition,
    *,
    by: Actor,
    now: datetime,
) -> str:
    """Write what a broken promise leaves; of a party without the number of an enterprise nothing is written."""
    left = rule.verification.record
    if left is None:
        return ""
    moment = moments.of_case(case, definition, day_of(now))
    key = conditions.taken(left.key, Kind.TEXT, moment)
    if not key:
        return ""
    kinds = {field.id: type_of(field.cel_column()) for field in _fields(left.register_id)}
    values = {name: conditions.taken(source, kinds[name], moment) for name, source in left.values.items()}
    written = registers.write_record(
        left.register_id,
        str(key),
        values,
        by=by,
        now=now,
        valid_from=day_of(now),
        reason=transition.title.zh,
        source=case.number,
        through="decision",
        idempotency=f"case:{case.id}:{case.version}:promise",
    )
    return written.entry_hash


def _fields(register_id: str) -> tuple[FieldDeclaration, ...]:
    return active(RegisterDeclaration, "register")[register_id].fields


def _said(rule: Commitment) -> Json:
    """Return what was told and promised, in each language that the pack says it in."""
    told = {"conditions": rule.conditions, "consequences": rule.consequences, "promise": (rule.text,)}
    return {name: [text.model_dump(exclude_none=True) for text in texts] for name, texts in told.items()}


def _record(case: Case, kind: str, body: Mapping[str, Json], by: Actor, now: datetime) -> None:
    ledger.record(
        subject=case.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": case.number, "declaration": case.declaration_hash, **body},
        release=policy.active_hash(),
    )
