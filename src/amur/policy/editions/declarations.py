"""What a pack says about new editions of its text: who confirms what became of it, and how soon is looked again."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier


class EditionsDeclaration(Declared):
    """The office that confirms a crosswalk: a role, in the authority's own body unless another is named.

    With ``recheck_working_days`` a re-check has so many working days, counted from the day after it was opened.
    """

    role: Identifier
    body: Identifier | None = None
    recheck_working_days: int | None = Field(default=None, gt=0, le=400)
