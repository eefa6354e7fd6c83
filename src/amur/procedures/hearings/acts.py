"""The acts of a hearing: the party asks for it or waives it; the office calls it in time, calls it off, or holds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils import timezone

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import prefetch, sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import facts_of
from amur.procedures.hearings import engine, reads
from amur.procedures.hearings.declarations import HearingDeclaration
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case
from amur.procedures.notices.acts.telling import tell
from amur.procedures.permission import permit
from amur.procedures.seeing import may_see
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed

State = Hearing.State
_LONGEST = 20_000


def ask_hearing(
    case_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    wish: Literal["asked", "waived"] = "asked",
    why: str = "",
    key: IdempotencyKey = "",
) -> Hearing:
    """Let the party ask for a hearing, or waive it; the same wish again is the same hearing.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the procedure has no hearing, it is not the time for it, or the actor is not the party.
        Conflict: if the party has said otherwise before, or one was called.
        Invalid: if why is too long.
    """
    check_key(key)
    with act():
        case, definition = _case(case_id, scope)
        if not is_party(scope, facts_of(case)):
            raise Refused("not_the_applicant", "only the party asks for a hearing")
        rows = prefetch(Hearing.objects.filter(case=case).order_by("pk"))
        if same := next((row for row in rows if row.state == wish), None):
            return same
        if reads.decided(rows):
            raise Conflict("hearing_settled", "a hearing was asked for, waived or called before")
        if not reads.is_time(case, definition):
            raise Refused("no_hearing_now", "a hearing is asked for at another stage of the case")
        said = typed("why", why, _LONGEST, day_of(now), required=False)
        ended = now if wish == "waived" else None
        row = Hearing.objects.create(case=case, state=wish, begun_at=now, why=said, ended_at=ended)
        _record(row, definition, f"hearing.{wish}", {"why": sealed_for(case, said) if said else ""}, by=by, now=now)
        return row


def call_hearing(
    case_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    starts_at: datetime,
    place: str = "",
    link: str = "",
    attends: str = "",
    is_public: bool,
    why: str = "",
    key: IdempotencyKey = "",
) -> Hearing:
    """Call a hearing at least so many working days before, and tell the party when and where; called again, it moves.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not, or the notice is too short; ``first_day`` is then the first that is not.
        Conflict: if one was held, or the case is closed.
        Invalid: if it is nowhere, a text is too long, or it is closed to the public against the rule without a reason.
    """
    check_key(key)
    with act():
        case, definition, hearing, by = _office(case_id, by, scope)
        if case.closed_at is not None or Hearing.objects.filter(case=case, state=State.HELD).exists():
            raise Conflict("hearing_settled", "the case is closed, or its hearing was held")
        first = engine.first_day(day_of(now), hearing.notice_working_days, declared.calendar()).on
        if day_of(starts_at) < first:
            raise Refused("notice_too_short", f"the party is told in time from {first} on", first_day=first.isoformat())
        said = {
            name: typed(name, text, _LONGEST, day_of(now), required=False)
            for name, text in (("place", place), ("link", link), ("attends", attends), ("why", why))
        }
        if not said["place"] and not said["link"]:
            raise Invalid({"place": ("required", "say where it is, or by which link")})
        if hearing.public and not is_public and not said["why"]:
            raise Invalid({"why": ("required", "say why the public may not attend")})
        row = Hearing.objects.filter(case=case, ended_at=None).first() or Hearing(case=case, begun_at=now)
        row.state, row.called_at, row.starts_at, row.is_public = State.CALLED, now, starts_at, is_public
        row.place, row.link, row.attends = said["place"], said["link"], said["attends"]
        row.why = said["why"] or row.why
        row.save()
        _called(row, definition, hearing, said, by=by, now=now)
        return row


def _called(
    row: Hearing,
    definition: ProcedureDeclaration,
    hearing: HearingDeclaration,
    said: Mapping[str, str],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Write down that a hearing was called, and tell the party when and where."""
    case, starts_at = row.case, row.starts_at or now
    body: dict[str, Json] = {"starts_at": starts_at.isoformat(), "public": row.is_public}
    sealed = {name: sealed_for(case, text) if text else "" for name, text in said.items()}
    entry = _record(row, definition, "hearing.called", {**body, **sealed}, by=by, now=now)
    local = timezone.localtime(starts_at, timezone.get_default_timezone())
    words = " ".join(one for one in (f"{local:%Y-%m-%d %H:%M}", said["place"], said["link"]) if one)
    tell(case, definition, hearing.notice, words, key=f"hearing:{entry}", now=now)


def hold_hearing(
    case_id: UUID,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    minutes: str,
    attends: str = "",
    key: IdempotencyKey = "",
) -> Hearing:
    """Keep the minutes of a hearing that was held, sealed, with who was there; the same minutes again are one hearing.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not.
        Conflict: if none is called, its time has not come, or other minutes were kept.
        Invalid: if there are no minutes, or they are too long.
    """
    check_key(key)
    with act():
        case, definition, _, by = _office(case_id, by, scope)
        said = typed("minutes", minutes, _LONGEST, day_of(now))
        there = typed("attends", attends, _LONGEST, day_of(now), required=False)
        before = Hearing.objects.filter(case=case, state=State.HELD).first()
        if before is not None and before.minutes == said:
            return before
        row = Hearing.objects.filter(case=case, ended_at=None, state=State.CALLED).first()
        if before is not None or row is None:
            raise Conflict("hearing_settled", "no hearing is called, or its minutes were kept")
        if row.starts_at is not None and now < row.starts_at:
            raise Conflict("hearing_to_come", "this hearing has not begun")
        row.state, row.minutes, row.ended_at = State.HELD, said, now
        row.attends = there or row.attends
        row.save()
        body: dict[str, Json] = {"minutes": sealed_for(case, said), "attends": sealed_for(case, row.attends or "-")}
        _record(row, definition, "hearing.held", body, by=by, now=now)
        return row


def call_off_hearing(
    case_id: UUID, *, by: Actor, scope: Scope, now: datetime, why: str, key: IdempotencyKey = ""
) -> Hearing | None:
    """Call off a hearing that is asked for or called, with a reason; None where there is none, so twice is once.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not.
        Invalid: if the reason is missing or too long.
    """
    check_key(key)
    with act():
        case, definition, hearing, by = _office(case_id, by, scope)
        said = typed("why", why, _LONGEST, day_of(now))
        row = Hearing.objects.filter(case=case, ended_at=None).first()
        if row is None:
            return None
        row.state, row.why, row.ended_at = State.OFF, said, now
        row.save()
        entry = _record(row, definition, "hearing.called_off", {"why": sealed_for(case, said)}, by=by, now=now)
        tell(case, definition, hearing.notice, said, key=f"hearing:{entry}", now=now)
        return row


def _case(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration]:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    if definition.hearing is None:
        raise Refused("no_hearing", "this procedure knows no hearing")
    return case, definition


def _office(case_id: UUID, by: Actor, scope: Scope) -> tuple[Case, ProcedureDeclaration, HearingDeclaration, Actor]:
    """Return a case with its declarations for whoever may hold its hearings, and in which office they do."""
    case, definition = _case(case_id, scope)
    if definition.hearing is None:
        raise Refused("no_hearing", "this procedure knows no hearing")
    found = permit(scope, definition.hearing.by, facts_of(case), actor_id=by.actor_id)
    if isinstance(found, Refused):
        raise found
    return case, definition, definition.hearing, found.of(by)


def _record(
    row: Hearing, definition: ProcedureDeclaration, kind: str, body: Mapping[str, Json], *, by: Actor, now: datetime
) -> str:
    release = policy.active_release()
    entry = ledger.record(
        subject=row.key_subject,
        kind=kind,
        by=by,
        now=now,
        body={"number": row.case.number, **body},
        basis=cited(definition.hearing.basis) if definition.hearing else "",
        release=release.hash if release else "",
    )
    return entry.leaf
