"""The acts of a rating: given and changed once by the party, followed up by the office, and rated after that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.canonical import Json
from amur.base.declared import cited
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts as ledger
from amur.ledger.kept import sealed_for
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import facts_of
from amur.procedures.models import Case
from amur.procedures.notices.acts.telling import tell
from amur.procedures.permission import permit
from amur.procedures.ratings import engine, reads
from amur.procedures.ratings.declarations import GRADES, RatingDeclaration
from amur.procedures.ratings.models import Rating, RatingAct
from amur.procedures.seeing import may_see
from amur.procedures.transactions import act, check_key
from amur.procedures.typed import typed
from amur.registers.lookups import lookups

What = RatingAct.What
_LONGEST = 2_000


def rate_case(
    case_id: UUID,
    grade: int,
    *,
    by: Actor,
    scope: Scope,
    now: datetime,
    reasons: Iterable[str] = (),
    said: str = "",
    key: IdempotencyKey = "",
) -> Rating:
    """Let the party rate its case, or change its grade once before a follow-up has ended; the same again is once.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor is not the party, it is too early or too late, or the grade was changed or followed up.
        Invalid: if the grade is none, a reason is not on the list, or the words are too long.
    """
    check_key(key)
    with act():
        case, definition, declaration = _case(case_id, scope)
        _check_party(scope, case)
        words, chosen = typed("said", said, _LONGEST, day_of(now), required=False), _reasons(declaration, reasons, now)
        _check_grade(grade)
        row = Rating.objects.select_for_update().filter(case=case).first()
        if row is not None and (row.grade, row.reasons, row.said) == (grade, chosen, words):
            return row
        if refusal := reads.why_not_rate(case, declaration, row, day_of(now)):
            raise refusal
        what = What.GIVEN if row is None else What.CHANGED
        row = row or Rating(case=case, given_at=now)
        row.grade, row.reasons, row.said = grade, chosen, words
        if what == What.CHANGED:
            row.changed_at = now
        row.bad_since = now if engine.is_bad(grade) else None
        row.save()
        sealed = sealed_for(case, words) if words else ""
        _record(row, definition, what, grade, {"reasons": [*chosen], "said": sealed}, by=by, now=now)
        return row


def follow_up_rating(
    case_id: UUID, result: str, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Rating:
    """Write down what came of a bad grade, and tell the party; the same result again is once.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor may not follow up.
        Conflict: if there is nothing to follow up, or another result was written.
        Invalid: if the result is missing or too long.
    """
    check_key(key)
    with act():
        case, definition, declaration = _case(case_id, scope)
        permitted = permit(scope, declaration.by, facts_of(case), actor_id=by.actor_id)
        if isinstance(permitted, Refused):
            raise permitted
        words = typed("result", result, _LONGEST, day_of(now))
        row = Rating.objects.select_for_update().filter(case=case).first()
        if row is not None and row.followed_up_at is not None and row.result == words:
            return row
        is_waiting = row is not None and row.bad_since is not None and row.followed_up_at is None
        if row is None or not is_waiting or case.erased_at is not None:
            raise Conflict("nothing_to_follow_up", "there is no bad grade that waits")
        row.result, row.followed_up_at = words, now
        row.save()
        entry = _record(
            row, definition, What.FOLLOWED_UP, None, {"result": sealed_for(case, words)}, by=permitted.of(by), now=now
        )
        tell(case, definition, declaration.notice, words, key=f"rating:{entry}", now=now)
        return row


def rate_follow_up(
    case_id: UUID, grade: int, *, by: Actor, scope: Scope, now: datetime, key: IdempotencyKey = ""
) -> Rating:
    """Let the party say once what it thinks after a follow-up; the first grade stays.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
        Refused: if the actor is not the party.
        Conflict: if nothing was followed up, or it was said before.
        Invalid: if the grade is none.
    """
    check_key(key)
    with act():
        case, definition, _ = _case(case_id, scope)
        _check_party(scope, case)
        _check_grade(grade)
        row = Rating.objects.select_for_update().filter(case=case).first()
        if row is not None and row.grade_after == grade:
            return row
        if row is None or row.followed_up_at is None or row.grade_after is not None:
            raise Conflict("nothing_to_follow_up", "nothing was followed up, or it was rated before")
        row.grade_after = grade
        row.save()
        _record(row, definition, What.AFTER, grade, {}, by=by, now=now)
        return row


def _case(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration, RatingDeclaration]:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    if definition.rating is None:
        raise Refused("no_rating", "cases of this procedure are not rated")
    return case, definition, definition.rating


def _check_party(scope: Scope, case: Case) -> None:
    if not is_party(scope, facts_of(case)):
        raise Refused("not_the_applicant", "only the party rates a case")


def _check_grade(grade: int) -> None:
    if grade not in GRADES:
        raise Invalid({"grade": ("required", "choose one of the five grades")})


def _reasons(declaration: RatingDeclaration, chosen: Iterable[str], now: datetime) -> list[str]:
    today = day_of(now)
    listed = lookups(today).codelists.get(declaration.reasons or "")
    codes = [code.code for code in listed.codes if code.may_be_chosen(today)] if listed else []
    found = sorted(set(chosen))
    if wrong := [one for one in found if one not in codes]:
        raise Invalid({"reasons": ("unknown_code", f"{', '.join(wrong)}: choose from the list")})
    return found


def _record(
    row: Rating,
    definition: ProcedureDeclaration,
    what: RatingAct.What,
    grade: int | None,
    body: Mapping[str, Json],
    *,
    by: Actor,
    now: datetime,
) -> str:
    release = policy.active_release()
    entry = ledger.record(
        subject=row.key_subject,
        kind=f"rating.{what.value}",
        by=by,
        now=now,
        body={"number": row.case.number, "grade": grade, **body},
        basis=cited(definition.rating.basis) if definition.rating else "",
        release=release.hash if release else "",
    )
    RatingAct.objects.create(rating=row, what=what, grade=grade, happened_at=now, entry_hash=entry.leaf)
    return entry.leaf
