"""What a pack says of accepting with something missing: what may come later, by when, and what follows otherwise."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier, Text


class Later(Declared):
    """A material that may be brought later: its field, and the yes-or-no field by which the party says so."""

    field: Identifier
    mark: Identifier


class MayBeMissing(Declared):
    """Which materials may be missing when a case is accepted, and until when the party brings them.

    Where a mark says yes its field is not asked, and ``text`` is what the party promises. The ``clock`` runs only where
    something is missing, and ends when all is there; the clocks named in ``waits`` stand still until then. By the event
    ``bring`` the party brings some or all of it: what it asks follows from here. The events of ``needed_by`` are not
    possible before.

    What is not brought in time is refused or given back by the arrow that follows from the lapse of the clock; with
    ``late: continue`` the case goes on without it once the time is over.
    """

    items: tuple[Later, ...] = Field(min_length=1)
    text: Text
    clock: Identifier
    waits: tuple[Identifier, ...] = ()
    bring: Identifier
    needed_by: tuple[Identifier, ...] = Field(min_length=1)
    late: Literal["refuse", "return", "continue"]
    basis: tuple[Basis, ...] = Field(min_length=1)

    @property
    def waived(self) -> tuple[tuple[str, str], ...]:
        """Return the fields that may come later, each with its mark."""
        return tuple((one.field, one.mark) for one in self.items)
