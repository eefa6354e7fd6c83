"""The cashier: somebody else's server. It gives payment codes, takes money, writes receipts, and gives money back.

Every message to it is one JSON object that we sign; what it reports it signs with the same secret. It is told of no
person: a payment code and a sum are all that it needs. ``docs/reference/cashier.md`` says what goes to and fro.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeVar

import msgspec
from django.conf import settings

from amur.base.canonical import Json
from amur.base.faults import AmurError, Refused
from amur.procedures.notices import calls, signatures

_SERVER_ERROR, _TOO_MANY, _TIMEOUT, _LEAST_FAILURE = 500, 429, 408, 300
_LONGEST = 200

Answered = TypeVar("Answered", bound=msgspec.Struct)


class Away(AmurError):
    """The cashier cannot be reached or does not answer as agreed; it is asked again later."""


class Coded(msgspec.Struct):
    """What it answers to a demand: the code under which the demand is paid."""

    code: str


class GivingBack(msgspec.Struct):
    """What it answers to a refund: taken, and reported later, or done already."""

    state: Literal["taken", "confirmed"]
    id: str = ""
    on: date | None = None


class Report(msgspec.Struct):
    """What it reports: money that came, or what became of a refund. ``id`` is its own, ``demand`` or ``refund`` ours.

    Sums are in minor units. A demand is named by our id or by its code.
    """

    kind: Literal["payment", "refund", "refund_refused"]
    id: str = ""
    demand: str = ""
    code: str = ""
    refund: str = ""
    amount: int = 0
    currency: str = ""
    on: date | None = None
    receipt: str = ""
    receipt_check: str = ""
    payer: str = ""
    error: str = ""


class Day(msgspec.Struct):
    """A page of what it says of a day; ``next`` leads to the page after it."""

    items: list[Report]
    next: str = ""


def is_set_up() -> bool:
    """Say whether the settings name a cashier."""
    return bool(settings.CASHIER["URL"])


def ask(path: str, told: Mapping[str, Json], answer: type[Answered], *, message: str, now: datetime) -> Answered:
    """Send a message and return what is answered.

    Raises:
        Away: if nobody answers as agreed, so that it is to be tried again.
        Refused: ``cashier_refused`` if the cashier does not want it at all.
    """
    if not is_set_up():
        raise Away("cashier_away", "no cashier is set up; set AMUR_CASHIER_URL")
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    signed = signatures.headers([settings.CASHIER["SECRET"]], message, int(now.timestamp()), body)
    try:
        target = calls.target_of(settings.CASHIER["URL"].rstrip("/") + path, loopback=True)
        found = calls.post(target, target.host, body, {"content-type": "application/json", **signed})
    except OSError as error:
        raise Away("cashier_away", f"{type(error).__name__}: {error}"[:_LONGEST]) from error
    if found.status >= _SERVER_ERROR or found.status in {_TOO_MANY, _TIMEOUT}:
        raise Away("cashier_away", f"it answered {found.status}")
    if found.status >= _LEAST_FAILURE:
        raise Refused("cashier_refused", f"{found.status} {found.body.decode('utf-8', 'replace')}"[:_LONGEST])
    try:
        return msgspec.json.decode(found.body, type=answer)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Away("cashier_away", "it cannot be read what it answered") from error


def report_of(headers: Mapping[str, str], body: bytes, now: datetime) -> Report | None:
    """Return what the cashier reports, or None if the cashier did not sign it.

    Raises:
        ValueError: if it was signed and cannot be read.
    """
    if not is_set_up() or not signatures.is_signed(settings.CASHIER["SECRET"], headers, body, int(now.timestamp())):
        return None
    return msgspec.json.decode(body, type=Report)
