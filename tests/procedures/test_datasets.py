from __future__ import annotations

from datetime import date, timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM, Scope
from amur.ledger import acts as ledger
from amur.procedures import acts
from amur.procedures.datasets import datasets
from tests.procedures.pack import STRANGER

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(now):
    """Return a function that seals and gives the rows of a dataset."""

    def read(name, after=-1, up_to=10_000):
        ledger.seal(now)
        found = {dataset.name: dataset for dataset in datasets(SYSTEM)}[name]
        return [row for batch in found.batches(after, up_to) for row in batch.to_pylist()]

    return read


def test_a_row_says_what_held_after_its_event_whatever_happened_since(submitted, handler, decider, rows, now):
    case = submitted()
    before = rows("cases")
    case = handler.fire(case, "accept", now + timedelta(days=1))
    decider.fire(case, "grant", now + timedelta(days=8))
    found = rows("cases")
    assert found[:1] == before
    assert [(row["version"], row["state"], row["final"]) for row in found] == [
        (1, "submitted", False),
        (2, "accepted", False),
        (3, "granted", False),
    ]
    assert [row["accepted_on"] for row in found] == [None, date(2026, 3, 11), date(2026, 3, 11)]
    assert [row["decided_on"] for row in found] == [None, None, date(2026, 3, 18)]
    assert [row["outcome"] for row in found] == [None, None, "granted"]


def test_events_and_decisions_have_a_row_each(submitted, handler, decider, rows, now):
    case = handler.fire(submitted(), "accept", now)
    decider.fire(case, "refuse", now, reason="不合规定")
    assert [row["event"] for row in rows("case_events")] == ["submitted", "accept", "refuse"]
    assert [row["role"] for row in rows("case_events")] == [None, "handler", "decider"]
    assert [(row["outcome"], row["version"]) for row in rows("decisions")] == [("refused", 3)]
    assert rows("cases")[-1]["closed_on"] == date(2026, 3, 10)


def test_a_clock_is_told_when_it_begins_and_when_it_has_ended(submitted, handler, decider, rows, now):
    case = handler.fire(submitted(), "accept", now)
    assert [(row["clock"], row["ended_on"], row["due_on"]) for row in rows("clocks")] == [("decision", None, None)]
    case = handler.fire(case, "request_supplement", now + timedelta(days=1), reason="缺")
    party = Scope("party", parties=frozenset({f"case:{case.id}"}))
    case = acts.fire(
        case.id,
        "answer",
        by=STRANGER,
        scope=party,
        now=now + timedelta(days=6),
        expected_version=case.version,
        extra={"remark": "补"},
    )
    decider.fire(case, "grant", now + timedelta(days=7))
    begun, ended = rows("clocks")
    assert begun["ended_on"] is None
    # The 11th and the 17th: from the 12th to the 16th of March the case waited for its party.
    assert (ended["started_on"], ended["ended_on"], ended["working_days"]) == (date(2026, 3, 10), date(2026, 3, 17), 2)
    assert ended["promise_on"] is not None
    assert ended["due_on"] > ended["promise_on"]


def test_rows_are_those_of_the_range_that_is_asked_for(submitted, rows, now):
    submitted()
    submitted()
    every = rows("cases")
    middle = every[0]["_index"]
    assert rows("cases", up_to=middle) == every[:1]
    assert rows("cases", after=middle) == every[1:]
    assert every[0]["_subject"].startswith("case:")


def test_nothing_that_was_written_or_who_wrote_it_is_there(submitted, handler, rows, now):
    handler.fire(submitted(), "accept", now)
    told = str([rows(name) for name in ("cases", "case_events", "decisions", "clocks")])
    assert not [word for word in ("移动灯", "keeper@example.org", "anonymous", "'11'") if word in told]


def test_cases_are_for_the_machine_alone(pack):
    assert datasets(PUBLIC) == ()
    assert datasets(Scope("office", "1")) == ()
