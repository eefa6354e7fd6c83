"""What an example can say of another system: what comes from there, what it says of ours, what it should have."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier

Said = str | int | bool | None


class Exchanging(Declared):
    """What comes from another system: a message (``receive``), or what it says of one of ours (``receipt``).

    ``values`` are by the ids of the message's fields; ``{number}`` stands for our number of the case, ``{theirs}`` for
    theirs, and ``day+30`` for a day. A message that opens a case opens it under the name of the step's ``case``.
    """

    exchange_id: Identifier = Field(alias="id")
    receive: Identifier | None = None
    values: dict[Identifier, Said] = Field(default_factory=dict)
    sender: str = ""
    receipt: Identifier | None = None
    state: Literal["received", "refused"] = "received"
    number: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Exchanging:
        if (self.receive is None) == (self.receipt is None):
            raise ValueError("an exchange either receives a message or has the receipt of one; give one of the two")
        if self.receipt and (self.values or self.sender):
            raise ValueError("a receipt has a number and no values; take values and sender away")
        return self


class HandedOver(Declared):
    """What must have been told to another system of the case: how far its last message of an id is, and what it says.

    ``absent`` says that there is none. Of ``fields`` those that are named are looked at.
    """

    exchange_id: Identifier = Field(alias="id")
    message: Identifier
    state: Literal["waiting", "sent", "received", "refused", "failed", "absent"] = "waiting"
    fields: dict[str, Said] = Field(default_factory=dict)
