"""The checks of an item: its register is there and public, and the states that close it are states of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.faults import Fault
from amur.procedures.declarations import ProcedureDeclaration
from amur.registers.checks import Locate, fault
from amur.registers.declarations import RegisterDeclaration


def check_item(
    definition: ProcedureDeclaration, registers: Mapping[str, RegisterDeclaration], locate: Locate
) -> Iterator[Fault]:
    """Yield all faults of the item of a procedure."""
    item = definition.item
    if item is None:
        return
    register = registers.get(item.register_id)
    if register is None:
        found = f"unknown register {item.register_id!r}"
        yield fault(locate, ("item", "register"), "item.register", found, registers)
        return
    if not register.public:
        found = f"the register {register.id!r} of items is not public"
        yield Fault(*locate(("item", "register")), "item.public", found, "say public: true there")
    states = {state.id for state in register.record_states}
    for place, name in enumerate(item.closed_in):
        if name not in states:
            found = f"{register.id!r} has no state {name!r}"
            yield fault(locate, ("item", "closed_in", place), "item.state", found, states)
