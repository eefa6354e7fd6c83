"""What a pack can say about a round of opinions: who is asked what, until when, how many must answer."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.procedures.opinions.engine import Silence, Verdict, needed
from amur.procedures.opinions.periods import Timed


class Quorum(Declared):
    """How many of those who are asked must answer: a number, or so many of a hundred, where a part of one is one."""

    count: int | None = Field(default=None, gt=0)
    share: int | None = Field(default=None, gt=0, le=100)

    @model_validator(mode="after")
    def _says_one_of_both(self) -> Quorum:
        if (self.count is None) == (self.share is None):
            raise ValueError("a quorum says either count or share; give one of the two")
        return self

    def of(self, asked: int) -> int:
        """Return how many of so many must answer.

        >>> Quorum(share=60).of(3), Quorum(count=2).of(3)
        (2, 2)
        """
        return needed(asked, count=self.count, share=self.share)


class Choice(Declared):
    """That the official chooses who is asked, in a field that the asking event asks: its values are ids of bodies."""

    field: Identifier
    least: int = Field(default=1, gt=0)
    most: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _least_is_not_more_than_most(self) -> Choice:
        if self.most is not None and self.most < self.least:
            raise ValueError(f"found at least {self.least} and at most {self.most}; least cannot be more than most")
        return self


class OpinionRound(Timed):
    """A round: the ``bodies`` are asked at once, or those of them that an official chooses (``chosen_in``).

    In each, whoever holds the ``role`` answers, and sees of the case only the fields that it ``shares``, as long as the
    round is open. ``silence`` says what it means that a body does not answer in time: that it has no objection, which
    needs a ``silence_basis``, or nothing. A ``late`` answer is kept; it counts only where this says so and the case has
    not moved on. What was said is told to the party after the decision, or once the round is closed if it is
    ``public``.
    """

    id: Identifier
    title: Text
    question: Text
    bodies: tuple[Identifier, ...] = Field(min_length=1)
    chosen_in: Choice | None = None
    role: Identifier
    quorum: Quorum
    silence: Silence
    silence_basis: tuple[Basis, ...] = ()
    answers: tuple[Verdict, ...] = Field(default=("agree", "conditions", "object"), min_length=1)
    file: Literal["none", "optional", "required"] = "optional"
    shares: tuple[Identifier, ...] = ()
    late: Literal["kept", "counts"] = "kept"
    public: bool = False
    basis: tuple[Basis, ...] = Field(min_length=1)

    @property
    def fewest(self) -> int:
        """Return how many bodies are asked at least.

        >>> from tests.procedures.opinions.samples import ROUND
        >>> ROUND.fewest
        3
        """
        return self.chosen_in.least if self.chosen_in else len(self.bodies)


class AskOpinions(Declared):
    """Ask the bodies of a round; what was asked before in the same round must be closed."""

    do: Literal["ask_opinions"]
    round: Identifier
