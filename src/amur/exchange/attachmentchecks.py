"""Faults of a pack in the files that travel with messages: fields that hold none, documents that nobody issues."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.base.fields import FieldDeclaration
from amur.exchange.declarations import BeginCase, EnterRecord, ExchangeDeclaration, Inbound, Outbound, Reconciliation
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Locate, Path, fault

RESERVED = "attachments"
"""How the files of a message are called in a call: no field of it may be called so."""


def check_sent(message: Outbound, procedure: ProcedureDeclaration | None, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with the files that go with a message."""
    if not message.attachments:
        return
    if procedure is None:
        if message.register_id:
            yield _fault(locate, (*at, RESERVED), "a message about a record has no files", "send them with a case")
        return
    documents = [one.id for one in procedure.documents]
    for place, one in enumerate(message.attachments):
        here: Path = (*at, RESERVED, place)
        if one.field:
            yield from _is_file(one.field, procedure.data_fields, (*here, "field"), locate)
        elif one.document not in documents:
            found = f"{one.document!r} is no document that is issued there"
            yield fault(locate, (*here, "document"), "exchange.attachment", found, documents)


def check_taken(message: Inbound, procedure: ProcedureDeclaration | None, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield what is wrong with the files that come with a message."""
    if not message.attachments:
        return
    if message.field(RESERVED) or RESERVED in message.columns.values():
        yield _fault(locate, (*at, "fields"), f"{RESERVED!r} names the files of a call", "call that field otherwise")
    if isinstance(message.does, EnterRecord):
        yield _fault(locate, (*at, RESERVED), "a record that another system writes takes no files", "take them away")
    elif procedure is not None:
        does = message.does
        arrows = [] if isinstance(does, BeginCase) else [a for a in procedure.transitions if a.event == does.event]
        asked = (
            procedure.fields if isinstance(does, BeginCase) else tuple(one for arrow in arrows for one in arrow.asks)
        )
        for place, one in enumerate(message.attachments):
            yield from _is_file(one.field, asked, (*at, RESERVED, place, "field"), locate)


def check_compared(declared: ExchangeDeclaration, rule: Reconciliation, at: Path, locate: Locate) -> Iterator[Fault]:
    """Yield comparisons of files that no message about these cases has, or whose field is no text."""
    about = {one.id for one in declared.outbound if one.attachments and one.procedure_id == rule.procedure_id}
    about |= {
        one.id
        for one in declared.inbound
        if one.attachments and not isinstance(one.does, EnterRecord) and one.does.procedure_id == rule.procedure_id
    }
    for place, one in enumerate(rule.compare):
        here: Path = (*at, "compare", place)
        for number, name in enumerate(one.attachments_of):
            if name not in about:
                found = f"{name!r} is no message about these cases that has files"
                yield fault(locate, (*here, "attachments_of", number), "exchange.attachment", found, about)
        theirs = rule.field(one.field)
        if one.attachments_of and theirs and theirs.type != "text":
            yield _fault(locate, (*here, "field"), f"{one.field!r} is a {theirs.type}, and hashes are text", "use text")


def _is_file(name: str, fields: Collection[FieldDeclaration], at: Path, locate: Locate) -> Iterator[Fault]:
    held = [one.id for one in fields if one.type == "file"]
    if name not in held:
        yield fault(locate, at, "exchange.attachment", f"{name!r} is no field that holds a file", held)


def _fault(locate: Locate, at: Path, found: str, fix: str) -> Fault:
    return Fault(*locate(at), "exchange.attachment", found, fix)
