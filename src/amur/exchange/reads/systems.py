"""Which system decides or keeps the record that counts, as pages say it of a service, a case and a register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import UUIDField

from amur.base.acting import Scope
from amur.base.declared import Carrier, SystemOfRecord, Text
from amur.exchange import declared, other_side
from amur.exchange.models import Link, Message
from amur.exchange.other_side import Standing
from amur.ledger.prepared import prepared
from amur.procedures import declared as procedures
from amur.procedures.models import Case
from amur.procedures.seeing import may_see, seen

_TOLD = prepared(
    lambda case: (
        Message.objects.filter(case_id=case).exclude(state=Message.State.DROPPED).order_by("made_at", "sequence")
    ),
    UUIDField(),
)


@dataclass(frozen=True, slots=True)
class SystemView:
    """Another system whose record counts: whose it is, how it is called, who decides there, how we hand over to it.

    ``no_exchange`` is why nothing is handed over; ``standing`` whether the other side is set up here, or imagined.
    """

    whose: Literal["national", "provincial", "operator", "other"]
    title: Text
    decides: Text
    exchange: str = ""
    summary: Text | None = None
    no_exchange: Text | None = None
    standing: Standing = "absent"


@dataclass(frozen=True, slots=True)
class HandedOverView:
    """One message about a case, as its party may know of it: what it is, how far it is, under which number there."""

    title: Text
    system: Text
    exchange: str
    row: Message
    is_simulated: bool

    @property
    def state(self) -> str:
        """Return how far it is."""
        return self.row.state


def system_of(carrier: Carrier) -> SystemView | None:
    """Return the system whose record of a carrier counts, or None where it is ours."""
    said = carrier.system_of_record
    if not isinstance(said, SystemOfRecord):
        return None
    if said.exchange is None:
        # The declaration has seen to it that the three are said where no exchange says them.
        assert said.whose and said.title and said.decides  # noqa: S101, PT018 -- so that types know it too
        return SystemView(said.whose, said.title, said.decides, no_exchange=said.no_exchange)
    found = declared.everything().exchanges.get(said.exchange)
    if found is None:
        return None
    standing = other_side.standing(found.id)
    return SystemView(found.whose, found.system, found.decides, found.id, found.summary, standing=standing)


def handed_over(scope: Scope, case_id: UUID) -> tuple[HandedOverView, ...]:
    """Return what was told to other systems about a case, the oldest first, for whoever may know of the case.

    Raises:
        NotFound: if there is no such case, or the reader may not know of it.
    """
    case, _ = seen(scope, case_id)
    return tuple(_view(row) for row in _TOLD(case.pk))


def number_there(scope: Scope, case: Case, exchange_id: str) -> str:
    """Return under which number the other side knows a case, for whoever may know of the case; empty for none."""
    if not may_see(scope, case, procedures.pinned(case.declaration_hash)):
        return ""
    return Link.objects.filter(exchange=exchange_id, case=case).values_list("number", flat=True).first() or ""


def _view(row: Message) -> HandedOverView:
    exchange = declared.pinned(row.declaration_hash)
    return HandedOverView(
        exchange.sends(row.message).title, exchange.system, exchange.id, row, is_simulated=row.way == "simulated"
    )
