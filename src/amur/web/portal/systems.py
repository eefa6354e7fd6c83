"""Who decides, and in whose system: told wherever the record that counts is not kept here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from amur.base.declared import Carrier, Text
from amur.exchange import reads as exchange


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
    found = exchange.system_of(carrier)
    return Elsewhere(_whose(found.whose), found.title, found.decides, found.no_exchange) if found else None


def _whose(whose: str) -> str:
    return {
        "national": _("A national system keeps the record that counts"),
        "provincial": _("Another system of the province keeps the record that counts"),
        "operator": _("The operator's system keeps the record that counts"),
    }.get(whose, _("Another system keeps the record that counts"))
