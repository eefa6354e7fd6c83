"""What counts for the limits: exact with many at once, bounded in time, and never forgotten to make room."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection

from amur.config.counting import Counts

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counts():
    kept = caches["counts"]
    kept.clear()
    yield kept
    kept.clear()


def _count(key):
    try:
        return caches["counts"].incr(key)
    finally:
        connection.close()


def test_a_count_is_begun_once_and_goes_on(counts):
    assert counts.add("a", 1, 60)
    assert not counts.add("a", 1, 60)
    assert [counts.incr("a"), counts.incr("a"), counts.get("a"), counts.get("b", 0)] == [2, 3, 3, 0]
    with pytest.raises(ValueError, match="b"):
        counts.incr("b")


def test_many_at_once_are_all_counted(counts):
    counts.add("a", 0, 60)
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(_count, ["a"] * 80))
    assert sorted(seen) == list(range(1, 81))


def test_a_count_ends_with_its_time_and_is_begun_anew(counts):
    counts.add("a", 7, 0.05)
    time.sleep(0.1)
    assert counts.get("a") is None
    assert counts.add("a", 1, 60)
    assert counts.get("a") == 1


def test_many_others_do_not_make_anybody_be_forgotten(counts):
    counts.add("first", 5, 60)
    for one in range(400):
        counts.add(f"other{one}", 1, 60)
    assert counts.get("first") == 5


def test_what_has_expired_is_thrown_away_now_and_then(counts, monkeypatch):
    if not isinstance(counts, Counts):
        assert connection.vendor == "sqlite"  # this process keeps its counts itself, and drops what it finds expired
        return
    counts.add("old", 1, 0.01)
    time.sleep(0.05)
    monkeypatch.setattr(counts._chance, "randrange", lambda most: 0)
    counts.add("new", 1, 60)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {counts._table}")
        assert cursor.fetchone() == (1,)
