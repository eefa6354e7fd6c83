"""Making a clock longer from the desk: which clocks this person may extend, what the form says, and the act itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amur.base.acting import Scope
from amur.base.declared import Basis, Text
from amur.base.faults import Invalid
from amur.base.legal_time import amount
from amur.procedures import acts
from amur.procedures.clocks import why_not_extend
from amur.procedures.facts import facts_of
from amur.procedures.reads import CaseView
from amur.web.desk.choices import reason_fault
from amur.web.desk.offices import holds_for, office_for
from amur.web.portal.forms import Faults
from amur.web.requests import AmurRequest

_LONGEST_AMOUNT = 6


@dataclass(frozen=True, slots=True)
class Extendable:
    """A clock that this person may extend now, with what was typed before and what is wrong with it."""

    clock: str
    title: Text
    most: str
    basis: tuple[Basis, ...]
    amount: str
    reason: str
    amount_fault: str
    reason_fault: str


def extendable(
    case: CaseView, scope: Scope, *, clock: str, typed: str, reason: str, faults: Faults
) -> list[Extendable]:
    """Return the clocks that may still be extended, by this person; once extended, or run out, none can be."""
    return [
        Extendable(
            clock=view.clock.id,
            title=view.clock.title,
            most=amount(view.clock.extension.at_most, view.clock.period.unit, get_language() or "zh-hans"),
            basis=view.clock.extension.basis,
            amount=typed if view.clock.id == clock else str(view.clock.extension.at_most),
            reason=reason if view.clock.id == clock else "",
            amount_fault=_amount_fault(faults) if view.clock.id == clock else "",
            reason_fault=reason_fault(faults) if view.clock.id == clock else "",
        )
        for view in case.clocks
        if view.clock.extension is not None
        and view.run.ended_on is None
        and view.run.extension is None
        and view.left >= 0
        and why_not_extend(view.clock, scope, facts_of(case.case)) is None
    ]


def summary(offered: list[Extendable]) -> list[tuple[str, str]]:
    """Return what is wrong, each with the place in the form that it leads to."""
    found = []
    for one in offered:
        found += [(f"extend-amount-{one.clock}", one.amount_fault)] if one.amount_fault else []
        found += [(f"extend-reason-{one.clock}", one.reason_fault)] if one.reason_fault else []
    return found


def extend(request: AmurRequest, case: CaseView, clock: str, typed: str, *, seen: int, key: str, reason: str) -> Text:
    """Make a clock longer and return its title.

    Raises:
        Invalid: if the amount is no number, or the reason is missing or wrong.
        Refused, Conflict, NotFound: as the act.
    """
    found = next((view.clock for view in case.clocks if view.clock.id == clock), None)
    if found is None or not (typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_AMOUNT):
        raise Invalid({"amount": ("not_a_number", "found no whole number; write one")})
    if found.extension and not 1 <= int(typed) <= found.extension.at_most:
        raise Invalid({"amount": ("not_in_range", f"write a number from 1 to {found.extension.at_most}")})
    scope = request.scope
    roles = found.extension.by if found.extension else ()
    role = next((one for one in roles if holds_for(scope, case, one)), "")
    acts.extend_clock(
        case.id,
        clock,
        int(typed),
        by=office_for(request, case, role),
        scope=scope,
        now=request.now,
        expected_version=seen,
        key=key,
        reason=reason,
    )
    return found.title


def _amount_fault(faults: Faults) -> str:
    return _("Write a whole number within the limit.") if "amount" in faults else ""
