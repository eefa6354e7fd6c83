"""Where other systems send to us: messages of an exchange, one or many in a call, and receipts for ours.

Whoever sends proves itself by the token of a client or by the signature of the other side; nobody else is heard. What
came before is known by its id, so that a call may be made again. Files come before the message that names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from amur.base.acting import Actor, system
from amur.base.faults import AmurError, Conflict, Invalid, NotFound, Refused
from amur.base.fields import Raw
from amur.exchange import acts, declared, other_side
from amur.exchange.acts import Came, Told
from amur.web.limits import limited
from amur.web.requests import AmurRequest

_MOST_BYTES, _MOST_ITEMS, _PIECE = 1_000_000, 200, 2**16
_OF_FILES = {"file_too_large": 413, "file_type": 415, "upload_interrupted": 400, "too_many_waiting": 429}
_TAKEN, _KNOWN = 201, 200
FILES = "attachments"
"""Where a message names the files that came before it."""


class Receipt(msgspec.Struct):
    """What the other side says of one of our messages, by its id."""

    message: str
    state: str = "received"
    number: str = ""
    reason: str = ""
    attachments: list[str] = []


@csrf_exempt
@never_cache
@require_POST
@limited("exchange", "1200/m")
def message(request: AmurRequest, exchange_id: str, name: str) -> HttpResponse:
    """Take a message: 201 when it is taken, 200 if it was before; 401 for nobody we know.

    404 where there is no such message or case, 409 where its id came with something else or the case does not take it,
    422 naming each field that is wrong. A list of messages is answered with a list: of each, what became of it.
    """
    sender = _sender(request, exchange_id)
    if isinstance(sender, HttpResponse):
        return sender
    try:
        sent = msgspec.json.decode(request.body)
        inbound = declared.hears(declared.exchange(exchange_id)[1], name)
        if "api" not in inbound.by:
            raise NotFound("no_message", "this message does not come by call")  # noqa: TRY301 -- as where there is none
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _told(400, "bad_json", "this is no JSON")
    except NotFound as fault:
        return _told(404, fault.code, fault.message)
    who = sender if inbound.senders else ""
    if isinstance(sent, dict):
        status, said = _take(request, exchange_id, name, (sender, who), sent)
        return JsonResponse(said, status=status)
    if not isinstance(sent, list) or len(sent) > _MOST_ITEMS or not all(isinstance(one, dict) for one in sent):
        return _told(400, "bad_shape", f"send an object, or a list of at most {_MOST_ITEMS} objects")
    results = [_take(request, exchange_id, name, (sender, who), one) for one in sent]
    lines = [{"item": place, "status": status, **said} for place, (status, said) in enumerate(results, start=1)]
    return JsonResponse({"items": lines})


@csrf_exempt
@never_cache
@require_POST
@limited("exchange", "1200/m")
def receipts(request: AmurRequest, exchange_id: str) -> HttpResponse:
    """Keep what the other side says of a message of ours: 204, also when it said so before.

    401 for nobody we know, 404 if no such message went there, 409 if it said otherwise before, 422 if it cannot be.
    """
    sender = _sender(request, exchange_id)
    if isinstance(sender, HttpResponse):
        return sender
    try:
        said = msgspec.json.decode(request.body, type=Receipt)
        if said.state not in {"received", "refused"}:
            raise Invalid({"state": ("bad_value", "write received or refused")})
        state = "received" if said.state == "received" else "refused"
        told = Told(_uuid(said.message), state, said.number, said.reason, tuple(said.attachments))  # type: ignore[arg-type]  # one of the two
        acts.note_receipt(exchange_id, told, by=_actor(request, exchange_id), now=request.now)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _told(400, "bad_json", "this is no JSON of a receipt")
    except AmurError as fault:
        status, body = _refusal(fault)
        return JsonResponse(body, status=status)
    return HttpResponse(status=204)


@csrf_exempt
@never_cache
@require_POST
@limited("exchange", "1200/m")
def attachment(request: AmurRequest, exchange_id: str, sha256: str) -> HttpResponse:
    """Keep a file before the message that names it: 201 when it is kept, 200 if it is here already.

    Its hash in the address is what the sender has signed. 400 if it did not arrive whole, so that it is sent again; 413
    if it is too large, 415 if it is of no kind that is taken, 429 if too many wait for their messages.
    """
    headers = {name.lower(): value for name, value in request.headers.items()}
    sender = other_side.sender_of(exchange_id, headers, sha256.encode(), request.now)
    if sender is None:
        return _told(401, "unknown_sender", "sign the hash, or send the token of a client")
    stream = iter(lambda: request.read(_PIECE), b"")
    by = _actor(request, exchange_id)
    try:
        _, is_new = acts.keep_file(exchange_id, sha256, stream, sender=sender, by=by, now=request.now)
    except Invalid as fault:
        code, found = fault.fields["file"]
        return _told(_OF_FILES.get(code, 400), code, found)
    except NotFound as fault:
        return _told(404, fault.code, fault.message)
    except AmurError as fault:
        return _told(_OF_FILES.get(fault.code, 503), fault.code, fault.message)
    return JsonResponse({"state": "kept", "sha256": sha256}, status=_TAKEN if is_new else _KNOWN)


def _sender(request: AmurRequest, exchange_id: str) -> str | HttpResponse:
    """Return who sends, or why nobody is heard."""
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        return _told(413, "too_large", f"send at most {_MOST_BYTES} bytes")
    headers = {name.lower(): value for name, value in request.headers.items()}
    found = other_side.sender_of(exchange_id, headers, request.body, request.now)
    return _told(401, "unknown_sender", "sign the message, or send the token of a client") if found is None else found


def _take(
    request: AmurRequest, exchange_id: str, name: str, senders: tuple[str, str], sent: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    by = _actor(request, exchange_id)
    try:
        named = _files(sent, brings=bool(declared.hears(declared.exchange(exchange_id)[1], name).attachments))
        raw = {str(key): _raw(value) for key, value in sent.items() if named is None or key != FILES}
        came = Came("api", by, sender=senders[1], named=True, courier=senders[0], files=named or ())
        row, is_new = acts.receive(exchange_id, name, raw, came=came, by=by, now=request.now)
    except AmurError as fault:
        return _refusal(fault)
    said: dict[str, Any] = {"state": "taken", "id": row.message_id}
    if named:
        said["attachments"] = row.hashes
    if row.case is not None:
        said["number"] = row.case.number
    return (_TAKEN if is_new else _KNOWN), said


def _files(sent: Mapping[str, Any], *, brings: bool) -> tuple[Mapping[str, object], ...] | None:
    """Return the files that a message names, None where it names none.

    Raises:
        Invalid: ``attachment_shape`` if a message that brings files names them otherwise than as a list of objects.
    """
    named = sent.get(FILES)
    is_list = isinstance(named, list) and len(named) <= _MOST_ITEMS and all(isinstance(one, dict) for one in named)
    if brings and named is not None and not is_list:
        found = f"found no list of at most {_MOST_ITEMS} objects; name each file by name, size and sha256"
        raise Invalid({FILES: ("attachment_shape", found)})
    return tuple(named) if is_list and named is not None else None


def _refusal(fault: AmurError) -> tuple[int, dict[str, Any]]:
    if isinstance(fault, Invalid):
        named = [{"field": name, "code": code, "found": found} for name, (code, found) in fault.fields.items()]
        return 422, {"state": "refused", "code": "invalid", "faults": named}
    status = 404 if isinstance(fault, NotFound) else 409
    if isinstance(fault, Conflict) and fault.code == "busy":
        status = 503
    elif isinstance(fault, Refused) and fault.code == "unknown_sender":
        status = 401
    return status, {"state": "refused", "code": fault.code, "found": fault.message}


def _told(status: int, code: str, found: str) -> JsonResponse:
    return JsonResponse({"state": "refused", "code": code, "found": found}, status=status)


def _actor(request: AmurRequest, exchange_id: str) -> Actor:
    return system(f"exchange:{exchange_id}", client="api", request_id=request.actor().request_id)


def _raw(value: Any) -> Raw:
    """Return a value of JSON as it would be typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return {str(name): _raw(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_raw(one) for one in value]
    return "" if value is None else str(value)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("no_message", "no such message went there") from None
