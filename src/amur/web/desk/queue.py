"""The queue of an office: tabs with their counts, two-line rows with a light, and a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.declared import Text
from amur.base.listing import MOST_COUNTED
from amur.people import reads as people
from amur.people.engine import ADMINISTRATORS
from amur.procedures import reads
from amur.procedures.reads import QueueRow
from amur.registers import reads as registers
from amur.web import clocks
from amur.web.desk import reminders
from amur.web.desk.entry import for_officials
from amur.web.desk.jobs import ADMINISTRATOR
from amur.web.pages import number_from
from amur.web.requests import AmurRequest

_LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the queue."""

    name: str
    title: str
    count: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One case of the queue."""

    row: QueueRow
    clock: clocks.ClockView | None
    address: str
    reminder: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """One appointment of the reader, in words."""

    body: Text | None
    role: Text | None
    region: Text | None


@for_officials
@require_safe
def queue(request: AmurRequest) -> HttpResponse:
    """Show what waits for the reader's offices."""
    beside = {
        "offices": offices(request),
        "keeps": bool(registers.kept(request.scope)),
        "draws": bool(reads.held_by(request.scope)),
        "is_asked": reads.is_asked_anything(request.scope),
        "answers_due": reads.count_asked(request.scope),
    }
    return render(request, "desk/queue.html", desk(request) | beside)


def desk(request: AmurRequest) -> dict[str, Any]:
    """Return what the queue shows, on its own page and beside a case."""
    on = localdate(request.now)
    view = request.GET.get("view", "")
    view = view if view in reads.VIEWS else reads.VIEWS[0]
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    found = reads.queue(
        request.scope, on=on, at=request.now, view=view, page=number_from(request.GET.get("page", "")), query=query
    )
    reminded = reminders.latest(request, [row.id for row in found.rows])
    kept = urlencode({name: value for name, value in (("view", view), ("q", query)) if value})
    return {
        "today": on,
        "tabs": _tabs(reads.counts(request.scope, on=on, at=request.now), view),
        "view": view,
        "query": query,
        "kept": kept,
        "listing": found,
        "lines": [
            Line(row, light(row), f"{reverse('desk:case', args=[row.number])}?{kept}", reminded.get(row.id, ""))
            for row in found.rows
        ],
        "has_cases": any(grant.role not in ADMINISTRATORS for grant in request.scope.grants),
        "runs_the_machine": request.scope.holds(ADMINISTRATOR),
    }


def _tabs(counts: dict[str, int], here: str) -> list[Tab]:
    titles = {
        "open": _("To do"),
        "late": _("Late"),
        "waiting": _("With the applicant"),
        "closed": _("Closed"),
        "all": _("All"),
    }
    return [
        Tab(
            name,
            titles[name],
            f"{MOST_COUNTED}+" if counts[name] > MOST_COUNTED else str(counts[name]),
            f"{reverse('desk:queue')}?view={name}",
            name == here,
        )
        for name in reads.VIEWS
    ]


def light(row: QueueRow) -> clocks.ClockView | None:
    """Return the light of a case: closed, with the applicant, provisional, or the days that are left."""
    if row.closed_at is not None:
        return clocks.stopped()
    if row.state.needs_applicant:
        return clocks.paused()
    if row.due_on is None or row.left is None:
        return None
    if row.due_provisional and row.left >= 0:
        return clocks.provisional(row.due_on)
    return clocks.running(row.left, row.measure)


def offices(request: AmurRequest) -> list[Office]:
    """Return the reader's appointments in words."""
    roles = {role.id: Text.model_validate(role.titles) for role in people.roles()}
    bodies = {body.id: Text.model_validate(body.titles) for body in people.bodies()}
    regions = people.region_titles()
    return [
        Office(bodies.get(grant.body_id), roles.get(grant.role) or administrator(grant.role), regions.get(grant.region))
        for grant in request.scope.grants
    ]


def administrator(role: str) -> Text | None:
    """Return the title of one of the three administrators, who belong to every installation."""
    titles = {
        "system_administrator": Text(zh="系统管理员", en="System administrator"),
        "security_administrator": Text(zh="安全保密管理员", en="Security administrator"),
        "audit_administrator": Text(zh="安全审计员", en="Audit administrator"),
    }
    return titles.get(role)
