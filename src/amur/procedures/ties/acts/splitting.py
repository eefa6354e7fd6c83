"""Splitting: out of one case come several, each with the answers and files that it takes, as cases of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.faults import Invalid, NotFound, Refused
from amur.base.fields import FieldError
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.procedures import declared, files
from amur.procedures.acts import events
from amur.procedures.acts.opening import open_with, whole_form
from amur.procedures.models import Case, Upload
from amur.procedures.ties import counting
from amur.procedures.ties.declarations import Splitting
from amur.procedures.ties.engine import Share
from amur.procedures.ties.models import Tie
from amur.procedures.ties.writing import allowed, check_version, own_case, tie, why
from amur.procedures.transactions import act, check_key
from amur.registers.lookups import lookups

_CHUNK = 2**20
_FEWEST_IF_IT_ENDS = 2


def split_case(
    case_id: UUID,
    shares: Sequence[Share],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    expected_version: int,
    reason: str,
    key: IdempotencyKey = "",
) -> tuple[Case, ...]:
    """Open a case for each share of an open one, and let that go on or end as declared; return the new cases.

    Files are copied under keys of their own, so that each case forgets its own. Twice is once.

    Raises:
        NotFound: if there is no such case for the actor.
        Conflict: ``stale`` if somebody moved the case meanwhile, ``lapsed`` if a period was over before this.
        Refused: if the actor may not, or the case has ended.
        Invalid: if a share is none, or the form of its procedure wants more; the reason is missing or wrong.
    """
    check_key(key)
    with ExitStack() as copies, act():
        case, definition, ties = own_case(case_id, scope)
        found = ties.split
        if found is None:
            raise Refused("no_split", "this procedure does not let a case be split")
        by_office = allowed(by, scope, found.by, case)
        before = Tie.objects.filter(lead=case, made_by=by.actor_id, key=key, kind=Tie.Kind.SPLIT) if key else ()
        if before:
            return tuple(row.case for row in before.select_related("case").order_by("case__number"))
        check_version(case, expected_version)
        if case.closed_at is not None:
            raise Refused("case_closed", "the case is over; nothing comes out of it any more")
        _check(found, shares)
        said, at = why(reason, now), max(now, case.changed_at)
        move = events.begun(case, definition, found.event, by=by_office, now=at) if found.event else None
        made = tuple(_open(case, share, found, copies, by=by_office, now=at) for share in shares)
        for one in made:
            tie(Tie.Kind.SPLIT, one, case, found, said, by=by_office, now=at, key=key)
        if move is not None:
            events.tied(case, definition, move.stepped, said, by=by_office, now=at)
        return made


def _check(found: Splitting, shares: Sequence[Share]) -> None:
    least = _FEWEST_IF_IT_ENDS if found.event else 1
    if not least <= len(shares) <= found.at_most:
        said = f"found {len(shares)} new cases; make {least} to {found.at_most}"
        raise Invalid({"shares": ("not_in_range", said)})
    for share in shares:
        if share.procedure not in found.into:
            raise Invalid({"procedure": ("not_in_list", f"found {share.procedure!r}, into which nothing is split")})


def _open(first: Case, share: Share, found: Splitting, copies: ExitStack, *, by: Actor, now: datetime) -> Case:
    content_hash, definition = declared.active(share.procedure)
    words = lookups(day_of(now))
    known = {field.id: field for field in definition.fields}
    data: dict[str, Json] = {}
    faults: dict[str, tuple[str, str]] = {}
    for name in share.fields:
        field, value = known.get(name), first.data.get(name)
        if field is None:
            faults[name] = ("unknown_field", f"{definition.id!r} has no field {name!r}")
        elif value is not None and field.type not in {"file", "computed"}:
            try:
                data[name] = field.validate_value(value, words)
            except FieldError as error:
                faults |= error.told(name)
    if faults:
        raise Invalid(faults)
    taken = list(Upload.objects.filter(case=first, pk__in=share.uploads, field__in=known))
    if len(taken) != len(set(share.uploads)):
        raise NotFound("no_upload", "there is no such file for this procedure")
    copied = [_copied(one, copies, now) for one in taken]
    data |= {one.field: str(one.pk) for one in copied}
    case = open_with(first, content_hash, whole_form(definition, data, words), copied, by=by, now=now)
    if found.clocks == "keep_start":
        counting.keep_start(first, case, definition, now)
    return case


def _copied(one: Upload, copies: ExitStack, now: datetime) -> Upload:
    """Return a copy of a file under a key of its own; its bytes go again if the act fails."""
    copy = Upload(id=uuid.uuid4(), field=one.field, name=one.name, media_type=one.media_type, received_at=now)
    with files.opened(one.pk) as stream:
        kept = copies.enter_context(files.received(one.field, copy.id, _pieces(stream), one.size + 1))
    copy.size, copy.sha256 = kept.size, kept.sha256
    ledger.keep_file_key(copy.key_subject, kept.key)
    copy.save(force_insert=True)
    return copy


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece
