"""What is known of opinions: the office of the case all of it, an asked body what it is asked, the party that it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import BinaryIO
from uuid import UUID

from django.db.models import F

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound, Refused
from amur.base.fields import FieldDeclaration, FileField
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.base.once import once
from amur.ledger.kept import prefetch
from amur.procedures import declared, engine, files
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import case_of
from amur.procedures.models import Case, Upload
from amur.procedures.opinions.counting import counted, declared_round
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.opinions.engine import Tally, why_not_answer
from amur.procedures.opinions.models import AskedBody, AskedRound, GivenOpinion
from amur.procedures.opinions.seeing import asked_by, is_asked
from amur.procedures.queues.dialect import Counting, counting
from amur.procedures.seeing import may_see, works_on


@dataclass(frozen=True, slots=True)
class BodyView:
    """An asked body with its answers, the earliest first; the one that ``stands`` is the last."""

    body_id: str
    given: tuple[GivenOpinion, ...]

    @property
    def stands(self) -> GivenOpinion | None:
        """Return the answer that took the place of those before."""
        return self.given[-1] if self.given else None


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round as the office of the case sees it. ``left`` is in working days, None once it is closed."""

    row: AskedRound
    declaration: OpinionRound
    tally: Tally
    bodies: tuple[BodyView, ...]
    left: int | None


@dataclass(frozen=True, slots=True)
class ToldOpinion:
    """What a party is told of an asked body; ``given`` is None as long as it is not told what was said."""

    body_id: str
    given: GivenOpinion | None = None


@dataclass(frozen=True, slots=True)
class ToldRound:
    """A round as the party sees it: that bodies are asked, since when, and by when they answer."""

    title: Text
    asked_at: datetime
    due_on: date
    closed_at: datetime | None
    told: bool
    bodies: tuple[ToldOpinion, ...]


@dataclass(frozen=True, slots=True)
class AskedView:
    """What a body is asked. What it is shown of the case is there while the round is open, and not afterwards."""

    asked: AskedBody
    procedure: Text
    declaration: OpinionRound
    shared: tuple[tuple[FieldDeclaration, Json], ...]
    uploads: tuple[Upload, ...]
    own: tuple[GivenOpinion, ...]
    is_open: bool
    left: int | None
    refusal: Refused | None

    @property
    def number(self) -> str:
        """Return the number of the case."""
        return self.asked.asked_round.case.number

    @property
    def row(self) -> AskedRound:
        """Return the round."""
        return self.asked.asked_round


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One line of what is asked of an office."""

    asked: AskedBody
    procedure: Text
    title: Text
    is_open: bool
    answered: bool
    left: int | None


def opinion_rounds(scope: Scope, case_id: UUID, *, on: date) -> tuple[RoundView, ...]:
    """Return the rounds of a case with all that was said, for an office that works on it; the latest first.

    Raises:
        NotFound: if there is no such case, or no office of the reader works on it.
    """
    case, definition = _case(case_id)
    if not works_on(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return tuple(_round(row, definition, bodies, on) for row, bodies in _rounds(case))


def opinions_told(scope: Scope, case_id: UUID) -> tuple[ToldRound, ...]:
    """Return what the party may know of the rounds of its case; what was said, after the decision alone.

    A round that the pack calls public is told once it is closed.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, definition = _case(case_id)
    if not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    found = []
    for row, bodies in _rounds(case):
        declaration = declared_round(definition, row.round)
        told = case.decided_at is not None or (declaration.public and row.closed_at is not None)
        lines = tuple(ToldOpinion(one.body_id, one.stands if told else None) for one in bodies)
        found.append(ToldRound(declaration.title, row.asked_at, row.due_on, row.closed_at, told, lines))
    return tuple(found)


def asked(scope: Scope, asked_id: UUID, *, on: date) -> AskedView:
    """Return what a body is asked, for whoever answers there.

    Raises:
        NotFound: if it is not asked of an office of the reader.
    """
    one = _asked(scope, asked_id)
    case, row = one.asked_round.case, one.asked_round
    definition = declared.pinned(case.declaration_hash)
    declaration = declared_round(definition, row.round)
    shared = _shared(case, definition, declaration) if _is_open(row, on) else ()
    own = _own(one)
    late = [given.late for given in own]
    refusal = why_not_answer(
        case_closed=case.closed_at is not None,
        closed=not _is_open(row, on),
        in_time=late.count(False),
        late=late.count(True),
    )
    return AskedView(
        asked=one,
        procedure=definition.title,
        declaration=declaration,
        shared=shared,
        uploads=_uploads(case, shared),
        own=own,
        is_open=_is_open(row, on),
        left=_left(row, on),
        refusal=refusal,
    )


def asked_of(scope: Scope, *, on: date, page: int = 1) -> Listing[AskedLine]:
    """Return one page of what is asked of the reader's offices: what is open first, the most urgent first."""
    found = AskedBody.objects.filter(asked_by(scope)).select_related("asked_round__case")
    newest = F("asked_round__closed_at").desc(nulls_first=True)
    rows = list(found.order_by(newest, "asked_round__due_on", "id")[bounds(page)])
    answered = set(GivenOpinion.objects.filter(asked_body__in=rows).values_list("asked_body_id", flat=True))
    return Listing(
        tuple(_line(one, on, answered=one.pk in answered) for one in rows),
        valid_page(page),
        found.order_by()[: MOST_COUNTED + 1].count(),
    )


def count_asked(scope: Scope) -> int:
    """Return how many open rounds wait for an answer of the reader's offices; more than a page says are not counted."""
    return _counts(scope)["due"]


def is_asked_anything(scope: Scope) -> bool:
    """Say whether anything was ever asked of the reader's offices."""
    return bool(_counts(scope)["all"])


def _counts(scope: Scope) -> Mapping[str, int]:
    return once(("opinions asked", scope), _counting(scope).found)


@lru_cache(maxsize=512)
def _counting(scope: Scope) -> Counting:
    """Return how to count what is asked of a reader's offices, and what of it waits."""
    asked = AskedBody.objects.filter(asked_by(scope))
    due = asked.filter(asked_round__closed_at=None, asked_round__case__closed_at=None, given=None)
    return counting({"all": asked, "due": due})


def shared_file(scope: Scope, asked_id: UUID, upload_id: UUID, *, on: date) -> tuple[Upload, BinaryIO]:
    """Return a file that an asked body is shown, opened; whoever asked closes it.

    Raises:
        NotFound: if it is shown nothing like this, not any more, or it was erased.
    """
    for one in asked(scope, asked_id, on=on).uploads:
        if one.pk == upload_id:
            return _opened(one)
    raise NotFound("no_upload", "there is no such file")


def opinion_file(scope: Scope, opinion_id: UUID) -> tuple[Upload, BinaryIO]:
    """Return the file of an answer, opened, for the office of the case and for the body that answered.

    Raises:
        NotFound: if there is none, the reader may not know of it, or it was erased.
    """
    found = GivenOpinion.objects.select_related("upload", "asked_body__asked_round__case").filter(pk=opinion_id).first()
    if found is None or found.upload is None:
        raise NotFound("no_upload", "there is no such file")
    case = found.asked_body.asked_round.case
    is_own = is_asked(scope, found.asked_body)
    if not (is_own or works_on(scope, case, declared.pinned(case.declaration_hash))):
        raise NotFound("no_upload", "there is no such file")
    return _opened(found.upload)


def _opened(upload: Upload) -> tuple[Upload, BinaryIO]:
    try:
        return upload, files.opened(upload.pk)
    except FileNotFoundError:
        raise NotFound("no_upload", "this file was erased") from None


def _case(case_id: UUID) -> tuple[Case, ProcedureDeclaration]:
    case = case_of(case_id)
    if case is None:
        raise NotFound("no_case", "there is no such case")
    return case, declared.pinned(case.declaration_hash)


def _asked(scope: Scope, asked_id: UUID) -> AskedBody:
    found = AskedBody.objects.select_related("asked_round__case").filter(pk=asked_id).first()
    if found is None or not is_asked(scope, found):
        raise NotFound("not_asked", "this was not asked of your office")
    return found


def _own(asked_body: AskedBody) -> tuple[GivenOpinion, ...]:
    return prefetch(GivenOpinion.objects.filter(asked_body=asked_body).select_related("upload").order_by("turn"))


def _rounds(case: Case) -> list[tuple[AskedRound, tuple[BodyView, ...]]]:
    """Return the rounds of a case, the latest first, with what each body said, in three queries."""
    rows = list(AskedRound.objects.filter(case=case).order_by("-asked_at", "round"))
    if not rows:
        return []
    bodies = list(AskedBody.objects.filter(asked_round__in=rows).order_by("body_id"))
    given: dict[object, list[GivenOpinion]] = {}
    for one in prefetch(GivenOpinion.objects.filter(case=case).select_related("upload").order_by("turn")):
        given.setdefault(one.asked_body_id, []).append(one)
    for row in rows:
        row.case = case
    return [
        (
            row,
            tuple(
                BodyView(one.body_id, tuple(given.get(one.pk, ()))) for one in bodies if one.asked_round_id == row.pk
            ),
        )
        for row in rows
    ]


def _round(row: AskedRound, definition: ProcedureDeclaration, bodies: tuple[BodyView, ...], on: date) -> RoundView:
    names: Mapping[object, str] = {one.body_id: one.body_id for one in bodies}
    said = [(one.body_id, given.verdict, given.turn, given.counts) for one in bodies for given in one.given]
    tally = counted(row, definition, names, said)
    return RoundView(row, declared_round(definition, row.round), tally, bodies, _left(row, on))


def _is_open(row: AskedRound, on: date) -> bool:
    """Say whether a round is still open on a day; the last day may be over before a worker closes it."""
    over = not row.provisional and on > row.due_on
    return row.closed_at is None and row.case.closed_at is None and not over


def _left(row: AskedRound, on: date) -> int | None:
    return engine.days_left(row.due_on, on, declared.calendar()) if _is_open(row, on) else None


def _shared(
    case: Case, definition: ProcedureDeclaration, declaration: OpinionRound
) -> tuple[tuple[FieldDeclaration, Json], ...]:
    """Return the fields that a round shares, as far as the case has them; nothing else of it is read here."""
    wanted = set(declaration.shares)
    return tuple((one, case.data[one.id]) for one in definition.fields if one.id in wanted and one.id in case.data)


def _uploads(case: Case, shared: tuple[tuple[FieldDeclaration, Json], ...]) -> tuple[Upload, ...]:
    ids = [str(value) for field, value in shared if isinstance(field, FileField) and value]
    return prefetch(Upload.objects.filter(case=case, pk__in=ids).order_by("received_at", "id")) if ids else ()


def _line(one: AskedBody, on: date, *, answered: bool) -> AskedLine:
    row = one.asked_round
    definition = declared.pinned(row.case.declaration_hash)
    title = declared_round(definition, row.round).title
    return AskedLine(one, definition.title, title, _is_open(row, on), answered, _left(row, on))
