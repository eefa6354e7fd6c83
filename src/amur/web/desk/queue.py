"""The queue of an office: tabs with their counts, filters and kept views, rows with a light that can be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.base.declared import Text
from amur.exchange import reads as exchanges
from amur.people import reads as people
from amur.people.engine import ADMINISTRATORS, GIVES_RIGHTS
from amur.procedures import reads
from amur.procedures.queues.asked import VIEWS, Asked, asked_from
from amur.procedures.queues.reads import KeptView, saved_views
from amur.procedures.reads import QueueRow
from amur.procedures.reads.queue import said
from amur.procedures.window.reads import counters
from amur.registers import reads as registers
from amur.web import clocks
from amur.web.desk import asked as others
from amur.web.desk import narrowing, reminders, tying
from amur.web.desk.entry import for_officials
from amur.web.desk.jobs import ADMINISTRATOR
from amur.web.desk.planning.office import methods
from amur.web.requests import AmurRequest


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
    """One case of the queue; ``chosen`` is how a form names it, with the version that its reader sees."""

    row: QueueRow
    clock: clocks.ClockView | None
    address: str
    reminder: str = ""
    ties: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        """Return the case and its version."""
        return f"{self.row.id}:{self.row.version}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept view as a link."""

    view: KeptView
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Office:
    """One appointment of the reader, in words."""

    body: Text | None
    role: Text | None
    region: Text | None
    holder: str = ""
    barred: str = ""


@for_officials
@require_safe
def queue(request: AmurRequest) -> HttpResponse:
    """Show what waits for the reader's offices; where nothing is asked for, the view that they open with."""
    views = saved_views(request.scope)
    opened = next((one.asked for one in views if one.is_default), None) if not request.GET else None
    values = desk(request, opened)
    asked = values["asked"]
    beside = {
        "offices": offices(request),
        "keeps": bool(registers.kept(request.scope)),
        "draws": bool(reads.held_by(request.scope)),
        "plans": bool(methods(request.scope)),
        "enters_cards": request.scope.holds(GIVES_RIGHTS),
        "bad_ratings": reads.count_to_follow_up(request.scope),
        "answers": reads.answers_any(request.scope),
        "to_sign": reads.count_waiting(request.scope),
        "takes_in": bool(counters(request.scope, localdate(request.now))),
        **others.beside(request),
        "filters": narrowing.filters(request.scope, asked, localdate(request.now)),
        "sizes": narrowing.sizes(asked),
        "views": [_kept(one, asked) for one in views],
        "choosable": True,
        "all_chosen": request.GET.get("chosen") == "all",
    }
    return render(request, "desk/queue.html", values | beside)


def desk(request: AmurRequest, opened: Asked | None = None) -> dict[str, Any]:
    """Return what the queue shows, on its own page and beside a case."""
    on = localdate(request.now)
    asked = opened or asked_from(request.GET.dict())
    place = request.GET.get("place", "")
    found = reads.queue(request.scope, on=on, at=request.now, asked=asked, place=place)
    here = narrowing.address(asked, place=place)
    reminded = reminders.latest(request, [row.id for row in found.rows])
    tied = tying.in_queue(found.rows)
    return {
        "today": on,
        "asked": asked,
        "tabs": _tabs(found, asked.view),
        "view": asked.view,
        "query": asked.query,
        "kept": here,
        "first_address": narrowing.address(asked),
        "previous_address": narrowing.address(asked, place=found.previous) if found.previous else "",
        "next_address": narrowing.address(asked, place=found.next) if found.next else "",
        "listing": found,
        "lines": [
            Line(
                row,
                light(row),
                f"{reverse('desk:case', args=[row.number])}?{here}",
                reminded.get(row.id, ""),
                tied.get(row.id, ()),
            )
            for row in found.rows
        ],
        "fees": reads.looks_after_fees(request.scope),
        "exchanges": exchanges.exchanges(request.scope, at=request.now),
        "has_cases": any(grant.role not in ADMINISTRATORS for grant in request.scope.grants),
        "runs_the_machine": request.scope.holds(ADMINISTRATOR),
    }


def _tabs(found: reads.QueuePage, here: str) -> list[Tab]:
    titles = {
        "open": _("To do"),
        "urgent": _("Urgent"),
        "late": _("Late"),
        "waiting": _("With the applicant"),
        "closed": _("Closed"),
        "all": _("All"),
    }
    return [
        Tab(name, titles[name], said(found.counts[name]), f"{reverse('desk:queue')}?view={name}", name == here)
        for name in VIEWS
    ]


def _kept(view: KeptView, asked: Asked) -> Kept:
    is_here = view.asked.said() == asked.said(with_query=False)
    return Kept(view, f"{reverse('desk:queue')}?{narrowing.address(view.asked)}", is_here)


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
    return clocks.running(row.left, row.measure, is_soon=row.is_soon)


def offices(request: AmurRequest) -> list[Office]:
    """Return the reader's appointments in words."""
    roles, bodies, regions = people.role_titles(), people.body_titles(), people.region_titles()
    holders = people.names(request.scope, {grant.holder for grant in request.scope.grants} - {""})
    return [
        Office(
            bodies.get(grant.body_id),
            roles.get(grant.role) or administrator(grant.role),
            regions.get(grant.region),
            holders.get(grant.holder, ""),
            grant.barred,
        )
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
