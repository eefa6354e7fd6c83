"""What the cases of one thing do to each other within the acts on one: they begin, end and are taken back together."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor
from amur.base.canonical import Json
from amur.base.faults import Refused
from amur.base.fields import FieldDeclaration, FileField
from amur.ledger import acts as ledger
from amur.people.reads import day_of
from amur.procedures import declared, files, moments
from amur.procedures.acts.opening import open_from
from amur.procedures.acts.uploads import accept, limit_of
from amur.procedures.declarations import CASES, ProcedureDeclaration, Transition
from amur.procedures.effects import OpenCase
from amur.procedures.models import Case, Upload
from amur.procedures.onething.declarations import Child, OneThing
from amur.procedures.onething.due import keep_due
from amur.procedures.onething.engine import result, to_open, values_for
from amur.procedures.onething.standing import whole_of

Move = Callable[[Case, str, Actor, datetime], object]
"""Lets an event happen to a locked case, in the transaction of the caller."""


def follow(
    case: Case, definition: ProcedureDeclaration, transition: Transition, *, by: Actor, now: datetime, move: Move
) -> None:
    """Let happen what an event of a case means for the one thing that it is, or that it belongs to.

    Raises:
        Refused: ``not_taken_back`` if one of its cases cannot be taken back any more; and as ``open_from``.
        Invalid, Conflict, NotFound: as ``open_from``, and as the events that follow.
    """
    rule = definition.one_thing
    if rule is not None:
        if transition.event == rule.opens:
            _open_more(case, definition, rule, by=by, now=now)
        elif transition.event == rule.withdraws:
            _take_back(case, definition, rule, by=by, now=now, move=move)
        keep_due(case)
    if case.origin_id is not None and (transition.outcome != "none" or case.closed_at is not None):
        _told(case, case.origin_id, by=by, now=now, move=move)


def _told(child: Case, whole_id: UUID, *, by: Actor, now: datetime, move: Move) -> None:
    """Let the one thing know that a case of it was decided or is over: others begin, or all of it is over."""
    whole = Case.objects.select_for_update().get(pk=whole_id)
    definition = declared.pinned(whole.declaration_hash)
    rule = definition.one_thing
    named = {one.procedure_id for one in rule.children} if rule else set()
    if rule is None or child.procedure not in named or whole.closed_at is not None:
        return
    _open_more(whole, definition, rule, by=by, now=now)
    found = whole_of(whole, rule, moments.of_case(whole, definition, day_of(now)))
    event = result(rule, found.standings.values())
    arrow = definition.transition(event, whole.state) if event else None
    if arrow is not None and arrow.by == CASES:
        move(whole, event, by, now)


def _open_more(whole: Case, definition: ProcedureDeclaration, rule: OneThing, *, by: Actor, now: datetime) -> None:
    """Open the cases whose turn it is, and let the whole be due when the last of them is."""
    moment = moments.of_case(whole, definition, day_of(now))
    found = whole_of(whole, rule, moment)
    for child in to_open(rule, found.standings):
        _open(whole, definition, child, by=by, now=now)
    keep_due(whole)


def _open(whole: Case, definition: ProcedureDeclaration, child: Child, *, by: Actor, now: datetime) -> None:
    _, asked = declared.active(child.procedure_id)
    values = values_for(child, asked.fields, definition.fields)
    effect = OpenCase.model_validate({"do": "open_case", "procedure": child.procedure_id, "values": values})
    moment = moments.of_case(whole, definition, day_of(now))
    with _copied(whole, asked.fields, values) as (copies, uploads):
        given = moment.with_form({**moment.form, **copies})
        opened = open_from(whole, effect, given, by=by, now=now, uploads=uploads)
        for upload in uploads:
            upload.draft = opened.draft
            upload.save(update_fields=["draft"])


@contextmanager
def _copied(
    whole: Case, fields: tuple[FieldDeclaration, ...], values: dict[str, str]
) -> Iterator[tuple[dict[str, Json], list[Upload]]]:
    """Give a case its own copies of the files that it takes over, each under a key of its own.

    So they are erased with that case, and whoever works on it opens no file of another.
    """
    copies: dict[str, Json] = {}
    uploads: list[Upload] = []
    with ExitStack() as stack:
        for field in fields:
            source = values.get(field.id, "").removeprefix("form.")
            held = whole.data.get(source) if isinstance(field, FileField) else None
            row = Upload.objects.filter(pk=UUID(str(held)), case=whole).first() if held else None
            if row is None or not isinstance(field, FileField):
                continue
            upload = Upload(id=uuid.uuid4(), field=field.id, name=row.name, received_at=row.received_at)
            with files.opened(row.pk) as stream:
                kept = stack.enter_context(files.received(field.id, upload.id, stream, limit_of(field)))
            accept(field, upload, kept)
            ledger.keep_file_key(upload.key_subject, kept.key)
            upload.save(force_insert=True)
            copies[source] = str(upload.pk)
            uploads.append(upload)
        yield copies, uploads


def _take_back(
    whole: Case, definition: ProcedureDeclaration, rule: OneThing, *, by: Actor, now: datetime, move: Move
) -> None:
    """Take back all cases that are open, or none of them."""
    found = whole_of(whole, rule, moments.of_case(whole, definition, day_of(now)))
    for child in rule.children:
        if found.standings[child.procedure_id] != "open":
            continue
        case = Case.objects.select_for_update().get(pk=found.cases[child.procedure_id].pk)
        arrow = declared.pinned(case.declaration_hash).transition(child.withdraw, case.state)
        if arrow is None:
            raise Refused("not_taken_back", f"{case.number} cannot be taken back any more", number=case.number)
        move(case, child.withdraw, by, now)
