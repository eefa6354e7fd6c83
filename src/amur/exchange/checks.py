"""The checks of a declared exchange: what it names exists, its expressions are some, and each code has its counterpart.

And of all carriers: whatever says that another system decides leads to an exchange that hands over to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from amur.base.codelists import CodeList
from amur.base.declared import Carrier, SystemOfRecord
from amur.base.expressions import Kind, ListOf, Struct, type_of
from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration, IdentifierField
from amur.exchange import shapes
from amur.exchange.attachmentchecks import check_compared, check_sent, check_taken
from amur.exchange.declarations import (
    ENDED,
    WRITTEN,
    BeginCase,
    EnterRecord,
    ExchangeDeclaration,
    FireEvent,
    Inbound,
    Outbound,
    Reconciliation,
)
from amur.procedures.declarations import EXCHANGE, ProcedureDeclaration
from amur.procedures.engine import EXTENDED, OPENED, SUBMITTED
from amur.registers.checks import Known, Locate, Path, check_expression, check_fields, fault, missing_texts
from amur.registers.declarations import RegisterDeclaration


@dataclass(frozen=True, slots=True)
class Beside:
    """What an exchange may name of the rest of the pack."""

    procedures: Mapping[str, ProcedureDeclaration] = field(default_factory=dict)
    registers: Mapping[str, RegisterDeclaration] = field(default_factory=dict)
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    exchanges: Mapping[str, ExchangeDeclaration] = field(default_factory=dict)


def check_exchange(
    declared: ExchangeDeclaration, known: Known, beside: Beside, bodies: Collection[str], locate: Locate
) -> list[Fault]:
    """Return all faults of an exchange."""
    return sorted(
        [
            *missing_texts(declared, known, locate),
            *_names(declared, known, beside, bodies, locate),
            *_code_maps(declared, beside, locate),
            *(one for place, message in enumerate(declared.outbound) for one in _sent(message, place, beside, locate)),
            *(
                one
                for place, message in enumerate(declared.inbound)
                for one in _heard(message, place, known, beside, locate)
            ),
            *(
                one
                for place, rule in enumerate(declared.reconciliation)
                for one in _compared(rule, place, known, beside, locate)
            ),
            *(
                one
                for place, rule in enumerate(declared.reconciliation)
                for one in check_compared(declared, rule, ("reconciliation", place), locate)
            ),
        ]
    )


def check_system(carrier: Carrier, kind: str, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with what a carrier says of the system that decides on it."""
    said = carrier.system_of_record
    if not isinstance(said, SystemOfRecord) or said.exchange is None:
        return
    at: Path = ("system_of_record", "exchange")
    found = beside.exchanges.get(said.exchange)
    if found is None:
        yield fault(locate, at, "exchange.system", f"unknown exchange {said.exchange!r}", beside.exchanges)
    elif kind in {"procedure", "register"} and (kind, carrier.id) not in found.about:
        words = f"the exchange {said.exchange!r} hands over nothing of {carrier.id!r}"
        fix = "declare a message or a reconciliation for it there, or say no_exchange and why"
        yield Fault(*locate(at), "exchange.system", words, fix)


def check_moved(procedure: ProcedureDeclaration, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield the arrows of a procedure that wait for another system, and that no exchange fires."""
    fired = set(_fired(procedure.id, beside.exchanges.values()))
    for place, arrow in enumerate(procedure.transitions):
        if arrow.by == EXCHANGE and arrow.event not in fired:
            found = f"no exchange fires {arrow.event!r}, which is by: exchange"
            yield Fault(*locate(("transitions", place, "event")), "exchange.arrow", found, "name it in an exchange")


def _fired(procedure: str, exchanges: Collection[ExchangeDeclaration]) -> Iterator[str]:
    for one in exchanges:
        for heard in one.inbound:
            if isinstance(heard.does, FireEvent) and heard.does.procedure_id == procedure:
                yield heard.does.event
        for sent in one.outbound:
            if sent.procedure_id == procedure:
                yield from (name for name in (sent.receipt.fires, sent.receipt.refused) if name)


def _names(
    declared: ExchangeDeclaration, known: Known, beside: Beside, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    uses: list[tuple[Path, str, str, Collection[str]]] = [(("body",), "body", declared.body_id, bodies)]
    uses += [(("by", place), "role", role, known.roles) for place, role in enumerate(declared.by)]
    for place, sent in enumerate(declared.outbound):
        uses += _carriers(("outbound", place), sent.procedure_id, sent.register_id, beside)
    for place, heard in enumerate(declared.inbound):
        at: Path = ("inbound", place)
        does = heard.does
        is_record = isinstance(does, EnterRecord)
        uses += _carriers(
            (*at, "does"),
            None if isinstance(does, EnterRecord) else does.procedure_id,
            does.register_id if isinstance(does, EnterRecord) else None,
            beside,
        )
        if not isinstance(does, BeginCase) and does.acts_as:
            uses.append(((*at, "does", "acts_as"), "role", does.acts_as, known.roles))
        elif is_record:
            found = "a record is written by an office that keeps the register, and no acts_as names it"
            yield Fault(*locate((*at, "does")), "exchange.role", found, "add acts_as: a role of kept_by")
        if heard.senders:
            uses.append(((*at, "senders"), "codelist", heard.senders, known.codelists))
    for place, rule in enumerate(declared.reconciliation):
        uses += _carriers(("reconciliation", place), rule.procedure_id, rule.register_id, beside)
        if rule.opens:
            uses += _carriers(("reconciliation", place, "opens"), rule.opens.procedure_id, None, beside)
    for path, what, name, choices in uses:
        if name not in choices:
            yield fault(locate, path, f"exchange.{what}", f"unknown {what} {name!r}", choices)


def _carriers(
    at: Path, procedure: str | None, register: str | None, beside: Beside
) -> list[tuple[Path, str, str, Collection[str]]]:
    if procedure:
        return [((*at, "procedure"), "procedure", procedure, beside.procedures)]
    return [((*at, "register"), "register", str(register), beside.registers)]


def _code_maps(declared: ExchangeDeclaration, beside: Beside, locate: Locate) -> Iterator[Fault]:
    """Yield codes that are not of their list, and codes of it that have no counterpart."""
    for place, one in enumerate(declared.codes):
        if one.codelist is None:
            continue
        at: Path = ("codes", place)
        codes = beside.codelists.get(one.codelist)
        if codes is None:
            found = f"unknown codelist {one.codelist!r}"
            yield fault(locate, (*at, "codelist"), "exchange.codelist", found, beside.codelists)
            continue
        for code in one.codes:
            if codes.find(code) is None:
                found = f"{code!r} is no code of {one.codelist!r}"
                yield Fault(*locate((*at, "codes", code)), "exchange.code", found, "correct it, or take it out")
        for entry in codes.codes:
            if entry.code not in one.codes and not entry.heading and entry.valid_to is None:
                found = f"{entry.code!r} of {one.codelist!r} has no counterpart there"
                yield Fault(*locate((*at, "codes")), "exchange.code", found, "say which code the other side has for it")


def _sent(message: Outbound, place: int, beside: Beside, locate: Locate) -> Iterator[Fault]:
    at: Path = ("outbound", place)
    procedure = beside.procedures.get(message.procedure_id or "")
    yield from check_sent(message, procedure, at, locate)
    register = beside.registers.get(message.register_id or "")
    if procedure:
        events = {arrow.event for arrow in procedure.transitions} | {SUBMITTED, OPENED, EXTENDED}
        seen = shapes.of_case(procedure.data_fields)
        yield from _receipts(message, procedure, at, locate)
    elif register:
        events = {event.event for event in register.record_events} | {WRITTEN, ENDED}
        seen = shapes.of_record(register.fields)
    else:
        return
    for number, event in enumerate(message.on):
        if event not in events:
            yield fault(locate, (*at, "on", number), "exchange.event", f"unknown event {event!r}", events)
    if message.when:
        yield from _expression(message.when, seen, Kind.BOOLEAN, (*at, "when"), locate)
    for number, one in enumerate(message.fields):
        yield from _expression(one.value, seen, shapes.KINDS[one.type], (*at, "fields", number, "value"), locate)


def _receipts(message: Outbound, procedure: ProcedureDeclaration, at: Path, locate: Locate) -> Iterator[Fault]:
    arrows = {arrow.event for arrow in procedure.transitions if arrow.by == EXCHANGE}
    for option in ("fires", "refused"):
        event = getattr(message.receipt, option)
        if event and event not in arrows:
            found = f"{event!r} is no event of {procedure.id!r} by: exchange"
            yield fault(locate, (*at, "receipt", option), "exchange.event", found, arrows)


def _heard(message: Inbound, place: int, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    at: Path = ("inbound", place)
    yield from check_fields(message.fields, (*at, "fields"), known, locate)
    yield from _plain(message.fields, (*at, "fields"), locate)
    seen, does = shapes.of_message(message.fields), message.does
    about = None if isinstance(does, EnterRecord) else beside.procedures.get(does.procedure_id)
    yield from check_taken(message, about, at, locate)
    if isinstance(does, FireEvent):
        if procedure := beside.procedures.get(does.procedure_id):
            yield from _fires(message, does, procedure, (*at, "does"), locate)
    elif isinstance(does, BeginCase):
        if procedure := beside.procedures.get(does.procedure_id):
            yield from _expression(does.their_number, seen, Kind.TEXT, (*at, "does", "their_number"), locate)
            yield from _fills(does.values, procedure.fields, seen, (*at, "does", "values"), locate)
            yield from _of_firm(does, procedure, (*at, "does", "firm"), locate)
    elif register := beside.registers.get(does.register_id):
        yield from _enters(does, register, seen, (*at, "does"), locate)


def _of_firm(does: BeginCase, procedure: ProcedureDeclaration, at: Path, locate: Locate) -> Iterator[Fault]:
    """Find a firm that no identifier of the form names."""
    if does.firm is None:
        return
    named = {one.id: one.scheme for one in procedure.fields if isinstance(one, IdentifierField)}
    if named.get(does.firm.field) != does.firm.scheme:
        found = f"the form has no identifier {does.firm.field!r} of the scheme {does.firm.scheme!r}"
        yield fault(locate, (*at, "field"), "exchange.firm", found, named)


def _fires(
    message: Inbound, does: FireEvent, procedure: ProcedureDeclaration, at: Path, locate: Locate
) -> Iterator[Fault]:
    arrows = [arrow for arrow in procedure.transitions if arrow.event == does.event]
    if not arrows:
        events = {arrow.event for arrow in procedure.transitions}
        yield fault(locate, (*at, "event"), "exchange.event", f"unknown event {does.event!r}", events)
    for arrow in arrows:
        if arrow.by not in {EXCHANGE, does.acts_as}:
            found = f"{does.event!r} is by: {arrow.by}, which this message is not"
            yield Fault(
                *locate((*at, "event")), "exchange.by", found, f"add acts_as: {arrow.by}, or make it by: exchange"
            )
    seen = shapes.of_message(message.fields)
    yield from _expression(does.case, seen, Kind.TEXT, (*at, "case"), locate)
    if does.reason:
        yield from _expression(does.reason, seen, Kind.TEXT, (*at, "reason"), locate)
    if does.when:
        both = shapes.of_found(message.fields, procedure.data_fields)
        yield from _expression(does.when, both, Kind.BOOLEAN, (*at, "when"), locate)
    asked = tuple(one for arrow in arrows for one in arrow.asks)
    yield from _fills(does.asks, asked, seen, (*at, "asks"), locate)


def _enters(
    does: EnterRecord, register: RegisterDeclaration, seen: Struct, at: Path, locate: Locate
) -> Iterator[Fault]:
    yield from _expression(does.key, seen, Kind.TEXT, (*at, "key"), locate)
    for option in ("valid_from", "valid_to"):
        if source := getattr(does, option):
            yield from _expression(source, seen, Kind.DATE, (*at, option), locate)
    yield from _fills(does.values, register.fields, seen, (*at, "values"), locate)
    if does.acts_as and does.acts_as not in register.kept_by:
        found = f"the role {does.acts_as!r} does not keep {register.id!r}"
        yield fault(locate, (*at, "acts_as"), "exchange.role", found, register.kept_by)


def _compared(rule: Reconciliation, place: int, known: Known, beside: Beside, locate: Locate) -> Iterator[Fault]:
    at: Path = ("reconciliation", place)
    yield from check_fields(rule.fields, (*at, "fields"), known, locate)
    yield from _plain(rule.fields, (*at, "fields"), locate)
    procedure = beside.procedures.get(rule.procedure_id or "")
    register = beside.registers.get(rule.register_id or "")
    if procedure is None and register is None:
        return
    seen = shapes.of_case(procedure.data_fields) if procedure else shapes.of_record(register.fields if register else ())
    if rule.expected:
        yield from _expression(rule.expected, seen, Kind.BOOLEAN, (*at, "expected"), locate)
    for number, one in enumerate(rule.compare):
        theirs = rule.field(one.field)
        kind = type_of(theirs.cel_column()) if theirs else Kind.TEXT
        if isinstance(kind, Kind) and one.ours:
            yield from _expression(one.ours, seen, kind, (*at, "compare", number, "ours"), locate)
    if rule.opens and (opened := beside.procedures.get(rule.opens.procedure_id)):
        values = rule.opens.values
        yield from _fills(values, opened.fields, shapes.of_difference(), (*at, "opens", "values"), locate)


def _plain(fields: tuple[FieldDeclaration, ...], at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield fields that one cell of a file cannot hold."""
    for place, one in enumerate(fields):
        if one.type in {"group", "computed", "file"}:
            found = f"{one.id!r} is a {one.type}, which one cell of a file cannot hold"
            yield Fault(*locate((*at, place, "type")), "exchange.field", found, "take single values")


def _fills(
    values: Mapping[str, str], fields: tuple[FieldDeclaration, ...], seen: Struct, at: Path, locate: Locate
) -> Iterator[Fault]:
    known = {one.id: one for one in fields}
    for name, source in values.items():
        if name not in known:
            yield fault(locate, (*at, name), "exchange.field", f"unknown field {name!r}", known)
            continue
        kind = type_of(known[name].cel_column())
        if isinstance(kind, Struct):
            found = f"{name!r} is a group of values, which no expression gives"
            yield Fault(*locate((*at, name)), "exchange.field", found, "fill a field of single values")
        else:
            yield from check_expression(source, seen, kind, (*at, name), check="exchange.expression", locate=locate)


def _expression(source: str, seen: Struct, kind: Kind | ListOf, at: Path, locate: Locate) -> Iterator[Fault]:
    yield from check_expression(source, seen, kind, at, check="exchange.expression", locate=locate)
