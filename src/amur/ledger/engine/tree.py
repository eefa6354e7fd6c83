"""The Merkle log of RFC 9162, section 2.1: leaves, nodes, roots and proofs.

A tree is described by its *frontier*: the roots of its complete subtrees, the lowest level first, ``None`` where the
size has no such bit. Leaves come in batches and are folded level by level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from amur.ledger.engine.suites import Digest, sha256

Frontier = list[bytes | None]
Range = tuple[int, int]
"""Leaves from the first, up to but without the second."""


def leaf_hash(header: bytes, digest: Digest = sha256) -> bytes:
    """Return the hash of a leaf.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return digest(b"\0" + header)


def node_hash(left: bytes, right: bytes, digest: Digest = sha256) -> bytes:
    """Return the hash of a node.

    >>> node_hash(bytes(32), bytes(32)).hex()[:16]
    'ae0798d0ecaed2b7'
    """
    return digest(b"\1" + left + right)


def extend(frontier: Frontier, leaves: Sequence[bytes], digest: Digest = sha256) -> list[list[bytes]]:
    """Add leaves to a frontier in place and return the new complete nodes, level 1 first.

    >>> frontier = []
    >>> [len(level) for level in extend(frontier, [bytes([n]) * 32 for n in range(5)])]
    [2, 1]
    >>> [node is not None for node in frontier]
    [True, False, True]
    """
    # The fast path calls the constructor itself: a wrapper costs a third of a hash of 65 bytes.
    pair = _pairs_sha256 if digest is sha256 else _pairs(digest)
    made: list[list[bytes]] = []
    nodes, level = list(leaves), 0
    while nodes:
        if level == len(frontier):
            frontier.append(None)
        waiting = frontier[level]
        if waiting is not None:
            nodes.insert(0, waiting)
        frontier[level] = nodes.pop() if len(nodes) % 2 else None
        nodes = pair(nodes)
        level += 1
        if nodes:
            made.append(nodes.copy())
    return made


def _pairs_sha256(nodes: list[bytes]) -> list[bytes]:
    each, make = iter(nodes), hashlib.sha256
    return [make(b"\1" + left + right).digest() for left, right in zip(each, each, strict=True)]


def _pairs(digest: Digest) -> Callable[[list[bytes]], list[bytes]]:
    def pairs(nodes: list[bytes]) -> list[bytes]:
        each = iter(nodes)
        return [digest(b"\1" + left + right) for left, right in zip(each, each, strict=True)]

    return pairs


def root_of(frontier: Frontier, digest: Digest = sha256) -> bytes:
    """Return the root of the tree that a frontier describes.

    >>> root_of([]).hex()[:16]
    'e3b0c44298fc1c14'
    """
    root: bytes | None = None
    for node in frontier:
        if node is not None:
            root = node if root is None else node_hash(node, root, digest)
    return digest(b"") if root is None else root


def root(leaves: Sequence[bytes], digest: Digest = sha256) -> bytes:
    """Return the root over leaf hashes.

    >>> root([leaf_hash(b"")]) == leaf_hash(b"")
    True
    """
    frontier: Frontier = []
    extend(frontier, leaves, digest)
    return root_of(frontier, digest)


def _split(start: int, end: int) -> int:
    """Return where the largest power of two below the width ends."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges of leaves whose roots prove that a leaf is in a tree, the nearest first.

    >>> inclusion_ranges(2, 7)
    [(3, 4), (0, 2), (4, 7)]
    """
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = _split(start, end)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """Return the ranges of leaves whose roots prove that a tree extends another.

    >>> consistency_ranges(3, 7), consistency_ranges(4, 7), consistency_ranges(7, 7)
    ([(2, 3), (3, 4), (0, 2), (4, 7)], [(4, 7)], [])
    """
    if old in (0, new):
        return []
    start, end, ranges = 0, new, []
    while old != end:
        middle = _split(start, end)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The old root itself is known to whoever checks, so a subtree that starts at the first leaf is left out.
    if start:
        ranges.append((start, end))
    return ranges[::-1]


def complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """Return (level, position) of the complete subtrees that make up a range, from left to right.

    >>> complete_subtrees(4, 7)
    [(1, 2), (0, 6)]
    """
    found = []
    while start < end:
        width = 1 << (end - start).bit_length() - 1
        level = width.bit_length() - 1
        found.append((level, start >> level))
        start += width
    return found


def fold(subtrees: Sequence[bytes], digest: Digest = sha256) -> bytes:
    """Return the root over complete subtrees that stand from left to right.

    >>> fold([bytes(32)]) == bytes(32)
    True
    """
    return root_of(list(reversed(subtrees)), digest)


def root_from_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], digest: Digest = sha256
) -> bytes | None:
    """Return the root that an inclusion path leads to, or None if it is not a path of that shape.

    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> root_from_inclusion(b, 1, 2, [a]) == root([a, b])
    True
    >>> root_from_inclusion(b, 1, 2, []) is None
    True
    """
    if not 0 <= index < size:
        return None
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(path):
        return None
    node = leaf
    for (start, _), other in zip(ranges, path, strict=True):
        node = node_hash(other, node, digest) if start < index else node_hash(node, other, digest)
    return node


def extends(  # noqa: PLR0917 -- two trees and the path between them, in the order of RFC 9162
    old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes], digest: Digest = sha256
) -> bool:
    """Say whether a consistency path proves that the new tree extends the old one (RFC 9162, 2.1.4.2).

    >>> leaves = [leaf_hash(bytes([n])) for n in range(3)]
    >>> extends(2, root(leaves[:2]), 3, root(leaves), [leaves[2]])
    True
    >>> extends(2, root(leaves[1:]), 3, root(leaves), [leaves[2]])
    False
    """
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == digest(b"")
    ranges = consistency_ranges(old, new)
    if len(ranges) != len(path):
        return False
    steps = list(zip(ranges, path, strict=True))
    old_node = new_node = old_root
    if ranges[0][0] < old:  # the old root was not left out
        old_node = new_node = steps.pop(0)[1]
    for (start, _), node in steps:
        if start < old:
            old_node, new_node = node_hash(node, old_node, digest), node_hash(node, new_node, digest)
        else:
            new_node = node_hash(new_node, node, digest)
    return old_node == old_root and new_node == new_root
