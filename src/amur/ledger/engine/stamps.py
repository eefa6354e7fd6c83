"""What an outside authority is asked to stamp (RFC 3161), and whether its token fits.

Checkpoints are stamped in batches: the message is the root of a small Merkle tree over them. A renewal puts the old
token into the leaf, so that the new token vouches for both with newer algorithms (the idea of RFC 4998).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import Certificate
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from amur.base.canonical import canonical
from amur.ledger.engine import tree
from amur.ledger.engine.suites import Digest, sha256


def sha512(data: bytes) -> bytes:
    """Return the SHA-512 digest.

    >>> sha512(b"abc").hex()[:16]
    'ddaf35a193617aba'
    """
    return hashlib.sha512(data).digest()


ALGORITHMS: dict[str, tuple[Digest, HashAlgorithm]] = {
    "sha256": (sha256, HashAlgorithm.SHA256),
    "sha512": (sha512, HashAlgorithm.SHA512),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """What is stamped at once: the message and, for each member, the path that leads to it."""

    message: bytes
    paths: tuple[tuple[bytes, ...], ...]


def member(checkpoint: bytes, old_token: bytes = b"") -> bytes:
    """Return the bytes that stand for a checkpoint, or for it with the token that is renewed.

    >>> member(b"{}"), member(b"{}", b"t")
    (b'{}', b'{"checkpoint":"{}","token":"74"}')
    """
    if not old_token:
        return checkpoint
    return canonical({"checkpoint": checkpoint.decode(), "token": old_token.hex()})


def batch(members: Sequence[bytes], algorithm: str) -> Batch:
    """Return the message over members, and their paths.

    >>> made = batch([b"a", b"b", b"c"], "sha256")
    >>> message(b"b", 1, 3, made.paths[1], "sha256") == made.message
    True
    """
    digest, _ = ALGORITHMS[algorithm]
    leaves = [tree.leaf_hash(each, digest) for each in members]
    size = len(leaves)
    paths = (
        tuple(tree.root(leaves[start:end], digest) for start, end in tree.inclusion_ranges(index, size))
        for index in range(size)
    )
    return Batch(tree.root(leaves, digest), tuple(paths))


def message(one: bytes, index: int, size: int, path: Sequence[bytes], algorithm: str) -> bytes | None:
    """Return the stamped message that a member's path leads to, or None if it is not a path of that shape.

    >>> message(b"b", 1, 3, [], "sha256") is None
    True
    """
    digest, _ = ALGORITHMS[algorithm]
    return tree.root_from_inclusion(tree.leaf_hash(one, digest), index, size, path, digest)


def request(stamped: bytes, algorithm: str) -> TimeStampRequest:
    """Return a request with a nonce that asks for the signer's certificate.

    >>> request(b"root", "sha256").nonce != request(b"root", "sha256").nonce
    True
    """
    return (
        TimestampRequestBuilder()
        .data(stamped)
        .hash_algorithm(ALGORITHMS[algorithm][1])
        .cert_request(cert_request=True)
        .build()
    )


def answered(token: bytes, asked: TimeStampRequest) -> datetime:
    """Return the time in an authority's answer.

    Raises:
        ValueError: if it is no answer to this request.

    >>> answered(b"<html>", request(b"root", "sha256"))
    Traceback (most recent call last):
    ...
    ValueError: the authority's answer is not a time stamp
    """
    try:
        response = decode_timestamp_response(token)
    except ValueError:
        raise ValueError("the authority's answer is not a time stamp") from None
    if response.status != 0:
        raise ValueError(f"the authority refused with status {response.status}")
    info = response.tst_info
    if info.nonce != asked.nonce or info.message_imprint.message != asked.message_imprint.message:
        raise ValueError("the authority stamped something else")
    return info.gen_time


def holds(token: bytes, stamped: bytes, roots: Sequence[Certificate]) -> bool:
    """Say whether a token stamps a message and leads to one of the trusted roots.

    >>> holds(b"no token", b"root", [])
    False
    """
    builder = VerifierBuilder()
    for certificate in roots:
        builder = builder.add_root_certificate(certificate)
    try:
        return builder.build().verify_message(decode_timestamp_response(token), stamped)
    except (ValueError, VerificationError):
        return False
