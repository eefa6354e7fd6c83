"""Proofs from the database, judged by pymerkle; verification of what is stored, after tampering with each table."""

from __future__ import annotations

import io
import json

import pymerkle
import pytest
from django.db import connection

from amur.base.acting import SYSTEM
from amur.base.faults import Conflict, NotFound, Refused
from amur.ledger import acts, engine, reads
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, Node
from amur.ledger.reads import stored

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(write):
    """Seal 21 entries of 3 subjects in heads of size 1, 3, 6, 10, 15, 21."""
    for size in range(1, 7):
        for number in range(size):
            write(f"case:{number % 3}")
        acts.seal(NOW)
    return list(Entry.objects.order_by("sealed__index"))


def test_pymerkle_accepts_every_inclusion_proof_of_every_head(log):
    judge = pymerkle.InmemoryTree(algorithm="sha256")
    judge.append_entries([entry.header.encode() for entry in log])
    for head in Checkpoint.objects.all():
        assert judge.get_root(head.size).hex() == head.root
        for index in range(head.size):
            proof = reads.inclusion_proof(log[index].leaf, head.size)
            theirs = judge.prove_inclusion(index + 1, head.size)
            theirs.path = [bytes.fromhex(node) for node in (log[index].leaf, *proof.path)]
            root = bytes.fromhex(head.root)
            pymerkle.verify_inclusion(theirs.path[0], root, theirs, index=index + 1, size=head.size)
            assert proof.root == head.root


def test_every_two_heads_are_consistent(log):
    heads = list(Checkpoint.objects.order_by("size"))
    for old in heads:
        for new in heads:
            if old.size <= new.size:
                path = [bytes.fromhex(node) for node in reads.consistency_proof(old.size, new.size)]
                roots = bytes.fromhex(old.root), bytes.fromhex(new.root)
                assert engine.extends(old.size, roots[0], new.size, roots[1], path)
    assert reads.consistency_proof(0) == []


def test_proofs_of_sizes_between_heads_are_given_too(log):
    proof = reads.inclusion_proof(log[2].leaf, 8)
    assert proof.root == engine.root([bytes.fromhex(entry.leaf) for entry in log[:8]]).hex()


def test_whoever_kept_a_head_can_compare_it(log):
    for head in Checkpoint.objects.all():
        assert reads.root_at(head.size) == head.root
    with pytest.raises(Conflict):
        reads.root_at(22)


def test_a_proof_needs_few_queries(log, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        reads.inclusion_proof(log[4].leaf)
    with django_assert_max_num_queries(4):
        reads.consistency_proof(6, 21)


def test_what_is_not_sealed_or_not_there_says_so(log, write):
    entry = write()
    with pytest.raises(Conflict, match="next seal"):
        reads.receipt(SYSTEM, entry.leaf)
    with pytest.raises(NotFound):
        reads.receipt(SYSTEM, "0" * 64)
    with pytest.raises(Conflict):
        reads.inclusion_proof(log[5].leaf, 5)
    with pytest.raises(Conflict):
        reads.inclusion_proof(log[5].leaf, 22)
    with pytest.raises(Conflict):
        reads.consistency_proof(22, 21)
    with pytest.raises(NotFound):
        reads.extension(2, 21)


def test_heads_are_listed_in_order(log):
    assert reads.head().size == 21
    assert [head.size for head in reads.checkpoints(3, limit=2)] == [6, 10]
    assert [key.number for key in reads.signing_keys()] == [1]


def test_an_empty_ledger_has_no_head_and_holds():
    assert reads.head() is None
    assert reads.verify_stored().holds
    assert reads.export(SYSTEM, io.StringIO()) == 0
    assert reads.consistency_proof(0, 0) == []


def test_a_receipt_shows_content_only_when_asked(log):
    plain = reads.receipt(SYSTEM, log[0].leaf)
    assert plain["disclosed"] == {}
    assert "受理" not in json.dumps(plain, ensure_ascii=False)
    assert reads.receipt(SYSTEM, log[0].leaf, disclose=["body"])["disclosed"]["body"]["value"] == {
        "number": "受理〔2026〕1号"
    }


def test_an_export_shows_no_content_unless_asked(log):
    stream = io.StringIO()
    assert reads.export(SYSTEM, stream) == 21
    assert "受理" not in stream.getvalue()
    assert "officer" not in stream.getvalue()
    assert stream.getvalue().count('"type":"checkpoint"') == 6


def test_verification_of_a_whole_ledger_holds_and_goes_on_later(log, write):
    first = reads.verify_stored()
    assert (first.holds, first.state.sealed, first.unsealed) == (True, 21, 0)
    write("case:1")
    write("case:new")
    acts.seal(NOW)
    second = reads.verify_stored(first.state)
    assert (second.holds, second.state.sealed) == (True, 23)
    # Also with nothing kept but the size and frontier: earlier entries are read where a chain needs them.
    fresh = reads.verify_stored()
    kept = engine.State(
        size=23,
        sealed=23,
        frontier=fresh.state.frontier,
        checkpoint=fresh.state.checkpoint,
        origin=fresh.state.origin,
        last_root=fresh.state.last_root,
    )
    write("case:1")
    write("case:new")
    write("case:newer")
    acts.seal(NOW)
    assert reads.verify_stored(kept).findings == ()


def findings(*states):
    return [(each.what, each.first, each.last) for each in reads.verify_stored(*states).findings]


@pytest.mark.parametrize(
    ("sql", "values", "expected"),
    [
        ("UPDATE ledger_entry SET header = replace(header, 'submitted', 'submittee') WHERE id = %s", [4], ("altered", 4, 4)),
        ("UPDATE ledger_entry SET header = replace(header, 'amur/1/sha256', 'amur/1/md5') WHERE id = %s", [4], ("altered", 4, 4)),
        ("UPDATE ledger_entry SET header = replace(header, '2026-', '2026/') WHERE id = %s", [4], ("altered", 4, 4)),
        ("UPDATE ledger_entry SET leaf = %s WHERE id = %s", ["f" * 64, 4], ("altered", 4, 4)),
        ("UPDATE ledger_entry SET kind = 'case.refused' WHERE id = %s", [4], ("altered", 4, 4)),
        ("UPDATE ledger_entry SET recorded_at = happened_at, happened_at = %s WHERE id = %s", [NOW, 4], ("altered", 4, 4)),
        ("UPDATE ledger_entrycontent SET body = %s WHERE entry_id = %s", ["{}", 4], ("altered", 4, 4)),
        ("UPDATE ledger_entrycontent SET act = NULL WHERE entry_id = %s", [4], ("altered", 4, 4)),
        ("UPDATE ledger_entrycontent SET act = NULL, act_salt = NULL WHERE entry_id = %s", [4], ("missing", 4, 4)),
        ("DELETE FROM ledger_entrycontent WHERE entry_id = %s", [4], ("missing", 4, 4)),
        ("UPDATE ledger_entrycontent SET body_salt = %s WHERE entry_id = %s", ["x" * 64, 4], ("altered", 4, 4)),
        ("UPDATE ledger_entrycontent SET act_salt = %s WHERE entry_id = %s", ["0" * 64, 4], ("altered", 4, 4)),
        ("UPDATE ledger_node SET digest = %s WHERE level = 4 AND position = 0", ["f" * 64], ("altered", 0, 15)),
        ("UPDATE ledger_checkpoint SET signature = %s WHERE size = 10", ["0" * 128], ("checkpoint", 6, 6)),
        ("UPDATE ledger_checkpoint SET signature = %s WHERE size = 10", ["none"], ("checkpoint", 6, 6)),
        ("UPDATE ledger_checkpoint SET body = replace(body, '\"size\":10', '\"size\":11') WHERE size = 10", [], ("checkpoint", 6, 6)),
        ("DELETE FROM ledger_checkpoint WHERE size = 10", [], ("checkpoint", 6, 6)),
        ("DELETE FROM ledger_checkpoint WHERE size = 21", [], ("checkpoint", 15, 20)),
        ("UPDATE ledger_signingkey SET public = %s", ["0" * 64], ("checkpoint", 0, 0)),
        ("UPDATE ledger_signingkey SET public = %s", ["none"], ("checkpoint", 0, 0)),
    ],
    ids=lambda value: value.split()[1] if isinstance(value, str) else "",
)  # fmt: skip
def test_tampering_with_a_stored_row_is_found_there(log, tamper, sql, values, expected):
    ids = {4: log[4].pk}
    with tamper() as run:
        run(sql, *[ids.get(value, value) if isinstance(value, int) else value for value in values])
        assert expected in findings()


def test_an_instant_that_is_none_is_not_that_of_a_column():
    assert stored._is(NOW, "2026-03-10T02:00:00.000000Z")
    assert not stored._is(NOW, "2026-03-10T02:00:00.000001Z")
    assert not stored._is(NOW, "2026/03/10")


def test_a_deleted_entry_is_found(log, tamper):
    gone = log[7]
    with tamper() as run:
        run("DELETE FROM ledger_entrycontent WHERE entry_id = %s", gone.pk)
        run("DELETE FROM ledger_leaf WHERE entry_id = %s", gone.pk)
        run("DELETE FROM ledger_entry WHERE id = %s", gone.pk)
        assert any(what == "missing" and first >= 7 for what, first, _ in findings())


def test_a_truncated_log_is_found_and_so_is_one_cut_at_a_head_by_whoever_kept_the_head(log, tamper):
    kept = reads.verify_stored().state
    with tamper() as run:
        for table, column in (("ledger_entrycontent", "entry_id"), ("ledger_leaf", "entry_id"), ("ledger_entry", "id")):
            run(f"DELETE FROM {table} WHERE {column} >= %s", log[15].pk)
        assert ("truncated", 15, 20) in findings()
        run("DELETE FROM ledger_checkpoint WHERE size = 21")
        run("DELETE FROM ledger_node WHERE (position + 1) * %s > 0 AND level > 0 AND position > 0", 1)
        assert any(what == "truncated" for what, _, _ in findings(kept))


def test_an_entry_taken_out_of_the_queue_of_the_sealer_is_found(log, write, tamper):
    entry = write("case:1")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_unsealed WHERE entry_id = %s", [entry.pk])
    assert ("missing", 21, 21) in findings()


def test_swapped_leaves_are_found(log, tamper):
    with tamper() as run:
        first, second = log[6].pk, log[9].pk
        run('DELETE FROM ledger_leaf WHERE "index" IN (6, 9)')
        run('INSERT INTO ledger_leaf ("index", entry_id) VALUES (6, %s), (9, %s)', second, first)
        assert {("reordered", 6, 9)} <= set(findings())


def test_a_key_whose_described_introduction_is_another_is_not_trusted(log, tamper):
    key = acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    with tamper() as run:
        run("UPDATE ledger_entrycontent SET body = replace(body, 'yearly', 'weekly')")
        assert len(reads.trusted_keys()) == 1
        assert key.number == 2


def test_an_altered_introduction_of_a_key_is_not_trusted(log, tamper):
    key = acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    with tamper() as run:
        run("UPDATE ledger_entry SET header = '{}' WHERE leaf = %s", key.introduced_by)
        assert len(reads.trusted_keys()) == 1


def test_with_altered_earlier_entries_a_later_chain_is_not_taken_for_whole(log, write, tamper):
    kept = reads.verify_stored().state
    kept.tips = {}
    write("case:1")
    acts.seal(NOW)
    last = Entry.objects.filter(subject="case:1", sealed__index__lt=21).order_by("-sequence").first()
    with tamper() as run:
        run("UPDATE ledger_entry SET header = '{}' WHERE id = %s", last.pk)
        assert ("missing", 21, 21) in findings(kept)


def test_a_key_whose_introduction_was_erased_is_no_longer_trusted(log, write):
    key = acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    acts.seal(NOW)
    with pytest.raises(Refused, match="it stays"):
        acts.erase(key.introduced_by, by=OFFICER, now=NOW, reason="by mistake")
    assert len(reads.trusted_keys()) == 2
    EntryContent.objects.filter(entry__leaf=key.introduced_by).update(body=None, body_salt=None)
    assert len(reads.trusted_keys()) == 1


def test_nodes_are_stored_once_and_only_when_complete(log):
    assert Node.objects.count() == sum(21 >> level for level in range(1, 5))
    assert Leaf.objects.count() == 21
