"""The ledger in public: signed heads, proofs, receipts and keys. It never shows what an entry says, only its header."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from amur.base.acting import PUBLIC
from amur.base.faults import NotFound
from amur.ledger import reads
from amur.ledger.models import Checkpoint
from amur.web.open.api.schemas import (
    CheckpointOut,
    CheckpointPage,
    ConsistencyOut,
    InclusionOut,
    KeyOut,
    KeysOut,
    Problem,
)

router = Router(tags=["ledger"])

_PAGE = 100
_LARGEST = 2**53 - 1
EntryHash = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The hash of the entry's header.")]
OldSize = Annotated[int, Query(ge=0, le=_LARGEST, description="The size of the older log.")]
After = Annotated[int, Query(ge=0, le=_LARGEST)]
Size = Annotated[int | None, Query(ge=0, le=_LARGEST, description="By default that of the newest head.")]
# One alias a default: the framework keeps the default in the alias, which two defaults would have to share.


@router.get(
    "/head",
    response={200: CheckpointOut, 404: Problem},
    operation_id="ledger_head",
    url_name="ledger_head",
    summary="The newest head",
)
def head(request: HttpRequest) -> CheckpointOut:  # noqa: ARG001  # the framework passes it
    """Return the newest signed head. Keep it: a later log that does not extend it was rewritten."""
    found = reads.head()
    if found is None:
        raise NotFound("no_head", "the ledger was not sealed yet; ask again in a moment")
    return checkpoint_out(found)


@router.get(
    "/checkpoints",
    response=CheckpointPage,
    operation_id="ledger_checkpoints",
    url_name="ledger_checkpoints",
    summary="Signed heads by size",
)
def checkpoints(
    request: HttpRequest,  # noqa: ARG001  # the framework passes it
    after: After = 0,
    limit: Annotated[int, Query(ge=1, le=_PAGE)] = _PAGE,
) -> CheckpointPage:
    """Return the heads of more than after entries."""
    found = reads.checkpoints(after, limit + 1)
    more = len(found) > limit
    page = found[:limit]
    return CheckpointPage(checkpoints=[checkpoint_out(one) for one in page], next_after=page[-1].size if more else None)


@router.get(
    "/entries/{entry_hash}/receipt",
    response={200: dict[str, Any], 404: Problem, 409: Problem},
    operation_id="ledger_receipt",
    url_name="ledger_receipt",
    summary="An entry's receipt",
)
def receipt(request: HttpRequest, entry_hash: EntryHash) -> dict[str, Any]:  # noqa: ARG001  # the framework passes it
    """Return the JSON that proves, without this server, that the entry was recorded. 409 while it waits for a seal."""
    return reads.receipt(PUBLIC, entry_hash)


@router.get(
    "/entries/{entry_hash}/inclusion",
    response={200: InclusionOut, 404: Problem, 409: Problem},
    operation_id="ledger_inclusion",
    url_name="ledger_inclusion",
    summary="An inclusion proof",
)
def inclusion(request: HttpRequest, entry_hash: EntryHash, size: Size = None) -> InclusionOut:  # noqa: ARG001  # the framework passes it
    """Return the proof that the entry is in the log of a size, by default the newest sealed one."""
    proof = reads.inclusion_proof(entry_hash, size)
    return InclusionOut(entry=proof.leaf, index=proof.index, size=proof.size, path=list(proof.path))


@router.get(
    "/consistency",
    response={200: ConsistencyOut, 409: Problem},
    operation_id="ledger_consistency",
    url_name="ledger_consistency",
    summary="A consistency proof",
)
def consistency(request: HttpRequest, old: OldSize, new: Size = None) -> ConsistencyOut:  # noqa: ARG001  # the framework passes it
    """Return the proof that the log of size new, by default the newest, begins with that of size old."""
    newest = reads.head()
    size = new if new is not None else newest.size if newest else 0
    return ConsistencyOut(old=old, new=size, path=reads.consistency_proof(old, size))


@router.get("/keys", response=KeysOut, operation_id="ledger_keys", url_name="ledger_keys", summary="Public keys")
def keys(request: HttpRequest) -> KeysOut:  # noqa: ARG001  # the framework passes it
    """Return the keys. Compare them with what you noted before, or with what the authority printed elsewhere."""
    newest = reads.head()
    found = [KeyOut(key_id=key_id, public_key=public.hex()) for key_id, public in reads.trusted_keys().items()]
    return KeysOut(suite=newest.suite if newest else "", keys=found)


def checkpoint_out(checkpoint: Checkpoint) -> CheckpointOut:
    """Return a head as the interface shows it."""
    return CheckpointOut(
        size=checkpoint.size,
        root=checkpoint.root,
        made_at=checkpoint.made_at,
        suite=checkpoint.suite,
        key_id=checkpoint.key_id,
        **reads.published(checkpoint),
    )
