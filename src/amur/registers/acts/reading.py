"""That somebody read what not everybody may, written down."""

from __future__ import annotations

from datetime import datetime

from amur.base.acting import Actor
from amur.ledger import acts as ledger


def log_reading(subject: str, *, by: Actor, now: datetime, purpose: str) -> None:
    """Write down that a record was read with what is restricted in it, and for what."""
    ledger.log_read(subject=subject, by=by, now=now, purpose=purpose)
