"""The only writes of this room, by subject. Nothing is overwritten or deleted."""

from amur.registers.acts.checking import Defaults, check_rows
from amur.registers.acts.erasing import erase_due, erase_record, hear_of_forgetting
from amur.registers.acts.importing import BATCH, HANDLERS, drop_import, import_rows, start_import, tidy_imports
from amur.registers.acts.indexes import sync
from amur.registers.acts.reading import log_reading
from amur.registers.acts.records import close_record, write_record
from amur.registers.acts.sealing import seal_what_is_plain
from amur.registers.acts.states import change_state, merge_holder, turn_due

__all__ = [
    "BATCH",
    "HANDLERS",
    "Defaults",
    "change_state",
    "check_rows",
    "close_record",
    "drop_import",
    "erase_due",
    "erase_record",
    "hear_of_forgetting",
    "import_rows",
    "log_reading",
    "merge_holder",
    "seal_what_is_plain",
    "start_import",
    "sync",
    "tidy_imports",
    "turn_due",
    "write_record",
]
