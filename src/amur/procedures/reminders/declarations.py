"""What a pack can say of reminders: when, counted from the due date of a clock, and whom they tell in which words."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text


class Rung(Declared):
    """One rung of the ladder of a clock: ``at`` so many working days before (-) or after (+) its due date, or on it.

    A clock that counts hours counts its rungs in hours. ``to`` is the applicant or a role; a superior role after the
    due date is an escalation, and whoever is told sees the case. Words may name in braces what a notice may.
    """

    at: int = Field(ge=-400, le=400)
    to: Identifier
    subject: Text
    body: Text
    short: Text | None = None
