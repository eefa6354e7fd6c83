"""What went to and fro and how it stands, for whoever looks after an exchange or has a case in it."""

from amur.exchange.reads.bundles import attachments_of, brings_files, write_bundle
from amur.exchange.reads.desk import (
    OVERDUE,
    ExchangeView,
    comparisons,
    differences,
    exchange_of,
    exchanges,
    file_of,
    files_made,
    intake_of,
    intakes,
    message_of,
    messages,
    refusals,
)
from amur.exchange.reads.systems import HandedOverView, SystemView, handed_over, number_there, system_of

__all__ = [
    "OVERDUE",
    "ExchangeView",
    "HandedOverView",
    "SystemView",
    "attachments_of",
    "brings_files",
    "comparisons",
    "differences",
    "exchange_of",
    "exchanges",
    "file_of",
    "files_made",
    "handed_over",
    "intake_of",
    "intakes",
    "message_of",
    "messages",
    "number_there",
    "refusals",
    "system_of",
    "write_bundle",
]
