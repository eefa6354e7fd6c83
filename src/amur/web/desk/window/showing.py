"""What the window shows of a form: all its pages at once, the papers as ticks, the identity as three boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amur.base.canonical import Json
from amur.base.declared import Text
from amur.base.fields import Lookups
from amur.procedures.declarations import Page, ProcedureDeclaration
from amur.procedures.window import identity
from amur.procedures.window.declarations import IdentityCheck
from amur.web.fields import FieldView, Option, Received
from amur.web.portal import forms

Faults = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the form as a part of the long one; ``is_conditional`` says that it is not always filled in."""

    id: str
    title: Text
    fields: tuple[FieldView, ...]
    is_conditional: bool


def pages(
    definition: ProcedureDeclaration,
    raw: Mapping[str, Json],
    faults: Faults,
    found: Lookups,
    received: Mapping[str, Sequence[Received]],
) -> list[Part]:
    """Return all pages of a form. A field that is asked only under a condition stands there too, and says so."""
    parts = ((page, _views(page, raw, faults, found, received)) for page in definition.pages)
    return [Part(page.id, page.title, fields, bool(page.when)) for page, fields in parts if fields]


def _views(
    page: Page,
    raw: Mapping[str, Json],
    faults: Faults,
    found: Lookups,
    received: Mapping[str, Sequence[Received]],
) -> tuple[FieldView, ...]:
    conditional = {one.id for one in page.fields if one.when}
    shown = forms.views(page.fields, raw, faults, found, received)
    where = _("Only where it applies.")
    return tuple(
        unremembered(replace(view, hint=f"{view.hint} {where}".strip()) if view.name in conditional else view)
        for view in shown
    )


def unremembered(view: FieldView) -> FieldView:
    """Return a field that no browser remembers: the next person stands at the same machine."""
    return replace(view, autocomplete="off", inner=tuple(unremembered(one) for one in view.inner))


def materials(definition: ProcedureDeclaration, ticked: Mapping[str, list[str]], faults: Faults) -> list[FieldView]:
    """Return each paper with what can become of it."""
    said = forms.language()
    ways = {
        "seen": _("Original seen"),
        "copy": _("Copy kept"),
        "returned": _("Original returned"),
        "missing": _("Missing"),
    }
    words = {
        "material_unsaid": _("%(paper)s: say what became of it, or that it is missing"),
        "material_both": _("%(paper)s: it cannot be missing and seen"),
    }
    found = []
    for one in definition.window.materials if definition.window else ():
        name, title = f"material-{one.id}", one.title.say(said)
        code = faults[name][0] if name in faults else ""
        copies = _copies(one.copies)
        back = _("The original goes back at once.") if one.returned else ""
        hints = (one.hint.say(said) if one.hint else "", copies, back)
        found.append(
            FieldView(
                name=name,
                control="checkboxes",
                label=title,
                hint=" ".join(hint for hint in hints if hint),
                error=words[code] % {"paper": title} if code else "",
                is_required=one.required,
                is_inline=True,
                options=tuple(Option(way, label, way in ticked.get(one.id, ())) for way, label in ways.items()),
            )
        )
    return found


def identity_views(definition: ProcedureDeclaration, kind: str, faults: Faults) -> list[FieldView]:
    """Return the boxes in which an identity document is read; number and name are never shown again."""
    check = definition.window.identity if definition.window else None
    return identity_boxes(check, kind, faults, asks_name=bool(check and check.name_field)) if check else []


def identity_boxes(check: IdentityCheck, kind: str, faults: Faults, *, asks_name: bool) -> list[FieldView]:
    """Return the boxes of a check of identity."""
    said = forms.language()
    kinds = tuple(Option(one.id, one.title.say(said), one.id == kind) for one in check.kinds)
    note = _("It is checked and not kept.")
    boxes = [
        FieldView(
            name=identity.KIND,
            control="radios",
            label=_("Which document was shown"),
            options=kinds,
            is_required=check.required,
            is_inline=True,
        ),
        _box(identity.NUMBER, _("Number of the document"), note, check, is_code=True),
    ]
    if asks_name:
        boxes.append(_box(identity.NAME, _("Name on the document"), note, check))
    return [replace(one, error=_error(one, faults)) for one in boxes]


def _box(name: str, label: str, note: str, check: IdentityCheck, *, is_code: bool = False) -> FieldView:
    return FieldView(
        name=name,
        control="input",
        label=label,
        note=note,
        is_required=check.required,
        is_code=is_code,
        autocomplete="off",
    )


def _error(box: FieldView, faults: Faults) -> str:
    code = faults[box.name][0] if box.name in faults else ""
    words = {
        "": "",
        "name_differs": _("%(field)s: it is not the name in the form. Look at both."),
        "bad_identifier": _("%(field)s: check the number; a character is wrong or missing"),
    }
    missing = _("%(field)s: choose one") if box.control == "radios" else _("%(field)s: fill this in")
    return words.get(code, missing) % {"field": box.label}


def _copies(count: int) -> str:
    """Return how many copies are kept, in words; nothing where none is."""
    said = ngettext("%(count)s copy is kept.", "%(count)s copies are kept.", count) if count else ""
    return said % {"count": count} if said else ""
