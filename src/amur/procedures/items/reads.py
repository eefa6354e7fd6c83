"""How the item of a procedure stands on a day: as its record in the register of items says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from amur.base.acting import SYSTEM, Scope
from amur.base.faults import NotFound, Refused
from amur.procedures import declared
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.items.declarations import Item
from amur.registers import reads as registers
from amur.registers.reads import RecordView


@dataclass(frozen=True, slots=True)
class ItemView:
    """The item of a procedure on a day; ``record`` is None where the register holds none of its key."""

    definition: ProcedureDeclaration
    item: Item
    record: RecordView | None

    @property
    def is_open(self) -> bool:
        """Say whether somebody may begin here."""
        return self.record is None or self.record.state not in self.item.closed_in


def item_of(scope: Scope, definition: ProcedureDeclaration, *, on: date) -> ItemView | None:
    """Return the item of a procedure as it stands on a day; None where it names none."""
    item = definition.item
    if item is None:
        return None
    return ItemView(definition, item, _record(scope, item, on))


def _record(scope: Scope, item: Item, on: date) -> RecordView | None:
    """Return what held for the record on the day; one that had ended by then still says in which state."""
    try:
        return registers.as_of(scope, item.register_id, item.key, valid_on=on)
    except NotFound:
        pass
    try:
        last = registers.history(scope, item.register_id, item.key)[0]
    except NotFound:
        return None
    return last if last.valid_to is not None and last.valid_to < on else None


def items(scope: Scope, *, on: date) -> Iterator[ItemView]:
    """Yield the items that procedures of the active pack carry out."""
    for definition in declared.everything().procedures.values():
        if (found := item_of(scope, definition, on=on)) is not None:
            yield found


def carrying_out(register_id: str, key: str) -> tuple[ProcedureDeclaration, ...]:
    """Return the procedures that carry out the item of a record."""
    every = declared.everything().procedures.values()
    return tuple(one for one in every if one.item and (one.item.register_id, one.item.key) == (register_id, key))


def check_open(definition: ProcedureDeclaration, *, on: date) -> None:
    """Refuse what is handed in for an item that nobody applies for here any more.

    Raises:
        Refused: if its record stands in a state that closes it on this day.
    """
    found = item_of(SYSTEM, definition, on=on)
    if found is not None and not found.is_open and found.record is not None:
        said = f"the item {found.item.key} is in the state {found.record.state!r} on {on}; nobody applies for it here"
        raise Refused("item_closed", said, state=found.record.state)
