"""Random histories: record, seal, erase, rotate, roll back, set the clock back; the log holds after each step."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from amur.base.acting import SYSTEM
from amur.ledger import acts, engine, reads
from amur.ledger.models import Entry, Unsealed

from .conftest import NOW, OFFICER

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]


class Ledger(RuleBasedStateMachine):
    """A ledger beside a model of it: what was written, and which contents are still there."""

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now, self.bodies, self.notes, self.sealed, self.heads = NOW, {}, set(), 0, {}

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @rule(
        subject=st.sampled_from(["case:1", "case:2", "system"]), text=st.text(max_size=8), minutes=st.integers(-90, 90)
    )
    def record(self, subject, text, minutes):
        self.now += timedelta(minutes=minutes)
        with transaction.atomic():
            entry = acts.record(subject=subject, kind="case.noted", by=OFFICER, now=self.now, body={"text": text})
        self.bodies[entry.leaf] = {"text": text}

    @rule()
    def record_and_roll_back(self):
        with transaction.atomic():
            acts.record(subject="case:1", kind="case.noted", by=OFFICER, now=self.now, body={})
            transaction.set_rollback(True)

    @rule()
    def seal(self):
        head = acts.seal(self.now)
        if head:
            self.sealed = head.size
            self.heads[head.size] = head.root
        assert Unsealed.objects.count() == 0

    def erasable(self):
        return sorted(leaf for leaf, body in self.bodies.items() if body and leaf not in self.notes)

    @precondition(lambda self: self.erasable())
    @rule(data=st.data())
    def erase(self, data):
        leaf = data.draw(st.sampled_from(self.erasable()))
        note = acts.erase(leaf, by=OFFICER, now=self.now, reason="asked")
        self.bodies[leaf] = None
        self.bodies[note.leaf] = {"entry": leaf, "part": "body", "reason": "asked"}
        self.notes.add(note.leaf)

    @precondition(lambda self: self.sealed)
    @rule()
    def rotate(self):
        key = acts.rotate_key(by=OFFICER, now=self.now, reason="planned")
        self.bodies[key.introduced_by] = None  # not among those to erase: without it the key is not trusted

    @precondition(lambda self: self.sealed)
    @rule(data=st.data())
    def prove(self, data):
        index = data.draw(st.integers(0, self.sealed - 1))
        old = data.draw(st.sampled_from(sorted(self.heads)))
        entry = Entry.objects.get(sealed__index=index)
        proof = reads.inclusion_proof(entry.leaf)
        path = [bytes.fromhex(node) for node in proof.path]
        assert engine.root_from_inclusion(bytes.fromhex(entry.leaf), index, proof.size, path).hex() == proof.root
        assert proof.root == self.heads[self.sealed]
        path = [bytes.fromhex(node) for node in reads.consistency_proof(old)]
        roots = bytes.fromhex(self.heads[old]), bytes.fromhex(proof.root)
        assert engine.extends(old, roots[0], self.sealed, roots[1], path)

    @invariant()
    def it_holds(self):
        if hasattr(self, "heads"):
            report = reads.verify_stored()
            assert report.findings == ()
            assert report.unsealed == len(self.bodies) - self.sealed
            assert Entry.objects.count() == len(self.bodies)

    @invariant()
    def contents_are_what_was_written(self):
        if hasattr(self, "heads"):
            views = [view for subject in ("case:1", "case:2", "system") for view in reads.entries_of(SYSTEM, subject)]
            for view in views:
                if view.kind != "ledger.key_introduced":
                    assert view.body == self.bodies[view.leaf]

    @invariant()
    def exports_are_as_long_as_the_head(self):
        if hasattr(self, "heads"):
            assert reads.export(SYSTEM, io.StringIO()) == self.sealed


@pytest.mark.parametrize("histories", [8, pytest.param(50, marks=pytest.mark.deep)])
def test_random_histories_hold(histories):
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=histories, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
