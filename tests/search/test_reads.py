"""Finding: against a naive oracle, in its order, for each reader; run on both databases the answers are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.listing import MOST_COUNTED, PAGE_SIZE
from amur.search import acts, dialect, engine, reads
from amur.search.engine import Document, Hit, place_of
from amur.search.models import IndexedDocument
from tests.search.oracle import found, is_called

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 10, 2, tzinfo=UTC)
PUBLIC: frozenset[str] = frozenset()


def document(ref: str, text: str = "", **parts) -> Document:
    given = {"kind": "page", "key": "", "title": "", "full_text": "", "readers": "", "happened_at": START} | parts
    return Document(ref=ref, open_text=text, **given)


def refs(query: str, labels=PUBLIC, **options) -> list[str]:
    return [hit.ref for hit in reads.find(labels, query, **options).rows]


_SIGNS = "移动宽带網网络龙龍5GgＧa黑江 、（-2\n"
_texts = st.text(alphabet=_SIGNS, max_size=24)
_UNICODE = st.one_of(
    st.characters(max_codepoint=0x17F),
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FA, exclude_categories=["Cn"]),
    st.sampled_from("ﾞﾟｶｷ한글ㄱ𠀀𠮷🏠👨\u200d👩\ufe0f㈱①½㍿豈\x00\ue000\ue002\u3000\u2028ß̈́ไทย\"*:()'|&!^"),
)
_wild = st.text(alphabet=_UNICODE, max_size=12) | _texts
_documents = st.lists(
    st.builds(
        Document,
        kind=st.sampled_from(["page", "record:a", "record:b", "record"]),
        ref=st.sampled_from("abcdefgh"),
        key=st.sampled_from(["", "移动", "5G", "a-2"]),
        title=_texts,
        open_text=_wild,
        full_text=_wild,
        readers=st.sampled_from(["", "register:a", "register:b"]),
        happened_at=st.integers(-3, 3).map(lambda hours: START + timedelta(seconds=hours)),
    ),
    max_size=12,
)
_queries = st.text(alphabet=_SIGNS, min_size=1, max_size=5) | st.text(alphabet=_UNICODE, max_size=4)
_labels = st.sets(st.sampled_from(["register:a", "register:b", "register:c"])).map(frozenset)
_kinds = st.sets(st.sampled_from(["page", "record", "record:a", "record:b", "recor"]), max_size=2).map(frozenset)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(puts=_documents, queries=st.lists(_queries, min_size=1, max_size=6), labels=_labels, kinds=_kinds)
def test_what_is_found_is_what_a_naive_reader_finds_in_the_same_order(db, puts, queries, labels, kinds):
    acts.rebuild([], now=START)
    for one in puts:
        acts.put([one], now=START)
    last = {(one.kind, one.ref): one for one in puts}
    for query in [*queries, *(one.open_text[:3] for one in puts[:3]), *(one.title for one in puts[:2])]:
        expected = found(last.values(), query, labels, kinds)
        page = reads.find(labels, query, kinds=kinds)
        assert [(hit.kind, hit.ref) for hit in page.rows] == [(one.kind, one.ref) for one in expected][:PAGE_SIZE]
        assert page.counted == len(expected)
        assert reads.count(labels, query, kinds=kinds) == len(expected)


_readers = st.tuples(_labels, _kinds)
_rows = st.sampled_from([0, 5, 10, 50, 10**6])
"""How many rows PostgreSQL believes there are, by which it chooses its way."""


@pytest.fixture
def small_bounds(db, monkeypatch):
    """Lead PostgreSQL through all its ways: the newest rows, GIN, both, GIN sorted."""
    for name, bound in (("_MOST", 4), ("_NEWEST_ROWS", 3), ("_MOST_READ", 5)):
        monkeypatch.setattr(dialect, name, bound)
    return monkeypatch


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(puts=_documents, queries=st.lists(_queries, min_size=1, max_size=4), readers=_readers, rows=_rows)
def test_every_way_of_looking_gives_the_newest_in_the_same_order(small_bounds, puts, queries, readers, rows):
    small_bounds.setattr(dialect, "_rows", lambda _: rows)
    labels, kinds = readers
    acts.rebuild([], now=START)
    acts.put(puts, now=START)
    numbers = {(kind, ref): pk for pk, kind, ref in IndexedDocument.objects.values_list("pk", "kind", "ref")}
    last = {(one.kind, one.ref): one for one in puts}.values()
    for query in [*queries, *(one.title for one in puts[:3])]:
        hits = found(last, query, labels, kinds)
        newest = sorted(hits, key=lambda one: (place_of(one.happened_at, one.kind, one.ref), one.kind, one.ref))
        for by_name in (False, True):
            asked = engine.question(query, labels, kinds, by_name=by_name)
            if asked is None:
                assert hits == []
                continue
            expected = [numbers[one.kind, one.ref] for one in newest if not by_name or is_called(one, query, labels)]
            for wanted in (1, 2, 4):
                numbered, counted = dialect.newest(asked, wanted)
                assert numbered[:wanted] == expected[:wanted]
                assert counted == min(len(expected), 4)


@pytest.mark.parametrize("rows", [0, 5, 50, 10**6])
@pytest.mark.parametrize(
    "pattern", ["111111111111", "100100100100", "000001111111", "111100000000", "000000001111", "10"]
)
def test_the_newest_come_first_however_hits_lie(small_bounds, rows, pattern):
    small_bounds.setattr(dialect, "_rows", lambda _: rows)
    holding = [f"{number:02}" for number, holds in enumerate(pattern) if holds == "1"]
    acts.put(
        (
            document(f"{number:02}", "灯火" if holds == "1" else "水", happened_at=START - timedelta(hours=number))
            for number, holds in enumerate(pattern)
        ),
        now=START,
    )
    names = dict(IndexedDocument.objects.values_list("pk", "ref"))
    for wanted in (1, 3, 4):
        numbers, counted = dialect.newest(engine.question("灯火", (), ()), wanted)
        assert [names[number] for number in numbers][:wanted] == holding[:wanted]
        assert counted == min(len(holding), 4)


def test_a_total_stops_at_a_thousand_and_pages_with_it():
    acts.put((document(f"{number:04}", "宽带") for number in range(MOST_COUNTED + 5)), now=START)
    acts.put([document("exact", "宽带", title="宽带", happened_at=START - timedelta(days=9))], now=START)
    page = reads.find(PUBLIC, "宽带")
    assert (page.total, page.counted, page.pages) == ("1000+", MOST_COUNTED + 1, 40)
    assert page.rows[0] == Hit("page", "exact")
    seen = [hit.ref for number in range(1, 41) for hit in reads.find(PUBLIC, "宽带", page=number).rows]
    assert len(seen) == len(set(seen)) == MOST_COUNTED
    assert reads.find(PUBLIC, "宽带", page=10**9).page == 40
    assert reads.find(PUBLIC, "？", page=2).rows == ()
    assert reads.count(PUBLIC, "？") == 0


def test_the_public_learns_nothing_of_hidden_text_by_hits_totals_or_order():
    hidden = {"full_text": "龙江\n机密号 77", "readers": "register:a"}
    acts.put([document("a", "龙江", title="机密号 77", key="77", **hidden), document("b", "龙江")], now=START)
    for query in ("机密", "77", "龙江 机密", "机密号 77"):
        assert reads.find(PUBLIC, query).counted == 0
        assert reads.find(frozenset({"register:b"}), query).counted == 0
        assert refs(query, frozenset({"register:a"})) == ["a"]
    assert reads.find(PUBLIC, "龙江").counted == 2


def test_what_is_called_so_comes_first_only_for_who_may_read_its_name():
    named = {"full_text": "机密 号", "readers": "register:a", "title": "机密 号"}
    acts.put([document("a", "号 机密", happened_at=START - timedelta(days=1), **named)], now=START)
    acts.put([document("b", "号 机密")], now=START)
    assert refs("机密 号") == ["b", "a"]
    assert refs("机密 号", frozenset({"register:a"})) == ["a", "b"]


def test_kinds_and_families_narrow_what_is_found():
    kinds = ("record:a", "record:ab", "page", "record")
    acts.put([document(kind, "灯", kind=kind) for kind in kinds], now=START)
    assert sorted(refs("灯", kinds={"record"})) == ["record", "record:a", "record:ab"]
    assert refs("灯", kinds={"record:a"}) == ["record:a"]
    assert sorted(refs("灯", kinds=["page", "record:ab"])) == ["page", "record:ab"]
    assert refs("灯", kinds={"none"}) == []


def test_a_search_within_an_act_leaves_the_act_its_plans():
    acts.put([document("a", "灯")], now=START)
    assert refs("灯") == ["a"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('jit')")
            assert cursor.fetchone() == ("on", "on")
