"""Random histories of a subscriber: entries sealed late, handlers that fail, two workers at once, a cursor set back."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from unittest import mock

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from amur.base.acting import system
from amur.jobs import acts
from amur.jobs.models import Cursor, Job
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads

pytestmark = pytest.mark.django_db
_numbers = count()


class Hearing(RuleBasedStateMachine):
    """A subscriber beside a model of it: what was sealed since it began, and how far it has heard."""

    begun_at = None

    @initialize()
    def begin(self):
        self.name, self.now = f"subscriber-{next(_numbers)}", self.begun_at
        ledger.seal(self.now)
        head = ledger_reads.head()
        self.first = head.size if head else 0
        Cursor.objects.create(subscriber=self.name, index=self.first - 1)
        self.heard = 0
        self.order: list[int] = []

    @rule(number=st.integers(1, 3))
    def tell(self, number):
        for _ in range(number):
            with transaction.atomic():
                ledger.record(subject="system", kind="demo.told", by=system("demo"), now=self.now, body={})

    @rule()
    def tell_and_take_back(self):
        with transaction.atomic():
            ledger.record(subject="system", kind="demo.told", by=system("demo"), now=self.now, body={})
            transaction.set_rollback(True)

    @rule()
    def seal(self):
        ledger.seal(self.now)

    @rule(limit=st.integers(1, 4))
    def hear(self, limit):
        self._advance(limit, self._handle)

    @rule(limit=st.integers(1, 4), good=st.integers(0, 3))
    def hear_until_it_fails(self, limit, good):
        left = iter(range(good))

        def handle(entry, now):
            self._handle(entry, now)
            if next(left, None) is None:
                raise ValueError("not now")

        self._advance(limit, handle)

    @rule(limit=st.integers(1, 4), other=st.integers(1, 4))
    def two_workers_hear_at_once(self, limit, other):
        """The second finds the same entries, and handles them while the first is about to."""
        listed = ledger_reads.sealed_after
        waiting = iter([None])

        def between(*given):
            found = list(listed(*given))
            if next(waiting, 0) is None:
                self._advance(other, self._handle)
            return iter(found)

        with mock.patch.object(ledger_reads, "sealed_after", between):
            self._advance(limit, self._handle)

    @rule(back=st.integers(1, 3))
    def the_cursor_is_set_back(self, back):
        """As by a restored copy: what was heard is heard again, and has no second effect."""
        cursor = Cursor.objects.get(pk=self.name)
        Cursor.objects.filter(pk=self.name).update(index=max(self.first - 1, cursor.index - back))

    @rule(minutes=st.integers(-600, 600))
    def time_passes_or_is_set_back(self, minutes):
        self.now += timedelta(minutes=minutes)

    @invariant()
    def each_entry_that_was_heard_has_one_effect(self):
        if hasattr(self, "order"):
            effects = Job.objects.filter(kind=self.name).order_by("id").values_list("payload", flat=True)
            assert [effect["index"] for effect in effects] == list(range(self.first, self.first + self.heard))

    @invariant()
    def nothing_is_heard_before_it_is_sealed(self):
        if hasattr(self, "order"):
            head = ledger_reads.head()
            assert Cursor.objects.get(pk=self.name).index < (head.size if head else 0)

    @invariant()
    def what_is_heard_goes_up_by_one(self):
        if hasattr(self, "order"):
            steps = {later - earlier for earlier, later in zip(self.order, self.order[1:], strict=False)}
            assert all(step <= 1 for step in steps), "no entry is passed over"

    def _advance(self, limit, handle):
        acts.advance(self.name, handle, self.now, limit)
        self.heard = max(self.heard, Cursor.objects.get(pk=self.name).index + 1 - self.first)

    def _handle(self, entry, now):
        self.order.append(entry.index)
        acts.enqueue(self.name, {"index": entry.index}, now=now, key=f"{self.name}:{entry.leaf}")


@pytest.mark.parametrize("histories", [10, pytest.param(50, marks=pytest.mark.deep)])
def test_whatever_happens_each_entry_has_its_effect_once(histories, now):
    machine = type("Hearing", (Hearing,), {"begun_at": now})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=histories, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
