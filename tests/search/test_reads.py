"""Finding: against a naive oracle, in its order, for each reader; run on both databases the answers are the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.listing import PAGE_SIZE
from amur.search import acts, reads
from amur.search.engine import Document
from tests.search.oracle import found

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


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
