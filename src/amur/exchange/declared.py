"""The declarations of this room as its own types: exchanges by id or by pinned hash, and what each of them hears of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from amur.base.faults import NotFound
from amur.exchange.declarations import ExchangeDeclaration, Inbound, Outbound, Reconciliation
from amur.policy import reads as policy
from amur.policy.models import PackRelease
from amur.registers import lookups

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Active:
    """What the active pack declares for this room: exchanges by id, the procedures and registers that they tell of.

    ``began_at`` is when each came first: what happened before is not told.
    """

    release: str
    exchanges: Mapping[str, ExchangeDeclaration]
    hashes: Mapping[str, str]
    procedures: frozenset[str]
    registers: frozenset[str]
    began_at: Mapping[str, datetime]


def everything() -> Active:
    """Return the exchanges of the active pack, with one query where they are known."""
    wanted = policy.active_hash()
    found = _known.get(wanted)
    if found is None:
        found = _read(wanted)
        # Another process may have synced between the questions; such a mixture is answered and not kept.
        if policy.active_hash() == wanted:
            _known.clear()
            _known[wanted] = found
    return found


def _read(release: str) -> Active:
    exchanges = lookups.active(ExchangeDeclaration, "exchange")
    sent = [one for exchange in exchanges.values() for one in exchange.outbound]
    return Active(
        release,
        exchanges,
        {name: one.hash for name, one in policy.declarations("exchange").items()},
        frozenset(one.procedure_id for one in sent if one.procedure_id),
        frozenset(one.register_id for one in sent if one.register_id),
        {name: at for name in exchanges if (at := _first(name))},
    )


def _first(exchange_id: str) -> datetime | None:
    held = PackRelease.objects.filter(declarations__kind="exchange", declarations__declared_id=exchange_id)
    return held.order_by("synced_at").values_list("synced_at", flat=True).first()


def exchange(exchange_id: str) -> tuple[str, ExchangeDeclaration]:
    """Return hash and declaration of an exchange of the active pack.

    Raises:
        NotFound: if there is none of this id.
    """
    found = everything()
    if exchange_id not in found.exchanges:
        raise NotFound("no_exchange", f"the active pack declares no exchange {exchange_id!r}")
    return found.hashes[exchange_id], found.exchanges[exchange_id]


def pinned(content_hash: str) -> ExchangeDeclaration:
    """Return the exchange as it was when a message was made or a file was read."""
    return lookups.by_hash(ExchangeDeclaration, content_hash)


def sends(declared: ExchangeDeclaration, name: str) -> Outbound:
    """Return an outbound message.

    Raises:
        NotFound: if there is none of this id.
    """
    return _named(declared.sends, name, "no_message", f"{declared.id!r} sends no message {name!r}")


def hears(declared: ExchangeDeclaration, name: str) -> Inbound:
    """Return an inbound message.

    Raises:
        NotFound: if there is none of this id.
    """
    return _named(declared.hears, name, "no_message", f"{declared.id!r} takes no message {name!r}")


def compares(declared: ExchangeDeclaration, name: str) -> Reconciliation:
    """Return a reconciliation.

    Raises:
        NotFound: if there is none of this id.
    """
    return _named(declared.compares, name, "no_comparison", f"{declared.id!r} compares nothing called {name!r}")


def _named(ask: Callable[[str], _Part], name: str, code: str, said: str) -> _Part:
    try:
        return ask(name)
    except KeyError:
        raise NotFound(code, said) from None


_known: dict[str, Active] = {}
