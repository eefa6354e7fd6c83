"""What a pack can say about a hearing: who holds it, how long before it is called, and what the party is told."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier
from amur.procedures.clocks import Message


class HearingDeclaration(Declared):
    """A hearing in a case. It is called at least ``notice_working_days`` before its day, by the calendar.

    In the states of ``asked_in`` the party may ask for one, or waive it. In the words of ``notice`` the reason is when
    and where it is; ``public`` says whether anybody may attend, unless whoever calls it says otherwise, with a reason.
    """

    by: tuple[Identifier, ...] = Field(min_length=1)
    asked_in: tuple[Identifier, ...] = Field(min_length=1)
    notice_working_days: int = Field(gt=0, le=100)
    public: bool = True
    notice: Message
    basis: tuple[Basis, ...] = Field(min_length=1)
