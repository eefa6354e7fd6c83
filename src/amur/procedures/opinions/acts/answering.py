"""A body's answer: in time, or late and marked so, or in place of one that it gave before."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import Text, cited
from amur.base.faults import Invalid, NotFound
from amur.base.fields import FieldError, Lookups, TextField
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared, engine
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import CaseEvent
from amur.procedures.opinions.acts.closing import close, is_over, locked
from amur.procedures.opinions.counting import declared_round, tally_of
from amur.procedures.opinions.declarations import OpinionRound
from amur.procedures.opinions.engine import why_not_answer
from amur.procedures.opinions.models import AskedBody, AskedRound, GivenOpinion
from amur.procedures.opinions.receiving import Sent, file_fault, received
from amur.procedures.opinions.seeing import is_asked, may_not_answer
from amur.procedures.transactions import act, check_key

GIVEN = "case.opinion_given"
"""The kind of the entry that a body answered."""

FILE_FIELD = "opinion"
"""In place of a field: for what the file of an answer was sent."""

_LONGEST_TEXT = 5_000
_TEXT = TextField(
    id="text",
    type="text",
    multiline=True,
    title=Text(zh="意见", en="Opinion"),
    max_length=_LONGEST_TEXT,
    required=False,
)
_NEEDS_TEXT = ("conditions", "object")


def give_opinion(
    asked_id: UUID,
    verdict: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
    text: str = "",
    file: Sent | None = None,
) -> GivenOpinion:
    """Give a body's answer: it takes the place of an earlier one until the round is closed, and is late afterwards.

    The round is closed when all have answered. The same key again changes nothing.

    Raises:
        NotFound: if this was not asked, or not of the actor's office.
        Refused: if the case is over, the round is closed and the body has answered, or a card is missing.
        Invalid: if an answer is none of those that can be given, or lacks words or a file, or has a bad one.
        AmurError: if a file did not arrive whole or cannot be stored.
    """
    check_key(key)
    asked = AskedBody.objects.select_related("asked_round__case").filter(pk=asked_id).first()
    if asked is None or not is_asked(scope, asked):
        raise NotFound("not_asked", "this was not asked of your office")
    if refusal := may_not_answer(scope, asked):
        raise refusal
    if key and (before := GivenOpinion.objects.filter(asked_body=asked, key=key).first()):
        return before
    definition = declared.pinned(asked.asked_round.case.declaration_hash)
    found = declared_round(definition, asked.asked_round.round)
    said = _checked(found, verdict, text, file is not None, day_of(now))
    with received(file, FILE_FIELD, now) as upload, act():
        row = locked(asked.asked_round_id)
        if row is None:
            raise NotFound("not_asked", "this is not asked any more")
        at = max(now, row.asked_at)
        if row.closed_at is None and is_over(row, at):
            close(row, definition, by=by, now=at)
        opinion = _given(row, asked, definition, verdict=verdict, text=said, by=by, now=at, key=key)
        if upload is not None:
            upload.save(force_insert=True)
            opinion.upload = upload
        opinion.entry_hash = _record(row, asked, found, opinion, by=by)
        opinion.save(force_insert=True)
        if row.closed_at is None and tally_of(row, definition).answered == row.asked.count():
            close(row, definition, by=by, now=at)
        return opinion


def _given(
    row: AskedRound,
    asked: AskedBody,
    definition: ProcedureDeclaration,
    *,
    verdict: str,
    text: str,
    by: Actor,
    now: datetime,
    key: IdempotencyKey,
) -> GivenOpinion:
    """Return the answer as it will be kept, if one may be given now."""
    before = list(GivenOpinion.objects.filter(asked_body=asked).values_list("late", flat=True))
    closed = row.closed_at is not None
    if refusal := why_not_answer(
        case_closed=row.case.closed_at is not None, closed=closed, in_time=before.count(False), late=before.count(True)
    ):
        raise refusal
    return GivenOpinion(
        asked_body=asked,
        case=row.case,
        turn=len(before) + 1,
        verdict=verdict,
        text=text,
        late=closed,
        counts=not closed or _counts_late(row, definition),
        by=by.actor_id,
        given_at=now,
        key=key,
    )


def _counts_late(row: AskedRound, definition: ProcedureDeclaration) -> bool:
    """Say whether a late answer counts: where the pack says so, as long as the case stands where it stood."""
    if declared_round(definition, row.round).late != "counts":
        return False
    later = CaseEvent.objects.filter(case=row.case, version__gt=row.closed_version or 0)
    return not later.exclude(event=engine.EXTENDED).exists()


def _checked(found: OpinionRound, verdict: str, text: str, has_file: bool, on: date) -> str:  # noqa: FBT001 -- one of four things that are looked at
    """Return the words of an answer as they are kept.

    Raises:
        Invalid: with everything that is wrong.
    """
    faults: dict[str, tuple[str, str]] = {}
    if verdict not in found.answers:
        faults["verdict"] = ("required", f"choose one of {', '.join(found.answers)}")
    said = ""
    try:
        said = str(_TEXT.parse(text, Lookups(on)) or "")
    except FieldError as error:
        faults["text"] = (error.code, str(error))
    if verdict in _NEEDS_TEXT and not said and "text" not in faults:
        faults["text"] = ("required", "say which conditions, or why not")
    faults |= file_fault(found.file, has_file=has_file)
    if faults:
        raise Invalid(faults)
    return said


def _record(row: AskedRound, asked: AskedBody, found: OpinionRound, opinion: GivenOpinion, *, by: Actor) -> str:
    """Write that a body answered. Which way is sealed too: the party of the case reads this much of an entry."""
    case = row.case
    said: dict[str, Json] = {"verdict": opinion.verdict, "text": opinion.text}
    body: dict[str, Json] = {
        "number": case.number,
        "round": row.round,
        "of_turn": row.turn,
        "body": asked.body_id,
        "turn": opinion.turn,
        "late": opinion.late,
        "counts": opinion.counts,
        "said": sealed_for(case, said),
        "sha256": sealed_for(case, opinion.upload.sha256) if opinion.upload else "",
    }
    return ledger.record(
        subject=case.key_subject,
        kind=GIVEN,
        by=by,
        now=opinion.given_at,
        body=body,
        basis=cited(found.basis),
        release=policy.active_hash(),
    ).leaf
