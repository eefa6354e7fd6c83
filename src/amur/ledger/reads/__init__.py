"""Queries of the ledger. What is public takes no scope; what is not takes one and has no default."""

from amur.ledger.engine import ERASED, Erased
from amur.ledger.reads.entries import EntryView, Place, SealedEntry, entries_of, holds_kind, places, sealed_after
from amur.ledger.reads.proofs import (
    InclusionProof,
    checkpoints,
    consistency_proof,
    extension,
    head,
    inclusion_proof,
    published,
    receipt,
    root_at,
    signing_keys,
)
from amur.ledger.reads.stored import Report, trusted_keys, verify_stored
from amur.ledger.reads.subjects import (
    FORGOTTEN,
    Forgotten,
    file_key,
    forgotten,
    is_forgotten,
    is_held,
    parts_kept,
    reveal,
    reveal_all,
)
from amur.ledger.reads.whole import export

__all__ = [
    "ERASED",
    "FORGOTTEN",
    "EntryView",
    "Erased",
    "Forgotten",
    "InclusionProof",
    "Place",
    "Report",
    "SealedEntry",
    "checkpoints",
    "consistency_proof",
    "entries_of",
    "export",
    "extension",
    "file_key",
    "forgotten",
    "head",
    "holds_kind",
    "inclusion_proof",
    "is_forgotten",
    "is_held",
    "parts_kept",
    "places",
    "published",
    "receipt",
    "reveal",
    "reveal_all",
    "root_at",
    "sealed_after",
    "signing_keys",
    "trusted_keys",
    "verify_stored",
]
