"""What a pack can say about rating: within which time, for which reasons, and who follows up what was bad."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier
from amur.procedures.clocks import Message

GRADES = (5, 4, 3, 2, 1)
"""From very satisfied to very dissatisfied."""
BAD = 2
"""The best grade that is followed up."""


class RatingDeclaration(Declared):
    """How a case is rated once it is decided or closed: by its party, once, within so many days.

    ``reasons`` is a code list. A bad grade is followed up by a role of ``by`` within ``follow_up_working_days``;
    ``notice`` tells the party, its reason is the result. Figures of fewer than ``publish_from`` ratings are not shown.
    """

    within_days: int = Field(gt=0, le=365)
    reasons: Identifier | None = None
    by: tuple[Identifier, ...] = Field(min_length=1)
    follow_up_working_days: int = Field(gt=0, le=60)
    notice: Message
    publish_from: int = Field(default=5, ge=3, le=100)
    basis: tuple[Basis, ...] = Field(min_length=1)
