"""What an example can say of another system: what comes from there, what it says of ours, what it should have."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Declared, Identifier

Said = str | int | bool | None


class Exchanging(Declared):
    """What comes from another system: a message (``receive``), or what it says of one of ours (``receipt``).

    ``values`` are by the ids of the message's fields; ``{number}`` stands for our number of the case, ``{theirs}`` for
    theirs, and ``day+30`` for a day. A message that opens a case opens it under the name of the step's ``case``. With
    ``rows`` messages come as a file, which whoever does the step takes in; so does the list that is ``compare``d with
    what we hold. In ``rows`` ``{LABEL.number}`` stands for our number of any case. A message ``brings`` files, by what
    they are there, each of the kind that its name says; a receipt ``lacks`` those that have not arrived.
    """

    exchange_id: Identifier = Field(alias="id")
    receive: Identifier | None = None
    values: dict[Identifier, Said] = Field(default_factory=dict)
    brings: dict[str, str] = Field(default_factory=dict)
    sender: str = ""
    receipt: Identifier | None = None
    state: Literal["received", "refused"] = "received"
    number: str = ""
    lacks: tuple[str, ...] = ()
    compare: Identifier | None = None
    rows: str = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Exchanging:
        if sum(one is not None for one in (self.receive, self.receipt, self.compare)) != 1:
            raise ValueError("an exchange receives a message, has the receipt of one, or compares; give one of them")
        if (self.rows and (self.receipt or self.values)) or (self.compare and not self.rows):
            raise ValueError("rows are a file of messages or the list to compare, in place of values; give them there")
        if self.receipt and (self.values or self.sender):
            raise ValueError("a receipt has a number and no values; take values and sender away")
        if (self.brings and (self.rows or not self.receive)) or (self.lacks and not self.receipt):
            raise ValueError("a message that is received brings files, and a receipt lacks some; put them there")
        return self


class HandedOver(Declared):
    """What must have been told to another system of the case: how far its last message of an id is, and what it says.

    ``absent`` says that there is none. Of ``fields`` those that are named are looked at. ``attachments`` are all of its
    files: what each is there, and how it is called.
    """

    exchange_id: Identifier = Field(alias="id")
    message: Identifier
    state: Literal["waiting", "sent", "received", "refused", "failed", "absent"] = "waiting"
    fields: dict[str, Said] = Field(default_factory=dict)
    attachments: dict[str, str] | None = None
