"""What a pack says about the states of a case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier, Text
from amur.procedures.effects import Notify, StartClock

StateEffect = Annotated[StartClock | Notify, Field(discriminator="do")]


class State(Declared):
    """A state of the case, and the answer it gives to the one question of the party: where does my case stand?

    Entering a state that is ``accepting`` accepts the case; where no state says so, the first clock to start does.

    A state may hold ``states``: one of them is active at a time, first the ``initial`` one, or all at once if it is
    ``parallel``. A final one inside ends only the state around it; ``then`` is where the case goes on when that has
    happened, in every part of a parallel one. With ``history`` a case that comes back takes up where it left: in the
    state directly inside, or ``deep`` in the innermost.

    ``enter`` and ``leave`` tell the party or start a clock whenever a case does so. What writes a record, opens a case
    or issues a document follows from an event, for which somebody answers.
    """

    id: Identifier
    title: Text
    answer: Text
    needs_applicant: bool = False
    accepting: bool = False
    final: bool = False
    states: tuple[State, ...] = ()
    initial: Identifier | None = None
    parallel: bool = False
    history: Literal["shallow", "deep"] | None = None
    then: Identifier | None = None
    enter: tuple[StateEffect, ...] = ()
    leave: tuple[StateEffect, ...] = ()

    @model_validator(mode="after")
    def _holds_states(self) -> State:
        said = [name for name in ("initial", "parallel", "history", "then") if getattr(self, name)]
        if said and not self.states:
            raise ValueError(f"state {self.id!r}: {', '.join(said)} say how its states go, and it holds none")
        if self.parallel and self.initial:
            raise ValueError(f"state {self.id!r}: a parallel state begins with all that it holds; take initial away")
        if self.final and (self.states or self.leave):
            raise ValueError(f"state {self.id!r}: a final state is not left and holds none; take final or those away")
        if self.parallel and any(state.final for state in self.states):
            raise ValueError(f"state {self.id!r}: a part of a parallel state holds a final state and is none itself")
        return self

    def every(self) -> Iterator[State]:
        """Yield the state and all that it holds, each before what is inside it."""
        yield self
        for state in self.states:
            yield from state.every()
