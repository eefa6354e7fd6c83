"""Protecting, holding and forgetting what is personal of a subject, and the proof that stays whole."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, transaction

from amur.base.acting import SYSTEM
from amur.base.faults import Refused
from amur.ledger import acts, engine, keys, reads
from amur.ledger.models import SubjectKey

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db
TOOL = Path(__file__).parents[2] / "tools" / "verify_ledger.py"
WHY = {"by": OFFICER, "now": NOW, "reason": "asked by the person"}


def test_a_value_is_text_that_opens_again():
    for value in ("李雷", 7, True, ["a", {"b": None}], {"name": "李雷"}):
        sealed = acts.protect("case:1", value)
        assert "李雷" not in sealed
        assert reads.reveal("case:1", sealed) == value
    assert SubjectKey.objects.count() == 1


def test_a_value_opens_for_its_own_subject_only():
    mine, theirs = acts.protect("case:1", "a"), acts.protect("case:2", "b")
    with pytest.raises(Refused, match="altered or moved"):
        reads.reveal("case:2", mine)
    with pytest.raises(Refused, match="altered or moved"):
        reads.reveal("case:1", theirs)
    with pytest.raises(Refused, match="not sealed"):
        reads.reveal("case:1", "a")


def test_a_page_of_values_costs_one_query(django_assert_num_queries):
    sealed = [(f"case:{number}", acts.protect(f"case:{number}", number)) for number in range(40)]
    with django_assert_num_queries(1):
        assert reads.reveal_all(sealed) == list(range(40))


def test_what_is_forgotten_is_erased_for_good(write):
    write("case:1")
    sealed, other = acts.protect("case:1", "李雷"), acts.protect("case:2", "韩梅")
    part = acts.protect("case:1", "a@b.c", part="email")
    entry = acts.forget("case:1", **WHY, basis="Act 47")
    assert reads.reveal("case:1", sealed) is reads.reveal("case:1", part) is reads.ERASED
    assert reads.reveal("case:2", other) == "韩梅"
    assert entry.kind == "subject.forgotten"
    found = reads.forgotten("case:1")
    assert (found.basis, found.reason, found.leaf) == ("Act 47", "asked by the person", entry.leaf)
    assert reads.forgotten("case:2") is None
    with pytest.raises(Refused, match="nothing can be added"):
        acts.protect("case:1", "again")
    with pytest.raises(Refused, match="nothing can be added"):
        acts.protect("case:1", "again", part="telephone")


def test_forgetting_twice_is_forgetting_once():
    acts.protect("case:1", "李雷")
    assert acts.forget("case:1", **WHY, key="a") is not None
    assert acts.forget("case:1", **WHY, key="b") is None
    assert len(reads.entries_of(SYSTEM, "case:1")) == 1


def test_what_never_had_a_key_can_be_forgotten_and_takes_none_later():
    assert acts.forget("case:9", **WHY) is not None
    with pytest.raises(Refused, match="nothing can be added"):
        acts.protect("case:9", "a")


def test_one_part_can_be_forgotten_and_the_rest_stays():
    whole, email = acts.protect("case:1", "李雷"), acts.protect("case:1", "a@b.c", part="email")
    entry = acts.forget("case:1", **WHY, parts=["email"])
    assert reads.reveal("case:1", email) is reads.ERASED
    assert reads.reveal("case:1", whole) == "李雷"
    assert json.loads(entry.content.body)["parts"] == ["email"]
    assert reads.forgotten("case:1") is None, "not the whole of it"
    assert reads.is_forgotten("case:1", "email")
    assert not reads.is_forgotten("case:1")
    assert acts.forget("case:1", **WHY, parts=["email"]) is None
    assert acts.forget("case:1", **WHY) is not None
    assert reads.forgotten("case:1") is not None


def test_files_go_along_and_what_was_written_in_plain_words_is_erased(write):
    plain = write("case:1", body={"name": "李雷"})
    acts.keep_file_key("upload:1", b"k" * 32)
    assert reads.file_key("upload:1") == b"k" * 32
    acts.forget("case:1", **WHY, also=["upload:1"], contents=[plain.leaf])
    assert reads.file_key("upload:1") is reads.ERASED
    plain.content.refresh_from_db()
    assert (plain.content.body, plain.content.body_salt) == (None, None)


def test_what_is_held_is_not_forgotten():
    sealed = acts.protect("case:1", "李雷")
    assert acts.hold("case:1", by=OFFICER, now=NOW, reason="a court asks") is not None
    assert acts.hold("case:1", by=OFFICER, now=NOW, reason="again") is None
    with pytest.raises(Refused, match="on hold"):
        acts.forget("case:1", **WHY)
    assert reads.reveal("case:1", sealed) == "李雷"
    assert acts.lift_hold("case:1", by=OFFICER, now=NOW, reason="decided") is not None
    assert acts.lift_hold("case:1", by=OFFICER, now=NOW, reason="again") is None
    assert acts.forget("case:1", **WHY) is not None


def test_a_draft_is_discarded_without_an_entry():
    sealed = acts.protect("draft:1", "李雷")
    assert acts.discard(["draft:1"], now=NOW) == 1
    assert acts.discard(["draft:1"], now=NOW) == 0
    assert reads.reveal("draft:1", sealed) is reads.ERASED
    assert reads.entries_of(SYSTEM, "draft:1") == []


def test_the_proof_stays_whole(write, tmp_path):
    first = write("case:1", body={"name": acts.protect("case:1", "李雷")})
    plain = write("case:1", body={"name": "李雷"})
    write("case:2")
    acts.seal(NOW)
    receipt = reads.receipt(SYSTEM, first.leaf, disclose=["body"])
    whole = reads.receipt(SYSTEM, plain.leaf, disclose=["body"])
    acts.forget("case:1", **WHY, contents=[plain.leaf])
    acts.seal(NOW)
    assert reads.verify_stored().holds
    assert reads.receipt(SYSTEM, first.leaf, disclose=["body"])["disclosed"] == receipt["disclosed"]
    stream = io.StringIO()
    reads.export(SYSTEM, stream)
    for what, text in (("export", stream.getvalue()), ("receipt", json.dumps(receipt)), ("receipt", json.dumps(whole))):
        file = tmp_path / "given"
        file.write_text(text)
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(TOOL), what, str(file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "李雷" not in stream.getvalue()


def test_a_transaction_that_fails_forgets_nothing():
    sealed = acts.protect("case:1", "李雷")

    class Stop(Exception):
        pass

    def act():
        with transaction.atomic():
            acts.forget("case:1", **WHY)
            raise Stop

    with pytest.raises(Stop):
        act()
    assert reads.reveal("case:1", sealed) == "李雷"


class TestKeys:
    def test_the_database_alone_opens_nothing(self, settings, tmp_path):
        sealed = acts.protect("case:1", "李雷")
        settings.LEDGER_KEYS = tmp_path / "other"
        with pytest.raises(Refused, match="restore the folder of keys"):
            reads.reveal("case:1", sealed)

    def test_a_value_whose_key_did_not_come_along_is_missing_and_not_erased(self):
        key, nonce = bytes(32), bytes(12)
        with pytest.raises(Refused, match="is not here"):
            reads.reveal("case:1", engine.seal(key, "case:1", "李雷", nonce))

    def test_its_file_is_for_its_owner_only(self):
        acts.protect("case:1", "a")
        assert keys.key_path().stat().st_mode & 0o777 == 0o600
        keys.key_path().chmod(0o640)
        keys.forget_file()
        with pytest.raises(Refused, match="chmod 600"):
            acts.protect("case:1", "a")

    @pytest.mark.parametrize("text", ["", "AAAA", "!!"])
    def test_a_file_without_a_key_is_refused(self, text):
        keys.key_path().parent.mkdir()
        keys.key_path().write_text(text)
        keys.key_path().chmod(0o600)
        with pytest.raises(Refused, match="holds no key"):
            acts.protect("case:1", "a")

    def test_a_key_that_was_made_meanwhile_is_the_one_that_counts(self, monkeypatch):
        first = keys.read_or_make("case:1")
        real = keys.keys_of
        answers = iter([{}])
        monkeypatch.setattr(keys, "keys_of", lambda subjects: next(answers, None) or real(subjects))
        if connection.vendor == "sqlite":
            pytest.skip("SQLite has one writer at a time")
        assert keys.read_or_make("case:1") == first
