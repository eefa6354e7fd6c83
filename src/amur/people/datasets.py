"""Bodies and regions as datasets. Persons, accounts and enterprises are in none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amur.base.acting import Scope
from amur.base.canonical import Json
from amur.base.datasets import Dataset
from amur.people.declarations import BodiesDeclaration, RegionsDeclaration
from amur.people.shapes import BODIES, REGIONS
from amur.policy.datasets import released


def datasets(_: Scope) -> tuple[Dataset, ...]:
    """Return the datasets of this room; they are open to everybody."""
    return (released(REGIONS, "regions", _regions), released(BODIES, "bodies", _bodies))


def _regions(body: Mapping[str, Json]) -> Mapping[str, Mapping[str, Any]]:
    declared = RegionsDeclaration.model_validate(body)
    return {
        region.code: {
            "code": region.code,
            "level": region.level,
            "sort": region.sort,
            "parent": region.parent,
            "successors": " ".join(region.successors),
            "verified": declared.verified if region.verified is None else region.verified,
            "title_zh": region.title.zh,
            "title_en": region.title.en,
            "valid_from": region.valid_from,
            "valid_to": region.valid_to,
        }
        for region in declared.regions
    }


def _bodies(body: Mapping[str, Json]) -> Mapping[str, Mapping[str, Any]]:
    return {
        one.id: {
            "id": one.id,
            "region": one.region,
            "parent": one.parent,
            "successor": one.successor,
            "inferred": one.inferred,
            "title_zh": one.title.zh,
            "title_en": one.title.en,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
        }
        for one in BodiesDeclaration.model_validate(body).bodies
    }
