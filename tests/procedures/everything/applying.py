"""What parties do in the random histories: hand in, answer, pay, appeal, agree, object, rate, and let others act for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from amur.base.acting import Actor, Scope
from amur.base.faults import AmurError
from amur.base.fields import Raw
from amur.people import acts as people
from amur.people import reads as people_reads
from amur.people.acts.authorising import Matter
from amur.people.models import Account, Authorisation
from amur.procedures import acts, declared
from amur.procedures.appeals.models import Appeal
from amur.procedures.models import Case, CaseEvent, Decision, Draft
from amur.procedures.ratings.models import Rating
from amur.procedures.supplements.engine import ITEMS
from amur.procedures.supplements.models import SupplementItem
from tests.procedures.everything import holds
from tests.procedures.everything.people import OUTSIDERS, PARTIES, Person, actor_of, party_of
from tests.procedures.everything.playing import TRIED, Playing
from tests.procedures.pack import FORM, PDF

LAMP = {"lamp_number": "1250D", "lamp_kind": "electric", "brightness": "120", "keeper": "拟海客栈", "quarter": "500200"}
HOUSES = tuple(f"H-{number}" for number in range(1, 7))
"""The houses that are listed, for a lamp of a house may be taken down when it rests."""
SHOP = {"name": "海边小店", "region": "230102", "tables": "4", "words": "小店"}
FORMS: dict[str, dict[str, str]] = {
    "harbour": FORM,
    "tower": FORM,
    "lamp_registration": LAMP,
    "promised": FORM,
    "missing": FORM,
    "shop": SHOP,
}
LARGE = ("harbour", "tower")
WAYS: dict[str, dict[str, str]] = {
    "promised": {"by_promise": "yes", "firm": "123"},
    "missing": {"plan_later": "yes", "photo_later": "yes"},
    "shop": {"words": ""},
}
"""What is said in a form to take the way that a procedure has beside the usual one."""
WRONG: tuple[dict[str, str], ...] = (
    {"region": "nowhere", "quarter": "nowhere"},
    {"watts": "-1", "brightness": "100000", "tables": "-1"},
    {"number": "124", "lamp_number": "1250A", "name": ""},
    {"email": "nobody", "keeper": ""},
)
MISSING: list[Raw] = [{"part": "watts", "wrong": "太暗"}, {"part": "+words", "wrong": "为什么", "optional": "yes"}]
EXTRA: dict[tuple[str, str], dict[str, Raw]] = {
    ("tower", "ask_neighbours"): {"neighbours": ["harbour"]},
    ("tower", "request_supplement"): {ITEMS: MISSING},
    ("harbour", "request_supplement"): {ITEMS: MISSING},
    ("promised", "answer"): {"remark": "x"},
    ("missing", "answer"): {"remark": "x"},
    ("lamp_registration", "ask"): {ITEMS: MISSING[1:]},
    ("lamp_look", "look"): {"brightness": "100", "seen_at": "2026-03-10T10:00", "steady": "yes", "oil": "3"},
}


class Applying(Playing):
    """Everything that comes from outside the offices."""

    agent: Account
    giver: Account

    def submit(self) -> None:
        """Hand in a form, of a large procedure more often; sometimes with something wrong in it."""
        if self.is_room():
            over = [name for name in LARGE if not Case.objects.filter(procedure=name, closed_at=None).exists()]
            procedure = self.rather(over, [*LARGE, "missing", "promised", *FORMS]) or LARGE[0]
            self.apply(procedure, self.chance.choice([{}, {}, {}, *WRONG]), self.chance.choice(PARTIES))

    def apply(self, procedure: str, changes: dict[str, str], party: Person) -> Case | None:
        """Fill in a form and hand it in; what is wrong on a page is kept, and refused when it is handed in."""
        draft = acts.open_draft(procedure, by=party.by, now=self.now, account_id=party.account)
        return self.fill(draft, changes, party.by)

    def fill(self, draft: Draft, changes: dict[str, str], by: Actor) -> Case | None:
        """Fill in a form that was opened and hand it in."""
        _, definition = declared.active(draft.procedure)
        way = WAYS.get(draft.procedure, {}) if self.chance.random() < 0.5 else {}
        said = {"watts": self.chance.choice(["12", "600"]), "lamp_number": f"{self.chance.randrange(1, 10)}250D"}
        said["house_number"] = self.chance.choice(["", *HOUSES])
        typed: dict[str, Any] = FORMS[draft.procedure] | said | way | changes
        for page in definition.pages:
            if any(field.type == "file" for field in page.fields) and "plan_later" not in way:
                acts.attach(draft.id, "plan", [PDF], "a.pdf", by=by, now=self.now)
                draft.refresh_from_db()
            try:
                acts.save_step(draft.id, page.id, typed, version=draft.version, by=by, now=self.now)
            except AmurError:
                TRIED["save_step", "refused"] += 1
            draft.refresh_from_db()
        case = self.tries("submit", lambda: acts.submit(draft.id, by=by, now=self.now))
        if case:
            TRIED[f"submit {draft.procedure}{' otherwise' if way else ''}", "done"] += 1
            before = holds.counts()
            assert acts.submit(draft.id, by=by, now=self.now).pk == case.pk
            assert holds.counts() == before, "submitted twice, something more is there"
        return case

    def act_for_another(self) -> None:
        """Let a party authorise an agent for a matter and the agent hand in, or take that back; the agent may try all."""
        by, now = Actor(str(self.agent.pk), client="portal"), self.now
        today = people_reads.day_of(now)
        given = Authorisation.objects.filter(revoked_at=None, valid_to__gte=today).order_by("pk").last()
        scope = people_reads.scope_of(self.agent, now)
        given_for = Case.objects.filter(account_id=str(self.giver.pk), closed_at=None).order_by("number")
        case = self.rather(given_for, [self.some_case(*LARGE)])
        if given is None:
            matter = Matter("harbour", today, today + timedelta(days=20))
            giver = Actor(str(self.giver.pk), client="portal")
            self.tries("authorise", lambda: people.authorise(matter, by=giver, now=now, to_account="agent"))
        elif case is not None and self.chance.random() < (0.6 if given_for else 0.1):
            expected = {"expected_version": case.version}
            name = "withdraw as an agent"
            if self.tries(name, lambda: acts.fire(case.pk, "withdraw", by=by, scope=scope, now=now, **expected)):
                assert any(one.party in {case.enterprise_id, case.account_id} for one in scope.mandates)
        elif self.chance.random() < 0.6 and self.is_room():
            who = {"account_id": str(self.agent.pk), "authorisation_id": str(given.pk)}
            draft = self.tries("open as an agent", lambda: acts.open_draft("harbour", by=by, now=now, **who))
            if draft:
                self.fill(draft, {}, by)
        else:
            giver = Actor(str(self.giver.pk), client="portal")
            self.tries("revoke_authorisation", lambda: people.revoke_authorisation(given.pk, by=giver, now=now))

    def answer_an_item(self) -> None:
        found = SupplementItem.objects.filter(request__ended_at=None).order_by("pk").select_related("case")
        if item := self.one(found):
            self.supply(item, self.chance.choice(["60", "-5", "words"]), self.chance.choice(["", "没有"]))

    def supply(self, item: SupplementItem, raw: str, why: str) -> None:
        """Answer one item, as a draft."""
        options = {"by": actor_of(item.case), "scope": party_of(item.case), "now": self.now}
        self.tries("answer_item", lambda: acts.answer_item(item.case_id, item.place, raw, why=why, **options))

    def contest(self) -> None:
        """Appeal against a decision, as its party or as somebody who is not."""
        decisions = list(Decision.objects.order_by("pk").select_related("case"))
        contested = set(Appeal.objects.values_list("decision_id", flat=True))
        fresh = [one for one in decisions if one.pk not in contested and self.definition(one.case).appeal.procedure_id]
        decision = self.rather(fresh, decisions)
        if decision is None or not self.is_room(3):
            return
        mine = self.chance.random() < 0.8
        by, scope = (
            (actor_of(decision.case), party_of(decision.case)) if mine else (OUTSIDERS[1].by, OUTSIDERS[1].scope)
        )
        options: dict[str, Any] = {"by": by, "scope": scope, "now": self.now}
        options |= {"review_body": self.chance.choice(["council", "council", "ministry", "ministry", "bureau"])}
        options |= {"late_reason": self.chance.choice(["", "ill"])}
        who = None if mine else OUTSIDERS[1]
        draft = self.tries("begin_appeal", lambda: acts.begin_appeal(decision.pk, **options), who)
        if draft:
            typed = {**draft.raw, "grounds": "灯不暗"}
            acts.save_step(draft.pk, "grounds", typed, version=draft.version, by=by, now=self.now)
            self.tries("lodge", lambda: acts.submit(draft.pk, by=by, now=self.now))

    def agree_to_portal(self) -> None:
        """Agree to be served in the portal, or take that back."""
        if case := self.some_case():
            happens = self.chance.choice([acts.agree_to_online_service, acts.withdraw_online_service])
            by, scope, who = self._party(case)
            self.tries(happens.__name__, lambda: happens(case.pk, by=by, scope=scope, now=self.now) or True, who)

    def object(self) -> None:
        """Object to an official who took a step."""
        case = self.some_case(*LARGE)
        event = self.one(CaseEvent.objects.filter(case=case).order_by("version")) if case else None
        if case and event:
            by, scope, who = self._party(case)
            options: dict[str, Any] = {"by": by, "scope": scope, "now": self.now, "reason": "He is my cousin."}
            self.twice(
                "object_to_official",
                lambda key: acts.object_to_official(case.pk, event.version, key=key, **options),
                who,
            )

    def rate(self) -> None:
        """Rate a case, and what came of a bad grade."""
        decided = Case.objects.filter(procedure="tower", decided_at__gt=self.now - timedelta(days=30)).order_by(
            "number"
        )
        if case := self.rather(decided, [self.some_case("tower")]):
            by, scope, who = self._party(case)
            options: dict[str, Any] = {"by": by, "scope": scope, "now": self.now}
            grade = self.chance.choice([1, 1, 2, 5])
            if Rating.objects.filter(case=case).exclude(followed_up_at=None).exists():
                self.tries("rate_follow_up", lambda: acts.rate_follow_up(case.pk, grade, **options), who)
            else:
                self.tries("rate_case", lambda: acts.rate_case(case.pk, grade, reasons=["slow"], **options), who)

    def ask_to_be_heard(self) -> None:
        """Ask for a hearing, or waive it."""
        if case := self.rather(self.reviewed(), [self.some_case("tower", "reconsideration")]):
            by, scope, who = self._party(case)
            options: dict[str, Any] = {"by": by, "scope": scope, "now": self.now}
            wish = self.chance.choice(["asked", "asked", "waived"])
            self.tries(f"hearing {wish}", lambda: acts.ask_hearing(case.pk, wish=wish, why="Hear me.", **options), who)

    def _party(self, case: Case) -> tuple[Actor, Scope, Person | None]:
        """Draw who acts for a party: mostly the party."""
        if self.chance.random() < 0.85:
            return actor_of(case), party_of(case), None
        return OUTSIDERS[1].by, OUTSIDERS[1].scope, OUTSIDERS[1]


def accounts(now: datetime) -> tuple[Account, Account]:
    """Return two people with accounts: one who lets the other act for her in a matter."""
    made = {"by": Actor("system:cli"), "now": now}
    giver, agent = (
        people.open_account(username=name, email=f"{name}@example.org", display_name=name, **made)
        for name in ("giver", "agent")
    )
    return giver, agent
