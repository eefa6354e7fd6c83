"""This room's checks of a pack: what regions, roles and bodies refer to exists, and their days run forward.

Checks take parsed declarations and, for each file, a function that finds the line of a path in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from amur.base.faults import Fault
from amur.people import engine
from amur.people.declarations import (
    BodiesDeclaration,
    BodyDeclaration,
    RegionDeclaration,
    RegionsDeclaration,
    RolesDeclaration,
)

Path: TypeAlias = "tuple[str | int, ...]"
Locate: TypeAlias = Callable[[Path], tuple[str, int]]
Bodies: TypeAlias = Mapping[str, BodyDeclaration]

_MOST_CHOICES = 20


def check_regions(declaration: RegionsDeclaration, locate: Locate) -> list[Fault]:
    """Return all faults of the regions."""
    known = {region.code: region for region in declaration.regions}
    faults = list(_twice("regions", "code", [region.code for region in declaration.regions], locate))
    for place, region in enumerate(declaration.regions):
        at: Path = ("regions", place)
        faults += _reversed(region.valid_from, region.valid_to, at, "region.dates", locate)
        faults += _carried_on(region, known, at, locate)
        if region.parent is None:
            continue
        if region.parent not in known:
            faults.append(_unknown("region.parent", region.parent, known, locate((*at, "parent"))))
        elif not engine.is_within(region.code, region.parent) or region.code == region.parent:
            found = f"the code {region.code!r} does not lie in its parent {region.parent!r}"
            faults.append(
                Fault(*locate((*at, "code")), "region.code", found, "begin it as the code of its parent does")
            )
    return sorted(faults)


def _carried_on(
    region: RegionDeclaration, known: Mapping[str, RegionDeclaration], at: Path, locate: Locate
) -> Iterator[Fault]:
    for place, code in enumerate(region.successors):
        where, successor = locate((*at, "successors", place)), known.get(code)
        if successor is None:
            yield _unknown("region.successor", code, known, where)
        elif region.valid_to is None:
            found = f"{region.code!r} has a successor and no last day"
            yield Fault(*where, "region.successor", found, "add valid_to, its last day")
        elif successor.valid_to is not None and successor.valid_to <= region.valid_to:
            found = f"the successor {code!r} ends no later than {region.code!r} itself"
            yield Fault(*where, "region.successor", found, "name the region that carried on after it")


def check_roles(declaration: RolesDeclaration, locate: Locate) -> list[Fault]:
    """Return all faults of the roles."""
    return sorted(_twice("roles", "id", [role.id for role in declaration.roles], locate))


def check_bodies(
    declaration: BodiesDeclaration, roles: Collection[str], regions: Collection[str], locate: Locate
) -> list[Fault]:
    """Return all faults of the bodies, given the ids of the roles and the codes of the regions that are declared."""
    bodies = {body.id: body for body in declaration.bodies}
    known_roles = {*roles, *engine.ADMINISTRATORS}
    faults = list(_twice("bodies", "id", [body.id for body in declaration.bodies], locate))
    for place, body in enumerate(declaration.bodies):
        at: Path = ("bodies", place)
        faults += _reversed(body.valid_from, body.valid_to, at, "body.dates", locate)
        faults += _succession(body, bodies, at, locate)
        faults += _above(body, bodies, at, locate)
        if body.region is not None and body.region not in regions:
            faults.append(_unknown("body.region", body.region, regions, locate((*at, "region"))))
        faults += [
            _unknown("body.role", role, known_roles, locate((*at, "roles", number)))
            for number, role in enumerate(body.roles)
            if role not in known_roles
        ]
    return sorted(faults)


def _succession(body: BodyDeclaration, bodies: Bodies, at: Path, locate: Locate) -> Iterator[Fault]:
    if body.successor is None:
        return
    where, successor = (*at, "successor"), bodies.get(body.successor)
    if successor is None:
        yield _unknown("body.successor", body.successor, bodies, locate(where))
    elif body.valid_to is None:
        found = f"{body.id!r} has a successor and no last day"
        yield Fault(*locate(where), "body.successor", found, "add valid_to, its last day")
    elif successor.id == body.id or (successor.valid_to is not None and successor.valid_to <= body.valid_to):
        found = f"the successor {successor.id!r} ends no later than {body.id!r} itself"
        yield Fault(*locate(where), "body.successor", found, "name the body that carried on after it")


def _above(body: BodyDeclaration, bodies: Bodies, at: Path, locate: Locate) -> Iterator[Fault]:
    if body.parent is None:
        return
    where = (*at, "parent")
    if body.parent not in bodies:
        yield _unknown("body.parent", body.parent, bodies, locate(where))
        return
    passed, above = {body.id}, bodies.get(body.parent)
    while above is not None and above.id not in passed:
        passed.add(above.id)
        above = bodies.get(above.parent or "")
    if above is not None and above.id == body.id:
        yield Fault(*locate(where), "body.parent", f"{body.id!r} is above itself", "break the circle of parents")


def _twice(key: str, name: str, ids: Sequence[str], locate: Locate) -> Iterator[Fault]:
    seen: set[str] = set()
    for place, found in enumerate(ids):
        if found in seen:
            yield Fault(*locate((key, place, name)), f"{key}.twice", f"found {found!r} twice", "give each one once")
        seen.add(found)


def _reversed(start: date | None, end: date | None, at: Path, check: str, locate: Locate) -> Iterator[Fault]:
    if start is not None and end is not None and end < start:
        found = f"valid_to {end} lies before valid_from {start}"
        yield Fault(*locate((*at, "valid_to")), check, found, "exchange them")


def _unknown(check: str, name: str, known: Iterable[str], where: tuple[str, int]) -> Fault:
    """Return the fault of a name that is not declared; the check's last word says what it should be."""
    near = sorted(known)
    choices = ", ".join(near[:_MOST_CHOICES]) + (", …" if len(near) > _MOST_CHOICES else "")
    found = f"unknown {check.rpartition('.')[2]} {name!r}"
    return Fault(*where, check, found, f"choose from {choices}" if near else "declare it first")
