"""Taking in an official text, and taking in a release: once each, with the entry that proves it."""

import hashlib
from dataclasses import replace

import pytest
from django.db import transaction

from amur.base.acting import SYSTEM, system
from amur.base.faults import Refused
from amur.ledger import reads as ledger
from amur.policy import acts, reads
from amur.policy.acts import Item
from amur.policy.engine import TextError
from amur.policy.engine.closures import CLOSURE
from amur.policy.models import Declaration, Document, Edition, PackRelease, Passage
from tests.policy.samples import SMALL

pytestmark = pytest.mark.django_db

BY = system("import", client="cli")
PACK = Item("pack", "isle", {"id": "isle", "document": {"sha256": ""}}, "pack.yaml")
LAMPS = Item("register", "lamps", {"id": "lamps"}, "lamps.register.yaml")


def sync(*items, pack="isle", version="1.0.0", now):
    with transaction.atomic():
        return acts.sync_release(pack, version, items, by=BY, now=now)


def take_in(text, now, name="text.txt"):
    return acts.import_edition(text.encode() if isinstance(text, str) else text, source_name=name, by=BY, now=now)


def test_an_edition_is_kept_with_its_passages_and_its_entry(now):
    edition, is_new = take_in(SMALL, now)
    assert is_new
    assert edition.sha256 == hashlib.sha256(SMALL.encode()).hexdigest()
    kinds = [passage.kind for passage in reads.passages(edition)]
    assert [kinds.count(kind) for kind in ("part", "clause", "paragraph")] == [2, 3, 4]
    paragraph = reads.passages(edition)[-1]
    assert (paragraph.text, paragraph.parent.number, paragraph.parent.parent.title) == ("每年数一次。", "3", "怎么做")
    entries = ledger.entries_of(SYSTEM, f"edition:{edition.sha256}")
    assert [entry.kind for entry in entries] == ["edition.imported"]


def test_the_same_bytes_are_the_same_edition(now):
    first, _ = take_in(SMALL, now)
    again, is_new = take_in(SMALL, now, "other.txt")
    assert (again, is_new) == (first, False)
    assert len(ledger.entries_of(SYSTEM, f"edition:{first.sha256}")) == 1


def test_another_text_of_the_same_title_is_another_edition_of_the_document(now):
    take_in(SMALL, now)
    take_in(SMALL.replace("每年数一次", "每年数两次"), now)
    assert (Document.objects.count(), Edition.objects.count()) == (1, 2)


def test_the_real_text_is_kept_whole(official_text, now):
    edition, _ = take_in(official_text, now)
    assert edition.passages.filter(kind="paragraph").count() == 54
    assert edition.issued_on.isoformat() == "2017-11-08"
    assert len(edition.bodies) == 2


def test_a_text_without_numbers_is_kept_with_its_warning(now):
    edition, _ = take_in("灯\n灯要有人管。", now)
    assert edition.warnings
    assert [passage.kind for passage in reads.passages(edition)] == ["clause", "paragraph"]
    assert [str(passage) for passage in reads.passages(edition)] == ["clause ", "paragraph 1"]


def test_what_is_no_text_is_refused_and_nothing_is_kept(now):
    with pytest.raises(TextError):
        take_in(b"%PDF-1.4", now)
    assert not Document.objects.exists()


def test_the_current_edition_is_the_one_that_the_pack_was_written_for(now):
    assert reads.current_edition() is None
    first, _ = take_in(SMALL, now)
    last, _ = take_in(SMALL.replace("每年", "每月"), now)
    assert reads.current_edition() == last
    sync(PACK, now=now)
    assert reads.current_edition() == last
    named = {"id": "isle", "document": {"sha256": first.sha256}}
    sync(replace(PACK, body=named), now=now)
    assert reads.current_edition() == first
    sync(replace(PACK, body={"id": "isle", "document": {"sha256": "0" * 64}}), now=now)
    assert reads.current_edition() == last


def test_a_release_needs_a_transaction_of_its_caller(now):
    release, changed = sync(PACK, LAMPS, now=now)
    assert changed
    assert release.declarations.exclude(kind=CLOSURE).count() == 2
    assert sync(LAMPS, PACK, now=now) == (release, False)
    entries = ledger.entries_of(SYSTEM, f"release:{release.hash}")
    assert [entry.kind for entry in entries] == ["release.synced"]


def test_a_declaration_is_stored_once_however_many_releases_hold_it(now):
    sync(PACK, LAMPS, now=now)
    sync(PACK, LAMPS, version="1.0.1", now=now)
    assert (PackRelease.objects.count(), Declaration.objects.exclude(kind=CLOSURE).count()) == (2, 2)
    assert reads.active_release().version == "1.0.1"


def test_a_file_that_moves_makes_a_release_and_no_declaration(now):
    sync(PACK, LAMPS, now=now)
    sync(PACK, replace(LAMPS, file="01/lamps.register.yaml"), now=now)
    assert Declaration.objects.exclude(kind=CLOSURE).count() == 2
    assert reads.declarations("register")["lamps"].file == "01/lamps.register.yaml"


def test_what_is_gone_from_the_pack_stays_readable_by_its_hash(now):
    sync(PACK, LAMPS, now=now)
    content_hash, _ = reads.declaration("register", "lamps")
    sync(PACK, now=now)
    assert reads.declarations("register") == {}
    assert reads.declaration_by_hash(content_hash) == {"id": "lamps"}


def test_another_pack_is_refused(now):
    sync(PACK, now=now)
    with pytest.raises(Refused, match="another data folder"):
        sync(PACK, pack="other", now=now)


def test_rows_say_what_they_are(now):
    edition, _ = take_in(SMALL, now)
    release, _ = sync(PACK, LAMPS, now=now)
    assert str(edition).startswith("关于让岛上的灯都有人管的意见 (")
    assert str(release) == "isle 1.0.0"
    assert sorted(map(str, Declaration.objects.exclude(kind=CLOSURE))) == ["pack isle", "register lamps"]
    assert sorted({str(entry) for entry in release.entries.all()}) == ["lamps.register.yaml", "pack.yaml"]
    assert Passage.objects.count() == 9
