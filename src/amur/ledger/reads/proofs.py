"""Reads that prove: heads, inclusion, consistency, and the receipt that a stranger verifies offline.

All of this is public, except the content that a receipt discloses on request.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

from amur.base.acting import Scope
from amur.base.faults import Conflict, NotFound, Refused
from amur.ledger import engine
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, Node, SigningKey
from amur.ledger.prepared import prepared

RECEIPT_FORMAT = "amur-receipt/1"
EXTENSION_FORMAT = "amur-extension/1"
Part = Literal["act", "body"]


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a leaf stands at an index of the tree of a size and root."""

    leaf: str
    index: int
    size: int
    root: str
    path: tuple[str, ...]


_HEAD = prepared(lambda: Checkpoint.objects.order_by("-size")[:1])


def head() -> Checkpoint | None:
    """Return the newest signed head."""
    return _HEAD.first()


def checkpoints(after_size: int = 0, limit: int = 100) -> list[Checkpoint]:
    """Return signed heads in order of size."""
    return list(Checkpoint.objects.filter(size__gt=after_size).order_by("size")[:limit])


def signing_keys() -> list[SigningKey]:
    """Return all public keys of the log, the first one first."""
    return list(SigningKey.objects.order_by("number"))


def inclusion_proof(entry_hash: str, size: int | None = None) -> InclusionProof:
    """Return the proof that an entry is in the log of a size (the newest sealed, if not said).

    Raises:
        NotFound: if there is no such entry.
        Conflict: if it is not sealed yet, or not within that size.
    """
    index = Leaf.objects.filter(entry__leaf=entry_hash).values_list("index", flat=True).first()
    if index is None:
        if Entry.objects.filter(leaf=entry_hash).exists():
            raise Conflict("ledger.not_sealed_yet", "the entry waits for the next seal; ask again in a moment")
        raise NotFound("ledger.no_such_entry", f"there is no entry {entry_hash}")
    size = _sealed_size(size)
    if index >= size:
        raise Conflict("ledger.not_in_that_size", f"entry {index} is not among the first {size}", index=index)
    root, *path = _roots([(0, size), *engine.inclusion_ranges(index, size)])
    return InclusionProof(entry_hash, index, size, root, tuple(path))


def root_at(size: int) -> str:
    """Return the root of the first ``size`` sealed entries: whoever kept a head compares it with its own.

    Raises:
        Conflict: if the log has not that many entries.
    """
    return _roots([(0, _sealed_size(size))])[0]


def consistency_proof(old: int, new: int | None = None) -> list[str]:
    """Return the proof that the log of size ``new`` (the newest, if not said) extends that of size ``old``.

    Raises:
        Conflict: if the log has not that many entries.
    """
    new = _sealed_size(new)
    if not 0 <= old <= new:
        raise Conflict("ledger.no_such_size", f"size {old} is not within the log of size {new}", size=old)
    return _roots(engine.consistency_ranges(old, new))


def extension(old: int, new: int) -> dict[str, Any]:
    """Return the JSON by which a stranger verifies that one published head extends another.

    Raises:
        NotFound: if there is no head of one of the sizes.
    """
    heads = Checkpoint.objects.in_bulk([old, new])
    for size in (old, new):
        if size not in heads:
            raise NotFound("ledger.no_such_head", f"there is no head of size {size}", size=size)
    return {
        "format": EXTENSION_FORMAT,
        "old": published(heads[old]),
        "new": published(heads[new]),
        "path": consistency_proof(old, new),
    }


def receipt(scope: Scope, entry_hash: str, *, disclose: Collection[Part] = ()) -> dict[str, Any]:
    """Return the JSON by which a stranger verifies, offline, that an entry was recorded.

    ``disclose`` adds content with its salt for whoever is more than the public; that the subject is theirs, the room
    that owns it has made sure of. An erased part is left out: its commitment in the header stays.

    Raises:
        Refused: if the public asks for content.
        NotFound, Conflict: as ``inclusion_proof``.
    """
    if disclose and scope.kind == "public":
        raise Refused("ledger.not_public", "what an entry says is not disclosed to everybody")
    proof = inclusion_proof(entry_hash)
    checkpoint = Checkpoint.objects.filter(size=proof.size).get()
    entry = Entry.objects.select_related("content").get(leaf=entry_hash)
    return {
        "format": RECEIPT_FORMAT,
        "header": entry.header,
        "index": proof.index,
        "path": list(proof.path),
        "checkpoint": published(checkpoint),
        "disclosed": disclosed(entry.content, disclose),
        "stamps": [
            {
                "authority": stamp.authority,
                "token": base64.b64encode(bytes(stamp.token)).decode(),
                "algorithm": stamp.algorithm,
                "batch_index": stamp.batch_index,
                "batch_size": stamp.batch_size,
                "batch_path": stamp.batch_path,
            }
            for stamp in checkpoint.stamps.filter(renews=None)
        ],
    }


def published(checkpoint: Checkpoint) -> dict[str, str]:
    """Return a checkpoint as heads are published: body, signature, public key."""
    public = SigningKey.objects.values_list("public", flat=True).get(key_id=checkpoint.key_id)
    return {"body": checkpoint.body, "signature": checkpoint.signature, "public_key": public}


def disclosed(content: EntryContent, parts: Iterable[Part]) -> dict[str, Any]:
    """Return parts of an entry's content with their salts, without those that were erased."""
    return {
        part: {"salt": getattr(content, f"{part}_salt"), "value": json.loads(text)}
        for part in parts
        if (text := getattr(content, part)) is not None
    }


def _sealed_size(size: int | None) -> int:
    last = head()
    sealed = last.size if last else 0
    if size is not None and size > sealed:
        raise Conflict("ledger.no_such_size", f"the log has {sealed} sealed entries, not {size}", size=size)
    return sealed if size is None else size


def _roots(ranges: Sequence[tuple[int, int]]) -> list[str]:
    """Return the roots over ranges of leaves, with two queries however many there are."""
    parts = [engine.complete_subtrees(start, end) for start, end in ranges]
    wanted = {part for each in parts for part in each}
    nodes = Q()
    for level, position in wanted:
        if level:
            nodes |= Q(level=level, position=position)
    known = {(0, 0): ""}
    leaves = [position for level, position in wanted if level == 0]
    for index, leaf in Leaf.objects.filter(index__in=leaves).values_list("index", "entry__leaf"):
        known[0, index] = leaf
    if nodes:
        for level, position, digest in Node.objects.filter(nodes).values_list("level", "position", "digest"):
            known[level, position] = digest
    digest_of = engine.SUITES[Checkpoint.objects.values_list("suite", flat=True)[0]].digest if ranges else None
    return [engine.fold([bytes.fromhex(known[part]) for part in each], digest_of).hex() for each in parts if digest_of]
