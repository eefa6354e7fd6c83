"""The only writes to the ledger."""

from amur.ledger.acts.entries import erase, log_read, record
from amur.ledger.acts.sealing import rotate_key, seal
from amur.ledger.acts.stamping import renew_stamps, stamp
from amur.ledger.acts.subjects import discard, file_key, forget, hold, lift_hold, protect

__all__ = [
    "discard",
    "erase",
    "file_key",
    "forget",
    "hold",
    "lift_hold",
    "log_read",
    "protect",
    "record",
    "renew_stamps",
    "rotate_key",
    "seal",
    "stamp",
]
