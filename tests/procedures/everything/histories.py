"""Random histories of all procedures at once: everybody tries everything, days pass, the worker works, calendars change.

What is tried is drawn half the time from what may happen next, so that cases get far, and else from all there is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from amur.base.acting import system
from amur.base.faults import AmurError
from amur.base.fields import Raw
from amur.jobs import acts as jobs
from amur.ledger import acts as ledger
from amur.ledger import reads as ledger_reads
from amur.people.reads import day_of
from amur.policy import acts as policy
from amur.procedures import acts, declared
from amur.procedures.declarations import APPLICANT, Transition
from amur.procedures.models import Case, CaseEvent, Decision
from amur.procedures.opinions.models import AskedBody
from amur.procedures.signing.models import SignOff
from amur.procedures.supplements.engine import ITEMS
from amur.procedures.supplements.models import SupplementItem
from tests.conftest import NOW
from tests.procedures.everything import holds
from tests.procedures.everything.declared import CALENDARS, items
from tests.procedures.everything.people import CAST, EVERYBODY, OUTSIDERS, Person, party_of
from tests.procedures.pack import FORM, PDF, STRANGER

LAMP = {"lamp_number": "1250D", "lamp_kind": "electric", "brightness": "120", "keeper": "拟海客栈", "quarter": "500200"}
FORMS: dict[str, dict[str, str]] = {"harbour": FORM, "tower": FORM, "lamp_registration": LAMP}
WRONG: tuple[dict[str, str], ...] = (
    {"region": "nowhere", "quarter": "nowhere"},
    {"watts": "-1", "brightness": "100000"},
    {"number": "124", "lamp_number": "1250A"},
    {"email": "nobody", "keeper": ""},
)
MISSING: list[Raw] = [{"part": "watts", "wrong": "太暗"}, {"part": "+words", "wrong": "为什么", "optional": "yes"}]
EXTRA: dict[tuple[str, str], dict[str, Raw]] = {
    ("tower", "ask_neighbours"): {"neighbours": ["harbour"]},
    ("tower", "request_supplement"): {ITEMS: MISSING},
    ("lamp_registration", "ask"): {ITEMS: MISSING[1:]},
    ("lamp_look", "look"): {"brightness": "100", "seen_at": "2026-03-10T10:00", "steady": "yes", "oil": "3"},
}
CAN = {person.role for person in CAST} | {APPLICANT}

_KEEPS_ON = 0.95
"""How often somebody who works on a case does not end it at once."""


class Everything(RuleBasedStateMachine):
    """An authority of which every case is looked at after every step."""

    @initialize(seed=st.integers(0, 2**32), watts=st.sampled_from(["12", "600"]))
    def begin(self, seed: int, watts: str) -> None:
        """Hand in a form of each, and bring the cases some way."""
        self.atomic = transaction.atomic()
        # As the atomic block of a test: what a worker commits for good is committed inside it.
        self.atomic._from_testcase = True  # type: ignore[attr-defined]  # Django's own mark
        self.atomic.__enter__()
        self.now, self.keys, self.state, self.seen = NOW, 0, None, ()
        self.chance = Random(seed)
        self.did = {"done": 0, "refused": 0}
        for procedure in FORMS:
            case = self.apply(procedure, {"watts": watts})
            assert case is not None
            for _ in range(self.chance.choice([20, 14, 8, 0])):
                self.forward(case)

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def tries(self, call: Callable[[], Any], *, outsider: bool = False) -> Any:
        """Do something; if it is refused, nothing of it may be there."""
        before = holds.counts()
        try:
            found = call()
        except AmurError:
            assert holds.counts() == before, "what was refused left something behind"
            self.did["refused"] += 1
            return None
        assert not outsider, "an outsider did something"
        self.did["done"] += 1
        return found

    def apply(self, procedure: str, changes: dict[str, str]) -> Case | None:
        """Fill in a form and hand it in; what is wrong on a page is kept, and refused when it is handed in."""
        _, definition = declared.active(procedure)
        draft = acts.open_draft(procedure, by=STRANGER, now=self.now)
        for page in definition.pages:
            if any(field.type == "file" for field in page.fields):
                acts.attach(draft.id, "plan", [PDF], "a.pdf", by=STRANGER, now=self.now)
                continue
            try:
                acts.save_step(
                    draft.id, page.id, FORMS[procedure] | changes, version=draft.version, by=STRANGER, now=self.now
                )
            except AmurError:
                self.did["refused"] += 1
            draft.refresh_from_db()
        case = self.tries(lambda: acts.submit(draft.id, by=STRANGER, now=self.now))
        if case:
            before = holds.counts()
            assert acts.submit(draft.id, by=STRANGER, now=self.now).pk == case.pk
            assert holds.counts() == before, "submitted twice, something more is there"
        return case

    def some_case(self, data: st.DataObject) -> Case:
        found = list(Case.objects.order_by("number"))
        open_ones = [case for case in found if case.closed_at is None]
        return data.draw(st.sampled_from(open_ones if open_ones and data.draw(st.integers(0, 4)) else found))

    @rule(procedure=st.sampled_from(sorted(FORMS)), wrong=st.sampled_from([{}, *WRONG]))
    def submit(self, procedure: str, wrong: dict[str, str]) -> None:
        if Case.objects.count() < 8:
            self.apply(procedure, wrong)

    @rule(data=st.data(), times=st.sampled_from([4, 2, 1]))
    def go_on(self, data: st.DataObject, times: int) -> None:
        """Let a case be worked on, some acts one after the other."""
        case = self.some_case(data)
        for _ in range(times):
            self.forward(case)

    def forward(self, case: Case) -> None:
        """Do one of the things that may be done next with a case, by somebody whose it is."""
        case.refresh_from_db()
        ways = [*self.arrows_of(case), *self.answers_of(case), *self.signatures_of(case)]
        if ways:
            self.chance.choice(ways)()
            case.refresh_from_db()
            holds.whole(case, day_of(self.now))

    def arrows_of(self, case: Case) -> list[Callable[[], None]]:
        """Return what may be fired, or drafted where signatures are needed; seldom what only ends the case."""
        arrows = [one for one in holds.leading(case, declared.pinned(case.declaration_hash)) if one.by in CAN]
        if self.chance.random() < _KEEPS_ON:
            arrows = [one for one in arrows if one.event not in {"withdraw", "refuse"}]
        found: list[Callable[[], None]] = []
        for arrow in arrows:
            people = [one for one in CAST if one.role == arrow.by and one.body == case.body_id]
            who = self.chance.choice(people or [CAST[0]])
            words = "" if arrow.reason == "none" else "because"
            found.append(partial(self.fire, case, arrow, who, reason=words, expected_version=case.version))
        return found

    def answers_of(self, case: Case) -> list[Callable[[], None]]:
        """Return what the party may answer and bodies may say."""
        items = SupplementItem.objects.filter(case=case, request__ended_at=None, saved_at=None)
        asked = AskedBody.objects.filter(asked_round__case=case, asked_round__closed_at=None)
        found: list[Callable[[], None]] = [partial(self.supply, item, "60", "") for item in items]
        for one in asked:
            who = next((person for person in CAST if person.body == one.body_id), None)
            found += [partial(self.say, one, "agree", who)] if who else []
        return found

    def signatures_of(self, case: Case) -> list[Callable[[], None]]:
        """Return who may sign what is under way."""
        found: list[Callable[[], None]] = []
        for draft in SignOff.objects.filter(case=case, ended_at=None).exclude(step=""):
            verbs = ("vote", "conclude") if draft.role == "councillor" else ("sign",)
            for who in CAST:
                if (who.role, who.body) == (draft.role, draft.body_id):
                    found += [partial(self.put_name_to, draft, verb, who) for verb in verbs]
        return found

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY), stale=st.sampled_from([0, 0, 1, -1]))
    def fire_anything(self, data: st.DataObject, who: Person, stale: int) -> None:
        """Let anybody try any event, in whatever state the case is; the party's events too."""
        case = self.some_case(data)
        events = sorted({one.event for one in declared.pinned(case.declaration_hash).transitions} | {"nonsense"})
        event = data.draw(st.sampled_from(events))
        extra = EXTRA.get((case.procedure, event), {}) if data.draw(st.booleans()) else {}
        self.tries(
            lambda: acts.fire(
                case.pk,
                event,
                by=who.by,
                scope=who.scope,
                now=self.now,
                expected_version=case.version + stale,
                reason="why",
                extra=extra,
            ),
            outsider=who in OUTSIDERS,
        )

    def fire(self, case: Case, arrow: Transition, who: Person, **options: Any) -> None:
        """Fire or draft an event, and the same again with the same key, which changes nothing."""
        by, scope = (STRANGER, party_of(case)) if arrow.by == APPLICANT else (who.by, who.scope)
        happens: Callable[..., Any] = acts.draft_decision if arrow.sign_off else acts.fire
        self.keys += 1
        extra = EXTRA.get((case.procedure, arrow.event), {})
        options |= {"by": by, "scope": scope, "now": self.now, "key": f"k{self.keys}", "extra": extra}
        if self.tries(lambda: happens(case.pk, arrow.event, **options)):
            before = holds.counts()
            happens(case.pk, arrow.event, **options)
            assert holds.counts() == before, f"{arrow.event} twice with one key, something more is there"

    @precondition(lambda self: SignOff.objects.filter(ended_at=None).exists())
    @rule(
        data=st.data(),
        verb=st.sampled_from(["sign", "sign", "sign", "vote", "conclude", "return", "withdraw", "urge"]),
        anybody=st.sampled_from([False, False, False, True]),
    )
    def sign(self, data: st.DataObject, verb: str, *, anybody: bool) -> None:
        draft = data.draw(st.sampled_from(list(SignOff.objects.filter(ended_at=None).order_by("begun_at", "pk"))))
        people = [one for one in CAST if (one.role, one.body) == (draft.role, draft.body_id)]
        self.put_name_to(draft, verb, data.draw(st.sampled_from(EVERYBODY if anybody or not people else people)))

    def put_name_to(self, draft: SignOff, verb: str, who: Person) -> None:
        """Do something with a draft that is under way."""
        seen: dict[str, Any] = {"expected_version": draft.version}
        verbs: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
            "sign": (acts.sign_draft, seen),
            "vote": (acts.vote_on_draft, seen | {"choice": "for"}),
            "conclude": (acts.conclude_vote, seen | {"minutes": "We met."}),
            "return": (acts.return_draft, seen | {"reason": "Look again."}),
            "withdraw": (acts.withdraw_draft, {"reason": "No."}),
            "urge": (acts.urge_draft, {}),
        }
        happens, options = verbs[verb]
        self.tries(
            lambda: happens(draft.case_id, draft.chain, by=who.by, scope=who.scope, now=self.now, **options),
            outsider=who in OUTSIDERS,
        )

    @precondition(lambda self: AskedBody.objects.exists())
    @rule(data=st.data(), verdict=st.sampled_from(["agree", "agree", "conditions", "object"]), anybody=st.booleans())
    def give_an_opinion(self, data: st.DataObject, verdict: str, *, anybody: bool) -> None:
        asked = data.draw(st.sampled_from(list(AskedBody.objects.order_by("asked_round__asked_at", "body_id"))))
        people = [one for one in CAST if one.body == asked.body_id]
        self.say(asked, verdict, data.draw(st.sampled_from(EVERYBODY if anybody or not people else people)))

    def say(self, asked: AskedBody, verdict: str, who: Person) -> None:
        """Answer for a body that was asked."""
        self.tries(
            lambda: acts.give_opinion(asked.pk, verdict, by=who.by, scope=who.scope, now=self.now, text="words"),
            outsider=who in OUTSIDERS,
        )

    @precondition(lambda self: SupplementItem.objects.filter(request__ended_at=None).exists())
    @rule(data=st.data(), raw=st.sampled_from(["60", "-5", "words"]), why=st.sampled_from(["", "没有"]))
    def answer_an_item(self, data: st.DataObject, raw: str, why: str) -> None:
        found = SupplementItem.objects.filter(request__ended_at=None).order_by("pk").select_related("case")
        self.supply(data.draw(st.sampled_from(list(found))), raw, why)

    def supply(self, item: SupplementItem, raw: str, why: str) -> None:
        """Answer one item, as a draft."""
        options = {"by": STRANGER, "scope": party_of(item.case), "now": self.now}
        self.tries(lambda: acts.answer_item(item.case_id, item.place, raw, why=why, **options))

    @precondition(lambda self: Decision.objects.exists())
    @rule(data=st.data(), body=st.sampled_from(["council", "ministry", "bureau"]), late=st.sampled_from(["", "ill"]))
    def contest(self, data: st.DataObject, body: str, late: str) -> None:
        """Appeal against a decision, as its party or as somebody who is not."""
        decision = data.draw(st.sampled_from(list(Decision.objects.order_by("pk").select_related("case"))))
        mine = data.draw(st.integers(0, 4)) > 0
        scope = party_of(decision.case) if mine else OUTSIDERS[1].scope
        options = {"by": STRANGER, "scope": scope, "now": self.now, "review_body": body, "late_reason": late}
        draft = self.tries(lambda: acts.begin_appeal(decision.pk, **options), outsider=not mine)
        if draft:
            typed = {**draft.raw, "grounds": "灯不暗"}
            acts.save_step(draft.pk, "grounds", typed, version=draft.version, by=STRANGER, now=self.now)
            self.tries(lambda: acts.submit(draft.pk, by=STRANGER, now=self.now))

    @rule(data=st.data(), who=st.sampled_from(EVERYBODY), amount=st.sampled_from([1, 10, 11]))
    def extend(self, data: st.DataObject, who: Person, amount: int) -> None:
        """Make a clock longer; who may is tried more often than others."""
        case = self.some_case(data)
        if data.draw(st.booleans()):
            who = next(one for one in CAST if one.role in {"leader", "keeper_of_the_book"} and one.region != "")
        options = {"by": who.by, "scope": who.scope, "now": self.now, "expected_version": case.version}
        self.tries(
            lambda: acts.extend_clock(case.pk, "decision", amount, reason="It is hard.", **options),
            outsider=who in OUTSIDERS,
        )

    @precondition(lambda self: CaseEvent.objects.filter(case__closed_at__isnull=False).exists())
    @rule(data=st.data(), who=st.sampled_from([*CAST, *OUTSIDERS]), early=st.booleans())
    def erase(self, data: st.DataObject, who: Person, *, early: bool) -> None:
        case = self.some_case(data)
        if data.draw(st.booleans()):
            who = next(one for one in CAST if one.role in {"eraser", "keeper_of_the_book"} and one.body == case.body_id)
        options = {"by": who.by, "scope": who.scope, "now": self.now, "reason": "asked", "basis": "Act 1"}
        self.tries(
            lambda: acts.erase_case_party(case.pk, despite_retention=early, **options), outsider=who in OUTSIDERS
        )

    @rule(days=st.sampled_from([0, 1, 3, 8, 8, 30, 90]), hours=st.integers(0, 23))
    def days_pass(self, days: int, hours: int) -> None:
        """Let time go by, and the worker do at the end of each stretch what it would have done in it."""
        until = self.now + timedelta(days=days, hours=hours)
        while self.now < until:
            self.now = min(until, self.now + timedelta(days=10))
            self.work()

    @rule(which=st.integers(0, len(CALENDARS) - 1))
    def replace_the_calendar(self, which: int) -> None:
        policy.sync_release("lantern", f"1.0.{which}", items(which), by=system("sync"), now=self.now)
        acts.recount(now=self.now)

    def work(self) -> None:
        """Do what a worker does until nothing is due; no job may die."""
        while jobs.run_due(acts.HANDLERS, self.now, 50):
            pass
        holds.nothing_died()

    @invariant()
    def everything_holds(self) -> None:
        """Look at all cases, the queue and the ledger, unless nothing has changed since they were looked at."""
        if not hasattr(self, "now"):
            return
        now = (self.now, holds.counts(), tuple(Case.objects.order_by("pk").values_list("pk", "version", "due_on")))
        if now == self.seen:
            return
        for case in Case.objects.all():
            holds.whole(case, day_of(self.now))
        holds.queued(self.now)
        ledger.seal(self.now)
        report = ledger_reads.verify_stored(self.state)
        assert (report.findings, report.unsealed) == ((), 0)
        self.state = report.state
        self.seen = now
