"""Queries of the ledger. What is public takes no scope; what is not takes one and has no default."""

from amur.ledger.reads.entries import EntryView, SealedEntry, entries_of, sealed_after
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
from amur.ledger.reads.whole import export

__all__ = [
    "EntryView",
    "InclusionProof",
    "Report",
    "SealedEntry",
    "checkpoints",
    "consistency_proof",
    "entries_of",
    "export",
    "extension",
    "head",
    "inclusion_proof",
    "published",
    "receipt",
    "root_at",
    "sealed_after",
    "signing_keys",
    "trusted_keys",
    "verify_stored",
]
