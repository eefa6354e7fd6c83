"""What a pack can say about cases that belong together: who ties them, when, and what follows for their clocks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier
from amur.procedures.clocks import Message
from amur.procedures.opinions.periods import Timed

Whose = Literal["same", "any"]
"""Whether cases must be of the same party to belong together."""


class Tying(Declared):
    """What every tie says: the roles that make it, its legal basis, and in which words the party is told of it."""

    by: tuple[Identifier, ...] = Field(min_length=1)
    notice: Message | None = None
    basis: tuple[Basis, ...] = Field(min_length=1)


class Splitting(Tying):
    """That a case becomes several, each of a procedure of ``into``, with the answers and files that it takes.

    A clock that runs in the first and that the new one has too keeps its start, unless ``clocks`` says it starts anew.
    With ``event``, an arrow ``by: tie``, the first moves on or ends; without it, it goes on where it stands.
    """

    into: tuple[Identifier, ...] = Field(min_length=1)
    at_most: int = Field(default=10, gt=0, le=50)
    clocks: Literal["keep_start", "start_anew"] = "keep_start"
    event: Identifier | None = None


class Merging(Tying):
    """That a case ends in another of its procedure, the lead: by ``event``, an arrow ``by: tie`` to a final state.

    They are of the same party unless ``party`` says any, and answer the fields of ``same`` alike. The earliest due
    date counts. Within ``undo`` it can be taken back; without it, it stands.
    """

    event: Identifier
    party: Whose = "same"
    same: tuple[Identifier, ...] = ()
    undo: Timed | None = None


class Reopening(Tying):
    """That a case which ended is taken up again: by ``event``, an arrow ``by: tie`` out of an end, within a time."""

    event: Identifier
    within: Timed


class Mass(Tying):
    """One incident with many cases: they join a lead, stay cases of their own, and are answered together.

    An official joins them, or, once a lead has been joined, a case that answers the fields of ``same`` as it does joins
    by itself if it comes within ``days``.
    """

    same: tuple[Identifier, ...] = ()
    days: int = Field(default=90, gt=0, le=3660)


class DuplicateRule(Declared):
    """That two cases which answer these fields the same within some days may be one, of the same party or of any."""

    id: Identifier
    same: tuple[Identifier, ...] = Field(min_length=1)
    days: int = Field(gt=0, le=3660)
    party: Whose = "same"


class Duplicates(Declared):
    """By which ``rules`` cases are found alike, whatever the way they came, and the roles that say what they are."""

    by: tuple[Identifier, ...] = Field(min_length=1)
    rules: tuple[DuplicateRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Duplicates:
        names = [rule.id for rule in self.rules]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found rule {name!r} twice; give each one id")
        return self


class Ties(Declared):
    """How cases of a procedure are split, merged, reopened, joined in one incident, and found alike."""

    split: Splitting | None = None
    merge: Merging | None = None
    reopen: tuple[Reopening, ...] = ()
    mass: Mass | None = None
    duplicates: Duplicates | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Ties:
        if not (self.split or self.merge or self.reopen or self.mass or self.duplicates):
            raise ValueError("ties says nothing; say how cases belong together, or take it out")
        return self

    @property
    def roles(self) -> frozenset[str]:
        """Return the roles that tie cases or say whether they are the same.

        >>> from tests.procedures.ties.samples import TIES
        >>> sorted(TIES.roles)
        ['decider', 'handler']
        """
        found = [one.by for one in (self.split, self.merge, self.mass, self.duplicates, *self.reopen) if one]
        return frozenset(role for roles in found for role in roles)

    @property
    def events(self) -> frozenset[str]:
        """Return the events that a tie lets happen.

        >>> from tests.procedures.ties.samples import TIES
        >>> sorted(TIES.events)
        ['merged_into', 'reopened', 'split_up']
        """
        split = {self.split.event} if self.split and self.split.event else set()
        merge = {self.merge.event} if self.merge else set()
        return frozenset(split | merge | {one.event for one in self.reopen})

    def reopening(self, event: str) -> Reopening | None:
        """Return how a case is reopened by an event, or None.

        >>> from tests.procedures.ties.samples import TIES
        >>> TIES.reopening("reopened").by, TIES.reopening("merged_into")
        (('decider',), None)
        """
        return next((one for one in self.reopen if one.event == event), None)
