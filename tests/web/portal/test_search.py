"""The one search: what a stranger finds, how it is shown, and that nothing of a case is ever found."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amur.config import preparation
from amur.search import acts
from amur.search.engine import Document, Hit
from amur.search.models import IndexedDocument
from amur.web.results import results
from tests.web.house import MARKS, PACK, PROCEDURE, REGISTER, House

pytestmark = pytest.mark.django_db


def page_of(house: House, query: str, *, language: str = "en", who: str = "anonymous", **options) -> str:
    prefix = "" if language == "zh" else f"/{language}"
    answer = house.client(who).get(f"{prefix}/search/", {"q": query, **options})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("query", ["备案", "FILING telecom", "目录", "试办 企业", "備案", "ｆｉｌｉｎｇ"])
def test_a_service_is_found_by_its_words_in_any_language_and_writing(house: House, query):
    assert f'href="/en/services/{PROCEDURE}/"' in page_of(house, query)


@pytest.mark.parametrize("query", ["已备案", "备", "演示 已备案"])
def test_a_record_is_found_by_its_words_however_short(house: House, query):
    found = page_of(house, query, **{"in": "registers"})
    assert f'href="/en/registers/{REGISTER}/{house.filed.number}/"' in found
    assert f'href="/en/services/{PROCEDURE}/"' not in found


def test_an_exact_key_comes_first(house: House):
    found = page_of(house, house.filed.number, **{"in": "registers"})
    assert re.search(r'amur-found"><li class="amur-news__whole"><a href="([^"]+)"', found)[1].endswith(
        f"/{house.filed.number}/"
    )


def test_a_clause_of_the_policy_is_found_and_leads_to_the_board(house: House):
    assert re.search(r'href="/en/board/clauses/\d+/"', page_of(house, "准入", **{"in": "pages"}))


def test_a_search_within_services_leaves_the_rest_alone(house: House):
    found = page_of(house, "备案", **{"in": "services"})
    assert house.filed.number not in found
    assert "/board/clauses/" not in found.partition("<main")[2]


def test_what_matched_is_marked_and_chinese_is_read_aloud_as_chinese(house: House):
    assert "<mark>备案</mark>" in page_of(house, "備案", language="zh")
    assert re.search(r'<span lang="zh-Hans">[^<]*<mark>备案</mark>', page_of(house, "备案"))


@pytest.mark.parametrize(
    "query", ["没有这个词", "<script>alert(1)</script>", "x" * 5000, '" OR qqq', "qqq* NOT bbb", "备案\x00甲", "\ud800"]
)
def test_a_search_that_finds_nothing_says_so_and_where_to_look(house: House, query):
    query = query.encode("utf-8", "replace").decode()
    found = page_of(house, query)
    assert "Nothing found" in found
    assert "<script>alert" not in found
    assert 'href="/en/track/"' in found


@pytest.mark.parametrize("who", ["anonymous", "firm", "handler", "system"])
def test_no_word_of_a_case_and_no_number_of_one_is_found_by_anybody(house: House, who):
    for query in (*MARKS, house.case.number):
        assert "Nothing found" in page_of(house, query, who=who)


@pytest.mark.parametrize("query", ["", "   ", "？！"])
def test_a_search_without_a_word_lists_nothing(house: House, query):
    found = page_of(house, query)
    assert "amur-found" not in found


def test_nothing_is_made_up_for_a_hit_whose_thing_is_gone(house: House, now):
    kinds = ("clause", "service", "register", f"record:{REGISTER}", "record:none", "unknown")
    acts.put((Document(kind, "gone", "", "", "久已不在", "", "", now) for kind in kinds), now=now)
    assert "Nothing found" in page_of(house, "久已不在")


def test_more_hits_cost_no_more_queries(house: House, now, django_assert_max_num_queries):
    shown = "amur-found"
    # On PostgreSQL the ways of the index are chosen by statements of their own.
    with django_assert_max_num_queries(80 if connection.vendor == "postgresql" else 40):
        assert shown in page_of(house, "备")
    hits = [Hit(f"record:{REGISTER}", house.filed.number)]
    with CaptureQueriesContext(connection) as one:
        assert len(results(hits, now.date())) == 1
    with CaptureQueriesContext(connection) as many:
        assert len(results(hits * 25, now.date())) == 25
    assert len(many) <= len(one)


def test_the_page_is_light(house: House):
    assert len(page_of(house, "备案", language="zh").encode()) < 20_000


def test_the_index_made_anew_finds_what_was_found_before(house: House, monkeypatch):
    there = list(IndexedDocument.objects.order_by("kind", "ref").values())
    assert {"service", "clause", f"record:{REGISTER}"} <= {one["kind"] for one in there}
    IndexedDocument.objects.filter(kind="clause").update(open_form="lost")
    acts.remove("service", [one["ref"] for one in there if one["kind"] == "service"])
    monkeypatch.setattr(preparation, "pack_folder", lambda: PACK)
    monkeypatch.setattr(preparation.clock, "now", lambda: house.now)
    assert preparation.reindex() == len(there)
    same = [{name: value for name, value in one.items() if name not in {"id", "place"}} for one in there]
    again = IndexedDocument.objects.order_by("kind", "ref").values()
    assert [{name: value for name, value in one.items() if name not in {"id", "place"}} for one in again] == same
