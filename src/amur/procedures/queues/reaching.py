"""Conditions of a queue in the terms of its indexes: what offices reach, what a view holds, what filters leave.

Where few cases fit they are *gathered*: all that is in reach is looked at in one index, by body, procedure and region.
Where many do they are *walked*: read in their order until a page is full. So neither costs more than what is in reach.
Regions are compared as ranges of codes, which an index can answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import cast

from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from amur.base.acting import Scope, region_prefix
from amur.base.legal_time import WorkCalendar
from amur.ledger.prepared import Slot
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case, CaseEvent
from amur.procedures.queues import engine
from amur.procedures.queues.asked import Asked, View
from amur.procedures.queues.dialect import Plain
from amur.procedures.seeing import kept_out

_SOON_INSTANT = timedelta(hours=24)
"""From so long before on, an instant asks for attention."""


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of a look at a queue, and up to which ranks cases of each procedure are nearly late.

    ``latest`` is the last rank that is near for anything.
    """

    rank: int
    instants: int
    near: Mapping[str, int]
    latest: int

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Return the procedures for which the same is near, in an order that the values of a look share."""
        by_rank: dict[int, list[str]] = {}
        for procedure, rank in sorted(self.near.items()):
            by_rank.setdefault(rank, []).append(procedure)
        return tuple(tuple(names) for names in by_rank.values())

    @property
    def values(self) -> tuple[int, ...]:
        """Return what stands in the slots of ``asked_later``."""
        return (self.rank, self.instants, self.latest, *(self.near[names[0]] for names in self.groups))

    def is_soon(self, procedure: str, rank: int) -> bool:
        """Say whether a case is not late yet and nearly so."""
        within = rank <= self.near.get(procedure, 0) and engine.is_day(rank)
        return self.rank <= rank and (rank <= self.instants or within)


def asked_later(groups: tuple[tuple[str, ...], ...], first: int) -> Now:
    """Return an instant that is only known when the question is asked, its values in slots from a place on."""
    slot = [cast("int", Slot(first + place, BigIntegerField())) for place in range(3 + len(groups))]
    near = {name: rank for names, rank in zip(groups, slot[3:], strict=True) for name in names}
    return Now(slot[0], slot[1], near, slot[2])


def now_of(at: datetime, procedures: Mapping[str, ProcedureDeclaration], calendar: WorkCalendar, zone: tzinfo) -> Now:
    """Return what a look at an instant compares with; how near is near, each procedure declares."""
    today = at.astimezone(zone).date()
    days = {one.urgent_within for one in procedures.values()}
    last = {n: engine.last_tick(engine.last_day_within(n, today, calendar), zone) for n in days}
    near = {name: last[one.urgent_within] for name, one in procedures.items()}
    instants = engine.tick(at + _SOON_INSTANT)
    return Now(engine.tick(at), instants, near, max([instants, *near.values()]))


PLAIN = "plain_"
"""What a column is called where no index is to be entered by it."""
GATHERED = ("turn", "due_rank")
"""Columns that only decide where all that is in reach is gathered, region by region."""
WALKED = ("procedure", "region")
"""Columns that only decide where cases are read in their order."""


def plain(cases: QuerySet[Case], columns: Iterable[str]) -> QuerySet[Case]:
    """Return the same cases with columns under a second name, by which no index is entered."""
    return cases.alias(**{f"{PLAIN}{name}": Plain(name) for name in columns})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a reader's offices reach: procedures of a body in a region, given by what its codes begin with.

    No two parts of one reach have a case in common. ``region`` None is everywhere, and empty what lies in no region,
    which belongs to all who hold one. An empty body is every body.
    """

    body: str
    procedures: tuple[str, ...]
    region: str | None

    def condition(self, as_: str = "") -> Q:
        """Return the condition of its cases."""
        found = Q(**{f"{as_}procedure__in": self.procedures})
        if self.body:
            found &= Q(body_id=self.body)
        if self.region is None:
            return found
        return found & (in_region(self.region, as_) if self.region else Q(**{f"{as_}region": ""}))


def reach(scope: Scope, procedures: Mapping[str, ProcedureDeclaration], region: str = "") -> list[Part]:
    """Return what a reader's offices work on, in a region where one is asked for, as parts that are disjoint."""
    if scope.kind == "system":
        return [Part("", tuple(sorted(procedures)), region_prefix(region) or None)]
    held: dict[str, dict[str, set[str]]] = {}
    for grant in scope.grants if scope.kind == "office" else ():
        for name in [grant.procedure] if grant.procedure else procedures:
            if name in procedures and grant.role in procedures[name].roles:
                held.setdefault(grant.body_id, {}).setdefault(name, set()).add(region_prefix(grant.region))
    found = []
    for body, of_procedure in held.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for name, prefixes in of_procedure.items():
            alike.setdefault(_within(prefixes, region), []).append(name)
        for regions, names in alike.items():
            everywhere = regions == ("",)
            if not everywhere and not region:
                found.append(Part(body, tuple(sorted(names)), ""))
            found += [Part(body, tuple(sorted(names)), None if everywhere else one) for one in regions]
    return found


def _within(prefixes: set[str], region: str) -> tuple[str, ...]:
    """Return the regions of several that lie in none of the others, cut to the one that is asked for."""
    wanted = region_prefix(region)
    if region:
        longer = {max(one, wanted, key=len) for one in prefixes if one.startswith(wanted) or wanted.startswith(one)}
        prefixes = longer
    return tuple(sorted(one for one in prefixes if not any(one != two and one.startswith(two) for two in prefixes)))


def along(scope: Scope, parts: list[Part]) -> Q:
    """Return the condition of a reach for reading cases in their order; no part of it enters an index but the body."""
    found = Q(body_id__in=sorted({part.body for part in parts})) if all(part.body for part in parts) else Q()
    if len({part.body for part in parts}) == 1 and parts[0].body:
        found = Q(body_id=parts[0].body)
    return found & _any([part.condition(PLAIN) for part in parts]) & ~kept_out(scope)


def in_region(prefix: str, as_: str = "") -> Q:
    """Return the condition of regions whose codes begin so; digits order alike in every database and language."""
    if not (prefix.isascii() and prefix.isdecimal()):
        return Q(**{f"{as_}region__startswith": prefix}) if prefix else Q()
    after = str(int(prefix) + 1).zfill(len(prefix))
    found = Q(**{f"{as_}region__gte": prefix})
    return found & Q(**{f"{as_}region__lt": after}) if len(after) == len(prefix) else found


def _any(conditions: list[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found if all(conditions) else Q()


def of_view(view: View, now: Now, as_: str = "") -> Q:
    """Return the condition of what a view holds."""
    if view in {"open", "waiting"}:
        return Q(**{f"{as_}turn": "office" if view == "open" else "applicant"})
    if view == "closed":
        return Q(**{f"{as_}turn": "closed"}) if as_ else Q(closed_at__isnull=False)
    if view == "late":
        return Q(**{f"{as_}due_rank__lt": now.rank})
    return near(now, as_) if view == "urgent" else Q()


def near(now: Now, as_: str = "") -> Q:
    """Return the condition of what is late or nearly so: days by what each procedure declares, instants by hours."""
    name = f"{as_}due_rank"
    by_rank: dict[int, list[str]] = {}
    for procedure, rank in now.near.items():
        by_rank.setdefault(rank, []).append(procedure)
    named = [Q(**{f"{name}__lte": rank, "procedure__in": sorted(names)}) for rank, names in by_rank.items()]
    days = _any(named) if len(named) > 1 else Q(*(Q(**{f"{name}__lte": rank}) for rank in by_rank))
    # The ranks of days are odd and those of instants even; see engine.due_rank.
    is_day = Q(GreaterThan(F("due_rank") % Value(2), Value(0)))
    return Q(**{f"{name}__lte": now.latest}) & (days & is_day | Q(**{f"{name}__lte": now.instants}))


def narrowed(asked: Asked, scope: Scope, now: Now, zone: tzinfo, as_: str = "") -> Q:
    """Return the condition of what the filters and the search leave, beside procedure and region (see ``reached``)."""
    found = Q()
    for name in ("state", "channel"):
        if value := getattr(asked, name):
            found &= Q(**{name: value})
    if asked.light:
        found &= _of_light(asked.light, now, as_)
    if asked.received_from:
        found &= Q(submitted_at__gte=datetime.combine(asked.received_from, time(), zone))
    if asked.received_to:
        found &= Q(submitted_at__lt=datetime.combine(asked.received_to + timedelta(days=1), time(), zone))
    if asked.mine:
        found &= Q(pk__in=CaseEvent.objects.filter(actor_id=scope.account_id).values("case"))
    for term in engine.terms_of(asked.query):
        found &= Q(GreaterThan(StrIndex(F("looked_for"), Value(term)), Value(0)))
    return found


def _of_light(light: str, now: Now, as_: str) -> Q:
    name = f"{as_}due_rank"
    if light == "late":
        return Q(**{f"{name}__lt": now.rank})
    if light == "soon":
        return Q(**{f"{name}__gte": now.rank}) & near(now, as_)
    if light == "later":
        return Q(**{f"{name}__gte": now.rank, f"{name}__lt": engine.NEVER}) & ~near(now, as_)
    return Q(**{name: engine.NEVER})


def after(place: engine.Place, *, by_end: bool, as_: str = "") -> Q:
    """Return the condition of what stands beyond a place; the first part of it is what an index is entered by."""
    way, other = ("lt", "gt") if place.before else ("gt", "lt")
    if by_end:
        later = Q(**{f"changed_at__{other}": place.at})
        tied = Q(**{"changed_at": place.at, f"number__{way}": place.number})
        return Q(**{f"changed_at__{other}e": place.at}) & (later | tied)
    rank = f"{as_}due_rank"
    tied = Q(**{f"submitted_at__{way}": place.at}) | Q(**{"submitted_at": place.at, f"number__{way}": place.number})
    beyond = Q(**{f"{rank}__{way}": place.rank}) | Q(**{rank: place.rank}) & tied
    return Q(**{f"{rank}__{way}e": place.rank}) & beyond
