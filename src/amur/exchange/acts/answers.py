"""A file of receipts: what the other side says of many of our messages, each row noted by itself or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.declared import Text
from amur.base.faults import AmurError, Conflict, Invalid, NotFound
from amur.base.fields import TextField
from amur.exchange.acts.intakes import read_sheet
from amur.exchange.acts.receipts import Told, note_receipt
from amur.exchange.declarations import Listed
from amur.exchange.engine import hashes_of
from amur.exchange.filerows import FileRow
from amur.exchange.reads.offices import check_office
from amur.procedures.transactions import check_key

NAME = "receipts"
"""In place of a message: the receipts for ours."""

_WORDS: dict[str, Literal["received", "refused"]] = {
    "": "received",
    "received": "received",
    "已收": "received",
    "refused": "refused",
    "不收": "refused",
}
COLUMNS = Listed(
    fields=(
        TextField(id="message", type="text", title=Text(zh="报文编号", en="Message")),
        TextField(id="number", type="text", title=Text(zh="对方编号", en="Number there"), required=False),
        TextField(id="state", type="text", title=Text(zh="状态", en="State"), required=False),
        TextField(id="reason", type="text", title=Text(zh="理由", en="Reason"), required=False, max_length=2_000),
        TextField(
            id="attachments",
            type="text",
            title=Text(zh="附件摘要", en="Hashes of its files"),
            required=False,
            max_length=2_000,
        ),
    )
)
"""What such a file says: our id of the message, their number, received or refused, why, and the hashes they confirm."""


@dataclass(frozen=True, slots=True)
class Noted:
    """What came of a file of receipts: how many were noted, and what is wrong with each other row."""

    noted: int
    findings: tuple[tuple[int, str, str], ...]


def note_receipts(
    exchange_id: str, path: Path, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Noted:
    """Note each receipt of a file; rows that cannot be noted are told by their number, and the others stand.

    Raises:
        NotFound: if the actor does not look after this exchange.
        Refused, SheetFault, Invalid: if the file cannot be read.
    """
    check_key(key)
    by = check_office(scope, exchange_id, by)
    noted = 0
    findings: list[tuple[int, str, str]] = []
    for row in read_sheet(COLUMNS, path).rows:
        try:
            note_receipt(exchange_id, _told(row), by=by, now=now)
            noted += 1
        except Invalid as fault:
            findings += [(row.number, code, found) for code, found in fault.fields.values()]
        except AmurError as fault:
            if isinstance(fault, Conflict) and fault.code == "busy":
                raise
            findings.append((row.number, fault.code, fault.message))
    return Noted(noted, tuple(findings))


def _told(row: FileRow) -> Told:
    cells = {name: text.strip() for name, text in row.cells.items()}
    said = cells.get("state", "").casefold()
    if said not in _WORDS:
        raise Invalid({"state": ("bad_value", f"found {said!r}; write received or refused")})
    try:
        message = UUID(cells.get("message", ""))
    except ValueError:
        raise NotFound("no_message", "no such message went there") from None
    confirmed = tuple(hashes_of(cells.get("attachments", "")).split(";"))
    return Told(message, _WORDS[said], cells.get("number", ""), cells.get("reason", ""), confirmed)
