"""Within which time a service is done: what the law gives, what was promised, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.legal_time import amount
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.items.engine import clocks_to_decision
from amur.web import tongues

__all__ = ["at_the_latest", "by_law", "clocks_to_decision", "longest_clock", "promise"]


def longest_clock(declaration: ProcedureDeclaration) -> Clock | None:
    """Return the clock that says when all is done: the longest one of those in which it is not the applicant's turn."""
    ours = (clock for clock in clocks_to_decision(declaration) if not _is_partys(declaration, clock))
    return max(ours, key=lambda clock: clock.rough_days, default=None)


def _is_partys(declaration: ProcedureDeclaration, clock: Clock) -> bool:
    return all(declaration.state(name).needs_applicant for name in clock.start)


def promise(declaration: ProcedureDeclaration) -> str:
    """Return within which time a service is done, in a few words."""
    clock = longest_clock(declaration)
    if clock is None:
        return ""
    if clock.promise_working_days:
        return _("Promised in %(days)s") % {"days": at_the_latest(clock)}
    return _("By law in %(days)s") % {"days": by_law(clock)}


def by_law(clock: Clock) -> str:
    """Return how long the law gives, in words."""
    return amount(clock.period.amount, clock.period.unit, tongues.here())


def at_the_latest(clock: Clock) -> str:
    """Return within which time it is done, in words: as promised, or else as the law gives it."""
    if clock.promise_working_days:
        return amount(clock.promise_working_days, "working_days", tongues.here())
    return by_law(clock)
