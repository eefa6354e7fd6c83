"""Plans of a study of siting as its result files tell them; pure, and without what computes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Reading = Callable[[str], bytes]
"""Gives the content of a result file by its name; raises ``NotFound`` where there is none."""
_FORMULA = ("'=", "'+", "'-", "'@")


@dataclass(frozen=True, slots=True)
class Site:
    """A site to build: what it costs, what is given for it, and how many households are within its reach."""

    id: str
    longitude: float
    latitude: float
    cost: Decimal
    charge: Decimal
    households: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A place and how a plan serves it: ``before``, by a ``site``, ``otherwise`` or not at all (``none``)."""

    id: str
    longitude: float
    latitude: float
    county: str
    households: Decimal
    served: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan: ``budget`` is what might be spent, None where the cheapest was asked for; ``gap`` a share of 1."""

    number: int
    budget: Decimal | None
    charge: Decimal
    cost: Decimal
    households: Decimal
    bound: Decimal
    gap: Decimal
    sites: int
    before: Decimal = Decimal(0)
    everybody: Decimal = Decimal(0)

    @property
    def newly(self) -> Decimal:
        """Return how many households are reached that were not before."""
        return self.households - self.before

    @property
    def each(self) -> Decimal | None:
        """Return the money for each of them; None where there is none.

        >>> plan = Plan(1, None, Decimal(900), Decimal(900), Decimal(40), Decimal(0), Decimal(0), 1, before=Decimal(10))
        >>> plan.each
        Decimal('30')
        """
        return self.charge / self.newly if self.newly > 0 else None

    @property
    def share(self) -> Decimal | None:
        """Return the share of all households that is reached; None where there is nobody."""
        return self.households / self.everybody if self.everybody > 0 else None

    @property
    def money(self) -> Decimal:
        """Return by what the plan is found on the frontier: its budget, or else what it takes."""
        return self.charge if self.budget is None else self.budget


def plans_of(reading: Reading) -> tuple[Plan, ...]:
    r"""Return the plans of a result, the cheapest first.

    >>> files = {"places.csv": b"id,households,served\r\nx,30,site\r\ny,20,none\r\n", "frontier.csv": (
    ...     b"plan,budget,sites,cost,charge,households,bound,gap\r\n1,60,1,80,50,30,31,0.03\r\n")}
    >>> (plan,) = plans_of(files.__getitem__)
    >>> plan.budget, plan.sites, plan.newly, plan.share
    (Decimal('60'), 1, Decimal('30'), Decimal('0.6'))
    """
    found = rows_of(reading("frontier.csv"))
    if not found:
        return ()
    there = rows_of(reading(file_name(1, len(found), "places.csv")))
    everybody = sum((number(row["households"]) for row in there), Decimal(0))
    before = sum((number(row["households"]) for row in there if row["served"] == "before"), Decimal(0))
    return tuple(
        Plan(
            number=place,
            budget=number(row["budget"]) if row["budget"] else None,
            charge=number(row["charge"]),
            cost=number(row["cost"]),
            households=number(row["households"]),
            bound=number(row["bound"]),
            gap=number(row["gap"]),
            sites=int(number(row["sites"])),
            before=before,
            everybody=everybody,
        )
        for place, row in enumerate(found, start=1)
    )


def file_name(place: int, count: int, name: str) -> str:
    """Return what a file of a plan is called: numbered where there is more than one plan.

    >>> file_name(2, 3, "sites.csv"), file_name(1, 1, "sites.csv")
    ('2-sites.csv', 'sites.csv')
    """
    return f"{place}-{name}" if count > 1 else name


def sites_of(content: bytes) -> list[Site]:
    """Return the sites of a plan, the one that reaches most first."""
    found = [
        Site(
            row["id"],
            float(row["longitude"]),
            float(row["latitude"]),
            *(number(row[name]) for name in ("cost", "charge", "households")),
        )
        for row in rows_of(content)
    ]
    return sorted(found, key=lambda site: (-site.households, site.id))


def places_of(content: bytes) -> list[Place]:
    """Return the places of a plan, as they stand in the file."""
    return [
        Place(
            row["id"],
            float(row["longitude"]),
            float(row["latitude"]),
            row["county"],
            number(row["households"]),
            row["served"],
        )
        for row in rows_of(content)
    ]


def rows_of(content: bytes) -> list[dict[str, str]]:
    r"""Return the rows of a table as our own files write them; an apostrophe before a formula is taken off again.

    >>> rows_of(b"id,n\r\n'=a,2\r\n")
    [{'id': '=a', 'n': '2'}]
    """
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return [{name: _plain(value or "") for name, value in row.items() if name} for row in rows]


def number(said: str) -> Decimal:
    """Return a number of a table exactly; what is no number is none.

    >>> number("2.50"), number("")
    (Decimal('2.50'), Decimal('0'))
    """
    try:
        return Decimal(said)
    except InvalidOperation:
        return Decimal(0)


def differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> frozenset[str]:
    """Return the names under which two runs were given different values, or only one of them any.

    >>> sorted(differing({"share": 1, "rate": 0}, {"share": 2, "rate": 0, "gap": 1}))
    ['gap', 'share']
    """
    return frozenset(name for name in {*one, *other} if one.get(name) != other.get(name))


@dataclass(frozen=True, slots=True)
class Sorted:
    """The sites of two plans: those in both, and those in one alone."""

    only_first: tuple[Site, ...]
    only_second: tuple[Site, ...]
    both: tuple[Site, ...]


def side_by_side(first: Iterable[Site], second: Iterable[Site]) -> Sorted:
    """Sort the sites of two plans by where they are; a site is the same where its id is.

    >>> site = lambda name: Site(name, 0.0, 0.0, Decimal(0), Decimal(0), Decimal(0))
    >>> found = side_by_side([site("a"), site("b")], [site("b"), site("c")])
    >>> [[one.id for one in part] for part in (found.only_first, found.only_second, found.both)]
    [['a'], ['c'], ['b']]
    """
    ours, theirs = tuple(first), tuple(second)
    in_ours, in_theirs = {site.id for site in ours}, {site.id for site in theirs}
    return Sorted(
        tuple(site for site in ours if site.id not in in_theirs),
        tuple(site for site in theirs if site.id not in in_ours),
        tuple(site for site in ours if site.id in in_theirs),
    )


def _plain(value: str) -> str:
    return value[1:] if value.startswith(_FORMULA) else value
