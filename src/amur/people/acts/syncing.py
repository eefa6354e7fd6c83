"""Acts that take over what the pack declares: regions, roles and bodies. What was there is never deleted.

What a newer pack does not name any more has ended: cases and appointments of its time still refer to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

from django.db import transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import Invalid, Refused
from amur.ledger import acts as ledger
from amur.people import engine, reads
from amur.people.declarations import BodyDeclaration, RegionDeclaration, RoleDeclaration
from amur.people.models import Body, Region, Role

Row: TypeAlias = "Region | Role | Body"
R = TypeVar("R", Region, Role, Body)

_ADMINISTRATORS = (
    Text(zh="系统管理员", en="System administrator"),
    Text(zh="安全管理员", en="Security administrator"),
    Text(zh="审计管理员", en="Audit administrator"),
)


def sync_regions(
    declared: Iterable[RegionDeclaration], *, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> list[str]:
    """Make the regions those of the pack; return the codes that changed.

    Raises:
        Refused: if the actor is not the system administrator.
        Invalid: if a parent or a successor is not among the regions.
    """
    regions = list(declared)
    wanted = {
        region.code: {
            "titles": region.title.model_dump(),
            "level": region.level,
            "parent_id": region.parent,
            "valid_from": region.valid_from,
            "valid_to": region.valid_to,
            "successors": list(region.successors),
        }
        for region in regions
    }
    _known("parent", (region.parent for region in regions), wanted)
    _known("successor", (code for region in regions for code in region.successors), wanted)
    return _sync(Region, wanted, "regions.synced", by, now=now, key=key)


def sync_roles(declared: Iterable[RoleDeclaration], *, by: Actor, now: datetime, key: IdempotencyKey = "") -> list[str]:
    """Make the roles those of the pack and the three administrators; return the ids that changed.

    Raises:
        Refused: if the actor is not the system administrator.
    """
    built_in = [
        RoleDeclaration(id=name, title=title)
        for name, title in zip(engine.ADMINISTRATORS, _ADMINISTRATORS, strict=True)
    ]
    wanted = {
        role.id: {
            "titles": role.title.model_dump(),
            "summaries": role.summary.model_dump() if role.summary else {},
            "card": role.card.title.model_dump() if role.card else {},
            "oversees": role.oversees,
            "declared": True,
        }
        for role in (*built_in, *declared)
    }
    return _sync(Role, wanted, "roles.synced", by, now=now, key=key)


def sync_bodies(
    declared: Iterable[BodyDeclaration], *, by: Actor, now: datetime, key: IdempotencyKey = ""
) -> list[str]:
    """Make the bodies those of the pack; return the ids that changed. Regions are synced before.

    Raises:
        Refused: if the actor is not the system administrator.
        Invalid: if a parent, successor or region is unknown.
    """
    bodies = list(declared)
    wanted = {
        body.id: {
            "titles": body.title.model_dump(),
            "region_id": body.region,
            "parent_id": body.parent,
            "successor_id": body.successor,
            "valid_from": body.valid_from,
            "valid_to": body.valid_to,
            "roles": list(body.roles),
        }
        for body in bodies
    }
    _known("parent", (body.parent for body in bodies), wanted)
    _known("successor", (body.successor for body in bodies), wanted)
    _known("region", (body.region for body in bodies), set(Region.objects.values_list("code", flat=True)))
    return _sync(Body, wanted, "bodies.synced", by, now=now, key=key)


def _sync(
    model: type[R],
    wanted: Mapping[str, Mapping[str, Any]],
    kind: str,
    by: Actor,
    *,
    now: datetime,
    key: IdempotencyKey,
) -> list[str]:
    if not engine.may(by, engine.OPENS_ACCOUNTS):
        raise Refused("not_allowed", "only the system administrator syncs the pack", role=engine.OPENS_ACCOUNTS)
    with transaction.atomic():
        stored = {str(row.pk): row for row in model.objects.select_for_update()}
        desired = {**{name: _ended(row, now) for name, row in stored.items() if name not in wanted}, **wanted}
        changed = sorted(name for name, values in desired.items() if _differs(stored.get(name), values))
        model.objects.bulk_create([_applied(model(pk=name), desired[name]) for name in changed if name not in stored])
        for name in changed:
            if name in stored:
                _applied(stored[name], desired[name]).save()
        if changed:
            body: dict[str, Json] = {"changed": changed, "count": len(wanted), "key": key}
            ledger.record(subject="system", kind=kind, by=by, now=now, body=body)
    return changed


def _ended(row: Row, now: datetime) -> dict[str, Any]:
    """Return the values of a row that the pack does not name any more."""
    if isinstance(row, Role):
        return {"declared": False}
    yesterday = reads.day_of(now) - timedelta(days=1)
    return {"valid_to": min(getattr(row, "valid_to", None) or yesterday, yesterday)}


def _differs(row: Row | None, values: Mapping[str, Any]) -> bool:
    return row is None or any(getattr(row, name) != value for name, value in values.items())


def _applied(row: R, values: Mapping[str, Any]) -> R:
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _known(what: str, found: Iterable[str | None], known: Collection[str]) -> None:
    for name in found:
        if name is not None and name not in known:
            raise Invalid({what: ("unknown", f"found {what} {name!r}, which is not declared")})
