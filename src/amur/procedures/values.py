"""Dated values of a case: those that its procedure names, as they are in force on the day of reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal

from amur.base.canonical import Json
from amur.base.faults import NotFound, Refused
from amur.policy import reads as policy
from amur.policy.engine.values import DatedValue
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.models import Case


def reference_day(case: Case, definition: ProcedureDeclaration) -> date:
    """Return the day by which dated values are looked up; a case that was never accepted goes by its submission."""
    dates = facts_of(case).dates
    day = dates.get(definition.reference_date) or dates["submitted_on"]
    if day is None:
        raise ValueError("a case without a day of submission has no day of reference")
    return day


def values_of(case: Case, definition: ProcedureDeclaration) -> dict[str, DatedValue]:
    """Return the dated values that a procedure names, by id.

    Raises:
        Refused: if the pack does not say what one of them is on the day of reference.
    """
    if not definition.values:
        return {}
    on = reference_day(case, definition)
    try:
        return {name: policy.value(name, on) for name in definition.values}
    except NotFound as error:
        raise Refused(error.code, error.message, **error.details) from error


def numbers(found: Mapping[str, DatedValue]) -> dict[str, int | Decimal]:
    """Return dated values as expressions read them."""
    return {name: Decimal(one.value) if one.type == "decimal" else int(one.value) for name, one in found.items()}


def in_force_on(names: Iterable[str], on: date) -> dict[str, int | Decimal]:
    """Return the dated values of these ids that are in force on a day."""
    found: dict[str, DatedValue] = {}
    for name in names:
        with suppress(NotFound):
            found[name] = policy.value(name, on)
    return numbers(found)


def values_used(case: Case, definition: ProcedureDeclaration) -> list[Json]:
    """Return what a decision keeps of the values that it used."""
    return [value.as_json() for value in values_of(case, definition).values()]
