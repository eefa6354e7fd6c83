"""The rules of sign-off as pure functions: which step comes next, who may take it, what a discussion decides.

``took`` says which steps each person has taken in a chain, drafting among them; nobody takes two.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from amur.base.acting import Scope
from amur.base.faults import Refused
from amur.procedures.declarations import Transition
from amur.procedures.permission import CaseFacts, permit
from amur.procedures.signing.declarations import DRAFTER, Chain, ChainStep, Vote

Choice = Literal["for", "against", "abstain"]
CHOICES: tuple[Choice, ...] = ("for", "against", "abstain")
Holds = Callable[[str], bool]
"""Says whether an expression of the pack holds of the case and its draft."""


def asked(chain: Chain, holds: Holds) -> tuple[ChainStep, ...]:
    """Return the steps that a draft goes through, in their order: those whose conditions hold.

    >>> from tests.procedures.signing.samples import CHAIN
    >>> [step.id for step in asked(CHAIN, lambda source: False)]
    ['chief', 'legal', 'leader']
    """
    return tuple(step for step in chain.steps if not step.when or holds(step.when))


def after(chain: Chain, step: str, holds: Holds) -> ChainStep | None:
    """Return the step that follows another, the first after drafting; None if that was the last.

    >>> from tests.procedures.signing.samples import CHAIN
    >>> after(CHAIN, DRAFTER, lambda source: True).id, after(CHAIN, "council", lambda source: True)
    ('chief', None)
    """
    passed = step == DRAFTER
    for one in chain.steps:
        if passed and (not one.when or holds(one.when)):
            return one
        passed = passed or one.id == step
    return None


def back_from(chain: Chain, step: str, holds: Holds) -> tuple[ChainStep, ...]:
    """Return the steps to which one can return a draft, beside its drafter: those that it came through.

    >>> from tests.procedures.signing.samples import CHAIN
    >>> [one.id for one in back_from(CHAIN, "leader", lambda source: True)]
    ['chief', 'legal']
    """
    names = [one.id for one in chain.steps]
    return tuple(one for one in asked(chain, holds) if names.index(one.id) < names.index(step))


def why_not_take(
    step: ChainStep,
    facts: CaseFacts,
    scope: Scope,
    actor_id: str,
    *,
    took: Mapping[str, Collection[str]],
    did: Mapping[str, Collection[str]],
) -> Refused | None:
    """Return why somebody may not take a step, or None if they may.

    ``facts`` are those of the case, with the body that signs; ``did`` says who fired which event of it. Separation of
    duties binds everybody, the machine included, and counts the natural person, in whosever office they act.

    >>> from amur.base.acting import Grant
    >>> from tests.procedures.signing.samples import CHAIN
    >>> chief, facts = CHAIN.step("chief"), CaseFacts(body_id="b")
    >>> scope = Scope("office", "7", grants=(Grant("chief", "b"),))
    >>> why_not_take(chief, facts, scope, "7", took={"7": {"chief"}, "8": {""}}, did={}) is None
    True
    >>> why_not_take(chief, facts, scope, "7", took={"7": {""}}, did={}).code
    'separation_of_duties'
    >>> why_not_take(CHAIN.step("legal"), facts, Scope("system"), "7", took={}, did={"accept": {"7"}}).code
    'separation_of_duties'
    >>> why_not_take(chief, CaseFacts(body_id="elsewhere"), scope, "7", took={}, did={}).code
    'wrong_role'
    """
    wrong = Refused("wrong_role", f"only a {step.by} of that body signs here", step=step.id, role=step.by)
    found = permit(scope, (step.by,), facts, actor_id=actor_id, otherwise=wrong)
    if isinstance(found, Refused):
        return found
    if other := why_kept_apart(step.id, actor_id, took):
        return other
    for earlier in step.not_by_actor_of:
        if actor_id in did.get(earlier, ()):
            said = f"whoever did {earlier!r} may not sign as {step.id!r}"
            return Refused("separation_of_duties", said, step=step.id, earlier=earlier)
    return None


def why_kept_apart(step: str, actor_id: str, took: Mapping[str, Collection[str]]) -> Refused | None:
    """Return the refusal for whoever took another step of the chain, or None.

    >>> why_kept_apart("legal", "7", {"7": {"chief"}}).details["taken"]
    'chief'
    """
    others = sorted(set(took.get(actor_id, ())) - {step})
    if not others:
        return None
    return Refused("separation_of_duties", "nobody takes two steps of one chain", step=step, taken=others[0])


@dataclass(frozen=True, slots=True)
class Tally:
    """What was voted: how many for it, against it and neither; whether it may be closed, and what that decides."""

    yes: int
    no: int
    abstained: int
    is_quorate: bool
    is_carried: bool

    @property
    def cast(self) -> int:
        """Return how many have voted."""
        return self.yes + self.no + self.abstained


def tally(vote: Vote, ballots: Sequence[str]) -> Tally:
    """Return what has been voted so far.

    >>> five = Vote(members=5, quorum=4)
    >>> tally(five, ["for", "for", "for"])
    Tally(yes=3, no=0, abstained=0, is_quorate=False, is_carried=True)
    >>> tally(five, ["for", "for", "against", "abstain"]).is_carried
    False
    """
    yes, no, abstained = (ballots.count(choice) for choice in CHOICES)
    return Tally(yes, no, abstained, len(ballots) >= vote.quorum, yes >= vote.needed)


def needs_signatures(transition: Transition) -> Refused | None:
    """Return the refusal of what does not happen by one person alone, or None.

    >>> from tests.procedures.samples import LICENCE
    >>> needs_signatures(LICENCE.transition("accept", "submitted")) is None
    True
    >>> needs_signatures(LICENCE.transitions[0].model_copy(update={"sign_off": "decision"})).code
    'needs_sign_off'
    """
    if transition.sign_off is None:
        return None
    said = f"{transition.event!r} goes through signatures; draft it"
    return Refused("needs_sign_off", said, event=transition.event, sign_off=transition.sign_off)
