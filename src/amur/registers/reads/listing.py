"""Which records a list shows, and in which order: words, filters, a state, a day and an instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Value, When

from amur.base.acting import Scope
from amur.base.faults import Invalid
from amur.base.fields import FieldError
from amur.base.listing import MOST_COUNTED, bounds
from amur.people.reads import day_of
from amur.policy.models import Declaration
from amur.registers import dialect, filtering, lookups
from amur.registers.declarations import RegisterDeclaration, is_open
from amur.registers.models import Record, RecordVersion
from amur.registers.reads.scoping import reads_restricted

M = TypeVar("M", bound=Model)

_OF_OLD = {"no_longer_in_list", "no_record"}
"""What cannot be chosen any more can still be looked for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a list: filters, a state, and as of which day and instant.

    Filters go by field id: ``name`` asks for a value, ``name__from`` and ``name__to`` for a range.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    state: str = ""
    valid_on: date | None = None
    known_at: datetime | None = None

    @property
    def is_as_of(self) -> bool:
        """Say whether the list is that of another day or instant than now."""
        return self.valid_on is not None

    @property
    def narrows(self) -> bool:
        """Say whether more than words is asked for."""
        return bool(self.filters or self.state or self.is_as_of)


def wanted_of(
    filters: Mapping[str, str], *, state: str = "", valid_on: date | None = None, known_at: datetime | None = None
) -> Wanted:
    """Return what is asked of a list; an instant alone asks for its own day."""
    if valid_on is None and known_at is not None:
        valid_on = day_of(known_at)
    return Wanted({name: value for name, value in filters.items() if value}, state, valid_on, known_at)


def filters_for(scope: Scope, declaration: RegisterDeclaration) -> tuple[filtering.Filter, ...]:
    """Return the filters that a reader may use: only what they may read can be asked for."""
    found = filtering.filters_of(declaration)
    if reads_restricted(scope, declaration):
        return found
    return tuple(one for one in found if is_open(one.field))


def selected(scope: Scope, declaration: RegisterDeclaration, query: str, wanted: Wanted) -> QuerySet[Record]:
    """Return the records that a list shows; of another day, those that have the words today and the values then.

    Raises:
        Invalid: if a filter is none of this register's, or its value is none of its field's.
    """
    found = Record.objects.filter(dialect.of_register(declaration.id))
    for word in query.split():
        found = found.filter(search__icontains=word)
    if wanted.state and not wanted.is_as_of:
        found = found.filter(state=wanted.state)
    for one, operator, value in _conditions(scope, declaration, wanted):
        if wanted.is_as_of:
            # The values of that day are in the versions; ``conditions_then`` asks for them.
            continue
        found = found.filter(dialect.compares(one, operator, value))
        found = _readable_then(scope, declaration, one, found)
    return found


def selected_then(
    scope: Scope, declaration: RegisterDeclaration, held: QuerySet[RecordVersion], wanted: Wanted
) -> QuerySet[RecordVersion]:
    """Return those versions of another day that have the values and were in the state that are asked for."""
    if wanted.state:
        still = Q(state_until__isnull=True) | Q(state_until__gte=wanted.valid_on)
        held = held.filter(Q(still, state=wanted.state) | Q(returns_to=wanted.state, state_until__lt=wanted.valid_on))
    for one, operator, value in _conditions(scope, declaration, wanted):
        held = held.filter(dialect.compares(one, operator, value, kept=True))
        if hidden := _hidden_in(scope, declaration, one):
            held = held.exclude(declaration_hash__in=hidden)
    return held


def page_of(
    declaration: RegisterDeclaration, found: QuerySet[Record], query: str, page: int, wanted: Wanted
) -> tuple[list[UUID], int]:
    """Return the ids of the records on a page, in order, and how many there are.

    What a filter finds is taken from its index and sorted here, as long as it is not more than is counted at all. Asked
    for the newest that pass the filter, a database may rather read the whole register from the newest on.
    """
    if not wanted.filters:
        return list(ordered(found, query)[bounds(page)].values_list("pk", flat=True)), counted(found)
    some = list(chosen(declaration, found, wanted))
    if len(some) > MOST_COUNTED:
        return list(ordered(found, query)[bounds(page)].values_list("pk", flat=True)), len(some)
    exact = query.strip().lower()
    some.sort(key=lambda row: row[2])
    some.sort(key=lambda row: row[1], reverse=True)
    some.sort(key=lambda row: bool(exact) and row[2].lower() != exact)
    return [row[0] for row in some[bounds(page)]], len(some)


def chosen(
    declaration: RegisterDeclaration, found: QuerySet[Record], wanted: Wanted
) -> QuerySet[Record, tuple[UUID, datetime, str]]:
    """Return what is needed to sort the records that filters find, up to one more than is counted.

    They come in the order of the first filter's values, in which its index holds them.
    """
    name = next(iter(wanted.filters)).partition("__")[0]
    first = next(one for one in filtering.filters_of(declaration) if one.name == name)
    by_value = found.order_by(dialect.FilterValue("filters", first))
    return by_value.values_list("pk", "recorded_at", "key")[: MOST_COUNTED + 1]


def counted(found: QuerySet[M]) -> int:
    """Return how many rows there are, up to one more than is counted."""
    return found.order_by()[: MOST_COUNTED + 1].count()


def ordered(found: QuerySet[M], query: str, record: str = "") -> QuerySet[M]:
    """Return exact keys first, then the newest; ``record`` leads from the rows to their records."""
    newest = (f"-{record}recorded_at", f"{record}key")
    if not query.strip():
        return found.order_by(*newest)
    is_exact = When(Q(**{f"{record}key__iexact": query.strip()}), then=Value(0))
    return found.order_by(Case(is_exact, default=Value(1), output_field=IntegerField()), *newest)


def _conditions(
    scope: Scope, declaration: RegisterDeclaration, wanted: Wanted
) -> list[tuple[filtering.Filter, str, str | float]]:
    known = {one.name: one for one in filters_for(scope, declaration)}
    faults: dict[str, tuple[str, str]] = {}
    found = []
    for asked, raw in wanted.filters.items():
        name, _, end = asked.partition("__")
        one = known.get(name)
        if one is None or end not in ({"", "from", "to"} if one.is_range else {""}):
            names = ", ".join(sorted(known)) or "none"
            faults[asked] = ("unknown_filter", f"{declaration.id!r} is not filtered by {asked!r}; choose from {names}")
            continue
        try:
            value = one.field.parse(raw, lookups.lookups(date.max))
        except FieldError as error:
            if error.code not in _OF_OLD:
                faults[asked] = (error.code, str(error))
                continue
            value = raw.strip()
        if value is not None:
            operator = {"": "=", "from": ">=", "to": "<="}[end]
            found.append((one, operator, filtering.comparable(one, value)))
    if faults:
        raise Invalid(faults)
    return found


def _readable_then(
    scope: Scope, declaration: RegisterDeclaration, one: filtering.Filter, found: QuerySet[Record]
) -> QuerySet[Record]:
    """Leave out records whose version was written when the field was hidden: being found would tell its value."""
    hidden = _hidden_in(scope, declaration, one)
    if not hidden:
        return found
    telling = RecordVersion.objects.filter(
        record=OuterRef("pk"), number=OuterRef("present"), declaration_hash__in=hidden
    )
    return found.filter(~Exists(telling))


def _hidden_in(scope: Scope, declaration: RegisterDeclaration, one: filtering.Filter) -> frozenset[str]:
    return (
        frozenset() if reads_restricted(scope, declaration) else _hidden(declaration.id, one.name, _count(declaration))
    )


def _count(declaration: RegisterDeclaration) -> int:
    return Declaration.objects.filter(kind="register", declared_id=declaration.id).count()


@lru_cache(maxsize=256)
def _hidden(register_id: str, field_id: str, count: int) -> frozenset[str]:
    """Return the hashes of the declarations under which a field was not open; ``count`` says how many there are."""
    del count
    hashes = Declaration.objects.filter(kind="register", declared_id=register_id).values_list("hash", flat=True)
    hidden = set()
    for content_hash in hashes:
        own = lookups.by_hash(RegisterDeclaration, content_hash)
        if not any(field.id == field_id and is_open(field) for field in own.fields):
            hidden.add(content_hash)
    return frozenset(hidden)
