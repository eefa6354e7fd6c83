"""The only writes to the ledger."""

from amur.ledger.acts.entries import erase, log_read, record
from amur.ledger.acts.sealing import attest, rotate_key, seal
from amur.ledger.acts.stamping import renew_stamps, stamp
from amur.ledger.acts.subjects import discard, forget, hold, keep_file_key, lift_hold, protect, wipe

__all__ = [
    "attest",
    "discard",
    "erase",
    "forget",
    "hold",
    "keep_file_key",
    "lift_hold",
    "log_read",
    "protect",
    "record",
    "renew_stamps",
    "rotate_key",
    "seal",
    "stamp",
    "wipe",
]
