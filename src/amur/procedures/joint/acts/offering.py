"""Offering a case to another body: the pack of all it holds is written, signed and kept, and waits for an answer."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.procedures import files, runs
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import active_in
from amur.procedures.joint import moving, packing
from amur.procedures.joint.acts.parts import LONGEST_TEXT, own_case, record
from amur.procedures.joint.declarations import HandingOver
from amur.procedures.joint.models import HandOver
from amur.procedures.joint.seeing import may_not
from amur.procedures.lapses import look_at
from amur.procedures.models import Case, Upload
from amur.procedures.opinions.acts.asking import due_by
from amur.procedures.standing import around
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

OFFERED = "case.hand_over_offered"
LAPSE = "procedures.lapse_hand_over"
"""The kind of the job that ends an offer which nobody confirmed in time."""

FILE_FIELD = "hand_over"
"""In place of a field: that a file is the pack of a hand-over."""

_MOST_BYTES = 2_000_000_000
_CHUNK = 2**20
_IN_MEMORY = 2**22


def offer_case(
    case_id: UUID,
    to_body: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    reason: str = "",
    key: IdempotencyKey = "",
) -> HandOver:
    """Offer a case to another body, with the pack of what it holds now. The same key again offers nothing more.

    An offer of an earlier version of the case, which nobody can confirm any more, is withdrawn by it. Where the pack
    asks for no acceptance, the case is theirs at once.

    Raises:
        NotFound: if there is no such case for the actor.
        Conflict: ``stale`` if somebody moved the case meanwhile, ``hand_over_open`` if it is offered already.
        Refused: if it may not be handed over, not by the actor, or not where it stands.
        Invalid: if that body does not take it, or a reason is asked for and missing.
        AmurError: if the pack cannot be stored.
    """
    check_key(key)
    with act():
        case, definition = own_case(case_id, scope)
        found = _declared(definition)
        if refusal := may_not(scope, found.by, case.body_id, case):
            raise refusal
        if key and (before := HandOver.objects.filter(case=case, offered_by=by.actor_id, key=key).first()):
            return before
        if expected_version != case.version:
            raise Conflict("stale", "somebody else moved this case meanwhile; load it again", version=case.version)
        _check(case, definition, found, to_body)
        _make_way(case, by=by, now=now)
        why = typed("text", reason, LONGEST_TEXT, day_of(now)) if found.reason == "required" else ""
        row = made(case, found, to_body, why, by=by, now=now, key=key)
        if not found.accept:
            moving.take_over(row, definition, found, by=by, now=now)
            return row
        if found.clocks == "wait":
            moving.wait(case, definition, now)
        watch(row, now)
        return row


def made(
    case: Case,
    found: HandingOver,
    to_body: str,
    why: str,
    *,
    by: Actor,
    now: datetime,
    key: IdempotencyKey = "",
    sends_back: bool = False,
) -> HandOver:
    """Return a new hand-over of a locked case, stored with its pack and its entry, in the caller's transaction.

    Raises:
        AmurError: if the pack cannot be stored.
    """
    row = HandOver(case=case, from_body=case.body_id, to_body=to_body, role=found.role, version=case.version)
    row.offered_by, row.offered_at, row.key, row.why, row.sends_back = by.actor_id, now, key, why, sends_back
    row.due_on, row.provisional = due_by(found, day_of(now))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as whole:
        out: BinaryIO = whole  # type: ignore[assignment]  # it is one; its stub says another class
        listed, row.manifest_hash = packing.write(case, out, from_body=case.body_id, to_body=to_body, now=now)
        row.manifest = {one.path: [one.sha256, one.size] for one in listed}
        out.seek(0)
        row.upload = Upload(id=uuid.uuid4(), field=FILE_FIELD, name=f"{case.number}.zip", received_at=now)
        with files.received("pack", row.upload.id, _pieces(out), _MOST_BYTES) as kept:
            row.upload.size, row.upload.sha256, row.upload.media_type = kept.size, kept.sha256, "application/zip"
            ledger.keep_file_key(row.upload.key_subject, kept.key)
            row.upload.save(force_insert=True)
            row.offered_entry = _record(row, found, by=by, now=now)
            row.save(force_insert=True)
    return row


def watch(row: HandOver, now: datetime) -> None:
    """Let a worker end an offer when its last day is over. The job decides by what it finds then."""
    at = look_at(row.due_on, provisional=row.provisional, now=now, zone=runs.zone())
    jobs.enqueue(LAPSE, {"hand_over": str(row.pk)}, now=now, run_at=at)


def _declared(definition: ProcedureDeclaration) -> HandingOver:
    if definition.joint is None or definition.joint.hand_over is None:
        raise Refused("no_hand_over", "this procedure does not let a case be handed over")
    return definition.joint.hand_over


def _check(case: Case, definition: ProcedureDeclaration, found: HandingOver, to_body: str) -> None:
    if case.closed_at is not None:
        raise Refused("case_closed", "the case is over; nothing of it is handed over any more")
    if case.erased_at is not None:
        raise NotFound("no_case", "what this case held was erased")
    if found.states and {*found.states}.isdisjoint(around(definition, active_in(case))):
        raise Refused("not_in_this_state", "the case is not handed over in this state", state=case.state)
    if to_body not in found.to or to_body == case.body_id:
        raise Invalid({"body": ("not_in_list", f"found {to_body!r}, which does not take this case over")})


def _make_way(case: Case, *, by: Actor, now: datetime) -> None:
    """Withdraw an offer of an earlier version; one of the present version stands.

    Raises:
        Conflict: if the case is offered already.
    """
    from amur.procedures.joint.acts.ending import end  # noqa: PLC0415 -- both ways of ending an offer know the other

    before = HandOver.objects.select_for_update().filter(case=case, state=HandOver.State.OFFERED).first()
    if before is None:
        return
    if before.version == case.version:
        raise Conflict("hand_over_open", "this case is offered already; withdraw that first")
    before.case = case
    end(before, HandOver.State.WITHDRAWN, by=by, now=now)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece


def _record(row: HandOver, found: HandingOver, *, by: Actor, now: datetime) -> str:
    body: dict[str, Json] = {
        "from": row.from_body,
        "to": row.to_body,
        "version": row.version,
        "manifest": row.manifest_hash,
        "files": len(row.manifest),
        "due_on": row.due_on.isoformat(),
        **({"why": sealed_for(row.case, row.why)} if row.why else {}),
        **({"sends_back": True} if row.sends_back else {}),
    }
    return record(row.case, OFFERED, body, basis=cited(found.basis), by=by, now=now)
