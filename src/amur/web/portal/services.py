"""The page of a service: what it is, what it needs, what happens then, on which basis."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from amur.base.acting import PUBLIC
from amur.base.canonical import Json
from amur.base.faults import NotFound
from amur.base.fields import FieldError
from amur.people import reads as people
from amur.policy.declarations import CommitmentDeclaration, PolicyDeclaration
from amur.procedures import reads as procedures
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.effects import WriteRecord
from amur.procedures.finders import reads as finders
from amur.procedures.finders.declarations import FinderDeclaration
from amur.procedures.items import reads as items
from amur.procedures.reads import LEAST, Figures
from amur.procedures.topics.reads import Group
from amur.registers import reads as registers
from amur.registers.declarations import RegisterDeclaration
from amur.registers.lookups import active, lookups
from amur.web import tongues
from amur.web.portal import forms, itemrows
from amur.web.portal.authorisations import parties_for
from amur.web.portal.measured import going
from amur.web.portal.systems import elsewhere
from amur.web.portal.times import at_the_latest, by_law, clocks_to_decision, longest_clock
from amur.web.portal.ways import ways
from amur.web.requests import AmurRequest
from amur.web.threads import Knot

_AUDIENCES = ("people", "enterprises")


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the few things to know before starting."""

    title: str
    value: str
    note: str = ""


@require_safe
def listed(request: AmurRequest) -> HttpResponse:
    """Show all services by what happened to whoever looks for one, or those of one topic, or for one audience."""
    groups = procedures.services_by_topic()
    known = {one.topic.id for one in groups if one.topic}
    topic, audience = request.GET.get("topic", ""), request.GET.get("for", "")
    topic = topic if topic in known else ""
    audience = audience if audience in _AUDIENCES else ""
    shown = [
        one
        for one in groups
        if (not topic or (one.topic and one.topic.id == topic))
        and (not audience or (one.topic and one.topic.audience in {audience, "all"}))
    ]
    public = {one.id: one for one in registers.registers(PUBLIC)}
    values = {
        "groups": [(one, _registers_under(one, public), _finders_under(one)) for one in shown],
        "topics": [one.topic for one in groups if one.topic],
        "topic": topic,
        "audience": audience,
        "total": len(procedures.services()),
    }
    return render(request, "portal/services.html", values)


def _finders_under(group: Group) -> list[FinderDeclaration]:
    known = active(FinderDeclaration, "finder") if group.topic and group.topic.finders else {}
    return [known[name] for name in group.topic.finders if name in known] if group.topic else []


def _registers_under(group: Group, public: Mapping[str, RegisterDeclaration]) -> list[RegisterDeclaration]:
    return [public[name] for name in group.topic.registers if name in public] if group.topic else []


@require_safe
def service(request: AmurRequest, service: str) -> HttpResponse:
    """Show a service."""
    declaration = procedures.service(service)
    bodies = people.body_titles()
    values = {
        "service": declaration,
        "facts": facts(declaration),
        "body": bodies.get(_body(declaration, request)),
        "elsewhere": elsewhere(declaration),
        "going": going(declaration, at=request.now),
        "least": LEAST,
        "rated": _rated(declaration),
        "topics": [one.topic for one in procedures.services_by_topic() if one.topic and declaration in one.services],
        "item": items.item_of(PUBLIC, declaration, on=localdate(request.now)),
        "item_rows": itemrows.rows(declaration),
        "steps": steps_ahead(declaration),
        "ways": ways(declaration, localdate(request.now)),
        "commitments": _commitments(declaration),
        "registers": registers_of(declaration),
        "finders": finders.leading_to(PUBLIC, declaration.id),
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
    asks = [(page, tuple(one for one in page.fields if one.type != "file")) for page in declaration.pages]
    pages = tuple(page.model_copy(update={"fields": fields}) for page, fields in asks)
    cards = forms.cards(declaration.model_copy(update={"pages": pages}), values, found, {})
    return render(request, "portal/sample.html", {"service": declaration, "cards": cards})


def facts(declaration: ProcedureDeclaration) -> list[Fact]:
    """Return time, fee and how long the form takes."""
    said = tongues.here()
    minutes = ngettext("%(count)s minute", "%(count)s minutes", declaration.minutes) % {"count": declaration.minutes}
    found = [Fact(_("Fee"), tongues.say(declaration.fee, said))]
    if not declaration.opened_only:
        found.append(Fact(_("To fill in"), minutes))
    clock = longest_clock(declaration)
    if clock is None:
        return found
    note = _("by law %(days)s") % {"days": by_law(clock)} if clock.promise_working_days else ""
    return [Fact(_("Time"), at_the_latest(clock), note), *found]


def steps_ahead(declaration: ProcedureDeclaration) -> list[Knot]:
    """Return what follows a submission, derived from the clocks and what makes them wait."""
    said = tongues.here()
    knots = []
    for clock in sorted(clocks_to_decision(declaration), key=lambda one: one.promised_days):
        waits = _("Within %(days)s. The time waits while it is your turn.")
        yours = any(declaration.state(name).needs_applicant for name in clock.pause)
        text = (waits if yours else _("Within %(days)s.")) % {"days": at_the_latest(clock)}
        knots.append(Knot(tongues.say(clock.title, said), text))
    knots.append(Knot(_("Result"), tongues.say(declaration.result, said)))
    return knots


def _commitments(declaration: ProcedureDeclaration) -> list[CommitmentDeclaration]:
    known = {
        commitment.id: commitment
        for declared in active(PolicyDeclaration, "policy").values()
        for commitment in declared.commitments
    }
    return [known[name] for name in declaration.carries_out if name in known]


def _body(declaration: ProcedureDeclaration, request: AmurRequest) -> str:
    """Return the body that decides today: the one that was named, or who succeeded it."""
    named = declaration.body_id
    return people.answering(people.lives(), localdate(request.now)).get(named, named)


def _rated(declaration: ProcedureDeclaration) -> Figures | None:
    if declaration.rating is None:
        return None
    return next((one for one in procedures.figures(PUBLIC) if one.service.id == declaration.id), None)


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
