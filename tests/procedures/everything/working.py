"""What offices do in the random histories: events, signatures, opinions, hearings, longer clocks, follow-up, erasure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from amur.base.acting import Actor, Scope
from amur.people.reads import day_of
from amur.procedures import acts, conditions, moments
from amur.procedures.declarations import APPLICANT, Transition
from amur.procedures.hearings.models import Hearing
from amur.procedures.models import Case
from amur.procedures.opinions.models import AskedBody
from amur.procedures.ratings.models import Rating
from amur.procedures.recusal.models import Objection
from amur.procedures.signing import turns
from amur.procedures.signing.declarations import DRAFTER
from amur.procedures.signing.models import SignOff
from amur.procedures.supplements.models import SupplementItem
from tests.procedures.everything import holds
from tests.procedures.everything.applying import EXTRA, Applying
from tests.procedures.everything.people import CAST, EVERYBODY, KNOWN, Person, actor_of, of_role, party_of
from tests.procedures.pack import PDF

CAN = {person.role for person in CAST} | {APPLICANT}
_KEEPS_ON, _SIGNS_FIRST, _SEES, _KNOWS, _SELDOM = 0.93, 0.75, 0.85, 0.5, 0.06
"""How often somebody who works on a case does not end it at once, goes on with a draft, and tries what they may."""
_QUORUM = 2
"""How many of the council must vote."""
_SIGNING = ("sign", "sign", "return", "return", "urge")
_VERBS = ("sign", "vote", "conclude", "return", "withdraw", "urge")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


class Working(Applying):
    """Everything that the offices do by the arrows of a procedure and beside them."""

    def go_on(self) -> None:
        """Let a case be worked on, some acts one after the other."""
        if case := self.some_case():
            for _ in range(self.chance.choice([8, 4, 2, 1])):
                self.forward(case)

    def forward(self, case: Case) -> None:
        """Do one of the things that may be done next with a case, by somebody whose it is."""
        case.refresh_from_db()
        signs = self.signatures_of(case)
        # Who holds a draft goes on with it, mostly: a chain of four would else never come to its end.
        ways = signs if signs and self.chance.random() < _SIGNS_FIRST else []
        ways = ways or [*self.arrows_of(case), *self.answers_of(case), *signs]
        if ways:
            self.chance.choice(ways)()

    def arrows_of(self, case: Case) -> list[Callable[[], None]]:
        """Return what may be fired, or drafted where signatures are needed; seldom what only ends the case."""
        definition = self.definition(case)
        arrows = [one for one in holds.leading(case, definition) if one.by in CAN]
        if self.chance.random() < _KEEPS_ON:
            ends = {state.id for state in definition.states if state.final}
            arrows = [one for one in arrows if one.target not in ends or one.outcome == "granted"] or arrows
        if self.chance.random() < _SEES:
            moment = moments.of_case(case, definition, day_of(self.now))
            arrows = [one for one in arrows if not conditions.refusal(one, moment)]
        found: list[Callable[[], None]] = []
        for arrow in arrows:
            who = self.chance.choice(of_role(arrow.by, case.body_id, case.procedure) or [CAST[0]])
            words = "" if arrow.reason == "none" else "because"
            found.append(partial(self.fire, case, arrow, who, reason=words, expected_version=case.version))
        return found

    def answers_of(self, case: Case) -> list[Callable[[], None]]:
        """Return what the party may answer and bodies may say."""
        asked_of_party = SupplementItem.objects.filter(case=case, request__ended_at=None, saved_at=None)
        asked = AskedBody.objects.filter(asked_round__case=case, asked_round__closed_at=None)
        found: list[Callable[[], None]] = [
            partial(self.supply, item, self.chance.choice(["60", "700"]), "") for item in asked_of_party
        ]
        for one in asked:
            who = next((person for person in CAST if person.body == one.body_id), None)
            found += [partial(self.say, one, "agree", who)] if who else []
        return found

    def signatures_of(self, case: Case) -> list[Callable[[], None]]:
        """Return who may sign what is under way."""
        found: list[Callable[[], None]] = []
        for draft in SignOff.objects.filter(case=case, ended_at=None):
            drafter = KNOWN.get(draft.drafted_by)
            if drafter and self.chance.random() < _SELDOM:
                found.append(partial(self.put_name_to, draft, "urge", drafter))
            if draft.step == DRAFTER:
                if drafter and self.chance.random() < _SELDOM:
                    found.append(partial(self.put_name_to, draft, "withdraw", drafter))
                continue
            votes = draft.role == "councillor"
            voted = set(turns.ballots_of(draft)) if votes else set()
            ends = len(voted) >= _QUORUM and self.chance.random() < 0.7
            for who in of_role(draft.role, draft.body_id):
                if self.chance.random() < _SELDOM:
                    found.append(partial(self.put_name_to, draft, "return", who))
                elif not votes or ends:
                    found.append(partial(self.put_name_to, draft, "conclude" if votes else "sign", who))
                elif who.account not in voted:
                    found.append(partial(self.put_name_to, draft, "vote", who))
        return found

    def fire(self, case: Case, arrow: Transition, who: Person, **options: Any) -> None:
        """Fire or draft an event, and the same again with the same key, which changes nothing."""
        is_party = arrow.by == APPLICANT
        by, scope = (actor_of(case), party_of(case)) if is_party else (who.by, who.scope)
        happens: Callable[..., Any] = acts.draft_decision if arrow.sign_off else acts.fire
        extra = EXTRA.get((case.procedure, arrow.event), {}) | self.files_for(case, arrow, by, scope)
        options |= {"by": by, "scope": scope, "now": self.now, "extra": extra}
        name = f"{happens.__name__} {arrow.event}"
        self.twice(name, lambda key: happens(case.pk, arrow.event, key=key, **options), None if is_party else who)

    def files_for(self, case: Case, arrow: Transition, by: Actor, scope: Scope) -> dict[str, str]:
        """Send what was missing, where it is brought."""
        found: dict[str, str] = {}
        if arrow.event == "bring":
            for name, content in (("plan", PDF), ("photo", PNG)):
                send = partial(acts.attach_to_case, case.pk, "bring", name, [content], name, by=by, scope=scope)
                upload = self.tries("attach_to_case", partial(send, now=self.now))
                found |= {name: str(upload.pk)} if upload else {}
        return found

    def fire_anything(self) -> None:
        """Let anybody try any event, in whatever state the case is; the party's events too."""
        if (case := self.some_case()) is None:
            return
        definition = self.definition(case)
        arrow = self.one(one for one in holds.leading(case, definition) if one.by in CAN - {APPLICANT})
        if arrow and self.chance.random() < _KNOWS:
            event, who = arrow.event, self.somebody([arrow.by], case.body_id, case.procedure)
        else:
            event = self.chance.choice(sorted({one.event for one in definition.transitions} | {"nonsense"}))
            who = self.chance.choice(EVERYBODY)
        extra = EXTRA.get((case.procedure, event), {}) if self.chance.random() < 0.5 else {}
        version = case.version + self.chance.choice([0, 0, 0, 0, 1, -1])
        options = self.as_(who, expected_version=version, reason="why", extra=extra)
        self.tries("fire anything", lambda: acts.fire(case.pk, event, **options), who)

    def sign(self) -> None:
        """Do something with a draft that is under way."""
        if draft := self.one(SignOff.objects.filter(ended_at=None).order_by("begun_at", "pk")):
            with_drafter = ["withdraw", "withdraw", "urge"]
            votes = ["vote", "vote", "conclude", "return", "urge"]
            apt = with_drafter if draft.step == DRAFTER else votes if draft.role == "councillor" else _SIGNING
            verb = self.rather(apt, _VERBS) or "sign"
            drafter = KNOWN.get(draft.drafted_by)
            if verb in {"urge", "withdraw"} and drafter and self.chance.random() < _KNOWS:
                self.put_name_to(draft, verb, drafter)
            else:
                self.put_name_to(draft, verb, self.somebody([draft.role], draft.body_id))

    def put_name_to(self, draft: SignOff, verb: str, who: Person) -> None:
        """Sign a draft, vote on it, return, withdraw or urge it."""
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
        options = self.as_(who, **options)
        self.tries(happens.__name__, lambda: happens(draft.case_id, draft.chain, **options), who)

    def give_an_opinion(self) -> None:
        if asked := self.one(AskedBody.objects.order_by("asked_round__asked_at", "body_id")):
            verdict = self.chance.choice(["agree", "agree", "agree", "conditions", "object"])
            self.say(asked, verdict, self.somebody(["reviewer", "watcher"], asked.body_id))

    def say(self, asked: AskedBody, verdict: str, who: Person) -> None:
        """Answer for a body that was asked."""
        options = self.as_(who, text="words")
        self.tries("give_opinion", lambda: acts.give_opinion(asked.pk, verdict, **options), who)

    def extend(self) -> None:
        """Make a clock longer."""
        if case := self.some_case("harbour", "tower", "lamp_registration", "promised", "missing"):
            who = self.somebody(["leader", "decider", "keeper_of_the_book"], case.body_id)
            options = self.as_(who, expected_version=case.version, reason="It is hard.")
            amount = self.chance.choice([1, 2, 10, 11])
            self.tries("extend_clock", lambda: acts.extend_clock(case.pk, "decision", amount, **options), who)

    def hear(self) -> None:
        """Call a hearing, call it off, or keep its minutes."""
        begun = Hearing.objects.filter(state=Hearing.State.CALLED, starts_at__lte=self.now, case__closed_at=None)
        heard = [one.case for one in begun.select_related("case").order_by("pk")]
        if (case := self.rather(heard, [self.some_case("tower", "reconsideration")])) is None:
            return
        called = Hearing.objects.filter(case=case, state=Hearing.State.CALLED).first()
        who = self.somebody(["handler", "reviewer"], case.body_id)
        verbs = ["call", "call", "call", "off"]
        if called:
            began = called.starts_at is not None and called.starts_at <= self.now
            verbs = ["hold", "hold", "hold", "off"] if began else ["off", "call", "hold"]
            if not began and self.chance.random() < _SEES:
                return
        verb = self.chance.choice(verbs)
        if verb == "call":
            at = self.now + timedelta(days=self.chance.choice([2, 14, 20]))
            options = self.as_(who, starts_at=at, place="二楼", is_public=True)
            self.tries("call_hearing", lambda: acts.call_hearing(case.pk, **options), who)
        elif verb == "off":
            options = self.as_(who, why="The hall burnt down.")
            self.tries("call_off_hearing", lambda: acts.call_off_hearing(case.pk, **options) or True, who)
        else:
            options = self.as_(who, minutes="We heard them.")
            self.tries("hold_hearing", lambda: acts.hold_hearing(case.pk, **options), who)

    def follow_up(self) -> None:
        """Follow up a bad grade."""
        bad = (
            Rating.objects.filter(followed_up_at=None, bad_since__isnull=False, case__erased_at=None)
            .select_related("case")
            .order_by("pk")
        )
        if case := self.rather((one.case for one in bad), [self.some_case("tower")]):
            who = self.somebody(["handler"], case.body_id)
            options = self.as_(who)
            self.tries("follow_up_rating", lambda: acts.follow_up_rating(case.pk, "We said sorry.", **options), who)

    def erase(self) -> None:
        """Erase what is personal of a case that has ended, in its time or before."""
        case = self.one(Case.objects.exclude(closed_at=None).order_by("number")) or self.some_case()
        if case and self.chance.random() < 0.5:
            who = self.somebody(["eraser", "keeper_of_the_book"], case.body_id)
            early = self.chance.random() < 0.7
            options = self.as_(who, reason="asked", basis="Act 1", despite_retention=early)
            self.tries("erase_case_party", lambda: acts.erase_case_party(case.pk, **options) or True, who)

    def step_back(self) -> None:
        """Step back from a case, or withdraw an official, as long as another is there for it."""
        if (case := self.some_case()) is None:
            return
        about = self.chance.choice([one for one in CAST if one.body == case.body_id] or list(CAST))
        if not self.others_of(about, case):
            return
        if self.chance.random() < 0.5:
            options = self.as_(about, reason="She is my sister.")
            self.tries("step_back", lambda: acts.step_back(case.pk, **options), about)
        else:
            who = self.somebody(["head"], case.body_id)
            options = self.as_(who, reason="It is his cousin.")
            self.tries("withdraw_official", lambda: acts.withdraw_official(case.pk, about.account, **options), who)

    def decide_objection(self) -> None:
        """Decide about what a party objects to."""
        if objection := self.one(Objection.objects.select_related("case").order_by("pk")):
            case = objection.case
            about = next((one for one in CAST if one.account == objection.account_id), None)
            upheld = bool(about and self.others_of(about, case)) and self.chance.random() < 0.5
            who = self.somebody(["head"], case.body_id)
            options = self.as_(who, upheld=upheld, reason="So it is.")
            self.tries("decide_objection", lambda: acts.decide_objection(case.pk, objection.pk, **options), who)
