"""Random histories of all procedures at once: everybody tries everything, days pass, the worker works, calendars change.

Each step draws an act that the product offers and who tries it, mostly somebody who may. What is tried is drawn mostly
from what may happen next, so that cases get far, and else from all there is.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from django.db import models, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.ledger.models import Entry
from amur.people.reads import day_of
from amur.procedures import acts
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case, Document, Serial
from tests.conftest import NOW
from tests.procedures.everything import holds, money, reading
from tests.procedures.everything.applying import FORMS, LARGE
from tests.procedures.everything.cashier import CASHIER
from tests.procedures.everything.declared import CALENDARS
from tests.procedures.everything.people import PARTIES
from tests.procedures.everything.righting import Righting

WEIGHTS: dict[str, int] = {
    "go_on": 24,
    "days_pass": 9,
    "submit": 5,
    "fire_anything": 5,
    "sign": 5,
    "give_an_opinion": 4,
    "answer_an_item": 3,
    "contest": 5,
    "extend": 2,
    "erase": 2,
    "tie": 9,
    "put_right": 9,
    "change_the_edition": 2,
    "bring_back": 3,
    "pay": 4,
    "give_back": 4,
    "ask_a_part": 3,
    "hand_over": 5,
    "ask_to_be_heard": 2,
    "hear": 4,
    "step_back": 2,
    "object": 2,
    "decide_objection": 2,
    "agree_to_portal": 2,
    "act_for_another": 5,
    "rate": 3,
    "follow_up": 2,
    "replace_the_calendar": 2,
}
"""How often each thing is drawn."""
_RARELY, _SOMETIMES = 10, 3
"""Every how many steps what is of all cases, and what readers find, is looked at."""
_A_WHILE = timedelta(days=10)
"""Every how many days the worker works."""
_HEARD, _HALF_A_YEAR = 0.4, 0.06
"""How often it is waited until a hearing begins, or a lamp is looked at again."""
_DRAWN = tuple(name for name, weight in WEIGHTS.items() for _ in range(weight))


class Everything(Righting, RuleBasedStateMachine):
    """An authority of which every case is looked at after every step."""

    people = ()

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        """Hand in a form of some, and bring the cases some way."""
        self.atomic = transaction.atomic()
        # As the atomic block of a test: what a worker commits for good is committed inside it.
        self.atomic._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark
        self.atomic.__enter__()
        self.now, self.keys, self.steps, self.state = NOW, 0, 0, None
        CASHIER.__init__()  # type: ignore[misc]  # a history begins with an empty till
        self.cashier = CASHIER
        self.calendar, self.edition = 0, 0
        self.seen: dict[object, object] = {}
        self.courses: dict[object, object] = {}
        self.past, self.chance = str(seed), Random(seed)
        self.giver, self.agent = self.people
        for procedure in ("harbour", *LARGE, "lamp_registration", self.chance.choice(sorted({*FORMS} - {*LARGE}))):
            case = self.apply(procedure, {}, self.chance.choice(PARTIES))
            for _ in range(self.chance.choice([20, 12, 4, 0]) if case else 0):
                self.forward(case)

    @rule(what=st.sampled_from(_DRAWN), seed=st.integers(0, 2**32))
    def happens(self, what: str, seed: int) -> None:
        """Let one thing be tried."""
        # Half of the numbers that are drawn were drawn before, zero above all: what went before makes something else of
        # each, so that no two histories that differ once go on alike.
        self.past = sha256(f"{self.past}:{what}:{seed}".encode()).hexdigest()
        self.chance = Random(self.past)
        getattr(self, what)()

    def days_pass(self) -> None:
        """Let time go by, and the worker do at the end of each stretch what it would have done in it."""
        days = self.chance.choice([0, 1, 1, 3, 8, 30])
        until = self.now + timedelta(days=days, hours=self.chance.randrange(24))
        called = (
            Hearing.objects.filter(state=Hearing.State.CALLED, starts_at__gt=self.now).order_by("starts_at").first()
        )
        looked_at = Case.objects.filter(procedure="lamp_look", closed_at=None).order_by("number").first()
        if called and called.starts_at and self.chance.random() < _HEARD:
            until = called.starts_at
        elif looked_at and self.chance.random() < _HALF_A_YEAR:
            # What is looked at again half a year later would else never be.
            ahead = date.fromisoformat(looked_at.data["look_on"]) - day_of(self.now)
            until = self.now + max(ahead, timedelta(0))
        while self.now < until:
            # What the cashier did not report is found in its list of the day, on the next one.
            self.now = self.now + timedelta(days=1) if self.cashier.silent else min(until, self.now + _A_WHILE)
            self.work()

    def replace_the_calendar(self) -> None:
        self.calendar = self.chance.randrange(len(CALENDARS))
        self.declare()
        acts.recount(now=self.now)

    def work(self) -> None:
        """Do what a worker does until nothing is due; no job may die."""
        acts.tidy(self.now)
        while jobs.run_due(acts.HANDLERS, self.now, 50):
            pass
        holds.nothing_died()
        self.cashier.silent = self.cashier.silent and self.cashier.reports[-1].on == day_of(self.now)
        money.is_told(day_of(self.now), self.cashier)

    @invariant()
    def everything_holds(self) -> None:
        """Look at each case that something was written about, and now and then at what is of all cases.

        What is looked at rarely does not mend itself: if it did not hold once it is found some steps later, and at the
        end of a history everything is looked at.
        """
        if not hasattr(self, "now"):
            return
        self.steps += 1
        self.look(rarely=self.steps % _RARELY == 0)

    def look(self, *, rarely: bool) -> None:
        """Look at the cases that were touched since; ``rarely`` also at the queue, the money and the ledger."""
        written = dict(Entry.objects.values_list("subject").annotate(count=models.Count("sequence")).order_by())
        terms = (self.calendar, self.edition)
        for case in Case.objects.order_by("number"):
            told = (terms, case.version, case.due_on, case.body_id, tuple(case.recused), written.get(case.key_subject))
            if self.seen.get(case.pk) != told:
                self.seen[case.pk] = told
                holds.whole(case, day_of(self.now), self.courses)
        if self.steps % _SOMETIMES == 0:
            reading.nobody_reads_what_they_may_not(self.chance, self.now)
        if rarely:
            holds.queued(self.now)
            money.adds_up(day_of(self.now), self.cashier)
            self.proved()

    def teardown(self) -> None:
        """Look at everything once more, as if nothing had been looked at, and forget it."""
        if not hasattr(self, "atomic"):
            return
        try:
            if sys.exc_info()[0] is None:
                self.seen.clear()
                self.courses.clear()
                self.look(rarely=True)
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def proved(self) -> None:
        """Assert that the ledger verifies, and that numbers are given once and none is left out."""
        ledger.seal(self.now)
        report = ledger_reads.verify_stored(self.state)
        assert (report.findings, report.unsealed) == ((), 0)
        self.state = report.state
        numbers = [*Case.objects.values_list("number", flat=True), *Document.objects.values_list("number", flat=True)]
        given = [f"{one.series}-{place + 1:05}" for one in Serial.objects.all() for place in range(one.value)]
        assert sorted(numbers) == sorted(given), "a number is missing or given twice"
