"""The form in which an official lists what is missing: one group of controls for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from amur.procedures.reads import CaseView
from amur.procedures.supplements.engine import PAPER, WORDS
from amur.procedures.supplements.items import askable
from amur.web.fields import FieldView, Option, OptionGroup
from amur.web.portal import forms

LONGEST = 5_000
_MOST = 50
_TEXTS = ("part", "title", "wrong", "how", "optional")
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the form."""

    number: int
    fields: tuple[FieldView, ...]
    can_go: bool


def typed(post: QueryDict) -> list[Typed]:
    """Return what was entered, item by item."""
    found: list[Typed] = []
    while len(found) <= _MOST and f"items-{len(found)}-wrong" in post:
        start = f"items-{len(found)}-"
        found.append({name: post.get(start + name, "")[: LONGEST + 1] for name in _TEXTS})
    return found


def says_something(row: Typed) -> bool:
    """Say whether an item is more than an empty group of controls."""
    return any(row.values())


def shown(case: CaseView, rows: Sequence[Typed], faults: forms.Faults) -> list[Row]:
    """Return the form. What is wrong is named by the place among the items that say something."""
    places = iter(range(len(rows)))
    found = []
    for number, row in enumerate(rows):
        place = next(places) if says_something(row) else -1
        wrong = {name: _fault(name, faults.get(f"items.{place}.{name}", ("", ""))[0]) for name in _TEXTS}
        found.append(Row(number, _controls(case, f"items-{number}-", row, wrong), len(rows) > 1))
    return found


def whole(faults: forms.Faults) -> list[tuple[str, str]]:
    """Return what is wrong with the list as a whole."""
    if "items" not in faults:
        return []
    is_long = faults["items"][0] == "too_many"
    return [("items-0-part", _("Ask for fewer things at once.") if is_long else _("List what is missing."))]


def _controls(case: CaseView, start: str, row: Typed, wrong: Typed) -> tuple[FieldView, ...]:
    part = FieldView(
        f"{start}part", "select", _("What it is about"), error=wrong["part"], groups=_groups(case, row.get("part", ""))
    )
    optional = FieldView(
        f"{start}optional", "checkbox", _("This may stay unanswered"), is_chosen=bool(row.get("optional"))
    )
    asked = (
        ("title", "input", _("Name of the paper"), _("Only for a paper that the form does not ask for")),
        ("wrong", "textarea", _("What is wrong or missing"), ""),
        ("how", "input", _("In what form it is wanted"), _("For example: a scan in colour, with the seal")),
    )
    texts = [
        FieldView(
            start + name,
            control,
            label,
            hint=hint,
            error=wrong[name],
            value=row.get(name, ""),
            is_required=name == "wrong",
        )
        for name, control, label, hint in asked
    ]
    return (part, *texts, optional)


def _fault(name: str, code: str) -> str:
    if not code:
        return ""
    words = {
        ("part", "required"): _("Say what it is about"),
        ("part", "twice"): _("This is asked twice; say all of it in one item"),
        ("title", "required"): _("Give the paper a name"),
        ("wrong", "required"): _("Say what is wrong or missing. The applicant reads it."),
    }
    return words.get((name, code), _("Check this entry"))


def _groups(case: CaseView, chosen: str) -> tuple[OptionGroup, ...]:
    """Return the fields of the form, page by page, and what the form does not ask for."""
    known, language = askable(case.definition), forms.language()
    groups = [
        OptionGroup(
            page.title.say(language),
            tuple(
                Option(field.id, field.title.say(language), field.id == chosen)
                for field in page.fields
                if field.id in known
            ),
        )
        for page in case.definition.pages
    ]
    others = ((PAPER, _("A paper that the form does not ask for")), (WORDS, _("An explanation in words")))
    groups.append(OptionGroup(_("Other"), tuple(Option(name, label, name == chosen) for name, label in others)))
    return tuple(group for group in groups if group.options)
