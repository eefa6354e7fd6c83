"""Who decides, and in whose system: told wherever the record that counts is not kept here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from amur.base.declared import Carrier, Text
from amur.exchange.declarations import ExchangeDeclaration
from amur.registers.lookups import active


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """That another system decides; ``note`` says why nothing is handed over to it from here, where nothing is."""

    whose: str
    system: Text
    decides: Text
    note: Text | None

    @property
    def is_handed_over(self) -> bool:
        """Say whether what is handed in here is handed over there."""
        return self.note is None


def elsewhere(carrier: Carrier) -> Elsewhere | None:
    """Return which other system decides for a carrier; None where it is decided here."""
    said = carrier.system_of_record
    if said == "ours":
        return None
    if said.exchange:
        found = active(ExchangeDeclaration, "exchange").get(said.exchange)
        return Elsewhere(_whose(found.whose), found.system, found.decides, None) if found else None
    if said.title is None or said.decides is None:
        return None
    return Elsewhere(_whose(said.whose or "other"), said.title, said.decides, said.no_exchange)


def _whose(whose: str) -> str:
    return {
        "national": _("A national system keeps the record that counts"),
        "provincial": _("Another system of the province keeps the record that counts"),
        "operator": _("The operator's system keeps the record that counts"),
    }.get(whose, _("Another system keeps the record that counts"))
