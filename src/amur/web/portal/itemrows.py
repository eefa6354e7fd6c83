"""A service as an item of the catalogue: its elements in rows, and what is not known of it said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from amur.base.declared import Basis, Text
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.items.declarations import Item
from amur.procedures.items.engine import papers
from amur.web import tongues
from amur.web.portal.times import at_the_latest, by_law, longest_clock


@dataclass(frozen=True, slots=True)
class Row:
    """One element of an item; ``basis`` is where it is from, if that is not the basis of the whole."""

    title: str
    lines: tuple[Text | str, ...]
    basis: tuple[Basis, ...] = ()

    @property
    def words(self) -> str:
        """Return what it says, in the reader's language."""
        comma = "、" if tongues.here().startswith("zh") else ", "
        return comma.join(one if isinstance(one, str) else tongues.say(one, tongues.here()) for one in self.lines)


def rows(service: ProcedureDeclaration) -> list[Row]:
    """Return the elements of the item that a service carries out; none where it names none."""
    return [*_elements(service, service.item), *_limits(service), *_asked(service)] if service.item else []


def _elements(service: ProcedureDeclaration, item: Item | None) -> Iterator[Row]:
    if item is None:
        return
    named = (
        (_("Type of item"), item.kind_title),
        (_("Authority in charge"), item.authority),
        (_("Level"), item.level),
        (_("For whom"), service.for_whom),
    )
    for title, said in named:
        if said:
            yield Row(title, (said,))
    yield Row(_("How it is dealt with"), (item.handling, item.online))
    yield Row(_("How often you must come"), (str(item.visits) if item.visits else _("Not at all"),))
    if item.reach:
        yield Row(_("Where it can be done"), (item.reach,))
    yield Row(_("Fee"), (service.fee,), (item.fee_basis,) if item.fee_basis else ())


def _limits(service: ProcedureDeclaration) -> Iterator[Row]:
    clock = longest_clock(service)
    if clock is None:
        yield Row(_("Time"), (_("No time is set for it"),))
        return
    yield Row(_("Time by law"), (by_law(clock),), clock.basis)
    promised = at_the_latest(clock) if clock.promise_working_days else _("Nothing shorter is promised")
    yield Row(_("Time promised"), (promised,))


def _asked(service: ProcedureDeclaration) -> Iterator[Row]:
    here = tongues.here()
    optional = _("(optional)")
    asked = [tongues.say(one.title, here) + ("" if one.required else f" {optional}") for one in papers(service)]
    yield Row(_("Papers"), tuple(asked) or (_("None: the form is enough"),))
    if service.item and service.item.not_known:
        yield Row(_("Not known"), (service.item.not_known,))
