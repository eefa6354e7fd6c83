"""What registers say, to whom: every read takes a scope, and a restricted field never leaves a public read."""

from amur.registers.reads.listing import Wanted, filters_for, wanted_of
from amur.registers.reads.records import as_of, every_record, history, record, records, version
from amur.registers.reads.scoping import RecordView, keeper_role, kept, register, registers

__all__ = [
    "RecordView",
    "Wanted",
    "as_of",
    "every_record",
    "filters_for",
    "history",
    "keeper_role",
    "kept",
    "record",
    "records",
    "register",
    "registers",
    "version",
    "wanted_of",
]
