"""What a pack says of the item that a procedure carries out: where its record stands, and what only the item says."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier, Text


class Item(Declared):
    """The item of a catalogue that a procedure carries out.

    ``key`` is that of its record in the register of items, which says how it stands: kept, handed down, cancelled.
    While the record is in one of the states ``closed_in``, nobody begins here any more; cases that were handed in
    before go on by their own rule. ``visits`` is how often somebody must come. ``kind_title``, ``level`` and
    ``authority`` are elements that hold before anybody entered the record; ``fee_basis`` says why it costs what it
    costs, and ``not_known`` which elements were found nowhere. All else of a guide follows from the procedure.
    """

    register_id: Identifier = Field(alias="register")
    key: str = Field(min_length=1, max_length=80)
    closed_in: tuple[Identifier, ...] = ()
    handling: Text
    online: Text
    visits: int = Field(default=0, ge=0, le=20)
    reach: Text | None = None
    kind_title: Text | None = None
    level: Text | None = None
    authority: Text | None = None
    fee_basis: Basis | None = None
    not_known: Text | None = None
