"""What is known of ratings: its own for a party, what is to be followed up for an office, figures for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, QuerySet

from amur.base.acting import Scope
from amur.base.canonical import digest
from amur.base.datasets import Dataset, Row, chunks, dataset
from amur.base.declared import Text
from amur.base.faults import NotFound, Refused
from amur.base.legal_time import Due
from amur.base.listing import MOST_COUNTED, Listing, bounds, valid_page
from amur.ledger import reads as ledger
from amur.ledger.kept import prefetch
from amur.ledger.prepared import Statement, statement
from amur.people.reads import day_of
from amur.policy import reads as policy
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.engine import is_party
from amur.procedures.facts import case_of, facts_of
from amur.procedures.models import Case
from amur.procedures.permission import permit
from amur.procedures.ratings import engine
from amur.procedures.ratings.declarations import RatingDeclaration
from amur.procedures.ratings.models import Rating, RatingAct
from amur.procedures.ratings.shapes import RATINGS
from amur.procedures.seeing import may_see, worked_on_by

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RatingView:
    """A rating as its reader may see it; ``row`` is None where none was given.

    ``refusal`` is None where this reader may rate, or change the grade, now; ``may_rate_again`` where it may say what
    it thinks of the follow-up. ``due`` is until when a bad grade is followed up, ``role`` in which the reader may.
    """

    declared: RatingDeclaration
    case: Case
    row: Rating | None
    last_day: date | None
    refusal: Refused | None
    may_rate_again: bool
    due: Due | None
    role: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How a service was rated; ``counts`` is None where so few rated it that nothing is shown."""

    service: ProcedureDeclaration
    total: int
    counts: dict[int, int] | None
    satisfied: int
    publish_from: int


def rating_of(scope: Scope, case_id: UUID, *, on: date) -> RatingView | None:
    """Return the rating of a case with what the reader may do about it; None where its procedure asks for none.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case = case_of(case_id)
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return view(scope, case, definition, Rating.objects.filter(case=case).first(), on)


def view(scope: Scope, case: Case, definition: ProcedureDeclaration, row: Rating | None, on: date) -> RatingView | None:
    """Return what a reader who may know of a case sees of its rating."""
    said = definition.rating
    if said is None:
        return None
    refusal = why_not_rate(case, said, row, on)
    is_partys = is_party(scope, facts_of(case))
    if refusal is None and not is_partys:
        refusal = Refused("not_the_applicant", "only the party rates a case")
    again = is_partys and row is not None and row.followed_up_at is not None and row.grade_after is None
    ended = ended_on(case)
    return RatingView(
        said,
        case,
        row,
        engine.last_day(ended, said.within_days) if ended else None,
        refusal,
        again,
        due_of(row, said),
        role_for(scope, case, said),
    )


def why_not_rate(case: Case, said: RatingDeclaration, row: Rating | None, on: date) -> Refused | None:
    """Return why a case cannot be rated, or its grade not be changed, on a day."""
    if row is not None and row.followed_up_at is not None:
        return Refused("rating_followed_up", "this grade was followed up; say what you think of that")
    if row is not None and row.changed_at is not None:
        return Refused("rating_changed", "a grade is changed once")
    return engine.why_not_rate(ended_on(case), said.within_days, on)


def ended_on(case: Case) -> date | None:
    """Return when a case was closed, or decided while it goes on."""
    instant = case.closed_at or case.decided_at
    return day_of(instant) if instant else None


def due_of(row: Rating | None, said: RatingDeclaration) -> Due | None:
    """Return until when a bad grade is followed up, by the calendar of now."""
    if row is None or row.bad_since is None:
        return None
    return engine.due(day_of(row.bad_since), said.follow_up_working_days, declared.calendar())


def role_for(scope: Scope, case: Case, said: RatingDeclaration) -> str:
    """Return the role in which a reader follows up; empty where there is none."""
    found = permit(scope, said.by, facts_of(case))
    if isinstance(found, Refused):
        return ""
    return found.grant.role if found.grant else said.by[0]


def to_follow_up(scope: Scope, *, on: date, page: int = 1) -> Listing[RatingView]:
    """Return the bad grades that the reader's offices have to follow up, the longest waiting first."""
    found = _waiting(scope).select_related("case")
    rows = prefetch(found.order_by("bad_since", "pk")[bounds(page)])
    views = (view(scope, row.case, declared.pinned(row.case.declaration_hash), row, on) for row in rows)
    return Listing(tuple(one for one in views if one), valid_page(page), found[: MOST_COUNTED + 1].count())


def count_to_follow_up(scope: Scope) -> int:
    """Return how many bad grades wait for the reader's offices, at most one more than ``MOST_COUNTED``."""
    active = declared.everything()
    if not any(one.rating for one in active.procedures.values()):
        return 0
    counting = _counting(active.release, scope)
    return len(counting.found(())) if counting else 0


@lru_cache(maxsize=512)
def _counting(_release: str, scope: Scope) -> Statement[int] | None:
    """Return the statement that finds what waits for a reader, made once for a release; None where nothing can wait."""
    try:
        return statement(_waiting(scope).values_list("pk", flat=True)[: MOST_COUNTED + 1])
    except EmptyResultSet:
        return None


def _waiting(scope: Scope) -> QuerySet[Rating]:
    procedures = {name: one for name, one in declared.everything().procedures.items() if one.rating}
    cases = Case.objects.filter(worked_on_by(scope, procedures), procedure__in=list(procedures))
    # Of what was erased nobody follows anything up: its key is gone, and so is whom to tell.
    rows = Rating.objects.filter(case__in=cases, case__erased_at=None, followed_up_at=None)
    return rows.exclude(bad_since=None)


def figures(scope: Scope) -> tuple[Figures, ...]:
    """Return how each service was rated, as everybody may know it, whoever asks."""
    del scope
    counted: dict[str, dict[int, int]] = {}
    rows = Rating.objects.values_list("case__procedure", "grade").annotate(number=Count("pk")).order_by()
    for name, grade, number in rows:
        counted.setdefault(name, {})[grade] = number
    found = []
    for name, definition in sorted(declared.everything().procedures.items()):
        if definition.rating is None:
            continue
        counts, least = counted.get(name, {}), definition.rating.publish_from
        shown = engine.shown(counts, least)
        satisfied = engine.share_satisfied(counts) if shown else 0
        found.append(Figures(definition, sum(counts.values()) if shown else 0, shown, satisfied, least))
    return tuple(found)


def ratings_dataset(scope: Scope) -> Dataset:
    """Return ratings as a dataset, for the machine that computes figures of it.

    Raises:
        Refused: for everybody else.
    """
    if scope.kind != "system":
        raise Refused("machine_only", "this is for the machine, which gives out what it computes")
    basis = digest({name: found.hash for name, found in policy.declarations("calendar").items()})
    return dataset(RATINGS, _rows, basis)


def _rows(after: int, up_to: int) -> Iterator[Row]:
    for places in chunks(ledger.places(after, up_to, subjects="case:"), _AT_ONCE):
        at = {place.leaf: place for place in places}
        acts = RatingAct.objects.filter(entry_hash__in=at).select_related("rating__case").order_by("pk")
        told = {one.entry_hash: one for one in acts}
        for leaf, place in at.items():
            if leaf in told:
                yield place.index, place.subject, _row(told[leaf])


def _row(last: RatingAct) -> dict[str, Any]:
    """Return what held of a rating after one of its acts, however much has happened since."""
    case, said = last.rating.case, declared.pinned(last.rating.case.declaration_hash).rating
    told = {one.what: one for one in RatingAct.objects.filter(rating=last.rating, pk__lte=last.pk).order_by("pk")}
    rated = told.get(RatingAct.What.CHANGED) or told[RatingAct.What.GIVEN]
    done, after = told.get(RatingAct.What.FOLLOWED_UP), told.get(RatingAct.What.AFTER)
    bad = engine.is_bad(rated.grade or 0)
    due = None
    if bad and said:
        due = engine.due(day_of(rated.happened_at), said.follow_up_working_days, declared.calendar()).on
    return {
        "number": case.number,
        "procedure": case.procedure,
        "body": case.body_id,
        "region": case.region or None,
        "channel": case.channel,
        "grade": rated.grade,
        "is_bad": bad,
        "rated_on": day_of(rated.happened_at),
        "follow_up_due_on": due,
        "followed_up_on": day_of(done.happened_at) if done else None,
        "grade_after": after.grade if after else None,
    }


def grade_titles() -> dict[int, Text]:
    """Return what the five grades are called."""
    return {
        5: Text(zh="非常满意", en="Very satisfied"),
        4: Text(zh="满意", en="Satisfied"),
        3: Text(zh="基本满意", en="Fairly satisfied"),
        2: Text(zh="不满意", en="Dissatisfied"),
        1: Text(zh="非常不满意", en="Very dissatisfied"),
    }
