"""What registers say, to whom: every read takes a scope, and a restricted field never leaves a public read."""

from amur.registers.reads.exporting import as_csv, template, typed
from amur.registers.reads.importing import import_of, imports, unfinished
from amur.registers.reads.listing import Wanted, filters_for, wanted_of
from amur.registers.reads.newest import newest
from amur.registers.reads.records import as_of, every_record, history, record, records, records_by_key, version
from amur.registers.reads.relisting import documents
from amur.registers.reads.scoping import RecordView, keeper_role, kept, register, registers

__all__ = [
    "RecordView",
    "Wanted",
    "as_csv",
    "as_of",
    "documents",
    "every_record",
    "filters_for",
    "history",
    "import_of",
    "imports",
    "keeper_role",
    "kept",
    "newest",
    "record",
    "records",
    "records_by_key",
    "register",
    "registers",
    "template",
    "typed",
    "unfinished",
    "version",
    "wanted_of",
]
