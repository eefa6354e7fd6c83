"""The other side of an exchange, as this installation says: where it lives, what it answers, and who may send to us.

Every message to it is one JSON object that we sign; what it sends it signs with the same secret, or a client proves
itself by its token. In a demonstration an imagined other side stands in for what is not set up, and says so.
``docs/explanation/exchange.md`` says what goes to and fro.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from django.conf import settings

from amur.base.acting import SYSTEM
from amur.base.canonical import Json
from amur.base.faults import AmurError, Refused
from amur.exchange.engine import Answered
from amur.ledger import reads as ledger
from amur.procedures.notices import calls, signatures

Standing: TypeAlias = Literal["set_up", "simulated", "absent"]

SIMULATED = "SIM-"
"""How a number begins that an imagined other side has given."""

_PLAYED = "demonstration.played"
_OK, _LEAST_FAILURE, _NOT_WHOLE = 200, 300, 400
_MOST_FILES = 200
_LONGEST_NUMBER, _LONGEST_REASON, _LONGEST_ERROR = 120, 2_000, 300


class Said(msgspec.Struct):
    """What it answers to a message: what became of it, its number there, why it is not wanted, which files it has."""

    state: Literal["received", "taken", "refused"]
    number: str = ""
    reason: str = ""
    attachments: list[str] = []


class Page(msgspec.Struct):
    """A page of what it lists; ``next`` leads to the page after it."""

    items: list[dict[str, Any]]
    next: str = ""


class Away(AmurError):
    """The other side cannot be reached or does not answer as agreed; it is asked again later."""


def standing(exchange_id: str) -> Standing:
    """Say whether the other side is set up here, is imagined, or is not there."""
    said = settings.EXCHANGES.get(exchange_id)
    if said and said["url"]:
        return "set_up"
    if said and said["simulated"]:
        return "simulated"
    return "simulated" if ledger.holds_kind(SYSTEM, "system", _PLAYED) else "absent"


def tell(exchange_id: str, message_id: str, told: Mapping[str, Json], *, now: datetime) -> Answered:
    """Send a message and return what is answered; a failure is an answer too."""
    try:
        status, body = _post(exchange_id, "/messages", told, message_id, now)
    except (OSError, Refused) as error:
        return Answered(0, error=_words(error))
    try:
        said = msgspec.json.decode(body, type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Answered(status, error=f"it answered {status}, and not as agreed")
    wrong = "" if status < _LEAST_FAILURE else f"it answered {status}"
    has = tuple(said.attachments[:_MOST_FILES])
    return Answered(status, said.state, said.number[:_LONGEST_NUMBER], said.reason[:_LONGEST_REASON], wrong, has)


def give(exchange_id: str, sha256: str, media_type: str, content: bytes, *, now: datetime) -> Answered:
    """Send the bytes of a file under their hash, which is what is signed; a failure is an answer too.

    Bytes that did not arrive as they were sent are sent again; what is too large there, or of no kind that they take,
    is not.
    """
    said = settings.EXCHANGES[exchange_id]
    signed = signatures.headers([said["secret"]], sha256, int(now.timestamp()), sha256.encode())
    try:
        target = calls.target_of(f"{said['url'].rstrip('/')}/attachments/{sha256}", loopback=True)
        found = calls.post(target, target.host, content, {"content-type": media_type, **signed})
    except (OSError, Refused) as error:
        return Answered(0, error=_words(error))
    if _OK <= found.status < _LEAST_FAILURE:
        return Answered(found.status, "taken")
    if found.status == _NOT_WHOLE:
        return Answered(0, error="it answered 400: the file did not arrive whole")
    return Answered(found.status, error=f"it answered {found.status}")


def listed(exchange_id: str, rule: str, after: str, *, now: datetime) -> Page:
    """Return a page of what the other side lists.

    Raises:
        Away: if it does not answer as agreed.
    """
    asked: dict[str, Json] = {"list": rule, "after": after}
    try:
        status, body = _post(exchange_id, "/lists", asked, f"{rule}:{after}:{now.isoformat()}", now)
    except (OSError, Refused) as error:
        raise Away("other_side_away", _words(error)) from error
    if not _OK <= status < _LEAST_FAILURE:
        raise Away("other_side_away", f"it answered {status}")
    try:
        return msgspec.json.decode(body, type=Page)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Away("other_side_away", f"it answered {status}, and not as agreed") from error


def imagined(message_id: str, attachments: tuple[str, ...] = ()) -> Answered:
    """Return what an imagined other side answers: it takes everything, under a number that says what it is."""
    return Answered(_OK, "received", f"{SIMULATED}{message_id[:8].upper()}", attachments=attachments)


def sender_of(exchange_id: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str | None:
    """Return who sends to us: the name of a client, ``""`` for the other side itself, or None for nobody we know."""
    said = settings.EXCHANGES.get(exchange_id)
    if said is None:
        return None
    offered = headers.get("authorization", "")
    scheme, _, token = offered.partition(" ")
    if scheme.lower() == "bearer":
        for name, known in said["clients"].items():
            if hmac.compare_digest(token.strip().encode(), known.encode()):
                return str(name)
        return None
    return "" if signatures.is_signed(said["secret"], headers, body, int(now.timestamp())) else None


def _post(exchange_id: str, path: str, told: Mapping[str, Json], message_id: str, now: datetime) -> tuple[int, bytes]:
    said = settings.EXCHANGES[exchange_id]
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signatures.headers([said["secret"]], message_id, int(now.timestamp()), body)
    target = calls.target_of(said["url"].rstrip("/") + path, loopback=True)
    found = calls.post(target, target.host, body, {"content-type": "application/json", **signed})
    return found.status, found.body


def _words(error: OSError | Refused) -> str:
    said = error.message if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
    return said[:_LONGEST_ERROR]
