"""What registers say for a form under way: answers that they know, and the records that checks look at.

A reader sees of a record what is public. Only whoever is the party of the case that made a record sees the rest of it:
else a form would be a way to look up strangers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration, FieldError
from amur.procedures import moments
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.filling import engine
from amur.procedures.filling.declarations import Precheck
from amur.procedures.models import Case, Draft
from amur.procedures.permission import is_party
from amur.procedures.values import in_force_on
from amur.registers import reads as registers
from amur.registers.reads import RecordView


@dataclass(frozen=True, slots=True)
class Known:
    """An answer that a register knows: as a form holds it, and where it comes from."""

    raw: Json
    value: Json
    register: str
    entry_hash: str
    as_of: datetime
    locked: bool


def known_answers(draft: Draft, definition: ProcedureDeclaration, on: date) -> dict[str, Known]:
    """Return the answers that registers know, by field, given what was answered so far."""
    found: dict[str, Known] = {}
    fields = {each.id: each for each in definition.fields}
    reader, read = _reader(draft), dict[tuple[str, str], RecordView | None]()
    for one in definition.prefill:
        key = engine.text_of(one.key, definition.fields, draft.data, on, moments.here())
        # Many answers come of one record: it is read once.
        if key and (one.register_id, key) not in read:
            read[one.register_id, key] = _record(reader, one.register_id, key)
        record = read[one.register_id, key] if key else None
        value = record.values.get(one.value) if record else None
        if record is None or value is None:
            continue
        try:
            raw = fields[one.field].as_typed(value)
        except FieldError:
            continue
        found[one.field] = Known(raw, value, one.register_id, record.entry_hash, record.recorded_at, one.locked)
    return found


def sources_of(known: Mapping[str, Known], data: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a case keeps of where answers come from: the entry of the register, and whether it was changed."""
    return {
        name: {
            "register": one.register,
            "entry": one.entry_hash,
            "as_of": one.as_of.isoformat(),
            "changed": data[name] != one.value,
        }
        for name, one in known.items()
        if name in data
    }


def failing_checks(definition: ProcedureDeclaration, data: Mapping[str, Json], on: date) -> tuple[Precheck, ...]:
    """Return the checks that do not hold of these answers on a day; dated values are those of that day."""

    def look(check: Precheck) -> tuple[Sequence[FieldDeclaration], engine.Record]:
        key = engine.text_of(check.key, definition.fields, data, on, moments.here())
        public = public_fields(check.register_id or "")
        record = _record(PUBLIC, check.register_id or "", key) if key else None
        if record is None or not record.standing.in_force:
            return public, {engine.FOUND: False}
        return public, {**engine.cells(public, record.values), engine.FOUND: True}

    return engine.failing(
        definition.checks,
        definition.fields,
        data,
        today=on,
        where=moments.here(),
        record=look,
        value_types=moments.value_types(definition),
        dated=lambda names: in_force_on(names, on),
    )


def public_fields(register_id: str) -> tuple[FieldDeclaration, ...]:
    """Return the public fields of a register; one that nobody may read has none."""
    try:
        declaration = registers.register(register_id)
    except NotFound:
        return ()
    return tuple(each for each in declaration.fields if each.openness == "public")


def _reader(draft: Draft) -> Scope:
    """Return as whom a draft reads: as its account and enterprise, or as a stranger where it is for somebody else."""
    if draft.authorisation_id or draft.channel != "portal":
        return PUBLIC
    parties = frozenset({draft.enterprise_id} - {""})
    return Scope("party", draft.account_id, parties) if draft.account_id or parties else PUBLIC


def _record(reader: Scope, register_id: str, key: str) -> RecordView | None:
    """Return a record as a reader may see it: whole if it came of a case of their own, else what is public of it."""
    try:
        shown = registers.records_by_key(SYSTEM, register_id, [key]).get(key)
        if shown is None:
            return None
        case = Case.objects.filter(number=shown.source).first() if shown.source else None
        if case is not None and reader.kind == "party" and is_party(reader, facts_of(case)):
            return shown
        return registers.records_by_key(PUBLIC, register_id, [key]).get(key)
    except NotFound:
        return None
