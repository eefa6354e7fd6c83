"""Who may act, computed from plain values: scopes, offices that exclude each other, the succession of bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from amur.base.acting import PUBLIC, Actor, Grant, Scope, region_prefix
from amur.base.faults import Refused

ADMINISTRATORS = ("system_administrator", "security_administrator", "audit_administrator")
"""The three administrators: one runs the system, one gives rights, one watches both. No account is two of them."""

OPENS_ACCOUNTS, GIVES_RIGHTS, _ = ADMINISTRATORS


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment: a role in a body, for a region of it or (empty) for all, from a first to a last day."""

    role: str
    body_id: str
    region: str = ""
    valid_from: date = date.min
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Lent:
    """An office of somebody else that an account holds for a while, by delegation or as the deputy.

    ``procedure`` limits it to the cases of one. A deputy holds it only on the days of a leave of its holder; ``leaves``
    are first and last days.
    """

    office: Held
    holder: str
    procedure: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    is_deputy: bool = False
    leaves: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Carding:
    """Which roles let nobody act without a card, and the first and last days of the cards an account has, by role."""

    needed: frozenset[str] = frozenset()
    cards: Mapping[str, tuple[tuple[date, date], ...]] = field(default_factory=dict)

    def bars(self, role: str, on: date) -> str:
        """Return why a role lets nobody act on a day: ``no_card``, ``card_expired``, or nothing.

        >>> carding = Carding(frozenset({"inspector"}), {"inspector": ((date(2026, 1, 1), date(2026, 12, 31)),)})
        >>> [carding.bars("inspector", date(year, 3, 1)) for year in (2025, 2026, 2027)]
        ['no_card', '', 'card_expired']
        >>> carding.bars("handler", date.max)
        ''
        """
        if role not in self.needed:
            return ""
        periods = self.cards.get(role, ())
        if any(first <= on <= last for first, last in periods):
            return ""
        return "card_expired" if any(last < on for _, last in periods) else "no_card"


def is_lent(lent: Lent, on: date) -> bool:
    """Say whether a lent office is held on a day; an administrator's is never lent.

    >>> office = Held("handler", "b", "", date(2026, 1, 1))
    >>> is_lent(Lent(office, "a", valid_to=date(2026, 1, 31)), date(2026, 2, 1))
    False
    >>> deputy = Lent(office, "a", is_deputy=True, leaves=((date(2026, 3, 2), date(2026, 3, 6)),))
    >>> [is_lent(deputy, date(2026, 3, day)) for day in (1, 2, 6, 7)]
    [False, True, True, False]
    >>> is_lent(Lent(Held("audit_administrator", "b", "", date(2026, 1, 1)), "a"), date(2026, 2, 1))
    False
    """
    if lent.office.role in ADMINISTRATORS:
        return False
    runs = is_in_force(lent.valid_from, lent.valid_to, on) and is_in_force(
        lent.office.valid_from, lent.office.valid_to, on
    )
    return runs and (not lent.is_deputy or any(first <= on <= last for first, last in lent.leaves))


@dataclass(frozen=True, slots=True)
class BodyLife:
    """A body with its first and last day, its region, and who carries on after it."""

    id: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""


def is_in_force(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Say whether a day lies between a first and a last day, both included; None is without end.

    >>> is_in_force(date(2026, 1, 1), date(2026, 1, 31), date(2026, 1, 31))
    True
    >>> is_in_force(date(2026, 1, 1), None, date(2025, 12, 31))
    False
    """
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def overlap(one: Held, other: Held) -> bool:
    """Say whether two appointments have a day in common.

    >>> january = Held("handler", "b", "", date(2026, 1, 1), date(2026, 1, 31))
    >>> [overlap(january, Held("decider", "b", "", date(2026, *day))) for day in ((1, 31), (2, 1))]
    [True, False]
    """
    starts = max(one.valid_from, other.valid_from)
    return is_in_force(None, one.valid_to, starts) and is_in_force(None, other.valid_to, starts)


def conflicts(held: Iterable[Held], fresh: Held) -> tuple[Held, ...]:
    """Return the appointments of an account that a new one cannot stand beside.

    The three administrators exclude each other; one may be followed by another when it has ended.

    >>> conflicts([Held("audit_administrator", "b")], Held("system_administrator", "b"))
    (Held(role='audit_administrator', body_id='b', region='', valid_from=datetime.date(1, 1, 1), valid_to=None),)
    >>> conflicts([Held("handler", "b")], Held("system_administrator", "b"))
    ()
    """
    if fresh.role not in ADMINISTRATORS:
        return ()
    return tuple(one for one in held if one.role in ADMINISTRATORS and one.role != fresh.role and overlap(one, fresh))


def is_within(region: str, of_body: str) -> bool:
    """Say whether a region lies in the one a body answers for; an empty one of a body is everywhere.

    >>> is_within("230102", "230100"), is_within("230200", "230100"), is_within("230200", "")
    (True, False, True)
    """
    return region.startswith(region_prefix(of_body))


def body_on(bodies: Mapping[str, BodyLife], body_id: str, on: date) -> BodyLife | None:
    """Return the body that answers on a day for one that was named: itself, or whoever has succeeded it.

    None where the name is unknown, or the line ends without a successor or runs in a circle.

    >>> old = BodyLife("information_office", valid_to=date(2018, 10, 31), successor="communications_bureau")
    >>> bodies = {old.id: old, "communications_bureau": BodyLife("communications_bureau")}
    >>> body_on(bodies, "information_office", date(2017, 9, 1)).id
    'information_office'
    >>> body_on(bodies, "information_office", date(2026, 3, 10)).id
    'communications_bureau'
    """
    passed: set[str] = set()
    body = bodies.get(body_id)
    while body is not None and not is_in_force(None, body.valid_to, on):
        passed.add(body.id)
        body = None if body.successor in passed else bodies.get(body.successor)
    return body


@dataclass(frozen=True, slots=True)
class RegionLife:
    """A region with its first and last day, and those that carry on after it: more than one where it was divided."""

    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()


def carried_on(regions: Mapping[str, RegionLife], code: str, on: date) -> tuple[str, ...]:
    """Return the regions that stand on a day for one that was named: itself until it has ended, then its successors.

    Empty where the code is unknown, or the line ends without a successor or runs in a circle.

    >>> ended = RegionLife(valid_to=date(2019, 6, 30), successors=("230717", "230718"))
    >>> regions = {"230702": ended, "230717": RegionLife(), "230718": RegionLife()}
    >>> carried_on(regions, "230702", date(2019, 6, 30)), carried_on(regions, "230702", date(2019, 7, 1))
    (('230702',), ('230717', '230718'))
    >>> carried_on({"a": RegionLife(valid_to=date(2019, 6, 30), successors=("a",))}, "a", date(2026, 1, 1))
    ()
    """
    passed: set[str] = set()
    standing: list[str] = []
    waiting = [code]
    while waiting:
        name = waiting.pop(0)
        region = None if name in passed else regions.get(name)
        passed.add(name)
        if region is not None and is_in_force(None, region.valid_to, on):
            standing.append(name)
        elif region is not None:
            waiting += region.successors
    return tuple(standing)


def gone(regions: Mapping[str, RegionLife], on: date) -> dict[str, tuple[str, ...]]:
    """Return the regions that are not in force on a day, each with those that stand for it.

    >>> gone({"a": RegionLife(valid_from=date(2019, 7, 1)), "b": RegionLife()}, date(2019, 6, 30))
    {'a': ()}
    """
    return {
        code: tuple(one for one in carried_on(regions, code, on) if one != code)
        for code, life in regions.items()
        if not is_in_force(life.valid_from, life.valid_to, on)
    }


def scope_for(
    account_id: str,
    held: Iterable[Held],
    enterprises: Iterable[str],
    bodies: Mapping[str, BodyLife],
    on: date,
    *,
    lent: Iterable[Lent] = (),
    carding: Carding = Carding(),
) -> Scope:
    """Return what an account may see on a day: its own, its enterprises', and what its offices reach.

    An office in a body that was succeeded is held in the successor; where there is none, it has lapsed. What is lent
    is held by colleagues only: by who has an office of their own in that body. They need a card of their own.

    >>> bodies = {"bureau": BodyLife("bureau", region="230000")}
    >>> scope_for("a", [Held("handler", "bureau", "230100")], ["e"], bodies, date(2026, 3, 10)).grants
    (Grant(role='handler', body_id='bureau', region='230100', procedure='', holder='', barred=''),)
    >>> scope_for("a", [], ["e"], bodies, date(2026, 3, 10)).kind
    'party'
    >>> scope_for("", [], [], bodies, date(2026, 3, 10)).kind
    'public'
    """
    if not account_id:
        return PUBLIC
    grants = []
    for one in held:
        body = body_on(bodies, one.body_id, on)
        if body is not None and is_in_force(one.valid_from, one.valid_to, on):
            region = one.region or body.region
            grants.append(Grant(one.role, body.id, region, barred=carding.bars(one.role, on)))
    own = {grant.body_id for grant in grants}
    for loan in lent:
        office, body = loan.office, body_on(bodies, loan.office.body_id, on)
        if body is not None and body.id in own and is_lent(loan, on):
            region, barred = office.region or body.region, carding.bars(office.role, on)
            grants.append(Grant(office.role, body.id, region, loan.procedure, loan.holder, barred))
    ordered = tuple(sorted(set(grants), key=_order))
    return Scope("office" if ordered else "party", account_id, frozenset(enterprises), ordered)


def _order(grant: Grant) -> tuple[str, ...]:
    return (grant.role, grant.body_id, grant.region, grant.holder, grant.procedure)


def grant_of(scope: Scope, role: str, body_id: str = "", procedure: str = "") -> Grant | None:
    """Return the grant by which a role is exercised, in a body if one is named, one's own office before another's.

    >>> scope = Scope("office", "a", grants=(Grant("handler", "bureau"),))
    >>> grant_of(scope, "handler").body_id, grant_of(scope, "decider"), grant_of(scope, "handler", "office")
    ('bureau', None, None)
    """
    return next(iter(scope.grants_of(role, body_id=body_id, procedure=procedure)), None)


def why_barred(grant: Grant) -> Refused | None:
    """Return why nobody acts by a grant though it lets them read, or None.

    >>> why_barred(Grant("inspector", "b", barred="card_expired")).code, why_barred(Grant("inspector", "b"))
    ('card_expired', None)
    """
    if not grant.barred:
        return None
    lacking = "has expired" if grant.barred == "card_expired" else "is not entered"
    said = f"the card that {grant.role} needs {lacking}; the security administrator enters it"
    return Refused(grant.barred, said, role=grant.role)


def may(by: Actor, role: str) -> bool:
    """Say whether an actor acts in a role; the machine's own commands may, since whoever runs them owns the machine.

    >>> may(Actor("a", role="system_administrator"), "system_administrator"), may(Actor("system:cli"), "handler")
    (True, True)
    >>> may(Actor("a", role="handler"), "system_administrator")
    False
    """
    return by.role == role or is_machine(by)


def is_machine(by: Actor) -> bool:
    """Say whether an actor is the machine itself: its workers, its command line.

    >>> is_machine(Actor("system:cli")), is_machine(Actor("a"))
    (True, False)
    """
    return by.actor_id.startswith("system:")
