"""Whole logs without a database, for tests and benches: headers in sealed order and the heads signed over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from amur.ledger import engine

START = datetime(2026, 1, 1, tzinfo=UTC)
SUITE = engine.SUITES["ed25519+sha256"]
PAIR = SUITE.from_private(bytes(range(32)))
KEYS = {SUITE.key_id(PAIR.public): PAIR.public}


def make_headers(
    subjects: Sequence[str], bodies: Sequence[bytes] = (b"{}",), suite: engine.Suite = SUITE
) -> list[bytes]:
    """Return one header an item of ``subjects``, chained per subject; bodies repeat."""
    tips: dict[str, tuple[int, str]] = {}
    headers = []
    for number, subject in enumerate(subjects):
        sequence, previous = tips.get(subject, (0, engine.FIRST))
        at = engine.instant_text(START + timedelta(seconds=number))
        salt = number.to_bytes(32, "big")
        header = engine.encode_header(
            engine.Header(
                act=engine.commitment("act", salt, b'{"actor_id":"a"}', suite.digest),
                body=engine.commitment("body", salt, bodies[number % len(bodies)], suite.digest),
                happened_at=at,
                kind="case.submitted",
                log=suite.log,
                previous=previous,
                recorded_at=at,
                sequence=sequence,
                subject=subject,
            )
        )
        tips[subject] = (sequence + 1, engine.leaf_hash(header, suite.digest).hex())
        headers.append(header)
    return headers


def sign_heads(
    headers: Sequence[bytes], sizes: Sequence[int], suite: engine.Suite = SUITE, pair: engine.KeyPair = PAIR
) -> list[engine.SignedCheckpoint]:
    """Return the heads of some sizes, each following the one before."""
    frontier: list[bytes | None] = []
    heads, done, previous = [], 0, engine.FIRST
    for size in sizes:
        engine.extend(frontier, [engine.leaf_hash(header, suite.digest) for header in headers[done:size]], suite.digest)
        done = size
        body = engine.checkpoint_body(
            log=suite.log,
            suite=suite.name,
            origin="test",
            key=suite.key_id(pair.public),
            size=size,
            root=engine.root_of(frontier, suite.digest).hex(),
            previous=previous,
            made_at=START + timedelta(seconds=size),
        )
        previous = engine.checkpoint_hash(body, suite.digest)
        heads.append(engine.SignedCheckpoint(body, suite.sign(pair, body), pair.public))
    return heads
