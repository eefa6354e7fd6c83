"""Within which time a service is done: what the law gives, what was promised, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from amur.base.legal_time import amount
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.web import tongues


def longest_clock(declaration: ProcedureDeclaration) -> Clock | None:
    """Return the clock that says when all is done: the one with the longest period."""
    return max(clocks_to_decision(declaration), key=lambda clock: clock.rough_days, default=None)


def clocks_to_decision(declaration: ProcedureDeclaration) -> list[Clock]:
    """Return the clocks that can run between submission and decision; what may follow a decision is another story."""
    reached, waiting = {declaration.initial}, [declaration.initial]
    while waiting:
        near = declaration.near(waiting.pop())
        for transition in declaration.transitions:
            if (
                near.intersection(transition.sources)
                and transition.outcome == "none"
                and transition.target not in reached
            ):
                reached.add(transition.target)
                waiting.append(transition.target)
    entered = {name for state in reached for name in declaration.near(state)}
    return [clock for clock in declaration.clocks if entered.intersection(clock.start)]


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
