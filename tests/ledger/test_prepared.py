"""What is prepared finds what Django's own query finds, on each database, however often it is asked."""

from __future__ import annotations

import gc
import weakref
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, connections
from django.db.models import CharField, DateField, DateTimeField, F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amur.base.acting import system
from amur.ledger import acts
from amur.ledger.models import Entry
from amur.ledger.prepared import prepared

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 10, tzinfo=UTC)
SUBJECTS = [f"case:{place}" for place in range(6)]
_AMONG = prepared(
    lambda subjects, kind: Entry.objects.filter(Q(subject__in=subjects) & ~Q(kind=kind)).order_by("pk"),
    CharField(),
    CharField(),
)
_BESIDE = prepared(
    lambda subject: Entry.objects.filter(subject=subject).select_related("content").order_by("sequence"), CharField()
)
_BETWEEN = prepared(
    lambda first, last: Entry.objects.filter(happened_at__gte=first, happened_at__lt=last).values_list(
        "kind", "happened_at"
    ),
    DateTimeField(),
    DateTimeField(),
)
_ON = prepared(
    lambda day: Entry.objects.filter(happened_at__date=day).values_list("subject", flat=True).order_by("pk"),
    DateField(),
)


@pytest.fixture
def entries():
    for place, subject in enumerate(SUBJECTS):
        for step in range(3):
            now = START + timedelta(days=place, hours=step)
            acts.record(subject=subject, kind=f"test.step{step}", by=system("test"), now=now, body={"step": step})


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.sampled_from([*SUBJECTS, "case:none", "100%", "it's"]), max_size=9),
    st.sampled_from(["test.step0", "%"]),
)
def test_a_list_of_any_size_finds_what_django_finds(entries, wanted, kind):
    expected = Entry.objects.filter(subject__in=wanted).exclude(kind=kind).order_by("pk")
    assert _AMONG(wanted, kind) == list(expected)


def test_what_is_related_comes_with_the_rows_and_nothing_more_is_asked(entries, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = [(row.sequence, row.content.body) for row in _BESIDE("case:1")]
    plain = Entry.objects.filter(subject="case:1").select_related("content").order_by("sequence")
    assert found == [(row.sequence, row.content.body) for row in plain]


def test_instants_and_days_enter_as_django_lets_them_enter(entries):
    first, last = START + timedelta(hours=1), START + timedelta(days=2)
    plain = Entry.objects.filter(happened_at__gte=first, happened_at__lt=last).values_list("kind", "happened_at")
    assert sorted(_BETWEEN(first, last)) == sorted(plain)
    assert _ON(date(2026, 3, 10)) == ["case:0"] * 3


def test_a_query_is_turned_into_sql_once_for_about_as_many_values(entries):
    asked = []

    def build(subjects):
        asked.append(subjects)
        return Entry.objects.filter(subject__in=subjects)

    query = prepared(build, CharField())
    for size in (1, 2, 3, 4, 3, 2, 1):
        assert len(query(SUBJECTS[:size])) == 3 * size
    assert len(asked) == 3  # for one, for two, for three and four


def test_what_is_computed_beside_a_row_is_its_attribute(entries):
    query = prepared(
        lambda subject: Entry.objects.filter(subject=subject).annotate(following=F("sequence") + 1).order_by("pk"),
        CharField(),
    )
    assert [row.following - row.sequence for row in query("case:2")] == [1, 1, 1]


def test_a_row_can_be_stored_again_as_one_that_was_read(entries):
    row = _BESIDE("case:1")[0]
    assert (row._state.adding, row._state.db) == (False, connection.alias)


def test_too_few_values_are_a_clear_error():
    with pytest.raises(TypeError, match="takes 2 values; found 1"):
        _AMONG([])


@pytest.mark.parametrize(
    "build",
    [lambda: Entry.objects.values("pk"), lambda: Entry.objects.prefetch_related("content")],
    ids=["dicts", "asks twice"],
)
def test_what_cannot_be_prepared_says_so(build):
    with pytest.raises(TypeError, match="what is prepared returns rows or lists of values"):
        prepared(build)()


@pytest.mark.django_db(transaction=True)
def test_a_statement_keeps_nothing_of_the_connection_that_it_was_made_with():
    query = prepared(lambda: Entry.objects.select_related("content").order_by("pk"))
    made: list[weakref.ref[object]] = []

    def ask() -> None:
        assert query() == []
        made.append(weakref.ref(connections["default"]))
        connections["default"].close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    del thread
    gc.collect()
    assert made[0]() is None
    assert query() == []
