"""Putting, removing, rebuilding and wiping: what an act changed is found exactly if the act took place."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from amur.base.faults import Invalid
from amur.search import acts, dialect, reads
from amur.search.engine import Document, Hit
from amur.search.models import IndexedDocument, Residue

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
PUBLIC: frozenset[str] = frozenset()


def document(ref: str, text: str = "", **parts) -> Document:
    given = {"kind": "page", "key": "", "title": "", "full_text": "", "readers": "", "happened_at": NOW} | parts
    return Document(ref=ref, open_text=text, **given)


def refs(query: str, labels: frozenset[str] = PUBLIC, **options) -> list[str]:
    return [hit.ref for hit in reads.find(labels, query, **options).rows]


@pytest.mark.django_db
def test_the_same_again_changes_nothing():
    one = document("a", "移动宽带")
    assert acts.put([one], now=NOW) == 1
    before = list(IndexedDocument.objects.values())
    assert acts.put([one, one], now=NOW) == 0
    assert list(IndexedDocument.objects.values()) == before
    assert not Residue.objects.exists()


@pytest.mark.django_db
def test_of_two_in_one_call_the_last_counts():
    acts.put([document("a", "移动"), document("a", "宽带")], now=NOW)
    assert (refs("移动"), refs("宽带")) == ([], ["a"])


@pytest.mark.django_db
def test_what_was_replaced_is_found_no_more():
    acts.put([document("a", "移动宽带")], now=NOW)
    assert acts.put([document("a", "固定宽带")], now=NOW) == 1
    assert (refs("移动"), refs("固定宽带"), refs("宽带")) == ([], ["a"], ["a"])


@pytest.mark.django_db
def test_a_document_that_happened_anew_moves_to_the_front():
    acts.put([document("a", "宽带"), document("b", "宽带", happened_at=NOW + timedelta(hours=1))], now=NOW)
    assert refs("宽带") == ["b", "a"]
    acts.put([document("a", "宽带", happened_at=NOW + timedelta(hours=2))], now=NOW)
    assert refs("宽带") == ["a", "b"]


@pytest.mark.django_db
def test_what_was_removed_is_found_no_more_and_the_rest_is():
    acts.put([document("a", "宽带"), document("b", "宽带"), document("c", "宽带", kind="other")], now=NOW)
    assert acts.remove("page", ["a", "none"]) == 1
    assert acts.remove("page", ["a"]) == 0
    assert sorted(refs("宽带")) == ["b", "c"]
    assert acts.remove_kind("page", but=["c"]) == 1
    assert refs("宽带") == ["c"]


@pytest.mark.django_db
def test_what_is_undone_was_never_found():
    acts.put([document("a", "移动")], now=NOW)
    with transaction.atomic():
        acts.put([document("a", "宽带"), document("b", "宽带")], now=NOW)
        acts.remove("page", ["a"])
        assert refs("宽带") == ["b"]
        transaction.set_rollback(True)
    assert (refs("移动"), refs("宽带")) == (["a"], [])


@pytest.mark.django_db
def test_a_rebuild_holds_what_the_rooms_say_and_nothing_else():
    acts.put([document("old", "宽带")], now=NOW)
    sources = [lambda: [document("a", "宽带")], lambda: [document("b", "宽带", kind="other")]]
    assert acts.rebuild(sources, now=NOW) == 2
    assert sorted(refs("宽带")) == ["a", "b"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ({"kind": ""}, {"kind"}),
        ({"ref": "", "readers": "x" * 256}, {"ref", "readers"}),
        ({"ref": "a\x00"}, {"ref"}),
        ({"kind": "\ud800"}, {"kind"}),
    ],
)
def test_a_document_without_a_name_is_refused(parts, names):
    with pytest.raises(Invalid) as raised:
        acts.put([replace(document("a", "宽带"), **parts)], now=NOW)
    assert set(raised.value.fields) == names
    assert not IndexedDocument.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["移动宽带" * 80_000, "".join(map(chr, range(0x4E00, 0x9FA5))) * 16, "w5 " * 350_000],
    ids=["one phrase", "every character", "one word"],
)
def test_a_megabyte_is_found_by_its_last_words_and_by_words_far_apart(text):
    acts.put([document("long", f"起始{text}末尾"), document("short", "移动")], now=NOW)
    assert refs("末尾") == ["long"]
    assert refs("起始 末尾") == ["long"]
    assert refs(f"{text[-6:]}末") == ["long"]
    acts.remove("page", ["long"])
    assert refs("末尾") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hostile",
    [
        '"',
        '" OR "',
        "a* AND NOT b",
        "col:x",
        "tokens : 网",
        "^网",
        "'; DROP TABLE x; --",
        "%_",
        "网|!&<->",
        "NEAR(a b)",
        "\\",
        "$$",
    ],
)
def test_no_syntax_of_a_database_reaches_it(hostile):
    acts.put([document("a", f"前缀{hostile}后缀"), document("b", "网络")], now=NOW)
    reads.find(PUBLIC, hostile)
    reads.find(frozenset({hostile}), f"前缀 {hostile}", kinds={hostile})
    assert refs("前缀") == ["a"]


@pytest.mark.django_db
def test_more_documents_of_one_second_and_digest_than_there_are_numbers_keep_an_order(monkeypatch):
    monkeypatch.setattr(dialect, "_PROBE_BITS", 2)
    monkeypatch.setattr("amur.search.engine.place_of", lambda *_: 100)
    given = "hgfedcbaj"
    for ref in given:
        acts.put([document(ref, "宽带")], now=NOW)
    assert refs("宽带") == sorted(given)
    acts.remove("page", ["c"])
    acts.put([document("c", "移动宽带")], now=NOW)
    assert sorted(refs("宽带")) == sorted(given)
    assert refs("移动") == ["c"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_wiped_within_a_transaction_or_before_its_time():
    assert not acts.purge(now=NOW)
    acts.put([document("a", "移动")], now=NOW)
    assert not acts.purge(now=NOW)
    acts.put([document("a", "宽带")], now=NOW)
    assert not acts.purge(now=NOW + timedelta(hours=23))
    assert acts.purge(now=NOW + timedelta(hours=25))
    assert not acts.purge(now=NOW + timedelta(hours=50))
    acts.remove("page", ["a"])
    with transaction.atomic():
        assert not acts.purge(now=NOW)
    assert acts.purge(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_wiped_is_tried_again(monkeypatch):
    acts.put([document("a", "移动")], now=NOW)
    acts.remove("page", ["a"])
    with monkeypatch.context() as patch:
        patch.setattr(dialect, "wipe", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            acts.purge(now=NOW)
    assert acts.purge(now=NOW)


def _files() -> bytes:
    name = Path(str(connection.settings_dict["NAME"]))
    return b"".join(file.read_bytes() for file in name.parent.glob(f"{name.name}*"))


@pytest.mark.django_db(transaction=True)
def test_no_byte_of_a_removed_text_is_left_in_the_files_of_the_database():
    marks = ["zqjxkvbwertyuiop", "甪龘龖"]
    others = [document(f"other-{number}", f"移动宽带 {number}") for number in range(300)]
    acts.put(others[:150], now=NOW)
    acts.put([document("gone", "\n".join(marks)), document("changed", "\n".join(marks))], now=NOW)
    acts.put(others[150:], now=NOW)
    assert refs("zqjx") != []
    acts.remove("page", ["gone"])
    acts.put([document("changed", "移动")], now=NOW)
    assert acts.purge(now=NOW)
    assert refs("zqjx") == refs("甪") == []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
            left = _files()
            assert not [mark for mark in (*marks, "zqjxkvbw", "甪龘", "龘龖") if mark.encode() in left]
            cursor.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search_index, row)")
            cursor.execute("SELECT term FROM temp.words WHERE term LIKE 'zq%%' OR term LIKE '甪%%'")
            assert cursor.fetchall() == []
            cursor.execute("DROP TABLE temp.words")
        else:
            cursor.execute("SELECT n_dead_tup FROM pg_stat_all_tables WHERE relname = %s", [dialect.TABLE])
            assert cursor.fetchone() is not None
    assert len(refs("移动宽带")) == 25


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_each_document_once_and_whole():
    def write(number: int) -> None:
        try:
            for turn in range(5):
                some = [document(f"{ref}", f"写者{number} 第{turn}次 宽带") for ref in range(6)]
                acts.put(some[number % 2 :] + some[: number % 2], now=NOW)
        except Exception as error:  # noqa: BLE001 -- told below, in the thread of the test
            failures.append(error)
        finally:
            connection.close()

    failures: list[Exception] = []
    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(refs("宽带")) == [str(ref) for ref in range(6)]
    assert sum(len(refs(f"写者{number}")) for number in range(4)) == 6


@pytest.mark.django_db(transaction=True)
def test_a_table_that_was_emptied_empties_the_index():
    acts.put([document("a", "宽带")], now=NOW)
    IndexedDocument.objects.all().delete()
    call_command("migrate", "search", verbosity=0)
    assert reads.count(PUBLIC, "宽带") == 0
    acts.put([document("b", "移动")], now=NOW)
    call_command("migrate", "search", verbosity=0)
    assert refs("移动") == ["b"]


@pytest.mark.django_db(transaction=True)
def test_the_index_can_be_taken_away_and_made_again():
    call_command("migrate", "search", "zero", verbosity=0)
    dialect.follow()
    call_command("migrate", "search", verbosity=0)
    acts.put([document("b", "移动")], now=NOW)
    assert reads.find(PUBLIC, "移动").rows == (Hit("page", "b"),)
