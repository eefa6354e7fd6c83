"""Who may see what an entry says, and that the same call again does nothing more."""

from __future__ import annotations

import io

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.base.faults import Conflict, Refused
from amur.ledger import acts, reads
from amur.ledger.models import Entry, SigningKey

from .conftest import NOW, OFFICER

pytestmark = pytest.mark.django_db


def test_the_public_follows_the_log_without_reading_it(write):
    write()
    acts.seal(NOW)
    (seen,) = reads.sealed_after(PUBLIC, -1, 10)
    assert (seen.index, seen.kind, seen.act, seen.body) == (0, "case.submitted", None, None)
    assert next(reads.sealed_after(SYSTEM, -1, 10)).body is not None


def test_nobody_but_the_owner_takes_contents_away(write):
    entry = write()
    acts.seal(NOW)
    assert reads.receipt(PUBLIC, entry.leaf)["disclosed"] == {}
    with pytest.raises(Refused, match="not disclosed"):
        reads.receipt(PUBLIC, entry.leaf, disclose=["body"])
    for scope in (PUBLIC, Scope("party", "1"), Scope("office", "1")):
        assert reads.export(scope, io.StringIO()) == 1
        with pytest.raises(Refused, match="backup"):
            reads.export(scope, io.StringIO(), disclose=True)


def test_the_same_erasure_again_is_one_erasure(write):
    entry = write()
    options = {"by": OFFICER, "now": NOW, "reason": "asked"}
    first = acts.erase(entry.leaf, key="k", **options)
    assert acts.erase(entry.leaf, key="k", **options) == first
    assert Entry.objects.filter(kind="ledger.content_erased").count() == 1
    for other in ({"key": "another"}, {}):
        with pytest.raises(Conflict):
            acts.erase(entry.leaf, **options, **other)
    assert Entry.objects.filter(kind="ledger.content_erased").count() == 1


def test_an_erasure_of_the_other_part_is_another_one(write):
    entry = write()
    first = acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="asked", key="k")
    second = acts.erase(entry.leaf, by=OFFICER, now=NOW, reason="asked", key="k", part="act")
    assert first != second


def test_the_same_rotation_again_makes_no_further_key(write):
    write()
    acts.seal(NOW)
    first = acts.rotate_key(by=OFFICER, now=NOW, reason="yearly", key="2026")
    assert acts.rotate_key(by=OFFICER, now=NOW, reason="yearly", key="2026") == first
    assert acts.rotate_key(by=OFFICER, now=NOW, reason="yearly", key="2027") != first
    assert SigningKey.objects.count() == 3
    acts.seal(NOW)
    assert reads.verify_stored().holds
