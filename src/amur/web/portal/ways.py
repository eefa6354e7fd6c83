"""What the page of a service tells of its costs and of shorter ways: one form for all, a promise, what comes later."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.utils.translation import pgettext

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.faults import NotFound
from amur.base.legal_time import amount
from amur.policy import reads as policy
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.fees.declarations import Fee
from amur.procedures.onething.declarations import Child
from amur.web.portal import forms

_VALUE = re.compile(r"value\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Part:
    """A service that one form opens with others: always or only where it is needed, at once or after others."""

    service: ProcedureDeclaration
    is_always: bool
    after: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """A fee before anybody asks for it: what it is computed with on a day, and how long there is to pay."""

    fee: Fee
    values: tuple[Mapping[str, Json], ...]
    per_day: str
    within: str


def ways(service: ProcedureDeclaration, on: date) -> dict[str, object]:
    """Return what a service costs, and by which ways it is shorter than it looks."""
    found: dict[str, object] = {"costs": [_cost(fee, on) for fee in service.fees]}
    if service.one_thing:
        found["parts"] = [_part(child) for child in service.one_thing.children]
    if rule := service.commitment:
        found |= {"promise": rule, "spared": _titles(service, rule.instead_of), "sooner": _length(service, rule.clock)}
    if later := service.may_be_missing:
        names = tuple(one.field for one in later.items)
        found |= {"later": later, "brought": _titles(service, names), "bring_within": _length(service, later.clock)}
    return found


def _part(child: Child) -> Part:
    before = tuple(procedures.service(name).title for name in child.after)
    return Part(procedures.service(child.procedure_id), not child.when, before)


def _cost(fee: Fee, on: date) -> Cost:
    rate = fee.surcharge.per_day if fee.surcharge else ""
    values = _values(fee.amount, on)
    period = fee.due.period
    daily = next((str(one["written"]) for one in _values(rate, on)), rate)
    return Cost(fee, values, daily, amount(period.amount, period.unit, forms.language()))


def _values(expression: str, on: date) -> tuple[Mapping[str, Json], ...]:
    """Return the dated values that an expression names, as they are on a day; one that lies in a gap is left out."""
    found = []
    for name in dict.fromkeys(_VALUE.findall(expression)):
        with suppress(NotFound):
            found.append(policy.value(name, on).as_json())
    return tuple(found)


def _titles(service: ProcedureDeclaration, names: tuple[str, ...]) -> str:
    said = [field.title.say(forms.language()) for field in service.fields if field.id in names]
    return pgettext("between names", ", ").join(said)


def _length(service: ProcedureDeclaration, clock: str) -> str:
    period = service.clock(clock).period
    return amount(period.amount, period.unit, forms.language())
