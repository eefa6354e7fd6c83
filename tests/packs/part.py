"""A part of the pack of the province, for tests that need one procedure of it and what it names."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from amur.base.acting import system
from amur.config.environment import ROOT
from amur.packs.reads import edition
from amur.people.models import Region
from amur.policy import acts as policy


def sync_part(needed: Mapping[str, Collection[str]], now: datetime) -> None:
    """Take in the pack without those carriers of these kinds that are not named; two regions are there."""
    items = [
        policy.Item(kind, name, body, f"{name}.{kind}.yaml")
        for (kind, name), body in edition(ROOT / "packs" / "heilongjiang").items()
        if name in needed.get(kind, {name})
    ]
    for code in ("230000", "230100"):
        Region.objects.create(code=code, titles={"zh": code, "en": code}, level="x")
    with transaction.atomic():
        policy.sync_release("heilongjiang", "1.0.0", items, by=system("sync"), now=now)
