"""Acts: what is written, and that act and proof stand or fall together."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from amur.base.acting import PUBLIC, SYSTEM, Actor, Scope
from amur.base.canonical import CanonicalError
from amur.base.faults import Conflict, Invalid, NotFound, Refused
from amur.ledger import acts, engine, reads, signing
from amur.ledger.models import Checkpoint, Entry, EntryContent, Leaf, SigningKey, Unsealed

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db


def test_entries_of_a_subject_form_a_chain(write):
    first, second, other = write(), write(), write("case:2")
    assert (first.sequence, first.previous) == (0, engine.FIRST)
    assert (second.sequence, second.previous) == (1, first.leaf)
    assert other.previous == engine.FIRST
    assert engine.leaf_hash(second.header.encode()).hex() == second.leaf == Entry.objects.get(pk=second.pk).leaf


def test_the_header_is_ascii_and_holds_nothing_of_the_content(write):
    entry = write(body={"name": "张三", "phone": "13800000000"})
    assert entry.header.isascii()
    assert "officer" not in entry.header
    assert "138" not in json.loads(entry.header)["subject"]
    assert json.loads(entry.content.body) == {"name": "张三", "phone": "13800000000"}


def test_the_act_says_who_for_whom_in_which_role_through_which_door_and_on_what_ground(write):
    by = Actor("a", on_behalf_of="enterprise:1", role="agent", body_id="b", client="portal", request_id="r")
    write(by=by, basis="Regulation, Article 7", release="pack@1")
    act = reads.entries_of(SYSTEM, "case:1")[0].act
    assert act == {
        "actor_id": "a",
        "on_behalf_of": "enterprise:1",
        "role": "agent",
        "body_id": "b",
        "client": "portal",
        "request_id": "r",
        "basis": "Regulation, Article 7",
        "release": "pack@1",
    }


def test_an_act_through_no_door_is_logged_as_from_a_shell(write):
    write(by=Actor("account:root"))
    assert reads.entries_of(SYSTEM, "case:1")[0].act["client"] == "shell"


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        acts.record(subject="case:1", kind="case.submitted", by=OFFICER, now=NOW, body={})
    assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_nothing():
    def act_that_fails():
        with transaction.atomic():
            acts.record(subject="case:1", kind="case.submitted", by=OFFICER, now=NOW, body={})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act_that_fails()
    assert not Entry.objects.exists()
    assert not EntryContent.objects.exists()
    assert not Unsealed.objects.exists()
    assert acts.seal(NOW) is None


@pytest.mark.django_db(transaction=True)
def test_whoever_swallows_a_conflict_cannot_commit_the_act_without_its_entry(write, monkeypatch):
    write()
    monkeypatch.setattr(acts.entries, "_LAST", acts.entries._LAST.replace("subject = %s", "subject = %s AND 0 = 1"))
    with transaction.atomic():
        acts.record(subject="case:2", kind="case.submitted", by=OFFICER, now=NOW, body={})
        with pytest.raises(Conflict):
            acts.record(subject="case:1", kind="case.submitted", by=OFFICER, now=NOW, body={})
    assert not Entry.objects.filter(subject="case:2").exists()


@pytest.mark.parametrize(
    ("subject", "kind"),
    [("case 1", "a.b"), ("案", "a.b"), ("case:1", "submitted"), ("x" * 201, "a.b"), ("case:1", "A.b")],
)
def test_names_that_do_not_fit_into_a_header_are_refused(write, subject, kind):
    with pytest.raises(Invalid):
        write(subject, kind)


def test_a_body_with_a_float_is_refused(write):
    with pytest.raises(CanonicalError):
        write(body={"share": 0.5})


def test_a_clock_set_back_does_not_make_the_ledger_go_back(write, caplog):
    first = write(now=NOW)
    second = write(now=NOW - timedelta(hours=1))
    assert second.recorded_at == first.recorded_at
    assert second.happened_at == NOW - timedelta(hours=1)
    assert reads.entries_of(SYSTEM, "case:1")[1].act["clock_behind_microseconds"] == 3_600_000_000
    assert "clock" in caplog.text


def test_what_is_entered_late_keeps_when_it_happened(write):
    entry = write(now=NOW, happened_at=NOW - timedelta(days=3))
    assert (entry.happened_at, entry.recorded_at) == (NOW - timedelta(days=3), NOW)


def test_erasure_forgets_the_content_and_keeps_the_proof(write):
    entry = write(body={"name": "张三"})
    acts.seal(NOW)
    acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="asked by the person")
    content = EntryContent.objects.get(entry=entry)
    assert (content.body, content.body_salt) == (None, None)
    assert content.act is not None
    acts.seal(NOW)
    view, note = reads.entries_of(SYSTEM, "case:1")
    assert view.erased == ("body",)
    assert note.body["reason"] == "asked by the person"
    assert reads.receipt(SYSTEM, entry.leaf, disclose=("act", "body"))["disclosed"].keys() == {"act"}
    assert reads.verify_stored().findings == ()


def test_erasing_twice_and_erasing_nothing_are_refused(write):
    entry = write()
    acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="r")
    with pytest.raises(Conflict):
        acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="r")
    with pytest.raises(NotFound):
        acts.erase("0" * 64, by=OFFICER, now=NOW, reason="r")


def test_a_read_of_restricted_data_is_an_entry():
    entry = acts.log_read(subject="case:1", by=OFFICER, now=NOW, purpose="decide the case")
    assert entry.kind == "ledger.content_read"
    assert reads.entries_of(SYSTEM, "case:1")[0].body == {"purpose": "decide the case"}


def test_sealing_gives_indexes_without_gaps_and_signs_the_head(write):
    entries = [write(f"case:{number % 3}") for number in range(5)]
    checkpoint = acts.seal(NOW)
    assert [Leaf.objects.get(entry=entry).index for entry in entries] == [0, 1, 2, 3, 4]
    assert checkpoint.size == 5
    assert checkpoint.root == engine.root([bytes.fromhex(entry.leaf) for entry in entries]).hex()
    assert engine.SUITES["ed25519+sha256"].verify(
        reads.trusted_keys()[checkpoint.key_id], checkpoint.body.encode(), bytes.fromhex(checkpoint.signature)
    )
    assert acts.seal(NOW) is None
    assert not Unsealed.objects.exists()


def test_an_entry_that_becomes_visible_late_is_sealed_in_the_next_round(write):
    late, early = write("case:1"), write("case:2")
    Unsealed.objects.filter(entry=late).delete()  # as if its transaction had not ended yet
    acts.seal(NOW)
    Unsealed.objects.create(entry=late)
    acts.seal(NOW)
    assert (early.sealed.index, late.sealed.index) == (0, 1)
    assert reads.verify_stored().holds


def test_a_log_may_have_a_name_of_its_own_in_ascii(write, settings):
    write()
    settings.LEDGER_ORIGIN = "哈尔滨"
    with pytest.raises(Refused, match="ASCII"):
        acts.seal(NOW)
    settings.LEDGER_ORIGIN = "example.org/ledger"
    assert json.loads(acts.seal(NOW).body)["origin"] == "example.org/ledger"
    settings.LEDGER_ORIGIN = "another"
    write()
    assert json.loads(acts.seal(NOW).body)["origin"] == "example.org/ledger"


def test_heads_do_not_go_back_in_time(write):
    write()
    first = acts.seal(NOW)
    write()
    assert acts.seal(NOW - timedelta(days=1)).made_at == first.made_at


def test_a_new_key_signs_only_after_its_introduction_is_sealed_under_the_old_one(write):
    with pytest.raises(Conflict):
        acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    write()
    first = acts.seal(NOW)
    key = acts.rotate_key(by=OFFICER, now=NOW, reason="yearly")
    assert acts.seal(NOW).key_id == first.key_id
    write()
    assert acts.seal(NOW).key_id == key.key_id
    assert reads.verify_stored().holds
    assert SigningKey.objects.count() == len(reads.trusted_keys()) == 2


def test_a_key_that_no_entry_introduced_is_not_trusted(write):
    write()
    acts.seal(NOW)
    SigningKey.objects.create(
        number=2, suite="ed25519+sha256", key_id="f" * 32, public="0" * 64, introduced_by="0" * 64
    )
    assert len(reads.trusted_keys()) == 1


def test_another_suite_than_the_log_began_with_is_refused(write, settings):
    write()
    acts.seal(NOW)
    write("case:2")
    settings.LEDGER_SUITE = "sm2+sm3"
    with pytest.raises(Refused):
        acts.seal(NOW)
    with pytest.raises(Refused):
        write()


def test_the_suite_of_the_national_algorithms_works_throughout(write, settings):
    settings.LEDGER_SUITE = "sm2+sm3"
    entries = [write(f"case:{number % 2}") for number in range(3)]
    checkpoint = acts.seal(NOW)
    assert json.loads(entries[0].header)["log"] == "amur/1/sm3"
    assert checkpoint.suite == "sm2+sm3"
    assert reads.verify_stored().holds


def test_an_altered_head_and_another_key_are_not_built_upon(write, tamper):
    write()
    acts.seal(NOW)
    write()
    with tamper() as run:
        run("UPDATE ledger_checkpoint SET body = %s", "{}")
        with pytest.raises(Refused, match="verify the ledger"):
            acts.seal(NOW)
    signing.key_path(1).unlink()
    signing.read_or_make(1)
    with pytest.raises(Refused, match="is not the key"):
        acts.seal(NOW)


def test_an_altered_last_entry_is_not_built_upon(write, tamper):
    entry = write()
    with tamper() as run:
        run("UPDATE ledger_entry SET header = %s WHERE id = %s", "{}", entry.pk)
    with pytest.raises(Refused):
        write()


def test_readers_see_as_much_as_their_scope_allows(write):
    write(by=Actor("account:a", client="portal"))
    write(by=OFFICER)
    public = reads.entries_of(PUBLIC, "case:1")
    assert [(view.act, view.body) for view in public] == [(None, None)] * 2
    own, other = reads.entries_of(Scope("party", "account:a"), "case:1")
    assert own.act["actor_id"] == "account:a"
    assert own.body is not None
    assert other.act == {"role": "handler", "body_id": "bureau"}
    assert other.body is None
    assert reads.entries_of(Scope("office", "x"), "case:1")[1].act["actor_id"] == "account:officer"


def test_a_party_does_not_see_the_content_of_an_erased_act(write):
    entry = write()
    acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="r", part="act")
    view = reads.entries_of(Scope("party", "account:a"), "case:1")[0]
    assert (view.act, view.body, view.erased) == (None, None, ("act",))


def test_subscribers_read_in_the_order_of_the_log(write):
    for number in range(4):
        write(f"case:{number}")
    acts.seal(NOW)
    assert [(entry.index, entry.subject) for entry in reads.sealed_after(SYSTEM, 1, 1)] == [(2, "case:2")]
    assert [entry.index for entry in reads.sealed_after(SYSTEM, -1, 10)] == [0, 1, 2, 3]


def test_many_entries_are_sealed_with_few_queries(write, django_assert_max_num_queries):
    for number in range(40):
        write(f"case:{number}")
    with django_assert_max_num_queries(16):
        acts.seal(NOW)
    assert Checkpoint.objects.count() == 1
    assert connection.in_atomic_block
