"""What is known of joint work: the lead all of it, a member what it is asked, a receiver what it is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import BinaryIO
from uuid import UUID

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.fields import FieldDeclaration, FileField
from amur.base.once import once
from amur.ledger.kept import prefetch
from amur.procedures import declared, engine, files
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import case_of
from amur.procedures.joint import moving
from amur.procedures.joint.declarations import HandingOver, Part
from amur.procedures.joint.models import AskedPart, HandOver
from amur.procedures.joint.seeing import has_part_in, is_asked, may_not, reached, takes_over
from amur.procedures.models import Case, Upload
from amur.procedures.queues.dialect import Counting, counting
from amur.procedures.seeing import may_see, works_on

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class PartView:
    """A part that was asked of a body. ``shared`` is what that body is shown of the case until it has given it."""

    row: AskedPart
    declaration: Part
    procedure: Text
    shared: tuple[tuple[FieldDeclaration, Json], ...]
    uploads: tuple[Upload, ...]
    left: int | None

    @property
    def is_open(self) -> bool:
        """Say whether it can still be given."""
        return self.row.given_at is None and self.row.case.closed_at is None


@dataclass(frozen=True, slots=True)
class OfferView:
    """A hand-over as both sides see it; ``listed`` are the files of the pack, for whoever may still read it.

    ``backs`` says whether this reader may send the case back, which they took over.
    """

    row: HandOver
    procedure: Text
    declaration: HandingOver
    listed: tuple[tuple[str, str, int], ...]
    left: int | None
    takes: bool
    stale: bool
    backs: bool = False


@dataclass(frozen=True, slots=True)
class JointView:
    """The joint work on a case as its lead sees it, with what this reader may ask and whether they may hand it over."""

    parts: tuple[PartView, ...]
    offers: tuple[OfferView, ...]
    may_ask: tuple[Part, ...]
    may_offer: tuple[str, ...]


def joint_of(scope: Scope, case_id: UUID, *, on: date) -> JointView:
    """Return the joint work on a case, for an office that works on it.

    Raises:
        NotFound: if there is no such case, or no office of the reader works on it.
    """
    case, definition = _case(case_id)
    if not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    joint, closed = definition.joint, case.closed_at is not None
    parts = prefetch(AskedPart.objects.filter(case=case).select_related("upload").order_by("-asked_at", "id"))
    offers = prefetch(HandOver.objects.filter(case=case).order_by("-offered_at"))
    asks: list[Part] = []
    gives: tuple[str, ...] = ()
    if joint is not None and not closed:
        asks = [one for one in joint.parts if may_not(scope, one.by, case.body_id, case) is None]
        handing = joint.hand_over
        if handing is not None and may_not(scope, handing.by, case.body_id, case) is None:
            gives = tuple(one for one in handing.to if one != case.body_id)
    return JointView(
        tuple(_part(one, case, definition, on) for one in parts),
        tuple(_offer(scope, one, case, definition, on) for one in offers),
        tuple(asks),
        gives,
    )


def responsible(scope: Scope, case_id: UUID) -> tuple[HandOver, ...]:
    """Return the confirmed hand-overs of a case, the latest first, for whoever may know of it.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = _case(case_id)
    if not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return tuple(HandOver.objects.filter(case=case, state=HandOver.State.CONFIRMED).order_by("-ended_at"))


def asked_part(scope: Scope, part_id: UUID, *, on: date) -> PartView:
    """Return a part that was asked, for the body that gives it.

    Raises:
        NotFound: if it was not asked of an office of the reader.
    """
    row = AskedPart.objects.select_related("case", "upload").filter(pk=part_id).first()
    if row is None or not is_asked(scope, row):
        raise NotFound("not_asked", "this was not asked of your office")
    return _part(row, row.case, declared.pinned(row.case.declaration_hash), on)


def parts_asked_of(scope: Scope, *, on: date) -> tuple[PartView, ...]:
    """Return the parts that are asked of the reader's offices: what waits first, the most urgent first."""
    found = AskedPart.objects.filter(reached(scope, "body_id")).select_related("case", "upload")
    rows = sorted(
        prefetch(found.order_by("-asked_at")[:_AT_ONCE]), key=lambda one: (one.given_at is not None, one.due_on)
    )
    return tuple(_part(one, one.case, declared.pinned(one.case.declaration_hash), on, brief=True) for one in rows)


def offers_of(scope: Scope, *, on: date) -> tuple[OfferView, ...]:
    """Return the hand-overs to and from the bodies in which the reader takes cases over, the latest first."""
    mine = reached(scope, "to_body") | reached(scope, "from_body")
    rows = prefetch(HandOver.objects.filter(mine).select_related("case").order_by("-offered_at")[:_AT_ONCE])
    return tuple(
        _offer(scope, one, one.case, declared.pinned(one.case.declaration_hash), on, brief=True) for one in rows
    )


def is_joined(scope: Scope) -> bool:
    """Say whether a part was ever asked of the reader's offices, or a case handed over to or by them."""
    found = _counts(scope)
    return bool(found["parts"] or found["handed"])


def count_joined(scope: Scope) -> int:
    """Return how many parts and offers wait for the reader's offices; more than a thousand are not counted."""
    found = _counts(scope)
    return found["parts due"] + found["offers"]


def _counts(scope: Scope) -> Mapping[str, int]:
    return once(("joint work", scope), _counting(scope).found)


@lru_cache(maxsize=512)
def _counting(scope: Scope) -> Counting:
    """Return how to count the parts that are asked of a reader's offices, and the cases that are handed over."""
    parts = AskedPart.objects.filter(reached(scope, "body_id"))
    to_us = reached(scope, "to_body")
    return counting(
        {
            "parts": parts,
            "parts due": parts.filter(given_at=None, case__closed_at=None),
            "handed": HandOver.objects.filter(to_us | reached(scope, "from_body")),
            "offers": HandOver.objects.filter(to_us, state=HandOver.State.OFFERED),
        }
    )


def offer(scope: Scope, hand_over_id: UUID, *, on: date) -> OfferView:
    """Return a hand-over, for the body that takes the case over, the one that gave it, and whoever works on the case.

    Raises:
        NotFound: if there is none, or the reader may not know of it.
    """
    row, definition = _offered(scope, hand_over_id)
    return _offer(scope, row, row.case, definition, on)


def pack(scope: Scope, hand_over_id: UUID) -> tuple[Upload, BinaryIO]:
    """Return the pack of a hand-over, opened: for the offices of the case, and for both sides while it is offered.

    Raises:
        NotFound: if there is none, the reader may not have it, or it was erased.
    """
    row, definition = _offered(scope, hand_over_id)
    if not (row.state == HandOver.State.OFFERED or works_on(scope, row.case, definition)):
        raise NotFound("no_upload", "this pack is not open to you any more")
    return _opened(row.upload)


def part_file(scope: Scope, part_id: UUID, upload_id: UUID, *, on: date) -> tuple[Upload, BinaryIO]:
    """Return a file of a part, opened: what it shares for the body that gives it, what was given for both sides.

    Raises:
        NotFound: if there is none, the reader may not have it, or it was erased.
    """
    row = AskedPart.objects.select_related("case", "upload").filter(pk=part_id).first()
    definition = declared.pinned(row.case.declaration_hash) if row else None
    if row is None or definition is None:
        raise NotFound("no_upload", "there is no such file")
    own = is_asked(scope, row)
    if row.upload is not None and row.upload_id == upload_id and (own or works_on(scope, row.case, definition)):
        return _opened(row.upload)
    for one in _part(row, row.case, definition, on).uploads if own else ():
        if one.pk == upload_id:
            return _opened(one)
    raise NotFound("no_upload", "there is no such file")


def _case(case_id: UUID) -> tuple[Case, ProcedureDeclaration]:
    case = case_of(case_id)
    if case is None:
        raise NotFound("no_case", "there is no such case")
    return case, declared.pinned(case.declaration_hash)


def _offered(scope: Scope, hand_over_id: UUID) -> tuple[HandOver, ProcedureDeclaration]:
    row = HandOver.objects.select_related("case", "upload").filter(pk=hand_over_id).first()
    definition = declared.pinned(row.case.declaration_hash) if row else None
    if row is None or definition is None or not (has_part_in(scope, row) or works_on(scope, row.case, definition)):
        raise NotFound("no_hand_over", "there is no such offer")
    return row, definition


def _part(row: AskedPart, case: Case, definition: ProcedureDeclaration, on: date, *, brief: bool = False) -> PartView:
    """Return a part as it is shown; nothing of the case that it does not share is read here."""
    row.case = case
    if definition.joint is None:
        raise NotFound("not_asked", "this was not asked")
    declaration = definition.joint.part(row.part)
    is_open = row.given_at is None and case.closed_at is None
    shown = is_open and not brief
    wanted = set(declaration.shares) if shown else set()
    shared = tuple((one, case.data[one.id]) for one in definition.fields if one.id in wanted and one.id in case.data)
    ids = [str(value) for field, value in shared if isinstance(field, FileField) and value]
    uploads = prefetch(Upload.objects.filter(case=case, pk__in=ids).order_by("received_at", "id")) if ids else ()
    left = engine.days_left(row.due_on, on, declared.calendar()) if is_open else None
    return PartView(row, declaration, definition.title, shared, uploads, left)


def _offer(
    scope: Scope, row: HandOver, case: Case, definition: ProcedureDeclaration, on: date, *, brief: bool = False
) -> OfferView:
    row.case = case
    handing = definition.joint.hand_over if definition.joint else None
    if handing is None:
        raise NotFound("no_hand_over", "there is no such offer")
    is_open = row.state == HandOver.State.OFFERED
    readable = not brief and (is_open or works_on(scope, case, definition))
    listed = (
        tuple((path, str(found[0]), int(found[1])) for path, found in sorted(row.manifest.items())) if readable else ()
    )
    left = engine.days_left(row.due_on, on, declared.calendar()) if is_open else None
    stale = is_open and row.version != case.version
    takes = takes_over(scope, row)
    later = HandOver.objects.filter(case=case, sends_back=True, offered_at__gte=row.offered_at)
    backs = not brief and takes and moving.why_not_back(row, handing, sent_back=later.exists(), on=on) is None
    return OfferView(row, definition.title, handing, listed, left, is_open and takes, stale, backs)


def _opened(upload: Upload) -> tuple[Upload, BinaryIO]:
    try:
        return upload, files.opened(upload.pk)
    except FileNotFoundError:
        raise NotFound("no_upload", "this file was erased") from None
