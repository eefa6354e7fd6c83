"""The only writes of this room, by subject. Nothing is overwritten or deleted."""

from amur.registers.acts.records import close_record, write_record
from amur.registers.acts.states import change_state, merge_holder, turn_due

__all__ = ["change_state", "close_record", "merge_holder", "turn_due", "write_record"]
