"""The only writes of this room, by subject. Nothing is overwritten or deleted."""

from amur.registers.acts.erasing import erase_due, erase_record, hear_of_forgetting
from amur.registers.acts.indexes import sync
from amur.registers.acts.records import close_record, write_record
from amur.registers.acts.states import change_state, merge_holder, turn_due

__all__ = [
    "change_state",
    "close_record",
    "erase_due",
    "erase_record",
    "hear_of_forgetting",
    "merge_holder",
    "sync",
    "turn_due",
    "write_record",
]
