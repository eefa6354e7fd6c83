"""Editions of the policy's text on the board: which there are, what became of each passage, and who decides it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.declared import Text
from amur.base.faults import Conflict, Invalid, Refused
from amur.base.listing import Listing, bounds, valid_page
from amur.packs import touching
from amur.packs.touching import TouchedHere
from amur.policy import acts
from amur.policy import reads as policy
from amur.policy.editions import reads, showing
from amur.policy.editions.models import Crosswalk, Recheck
from amur.policy.editions.showing import Compared, Shown, Words
from amur.policy.engine.crosswalk import KINDS
from amur.policy.models import Edition
from amur.web.board.bodies import body_names, named
from amur.web.board.deciding import carrier_link, in_office, key_of, language_of, refusal_words
from amur.web.board.rechecks import rechecks_shown
from amur.web.board.view import BodyName, CarrierLink
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.pages import number_from
from amur.web.requests import AmurRequest

_OPEN, _ALL = "open", "all"
_LONGEST_KEY = 60
_MOST_PASSAGES = 20
_LONGEST_TITLE = 30
_PARTED = re.compile(r"[,，、;；\s]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


_Wrong: TypeAlias = tuple[str, str, str, str]
"""A row, the passages that were typed for both sides, and what is wrong with them; all empty where nothing is."""


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition in a list."""

    edition: Edition
    paragraphs: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class CrosswalkView:
    """A crosswalk in a list."""

    crosswalk: Crosswalk
    undecided: int


@dataclass(frozen=True, slots=True)
class RowView:
    """A row on the page: with the words that a person would type to correct it, and what was wrong with those."""

    shown: Shown
    old: str
    new: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice of rows, with how many there are."""

    name: str
    count: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class TouchedView:
    """A commitment that is touched, with its bodies, carriers, running cases and its re-check."""

    here: TouchedHere
    bodies: tuple[BodyName, ...]
    carriers: tuple[CarrierLink, ...]
    running: tuple[tuple[str, Text, int], ...]
    recheck: Recheck | None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: AmurRequest) -> HttpResponse:
    """Show the editions, the crosswalks between them and what waits to be looked at again; propose a crosswalk."""
    refusal = ""
    found = list(reads.editions(request.scope))
    if request.method == "POST":
        try:
            crosswalk = _propose(request, found)
        except (Invalid, Refused) as fault:
            refusal = refusal_words(fault)
        else:
            return redirect("board:crosswalk", crosswalk_id=crosswalk.pk)
    paragraphs, undecided = reads.paragraphs(), reads.undecided()
    current = policy.current_edition()
    values = {
        "editions": [EditionView(one, paragraphs.get(one.pk, 0), one == current) for one in found],
        "crosswalks": [CrosswalkView(one, undecided.get(one.pk, 0)) for one in reads.crosswalks(request.scope)],
        "rechecks": rechecks_shown(list(reads.rechecks(request.scope, only_open=True))),
        "fields": _choices(found, current) if reads.may_confirm(request.scope) and len(found) > 1 else [],
        "refusal": refusal,
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "board/editions/list.html", values, status=409 if refusal else 200)


def _choices(found: Sequence[Edition], current: Edition | None) -> list[FieldView]:
    """Return the two choices of a proposal: from what the board shows, or the one before, to the newest."""
    before, newest = sorted(found, key=_when)[-2:]
    said = [(one, f"{one.document.title[:_LONGEST_TITLE]}  {one.sha256[:8]}") for one in found]
    fields = (
        ("old", _("Old edition"), before if current in {None, newest} else current),
        ("new", _("New edition"), newest),
    )
    return [
        FieldView(
            name,
            "select",
            label,
            groups=(OptionGroup("", tuple(Option(one.sha256, words, one == chosen) for one, words in said)),),
        )
        for name, label, chosen in fields
    ]


def _when(edition: Edition) -> datetime:
    return edition.imported_at


def _propose(request: AmurRequest, found: Iterable[Edition]) -> Crosswalk:
    by_hash = {one.sha256: one for one in found}
    old, new = (by_hash.get(request.POST.get(name, "")) for name in ("old", "new"))
    if old is None or new is None:
        raise Invalid({"new": ("same_edition", "name two editions")})
    said: dict[str, Any] = {"by": in_office(request), "scope": request.scope, "now": request.now}
    return acts.propose_crosswalk(old, new, key=key_of(request), **said)[0]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def crosswalk(request: AmurRequest, crosswalk_id: UUID) -> HttpResponse:
    """Show what became of each passage and what that touches; confirm or correct rows, put it into effect."""
    kept = reads.crosswalk(request.scope, crosswalk_id)
    found = showing.of_crosswalk(kept)
    refusal, wrong = "", ("", "", "", "")
    if request.method == "POST":
        try:
            wrong = _decide(request, kept, found)
        except (Conflict, Refused, Invalid) as fault:
            refusal = refusal_words(fault)
        if not refusal and not wrong[0]:
            return redirect(f"{reverse('board:crosswalk', args=[crosswalk_id])}?{request.GET.urlencode()}")
        kept = reads.crosswalk(request.scope, crosswalk_id)
        found = showing.of_crosswalk(kept)
    return _shown(request, kept, found, refusal, wrong)


def _shown(request: AmurRequest, kept: Crosswalk, found: Compared, refusal: str, wrong: _Wrong) -> HttpResponse:
    may_decide = reads.may_confirm(request.scope) and kept.effective_at is None
    tabs = _tabs(found, request.GET.get("rows", ""))
    here = next(tab.name for tab in tabs if tab.is_here)
    places = [place for place in range(len(found.rows)) if _is_in(found, place, here)]
    page = valid_page(number_from(request.GET.get("page", "")))
    rows = tuple(_row(one, wrong) for one in found.shown(places[bounds(page)]))
    unchanged = sum(
        not row.changed and kept.decided_at is None for row, kept in zip(found.rows, found.stored, strict=True)
    )
    touched = _touched(request, kept, found)
    values = {
        "found": found,
        "crosswalk": kept,
        "may_decide": may_decide,
        "tabs": tabs,
        "here": here,
        "listing": Listing(rows, page, len(places)),
        "unchanged": unchanged,
        "touched": [one for one in touched if not one.here.touched.touch.is_lost],
        "lost": [one.here.touched.commitment.id for one in touched if one.here.touched.touch.is_lost],
        "old_lang": language_of(found.old),
        "new_lang": language_of(found.new),
        "is_office": request.scope.kind == "office",
        "refusal": refusal,
        "errors": [(f"old-{wrong[0]}", wrong[3])] if wrong[0] else [],
        "key": secrets.token_urlsafe(12),
    }
    return render(request, "board/editions/crosswalk.html", values, status=422 if wrong[0] else 409 if refusal else 200)


def _decide(request: AmurRequest, kept: Crosswalk, found: Compared) -> _Wrong:
    """Do what was sent; return the row, both texts and what is wrong where a correction cannot be read."""
    said: dict[str, Any] = {
        "by": in_office(request),
        "scope": request.scope,
        "now": request.now,
        "key": key_of(request),
    }
    pk, verb = kept.pk, request.POST.get("verb", "")
    if verb == "adopt":
        done = acts.put_into_effect(pk, version=number_from(request.POST.get("version", "")), **said)
        count = done.rechecks.count()
        words = ngettext("In effect. %(count)s re-check.", "In effect. %(count)s re-checks.", count)
        messages.success(request, words % {"count": count})
    elif verb == "correct":
        return _correct(request, pk, found, said)
    else:
        rows = [row.sides for row in found.rows if verb == "unchanged" and not row.changed]
        rows += [sides for mark in request.POST.getlist("row") if (sides := showing.sides_of(mark))]
        count = acts.confirm_rows(pk, rows, **said)
        messages.success(
            request, ngettext("%(count)s row confirmed.", "%(count)s rows confirmed.", count) % {"count": count}
        )
    return "", "", "", ""


def _correct(request: AmurRequest, pk: UUID, found: Compared, said: dict[str, Any]) -> _Wrong:
    mark, old, new = (request.POST.get(name, "")[:200].strip() for name in ("row", "old", "new"))
    olds, news = (_orders(edition, text) for edition, text in ((found.old, old), (found.new, new)))
    if olds is None or news is None:
        return mark, old, new, _("Name passages as they are numbered here, such as 3.2, with commas between them.")
    try:
        acts.correct_row(pk, olds, news, **said)
    except Invalid as fault:
        return mark, old, new, refusal_words(fault)
    messages.success(request, _("Corrected. What lost its counterpart waits to be decided."))
    return "", "", "", ""


def _touched(request: AmurRequest, kept: Crosswalk, found: Compared) -> list[TouchedView]:
    names = body_names()
    rechecks = {one.commitment: one for one in kept.rechecks.all()}
    shown = []
    for one in touching.touched(found.old, found.new, found.rows):
        declared = one.touched.commitment
        running = tuple(
            (this.carrier.id, this.carrier.title, this.running)
            for this in one.carried
            if this.running and request.scope.kind == "office"
        )
        bodies = named(declared.bodies, names)
        carriers = tuple(carrier_link(this.carrier) for this in one.carried)
        shown.append(TouchedView(one, bodies, carriers, running, rechecks.get(declared.id)))
    return shown


def _tabs(found: Compared, asked: str) -> list[Tab]:
    """Return the choices of rows; what waits comes first while anything does."""
    counts = {_OPEN: found.undecided, _ALL: len(found.rows)}
    counts |= {kind: sum(row.kind == kind for row in found.rows) for kind in KINDS}
    offered = [name for name, count in counts.items() if count or name == _ALL]
    first = _OPEN if _OPEN in offered else _ALL
    here = asked if asked in offered else first
    return [Tab(name, counts[name], name == here) for name in offered]


def _is_in(found: Compared, place: int, tab: str) -> bool:
    if tab == _OPEN:
        return found.stored[place].decided_at is None
    return tab in {_ALL, found.rows[place].kind}


def _row(shown: Shown, wrong: _Wrong) -> RowView:
    mark, old, new, error = wrong
    if mark == shown.mark:
        return RowView(shown, old, new, error)
    return RowView(shown, ", ".join(one.ref for one in shown.old), ", ".join(one.ref for one in shown.new))


def _orders(edition: Edition, text: str) -> tuple[int, ...] | None:
    written = [one for one in _PARTED.split(text) if one]
    return Words(edition).orders(written) if len(written) <= _MOST_PASSAGES else None
