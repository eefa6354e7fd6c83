"""Asking a party for what is missing, item by item: a form that grows and shrinks without a script, and its panel."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.base.fields import Raw
from amur.procedures import acts, reads
from amur.procedures.declarations import Transition
from amur.procedures.reads import CaseView
from amur.procedures.supplements.engine import ITEMS, PAPER, WORDS
from amur.procedures.supplements.items import askable
from amur.web import errors
from amur.web.desk.choices import reason_fault
from amur.web.desk.entry import for_officials
from amur.web.desk.offices import office_for
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.panels import Panel
from amur.web.portal import forms
from amur.web.requests import AmurRequest

_TEXTS = ("part", "title", "wrong", "how", "optional")
_LONGEST = 5_000
_KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the form."""

    number: int
    fields: tuple[FieldView, ...]
    can_go: bool


def panel(request: AmurRequest, found: CaseView) -> Panel | None:
    """Return what was asked and answered, and the way to ask."""
    asking = [one for one in found.may if one.supplement is not None]
    asked = (
        reads.supplements_of(request.scope, found.id)
        if any(one.supplement for one in found.definition.transitions)
        else ()
    )
    if not asking and not asked:
        return None
    return Panel("desk/panels/supplement.html", {"case": found, "asking": asking, "asked": asked}, "main")


@for_officials
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AmurRequest, number: str, event: str) -> HttpResponse:
    """Ask for a list of items, or show the form with one item more or less."""
    found = reads.case_for_desk(request.scope, number, on=localdate(request.now), at=request.now)
    arrow = next((one for one in found.may if one.event == event and one.supplement is not None), None)
    if arrow is None:
        raise NotFound("no_event", "nothing is asked for here now")
    acts.log_desk_read(found.id, by=office_for(request, found), now=request.now)
    if request.method != "POST":
        return _page(request, found, arrow, [{}])
    rows = _rows(request.POST)
    drop = request.POST.get("drop", "")
    if drop.isascii() and drop.isdecimal():
        rows = [row for place, row in enumerate(rows) if place != int(drop)]
    if "add" in request.POST:
        rows = [*rows, {}]
    if drop or "add" in request.POST:
        return _page(request, found, arrow, rows or [{}])
    try:
        _fire(request, found, arrow, rows)
    except Invalid as fault:
        return _page(request, found, arrow, rows or [{}], faults=fault.fields)
    except (Conflict, Refused) as fault:
        messages.warning(request, errors.wording(fault) or _("This is not possible now; look at the case."))
        return HttpResponseRedirect(reverse("desk:case", args=[found.number]))
    messages.success(request, _("Done: %(what)s") % {"what": arrow.title.say(forms.language())})
    return HttpResponseRedirect(reverse("desk:case", args=[found.number]))


def _fire(request: AmurRequest, found: CaseView, arrow: Transition, rows: list[dict[str, str]]) -> None:
    version = request.POST.get("version", "")
    items: Raw = [dict(row) for row in rows if any(row.values())]
    acts.fire(
        found.id,
        arrow.event,
        by=office_for(request, found, arrow.by),
        scope=request.scope,
        now=request.now,
        expected_version=int(version)
        if version.isascii() and version.isdecimal() and len(version) < _KEY_LENGTH
        else 0,
        key=request.POST.get("key", "")[:_KEY_LENGTH],
        reason=request.POST.get("reason", "")[: _LONGEST + 1],
        extra={ITEMS: items},
    )


def _rows(post: QueryDict) -> list[dict[str, str]]:
    """Return what was entered, item by item; one that is left empty is none."""
    found = []
    for number in range(51):
        if f"items-{number}-wrong" not in post:
            break
        found.append({name: post.get(f"items-{number}-{name}", "")[: _LONGEST + 1] for name in _TEXTS})
    return found


def _page(
    request: AmurRequest,
    found: CaseView,
    arrow: Transition,
    rows: list[dict[str, str]],
    faults: Mapping[str, tuple[str, str]] | None = None,
) -> HttpResponse:
    wrong = faults or {}
    # What is wrong is named by the place among the items that say something.
    filled = [number for number, row in enumerate(rows) if any(row.values())]
    shown = [
        _row(found, number, row, wrong, filled.index(number) if number in filled else -1, can_go=len(rows) > 1)
        for number, row in enumerate(rows)
    ]
    whole = {"required": _("List what is missing."), "too_many": _("Ask for fewer things at once.")}
    said = [("items-0-part", whole.get(wrong["items"][0], _("Check this entry")))] if "items" in wrong else []
    said += [problem for row in shown for problem in forms.summary(row.fields)]
    said += [("reason", reason_fault(wrong))] if "reason" in wrong else []
    values = {
        "case": found,
        "arrow": arrow,
        "rows": shown,
        "errors": said,
        "reason": request.POST.get("reason", ""),
        "reason_fault": reason_fault(wrong),
        "key": request.POST.get("key", "")[:_KEY_LENGTH] or uuid.uuid4().hex,
        "version": request.POST.get("version", "") or found.version,
        "is_full": arrow.supplement is not None and len(rows) >= arrow.supplement.most,
        "once": arrow.supplement is not None and not arrow.supplement.again,
    }
    return render(request, "desk/supplement.html", values, status=422 if wrong else 200)


def _row(
    found: CaseView,
    number: int,
    row: Mapping[str, str],
    wrong: Mapping[str, tuple[str, str]],
    place: int,
    *,
    can_go: bool,
) -> Row:
    words = {
        "part": {
            "required": _("Say what it is about"),
            "twice": _("This is asked twice; say all of it in one item"),
        },
        "title": {"required": _("Give the paper a name")},
        "wrong": {"required": _("Say what is wrong or missing. The applicant reads it.")},
    }

    def fault(name: str) -> str:
        code = wrong.get(f"items.{place}.{name}", ("", ""))[0]
        return (words.get(name, {}).get(code) or _("Check this entry")) if code else ""

    def field(name: str, control: str, label: str, hint: str = "", *, needed: bool = True) -> FieldView:
        given = row.get(name, "")
        return FieldView(
            f"items-{number}-{name}", control, label, hint=hint, error=fault(name), value=given, is_required=needed
        )

    part = FieldView(
        f"items-{number}-part",
        "select",
        _("What it is about"),
        error=fault("part"),
        groups=_groups(found, row.get("part", "")),
    )
    optional = FieldView(
        f"items-{number}-optional", "checkbox", _("This may stay unanswered"), is_chosen=bool(row.get("optional"))
    )
    title = field(
        "title", "input", _("Name of the paper"), _("Only for a paper that the form does not ask for"), needed=False
    )
    missing = field("wrong", "textarea", _("What is wrong or missing"))
    how = field(
        "how", "input", _("In what form it is wanted"), _("For example: a scan in colour, with the seal"), needed=False
    )
    return Row(number, (part, title, missing, how, optional), can_go)


def _groups(found: CaseView, chosen: str) -> tuple[OptionGroup, ...]:
    """Return the fields of the form, page by page, and what the form does not ask for."""
    known, language = askable(found.definition), forms.language()
    groups = [
        OptionGroup(
            page.title.say(language),
            tuple(
                Option(field.id, field.title.say(language), field.id == chosen)
                for field in page.fields
                if field.id in known
            ),
        )
        for page in found.definition.pages
    ]
    others = ((PAPER, _("A paper that the form does not ask for")), (WORDS, _("An explanation in words")))
    groups.append(OptionGroup(_("Other"), tuple(Option(name, label, name == chosen) for name, label in others)))
    return tuple(group for group in groups if group.options)
