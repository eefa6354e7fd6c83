"""The acts of a consultation: comment, withhold what a law forbids to publish, publish the summary, forget in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from amur.base.acting import Actor, IdempotencyKey, Scope, system
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures.consultation import engine, reads
from amur.procedures.consultation.declarations import ConsultationDeclaration
from amur.procedures.consultation.models import Comment, Summary
from amur.procedures.consultation.reads import Point
from amur.procedures.models import Serial
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

_LONGEST, _LONGEST_NAME, _LONGEST_REASON = 5_000, 100, 500
_AT_ONCE = 200
Publish = Literal["named", "unnamed", "not"]


def comment(
    consultation_id: str,
    text: str,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    name: str = "",
    publish: Publish = "unnamed",
    channel: str = "portal",
    key: IdempotencyKey = "",
) -> Comment:
    """Take a comment from anybody, or enter one that came another way; the same key again is the same comment.

    Raises:
        NotFound: if there is no such consultation.
        Refused: if it is not open, or somebody else than who answers enters what came another way.
        Invalid: if nothing was written, it is too long, or it is to be published under a name that is not given.
    """
    check_key(key)
    with act():
        content_hash, declared = reads.active(consultation_id)
        _check_open(declared, scope, channel, now)
        if key and (before := Comment.objects.filter(consultation=consultation_id, key=key).first()):
            return before
        said = typed("text", text, _LONGEST, day_of(now))
        called = typed("name", name, _LONGEST_NAME, day_of(now), required=publish == "named")
        if publish not in Comment.Publish.values:
            raise Invalid({"publish": ("required", "say as what it may be published")})
        row = Comment(
            consultation=consultation_id,
            serial=_next(declared),
            declaration_hash=content_hash,
            channel=channel,
            name=called,
            text=said,
            publish=publish,
            received_at=now,
            key=key,
            erase_on=declared.closes_on + timedelta(days=declared.keep_days),
        )
        row.entry_hash = _taken(row, declared, by=by, now=now)
        row.save(force_insert=True)
        return row


def _taken(row: Comment, declared: ConsultationDeclaration, *, by: Actor, now: datetime) -> str:
    """Write that a comment came; whoever comments in the portal is anybody, so no account stands there."""
    body: dict[str, Json] = {
        "serial": row.serial,
        "channel": row.channel,
        "publish": row.publish,
        "text": sealed_for(row, row.text),
        "name": sealed_for(row, row.name) if row.name else "",
    }
    actor = by if row.channel != "portal" else Actor("anonymous", client=by.client, request_id=by.request_id)
    return _record(row.key_subject, declared, "consultation.commented", body, by=actor, now=now)


def withhold_comment(
    consultation_id: str,
    serial: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reason: str,
    law: str,
    key: IdempotencyKey = "",
) -> Comment:
    """Keep a comment from being published because a law forbids it; its number stays, with the law and the reason.

    Raises:
        NotFound: if there is no such comment, or the actor does not answer this consultation.
        Invalid: if law or reason is missing or too long; both stay for everybody to read.
        Conflict: if it was withheld before, for another reason.
    """
    check_key(key)
    with act():
        _, declared = _own(consultation_id, scope)
        why = typed("reason", reason, _LONGEST_REASON, day_of(now))
        basis = typed("law", law, _LONGEST_REASON, day_of(now))
        row = Comment.objects.select_for_update().filter(consultation=consultation_id, serial=serial).first()
        if row is None:
            raise NotFound("no_comment", "there is no such comment")
        if row.withheld_at is not None:
            if (row.withheld_reason, row.withheld_law) == (why, basis):
                return row
            raise Conflict("comment_withheld", "this comment was withheld before")
        row.withheld_at, row.withheld_reason, row.withheld_law = now, why, basis
        row.save(update_fields=["withheld_at", "withheld_reason", "withheld_law"])
        body: dict[str, Json] = {"serial": serial, "reason": why, "law": basis}
        _record(row.key_subject, declared, "consultation.withheld", body, by=by, now=now)
        return row


def publish_summary(
    consultation_id: str,
    text: str,
    points: Sequence[Point],
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    key: IdempotencyKey = "",
) -> Summary:
    """Publish what was said and what came of it, and with it the comments as their writers agreed.

    Every comment is answered by a point, withheld ones too. The same again is once; another one corrects it, and both
    stay.

    Raises:
        NotFound: if there is no such consultation, or the actor does not answer it.
        Refused: while it is open.
        Invalid: if something is missing, or ``serials`` leave comments unanswered or name none.
    """
    check_key(key)
    with act():
        content_hash, declared = _own(consultation_id, scope)
        if engine.phase(declared.opens_on, declared.closes_on, day_of(now)) != "closed":
            raise Refused("consultation_open", "what came of it is said when it has closed")
        said = typed("summary", text, _LONGEST * 4, day_of(now))
        rows = _points(consultation_id, points, now=now)
        last = Summary.objects.filter(consultation=consultation_id).order_by("-pk").first()
        if last is not None and (last.text, last.points) == (said, rows):
            return last
        body: dict[str, Json] = {"summary": said, "points": [*rows]}
        subject = f"consultation:{consultation_id}"
        entry = _record(subject, declared, "consultation.answered", body, by=by, now=now)
        return Summary.objects.create(
            consultation=consultation_id,
            declaration_hash=content_hash,
            text=said,
            points=rows,
            published_at=now,
            entry_hash=entry,
        )


def forget_comments(now: datetime) -> int:
    """Erase comments whose time is over; return how many. What the authority said of them stays."""
    past = Comment.objects.filter(erase_on__lt=day_of(now)).order_by("pk")[:_AT_ONCE]
    for row in past:
        with act():
            ledger.forget(row.key_subject, by=system("retention"), now=now, reason="the time of keeping it is over")
            Comment.objects.filter(pk=row.pk).update(name="", text="", erase_on=None)
    return len(past)


def _check_open(declared: ConsultationDeclaration, scope: Scope, channel: str, now: datetime) -> None:
    if channel not in declared.channels:
        raise Invalid({"channel": ("required", f"choose one of {', '.join(declared.channels)}")})
    phase = engine.phase(declared.opens_on, declared.closes_on, day_of(now))
    answers = bool(reads.role_for(scope, declared))
    if channel != "portal" and not answers:
        raise Refused("wrong_role", "only whoever answers enters what came another way")
    # A letter of the last day is entered later; once the answer is out, nothing is added that it does not know.
    if phase == "to_come" or (phase == "closed" and (channel == "portal" or _is_answered(declared.id))):
        raise Refused("consultation_closed", "this consultation is not open")


def _is_answered(consultation_id: str) -> bool:
    return Summary.objects.filter(consultation=consultation_id).exists()


def _own(consultation_id: str, scope: Scope) -> tuple[str, ConsultationDeclaration]:
    content_hash, declared = reads.active(consultation_id)
    if not reads.role_for(scope, declared):
        raise NotFound("no_consultation", f"there is no consultation {consultation_id!r} that you answer")
    return content_hash, declared


def _next(declared: ConsultationDeclaration) -> int:
    serial, _ = Serial.objects.select_for_update().get_or_create(series=f"comments-{declared.id}"[:40])
    serial.value += 1
    serial.save(update_fields=["value"])
    return int(serial.value)


def _points(consultation_id: str, points: Sequence[Point], *, now: datetime) -> list[dict[str, Json]]:
    known = [*Comment.objects.filter(consultation=consultation_id).values_list("serial", flat=True)]
    faults: dict[str, tuple[str, str]] = {}
    rows: list[dict[str, Json]] = []
    for place, point in enumerate(points):
        said = typed(f"said-{place}", point.said, _LONGEST, day_of(now))
        why = typed(f"why-{place}", point.why, _LONGEST, day_of(now))
        if point.taken_up not in {"yes", "partly", "no"}:
            faults[f"taken_up-{place}"] = ("required", "say whether it was taken up")
        serials: list[Json] = [*point.serials]
        rows.append({"said": said, "taken_up": point.taken_up, "why": why, "serials": serials})
    named = [set(point.serials) for point in points]
    if wrong := engine.unknown(known, named):
        faults["serials"] = ("unknown_comment", f"there is no comment {', '.join(map(str, wrong))}")
    elif left := engine.unanswered(known, named):
        faults["serials"] = ("unanswered", f"no point answers {', '.join(map(str, left[:20]))}")
    if faults:
        raise Invalid(faults)
    return rows


def _record(
    subject: str, declared: ConsultationDeclaration, kind: str, body: Mapping[str, Json], *, by: Actor, now: datetime
) -> str:
    release = policy.active_release()
    entry = ledger.record(
        subject=subject,
        kind=kind,
        by=by,
        now=now,
        body={"consultation": declared.id, **body},
        basis=cited(declared.basis),
        release=release.hash if release else "",
    )
    return entry.leaf
