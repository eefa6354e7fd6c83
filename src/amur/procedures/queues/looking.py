"""The statements by which a reader looks at a queue: made once for a reader and what they ask for, then only run.

What the instant of the look and the end of the page before decide stands in slots; to make such a statement costs
more than the database takes to answer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, CharField, DateTimeField, Q, QuerySet

from amur.base.acting import Scope
from amur.base.listing import MOST_COUNTED
from amur.ledger.prepared import Slot, Statement, statement
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.queues import dialect, reaching
from amur.procedures.queues.asked import Asked, View
from amur.procedures.queues.engine import Place
from amur.procedures.queues.reaching import Now
from amur.procedures.seeing import kept_out

COLUMNS = (
    "id",
    "number",
    "subject",
    "procedure",
    "declaration_hash",
    "state",
    "version",
    "region",
    "submitted_at",
    "changed_at",
    "due_on",
    "due_at",
    "due_rank",
    "due_provisional",
    "closed_at",
)
"""What a row of a page has, in the order of its values."""
_PLAIN = reaching.PLAIN
_NEAR: tuple[View, ...] = ("urgent", "late")
_TURNS = ("office", "applicant", "nobody", "closed")
_BY_DUE = ("due_rank", "submitted_at", "number")
_BY_END = ("-changed_at", "number")
_PLACE: Any = Slot(0, BigIntegerField()), Slot(1, DateTimeField()), Slot(2, CharField())
"""Where a page before ended; the values of the instant stand after it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a queue: of which release, whose, at what. ``groups`` are the procedures that are near alike."""

    release: str
    scope: Scope
    asked: Asked
    groups: tuple[tuple[str, ...], ...]
    zone: tzinfo
    procedures: Mapping[str, ProcedureDeclaration] = field(compare=False)  # what the release declares

    def counts(self, now: Now) -> tuple[dict[View, int], int]:
        """Return how many cases each view holds at an instant, and how many are asked for."""
        found = _counting(self).found(_given(now))
        counts: dict[View, int] = {
            "open": found["office"],
            "urgent": found["urgent"],
            "late": found["late"],
            "waiting": found["applicant"],
            "closed": found["closed"],
            "all": min(sum(found[name] for name in _TURNS), MOST_COUNTED + 1),  # whose turn it is parts all cases
        }
        return counts, found.get("wanted", counts[self.asked.view])

    def page(self, now: Now, place: Place | None, *, gathered: bool) -> list[tuple[Any, ...]]:
        """Return the rows of a page and one more: the first, or that on one side of a place."""
        beyond = "" if place is None else "before" if place.before else "after"
        made = _paging(self, beyond, "gathered" if gathered else "walked")
        return made.found(_given(now, place)) if made else []


def _given(now: Now, place: Place | None = None) -> tuple[Any, ...]:
    return (*((place.rank, place.at, place.number) if place else (None, None, None)), *now.values)


@lru_cache(maxsize=512)
def _counting(look: Look) -> dialect.Counting:
    return _Query(look, reaching.asked_later(look.groups, len(_PLACE))).counting()


@lru_cache(maxsize=512)
def _paging(look: Look, beyond: str, how: str) -> Statement[tuple[Any, ...]] | None:
    rank, at, number = _PLACE
    place = Place(rank, at, number, before=beyond == "before") if beyond else None
    query = _Query(look, reaching.asked_later(look.groups, len(_PLACE))).page(place, gathered=how == "gathered")
    try:
        return None if query is None else statement(query)
    except EmptyResultSet:
        return None


@dataclass(frozen=True, slots=True)
class _Query:
    """What a look asks the database, with slots for the instant."""

    look: Look
    now: Now

    def counting(self) -> dialect.Counting:
        """Return how to count each view, and what is asked for."""
        reach = reaching.reach(self.look.scope, self.look.procedures)
        parts: dict[str, QuerySet[Case, Any] | None] = {
            "turns": self._gathered(reach, Q(**{f"{_PLAIN}turn": dialect.ANY_TURN}))
        }
        for view in _NEAR:
            # These are few among all cases and stand together at the beginning of their order.
            parts[view] = self._along(reach, reaching.of_view(view, self.now))
        if self.look.asked.narrows:
            parts["wanted"] = self._wanted()
        return dialect.counting(parts, _TURNS)

    def page(self, place: Place | None, *, gathered: bool) -> QuerySet[Case, Any] | None:
        """Return the query for the rows of a page and one more; None where nothing can be found."""
        keys = self.keys(place, gathered=gathered)
        if keys is None:
            return None
        beyond = reaching.after(place, by_end=self._by_end) if place is not None else Q()
        rows = Case.objects.filter(beyond, pk__in=keys) if gathered else Case.objects.filter(pk__in=keys)
        return rows.order_by(*self._order(place)).values_list(*COLUMNS)[: self.look.asked.size + 1]

    def keys(self, place: Place | None, *, gathered: bool) -> QuerySet[Case, Any] | None:
        """Return the query for the keys of all that is wanted where that is little, or else of a page and one more."""
        if gathered:
            return self._wanted()
        # The order of an index is that of one body, so each body is walked for itself.
        bodies: dict[str, list[reaching.Part]] = {}
        for part in self._asked_reach():
            bodies.setdefault(part.body, []).append(part)
        walks = [walk for reach in bodies.values() if (walk := self._walk(reach, place)) is not None]
        if len(walks) < 2:  # noqa: PLR2004  # one walk needs nothing around it
            return next(iter(walks), None)
        ends = [Case.objects.filter(pk__in=walk).values("pk") for walk in walks]
        return ends[0].union(*ends[1:], all=True)

    def _walk(self, reach: list[reaching.Part], place: Place | None) -> QuerySet[Case, Any] | None:
        """Return the keys of a page and one more, read along the order of an index."""
        found = self._along(reach, reaching.of_view(self.look.asked.view, self.now))
        if found is None:
            return None
        found = found.filter(reaching.narrowed(self.look.asked, self.look.scope, self.now, self.look.zone))
        if place is not None:
            found = found.filter(reaching.after(place, by_end=self._by_end))
        return found.order_by(*self._order(place))[: self.look.asked.size + 1]

    @property
    def _by_end(self) -> bool:
        return self.look.asked.view == "closed"

    def _order(self, place: Place | None) -> tuple[str, ...]:
        order = _BY_END if self._by_end else _BY_DUE
        if place is None or not place.before:
            return order
        return tuple(name.removeprefix("-") if name[0] == "-" else f"-{name}" for name in order)

    def _wanted(self) -> QuerySet[Case, Any] | None:
        """Return the keys of all that is asked for, gathered from what is in reach."""
        view = reaching.of_view(self.look.asked.view, self.now, _PLAIN)
        narrowed = reaching.narrowed(self.look.asked, self.look.scope, self.now, self.look.zone, _PLAIN)
        return self._gathered(self._asked_reach(), view & narrowed)

    def _gathered(self, reach: list[reaching.Part], condition: Q) -> QuerySet[Case, Any] | None:
        """Return keys of what fulfils a condition, part by part, so that each is a range of the index."""
        cases = reaching.plain(Case.objects.all(), reaching.GATHERED)
        free = ~kept_out(self.look.scope)
        parts = [cases.filter(part.condition(), condition, free).values("pk") for part in reach]
        return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else next(iter(parts), None)

    def _along(self, reach: list[reaching.Part], condition: Q) -> QuerySet[Case, Any] | None:
        if not reach:
            return None
        cases = reaching.plain(Case.objects.all(), reaching.WALKED)
        return cases.filter(reaching.along(self.look.scope, reach), condition).values("pk")

    def _asked_reach(self) -> list[reaching.Part]:
        wanted = self.look.asked.procedure
        procedures = {name: one for name, one in self.look.procedures.items() if wanted in {"", name}}
        return reaching.reach(self.look.scope, procedures, self.look.asked.region)
