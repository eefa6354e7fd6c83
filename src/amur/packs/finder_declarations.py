"""What an example can say of a finder: what it is asked, and what must come out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from amur.base.declared import Declared, Identifier
from amur.procedures.finders.declarations import Answer

Day = Annotated[str, BeforeValidator(str)]
"""A day as it is typed; an unquoted one is a date in YAML."""


class Finding(Declared):
    """What is asked of a finder: these answers, on this day or, without one, on that of the step."""

    finder: Identifier
    answers: dict[Identifier, Answer] = Field(default_factory=dict)
    on: Day | None = None


class FoundExpectation(Declared):
    """What a finder must say to the answers: what comes out, or which question is still open.

    ``asked`` are the questions whose answers counted, in their order.
    """

    outcome: Identifier | None = None
    asks: Identifier | None = None
    asked: tuple[Identifier, ...] | None = None
