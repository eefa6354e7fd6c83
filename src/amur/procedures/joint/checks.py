"""The checks of joint work: what it names exists, nobody asks itself, and whoever takes a case over works on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.joint.declarations import HandingOver, Part
from amur.registers.checks import Known, Locate, Path, fault

_Use = tuple[Path, str, str, Collection[str]]


def check_joint(
    definition: ProcedureDeclaration, known: Known, bodies: Collection[str], locate: Locate
) -> Iterator[Fault]:
    """Yield the faults of the joint work of a procedure."""
    joint = definition.joint
    if joint is None:
        return
    others = {*bodies} - {definition.body_id}
    uses: list[_Use] = []
    for place, part in enumerate(joint.parts):
        uses += _part(part, ("joint", "parts", place), {one.id for one in definition.fields}, known.roles, others)
    if joint.hand_over:
        at: Path = ("joint", "hand_over")
        uses += _hand_over(joint.hand_over, at, {one.id for one in definition.every_state}, known.roles, others)
        if joint.hand_over.role in known.roles and joint.hand_over.role not in definition.roles:
            found = f"{joint.hand_over.role!r} takes the case over and does nothing with it"
            yield Fault(*locate((*at, "role")), "joint.role", found, "name a role that works on the case")
    for path, what, name, choices in uses:
        if name not in choices:
            found = f"{name!r} is the body of the procedure itself" if name == definition.body_id else ""
            yield fault(locate, path, f"joint.{what}", found or f"unknown {what} {name!r}", choices)


def _part(
    part: Part, at: Path, fields: Collection[str], roles: Collection[str], others: Collection[str]
) -> Iterator[_Use]:
    yield (*at, "role"), "role", part.role, roles
    yield from (((*at, "by", n), "role", name, roles) for n, name in enumerate(part.by))
    yield from (((*at, "bodies", n), "body", name, others) for n, name in enumerate(part.bodies))
    yield from (((*at, "shares", n), "field", name, fields) for n, name in enumerate(part.shares))


def _hand_over(
    handing: HandingOver, at: Path, states: Collection[str], roles: Collection[str], others: Collection[str]
) -> Iterator[_Use]:
    yield (*at, "role"), "role", handing.role, roles
    yield from (((*at, "by", n), "role", name, roles) for n, name in enumerate(handing.by))
    yield from (((*at, "to", n), "body", name, others) for n, name in enumerate(handing.to))
    yield from (((*at, "states", n), "state", name, states) for n, name in enumerate(handing.states))
