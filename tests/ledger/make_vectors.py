"""Writes tests/ledger/vectors.json, what every implementation of the format must agree on.

``python -m tests.ledger.make_vectors`` after a change of the format, which is a new version of it. The trees are those
of RFC 6962's own implementation (certificate-transparency), whose roots and paths are published.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from amur.base.acting import Actor
from amur.base.canonical import canonical
from amur.ledger import engine

FILE = Path(__file__).with_name("vectors.json")
AT = datetime(2026, 3, 10, 2, 0, 0, 123456, tzinfo=UTC)
LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
VALUES: tuple[Any, ...] = (
    {"b": [1, True, None, -5], "a": "令行"},
    {"": "empty key", "é": 1, "\U00010000": 2, "\ue000": 3},
    {"quote": '"\\/', "control": "\u0000\u001f\n\t\u007f\u2028"},
    [9007199254740991, -9007199254740991, 0],
    {},
)


def _part(suite: engine.Suite, part: str, number: int, value: Any) -> tuple[dict[str, Any], str]:
    salt = bytes([number]) * engine.SALT_BYTES
    return {"salt": salt.hex(), "value": value}, engine.commitment(part, salt, canonical(value), suite.digest)


def _log(suite: engine.Suite) -> tuple[list[bytes], list[dict[str, Any]]]:
    """Return five headers of two subjects and what they commit to."""
    headers: list[bytes] = []
    contents: list[dict[str, Any]] = []
    tips: dict[str, tuple[int, str]] = {}
    for number in range(5):
        subject = f"case:{number % 2}"
        act, act_said = _part(suite, "act", 10 + number, Actor("account:1", role="handler", client="desk").as_dict())
        body, body_said = _part(suite, "body", 20 + number, {"number": f"受理〔2026〕{number}号"})
        sequence, previous = tips.get(subject, (0, engine.FIRST))
        header = engine.encode_header(
            engine.Header(
                act=act_said,
                body=body_said,
                happened_at=engine.instant_text(AT),
                kind="case.submitted",
                log=suite.log,
                previous=previous,
                recorded_at=engine.instant_text(AT),
                sequence=sequence,
                subject=subject,
            )
        )
        tips[subject] = (sequence + 1, engine.leaf_hash(header, suite.digest).hex())
        headers.append(header)
        contents.append({"act": act, "body": body})
    return headers, contents


def _receipt(suite: engine.Suite) -> dict[str, Any]:
    headers, contents = _log(suite)
    leaves = [engine.leaf_hash(header, suite.digest) for header in headers]
    pair = suite.from_private(bytes(range(1, 33)))
    body = engine.checkpoint_body(
        log=suite.log,
        suite=suite.name,
        origin="vectors",
        key=suite.key_id(pair.public),
        size=5,
        root=engine.root(leaves, suite.digest).hex(),
        previous=engine.FIRST,
        made_at=AT,
    )
    return {
        "format": "amur-receipt/1",
        "header": headers[3].decode(),
        "index": 3,
        "path": [engine.root(leaves[a:b], suite.digest).hex() for a, b in engine.inclusion_ranges(3, 5)],
        "checkpoint": {
            "body": body.decode(),
            "signature": suite.sign(pair, body).hex(),
            "public_key": pair.public.hex(),
        },
        "disclosed": contents[3],
        "stamps": [],
    }


def _tree(suite: engine.Suite) -> dict[str, Any]:
    leaves = [engine.leaf_hash(bytes.fromhex(leaf), suite.digest) for leaf in LEAVES]

    def path(ranges: list[tuple[int, int]]) -> list[str]:
        return [engine.root(leaves[a:b], suite.digest).hex() for a, b in ranges]

    return {
        "hash": suite.hash_name,
        "leaves": list(LEAVES),
        "roots": [engine.root(leaves[:size], suite.digest).hex() for size in range(9)],
        "inclusion": [
            {"index": index, "size": size, "path": path(engine.inclusion_ranges(index, size))}
            for size in range(1, 9)
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": new, "path": path(engine.consistency_ranges(old, new))}
            for new in range(1, 9)
            for old in range(1, new + 1)
        ],
    }


def vectors() -> dict[str, Any]:
    """Return all vectors; only SM2 signatures differ from one run to the next."""
    suites = list(engine.SUITES.values())
    return {
        "canonical": [{"value": value, "text": canonical(value).decode()} for value in VALUES],
        "commitments": [
            {"hash": suite.hash_name, "part": part, "commitment": said, **shown}
            for suite in suites
            for part in ("act", "body")
            for shown, said in [_part(suite, part, 7, VALUES[0])]
        ],
        "trees": [_tree(suite) for suite in suites],
        "receipts": [_receipt(suite) for suite in suites],
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
