"""The hashes of files that travelled with messages about cases, as both sides are compared by them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from amur.base.canonical import Json
from amur.exchange.declarations import Reconciliation
from amur.exchange.engine import hashes_of
from amur.exchange.models import Attachment
from amur.procedures.models import Case

_HELD = (Attachment.State.GIVEN, Attachment.State.CONFIRMED, Attachment.State.TAKEN)


def hashed_fields(rule: Reconciliation) -> tuple[str, ...]:
    """Return the fields of a list in which hashes of files stand."""
    return tuple(one.field for one in rule.compare if one.attachments_of)


def hashes_held(rule: Reconciliation, page: Sequence[Case]) -> dict[UUID, dict[str, Json]]:
    """Return of each case, by the fields of the list, the hashes of the files that went or came with it.

    Of several messages of an id the last one counts; what waits to go has not gone. One query for a page of cases.
    """
    fields = {one.field: one.attachments_of for one in rule.compare if one.attachments_of}
    if not fields:
        return {}
    found = Attachment.objects.filter(case__in=page, state__in=_HELD)
    last: dict[tuple[UUID, str], tuple[object, set[str]]] = {}
    names = ("case", "sha256", "message", "received", "message__message", "received__message")
    for case, sha256, message, received, sent, came in found.order_by(
        "message__sequence", "received__received_at", "place"
    ).values_list(*names):
        key, of = (case, str(sent or came)), message or received
        before = last.get(key)
        if before is None or before[0] != of:
            last[key] = (of, {sha256})
        else:
            before[1].add(sha256)
    return {case.pk: {field: _joined(last, case.pk, names) for field, names in fields.items()} for case in page}


def _joined(last: dict[tuple[UUID, str], tuple[object, set[str]]], case: UUID, names: Sequence[str]) -> Json:
    return hashes_of([sha256 for name in names if (case, name) in last for sha256 in last[case, name][1]]) or None
