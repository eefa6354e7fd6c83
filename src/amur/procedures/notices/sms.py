"""A notice by short message: handed to the gateway that the settings name, and what it reports later.

The gateway is somebody else's server. It is sent one JSON object, signed: our ``id``, the ``number``, the ``template``
that it knows and the ``text``; it answers with an ``id`` of its own. Later it reports, signed with the same secret.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.conf import settings

from amur.procedures.notices import calls, signatures
from amur.procedures.notices.engine import Outcome, fits, outcome_of_status, without
from amur.procedures.notices.models import Delivery


class Accepted(msgspec.Struct):
    """What a gateway answers: its id of the message, or why it does not take it."""

    id: str = ""
    error: str = ""


class Report(msgspec.Struct):
    """What a gateway reports later. ``reference`` is our id, ``id`` its own; one of them is enough."""

    status: str
    id: str = ""
    reference: str = ""
    error: str = ""


def is_set_up() -> bool:
    """Say whether the settings name a gateway."""
    return bool(settings.SMS["URL"])


def send(delivery: Delivery, now: datetime) -> Outcome:
    """Hand a short message to the gateway."""
    return post(str(delivery.pk), delivery.address, delivery.notice.short, now)


def post(message_id: str, number: str, text: str, now: datetime) -> Outcome:
    """Hand a text for a number to the gateway, under an id of ours by which it knows it again."""
    if not is_set_up():
        return Outcome("deferred", error="no gateway is set up; set AMUR_SMS_URL")
    if not fits(text, settings.SMS["SIGNATURE"]):
        return Outcome("refused", error="the text is longer than one short message")
    body = _body(message_id, number, text)
    signed = signatures.headers([settings.SMS["SECRET"]], message_id, int(now.timestamp()), body)
    try:
        target = calls.target_of(settings.SMS["URL"], loopback=True)
        answer = calls.post(target, target.host, body, {"content-type": "application/json", **signed})
    except OSError as error:
        return Outcome("deferred", error=without(f"{type(error).__name__}: {error}", number))
    said = _read(answer.body)
    outcome = outcome_of_status(answer.status, said.id[:255], without(said.error, number))
    if outcome.kind == "accepted" and not outcome.receipt:
        return Outcome("deferred", error="the gateway gave no id, so nothing shows that it took the message")
    return outcome


def _body(message_id: str, number: str, text: str) -> bytes:
    told = {
        "id": message_id,
        "number": number,
        "signature": settings.SMS["SIGNATURE"],
        "template": settings.SMS["TEMPLATE"],
        "text": text,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _read(body: bytes) -> Accepted:
    try:
        return msgspec.json.decode(body, type=Accepted)
    except msgspec.MsgspecError:
        return Accepted(error="it cannot be read what it answered")


def report_of(headers: Mapping[str, str], body: bytes, now: datetime) -> Report | None:
    """Return what a gateway reports, or None if the gateway did not sign it or it cannot be read."""
    if not is_set_up() or not signatures.is_signed(settings.SMS["SECRET"], headers, body, int(now.timestamp())):
        return None
    try:
        return msgspec.json.decode(body, type=Report)
    except msgspec.MsgspecError:
        return None
