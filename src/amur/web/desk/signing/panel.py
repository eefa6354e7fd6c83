"""What the page of a case shows of sign-off: what can be drafted, the threads, and where to take part."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.timezone import localdate

from amur.base.declared import Text
from amur.procedures import reads
from amur.procedures.reads import CaseView, SignOffView
from amur.web.desk.signing.threads import knots
from amur.web.panels import Panel
from amur.web.requests import AmurRequest
from amur.web.threads import Knot


@dataclass(frozen=True, slots=True)
class Course:
    """One course of a chain in the panel; ``address`` leads to where the reader takes part in it."""

    view: SignOffView
    knots: list[Knot]
    address: str


@dataclass(frozen=True, slots=True)
class Draftable:
    """Something that the reader can draft."""

    title: Text
    address: str


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return the panel of sign-off, or None where the procedure has no chain."""
    if not found.definition.sign_offs:
        return None
    courses = [
        Course(
            view,
            knots(request.scope, view, found.definition),
            reverse("desk:sign", args=[found.number, view.chain.id]),
        )
        for view in reads.sign_offs(request.scope, found.id, now=request.now)
    ]
    drafts = draftable(request, found)
    if not courses and not drafts:
        return None
    under_way = [one for one in courses if one.view.is_open]
    over = [one for one in courses if not one.view.is_open]
    values = {"under_way": under_way, "over": over, "drafts": drafts, "today": localdate(request.now)}
    return Panel("desk/panels/signing.html", values, "main")


def waits_here(request: AmurRequest, found: CaseView) -> str:
    """Return where the reader signs, votes or drafts again, if a draft about the case waits for them."""
    views = reads.sign_offs(request.scope, found.id, now=request.now) if found.definition.sign_offs else ()
    chain = next((view.chain.id for view in views if view.may - {"urge"}), "")
    return reverse("desk:sign", args=[found.number, chain]) if chain else ""


def draftable(request: AmurRequest, found: CaseView) -> list[Draftable]:
    """Return what the reader can draft now: what is theirs, where nothing is under way."""
    free = {arrow.event for arrows in reads.to_draft(request.scope, found.id).values() for arrow in arrows}
    return [
        Draftable(arrow.title, reverse("desk:draft", args=[found.number, arrow.event]))
        for arrow in found.may
        if arrow.event in free
    ]
