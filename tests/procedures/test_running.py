"""Running cases by procedure and state."""

from __future__ import annotations

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.procedures import reads

pytestmark = pytest.mark.django_db


def test_running_cases_are_counted_by_state_and_named(submitted, handler, decider, now):
    first, second = submitted(), submitted()
    handler.fire(first, "accept", now)
    decider.fire(second, "refuse", now, reason="No.")
    (found,) = reads.running(SYSTEM, ["licence", "other"])
    assert (found.procedure, found.state, found.count, found.numbers) == ("licence", "accepted", 1, (first.number,))


def test_a_stranger_learns_of_no_case(submitted):
    submitted()
    assert reads.running(PUBLIC, ["licence"]) == ()
