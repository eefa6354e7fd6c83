"""Syncs the imaginary pack of ``samples`` into the database, as ``amur sync`` would."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from amur.base.acting import Actor, system
from amur.people.models import Region
from amur.policy import acts as policy
from amur.policy.models import PackRelease
from amur.procedures import acts
from amur.procedures.models import Draft
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
            Region.objects.update_or_create(
                code=code, defaults={"titles": {"zh": chinese, "en": english}, "level": "x"}
            )
        release, _ = policy.sync_release("lantern", version, items, by=system("sync"), now=now)
    return release


STRANGER = Actor("anonymous", client="portal")
PDF = b"%PDF-1.7\n" + b"x" * 3000 + b"\n%%EOF\n"
FORM = {
    "name": "移动灯一号",
    "colour": "red",
    "region": "230102",
    "lit_on": "2026-4-1",
    "watts": "１２",
    "number": "123",
    "email": "keeper@example.org",
    "indoors": "yes",
}


def fill(
    now: datetime,
    *,
    by: Actor = STRANGER,
    account_id: str = "",
    plan: bytes = PDF,
    authorisation_id: str = "",
    channel: str = "portal",
    **changes: str,
) -> Draft:
    """Open a draft and fill every page of it, as the portal does."""
    form = FORM | changes
    how = {"account_id": account_id, "authorisation_id": authorisation_id, "channel": channel}
    draft = acts.open_draft("licence", by=by, now=now, **how)
    for step in ("lantern", "keeper"):
        draft = acts.save_step(draft.id, step, form, version=draft.version, by=by, now=now)
    acts.attach(draft.id, "plan", [plan], "方案.pdf", by=by, now=now)
    draft.refresh_from_db()
    return draft
