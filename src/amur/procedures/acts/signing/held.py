"""A draft under lock: whose turn it is, where it goes next, and the decision that comes of the last signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from amur.base.acting import Actor, IdempotencyKey, Scope
from amur.base.faults import Conflict, NotFound, Refused
from amur.base.legal_time import add_working_days
from amur.people import reads as people
from amur.people.reads import day_of
from amur.procedures import declared
from amur.procedures.acts import events
from amur.procedures.declarations import ProcedureDeclaration
from amur.procedures.models import Case
from amur.procedures.permission import acting
from amur.procedures.seeing import may_see
from amur.procedures.signing import engine, lines, turns
from amur.procedures.signing.declarations import DRAFTER, Chain, ChainStep
from amur.procedures.signing.lines import Said, note
from amur.procedures.signing.models import SignOff, SignOffLine


@dataclass(slots=True)
class Held:
    """A locked case and the draft of one chain about it."""

    case: Case
    definition: ProcedureDeclaration
    chain: Chain
    draft: SignOff
    by: Actor
    now: datetime

    @property
    def step(self) -> ChainStep:
        """Return the step whose turn it is.

        Raises:
            Refused: if the draft is with its drafter.
        """
        if self.draft.step == DRAFTER:
            raise Refused("with_the_drafter", "the draft is with its drafter")
        return self.chain.step(self.draft.step)

    def holds(self, source: str) -> bool:
        """Say whether a condition holds of the case with what the draft proposes."""
        return turns.holds(self.draft, self.definition, source, day_of(self.now))

    def check_turn(self, scope: Scope, expected_version: int) -> ChainStep:
        """Return the step that an actor takes now.

        Raises:
            Conflict: if the draft changed or moved since the actor saw it.
            Refused: if it is not theirs to take.
        """
        if expected_version != self.draft.version:
            said = "the draft changed or moved since you saw it; look at it again"
            raise Conflict("stale", said, version=self.draft.version)
        step = self.step
        if refusal := turns.why_not_take(self.draft, step, scope, self.by.actor_id):
            raise refusal
        self.by = acting(self.by, scope, (step.by,), turns.facts_for(self.draft))
        return step

    def note(self, verb: SignOffLine.Verb, said: Said, key: IdempotencyKey) -> None:
        """Write a line in the name of whoever acts."""
        note(self.draft, verb, said, by=self.by, role=self.draft.role, now=self.now, key=key)

    def go_on(self) -> None:
        """Hand the draft to the next step, or let happen what it decides.

        Raises:
            Refused, Conflict, Invalid: as the event that it decides; nothing of the signature happens then.
        """
        following = engine.after(self.chain, self.draft.step, self.holds)
        if following is not None:
            self.hand_to(following)
            return
        if self.draft.step == DRAFTER:
            raise Refused("nobody_signs", f"no step of {self.chain.id!r} is asked, so nobody would have signed this")
        role = self.draft.role
        self.draft.ended, self.draft.ended_at = SignOff.Ended.DECIDED, self.now
        self.draft.save(update_fields=["ended", "ended_at"])
        proofs = list(self.draft.lines.order_by("number").values_list("entry_hash", flat=True))
        events.decide(
            self.case,
            self.definition,
            self.draft.event,
            by=self.by,
            role=role,
            now=self.now,
            reason=self.draft.reason,
            given=self.draft.given,
            signed={"chain": self.chain.id, "entries": [*proofs]},
        )

    def hand_to(self, step: ChainStep) -> None:
        """Let a step hold the draft from now on, with its own time."""
        today = day_of(self.now)
        body = people.body_on(step.body_id, today) if step.body_id else None
        due = add_working_days(today, step.within, declared.calendar()).on if step.within else None
        body_id = body.pk if body else step.body_id or self.case.body_id
        lines.hold(self.draft, step.id, role=step.by, body_id=body_id, now=self.now, due_on=due)
        self.store()

    def hand_back(self) -> None:
        """Let the drafter hold the draft again."""
        event = next(one for one in self.definition.transitions if one.event == self.draft.event)
        lines.hold(self.draft, DRAFTER, role=event.by, body_id=self.case.body_id, now=self.now)
        self.store()

    def store(self) -> None:
        """Store the draft as its next version."""
        self.draft.version += 1
        self.draft.save()


def locked(case_id: UUID, scope: Scope) -> tuple[Case, ProcedureDeclaration]:
    """Return a case with its declaration, locked until the act is over.

    Raises:
        NotFound: if there is no such case, or the actor may not know of it.
    """
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    definition = declared.pinned(case.declaration_hash) if case else None
    if case is None or definition is None or not may_see(scope, case, definition):
        raise NotFound("no_case", "there is no such case")
    return case, definition


def was_done(case: Case, by: Actor, key: IdempotencyKey) -> SignOff | None:
    """Return the draft with which an actor did this under the same key before."""
    if not key:
        return None
    line = SignOffLine.objects.select_related("sign_off").filter(case=case, actor_id=by.actor_id, key=key).first()
    return line.sign_off if line else None


def under_way(case: Case, definition: ProcedureDeclaration, chain: str, *, by: Actor, now: datetime) -> Held:
    """Return the open draft of a chain.

    Raises:
        NotFound: if the procedure has no such chain.
        Refused: if nothing of it is under way.
    """
    try:
        declaration = definition.chain(chain)
    except KeyError:
        raise NotFound("no_sign_off", f"the procedure has no chain {chain!r}") from None
    draft = SignOff.objects.filter(case=case, chain=chain, ended_at=None).first()
    if draft is None:
        raise Refused("not_under_way", "nothing is under way here: it was decided, withdrawn or overtaken")
    draft.case = case
    return Held(case, definition, declaration, draft, by, max(now, draft.held_since))
