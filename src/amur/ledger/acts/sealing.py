"""Sealing: the single sealer gives new entries their place in the Merkle log and signs the head; keys are rotated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from amur.base.acting import Actor, IdempotencyKey
from amur.base.canonical import Json, canonical
from amur.base.faults import Conflict, Refused
from amur.ledger import dialect, engine, signing
from amur.ledger.acts.entries import record
from amur.ledger.models import Checkpoint, EntryContent, Leaf, Node, SigningKey, Unsealed

ATTESTED = "amur-statement/1"
"""The format of a signed statement."""

_ROWS = 5000
_FORGET = 'DELETE FROM ledger_unsealed WHERE entry_id IN (SELECT entry_id FROM ledger_leaf WHERE "index" >= %s)'


@transaction.atomic
def seal(now: datetime) -> Checkpoint | None:
    """Add all entries that wait to the log and sign the new head; None if none waits.

    Two sealers queue. An entry whose transaction commits later than one with a higher id is sealed in the next round:
    the sealed index is the order that counts.

    Raises:
        Refused: if the key or the suite does not fit this log.
    """
    dialect.lock_sealer(connection)
    waiting = list(Unsealed.objects.order_by("entry_id").values_list("entry_id", "entry__leaf"))
    if not waiting:
        return None
    suite, last = signing.suite(), Checkpoint.objects.order_by("-size").first()
    if last is not None and last.suite != suite.name:
        raise Refused("ledger.other_suite", f"this log is of suite {last.suite}, the settings say {suite.name}")
    size = last.size if last else 0
    key, pair = _signer(suite)
    root = _add_leaves(size, waiting, suite)
    made_at = max(now, last.made_at) if last else now
    body = engine.checkpoint_body(
        log=suite.log,
        suite=suite.name,
        origin=_origin(last, key),
        key=key.key_id,
        size=size + len(waiting),
        root=root,
        previous=engine.checkpoint_hash(last.body.encode(), suite.digest) if last else engine.FIRST,
        made_at=made_at,
    )
    return Checkpoint.objects.create(
        size=size + len(waiting),
        root=root,
        made_at=made_at,
        suite=suite.name,
        key_id=key.key_id,
        body=body.decode(),
        signature=suite.sign(pair, body).hex(),
    )


def _add_leaves(size: int, waiting: Sequence[tuple[int, str]], suite: engine.Suite) -> str:
    """Store leaves and the complete subtrees they make; return the root."""
    frontier = stored_frontier(size)
    Leaf.objects.bulk_create(
        (Leaf(index=index, entry_id=entry_id) for index, (entry_id, _) in enumerate(waiting, start=size)),
        batch_size=_ROWS,
    )
    made = engine.extend(frontier, [bytes.fromhex(leaf) for _, leaf in waiting], suite.digest)
    Node.objects.bulk_create(
        (
            Node(level=level, position=position, digest=node.hex())
            for level, nodes in enumerate(made, start=1)
            for position, node in enumerate(nodes, start=size >> level)
        ),
        batch_size=_ROWS,
    )
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [size])
    return engine.root_of(frontier, suite.digest).hex()


def stored_frontier(size: int) -> list[bytes | None]:
    """Return the frontier of the tree of a size from the stored nodes."""
    frontier: list[bytes | None] = [None] * size.bit_length()
    for level, position in engine.complete_subtrees(0, size):
        if level:
            digest = Node.objects.values_list("digest", flat=True).get(level=level, position=position)
        else:
            digest = Leaf.objects.values_list("entry__leaf", flat=True).get(index=position)
        frontier[level] = bytes.fromhex(digest)
    return frontier


def _origin(last: Checkpoint | None, key: SigningKey) -> str:
    if last is not None:
        previous = engine.SignedCheckpoint(last.body.encode(), b"", b"").parsed()
        if previous is None:
            raise Refused("ledger.damaged", f"the checkpoint of size {last.size} was altered; verify the ledger")
        return previous.origin
    origin: str = getattr(settings, "LEDGER_ORIGIN", "") or f"amur:{key.key_id}"
    if not origin.isascii():
        raise Refused("ledger.origin", f"found LEDGER_ORIGIN {origin!r}; use ASCII characters")
    return origin


def _signer(suite: engine.Suite) -> tuple[SigningKey, engine.KeyPair]:
    """Return the newest key whose introduction is sealed under an older one, with its private half."""
    for key in SigningKey.objects.order_by("-number"):
        if not key.introduced_by or Leaf.objects.filter(entry__leaf=key.introduced_by).exists():
            pair = signing.read(key.number)
            if suite.key_id(pair.public) != key.key_id:
                raise Refused(
                    "ledger.other_key", f"{signing.key_path(key.number)} is not the key {key.key_id} of this log"
                )
            return key, pair
    pair = signing.read_or_make(1)
    first = SigningKey.objects.create(
        number=1, suite=suite.name, key_id=suite.key_id(pair.public), public=pair.public.hex()
    )
    return first, pair


@transaction.atomic
def attest(statement: Mapping[str, Json]) -> dict[str, str]:
    """Sign a statement with the key of the log, for whoever verifies it without us; it is written nowhere.

    It has a format of its own, so that no signed head can be taken for one, nor it for a head.

    Raises:
        Refused: if the key or the suite does not fit this log.
    """
    suite = signing.suite()
    key, pair = _signer(suite)
    body = canonical({**statement, "format": ATTESTED, "key": key.key_id, "log": suite.log, "suite": suite.name})
    return {"body": body.decode(), "signature": suite.sign(pair, body).hex(), "public_key": key.public}


def rotate_key(*, by: Actor, now: datetime, reason: str, key: IdempotencyKey = "") -> SigningKey:
    """Make the next signing key and introduce it by an entry; it signs once that entry is sealed under the old key.

    The same key of the caller again, right after, makes no further one.

    Raises:
        Conflict: if there is no first key yet: seal once.
    """
    dialect.lock_sealer(connection)
    last = SigningKey.objects.order_by("-number").first()
    if last is None:
        raise Conflict("ledger.no_key_yet", "the log has no key yet; its first seal makes one")
    if key and _introduced_by(last) == key:
        return last
    suite, number = signing.suite(), last.number + 1
    public = signing.read_or_make(number).public
    entry = record(
        subject="system",
        kind="ledger.key_introduced",
        by=by,
        now=now,
        body={
            "key": suite.key_id(public),
            "number": number,
            "public": public.hex(),
            "reason": reason,
            "suite": suite.name,
            **({"idempotency": key} if key else {}),
        },
    )
    return SigningKey.objects.create(
        number=number, suite=suite.name, key_id=suite.key_id(public), public=public.hex(), introduced_by=entry.leaf
    )


def _introduced_by(key: SigningKey) -> IdempotencyKey:
    """Return the caller's key with which a signing key was asked for; of the first, which nobody asked for, none."""
    content = EntryContent.objects.filter(entry__leaf=key.introduced_by).first()
    return str(json.loads(content.body or "{}").get("idempotency", "")) if content else ""
