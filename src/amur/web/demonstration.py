"""Whether this installation holds demonstration data, so that no page shows an invented figure without saying so."""

from __future__ import annotations

from amur.base.acting import SYSTEM
from amur.ledger import reads as ledger

KIND = "demonstration.played"
"""The entry that playing a demonstration leaves in the ledger; it cannot be taken back, and neither can the notice."""

_seen: set[str] = set()


def is_present(*, ask: bool = True) -> bool:
    """Say whether a demonstration was played here; without ``ask`` only what this process already knows counts."""
    if not _seen and ask and ledger.holds_kind(SYSTEM, "system", KIND):
        _seen.add(KIND)
    return bool(_seen)
