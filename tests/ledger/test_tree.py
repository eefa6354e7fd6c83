"""The Merkle log, judged by pymerkle and by the definition in RFC 9162 written out naively."""

from __future__ import annotations

import hashlib

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from amur.ledger import engine
from amur.ledger.engine import tree
from amur.ledger.engine.suites import sm3, sm3_in_python

digests = st.binary(min_size=32, max_size=32)


def sha256(data):
    return hashlib.sha256(data).digest()


def naive_root(leaves):
    """MTH of RFC 9162, 2.1.1, word for word."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:]))


def path(leaves, ranges):
    return [engine.root(leaves[start:end]) for start, end in ranges]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_that_of_the_definition_and_of_pymerkle(entries):
    leaves = [engine.leaf_hash(entry) for entry in entries]
    assert engine.root(leaves) == naive_root(leaves)
    judge = pymerkle.InmemoryTree(algorithm="sha256")
    judge.append_entries(entries)
    assert judge.get_root() == engine.root(leaves)


@given(st.lists(st.lists(digests, max_size=20), max_size=8))
def test_batches_of_any_size_give_the_same_tree_and_each_node_once(batches):
    frontier, size, nodes = [], 0, {}
    for batch in batches:
        for level, made in enumerate(engine.extend(frontier, batch), start=1):
            for position, node in enumerate(made, start=size >> level):
                assert (level, position) not in nodes
                nodes[level, position] = node
        size += len(batch)
    leaves = [leaf for batch in batches for leaf in batch]
    assert engine.root_of(frontier) == naive_root(leaves)
    assert set(nodes) == {
        (level, position) for level in range(1, size.bit_length()) for position in range(size >> level)
    }
    for (level, position), node in nodes.items():
        assert node == naive_root(leaves[position << level : (position + 1) << level])


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_range_is_made_of_complete_subtrees_within_it(start, width):
    covered = [
        leaf
        for level, position in engine.complete_subtrees(start * 256, start * 256 + width)
        for leaf in range(position << level, (position + 1) << level)
    ]
    assert covered == list(range(start * 256, start * 256 + width))


@given(st.data(), st.integers(1, 90))
def test_inclusion_proofs_are_those_of_pymerkle_and_prove_nothing_else(data, size):
    entries = [bytes([number]) for number in range(size)]
    leaves = [engine.leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, size - 1))
    judge = pymerkle.InmemoryTree(algorithm="sha256")
    judge.append_entries(entries)
    theirs = judge.prove_inclusion(index + 1)
    ours = path(leaves, engine.inclusion_ranges(index, size))
    assert theirs.path == [leaves[index], *ours]
    # The judge checks our path, not only its own.
    theirs.path = [leaves[index], *ours]
    pymerkle.verify_inclusion(leaves[index], engine.root(leaves), theirs, index=index + 1, size=size)
    assert engine.root_from_inclusion(leaves[index], index, size, ours) == engine.root(leaves)
    wrong = data.draw(st.integers(0, size + 3))
    if wrong != index:
        assert engine.root_from_inclusion(leaves[index], wrong, size, ours) != engine.root(leaves)
    assert engine.root_from_inclusion(leaves[index], index, size, [*ours, leaves[0]]) is None


def naive_consistency(old, leaves, whole=True):
    """SUBPROOF of RFC 9162, 2.1.4.1, word for word."""
    size = len(leaves)
    if old == size:
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < size:
        k *= 2
    if old <= k:
        return [*naive_consistency(old, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_consistency(old - k, leaves[k:], False), naive_root(leaves[:k])]


@given(st.data(), st.integers(1, 90))
def test_consistency_proofs_are_those_of_the_definition_and_prove_nothing_else(data, new):
    leaves = [engine.leaf_hash(bytes([number])) for number in range(new)]
    old = data.draw(st.integers(1, new))
    ours = path(leaves, engine.consistency_ranges(old, new))
    roots = engine.root(leaves[:old]), engine.root(leaves)
    assert ours == naive_consistency(old, leaves)
    assert engine.extends(old, roots[0], new, roots[1], ours)
    for place in range(len(ours)):
        forged = [*ours]
        forged[place] = sha256(forged[place])
        assert not engine.extends(old, roots[0], new, roots[1], forged)
    assert not engine.extends(old, sha256(roots[0]), new, roots[1], ours)
    assert not engine.extends(old, roots[0], new, sha256(roots[1]), ours)
    assert not engine.extends(old, roots[0], new, roots[1], [*ours, leaves[0]])


@pytest.mark.parametrize("new", range(1, 40))
def test_pymerkle_accepts_our_consistency_proofs(new):
    """pymerkle always sends the old root, and splits further where the old tree is a whole side of the new one."""
    entries = [bytes([number]) for number in range(new)]
    leaves = [engine.leaf_hash(entry) for entry in entries]
    judge = pymerkle.InmemoryTree(algorithm="sha256")
    judge.append_entries(entries)
    for old in range(1, new + 1):
        proof = judge.prove_consistency(old, new)
        roots = engine.root(leaves[:old]), engine.root(leaves)
        ranges = engine.consistency_ranges(old, new)
        _, _, theirs = pymerkle.core._consistency_path_layout(old, new)
        if theirs in (ranges, [(0, old), *ranges]):
            proof.path = [*([roots[0]] if len(theirs) > len(ranges) else []), *path(leaves, ranges)]
        else:
            assert old & (old - 1) == 0 or any(end == old for _, end in theirs)
        pymerkle.verify_consistency(*roots, proof, prior_size=old, later_size=new)


def test_a_tree_extends_the_empty_tree_and_none_that_is_larger():
    leaf = engine.leaf_hash(b"")
    assert engine.extends(0, sha256(b""), 1, leaf, [])
    assert not engine.extends(0, leaf, 1, leaf, [])
    assert not engine.extends(2, leaf, 1, leaf, [])
    assert engine.consistency_ranges(0, 5) == []


@pytest.mark.parametrize(
    ("text", "digest"),
    [  # GB/T 32905, appendix A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_is_that_of_the_standard_with_openssl_and_without(text, digest, monkeypatch):
    assert sm3(text).hex() == sm3_in_python(text).hex() == digest
    monkeypatch.setattr(hashlib, "algorithms_available", set())
    assert sm3(text).hex() == digest


def test_trees_of_another_hash_use_it_for_every_node():
    leaves = [engine.leaf_hash(bytes([number]), sm3) for number in range(3)]
    inner = tree.node_hash(leaves[0], leaves[1], sm3)
    assert engine.root(leaves, sm3) == tree.node_hash(inner, leaves[2], sm3)
