"""What a case or a form under way is at a moment, for expressions about it: plain values of rows and of the pack."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.utils import timezone

from amur.base.canonical import Json
from amur.base.expressions import Context
from amur.base.legal_time import span
from amur.policy.declarations import ValueDeclaration
from amur.procedures import declared
from amur.procedures.conditions import Moment
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.facts import facts_of
from amur.procedures.fees import counting as fees
from amur.procedures.missing.keeping import still_to_bring
from amur.procedures.models import Case
from amur.procedures.onething.telling import told_of
from amur.procedures.opinions.counting import standings
from amur.procedures.supplements.items import asked_in_words
from amur.procedures.values import numbers, values_of
from amur.registers import lookups


def of_case(case: Case, definition: ProcedureDeclaration, today: date) -> Moment:
    """Return what a case is on a day; nothing is read that no expression asks for."""

    def dated() -> Mapping[str, int | Decimal]:
        return numbers(values_of(case, definition))

    return Moment(
        fields=definition.data_fields,
        form=case.data,
        today=today,
        facts=facts_of(case),
        state=case.state,
        where=here,
        value_types=value_types(definition),
        dated=dated,
        rounds=tuple(one.id for one in definition.opinions),
        said=lambda: standings(case, definition),
        charged=tuple(one.id for one in definition.fees),
        owed=lambda: fees.standings(case, definition, today),
    )


def of_form(definition: ProcedureDeclaration, data: Mapping[str, Json], today: date) -> Moment:
    """Return what a form under way is on a day."""
    return Moment(fields=definition.fields, form=data, today=today, where=here)


def here() -> Context:
    """Return the zone in which days begin and the calendar of working days."""
    return Context(timezone.get_default_timezone(), declared.calendar())


def value_types(definition: ProcedureDeclaration) -> dict[str, str]:
    """Return the types of the dated values that a procedure names, as far as the active pack declares them."""
    if not definition.values:
        return {}
    known = lookups.active(ValueDeclaration, "value")
    return {name: known[name].type for name in definition.values if name in known}


def words(case: Case, definition: ProcedureDeclaration, reason: str, language: str) -> dict[str, str]:
    """Return what the pack's texts about a case may name in braces, in a language."""
    return {
        "number": case.number,
        "subject": case.subject,
        "state": definition.state(case.state).title.say(language),
        "reason": reason,
        "due_on": span(case.due_on, case.due_on, language) if case.due_on else "",
        "items": asked_in_words(case, definition, language),
        "later": "\n".join(title.say(language) for title in still_to_bring(case, definition)),
        "cases": told_of(case, definition, language),
    }
