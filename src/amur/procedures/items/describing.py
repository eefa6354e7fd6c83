"""A procedure as a row of the dataset of services: what it asks of a party, by its declaration alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amur.base.canonical import Json
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.items import engine


def described(body: Mapping[str, Json]) -> Mapping[str, Mapping[str, Any]]:
    """Return the row of a procedure, by its id; a procedure that nobody applies for has none."""
    definition = ProcedureDeclaration.model_validate(body)
    if definition.opened_only:
        return {}
    clock = engine.limit(definition)
    return {
        definition.id: {
            "id": definition.id,
            "title_zh": definition.title.zh,
            "title_en": definition.title.en,
            "body": definition.body_id,
            "item": definition.item.key if definition.item else None,
            "steps": engine.steps(definition),
            "documents": sum(one.required for one in engine.papers(definition)),
            "visits": definition.item.visits if definition.item else None,
            "limit_clock": clock.id if clock else None,
            "legal": clock.period.amount if clock else None,
            "legal_unit": clock.period.unit if clock else None,
            "promised_working_days": clock.promise_working_days if clock else None,
        }
    }
