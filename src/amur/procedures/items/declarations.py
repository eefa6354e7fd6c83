"""What a pack says of the item that a procedure carries out: where its record stands, and what only the item says."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Declared, Identifier, Text


class Item(Declared):
    """The item of a catalogue that a procedure carries out.

    ``key`` is that of its record in the register of items, which says how it stands: kept, handed down, cancelled.
    While the record is in one of the states ``closed_in``, nobody begins here any more; cases that were handed in
    before go on by their own rule. ``visits`` is how often somebody must come. All else of a guide follows from the
    procedure.
    """

    register_id: Identifier = Field(alias="register")
    key: str = Field(min_length=1, max_length=80)
    closed_in: tuple[Identifier, ...] = ()
    handling: Text
    online: Text
    visits: int = Field(default=0, ge=0, le=20)
    reach: Text | None = None
