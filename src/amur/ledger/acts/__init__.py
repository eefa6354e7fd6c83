"""The only writes to the ledger."""

from amur.ledger.acts.entries import erase, log_read, record
from amur.ledger.acts.sealing import rotate_key, seal
from amur.ledger.acts.stamping import renew_stamps, stamp

__all__ = ["erase", "log_read", "record", "renew_stamps", "rotate_key", "seal", "stamp"]
