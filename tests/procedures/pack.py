"""Syncs the imaginary pack of ``samples`` into the database, as ``amur sync`` would."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from amur.base.acting import system
from amur.people.models import Region
from amur.policy import acts as policy
from amur.policy.models import PackRelease
from tests.procedures.samples import CALENDAR_BODY, COLOURS_BODY, KEEPER_BODY, LICENCE_BODY, LICENCES_BODY

ITEMS: dict[tuple[str, str], dict[str, Any]] = {
    ("procedure", "licence"): LICENCE_BODY,
    ("register", "licences"): LICENCES_BODY,
    ("codelist", "colours"): COLOURS_BODY,
    ("scheme", "keeper"): KEEPER_BODY,
    ("calendar", "calendar"): CALENDAR_BODY,
}
REGIONS = {
    "230000": ("省", "Province"),
    "230100": ("甲市", "First"),
    "230102": ("甲区", "Quarter"),
    "230200": ("乙市", "Second"),
}


def sync(
    now: datetime, changes: dict[tuple[str, str], dict[str, Any]] | None = None, version: str = "1.0.0"
) -> PackRelease:
    items = [
        policy.Item(kind, name, body, f"{name}.{kind}.yaml")
        for (kind, name), body in {**ITEMS, **(changes or {})}.items()
    ]
    with transaction.atomic():
        for code, (chinese, english) in REGIONS.items():
            Region.objects.update_or_create(code=code, defaults={"titles": {"zh": chinese, "en": english}, "level": 1})
        release, _ = policy.sync_release("lantern", version, items, by=system("sync"), now=now)
    return release
