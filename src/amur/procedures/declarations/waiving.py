"""Fields that a party need not give at once: where it sets a mark they are not asked, and may come later; pure."""

from __future__ import annotations

from collections.abc import Iterable

from amur.base.fields import FieldDeclaration
from amur.procedures.declarations.forms import Page
from amur.procedures.declarations.transitions import Transition
from amur.procedures.missing.declarations import MayBeMissing


def spared(pages: Iterable[Page], waived: Iterable[tuple[str, str]]) -> tuple[Page, ...]:
    """Return pages that ask some fields only as long as their marks, yes-or-no fields before them, do not say yes.

    >>> from tests.procedures.samples import LICENCE
    >>> pages = spared(LICENCE.pages, [("plan", "indoors")])
    >>> pages[2].fields[0].when, pages == spared(pages, [("plan", "indoors")])
    ('!(has(form.indoors) && form.indoors)', True)
    """
    found = tuple(pages)
    for name, mark in waived:
        found = tuple(_spared(page, name, f"!(has(form.{mark}) && form.{mark})") for page in found)
    return found


def _spared(page: Page, name: str, condition: str) -> Page:
    fields = tuple(
        field.model_copy(update={"when": f"({field.when}) && {condition}" if field.when else condition})
        if field.id == name and condition not in field.when
        else field
        for field in page.fields
    )
    return page.model_copy(update={"fields": fields}) if fields != page.fields else page


def bringing(
    transitions: Iterable[Transition], rule: MayBeMissing, fields: Iterable[FieldDeclaration]
) -> tuple[Transition, ...]:
    """Return arrows of which the one that brings asks for each thing that is still to come, and none of them for sure.

    >>> from tests.procedures.missing.bringing import BRINGING
    >>> arrow = BRINGING.transition("bring", "accepted")
    >>> [(field.id, field.required, field.when) for field in arrow.asks]
    [('plan', False, 'form.plan_later'), ('photo', False, 'form.photo_later')]
    """
    known = {field.id: field for field in fields}
    asks = [
        known[one.field].model_copy(update={"required": False, "when": f"form.{one.mark}"})
        for one in rule.items
        if one.field in known
    ]
    return tuple(
        arrow.model_copy(update={"asks": tuple(asks)}) if arrow.event == rule.bring and not arrow.asks else arrow
        for arrow in transitions
    )
