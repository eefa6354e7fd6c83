"""The page of a service: what it is, what it needs, what happens then, on which basis."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldError
from amur.base.legal_time import amount
from amur.policy.declarations import CommitmentDeclaration, PolicyDeclaration
from amur.procedures import reads as procedures
from amur.procedures.clocks import Clock
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effects import WriteRecord
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active, lookups
from amur.web.portal import forms
from amur.web.portal.authorisations import parties_for
from amur.web.portal.ways import ways
from amur.web.requests import AmurRequest
from amur.web.threads import Knot


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the few things to know before starting."""

    title: str
    value: str
    note: str = ""


@require_safe
def service(request: AmurRequest, service: str) -> HttpResponse:
    """Show a service."""
    declaration = procedures.service(service)
    values = {
        "service": declaration,
        "facts": facts(declaration),
        "steps": steps_ahead(declaration),
        "ways": ways(declaration, localdate(request.now)),
        "commitments": _commitments(declaration),
        "registers": registers_of(declaration),
        "parties": parties_for(request.scope, service),
        "related": [other for other in procedures.services() if _is_related(other, declaration)],
    }
    return render(request, "portal/service.html", values)


@require_safe
def sample(request: AmurRequest, service: str) -> HttpResponse:
    """Show a form that is filled in well, page by page, to read and not to change."""
    declaration = procedures.service(service)
    if not declaration.sample:
        raise NotFound("no_sample", "this service gives no sample")
    found = lookups(localdate(request.now))
    values: dict[str, Json] = {}
    for field in declaration.fields:
        with suppress(FieldError):
            value = field.parse(declaration.sample.get(field.id, ""), found)
            values |= {field.id: value} if value is not None else {}
    asks = {page: tuple(one for one in page.fields if one.type != "file") for page in declaration.pages}
    pages = tuple(page.model_copy(update={"fields": fields}) for page, fields in asks.items())
    cards = forms.cards(declaration.model_copy(update={"pages": pages}), values, found, {})
    return render(request, "portal/sample.html", {"service": declaration, "cards": cards})


def facts(declaration: ProcedureDeclaration) -> list[Fact]:
    """Return time, fee and how long the form takes."""
    said = get_language() or "zh-hans"
    minutes = ngettext("%(count)s minute", "%(count)s minutes", declaration.minutes) % {"count": declaration.minutes}
    found = [Fact(_("Fee"), declaration.fee.say(said))]
    if not declaration.opened_only:
        found.append(Fact(_("To fill in"), minutes))
    clock = longest_clock(declaration)
    if clock is None:
        return found
    note = _("by law %(days)s") % {"days": by_law(clock)} if clock.promise_working_days else ""
    return [Fact(_("Time"), at_the_latest(clock), note), *found]


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
    return amount(clock.period.amount, clock.period.unit, get_language() or "zh-hans")


def at_the_latest(clock: Clock) -> str:
    """Return within which time it is done, in words: as promised, or else as the law gives it."""
    if clock.promise_working_days:
        return amount(clock.promise_working_days, "working_days", get_language() or "zh-hans")
    return by_law(clock)


def steps_ahead(declaration: ProcedureDeclaration) -> list[Knot]:
    """Return what follows a submission, derived from the clocks and what makes them wait."""
    said = get_language() or "zh-hans"
    knots = []
    for clock in sorted(clocks_to_decision(declaration), key=lambda one: one.promised_days):
        waits = _("Within %(days)s. The time waits while it is your turn.")
        text = (waits if clock.pause else _("Within %(days)s.")) % {"days": at_the_latest(clock)}
        knots.append(Knot(clock.title.say(said), text))
    knots.append(Knot(_("Result"), declaration.result.say(said)))
    return knots


def _commitments(declaration: ProcedureDeclaration) -> list[CommitmentDeclaration]:
    known = {
        commitment.id: commitment
        for declared in active(PolicyDeclaration, "policy").values()
        for commitment in declared.commitments
    }
    return [known[name] for name in declaration.carries_out if name in known]


def registers_of(declaration: ProcedureDeclaration) -> list[RegisterDeclaration]:
    """Return the public registers that this service writes to."""
    named = {
        effect.register_id
        for transition in declaration.transitions
        for effect in transition.effects
        if isinstance(effect, WriteRecord)
    }
    return [register for register in registers.registers(PUBLIC) if register.id in named]


def _is_related(other: ProcedureDeclaration, one: ProcedureDeclaration) -> bool:
    return other.id != one.id and bool(set(other.carries_out) & set(one.carries_out))
