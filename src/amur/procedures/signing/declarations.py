"""What a pack says about sign-off: through whose hands the draft of a decision goes before it is one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text

DRAFTER = ""
"""In place of a step: whoever drafts, where every chain begins and to whom every draft can be returned."""


class Vote(Declared):
    """A collective discussion: so many sit, at least the quorum votes, and of all who sit the majority must be for it.

    It is counted of all members and not of those who came, so that closing it early carries nothing.

    >>> Vote(members=5, quorum=3).needed, Vote(members=6, quorum=4, majority="two_thirds").needed
    (3, 4)
    >>> Vote(members=3, quorum=3, majority="all").needed
    3
    """

    members: int = Field(gt=1, le=99)
    quorum: int = Field(gt=0)
    majority: Literal["half", "two_thirds", "all"] = "half"

    @property
    def needed(self) -> int:
        """Return how many must be for it: more than half, or at least two thirds."""
        if self.majority == "half":
            return self.members // 2 + 1
        return self.members if self.majority == "all" else -(-2 * self.members // 3)

    @model_validator(mode="after")
    def _can_be_reached(self) -> Vote:
        if self.quorum > self.members:
            raise ValueError(f"a quorum of {self.quorum} is more than the {self.members} who sit")
        return self


class ChainStep(Declared):
    """One step: which role signs, in which body if it is not that of the case, and within how many working days.

    With ``when`` it is asked only where that expression holds of the case and the draft. With ``vote`` several holders
    of the role decide together. What is not signed ``within`` its time is shown as urgent; nothing else follows.
    """

    id: Identifier
    title: Text
    by: Identifier
    body_id: Identifier | None = Field(default=None, alias="body")
    when: str = ""
    within: int | None = Field(default=None, gt=0, le=250)
    not_by_actor_of: tuple[Identifier, ...] = ()
    vote: Vote | None = None


class Chain(Declared):
    """A chain of signatures that transitions may demand by ``sign_off``; what they decide happens with the last one.

    The role that such a transition is ``by`` drafts it. Nobody takes two steps of one chain.
    """

    id: Identifier
    title: Text
    steps: tuple[ChainStep, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_are_unique(self) -> Chain:
        names = [step.id for step in self.steps]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found step {name!r} twice in {self.id!r}; give each one id")
        return self

    def step(self, name: str) -> ChainStep:
        """Return a step.

        Raises:
            KeyError: if there is none of this id.
        """
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)
