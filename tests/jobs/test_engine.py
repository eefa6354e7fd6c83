"""The rules of the queue."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from amur.base.acting import Actor, system
from amur.jobs import engine

NOW = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)


def test_waits_double_from_half_a_minute_to_an_hour():
    waits = [engine.backoff(attempt) for attempt in range(1, 12)]
    assert waits[0] == timedelta(seconds=30)
    assert all(later == min(2 * earlier, engine.LONGEST_WAIT) for earlier, later in pairwise(waits))
    assert waits[-1] == engine.LONGEST_WAIT


def test_an_attempt_before_the_first_waits_like_the_first():
    assert engine.backoff(0) == engine.backoff(-3) == engine.backoff(1)


def test_the_eighth_attempt_is_the_last():
    assert [engine.is_spent(attempt) for attempt in (0, 7, 8, 9)] == [False, False, True, True]


@pytest.mark.parametrize("text", ["nul \0 inside", "lone \ud800 surrogate", "long " * 5_000, "", "中文"])
def test_an_error_is_kept_in_a_form_that_every_database_stores(text):
    kept = engine.error_text(RuntimeError(text))
    assert kept.startswith("RuntimeError")
    assert len(kept) <= 2_000
    assert "\0" not in kept
    kept.encode()


def test_an_inside_handler_is_called_without_the_token():
    seen = []
    engine.inside(lambda payload, now: seen.append((payload, now))).run({"a": 1}, NOW, "token")
    assert seen == [({"a": 1}, NOW)]


def test_an_outside_handler_gets_the_token():
    seen = []
    engine.outside(lambda *values: seen.append(values)).run({"a": 1}, NOW, "token")
    assert seen == [({"a": 1}, NOW, "token")]


def test_a_kind_without_handlers_at_all_is_explained():
    assert "knows none" in engine.unknown_kind("a.b", {})


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (Actor("a", role="system_administrator"), True),
        (system("cli"), True),
        (Actor("a", role="security_administrator"), False),
        (Actor("a"), False),
    ],
)
def test_only_the_system_administrator_and_the_machine_step_in(actor, may):
    assert engine.may_step_in(actor) is may
