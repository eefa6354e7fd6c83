"""What is known of consultations: for everybody what is planned and, at the end, what was said and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from amur.base.acting import Scope
from amur.base.faults import NotFound
from amur.base.legal_time import Due, add_working_days
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger.kept import prefetch
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared as room
from amur.procedures.consultation import engine
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.procedures.consultation.models import Comment, Summary
from amur.registers import lookups


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was said, by which comments, whether it was taken up, and why or why not."""

    said: str
    taken_up: str
    why: str
    serials: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as its reader may see it: without what its writer did not let be published, or a law forbids to."""

    serial: int
    channel: str
    received_on: date
    name: str
    text: str
    is_withheld: bool
    is_hidden: bool
    reason: str
    law: str
    is_erased: bool


@dataclass(frozen=True, slots=True)
class ConsultationView:
    """A consultation with how far it is; ``role`` is the one in which the reader answers it, empty for others."""

    declaration: ConsultationDeclaration
    phase: engine.Phase
    answer_due: Due
    received: int
    summary: Summary | None
    points: tuple[Point, ...]
    role: str


def active(consultation_id: str) -> tuple[str, ConsultationDeclaration]:
    """Return hash and declaration of a consultation of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    content_hash, _ = policy.declaration("consultation", consultation_id)
    return content_hash, lookups.by_hash(ConsultationDeclaration, content_hash)


def role_for(scope: Scope, declared: ConsultationDeclaration) -> str:
    """Return the role in which a reader answers a consultation; empty where they do not."""
    if scope.kind != "office":
        return declared.by[0] if scope.kind == "system" else ""
    return next((role for role in declared.by if scope.holds(role, body_id=declared.body_id)), "")


def consultations(scope: Scope, *, on: date) -> tuple[ConsultationView, ...]:
    """Return all consultations: open ones, the first to close first, those to come, and those that are over."""
    found = lookups.active(ConsultationDeclaration, "consultation").values()
    return tuple(sorted((_view(scope, one, on) for one in found), key=_in_order))


def _in_order(one: ConsultationView) -> tuple[int, int, str]:
    said = one.declaration
    days = {
        "open": said.closes_on.toordinal(),
        "to_come": said.opens_on.toordinal(),
        "closed": -said.closes_on.toordinal(),
    }
    return [*days].index(one.phase), days[one.phase], said.id


def answers_any(scope: Scope) -> bool:
    """Say whether the reader's offices answer a consultation."""
    return any(role_for(scope, one) for one in lookups.active(ConsultationDeclaration, "consultation").values())


def answered_by(scope: Scope, *, on: date) -> tuple[ConsultationView, ...]:
    """Return the consultations that the reader's offices answer."""
    return tuple(one for one in consultations(scope, on=on) if one.role)


def consultation(scope: Scope, consultation_id: str, *, on: date) -> ConsultationView:
    """Return a consultation.

    Raises:
        NotFound: if there is none of this id.
    """
    return _view(scope, active(consultation_id)[1], on)


def comments_of(scope: Scope, consultation_id: str, *, page: int = 1) -> Listing[CommentView]:
    """Return comments in their order: all of them for whoever answers, for others once the summary is published.

    Raises:
        NotFound: if there is no such consultation.
    """
    _, declared = active(consultation_id)
    answers = bool(role_for(scope, declared))
    found = Comment.objects.filter(consultation=consultation_id).order_by("serial")
    if not answers and not Summary.objects.filter(consultation=consultation_id).exists():
        found = found.none()
    rows = prefetch(found[bounds(page)])
    counted = found.order_by()[: MOST_COUNTED + 1].count()
    return Listing(tuple(_shown(row, answers=answers) for row in rows), valid_page(page), counted)


def comment_by_number(scope: Scope, consultation_id: str, serial: int) -> CommentView:
    """Return a comment by its serial.

    Raises:
        NotFound: if there is none, or the reader does not answer this consultation.
    """
    _, declared = active(consultation_id)
    row = Comment.objects.filter(consultation=consultation_id, serial=serial).first()
    if row is None or not role_for(scope, declared):
        raise NotFound("no_comment", "there is no such comment")
    return _shown(row, answers=True)


def points_of(rows: Iterable[dict[str, object]]) -> tuple[Point, ...]:
    """Return points as they are stored."""
    return tuple(
        Point(str(one["said"]), str(one["taken_up"]), str(one["why"]), tuple(one["serials"]))  # type: ignore[arg-type]  # the act wrote numbers
        for one in rows
    )


def _view(scope: Scope, declared: ConsultationDeclaration, on: date) -> ConsultationView:
    summary = Summary.objects.filter(consultation=declared.id).order_by("-pk").first()
    return ConsultationView(
        declared,
        engine.phase(declared.opens_on, declared.closes_on, on),
        add_working_days(declared.closes_on, declared.answer_working_days, room.calendar()),
        Comment.objects.filter(consultation=declared.id).count(),
        summary,
        points_of(summary.points) if summary else (),
        role_for(scope, declared),
    )


def _shown(row: Comment, *, answers: bool) -> CommentView:
    withheld = row.withheld_at is not None
    hidden = row.publish == Comment.Publish.NOT
    shows_text = answers or not (withheld or hidden)
    shows_name = answers or (shows_text and row.publish == Comment.Publish.NAMED)
    return CommentView(
        row.serial,
        row.channel,
        day_of(row.received_at),
        row.name if shows_name else "",
        row.text if shows_text else "",
        withheld,
        hidden,
        row.withheld_reason,
        row.withheld_law,
        row.is_erased,
    )
