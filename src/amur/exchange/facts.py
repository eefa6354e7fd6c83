"""What expressions of an exchange read, as plain values from rows: of a case, a record, a message that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, UUIDField

from amur.base.canonical import Json
from amur.base.expressions import Context
from amur.base.fields import FieldDeclaration
from amur.exchange import shapes
from amur.exchange.engine import Seen
from amur.exchange.models import Link, Message
from amur.ledger.prepared import prepared
from amur.people.models import Enterprise
from amur.people.reads import day_of
from amur.procedures import declared as procedures
from amur.procedures.facts import facts_of
from amur.procedures.models import Case, CaseEvent
from amur.procedures.moments import here
from amur.registers import lookups
from amur.registers.acts.writing import values_of
from amur.registers.declarations import RegisterDeclaration
from amur.registers.models import Record, RecordVersion

_NUMBER = prepared(
    lambda exchange, case: Link.objects.filter(exchange=exchange, case_id=case).values_list("number", flat=True)[:1],
    CharField(),
    UUIDField(),
)


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to a case: the event, when, where it led, and why."""

    name: str
    at: datetime
    state: str
    reason: str = ""

    @classmethod
    def of(cls, event: CaseEvent) -> Happened:
        """Return what an event was."""
        return cls(event.event, event.happened_at, event.target, event.reason)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is known beside many cases or records, asked for once: their numbers there, parties by id, the calendar."""

    where: Context
    numbers: Mapping[UUID, str]
    parties: Mapping[str, Enterprise]


def beside_cases(cases: Sequence[Case], exchange_id: str) -> Beside:
    """Return what is known beside these cases."""
    links = Link.objects.filter(exchange=exchange_id, case__in=cases).values_list("case", "number")
    firms = Enterprise.objects.filter(pk__in={case.enterprise_id for case in cases} - {""})
    return Beside(here(), dict(links), {str(one.pk): one for one in firms})


def beside_records(records: Sequence[Record], exchange_id: str) -> Beside:
    """Return under which numbers the other side took the last messages about these records."""
    told = Message.objects.filter(exchange=exchange_id, record__in=records).exclude(their_number="")
    return Beside(here(), dict(told.order_by("sequence").values_list("record", "their_number")), {})


def of_case(
    case: Case, exchange_id: str, today: date, happened: Happened | None = None, beside: Beside | None = None
) -> Seen:
    """Return what may be read of a case, with what happened to it; of many, ``beside`` is asked for once."""
    beside = beside or beside_cases([case], exchange_id)
    fields = procedures.pinned(case.declaration_hash).data_fields
    given: dict[str, object] = {
        "form": cells(fields, case.data),
        "case": _case(case),
        "event": _event(happened),
        "party": _party(case, beside),
        "theirs": {"number": beside.numbers.get(case.pk) or None},
        "today": today,
    }
    return Seen(shapes.of_case(fields), given, beside.where)


def of_record(version: RecordVersion, exchange_id: str, today: date, beside: Beside | None = None) -> Seen:
    """Return what may be read of a record by one of its versions; of many, ``beside`` is asked for once."""
    beside = beside or beside_records([version.record], exchange_id)
    register = lookups.by_hash(RegisterDeclaration, version.declaration_hash)
    entry: dict[str, object] = {
        "key": version.record.key,
        "event": version.event,
        "state": version.state,
        "reason": version.reason,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
    }
    given: dict[str, object] = {
        "record": cells(register.fields, values_of(version)),
        "entry": entry,
        "theirs": {"number": beside.numbers.get(version.record.pk) or None},
        "today": today,
    }
    return Seen(shapes.of_record(register.fields), given, beside.where)


def of_message(
    fields: Iterable[FieldDeclaration], values: Mapping[str, Json], sender: str, today: date, case: Case | None = None
) -> Seen:
    """Return what may be read of a message that came, and of the case that it has found."""
    named = tuple(fields)
    given: dict[str, object] = {"message": cells(named, values), "sender": sender, "today": today}
    if case is None:
        return Seen(shapes.of_message(named), given, here())
    form = procedures.pinned(case.declaration_hash).data_fields
    given |= {"form": cells(form, case.data), "case": _case(case)}
    return Seen(shapes.of_found(named, form), given, here())


def number_of(case: Case, exchange_id: str) -> str:
    """Return the number under which the other side knows a case, empty where it has said none."""
    return _NUMBER.first(exchange_id, case.pk) or ""


def number_of_record(record: Record, exchange_id: str) -> str:
    """Return the number under which the other side took the last message about a record that it numbered."""
    told = Message.objects.filter(exchange=exchange_id, record=record).exclude(their_number="")
    return told.order_by("-sequence").values_list("their_number", flat=True).first() or ""


def cells(fields: Iterable[FieldDeclaration], values: Mapping[str, Json]) -> dict[str, object]:
    """Return values as expressions see them; what is absent is left out."""
    return {one.id: one.cel_cell(values[one.id]) for one in fields if values.get(one.id) is not None}


def _case(case: Case) -> dict[str, object]:
    facts = facts_of(case)
    return {"number": case.number, "region": case.region, "state": case.state, **facts.dates}


def _event(happened: Happened | None) -> dict[str, object]:
    if happened is None:
        return {}
    on = day_of(happened.at)
    reason = happened.reason or None
    return {"name": happened.name, "reason": reason, "on": on, "at": happened.at, "state": happened.state}


def _party(case: Case, beside: Beside) -> dict[str, object]:
    found = beside.parties.get(case.enterprise_id)
    return {"name": found.name, "identifier": found.identifier} if found else {}
