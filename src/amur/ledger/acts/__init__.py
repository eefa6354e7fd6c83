"""The only writes to the ledger."""

from amur.ledger.acts.entries import erase, log_read, record
from amur.ledger.acts.sealing import rotate_key, seal

__all__ = ["erase", "log_read", "record", "rotate_key", "seal"]
