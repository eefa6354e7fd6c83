"""What a pack says of an office's mistake in a case: who may put what right, until when, and what follows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier
from amur.procedures.clocks import Message
from amur.procedures.effects import Effect


class Voidable(Declared):
    """An event that may be voided while it is the last that moved the case and stands.

    The case stands in ``to`` then, or where it stood before. ``supersede`` are the events of which one may take its
    place in the same act. The clocks that it ended ``continue`` as if they had never ended, or ``restart`` anew.
    ``effects`` counter-act what it brought about.
    """

    event: Identifier
    to: Identifier | None = None
    supersede: tuple[Identifier, ...] = ()
    clocks: Literal["continue", "restart"] = "continue"
    effects: tuple[Effect, ...] = ()


class CorrectionRule(Declared):
    """How mistakes of an office are put right without deleting anything.

    ``within`` counts days from the event. With ``separation`` one proposes and another agrees: nobody corrects alone.
    Once an appeal is open the case is in other hands, unless ``after_appeal``. ``fields`` are those whose answers
    may be put right. ``notice`` tells the party, with the reason.
    """

    by: tuple[Identifier, ...] = Field(min_length=1)
    within: int | None = Field(default=None, gt=0, le=4000)
    basis: tuple[Basis, ...] = Field(min_length=1)
    events: tuple[Voidable, ...] = ()
    fields: tuple[Identifier, ...] = ()
    separation: bool = False
    after_appeal: bool = False
    notice: Message

    def of(self, event: str) -> Voidable | None:
        """Return what is said of an event, or None where it may not be voided."""
        return next((one for one in self.events if one.event == event), None)

    @model_validator(mode="after")
    def _corrects_something(self) -> CorrectionRule:
        if not self.events and not self.fields:
            raise ValueError("a correction names neither events nor fields; name what may be put right")
        names = [one.event for one in self.events]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found event {name!r} twice; say once what follows when it is voided")
        return self
