"""The forms of the page on which cases are tied: what each asks, and what was sent of the shares of a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from amur.base.declared import Text
from amur.base.faults import AmurError
from amur.procedures import declared
from amur.procedures.declarations import NO_OFFICE
from amur.procedures.reads import CaseView, QueueRow, TiesView
from amur.procedures.ties.engine import Share
from amur.procedures.ties.reads import Other, tied_among
from amur.registers.lookups import as_pinned, lookups
from amur.web.fields import FieldView, Option, Shown, value_shown
from amur.web.portal.forms import language
from amur.web.requests import AmurRequest

LONGEST = 5_001
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the page: what it does, its title, the words of its button and what it asks."""

    what: str
    title: str
    button: str
    fields: tuple[FieldView, ...]
    is_open: bool
    hint: str = ""


def forms(request: AmurRequest, found: CaseView, view: TiesView, what: str, wrong: Mapping[str, str]) -> list[Form]:
    """Return the forms for what the reader may do about the ties of a case, the one that was sent open."""
    known = {
        "merge": (_("Merge it into another case"), _("Merge"), _("It ends, and the earliest due date counts.")),
        "undo": (_("Take the merge back"), _("Take it back"), ""),
        "split": (_("Split it into several cases"), _("Split"), _("Choose what each new case takes.")),
        "join": (_("Join it to an incident"), _("Join"), _("It stays a case of its own, with its own clock.")),
        "leave": (_("Take it out of its incident"), _("Take it out"), ""),
        "answer": (_("Answer all cases of the incident"), _("Answer all"), _("Each party is told of its own case.")),
        "reopen": (_("Reopen the case"), _("Reopen"), _("What was decided stays readable.")),
    }
    made = []
    for name, (title, button, hint) in known.items():
        if name in view.may:
            sent, faults = what == name, wrong if what == name else {}
            fields = (*_asked(request, found, view, name, faults, is_sent=sent), _reason(request, faults, is_sent=sent))
            made.append(Form(name, title, button, fields, sent, hint))
    return made


def shares(request: AmurRequest, found: CaseView) -> tuple[Share, ...]:
    """Return what each new case is to take, as it was chosen."""
    uploads = {str(one.id): one.id for one in found.uploads}
    return tuple(
        Share(
            request.POST.get(f"procedure-{place}", "")[:120] or _first(found),
            tuple(request.POST.getlist(f"fields-{place}")[:500]),
            tuple(uploads[one] for one in request.POST.getlist(f"files-{place}")[:500] if one in uploads),
        )
        for place in range(count(request, found))
    )


def count(request: AmurRequest, found: CaseView) -> int:
    """Return into how many cases one is split, as the address says it: two, or as many as may be."""
    split = found.definition.ties.split if found.definition.ties else None
    wanted = request.GET.get("parts", "")[:3]
    many = int(wanted) if wanted.isascii() and wanted.isdecimal() else _FEWEST
    return max(_FEWEST if split and split.event else 1, min(many, split.at_most if split else _FEWEST))


def shown(request: AmurRequest, other: Other) -> list[tuple[Text, Shown]]:
    """Return the answers of a merged case as they are read."""
    case = other.tie.case
    words = as_pinned(lookups(localdate(request.now)), case.closure_hash)
    return [(field.title, value_shown(field, value, language(), words)) for field, value in other.answers]


def in_queue(rows: Iterable[QueueRow]) -> dict[UUID, tuple[str, ...]]:
    """Return what the rows of a queue say of the cases to which theirs belong; nothing is asked where none is tied."""
    if not any(one.ties for one in declared.everything().procedures.values()):
        return {}
    said = {
        "of_merged": _("merged into another"),
        "of_joined": _("belongs to an incident"),
        "leads_joined": _("leads an incident"),
        "leads_merged": _("took in another"),
        "leads_split": _("was split"),
        "split": _("split from another"),
        "reopened": _("reopened"),
        "alike": _("may be the same as another"),
    }
    found = tied_among([row.id for row in rows])
    return {one: tuple(said[kind] for kind in kinds if kind in said) for one, kinds in found.items()}


def words(fault: AmurError) -> str:
    """Return what a reader should know of what is refused on this page; empty where that is known elsewhere."""
    known = {
        "no_case": _("There is no such case that your office works on."),
        "no_upload": _("There is no such file in the case."),
        "same_case": _("That is this case. Name the other one."),
        "lead_closed": _("The other case is closed. Undo or reopen that first, or name one that is open."),
        "other_procedure": _("The other case is one of another procedure."),
        "lead_is_led": _("The other case belongs to the incident of a third one. Name that."),
        "leads_others": _("Other cases of an incident are led by this one. Take them out of it first."),
        "leads_none": _("No open case is led by this one."),
        "joined_already": _("This case belongs to another incident. Take it out of that first."),
        "other_party": _("The other case is one of another party; only cases of one party are merged here."),
        "not_the_same": _("The two cases do not answer the same, so they are not one."),
        "undo_late": _("The time to take this merge back is over."),
        "reopen_late": _("The time to reopen this case is over."),
        "is_merged": _("This case was merged into another. Take that back, or reopen the other one."),
        "case_open": _("The case is open. It can be reopened once it has ended."),
        "case_erased": _("What is personal in this case was erased."),
        "only_by_tie": _("Nobody does this step: it follows when cases are split, merged or reopened."),
    }
    return known.get(fault.code, "")


def _asked(
    request: AmurRequest, found: CaseView, view: TiesView, name: str, wrong: Mapping[str, str], *, is_sent: bool
) -> tuple[FieldView, ...]:
    typed = request.POST.get("number", "")[:60] if is_sent else ""
    if name in {"merge", "join"}:
        return (FieldView("number", "input", _("Number of the other case"), value=typed, is_code=True, element=name),)
    chosen = request.POST.get("event", "")[:120] if is_sent else ""
    if name == "answer":
        arrows = {one.event: one for one in found.definition.transitions if one.by not in NO_OFFICE}
        options = [Option(event, one.title.say(language()), event == chosen) for event, one in arrows.items()]
        return (FieldView("event", "select", _("What happens to each"), options=tuple(options)),)
    if name == "reopen":
        titles = {one.event: one.title.say(language()) for one in found.definition.transitions}
        options = [Option(one.event, titles[one.event], one.event == chosen) for one in view.reopenings]
        return (FieldView("event", "select", _("How"), options=tuple(options)),)
    if name == "split":
        return tuple(
            field
            for place in range(count(request, found))
            for field in _share(request, found, place, wrong, is_sent=is_sent)
        )
    return ()


def _share(
    request: AmurRequest, found: CaseView, place: int, wrong: Mapping[str, str], *, is_sent: bool
) -> list[FieldView]:
    split = found.definition.ties.split if found.definition.ties else None
    fields = [one for one in found.definition.fields if one.id in found.case.data and one.type != "file"]
    sent = request.POST.getlist(f"fields-{place}") if is_sent else [one.id for one in fields]
    taken = request.POST.getlist(f"files-{place}") if is_sent else [str(one.id) for one in found.uploads]
    missing = [one.title.say(language()) for one in found.definition.fields if one.id in wrong]
    error = _("The new case wants more: %(fields)s") % {"fields": ", ".join(missing)} if missing else ""
    found_fields = []
    if split and len(split.into) > 1:
        names = {one: declared.active(one)[1].title.say(language()) for one in split.into}
        options = tuple(Option(one, title) for one, title in names.items())
        label = _("New case %(place)s: procedure") % {"place": place + 1}
        found_fields.append(FieldView(f"procedure-{place}", "select", label, options=options))
    found_fields.append(
        FieldView(
            f"fields-{place}",
            "checkboxes",
            _("New case %(place)s: answers that it takes") % {"place": place + 1},
            options=tuple(Option(one.id, one.title.say(language()), one.id in sent) for one in fields),
            error=error,
        )
    )
    if found.uploads:
        found_fields.append(
            FieldView(
                f"files-{place}",
                "checkboxes",
                _("New case %(place)s: files that it takes") % {"place": place + 1},
                options=tuple(Option(str(one.id), one.name, str(one.id) in taken) for one in found.uploads),
                is_required=False,
            )
        )
    return found_fields


def _reason(request: AmurRequest, wrong: Mapping[str, str], *, is_sent: bool) -> FieldView:
    typed = request.POST.get("reason", "")[:LONGEST] if is_sent else ""
    return FieldView("reason", "textarea", _("Reason"), value=typed, error=wrong.get("reason", ""))


def _first(found: CaseView) -> str:
    split = found.definition.ties.split if found.definition.ties else None
    return split.into[0] if split else ""
