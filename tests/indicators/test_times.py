"""How clocks went is computed for every procedure, with the same proof as an indicator."""

from __future__ import annotations

from datetime import timedelta

import pytest

from amur.base.acting import PUBLIC, SYSTEM
from amur.base.faults import Refused
from amur.indicators import reads, times
from amur.indicators.acts import export, refresh, timing
from amur.indicators.models import Computation
from amur.ledger import reads as ledger
from tests.indicators.conftest import MACHINE, indicator

pytestmark = pytest.mark.django_db


def shown() -> dict[str, tuple[str, str, int | None]]:
    """Return the figures of the one clock that ended."""
    found = reads.clock_times(PUBLIC)
    assert found is not None
    return {str(one.dimensions["time"]): (f"{one.value}", one.status, one.base) for one in found.values}


def go(authority, target):
    authority.seal()
    return refresh(by=MACHINE, now=authority.now, into=target)


def test_before_a_clock_has_ended_nothing_is_said(authority, target):
    authority.submit()
    assert go(authority, target) == ([], [])
    assert reads.clock_times(PUBLIC) is None


def test_an_ended_clock_is_held_against_its_limit_and_its_promise(authority, target):
    authority.submit()
    authority.fire("accept")
    authority.now += timedelta(days=16)
    authority.fire("grant")
    go(authority, target)
    assert shown()["in_time"] == ("100.0", "measured", 1)
    assert shown()["in_promise"] == ("0.0", "measured", 1)
    assert shown()["days"][1:] == ("measured", 1)
    computed = Computation.objects.get(indicator=times.NAME)
    (entry,) = ledger.entries_of(SYSTEM, f"indicator:{times.NAME}")
    assert (entry.leaf, entry.body["index"]) == (computed.entry_hash, computed.snapshot_index)
    # What no case has moved since is not computed again; a year later nothing ended any more, and that is said.
    go(authority, target)
    assert Computation.objects.filter(indicator=times.NAME).count() == 1
    authority.now += timedelta(days=400)
    authority.write()
    go(authority, target)
    found = reads.clock_times(PUBLIC)
    assert found is not None
    assert found.values == ()


def test_a_query_that_fails_is_told_and_hides_no_indicator(authority, target, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise Refused("query_failed", "too long")

    monkeypatch.setattr("amur.indicators.acts.computing.refresh_times", fail)
    assert go(authority, target) == ([], ["clock_times: too long"])


def test_without_a_snapshot_there_is_nothing_to_compute(authority, target):
    assert timing.refresh_times(target, {}, by=MACHINE, now=authority.now) is None


def test_the_newest_of_all_indicators_are_read_at_once(authority, target, django_assert_num_queries):
    assert reads.newest(PUBLIC, on=authority.now.date()) == {}
    authority.write()
    bodies = {("indicator", name): indicator(id=name) for name in ("lanterns", "lamps")}
    authority.declare(bodies)
    assert reads.newest(PUBLIC, on=authority.now.date()) == {}
    for _ in range(2):
        authority.write()
        authority.seal()
        export(into=target)
        refresh(by=MACHINE, now=authority.now, into=target)
    reads.newest(PUBLIC, on=authority.now.date())
    with django_assert_num_queries(3):
        found = reads.newest(PUBLIC, on=authority.now.date())
    totals = {name: one.total.value for name, one in found.items() if one.total}
    assert totals == {"lanterns": 3, "lamps": 3}
